"""The chart of the Case page: whose turn it was, as lanes in business time."""

import altair as alt

from dashboard.charts.look import DAYS, TABLE, Spec, ink, inked, look

LANE_PX = 34


def turns() -> Spec:
    """One bar a turn, one lane a party. Table: as ui.case_rows.turn_lanes gives it."""
    axis = alt.Axis(
        labelExpr=DAYS, title=None, grid=True, gridOpacity=0.7, tickMinStep=0.5, tickCount=8
    )
    bars = (
        alt.Chart(TABLE)
        .mark_bar(cornerRadius=2, height={"band": 0.62})
        .encode(
            x=alt.X("began:Q", axis=axis, scale=alt.Scale(zero=True, nice=False)),
            x2="ended:Q",
            y=alt.Y("lane:N", sort=None, axis=alt.Axis(title=None, grid=False, labelLimit=220)),
            color=ink("tone"),
            tooltip=[
                alt.Tooltip("step:N", title="Step"),
                alt.Tooltip("party:N", title="Whose turn"),
                alt.Tooltip("text:N", title="Business time"),
            ],
        )
    )
    base = alt.Chart(TABLE).transform_aggregate(target="min(target)", limit="min(limit)")
    lines = [
        inked(base.mark_rule(strokeWidth=1.25, strokeDash=dash).encode(x=f"{name}:Q"), token)
        for name, dash, token in (("target", [4, 3], "at risk"), ("limit", [1, 0], "late"))
    ]
    return look(alt.layer(bars, *lines), {"step": LANE_PX})
