"""The log's events in the form of a file, written as they are read: in bounded memory.

JSON lines are the whole log. The other forms hold the cases, a row for each start and completion
of a step, under the names of the XES standard and its extensions.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime
from io import RawIOBase
from typing import TYPE_CHECKING

import pyarrow as pa
import pyarrow.parquet as pq

from dashboard.files import tables, xes
from dashboard.files.lines import write_lines
from dashboard.files.text import Text
from dashboard.instants import to_us

if TYPE_CHECKING:
    from dashboard.store import Store, View

FORMATS = ("csv", "jsonl", "xes", "parquet")
CASES = 1_000  # held in memory at once
# For the columns of queries/event_log.sql.
STANDARD = {
    "case_id": "case:concept:name",
    "activity": "concept:name",
    "happened_at": "time:timestamp",
    "transition": "lifecycle:transition",
    "resource": "org:resource",
    "party": "org:role",
}
ABOUT_CASE = (
    "workflow",
    "firm",
    "state",
    "team_leader",
    "cs_representative",
    "sales_representative",
)
Send = Callable[[bytes], object]
Told = Callable[[int, int], object]


@dataclass(frozen=True, slots=True)
class Events:
    """The events of a store, all of them or those known at an instant, to be written to a file.

    `told` hears how much of the work is done, of how much.
    """

    store: "Store"
    now: datetime
    told: Told
    known_at: datetime | None = None

    def write(self, form: str, send: Send) -> None:
        """Write one of FORMATS."""
        if form == "jsonl":
            text = Text(send)
            known_at_us = None if self.known_at is None else to_us(self.known_at)
            write_lines(self.store, text, self.told, known_at_us)
            text.flush()
        elif self.known_at is None:
            WRITERS[form](self._pages(self.store), send)
        else:
            view = self.store.known_at(self.known_at)
            try:
                WRITERS[form](self._pages(view), send)
            finally:
                view.close()

    def _pages(self, view: "View") -> Iterator[pa.Table]:
        """The cases' events, so many cases at a time; at least one table, which may be empty."""
        done, count = 0, view.count_cases()
        for page in view.pages("event_log", now=self.now, cases=CASES):
            yield page.rename_columns([_standard(name) for name in page.column_names])
            done = min(done + CASES, count)
            self.told(done, count)


def _write_csv(pages: Iterator[pa.Table], send: Send) -> None:
    text = Text(send)
    for number, page in enumerate(pages):
        (tables.write_csv_rows if number else tables.write_csv)(page, text)
    text.flush()


def _write_parquet(pages: Iterator[pa.Table], send: Send) -> None:
    first = next(pages)
    with pq.ParquetWriter(_File(send), first.schema, compression="zstd") as writer:
        writer.write_table(first)
        for page in pages:
            writer.write_table(page)


def _write_xes(pages: Iterator[pa.Table], send: Send) -> None:
    text = Text(send)
    text.write(xes.HEAD)
    for page in pages:
        xes.write_traces(page, text)
    text.write(xes.TAIL)
    text.flush()


class _File(RawIOBase):
    """A file to be written from its beginning to its end."""

    def __init__(self, send: Send) -> None:
        self._send = send
        self._written = 0

    def writable(self) -> bool:
        return True

    def write(self, data: bytes, /) -> int:  # type: ignore[override]
        piece = bytes(data)
        self._send(piece)
        self._written += len(piece)
        return len(piece)

    def tell(self) -> int:
        return self._written


def _standard(column: str) -> str:
    return STANDARD.get(column, f"case:{column}" if column in ABOUT_CASE else column)


WRITERS: dict[str, Callable[[Iterator[pa.Table], Send], None]] = {
    "csv": _write_csv,
    "xes": _write_xes,
    "parquet": _write_parquet,
}
