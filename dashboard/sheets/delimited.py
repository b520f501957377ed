"""Text files with a delimiter: what parts the cells, the cells."""

import csv
import re
from collections.abc import Iterator
from itertools import islice

from dashboard.sheets.columns import Bounds
from dashboard.sheets.decoding import decoded
from dashboard.sheets.names import weight
from dashboard.sheets.refusals import NotATable
from dashboard.sheets.tables import Line, Table

DELIMITERS = (",", ";", "\t", "|")
LINE = re.compile(r"[^\r\n]*(?:\r\n|\r|\n)|[^\r\n]+")
SEPARATOR = re.compile(r"\ufeff?\"?sep=(.)\"?[,;\t|]*(?:\r\n|\r|\n|$)", re.IGNORECASE)
LONGEST_ROW = 1_000_000  # characters
LOOKED_AT = 100_000  # characters, for what parts the cells
HEADER_WITHIN = 30  # rows


def read_parts(content: bytes, encoding: str = "") -> Iterator[Table | Line]:
    """The one table, then its rows that hold something; NotATable if this is no such text."""
    text = decoded(content, encoding)
    yield Table()
    said = SEPARATOR.match(text)
    delimiter = said.group(1) if said else _delimiter(text)
    lines = _Lines(text)
    reader = csv.reader(lines, delimiter=delimiter, strict=True)
    bounds = Bounds()
    try:
        for number, cells in enumerate(reader, start=1):
            lines.of_row = 0
            trimmed = bounds.trimmed(number, cells)
            if trimmed and not (said and number == 1):
                yield Line(number, trimmed)
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


def _delimiter(text: str) -> str:
    """What parts the cells: by it some row names the most columns that a tracker has."""

    def named(delimiter: str) -> tuple[float, int]:
        # not strict: how the cells are quoted is judged once the delimiter is known
        lines = (found.group() for found in LINE.finditer(text[:LOOKED_AT]))
        rows = [*islice(csv.reader(lines, delimiter=delimiter), HEADER_WITHIN)]
        return max((weight(row) for row in rows), default=0), -DELIMITERS.index(delimiter)

    return max(DELIMITERS, key=named)
