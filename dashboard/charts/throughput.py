"""The charts of Throughput: whether we are on time, and whether we keep up."""

import altair as alt

from dashboard.charts.look import (
    MONTH,
    PICK,
    SCALE,
    SHAPES,
    TABLE,
    Spec,
    dates,
    days,
    ink,
    inked,
    look,
    promise,
    shares,
    tips,
)
from dashboard.charts.tokens import STATES

# What a state means for a case that is done; the target and the limit stand beside the chart.
DONE = (
    "datum.label == 'on time' ? 'within target' :"
    " datum.label == 'at risk' ? 'over target' : 'late, over limit'"
)


def cycle_trend() -> Spec:
    """Percentiles of the cycle time by period; a click picks the period.

    Table: key, period, percentile, days, label_days, text, n, few, tone, is_last, target, limit.
    """
    base = alt.Chart(TABLE).encode(x=dates("period", 12), y=days("days"))
    tip = [
        alt.Tooltip("period:T", format="%-d %B %Y", title="Completed from"),
        alt.Tooltip("percentile:N", title="Percentile"),
        alt.Tooltip("text:N", title="Cycle time"),
        alt.Tooltip("n:Q", title="Cases"),
    ]
    line = base.mark_line(strokeWidth=2.25, interpolate="monotone").encode(
        color=ink("tone"), detail="percentile:N"
    )
    dots = base.mark_point(size=46, filled=True, opacity=1).encode(color=ink("tone"), tooltip=tip)
    holes = base.mark_point(size=14, filled=True, opacity=1).transform_filter("datum.few")
    words = (
        base.mark_text(align="left", dx=10, fontWeight=600)
        .encode(y=days("label_days"), text="percentile:N", color=ink("tone"))
        .transform_filter("datum.is_last")
    )
    behind, named = promise()
    return look(
        alt.layer(*behind, line, dots, inked(holes, "paper"), words, *named, around(base, tip)), 280
    )


def around(base: alt.Chart, tip: list[alt.Tooltip] | None = None) -> alt.Chart:
    """What a click near a point picks, unseen and on top: a hollow point has no middle."""
    marks = base.mark_point(size=90, filled=True, opacity=0.001)
    return (marks.encode(tooltip=tip) if tip else marks).add_params(PICK)


def cycle_scatter() -> Spec:
    """Every completed case by its completion; a click picks the case.

    Table: closed, drawn (days, at most the upper edge), days, state, firm, case_id, text, path,
    p50, p85 (empty if the cases are few), p85_word (the height of its word).
    """
    picked = alt.selection_point(name="picked", fields=["case_id"])
    legend = alt.Legend(values=STATES[:3], labelExpr=DONE)
    marks = (
        alt.Chart(TABLE)
        .mark_point(filled=True, size=34)
        .encode(
            x=dates("closed"),
            y=days("drawn"),
            color=ink("state", legend),
            shape=alt.Shape("state:N", scale=SHAPES, legend=legend),
            opacity=alt.condition(picked, alt.value(0.8), alt.value(0.2)),
            tooltip=[
                alt.Tooltip("firm:N", title="Firm"),
                alt.Tooltip("case_id:N", title="Case"),
                alt.Tooltip("path:N", title="Path"),
                alt.Tooltip("text:N", title="Cycle time"),
                alt.Tooltip("closed:T", format="%a %-d %b %Y", title="Completed"),
            ],
        )
        .add_params(picked)
    )
    layers = alt.layer(marks, *_finish_lines())
    return look(layers.resolve_scale(color="independent", shape="independent"), 280)


def _finish_lines() -> list[alt.Chart]:
    """Within what half and 85 of 100 finish, each with its word at the right."""
    base = (
        alt.Chart(TABLE)
        .transform_aggregate(p50="min(p50)", p85="min(p85)", p85_word="min(p85_word)")
        .transform_filter("isValid(datum.p50)")
    )
    lines = [
        base.mark_rule(strokeWidth=1.25, strokeDash=dash).encode(y=f"{field}:Q")
        for field, dash in (("p50", [1, 0]), ("p85", [2, 2]))
    ]
    words = [
        base.mark_text(align="left", dx=6, fontWeight=600).encode(
            x=alt.value("width"), y=f"{field}:Q", text=alt.value(text)
        )
        for field, text in (("p50", "half"), ("p85_word", "85 of 100"))
    ]
    return [inked(part, "ink") for part in (*lines, *words)]


