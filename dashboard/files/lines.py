"""The whole log as JSON lines, and back: one event a line, personal values beside it."""

import json
from collections.abc import Callable, Iterable, Iterator
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pyarrow as pa

from dashboard.errors import InputRefused
from dashboard.files.text import Sink
from dashboard.store.log import BATCH, SCHEMA

if TYPE_CHECKING:
    from dashboard.store import Store

PIECE = 1_000  # events whose personal values are looked up at once
PERSONAL = "personal"
TYPES = {field.name: str if pa.types.is_string(field.type) else int for field in SCHEMA}


def write_lines(
    store: "Store", out: Sink, told: Callable[[int, int], object], known_at_us: int | None = None
) -> None:
    """One event a line; `personal` holds what is kept beside the log and was not erased."""
    count = store.head().position
    for table in store.log.read(known_at_us=known_at_us):
        for batch in table.to_batches(max_chunksize=PIECE):
            rows = batch.to_pylist()
            refs = [list(_refs(row["data"])) for row in rows]
            wanted = [ref for some in refs for ref in some]
            kept = store.personal(wanted) if wanted else {}
            for row, some in zip(rows, refs, strict=True):
                row[PERSONAL] = {ref: kept[ref] for ref in some if ref in kept}
                out.write(json.dumps(row, ensure_ascii=False) + "\n")
        if table.num_rows:
            told(table["position"][-1].as_py(), count)


def read_lines(place: Path, name: str, personal: dict[str, str]) -> Iterator[pa.Table]:
    """The events of such a file in batches; what is kept beside them goes into `personal`.

    InputRefused, calling the file `name`, at the first line that is none. Whether the events are
    those of a log, all of them and unchanged, is not asked here: their chain says so.
    """
    with place.open("rb") as file:
        numbered = enumerate(file, start=1)
        while lines := list(islice(numbered, BATCH)):
            rows = [_event(line, number, name, personal) for number, line in lines]
            yield _table(rows, lines[0][0], name)


def _event(line: bytes, number: int, name: str, personal: dict[str, str]) -> dict[str, Any]:
    try:
        row = json.loads(line)
        beside = row.pop(PERSONAL, {})
        if {key: type(value) for key, value in row.items()} != TYPES:
            raise ValueError
        if not all(isinstance(part, str) for pair in beside.items() for part in pair):
            raise ValueError
    except (ValueError, TypeError, AttributeError, RecursionError) as error:
        raise _refusal(name, f"line {number} is not an event") from error
    personal.update(beside)
    return row


def _table(rows: list[dict[str, Any]], first: int, name: str) -> pa.Table:
    try:
        return pa.Table.from_pylist(rows, schema=SCHEMA)
    except (pa.ArrowInvalid, OverflowError, UnicodeEncodeError) as error:
        where = f"lines {first} to {first + len(rows) - 1}"
        raise _refusal(name, f"{where} contain what a log cannot store") from error


def _refusal(name: str, why: str) -> InputRefused:
    return InputRefused(
        f"{name} is no backup of a log: {why}. Nothing was changed. Give a file that `backup` or "
        "`events --format jsonl` has written."
    )


def _refs(data: str) -> Iterable[str]:
    """The references to personal values anywhere in an event's data."""
    return _within(json.loads(data)) if '"ref":' in data else ()


def _within(data: Any) -> Iterator[str]:
    if isinstance(data, dict):
        if data.keys() == {"ref"} and isinstance(data["ref"], str):
            yield data["ref"]
        for part in data.values():
            yield from _within(part)
    elif isinstance(data, list):
        for part in data:
            yield from _within(part)
