"""The figure of a case's turns as its chart wants it."""

from collections.abc import Mapping

import pyarrow as pa

from dashboard import formats
from dashboard.charts import PARTIES


def turn_lanes(
    table: pa.Table, totals: Mapping[str, int], day_us: int, target_us: int, limit_us: int
) -> pa.Table:
    """Rows of charts.TURNS from `case_turns`: in business days, each lane with its total.

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
