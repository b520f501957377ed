"""Text files with a delimiter: how they are encoded, what parts the cells, the cells."""

import csv
import io
from collections.abc import Iterator

from dashboard.intake.columns import count_known, trimmed
from dashboard.intake.refusals import NotATable

DELIMITERS = (",", ";", "\t")
BYTE_ORDER_MARKS = (b"\xff\xfe", b"\xfe\xff")
SAVE_AS = "Save the sheet as .xlsx or as CSV (UTF-8) and import that."


def read_rows(content: bytes) -> Iterator[list[str]]:
    """The rows in order, the header first; NotATable if this is no such text."""
    text = _decoded(content)
    delimiter = max(DELIMITERS, key=lambda mark: _columns_found(text, mark))
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    try:
        for number, cells in enumerate(reader, start=1):
            yield trimmed(number, cells)
    except csv.Error as error:
        raise NotATable(
            f"line {reader.line_num} cannot be read as cells ({error}). "
            "Look for a quotation mark without its partner there, or save the sheet as .xlsx."
        ) from error


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
