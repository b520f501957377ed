"""What a workbook is built of, looked through piece by piece before anything of it is kept.

A few bytes of an archive can say a great deal: millions of styles, cells in a row, pieces of one
text. Whoever reads them into memory has lost, so they are counted first.
"""

import zipfile
from dataclasses import dataclass, field
from typing import IO
from xml.parsers import expat

from dashboard.sheets.columns import MOST_COLUMNS, check_columns, check_row
from dashboard.sheets.refusals import NotATable

MEGABYTE = 1_000_000
MOST_UNPACKED = 200 * MEGABYTE
MOST_OF_A_PART = 10 * MEGABYTE  # of one that is neither a sheet nor its texts
MOST_PARTS = 10_000
MOST_CELLS_IN_ROW = 16_384  # Excel's own
MOST_PIECES = 2_000  # of the text of one cell
MOST_MERGED = 20_000
MOST_OTHERS = 200_000  # elements of a part that are no rows, cells and texts
PIECE = 1 << 20
LAST_COLUMN = 16_384
DIGITS = "0123456789"
SAVE_AS = "Save the sheet as .xlsx or as CSV (UTF-8) and import that."
NO_TRACKER = "Copy the tracker's rows, as values, into a new workbook and import that."


STRICT = "http://purl.oclc.org/ooxml/"


@dataclass(slots=True)
class Found:
    """How many rows hold something, the last of them, and by part what is merged or unsolved.

    `unsolved`: how many formulas have no result in the file.
    """

    rows: int = 0
    last: int = 0
    merged: dict[str, list[str]] = field(default_factory=dict[str, list[str]])
    unsolved: dict[str, int] = field(default_factory=dict[str, int])


def look_through(file: IO[bytes]) -> Found:
    """What the workbook holds; NotATable if it is none, or not built like one with a tracker.

    Raises what zipfile and expat raise on a damaged one. Takes little room, whatever it holds.
    """
    found = Found()
    with zipfile.ZipFile(file) as archive:
        parts = archive.infolist()
        if "xl/workbook.xml" not in archive.NameToInfo:
            raise NotATable(f"it is {_kind(archive)}. {SAVE_AS}")
        _check_sizes(parts)
        for part in parts:
            if part.filename.endswith((".xml", ".rels")):
                with archive.open(part) as content:
                    _Part(part.filename, found).read(content)
    return found


def _kind(archive: zipfile.ZipFile) -> str:
    if "xl/workbook.bin" in archive.NameToInfo:
        return "an Excel file in the binary form (.xlsb)"
    if "mimetype" in archive.NameToInfo:
        with archive.open("mimetype") as file:  # it may say that it is of any length
            if b"opendocument" in file.read(200):
                return "an OpenDocument file (.ods)"
    return "an archive and no Excel workbook"


def _check_sizes(parts: list[zipfile.ZipInfo]) -> None:
    """What the archive says itself; more than that is read of no part."""
    unpacked = sum(part.file_size for part in parts)
    if unpacked > MOST_UNPACKED or len(parts) > MOST_PARTS:
        raise NotATable(
            f"it unpacks to {unpacked / MEGABYTE:,.0f} MB in {len(parts):,} parts, and at most "
            f"{MOST_UNPACKED // MEGABYTE} MB are read. Keep only the tracker's rows and columns."
        )
    for part in parts:
        is_table = part.filename.startswith(("xl/worksheets/", "xl/sharedStrings", "xl/media/"))
        if part.file_size > MOST_OF_A_PART and not is_table:
            raise NotATable(
                f"its part {part.filename[:60]} unpacks to {part.file_size / MEGABYTE:,.0f} MB, "
                f"and at most {MOST_OF_A_PART // MEGABYTE} MB are read. {NO_TRACKER}"
            )


