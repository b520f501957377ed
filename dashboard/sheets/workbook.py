"""XLSX workbooks: the sheet that holds the tracker, its cells as text."""

import re
import warnings
import zipfile
import zlib
from collections.abc import Callable, Iterator
from datetime import date, datetime, time
from itertools import islice, zip_longest
from typing import IO, Any, TypeAlias
from xml.parsers import expat

import openpyxl

from dashboard.sheets.columns import Bounds, missing
from dashboard.sheets.refusals import NotATable
from dashboard.sheets.structure import SAVE_AS, look_through

Rows: TypeAlias = Iterator[list[str]]

EXCELS_LAST_ROW = 1_048_576
NO_ROOM = 1  # what expat says of memory
# What openpyxl and all below it raise on a damaged workbook; it promises nothing.
DAMAGED = (
    zipfile.BadZipFile, zlib.error, ArithmeticError, AttributeError, EOFError, LookupError,
    NotImplementedError, OSError, RuntimeError, SyntaxError, TypeError, ValueError,
)  # fmt: skip
# In a number format: what is printed as it stands. An h outside of these is an hour.
LITERAL = re.compile(r'"[^"]*"|\[\$[^\]]*\]|\\.')


def read_rows(file: IO[bytes], allow: Callable[[int], None] = lambda rows: None) -> Rows:
    """The rows in order, from the header on, of the first sheet that has a tracker's header.

    `allow` hears how many rows the workbook holds before they are read, and after it was looked
    through without keeping anything of it. NotATable if this is no workbook, a damaged one, or
    one that is not built like a tracker.
    """
    try:
        found = look_through(file)
        allow(found.rows)
        with warnings.catch_warnings():
            # openpyxl warns of the styles, links and dates that it leaves aside
            warnings.simplefilter("ignore")
            yield from _rows(file, found.has_formulas)
    except expat.ExpatError as error:
        if error.code == NO_ROOM:
            raise MemoryError from error
        raise NotATable(f"the workbook is damaged ({error}). {SAVE_AS}") from error
    except DAMAGED as error:
        raise NotATable(f"the workbook is damaged ({error}). {SAVE_AS}") from error


def _rows(file: IO[bytes], has_formulas: bool) -> Rows:
    values, bounds = _Book(file, data_only=True), Bounds()
    place = next((n for n in range(len(values)) if not missing(values.header(n))), 0)
    if not len(values):
        return
    # A program may write formulas without their results; then the formula is what we know.
    formulas = _Book(file, data_only=False).cells(place) if has_formulas else iter(())
    number = 0
    for number, (row, other) in enumerate(zip_longest(values.cells(place), formulas), start=1):
        cells = [_text(cell) for cell in row or ()]
        for at, formula in enumerate(other or ()):
            if not cells[at] and formula.value is not None:
                cells[at] = _text(formula)
        yield bounds.trimmed(number, cells)


class _Book:
    """A workbook that is read row by row."""

    def __init__(self, file: IO[bytes], data_only: bool) -> None:
        self._book = openpyxl.load_workbook(
            file, read_only=True, data_only=data_only, keep_links=False
        )
        for sheet in self._book.worksheets:
            sheet.reset_dimensions()  # what a file says of its own size need not be so

    def __len__(self) -> int:
        return len(self._book.worksheets)

    def header(self, place: int) -> list[str]:
        """The first row of a sheet."""
        return [_text(cell) for cell in next(self.cells(place), ())]

    def cells(self, place: int) -> Iterator[tuple[Any, ...]]:
        """The cells of a sheet, row by row; a row that the file leaves out is empty."""
        return islice(self._book.worksheets[place].iter_rows(), EXCELS_LAST_ROW)


def _text(cell: Any) -> str:
    """A cell as people would type it; a date with a time is a local one."""
    value = cell.value
    match value:
        case None:
            return ""
        case bool():
            return str(value).upper()
        case float() if value.is_integer():
            return str(int(value))
        case datetime() if value.time() == time() and not _shows_hours(cell.number_format):
            return value.date().isoformat()
        case datetime():
            return value.isoformat(" ")
        case date() | time():
            return value.isoformat()
    return str(value)


def _shows_hours(number_format: str) -> bool:
    return "h" in LITERAL.sub("", number_format).lower()
