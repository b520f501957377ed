"""How long the order step's queue is, along the month."""

from collections.abc import Sequence
from typing import Any

import pyarrow as pa

from dashboard.charts import Spec
from dashboard.charts.late import alt, look
from dashboard.figures import listed
from dashboard.figures.figure import Cases, Figure, Row, Scope
from dashboard.figures.month_flow import FEW_MONTHS, daily, few_months, many, parted
from dashboard.findings import count, place
from dashboard.findings.words import of_few
from dashboard.formats import percent, place_sign

MOSTLY = 0.9  # share of recorded receipts from which on the queue is called the Order Team's


def sentence(places: pa.Table, window: tuple[int, int]) -> str:
    """From month_flow: how long the order step's queue is, when longest, and whose it is."""
    near, rest = parted(places, window)
    rows = [*near, *rest]
    if not any(row["in_step"] for row in rows):
        return "No case was in the order step at the end of any day."
    longest = _longest(rows)
    if near and rest:
        means = daily(near, "in_step"), daily(rest, "in_step")
        n = of_few(sum(row["n_days"] for row in near), "day")
        longest += (
            f". In the window it is {means[0]:.1f}{n}, in the rest of the month {means[1]:.1f}"
        )
    return f"{longest}.{_whose(rows)}{few_months(near)}"


def _longest(rows: Sequence[Row]) -> str:
    """The highest mean of all days of the month as it is shown, of how many, and if it is alone."""
    shown = [round(row["in_step_mean"], 1) for row in rows]
    most = max(shown)
    peak, same = rows[shown.index(most)], shown.count(most) - 1
    n = of_few(peak["n_days"], "day")
    if same == len(rows) - 1:
        return f"**{most:.1f}** cases are in the order step at the end of an average day{n}"
    others = f" and on {count(same, 'other day')}" if same else ""
    return (
        f"The order step’s queue is longest {place(peak['days_to_month_end'])}{others}, of "
        f"{count(len(rows), 'day')}: **{most:.1f}** cases at the end of an average day{n}"
    )


def _whose(rows: Sequence[Row]) -> str:
    in_step, known, party = (
        sum(row[name] for row in rows) for name in ("in_step", "known", "with_party")
    )
    if not known:
        return " Receipt of signed orders was not recorded, so it is not known whose turn it was."
    of_all = "" if known / in_step >= MOSTLY else f" ({percent(known / in_step)} of cases)"
    others = "; the others waited for the firm’s signed order" if party < known else ""
    return (
        f" Where receipt was recorded{of_all}, {percent(party / known)} were with the Order "
        f"Team{others}."
    )


def rows(table: pa.Table, scope: Scope) -> pa.Table:
    """The rows of `chart`: one a place."""
    first, last = scope.window
    return pa.Table.from_pylist(
        [
            {
                "key": f"in_step {row['days_to_month_end']}",
                "place": row["days_to_month_end"],
                "place_text": place_sign(row["days_to_month_end"]),
                "tone": "accent" if last <= row["days_to_month_end"] <= first else "ahead",
                "mean": row["in_step_mean"],
                "median": row["in_step_median"],
                "text": f"{row['in_step_mean']:.1f} cases",
                "median_text": f"{row['in_step_median']:g} cases",
                "party_text": with_party(row),
                "n": row["n_days"],
                "few": row["n_days"] < FEW_MONTHS,
            }
            for row in table.to_pylist()
        ]
    )


def with_party(row: dict[str, Any]) -> str:
    """How many were with the Order Team, as far as anybody recorded it."""
    if not row["known"]:
        return "not recorded"
    return f"{row['with_party']:,} of {row['known']:,}, all days together"


def chart(window: tuple[int, int]) -> Spec:
    """How many cases stand in the order step as an average business day of each place ends.

    Table: key, place, place_text, tone, mean, median, party, text, median_text, party_text, n, few.
    """
    tip = look.tips(
        place_text="Day",
        text="In the step, mean",
        median_text="Median",
        party_text="With the Order Team, as recorded",
        n="Days",
    )
    base: Any = alt.Chart(look.TABLE).encode(x=look.place(window))
    bars = (
        base.mark_bar(cornerRadiusEnd=2)
        .encode(
            y=many("mean"),
            color=look.ink("tone"),
            opacity=alt.condition("datum.few", alt.value(0.45), alt.value(1)),
            tooltip=tip,
        )
        .add_params(look.PICK)
    )
    ticks = look.inked(base.mark_tick(thickness=2.5).encode(y=many("median")), "ink")
    return look.look(alt.layer(bars, ticks), 220)


def behind(mark: Row, scope: Scope) -> Cases:
    table = scope.run("month_flow_cases", kind="in_step", place=mark["place"])
    times = count(sum(table["days"].to_pylist()), "time")
    title = f"In the order step as a day ended {place(mark['place'])}, {times} in all"
    words = listed.opened_and_closed(scope)
    return listed.behind(
        title, "queue-then", table, lambda row: {"Days": str(row["days"]), **words(row)}
    )


ORDER_QUEUE = Figure(
    key="queue",
    question="Order step queue",
    query="month_flow",
    says=lambda table, scope: sentence(table, scope.window),
    rows=rows,
    chart=chart,
    variant=lambda scope: (scope.window,),
    alt="Cases in the order step by business days to month end",
    note=lambda table, _: (
        "Cases in the order step at the end of a business day, by day of the month. Bar: mean; "
        f"mark: median. n = {sum(table['n_days'].to_pylist()):,} days, about one a month for each "
        f"bar; pale: fewer than {FEW_MONTHS}. Includes cases waiting for the firm’s signed order. "
        "Click a bar to list its cases."
    ),
    behind=behind,
    is_behind_below=True,
    empty=(),
)
