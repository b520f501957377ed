"""A table as CSV or JSON text, a batch at a time; or as Parquet.

Instants are written to the microsecond in UTC; what is absent is null in JSON, empty in CSV. A
text that a spreadsheet would take for a formula gets an apostrophe before it.
"""

import csv
import io
import json
import math
import unicodedata
from collections.abc import Iterator
from decimal import Decimal
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from dashboard.files.text import Sink

ROWS = 10_000  # converted at a time
FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n")


def write_csv(table: pa.Table, out: Sink) -> None:
    """The table as CSV with a header."""
    csv.writer(_Lines(out)).writerow(table.column_names)
    write_csv_rows(table, out)


def write_csv_rows(table: pa.Table, out: Sink) -> None:
    """The table as CSV without its header, for one that comes in parts."""
    writer = csv.writer(_Lines(out))
    for values in _batches(table):
        writer.writerows(zip(*(map(_cell, column) for column in values), strict=True))


def write_json(table: pa.Table, out: Sink) -> None:
    """The table as one array of objects, a line each."""
    names = table.column_names
    separator = "["
    for values in _batches(table):
        for row in zip(*values, strict=True):
            text = json.dumps(dict(zip(names, row, strict=True)), ensure_ascii=False)
            out.write(f"{separator}\n{text}")
            separator = ","
    out.write("[]\n" if separator == "[" else "\n]\n")


def as_csv(table: pa.Table) -> str:
    """The table as CSV text; lists become words."""
    out = io.StringIO()
    write_csv(worded(table), out)
    return out.getvalue()


def worded(table: pa.Table) -> pa.Table:
    """The table with the parts of each list in one text."""
    for place, field in enumerate(table.schema):
        if pa.types.is_list(field.type):
            words = [
                ", ".join(map(str, parts)) if parts is not None else None
                for parts in table.column(place).to_pylist()
            ]
            table = table.set_column(place, field.name, pa.array(words, pa.string()))
    return table


def parquet(table: pa.Table) -> bytes:
    """The table as it is, types and all; the same table gives the same bytes."""
    out = io.BytesIO()
    pq.write_table(table, out)
    return out.getvalue()


def columns(table: pa.Table) -> list[list[Any]]:
    """The columns of a table that fits in memory, their values as JSON has them."""
    return [_values(column) for column in table.combine_chunks().columns]


def defused(text: str) -> str:
    """The text so that a spreadsheet takes it for a text."""
    # Excel reads signs of another width, such as U+FF1D, as the usual ones
    is_formula = unicodedata.normalize("NFKC", text[:1]).startswith(FORMULA)
    return f"'{text}" if is_formula else text


class _Lines:
    """Rows ended by a line feed alone.

    Asked for such rows, Python's own writer leaves a carriage return within a text unquoted, and
    readers take it for the end of the row.
    """

    def __init__(self, out: Sink) -> None:
        self._out = out

    def write(self, row: str) -> object:
        return self._out.write(row.removesuffix("\r\n") + "\n")


def _batches(table: pa.Table) -> Iterator[list[list[Any]]]:
    for batch in table.to_batches(max_chunksize=ROWS):
        yield [_values(column) for column in batch.columns]


def _values(column: pa.Array) -> list[Any]:
    """A column's values as JSON has them."""
    if pa.types.is_timestamp(column.type):
        # without its zone, which is UTC: Arrow would want a zone database to look it up
        instants = column.cast(pa.timestamp("us", column.type.tz)).cast(pa.int64())
        suffix = "Z" if column.type.tz else ""
        pattern = "%Y-%m-%dT%H:%M:%S" + suffix
        plain = instants.cast(pa.timestamp("us"))
        options = pc.StrftimeOptions(pattern)
        return pc.call_function("strftime", [plain], options).to_pylist()
    return [_plain(value) for value in column.to_pylist()]


def _plain(value: Any) -> Any:
    match value:
        case None | bool() | int() | str():
            return value
        case float():
            return value if math.isfinite(value) else None
        case Decimal():
            return int(value) if value == value.to_integral_value() else float(value)
        case list():
            return [_plain(part) for part in value]
        case dict():
            return {key: _plain(part) for key, part in value.items()}
        case _:
            return str(value)


def _cell(value: Any) -> str | int | float | None:
    match value:
        case bool():
            return "true" if value else "false"
        case str():
            return defused(value)
        case list() | dict():
            return json.dumps(value, ensure_ascii=False)
        case _:
            return value