class _Part:
    """One part, of which nothing is kept but counts."""

    def __init__(self, name: str, found: Found) -> None:
        self._name, self._found = name, found
        self._row = self._in_row = self._pieces = self._others = 0
        self._place = ""
        self._is_filled = self._is_open = self._is_value = False
        self._tell = {"row": self._begin_row, "c": self._begin_cell, "v": self._begin_value,
                      "is": self._fill, "f": self._formula, "si": self._begin_text,
                      "mergeCell": self._merge}  # fmt: skip

    def read(self, content: IO[bytes]) -> None:
        """Count what the part holds."""
        # the names' prefixes, which a workbook is free to choose, are cut off
        parser = expat.ParserCreate(namespace_separator=" ")
        parser.buffer_text = True
        parser.StartElementHandler = self._element
        parser.CharacterDataHandler = self._signs
        parser.StartDoctypeDeclHandler = self._doctype
        while piece := content.read(PIECE):
            parser.Parse(piece)
        parser.Parse(b"", True)
        self._end_cell()

    def _doctype(self, *_: object) -> None:
        raise NotATable(f"its part {self._name[:60]} declares a document type. {NO_TRACKER}")

    def _element(self, name: str, attributes: dict[str, str]) -> None:
        space, _, short = name.rpartition(" ")
        self._is_value = False
        if short == "workbook" and space.startswith(STRICT):
            raise NotATable(
                "it is a workbook in the form Strict Open XML. Open it in Excel, choose Save As, "
                "Excel Workbook (.xlsx), and import that."
            )
        if tell := self._tell.get(short):
            tell(attributes)
            return
        self._pieces += 1
        if short == "t":
            self._check(self._pieces, MOST_PIECES, "pieces in the text of one cell")
            return
        self._others += 1
        self._check(self._others, MOST_OTHERS, "styles, links and the like")

    def _begin_row(self, attributes: dict[str, str]) -> None:
        self._end_cell()
        number = attributes.get("r", "")
        self._row = int(number) if number else self._row + 1
        self._in_row, self._is_filled = 0, False

    def _begin_cell(self, attributes: dict[str, str]) -> None:
        self._end_cell()
        self._place = attributes.get("r", "")
        self._in_row += 1
        self._pieces = 0
        self._check(self._in_row, MOST_CELLS_IN_ROW, f"cells in row {self._row}")

    def _begin_text(self, attributes: dict[str, str]) -> None:
        self._pieces = 0

    def _formula(self, attributes: dict[str, str]) -> None:
        self._is_open = True

    def _end_cell(self) -> None:
        """Count a formula that had no result."""
        if self._is_open:
            self._found.unsolved[self._name] = self._found.unsolved.get(self._name, 0) + 1
            self._is_open = False

    def _merge(self, attributes: dict[str, str]) -> None:
        self._others += 1
        self._check(self._others, MOST_MERGED, "merged cells")
        self._found.merged.setdefault(self._name, []).append(attributes.get("ref", ""))

    def _begin_value(self, attributes: dict[str, str]) -> None:
        """A value, which is empty where a formula gave nothing."""
        self._is_open, self._is_value = False, True

    def _signs(self, text: str) -> None:
        if self._is_value and not text.isspace():
            self._is_value = False
            self._fill({})

    def _fill(self, attributes: dict[str, str]) -> None:
        """Something stands in the cell."""
        self._is_open = False
        self._found.last = max(self._found.last, self._row)
        if not self._is_filled:
            self._is_filled = True
            self._found.rows += 1
            check_row(self._row)
        letters = self._place.rstrip(DIGITS)
        if len(letters) > 1 or self._in_row > MOST_COLUMNS:
            check_columns(self._row, _column(letters) or self._in_row)

    def _check(self, count: int, most: int, what: str) -> None:
        if count > most:
            raise NotATable(
                f"its part {self._name[:60]} holds more than {most:,} {what}. {NO_TRACKER}"
            )


def _column(letters: str) -> int:
    """The number of a column, 1 for A; no more than there are."""
    number = 0
    for letter in letters.upper()[:4]:
        number = number * 26 + ord(letter) - ord("A") + 1
    return min(number, LAST_COLUMN)
