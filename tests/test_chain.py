"""The chain of events that come as batches: whatever is not as it was written is seen."""

from collections.abc import Callable
from typing import Any

import pyarrow as pa
import pytest

from dashboard.store import chain
from dashboard.store.chain import checked
from dashboard.store.duckdb_chain import BrokenChain, UnknownKinds
from dashboard.store.log import SCHEMA, Head, Tip, events_table, place
from tests.drafts import KINDS, draft

COUNT = 30
Change = Callable[[list[dict[str, Any]]], list[dict[str, Any]]]


@pytest.fixture(params=[5, COUNT + 1], ids=["in SQL", "in Python"])
def way(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """Short batches are checked in Python, long ones in SQL."""
    monkeypatch.setattr(chain, "FEW", request.param)


def events() -> list[dict[str, Any]]:
    drafts = [draft(version=version, data={"text": "é🙂"}) for version in range(1, COUNT + 1)]
    return events_table(place(drafts, Tip(Head.empty(), 0), {}, {})).to_pylist()


def check(rows: list[dict[str, Any]], head: Head | None = None, size: int = 10) -> int:
    """How many events come through, in batches of that size."""
    batches = [
        pa.Table.from_pylist(rows[start : start + size], schema=SCHEMA)
        for start in range(0, len(rows), size)
    ]
    return sum(batch.num_rows for batch in checked(batches, head or Head.empty(), KINDS))


@pytest.mark.usefixtures("way")
def test_what_was_written_comes_through_from_the_beginning_and_from_any_event():
    rows = events()

    assert check(rows) == COUNT
    assert check(rows[7:], Head(7, rows[6]["hash"])) == COUNT - 7
    assert check([]) == 0


def _other(name: str, value: object) -> Change:
    return lambda rows: [*rows[:12], rows[12] | {name: value}, *rows[13:]]


@pytest.mark.usefixtures("way")
@pytest.mark.parametrize(
    "change",
    [
        _other("actor", "x"), _other("data", "{}"), _other("version", 99), _other("hash", "x"),
        _other("occurred_us", 1), _other("stream", "x"), _other("position", 99),
        lambda rows: rows[:12] + rows[13:],
        lambda rows: [*rows[:12], rows[11], *rows[12:]],
        lambda rows: [*rows[:12], rows[13], rows[12], *rows[14:]],
        lambda rows: rows[1:],
    ],
)  # fmt: skip
def test_an_event_changed_lost_doubled_or_swapped_is_seen(change: Change):
    with pytest.raises(BrokenChain, match=r"event \d+ has been altered"):
        check(change(events()))


@pytest.mark.usefixtures("way")
def test_events_that_follow_another_head_are_not_taken():
    with pytest.raises(BrokenChain):
        check(events()[7:], Head(7, "0" * 64))


@pytest.mark.usefixtures("way")
def test_a_kind_that_is_not_known_is_named():
    batch = events_table(place([draft(kind="case_merged")], Tip(Head.empty(), 0), {}, {}))

    with pytest.raises(UnknownKinds, match="case_merged"):
        list(checked([batch], Head.empty(), KINDS))
