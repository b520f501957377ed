"""The chart of the Case page: whose turn it was, as lanes in business time."""

from collections.abc import Mapping

import altair as alt
import pyarrow as pa

from dashboard import formats
from dashboard.charts.look import DAYS, PARTIES, TABLE, Spec, ink, inked, look

LANE_PX = 34


def turns() -> Spec:
    """One bar a turn, one lane a party. Table: as `turn_lanes` gives it."""
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


def turn_lanes(
    table: pa.Table, totals: Mapping[str, int], day_us: int, target_us: int, limit_us: int
) -> pa.Table:
    """The figure `case_turns` as the lanes want it: in business days, each lane with its total.

    An agreed date is nobody's turn and has no colour of its own.
    """
    lanes = {party: f"{party} {formats.duration(us, day_us)}" for party, us in totals.items()}
    return pa.Table.from_pylist(
        [
            {
                "lane": lanes[row["party"]],
                "party": row["party"],
                "tone": row["party"] if row["party"] in PARTIES else "muted",
                "step": f"{row['step']} {row['step_label']}",
                "began": row["began_us"] / day_us,
                "ended": row["ended_us"] / day_us,
                "text": formats.duration(row["business_us"], day_us),
                "target": target_us / day_us,
                "limit": limit_us / day_us,
            }
            for row in table.to_pylist()
        ]
    )


TURNS = turns()