def attainment() -> Spec:
    """The share that kept target and limit; what missed it stays blank. A click picks a part.

    Table: key, month, state (three of them), opacity, rank, share, n, few, within, shown, by_date,
    by_date_text.
    """
    kept = "datum.label == 'on time' ? 'within the target' : 'within the limit'"
    axis = alt.Axis(title=None, labelAngle=0, labelExpr=MONTH)
    width = alt.ExprRef("min(bandwidth('x'), 64)")  # one month alone is no wall
    base = alt.Chart(TABLE).encode(x=alt.X("yearmonth(month):O", axis=axis))
    tip = [
        alt.Tooltip("month:T", format="%B %Y", title="Completed in"),
        alt.Tooltip("shown:N", title="Within the limit"),
        alt.Tooltip("by_date_text:N", title="By date"),
        alt.Tooltip("n:Q", title="Cases"),
    ]
    bars = base.mark_bar(cornerRadius=1, width=width).encode(
        y=shares("share").stack("zero"),
        color=ink("state", alt.Legend(values=STATES[:2], labelExpr=kept, symbolType="square")),
        order=alt.Order("rank:Q"),
        opacity=alt.Opacity("opacity:Q", scale=None),
        tooltip=tip,
    )
    bars = bars.add_params(PICK)
    one = base.transform_filter("datum.rank == 1")
    ticks = one.mark_tick(thickness=2, size=width).encode(y="by_date:Q", tooltip=tip)
    words = (
        one.mark_text(
            fontWeight=600, fontSize=11, dy=-9, opacity=alt.ExprRef("bandwidth('x') < 26 ? 0 : 1")
        )
        .transform_calculate(top="max(datum.within, datum.by_date)")
        .encode(y="top:Q", text="shown:N")
    )
    layers = alt.layer(bars, inked(ticks, "ink"), inked(words, "ink"))
    return look(layers.resolve_scale(color="independent"), 260)


def open_cases() -> Spec:
    """How many cases are open, and late, at the end of each week; a click picks the week.

    Table: key, week, week_end, open, late, opened, completed; a last row, without a key, closes
    the last week.
    """
    areas = (*_steps("open", "accent", 0.16), *_steps("late", "late", 0.35))
    return look(alt.layer(*areas, _weeks()), 180)


def _weeks() -> alt.Chart:
    """A week from top to bottom, unseen: an area is one mark, and no week of it can be clicked."""
    tip = [
        alt.Tooltip("week:T", format="Week of %-d %b %Y", title="Week"),
        *tips(
            opened="Opened", completed="Completed", open="Open at its end", late="Past the limit"
        ),
    ]
    base = alt.Chart(TABLE).transform_filter("isValid(datum.key)")
    return (
        base.mark_rect(opacity=0.001)
        .encode(x=dates("week", 4), x2="week_end:T", tooltip=tip)
        .add_params(PICK)
    )


def _steps(field: str, token: str, opacity: float) -> list[alt.Chart]:
    """An area that holds its height for a week, with an edge."""
    axis = alt.Axis(title=None, tickMinStep=1, format="d")
    base = alt.Chart(TABLE).encode(x=dates("week", 4), y=alt.Y(f"{field}:Q", axis=axis))
    area = base.mark_area(opacity=opacity, interpolate="step-after")
    edge = base.mark_line(strokeWidth=1.75, interpolate="step-after")
    return [inked(area, token), inked(edge, token)]


def arrivals() -> Spec:
    """Cases opened and completed week by week, as two lines; a click picks a point.

    Table: key, week, kind ("opened", "completed"), cases, tone, is_last.
    """
    axis = alt.Axis(title=None, tickMinStep=1, format="d")
    base = alt.Chart(TABLE).encode(
        x=dates("week", 4),
        y=alt.Y("cases:Q", axis=axis),
        color=alt.Color(
            "tone:N",
            scale=SCALE,
            legend=alt.Legend(
                values=["ink", "muted"],
                labelExpr="datum.label == 'ink' ? 'opened' : 'completed'",
                symbolType="stroke",
            ),
        ),
        tooltip=[
            alt.Tooltip("week:T", format="Week of %-d %b %Y", title="Week"),
            alt.Tooltip("kind:N", title="What"),
            alt.Tooltip("cases:Q", title="Cases"),
        ],
    )
    line = base.mark_line(strokeWidth=1.75).encode(detail="kind:N")
    dots = base.mark_point(size=16, filled=True, opacity=1)  # one week alone makes no line
    return look(alt.layer(line, dots, around(base)), 180)
