"""Text files with a delimiter: how they are encoded, what parts the cells, the cells."""

import csv
import io
import re
from collections.abc import Iterator

from dashboard.sheets.columns import Bounds, count_known
from dashboard.sheets.refusals import NotATable

DELIMITERS = (",", ";", "\t")
BYTE_ORDER_MARKS = (b"\xff\xfe", b"\xfe\xff")
LINE = re.compile(r"[^\r\n]*(?:\r\n|\r|\n)|[^\r\n]+")
LONGEST_ROW = 1_000_000  # characters
SAVE_AS = "Save the sheet as .xlsx or as CSV (UTF-8) and import that."


def read_rows(content: bytes) -> Iterator[list[str]]:
    """The rows in order, the header first; NotATable if this is no such text."""
    text = _decoded(content)
    delimiter = max(DELIMITERS, key=lambda mark: _columns_found(text, mark))
    lines = _Lines(text)
    reader = csv.reader(lines, delimiter=delimiter, strict=True)
    bounds = Bounds()
    try:
        for number, cells in enumerate(reader, start=1):
            lines.of_row = 0
            yield bounds.trimmed(number, cells)
    except csv.Error as error:
        raise NotATable(
            f"line {reader.line_num} cannot be read as cells ({error}). "
            "Look for a quotation mark without its partner there, or save the sheet as .xlsx."
        ) from error


class _Lines:
    """The lines of a text one by one, as long as a row (`of_row` characters so far) is none."""

    def __init__(self, text: str) -> None:
        self._found = LINE.finditer(text)
        self.of_row = 0

    def __iter__(self) -> "_Lines":
        return self

    def __next__(self) -> str:
        found = next(self._found)
        self.of_row += found.end() - found.start()
        # asked before the row is parted: a cell takes many times the room of its text
        if self.of_row > LONGEST_ROW:
            raise NotATable(
                f"it has a row of more than {LONGEST_ROW:,} characters. Look for a quotation mark "
                "without its partner, and keep only the tracker's rows and columns."
            )
        return found.group()


def _decoded(content: bytes) -> str:
    """The text: UTF-8, UTF-16 that says so, else what Windows in western countries writes."""
    try:
        if content.startswith(BYTE_ORDER_MARKS):
            text = content.decode("utf-16")
        else:
            text = _utf8_or_windows(content)
    except UnicodeDecodeError as error:
        raise NotATable(f"it is neither text nor a workbook. {SAVE_AS}") from error
    if "\0" in text:
        raise NotATable(f"it holds bytes that are no text. {SAVE_AS}")
    return text


def _utf8_or_windows(content: bytes) -> str:
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError:
        return content.decode("cp1252")


def _columns_found(text: str, delimiter: str) -> int:
    """How many of a tracker's columns the first row names if `delimiter` parts the cells."""
    # not strict: how the cells are quoted is judged once the delimiter is known
    header = next(csv.reader(io.StringIO(text[:100_000], newline=""), delimiter=delimiter), [])
    return count_known(header)
