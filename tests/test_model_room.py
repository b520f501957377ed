"""What the read model keeps of the tables that were asked for: little room, and none for long."""

import re
import weakref
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from dashboard import commands
from dashboard.store import Store
from tests.builders import LEAD, form
from tests.sheets import NOW

MB = 1_000


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    opened = Store.open(tmp_path / "log.duckdb")
    commands.open_case(opened, "local", form("local"), by=LEAD, now=NOW)
    yield opened
    opened.close()


def addressed_mb() -> float:
    """What this process has asked the system for, touched or not."""
    [kb] = re.findall(r"VmSize:\s+(\d+)", Path("/proc/self/status").read_text("ascii"))
    return int(kb) / MB


def test_tables_of_a_few_rows_take_no_more_room_than_their_rows(store: Store):
    store.run("worklist", now=NOW)
    before = addressed_mb()

    kept = [store.run("worklist", now=NOW + timedelta(minutes=n)) for n in range(100)]

    assert [table.num_rows for table in kept] == [1] * 100
    assert addressed_mb() - before < 200  # as DuckDB gives them they take thousands


def test_tables_of_an_earlier_state_are_let_go(store: Store):
    earlier = weakref.ref(store.run("worklist", now=NOW))
    assert earlier() is store.run("worklist", now=NOW)

    commands.open_case(store, "local", form("local"), by=LEAD, now=NOW)

    assert earlier() is None
    assert store.run("worklist", now=NOW).num_rows == 2
