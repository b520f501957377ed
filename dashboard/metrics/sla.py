"""What an SLA report says of its cases: one table of them, counted by path and by team leader.

Screen and file count the same table, so they cannot differ.
"""

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

import numpy as np
import pyarrow as pa

from dashboard.store import View

PARTS = ("all", "workflow", "team_leader")
Row = Mapping[str, Any]

SUMMARY = pa.schema(
    {
        "part": pa.string(),
        "name": pa.string(),
        "n": pa.int64(),
        "within_target": pa.int64(),
        "within_limit": pa.int64(),
        "within_limit_by_date": pa.int64(),
        "p50_minutes": pa.float64(),
        "p85_minutes": pa.float64(),
        "p95_minutes": pa.float64(),
        "open_late": pa.int64(),
    }
)


def sla_summary(cases: pa.Table) -> pa.Table:
    """The table of `sla_cases` counted: all cases, then by path, then by team leader.

    One row a part and name: n completed cases, of them within_target, within_limit (both exact)
    and within_limit_by_date; p50_, p85_, p95_minutes of the completed ones (linear
    interpolation, empty without any); open_late, which are not part of n. A case without a team
    leader counts under the empty name.
    """
    rows = cases.to_pylist()
    groups: dict[tuple[str, str], list[Row]] = {("all", ""): []}
    for part in PARTS:
        for row in sorted(rows, key=lambda row: str(row.get(part) or "")):
            groups.setdefault((part, str(row.get(part) or "")), []).append(row)
    counted = [
        {"part": part, "name": name, **_counted(members)}
        for (part, name), members in groups.items()
    ]
    return pa.Table.from_pylist(counted, schema=SUMMARY)


def _counted(rows: Iterable[Row]) -> dict[str, Any]:
    done = [row for row in rows if row["state"] == "closed"]
    minutes = [row["business_minutes"] for row in done]
    p50, p85, p95 = np.quantile(minutes, [0.5, 0.85, 0.95]) if minutes else (None, None, None)
    kept = ("within_target", "within_limit", "within_limit_by_date")
    return {
        "n": len(done),
        **{name: sum(bool(row[name]) for row in done) for name in kept},
        "p50_minutes": p50,
        "p85_minutes": p85,
        "p95_minutes": p95,
        "open_late": sum(row["state"] == "open" for row in rows),
    }


def stamped(table: pa.Table, view: View, now: datetime) -> pa.Table:
    """The table with what a report ends each row with: as_of, log_position, log_hash.

    With them the same report can be made again, and it shows from which log it came.
    """
    head, n = view.head(), table.num_rows
    stamps = {
        "as_of": pa.array([now] * n, pa.timestamp("us", "UTC")),
        "log_position": pa.array([head.position] * n, pa.int64()),
        "log_hash": pa.array([head.hash] * n, pa.string()),
    }
    for name, column in stamps.items():
        table = table.append_column(name, column)
    return table
