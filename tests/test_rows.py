"""Rows of a table for what is drawn row by row."""

from datetime import UTC, date, datetime

import pyarrow as pa

from dashboard.figures.rows import rows_of


def test_rows_are_those_that_arrow_gives():
    instants = [datetime(2026, 10, 30, 15, 30, 0, 1, UTC), None, datetime(1969, 12, 31, tzinfo=UTC)]
    table = pa.table({
        "at": pa.array(instants, pa.timestamp("us", "UTC")),
        "plain": pa.array([1, None, 2], pa.timestamp("us")),
        "day": [date(2026, 1, 1), None, None],
        "parts": [["a"], [], None],
        "n": [1, None, 3],
    })  # fmt: skip

    assert rows_of(table) == table.to_pylist()
    assert [row["at"] for row in rows_of(table)] == instants
    assert rows_of(table.slice(0, 0)) == []
