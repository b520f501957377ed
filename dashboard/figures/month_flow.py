"""Whether more comes in than goes out, along the month."""

from collections.abc import Iterable, Sequence
from typing import Any

import pyarrow as pa

from dashboard.charts import Spec
from dashboard.charts.late import alt, look
from dashboard.figures import listed
from dashboard.figures.figure import Cases, Figure, Row, Scope
from dashboard.findings import count, place
from dashboard.findings.words import of_few
from dashboard.formats import place_sign

FEW_MONTHS = 3  # month ends below which a mean over them is no more than what happened
KINDS = {"opened": "ink", "completed": "muted"}
LEGEND = "datum.label == 'ink' ? 'opened' : 'completed'"


def sentence(places: pa.Table, window: tuple[int, int]) -> str:
    """From month_flow: what comes in and goes out a day, in the window and in the rest."""
    near, rest = parted(places, window)
    if not near or not rest:
        return "This period covers only one part of the month, so there is nothing to compare."
    opened, completed = (
        [daily(side, name) for side in (near, rest)] for name in ("opened", "completed")
    )
    n = of_few(sum(row["n_days"] for row in near), "day")
    return (
        f"On an average business day of the window **{opened[0]:.1f}** cases are opened and "
        f"**{completed[0]:.1f}** completed{n}, in the rest of the month {opened[1]:.1f} and "
        f"{completed[1]:.1f}.{few_months(near)}"
    )


def parted(places: pa.Table, window: tuple[int, int]) -> tuple[list[Row], list[Row]]:
    first, last = window
    rows = places.to_pylist()
    near = [row for row in rows if last <= row["days_to_month_end"] <= first]
    return near, [row for row in rows if row not in near]


def daily(rows: Iterable[Row], name: str) -> float:
    listed = list(rows)
    return sum(row[name] for row in listed) / sum(row["n_days"] for row in listed)


def few_months(near: Sequence[Row]) -> str:
    months = max((row["n_days"] for row in near), default=0)
    if months >= FEW_MONTHS or not months:
        return ""
    return (
        f" Based on only {count(months, 'month end')}, which may have been "
        f"{'an exception' if months == 1 else 'exceptions'}."
    )


def rows(table: pa.Table, _scope: Scope) -> pa.Table:
    """The rows of `chart`: two a place."""
    return pa.Table.from_pylist(
        [
            {
                "key": f"{kind} {row['days_to_month_end']}",
                "place": row["days_to_month_end"],
                "place_text": place_sign(row["days_to_month_end"]),
                "kind": kind,
                "tone": tone,
                "mean": row[f"{kind}_mean"],
                "text": f"{row[f'{kind}_mean']:.1f}",
                "total": row[kind],
                "n": row["n_days"],
            }
            for row in table.to_pylist()
            for kind, tone in KINDS.items()
        ]
    )


def chart(window: tuple[int, int]) -> Spec:
    """Cases opened and completed on an average business day of each place.

    Table: key, place, place_text, kind, tone, mean, text, total, n.
    """
    tip = look.tips(place_text="Day", kind="Cases", text="Per day", n="Days")
    legend = alt.Legend(values=["ink", "muted"], symbolType="circle", labelExpr=LEGEND)
    base: Any = alt.Chart(look.TABLE).encode(x=look.place(window), y=many("mean"))
    lines = base.mark_line(strokeWidth=2).encode(color=look.ink("tone"))
    dots = (
        base.mark_point(filled=True, size=70, opacity=1)
        .encode(color=alt.Color("tone:N", scale=look.SCALE, legend=legend), tooltip=tip)
        .add_params(look.PICK)
    )
    layers = alt.layer(look.shade(window), lines, dots)
    return look.look(layers.resolve_scale(color="independent"), 220)


def many(field: str) -> "alt.Y":
    axis = alt.Axis(title=None, tickCount=5)
    return alt.Y(f"{field}:Q", axis=axis, scale=alt.Scale(zero=True))


def note(table: pa.Table, _scope: Scope) -> str:
    n, opened, completed = (
        sum(table[name].to_pylist()) for name in ("n_days", "opened", "completed")
    )
    return (
        f"Average cases opened and completed per business day, by day of the month. n = {n:,} "
        f"days, {opened:,} opened, {completed:,} completed; what happens on a closed day counts "
        "for the next business day. Shaded: the window. Click a mark to list its cases."
    )


def behind(mark: Row, scope: Scope) -> Cases:
    kind, days = mark["kind"], mark["place"]
    table = scope.run("month_flow_cases", kind=kind, place=days)
    title = f"{kind.capitalize()} {place(days)}"
    return listed.behind(title, "flow-then", table, listed.opened_and_closed(scope))


MONTH_FLOW = Figure(
    key="flow",
    question="Opened vs. completed",
    query="month_flow",
    says=lambda table, scope: sentence(table, scope.window),
    rows=rows,
    chart=chart,
    variant=lambda scope: (scope.window,),
    alt="Cases opened and completed a day by business days to month end",
    note=note,
    behind=behind,
    is_behind_below=True,
    empty=(),
)
