"""XLSX workbooks: the sheet that holds the tracker, its cells as text."""

import io
import re
import warnings
import zipfile
import zlib
from collections.abc import Iterator
from datetime import date, datetime, time
from itertools import islice, zip_longest
from typing import Any

from dashboard.intake.columns import missing, trimmed
from dashboard.intake.refusals import NotATable

MEGABYTE = 1_000_000
MOST_UNPACKED = 200 * MEGABYTE
EXCELS_LAST_ROW = 1_048_576
SAVE_AS = "Save the sheet as .xlsx or as CSV (UTF-8) and import that."
# What openpyxl and all below it raise on a damaged workbook; it promises nothing.
DAMAGED = (
    zipfile.BadZipFile, zlib.error, ArithmeticError, AttributeError, EOFError, LookupError,
    NotImplementedError, OSError, RuntimeError, SyntaxError, TypeError, ValueError,
)  # fmt: skip
# In a number format: what is printed as it stands. An h outside of these is an hour.
LITERAL = re.compile(r'"[^"]*"|\[\$[^\]]*\]|\\.')


def read_rows(content: bytes) -> list[list[str]]:
    """The rows in order, from the header on, of the first sheet that has a tracker's header.

    NotATable if this is no workbook, a damaged one, or one that unpacks to too much.
    """
    try:
        has_formulas = _checked_archive(content)
        with warnings.catch_warnings():
            # openpyxl warns of the styles, links and dates that it leaves aside
            warnings.simplefilter("ignore")
            return list(_rows(content, has_formulas))
    except DAMAGED as error:
        raise NotATable(f"the workbook is damaged ({error}). {SAVE_AS}") from error


def _checked_archive(content: bytes) -> bool:
    """Whether some cell holds a formula; NotATable if the archive is no workbook to open."""
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        names = archive.namelist()
        if "xl/workbook.xml" not in names:
            raise NotATable(f"it is {_kind(archive, names)}. {SAVE_AS}")
        unpacked = sum(item.file_size for item in archive.infolist())
        if unpacked > MOST_UNPACKED:
            raise NotATable(
                f"it unpacks to {unpacked / MEGABYTE:,.0f} MB, and at most "
                f"{MOST_UNPACKED // MEGABYTE} MB are read. "
                "Keep only the tracker's rows and columns."
            )
        sheets = [name for name in names if name.startswith("xl/worksheets/")]
        return any(_has_formula(archive, name) for name in sheets)


def _kind(archive: zipfile.ZipFile, names: list[str]) -> str:
    if "xl/workbook.bin" in names:
        return "an Excel file in the binary form (.xlsb)"
    if "mimetype" in names and b"opendocument" in archive.read("mimetype")[:200]:
        return "an OpenDocument file (.ods)"
    return "an archive and no Excel workbook"


def _has_formula(archive: zipfile.ZipFile, name: str) -> bool:
    with archive.open(name) as file:
        tail = b""
        while chunk := file.read(1_000_000):
            if b"<f>" in tail + chunk or b"<f " in tail + chunk:
                return True
            tail = chunk[-2:]
    return False


def _rows(content: bytes, has_formulas: bool) -> Iterator[list[str]]:
    values = _Book(content, data_only=True)
    place = next((n for n in range(len(values)) if not missing(values.header(n))), 0)
    if not len(values):
        return
    # A program may write formulas without their results; then the formula is what we know.
    formulas = _Book(content, data_only=False).cells(place) if has_formulas else iter(())
    number = 0
    for number, (row, other) in enumerate(zip_longest(values.cells(place), formulas), start=1):
        cells = [_text(cell) for cell in row or ()]
        for at, formula in enumerate(other or ()):
            if not cells[at] and formula.value is not None:
                cells[at] = _text(formula)
        yield trimmed(number, cells)


class _Book:
    """A workbook that is read row by row."""

    def __init__(self, content: bytes, data_only: bool) -> None:
        import openpyxl

        self._book = openpyxl.load_workbook(
            io.BytesIO(content), read_only=True, data_only=data_only, keep_links=False
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
