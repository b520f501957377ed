"""The charts of Bottlenecks: where the time goes, against the budget, and what could be won."""

from typing import Any

import altair as alt

from dashboard.charts.look import COLUMNS, SCALE, SHARE, TABLE, Spec, ink, inked, look, tips
from dashboard.charts.tokens import PART_TONES

ROW_PX = 30
PART_WORDS = (
    "datum.label == 'accent' ? 'waiting' : datum.label == 'done' ? 'in work' : 'Start not recorded'"
)
HOURS = "datum.value + ' h'"
CHANGES = {
    "kept": "(datum.value > 0 ? '+' : '') + format(100 * datum.value, '.0f') + ' points'",
    "time": "(datum.value < 0 ? '−' : '') + format(abs(datum.value), '.2~f') + ' h'",
}


def lanes(field: str) -> alt.Y:
    """One lane a row, in the order of the table, its name in full."""
    return alt.Y(
        f"{field}:N", sort=None, axis=alt.Axis(title=None, grid=False, labelLimit=190),
        scale=alt.Scale(paddingInner=0.3),
    )  # fmt: skip


def across(field: str, label: str, title: str | None = None, **more: Any) -> alt.X:
    """A measure along the x axis."""
    axis = alt.Axis(labelExpr=label, title=title, grid=True, gridOpacity=0.7, tickCount=5)
    return alt.X(f"{field}:Q", axis=axis, **more)


def step_time() -> Spec:
    """Each step's share of the time, waiting and in work; a click picks the bar.

    Table: workflow, step, lane, part, rank, tone, share, whole (the step's), shown, text, n,
    usual, is_last.
    """
    picked = alt.selection_point(name="picked", fields=["workflow", "step", "part"], toggle=False)
    legend = alt.Legend(
        values=list(PART_TONES.values()), labelExpr=PART_WORDS, symbolType="square",
        columns=COLUMNS,
    )  # fmt: skip
    base = alt.Chart(TABLE).encode(y=lanes("lane"))
    bars = (
        base.mark_bar(cursor="pointer")
        .encode(
            x=across("share", SHARE, stack="zero"),
            color=alt.Color("tone:N", scale=SCALE, legend=legend),
            order=alt.Order("rank:Q"),
            opacity=alt.condition(picked, alt.value(1), alt.value(0.35)),
            tooltip=tips(lane="Step", part="Part", text="Average a case", shown_part="Of all",
                         n="Cases", usual="Half within"),
        )
        .add_params(picked)
    )  # fmt: skip
    words = (
        base.mark_text(align="left", dx=6, fontWeight=600)
        .encode(x="whole:Q", text="shown:N")
        .transform_filter("datum.is_last")
    )
    return look(
        alt.layer(bars, inked(words, "ink")).resolve_scale(color="independent"), {"step": ROW_PX}
    )


def party_time() -> Spec:
    """Each party's share of the time, in its own colour; a click picks the party.

    Table: party, lane, tone, share, shown, text, n, usual.
    """
    picked = alt.selection_point(name="picked", fields=["party"], toggle=False)
    base = alt.Chart(TABLE).encode(y=lanes("lane"), x=across("share", SHARE))
    bars = (
        base.mark_bar(cursor="pointer")
        .encode(
            color=ink("tone"),
            opacity=alt.condition(picked, alt.value(1), alt.value(0.35)),
            tooltip=tips(lane="Whose turn", text="Average a case", shown="Of all", n="Cases",
                         usual="Half within"),
        )
        .add_params(picked)
    )  # fmt: skip
    words = base.mark_text(align="left", dx=6, fontWeight=600).encode(text="shown:N")
    return look(
        alt.layer(bars, inked(words, "ink")).resolve_scale(color="independent"), {"step": ROW_PX}
    )


def step_spread() -> Spec:
    """From the half to 85 of 100 in each step, thin on to 95, against the step's budget.

    Table: lane, p50, p85, p95, budget (hours), tone, few, half, most, nearly, budget_text,
    slack, n.
    """
    tip = tips(
        lane="Step", half="Half within", most="85 of 100 within", nearly="95 of 100 within",
        budget_text="Budget", slack="Slack at 85 of 100", n="Cases",
    )  # fmt: skip
    legend = alt.Legend(
        values=["ink", "accent"],
        labelExpr="datum.label == 'ink' ? '85 of 100 within budget' : 'over it'",
        symbolType="circle",
        columns=COLUMNS,
    )
    base = alt.Chart(TABLE).encode(y=lanes("lane"), tooltip=tip)
    hours = across("p50", HOURS, "business time in the step")
    thin = base.mark_rule(strokeWidth=1.5, opacity=0.5).encode(
        x=hours, x2="p95:Q", color=ink("tone")
    )
    thick = base.mark_rule(strokeWidth=6, opacity=0.55).encode(
        x="p50:Q", x2="p85:Q", color=ink("tone")
    )
    dots = base.mark_point(filled=True, size=80, opacity=1).encode(
        x="p50:Q", color=alt.Color("tone:N", scale=SCALE, legend=legend)
    )
    holes = base.mark_point(filled=True, size=26, opacity=1).encode(x="p50:Q")
    budget = base.mark_tick(thickness=3, size=22).encode(x="budget:Q")
    layers = alt.layer(
        thin, thick, dots, inked(holes.transform_filter("datum.few"), "paper"),
        inked(budget, "muted"),
    )  # fmt: skip
    return look(layers.resolve_scale(color="independent"), {"step": ROW_PX})


def best_quarter(kind: str) -> Spec:
    """What one step as in its best quarter would change: the estimate with its interval.

    Table: lane, change, low, high, tone, is_told, shown, interval, quarter, median, best, n.
    """
    tip = tips(
        lane="Step", shown="Estimate", interval="95 % interval", quarter="Best quarter",
        median="Median in the step", best="In that quarter", n="Cases",
    )  # fmt: skip
    base = alt.Chart(TABLE).encode(y=lanes("lane"), tooltip=tip)
    zero = alt.Chart(alt.InlineData(values=[{"zero": 0}])).mark_rule(strokeWidth=1.25)
    spread = base.mark_rule(strokeWidth=3, opacity=0.45, strokeCap="round").encode(
        x=across("low", CHANGES[kind]), x2="high:Q", color=ink("tone")
    )
    dots = base.mark_point(filled=True, size=80, opacity=1).encode(x="change:Q", color=ink("tone"))
    holes = base.mark_point(filled=True, size=26, opacity=1).encode(x="change:Q")
    layers = alt.layer(
        inked(zero.encode(x="zero:Q"), "muted"), spread, dots,
        inked(holes.transform_filter("!datum.is_told"), "paper"),
    )  # fmt: skip
    return look(layers.resolve_scale(color="independent"), {"step": ROW_PX})
