"""The charts of Throughput that follow cases on their way: two clocks, where they stand, age."""

import altair as alt

from dashboard.charts.look import (
    COLUMNS,
    DAYS,
    MANY_COLUMNS,
    PICK,
    SHAPES,
    TABLE,
    Spec,
    dates,
    days,
    ink,
    inked,
    look,
    promise,
    tips,
)
from dashboard.charts.throughput import around
from dashboard.charts.tokens import STATES

ROWS = alt.Y("step:N", sort=None, axis=alt.Axis(title=None, labelLimit=150, grid=False))
ACROSS = alt.Axis(labelExpr=DAYS, title=None, tickCount=4, grid=True)


def clocks() -> Spec:
    """Percentiles on the customer's clock and on ours, by month; a click picks the month.

    Table: period, key, clock, tone, part ("half", "85 of 100"), days, text, share, n, few, target,
    limit.
    """
    named = "datum.label == 'ink' ? 'the customer’s clock' : 'ours'"
    legend = alt.Legend(values=["ink", "accent"], labelExpr=named, symbolType="stroke")
    base = alt.Chart(TABLE).encode(
        x=dates("period", 12),
        y=days("days"),
        color=ink("tone"),
        tooltip=[
            alt.Tooltip("period:T", format="%B %Y", title="Completed in"),
            *tips(clock="Clock", part="Cases", text="Within", share="Kept the limit", n="Of"),
        ],
    )
    lines = base.mark_line(strokeWidth=2, interpolate="monotone").encode(
        color=ink("tone", legend),
        detail=["clock:N", "part:N"],
        strokeDash=alt.condition("datum.part == 'half'", alt.value([5, 4]), alt.value([1, 0])),
    )
    dots = base.mark_point(size=46, filled=True, opacity=1)
    holes = base.mark_point(size=14, filled=True, opacity=1).transform_filter("datum.few")
    behind, words = promise()
    layers = alt.layer(*behind, lines, dots, inked(holes, "paper"), *words, around(base))
    return look(layers.resolve_scale(color="independent"), 260)


def flow() -> Spec:
    """Cases by where they stood at the end of each day or week, stacked; a click picks a mark.

    Table: key, begins, ends, low, high (cases), tone (a party, or "done"), shade, band, cases,
    when. Its legend is given its tones when it is drawn.
    """
    named = "datum.label == 'done' ? 'completed' : datum.label"
    legend = alt.Legend(values=[], labelExpr=named, symbolType="square", columns=MANY_COLUMNS)
    axis = alt.Axis(title=None, tickMinStep=1, format="d")
    marks = (
        alt.Chart(TABLE)
        .mark_rect()
        .encode(
            x=dates("begins", 0),
            x2="ends:T",
            y=alt.Y("low:Q", axis=axis),
            y2="high:Q",
            color=ink("tone", legend),
            opacity=alt.Opacity("shade:Q", scale=None),
            tooltip=tips(when="At the end of", band="Where", cases="Cases"),
        )
        .add_params(PICK)
    )
    return look(marks, 280)


def ageing() -> Spec:
    """Open cases by step and age, over the ages at which finished ones left it; a click picks one.

    Table: key (the case), step, days, drawn (at most the edge), lane, state, firm, case_id, text,
    usual, n, p50, p85, p95 (empty if the finished cases are few).
    """
    states = alt.Legend(values=STATES[:3], columns=COLUMNS)
    dots = (
        alt.Chart(TABLE)
        .mark_point(filled=True, size=52, opacity=0.9)
        .encode(
            x=alt.X("drawn:Q", axis=ACROSS),
            y=ROWS,
            yOffset=alt.YOffset("lane:Q", scale=alt.Scale(domain=[-3, 3])),
            color=ink("state", states),
            shape=alt.Shape("state:N", scale=SHAPES, legend=states),
            tooltip=tips(
                firm="Firm", case_id="Case", step="Stands in", text="Age",
                usual="85 of 100 left it within",
            ),
        )
        .add_params(PICK)
    )  # fmt: skip
    layers = alt.layer(*_usual_ages(), dots)
    return look(layers.resolve_scale(color="independent", shape="independent"), {"step": 34})


def _usual_ages() -> list[alt.Chart]:
    """Within what age half, 85 and 95 of 100 had left the step, with a line at the 85."""
    usual = (
        alt.Chart(TABLE)
        .transform_aggregate(p50="min(p50)", p85="min(p85)", p95="min(p95)", groupby=["step"])
        .transform_filter("isValid(datum.p85)")
        .transform_calculate(zero="0")
        .encode(y=ROWS)
    )
    bands = [
        inked(usual.mark_bar(opacity=opacity, height={"band": 0.86}), "muted").encode(
            x=alt.X(f"{low}:Q", axis=ACROSS), x2=f"{high}:Q"
        )
        for low, high, opacity in (("zero", "p50", 0.32), ("p50", "p85", 0.2), ("p85", "p95", 0.1))
    ]
    edge = inked(usual.mark_tick(thickness=2, size=26), "ink").encode(x="p85:Q")
    return [*bands, edge]
