"""What a log would be if the clock had not been ahead: written as a copy, of which a log is made.

The log itself is never changed. Up to an instant everything stays as it is, to the hash; what was
recorded later is recorded again at that instant, in its order; the last event names the old log.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from uuid import UUID, uuid5

import pyarrow as pa
import pyarrow.compute as pc

from dashboard.cases import Draft, Event
from dashboard.store.copies import personal_table, write_copy
from dashboard.store.log import Head, Log, Tip, canonical_json, events_table, link, place

KIND, STREAM, ISSUED = "clock_repaired", "repairs", "report_issued"
OURS = UUID("5f3c0f0e-8f0b-5d1e-9b7e-2a1f6f0c9d42")
# What in an event's data says when something was, or is tried again: no later than now either.
INSTANTS = ("at_us", "as_of_us", "learnt_us", "again_us")


@dataclass(frozen=True, slots=True)
class Later:
    """What was recorded after an instant: how many events, and the references of reports."""

    count: int
    reports: tuple[str, ...]


def later(log: Log, until_us: int) -> Later:
    """What the log holds that was recorded after that instant."""
    count, reports = 0, list[str]()
    for batch in log.read():
        late = batch.filter(pc.field("recorded_us") > until_us)
        count += late.num_rows
        issued = late.filter(pc.field("kind") == ISSUED)["data"].to_pylist()
        reports += [Event.parse(data)["reference"] for data in issued]
    return Later(count, tuple(reports))


def write_repaired(log: Log, path: Path, until_us: int, *, now_us: int, actor: str) -> None:
    """Write the copy, in which nothing is recorded between `until_us` and `now_us`; LogRefused.

    Nobody else may write meanwhile.
    """
    head, personal = log.kept()
    note = Draft(
        STREAM, len(log.events_of(STREAM)) + 1, KIND, now_us, now_us, actor,
        {"until_us": until_us, "position": head.position, "hash": head.hash,
         "again": later(log, until_us).count},
        str(uuid5(OURS, head.hash)),
    )  # fmt: skip
    values = list(zip(*(column.to_pylist() for column in personal.columns), strict=True))
    write_copy(path, _events(log, until_us, note), lambda: personal_table(values))


def _events(log: Log, until_us: int, note: Draft) -> Iterator[pa.Table]:
    head = Head.empty()
    for batch in log.read():
        early = batch.filter(pc.field("recorded_us") <= until_us)
        if early.num_rows:
            head = Head(early["position"][-1].as_py(), early["hash"][-1].as_py())
            yield early
        again: list[Event] = []
        for row in batch.filter(pc.field("recorded_us") > until_us).to_pylist():
            again.append(_again(row, head, until_us))
            head = Head(again[-1].position, again[-1].hash)
        if again:
            yield events_table(again)
    yield events_table(place([note], Tip(head, until_us), {note.stream: note.version - 1}, {}))


def _again(row: dict[str, Any], before: Head, until_us: int) -> Event:
    """The event as it is recorded at that instant, after the one before."""
    data = Event.parse(row["data"])
    early = {key: min(data[key], until_us) for key in INSTANTS if isinstance(data.get(key), int)}
    columns = row | {
        "occurred_us": min(row["occurred_us"], until_us),
        "recorded_us": until_us,
        "data": canonical_json(data | early),
    }
    del columns["hash"]
    return Event(**columns, hash=link(before.hash, columns.values()))
