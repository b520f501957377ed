"""XLSX workbooks: the cells of every visible sheet as text, as the sheet shows them."""

import re
import warnings
import zipfile
import zlib
from collections.abc import Callable, Iterator
from datetime import date, datetime, time
from itertools import islice
from typing import IO, Any, TypeAlias
from xml.parsers import expat

import openpyxl
from openpyxl.utils import range_boundaries

from dashboard.sheets.columns import Bounds
from dashboard.sheets.refusals import NotATable
from dashboard.sheets.structure import SAVE_AS, Found, look_through
from dashboard.sheets.tables import Line, Table

Spans: TypeAlias = dict[int, list[tuple[int, int]]]  # first row: column, last row

NO_ROOM = 1  # what expat says of memory
# What openpyxl and all below it raise on a damaged workbook; it promises nothing.
DAMAGED = (
    zipfile.BadZipFile, zlib.error, ArithmeticError, AttributeError, EOFError, LookupError,
    NotImplementedError, OSError, RuntimeError, SyntaxError, TypeError, ValueError,
)  # fmt: skip
# In a number format: what is printed as it stands. An h outside of these is an hour.
LITERAL = re.compile(r'"[^"]*"|\[\$[^\]]*\]|\\.')
# The format of an id: digits that are always shown, and signs between them.
ID_FORMAT = re.compile(r'(?:0|[- /()]|\\.|"[^"]*")*0(?:[- /()]|\\.|"[^"]*")*')
ID_PART = re.compile(r'0|[- /()]|\\(.)|"([^"]*)"')
NO_VALUE = "#N/A"


def read_parts(
    file: IO[bytes], allow: Callable[[int], None] = lambda rows: None
) -> Iterator[Table | Line]:
    """Each sheet, then its rows that hold something. Of hidden ones no row is read.

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
            yield from _parts(file, found)
    except expat.ExpatError as error:
        if error.code == NO_ROOM:
            raise MemoryError from error
        raise NotATable(f"the workbook is damaged ({error}). {SAVE_AS}") from error
    except DAMAGED as error:
        raise NotATable(f"the workbook is damaged ({error}). {SAVE_AS}") from error


def _parts(file: IO[bytes], found: Found) -> Iterator[Table | Line]:
    book = openpyxl.load_workbook(file, read_only=True, data_only=True, keep_links=False)
    for sheet in book.worksheets:
        part = str(getattr(sheet, "_worksheet_path", "")).lstrip("/")
        is_hidden = sheet.sheet_state != "visible"
        yield Table(sheet.title, is_hidden, remark=_unsolved(found.unsolved.get(part, 0)))
        if not is_hidden and found.last:
            yield from _lines(sheet, found, _spans(found.merged.get(part, ())))


def _lines(sheet: Any, found: Found, spans: Spans) -> Iterator[Line]:
    sheet.reset_dimensions()  # what a file says of its own size need not be so
    bounds = Bounds()
    held: dict[int, tuple[int, str]] = {}  # column: last row, what is merged over these rows
    rows = islice(sheet.iter_rows(max_row=found.last), found.last)
    for number, row in enumerate(rows, start=1):
        if not row and not held:
            continue
        cells = [_text(cell) for cell in row]
        held = {column: item for column, item in held.items() if item[0] >= number}
        for column, (_, text) in held.items():
            cells += [""] * (column - len(cells))
            cells[column - 1] = cells[column - 1] or text
        for column, last in spans.get(number, ()):
            if column <= len(cells) and cells[column - 1]:
                held[column] = last, cells[column - 1]
        if trimmed := bounds.trimmed(number, cells):
            yield Line(number, trimmed)


def _spans(merged: Any) -> Spans:
    """What is merged over several rows, by the first of them."""
    spans: Spans = {}
    for ref in merged:
        column, first, _, last = range_boundaries(ref)
        if column and first and last and last > first:
            spans.setdefault(first, []).append((column, last))
    return spans


def _unsolved(count: int) -> str:
    if not count:
        return ""
    what = "1 formula has" if count == 1 else f"{count:,} formulas have"
    return (
        f"{what} no result in the file and count as empty. If they should have one, open the file "
        "in Excel, save it and import it again."
    )


def _text(cell: Any) -> str:
    """A cell as the sheet shows it; a date with a time is a local one."""
    value = cell.value
    match value:
        case None:
            return ""
        case bool():
            return str(value).upper()
        case float() if value.is_integer():
            return _whole(int(value), cell.number_format)
        case int():
            return _whole(value, cell.number_format)
        case datetime() if value.time() == time() and not _shows_hours(cell.number_format):
            return value.date().isoformat()
        case datetime():
            return value.isoformat(" ")
        case date() | time():
            return value.isoformat()
    text = str(value)
    return "" if text == NO_VALUE and cell.data_type == "e" else text


def _whole(value: int, number_format: str) -> str:
    """A whole number; with the zeros and signs that its format shows where that is an id's."""
    shape = (number_format or "").partition(";")[0]
    if value < 0 or not ID_FORMAT.fullmatch(shape):
        return str(value)
    parts = list(ID_PART.finditer(shape))
    places = sum(part.group() == "0" for part in parts)
    digits = str(value).zfill(places)
    # more digits than the format has places stand before its first
    shown, rest = [digits[: len(digits) - places]], iter(digits[len(digits) - places :])
    for part in parts:
        shown.append(next(rest) if part.group() == "0" else _literal(part))
    return "".join(shown)


def _literal(part: re.Match[str]) -> str:
    return part.group(1) or part.group(2) or (part.group() if len(part.group()) == 1 else "")


def _shows_hours(number_format: str) -> bool:
    return "h" in LITERAL.sub("", number_format).lower()
