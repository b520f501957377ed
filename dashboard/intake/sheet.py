"""A tracker sheet as rows of text cells, whatever it came as: CSV, text with tabs, XLSX.

Refuses what is no such sheet. What a cell means is not decided here.
"""

import hashlib
import re
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import zip_longest
from pathlib import Path

from dashboard.errors import InputRefused
from dashboard.sheets.columns import COLUMNS, NOTES, labels
from dashboard.sheets.reading import read_table
from dashboard.sheets.refusals import NotATable

MEGABYTE = 1_000_000
MOST_BYTES = 50 * MEGABYTE
SAVE_AS = "Save the sheet as .xlsx or as CSV (UTF-8) and import that."
# What other files begin with; an old workbook and one with a password begin alike.
FOREIGN = (
    (b"%PDF", "a PDF"),
    (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "an old Excel file (.xls), or one with a password"),
    (b"\x89PNG", "an image"),
    (b"\xff\xd8\xff", "an image"),
    (b"GIF8", "an image"),
)
EMPTY = frozenset({"", "-", "n/a"})
CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f]")
# Marks of direction and width that come along when cells are copied; joiners stay.
INVISIBLE = re.compile(r"[\u200b\u200e\u200f\u202a-\u202e\u2060\ufeff]")
SURROGATE = re.compile(r"[\ud800-\udfff]")


@dataclass(frozen=True, slots=True)
class Row:
    """One row of the sheet; `number` is the sheet's own, the header being 1.

    `cells` holds the known columns, `others` what else stands there, by the column's name.
    """

    number: int
    cells: dict[str, str]
    others: tuple[tuple[str, str], ...] = ()

    @property
    def is_blank(self) -> bool:
        """Whether nothing at all stands in the row."""
        return not self.others and not any(self.cells.values())

    def text(self, column: str) -> str:
        """What stands in a column, blanks collapsed; empty where nothing is meant to stand."""
        text = " ".join(self.cells.get(column, "").split())
        return "" if text.casefold() in EMPTY else text

    def remarks(self) -> list[tuple[str, str]]:
        """What stands under Notes and in columns that a tracker does not have, by column."""
        said = [(NOTES, self.cells.get(NOTES, "")), *self.others]
        return [(name, text) for name, text in said if text.casefold() not in EMPTY]


@dataclass(frozen=True, slots=True)
class Sheet:
    """A tracker sheet that was read: its rows but blank ones, and the SHA-256 of the file."""

    rows: list[Row]
    digest: str


def read_tracker(source: Path | bytes, name: str) -> Sheet:
    """The sheet in a file, or what the file holds; `name` is what people call it. InputRefused."""
    content = read_content(source, name)
    rows = [row for row in read_sheet(content, name) if not row.is_blank]
    return Sheet(rows, hashlib.sha256(content).hexdigest())


def read_content(source: Path | bytes, name: str) -> bytes:
    """The file's bytes; InputRefused if it cannot be read, or is too large to be a sheet."""
    if isinstance(source, bytes):
        return _checked_size(source, len(source), name)
    try:
        if source.exists() and not source.is_file():
            raise _refused(name, "it is not a file. Name a CSV or an .xlsx.")
        _checked_size(b"", source.stat().st_size, name)
        with source.open("rb") as file:
            content = file.read(MOST_BYTES + 1)
    except OSError as error:
        why = error.strerror or error
        raise _refused(name, f"it cannot be read ({why}). Check its name and rights.") from error
    return _checked_size(content, len(content), name)


def read_sheet(content: bytes, name: str) -> list[Row]:
    """The rows below the header, blank ones included.

    InputRefused for a file that is no table, lacks a column, has one twice, or is too long.
    """
    try:
        return list(_rows(content))
    except NotATable as error:
        raise _refused(name, str(error)) from error


def _checked_size(content: bytes, size: int, name: str) -> bytes:
    if size > MOST_BYTES:
        raise _refused(
            name,
            f"it has {size / MEGABYTE:,.0f} MB, and at most {MOST_BYTES // MEGABYTE} MB are read. "
            "Keep only the tracker's rows and columns, or split it.",
        )
    return content


def _rows(content: bytes) -> Iterator[Row]:
    table = _table(content)
    header = [" ".join(_clean(cell).split()) for cell in next(table, [])]
    columns = labels(header)
    for number, texts in enumerate(table, start=2):
        cells, others = {}, []
        pairs = zip_longest(columns, texts, fillvalue="")
        for place, (column, text) in enumerate(pairs, start=1):
            text = _clean(text).strip()
            if column in COLUMNS:
                cells[column] = text
            elif text:
                others.append((column or f"Column {place}", text))
        yield Row(number, cells, tuple(others))


def _table(content: bytes) -> Iterator[list[str]]:
    if not content.strip():
        raise NotATable("it is empty. Choose the tracker sheet.")
    if kind := next((kind for start, kind in FOREIGN if content.startswith(start)), None):
        raise NotATable(f"it is {kind}. {SAVE_AS}")
    return iter(read_table(content))


def _clean(cell: str) -> str:
    """The cell without signs that are no text; line breaks stay."""
    text = cell.replace("\r\n", "\n").replace("\r", "\n")
    return SURROGATE.sub("\ufffd", CONTROL.sub(" ", INVISIBLE.sub("", text)))


def _refused(name: str, why: str) -> InputRefused:
    return InputRefused(f"{name} was not imported: {why}")
