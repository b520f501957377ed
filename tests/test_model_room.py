"""What the read model keeps of the tables that were asked for: little room, and none for long."""

import weakref
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pyarrow as pa
import pytest

from dashboard import commands
from dashboard.store import Store
from tests.builders import LEAD, form
from tests.sheets import NOW

MOST_BYTES = 10_000  # of a table of one row


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    opened = Store.open(tmp_path / "log.duckdb")
    commands.open_case(opened, "local", form("local"), by=LEAD, now=NOW)
    yield opened
    opened.close()


def test_tables_of_a_few_rows_take_no_more_room_than_their_rows(store: Store):
    store.run("worklist", now=NOW)
    before = pa.total_allocated_bytes()

    kept = [store.run("worklist", now=NOW + timedelta(minutes=n)) for n in range(100)]

    assert [table.num_rows for table in kept] == [1] * 100
    # Arrow's own room, in full; what DuckDB gives lies outside of it, 50 to 100 kB a table
    taken = pa.total_allocated_bytes() - before
    assert sum(table.nbytes for table in kept) <= taken < 100 * MOST_BYTES


def test_tables_of_an_earlier_state_are_let_go(store: Store):
    earlier = weakref.ref(store.run("worklist", now=NOW))
    assert earlier() is store.run("worklist", now=NOW)

    commands.open_case(store, "local", form("local"), by=LEAD, now=NOW)

    assert earlier() is None
    assert store.run("worklist", now=NOW).num_rows == 2
