"""How much of the time is ours: each month's cases on the customer's clock and on ours."""

import pyarrow as pa

from dashboard.charts import Spec
from dashboard.charts.late import alt, look
from dashboard.figures import listed
from dashboard.figures.figure import Cases, Figure, Row, Scope
from dashboard.figures.marks import midnight
from dashboard.findings import Promise, count
from dashboard.formats import FEWEST, month_in_full, percent
from dashboard.formats import month as month_words

CLOCKS = {"": ("ink", "the customer’s"), "ours_": ("accent", "ours")}
CUTS = {"p50": "half", "p85": "85th percentile"}


def sentence(months: pa.Table, promise: Promise) -> str:
    """From twin_clocks: the newest month on both clocks."""
    last = months.to_pylist()[-1]
    theirs, ours = (last[name] / last["n"] for name in ("within_limit", "ours_within_limit"))
    text = (
        f"{month_words(last['month'])}: the median was **{promise.days(last['p50_days'])}** on the "
        f"customer’s clock and **{promise.days(last['ours_p50_days'])}** on ours; "
        f"**{percent(theirs)}** were within SLA, **{percent(ours)}** without the customer’s time "
        f"({count(last['n'], 'case')})."
    )
    return text if last["n"] >= FEWEST else f"{text} With so few cases, one more could change this."


def rows_of(months: pa.Table, asked: Promise) -> pa.Table:
    """The rows of `chart`: two percentiles a month on each clock."""
    return pa.Table.from_pylist(
        [
            {
                "key": row["month"].isoformat(),
                "period": midnight(row["month"]),
                "clock": clock,
                "tone": tone,
                "part": part,
                "days": row[f"{prefix}{name}_days"],
                "text": asked.days(row[f"{prefix}{name}_days"]),
                "share": percent(row[f"{prefix}within_limit"] / row["n"]),
                "n": row["n"],
                "few": row["n"] < FEWEST,
                "target": asked.target,
                "limit": asked.limit,
            }
            for row in months.to_pylist()
            for prefix, (tone, clock) in CLOCKS.items()
            for name, part in CUTS.items()
        ]
    )


def chart() -> Spec:
    """Percentiles on the customer's clock and on ours, by month; a click picks the month.

    Table: period, key, clock, tone, part ("half", "85 of 100"), days, text, share, n, few, target,
    limit.
    """
    named = "datum.label == 'ink' ? 'the customer’s clock' : 'ours'"
    legend = alt.Legend(values=["ink", "accent"], labelExpr=named, symbolType="stroke")
    base = alt.Chart(look.TABLE).encode(
        x=look.dates("period", 12),
        y=look.days("days"),
        color=look.ink("tone"),
        tooltip=[
            alt.Tooltip("period:T", format=look.MONTH_YEAR, title="Completed in"),
            *look.tips(clock="Clock", part="Cases", text="Time", share="SLA met", n="Of"),
        ],
    )
    lines = base.mark_line(strokeWidth=2, interpolate="monotone").encode(
        color=look.ink("tone", legend),
        detail=["clock:N", "part:N"],
        strokeDash=alt.condition("datum.part == 'half'", alt.value([5, 4]), alt.value([1, 0])),
    )
    dots = base.mark_point(size=46, filled=True, opacity=1)
    holes = base.mark_point(size=14, filled=True, opacity=1).transform_filter("datum.few")
    behind, words = look.promise()
    layers = alt.layer(*behind, lines, dots, look.inked(holes, "paper"), *words, look.around(base))
    return look.look(layers.resolve_scale(color="independent"), 260)


def behind(mark: Row, scope: Scope) -> Cases:
    month = mark["period"].date()
    dates = listed.span(scope, month, "month")
    return listed.completed(scope, f"Completed in {month_in_full(month)}", "clocks-cases", dates)


TWO_CLOCKS = Figure(
    key="clocks",
    question="Our share of the time",
    query="twin_clocks",
    says=lambda months, scope: sentence(months, scope.promise),
    rows=lambda months, scope: rows_of(months, scope.promise),
    chart=chart,
    alt="Cycle time by month, on the customer’s clock and ours",
    note="Completed cases. The customer’s clock counts all business time; ours excludes the "
    "customer’s turns. An unrecorded handoff counts for the step’s own party. Solid: 85th "
    "percentile. Dashed: median. Click a mark to list its cases.",
    behind=behind,
)
