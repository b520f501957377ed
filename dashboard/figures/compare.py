"""The month-end window against the rest of the month, step by step."""

from typing import Any

import pyarrow as pa

from dashboard.charts import Spec
from dashboard.charts.late import alt, look
from dashboard.figures import listed
from dashboard.figures.figure import Cases, Figure, Row, Scope
from dashboard.figures.marks import HOUR, step_name
from dashboard.figures.month_end import FEWEST_MONTH_ENDS, STATISTICS, between_factors, told_apart
from dashboard.findings import Promise, count
from dashboard.findings.words import step
from dashboard.formats import FEWEST

MOST_NAMED = 3  # steps in one sentence
GROUPS = ["window", "rest"]
WHEN = {"window": "in the window", "rest": "in the rest of the month"}
TIPS = {
    "step": "Step",
    "group_text": "When",
    "text": "Median",
    "n": "Cases",
    "interval": "As long, 95% for all steps",
}


def sentence(steps: pa.Table) -> str:
    """From month_end_steps: which differences are significant, and by what factor."""
    rows = [row for row in steps.to_pylist() if row["step"] > 1]
    told, judged = told_apart(rows), [row for row in rows if row["factor"] is not None]
    if not judged:
        return "No step has enough month ends to judge."
    if not told:
        return f"No statistically significant difference in {count(len(judged), 'step')}."
    named = [f"{step(row)} takes **{row['factor']:.1f}×** as long" for row in told[:MOST_NAMED]]
    more = len(told) - MOST_NAMED
    also = f"; {more} more are significant" if more > 1 else "; 1 more is significant" * (more > 0)
    rest = len(judged) - len(told)
    text = f"In the window {'; '.join(named)}{also}."
    return f"{text} For the other {rest} there is too little data to tell." if rest else text


def rows(table: pa.Table, scope: Scope) -> pa.Table:
    """The rows of `chart`: two a step, the window's with the interval of the difference."""
    return pa.Table.from_pylist(
        [
            _compared(row, group, step_name(row, scope.filters), scope.promise)
            for row in table.to_pylist()
            if row["step"] > 1  # the form takes no time
            for group in GROUPS
            if row[f"n_{group}"]
        ]
    )


def _compared(row: dict[str, Any], group: str, step: str, asked: Promise) -> dict[str, Any]:
    minutes, rest = row[f"median_{group}_minutes"], row["median_rest_minutes"]
    low, high = row["low_minutes"], row["high_minutes"]
    is_known = low is not None
    is_told = row["told_from_chance"]
    has_bar = is_known and group == "window"
    return {
        "key": f"{row['workflow']} {row['step']} {group}",
        "step": step,
        "group": group,
        "group_text": "in the window" if group == "window" else "rest of the month",
        "tone": "accent" if group == "window" else "muted",
        "hours": minutes / HOUR,
        "low": max((rest + low) / HOUR, 0.0) if has_bar else None,
        "high": (rest + high) / HOUR if has_bar else None,
        "text": asked.minutes(minutes),
        "interval": between_factors(row) if is_known else "–",
        "n": row[f"n_{group}"],
        "few": row[f"n_{group}"] < FEWEST,
        "times": f"{row['factor']:.1f}×" if is_told else "",
        "is_told": is_told,
    }


def chart() -> Spec:
    """Each step's median in the window and in the rest, and how much longer the window may make it.

    The bar is the interval of the factor, laid from the rest's median: if it does not touch the
    rest's mark, the difference is significant. Two intervals of their own would not say that:
    they may overlap although the sides surely differ.

    Table: key, step, group, tone, hours, low, high, text, interval, n, few, times, is_told.
    """
    rows = alt.Y("step:N", sort=None, axis=alt.Axis(title=None, grid=False))
    shift = alt.YOffset("group:N", scale=alt.Scale(domain=GROUPS, paddingOuter=0.8))
    hours = alt.Axis(
        labelExpr="datum.value + ' h'",
        title="median business time",
        grid=True,
        gridOpacity=0.7,
        tickCount=5,
    )
    words = "datum.label == 'accent' ? 'in the window' : 'the rest'"
    legend = alt.Legend(values=["accent", "muted"], symbolType="circle", labelExpr=words)
    base = alt.Chart(look.TABLE).encode(y=rows, yOffset=shift, tooltip=look.tips(**TIPS))
    bars = (
        base.mark_rule(strokeWidth=3, opacity=0.45, strokeCap="round")
        .encode(x=alt.X("low:Q", axis=hours), x2="high:Q", color=look.ink("tone"))
        .transform_filter("isValid(datum.low)")
    )
    dots = base.mark_point(filled=True, size=80, opacity=1).encode(
        x="hours:Q", color=alt.Color("tone:N", scale=look.SCALE, legend=legend)
    )
    picked = dots.add_params(look.PICK)
    holes = base.mark_point(filled=True, size=26, opacity=1).encode(x="hours:Q")
    layers = alt.layer(
        bars,
        picked,
        look.inked(holes.transform_filter("datum.few"), "paper"),
        look.inked(_times(rows), "ink"),
    )
    return look.look(layers.resolve_scale(color="independent"), {"step": 40, "for": "position"})


def _times(rows: "alt.Y") -> "alt.Chart":
    """By what factor the window's differs, where that can be told from chance."""
    return (
        alt.Chart(look.TABLE)
        .mark_text(align="left", dx=8, fontWeight=600)
        .encode(y=rows, x=alt.value("width"), text="times:N")
        .transform_filter("datum.group == 'window' && datum.is_told")
    )


def behind(mark: Row, scope: Scope) -> Cases:
    workflow, number, group = mark["key"].split()
    return listed.in_step(
        scope, "compare-then", workflow, int(number), WHEN[group], in_window=group == "window"
    )


COMPARE = Figure(
    key="compare",
    question="Month-end window vs. the rest, by step",
    query="month_end_steps",
    method=STATISTICS,
    says=lambda table, _: sentence(table),
    rows=rows,
    chart=chart,
    alt="Median time in each step, in the month-end window and in the rest",
    note=(
        "Median business time in each step. The bar: how long the step would take in the window, "
        "with 95% confidence for all steps at once, judging each month end against the days "
        "around it. If the bar excludes the mark for the rest, the factor is shown at the right. "
        f"Hollow: fewer than {FEWEST} cases; no bar: fewer than {FEWEST_MONTH_ENDS} month ends. "
        "Excludes steps still in progress. Click a mark to list its cases."
    ),
    behind=behind,
    is_behind_below=True,
)
