"""What goes in and out along the month, and the order step's queue; on the axis of Month end."""

from typing import Any

import altair as alt

from dashboard.charts.look import PICK, SCALE, TABLE, Spec, ink, inked, look, tips
from dashboard.charts.month_end import Window, place, shade

KINDS = "datum.label == 'ink' ? 'opened' : 'completed'"


def _cases(field: str) -> alt.Y:
    axis = alt.Axis(title=None, tickCount=5)
    return alt.Y(f"{field}:Q", axis=axis, scale=alt.Scale(zero=True))


def month_flow(window: Window) -> Spec:
    """Cases opened and completed on an average business day of each place.

    Table: key, place, kind, tone, mean, text, total, n.
    """
    tip = tips(place="Business days to month end", kind="Cases", text="A day", n="Days")
    legend = alt.Legend(values=["ink", "muted"], symbolType="circle", labelExpr=KINDS)
    base: Any = alt.Chart(TABLE).encode(x=place(window), y=_cases("mean"))
    lines = base.mark_line(strokeWidth=2).encode(color=ink("tone"))
    dots = (
        base.mark_point(filled=True, size=70, opacity=1)
        .encode(color=alt.Color("tone:N", scale=SCALE, legend=legend), tooltip=tip)
        .add_params(PICK)
    )
    layers = alt.layer(shade(window), lines, dots)
    return look(layers.resolve_scale(color="independent"), 220)


def order_queue(window: Window) -> Spec:
    """How many cases stand in the order step as an average business day of each place ends.

    Table: key, place, tone, mean, median, party, text, median_text, party_text, n, few.
    """
    tip = tips(
        place="Business days to month end", text="In the step, mean", median_text="Median",
        party_text="With the Order Team, as recorded", n="Days",
    )  # fmt: skip
    base: Any = alt.Chart(TABLE).encode(x=place(window))
    bars = (
        base.mark_bar(cornerRadiusEnd=2)
        .encode(
            y=_cases("mean"),
            color=ink("tone"),
            opacity=alt.condition("datum.few", alt.value(0.45), alt.value(1)),
            tooltip=tip,
        )
        .add_params(PICK)
    )
    ticks = inked(base.mark_tick(thickness=2.5).encode(y=_cases("median")), "ink")
    return look(alt.layer(bars, ticks), 220)
