"""The chart of What if: what a change would do to the time of each path, with its interval."""

from typing import Any

import altair as alt

from dashboard.charts.look import (
    CHANGES,
    ROW_PX,
    TABLE,
    Spec,
    across,
    ink,
    inked,
    lanes,
    look,
    once,
    tips,
)


def effects() -> Spec:
    """Effects on business time; hollow where it may be nothing. Less than an hour looks small.

    Table: lane, effect, low, high (hours), tone, is_told, base, changed, shown, interval, n.
    """
    tip = tips(
        lane="Path", base="Now", changed="Changed", shown="Effect",
        interval="90% interval", n="Completed cases",
    )  # fmt: skip
    base: Any = alt.Chart(TABLE).encode(y=lanes("lane"), tooltip=tip)
    zero = once(zero=0).mark_rule(strokeWidth=1.25).encode(x="zero:Q")
    hour = once(least=-1, most=1).mark_rule(opacity=0).encode(x="least:Q", x2="most:Q")
    spread = base.mark_rule(strokeWidth=3, opacity=0.45, strokeCap="round").encode(
        x=across("low", CHANGES["time"], "effect on business time"), x2="high:Q", color=ink("tone")
    )
    dots = base.mark_point(filled=True, size=80, opacity=1).encode(x="effect:Q", color=ink("tone"))
    holes = base.mark_point(filled=True, size=26, opacity=1).encode(x="effect:Q")
    layers = alt.layer(
        hour, inked(zero, "muted"), spread, dots,
        inked(holes.transform_filter("!datum.is_told"), "paper"),
    )  # fmt: skip
    return look(layers.resolve_scale(color="independent"), {"step": ROW_PX})
