"""A tracker file as rows of text cells, whatever it came as: CSV, text with tabs, XLSX.

Refuses what is no such file, and asks what is open. What a cell means is not decided here.
"""

import hashlib
import json
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

from dashboard.errors import InputRefused
from dashboard.intake.row import Row
from dashboard.intake.shaping import Skipped, shaped
from dashboard.sheets.columns import missing
from dashboard.sheets.headers import find_header
from dashboard.sheets.layout import Choices, Layout, Question
from dashboard.sheets.reading import read_tables
from dashboard.sheets.recognise import Aside, Read, recognise
from dashboard.sheets.refusals import NotATable
from dashboard.sheets.tables import Table

MEGABYTE = 1_000_000
MOST_BYTES = 50 * MEGABYTE
SAVE_AS = "Save the sheet as .xlsx or as CSV (UTF-8) and import that."
OLD = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"  # old workbooks, and new ones with a password
PASSWORD = "EncryptedPackage".encode("utf-16-le")
# What other files begin with, and what to do with them.
FOREIGN = (
    (b"%PDF", f"a PDF. {SAVE_AS}"),
    (b"\x89PNG", f"an image. {SAVE_AS}"),
    (b"\xff\xd8\xff", f"an image. {SAVE_AS}"),
    (b"GIF8", f"an image. {SAVE_AS}"),
)
WITH_PASSWORD = (
    "a workbook with a password. Open it in Excel, take the password away (File, Info, Protect "
    "Workbook, Encrypt with Password: leave it empty), save it and import that."
)
OLD_EXCEL = (
    "an old Excel file (.xls). Open it in Excel, choose Save As, Excel Workbook (.xlsx), and "
    "import that."
)
NO_CHOICES = Choices()


class Asked(InputRefused):
    """What has to be known before the file can be looked at. `option` answers it."""

    def __init__(self, text: str, option: str) -> None:
        super().__init__(text)
        self.option = option


@dataclass(frozen=True, slots=True)
class Looked:
    """A file that was looked at: its sheets, those that are read and how, and those left aside."""

    name: str
    digest: str
    read: tuple[Read, ...]
    aside: tuple[Aside, ...]
    tables: tuple[Table, ...] = ()

    @property
    def layout(self) -> Layout:
        """How the sheets are read."""
        return Layout(tuple(one.found.layout for one in self.read))

    @property
    def questions(self) -> list[Question]:
        """What is open."""
        return [question for one in self.read for question in one.found.questions]

    @property
    def remarks(self) -> list[tuple[str, str]]:
        """What is to be said of a sheet as a whole, by its name."""
        return [(one.table.name, one.table.remark) for one in self.read if one.table.remark]


@dataclass(frozen=True, slots=True)
class Sheet:
    """A tracker that was read: the rows that are cases, and what was not read and why.

    `digest` is the SHA-256 of the file; `how` tells a layout from today's, which is empty.
    """

    rows: list[Row]
    digest: str
    how: str = ""
    skipped: tuple[Skipped, ...] = ()
    aside: tuple[Aside, ...] = ()
    remarks: tuple[tuple[str, str], ...] = ()
    names: tuple[str, ...] = field(default=("",))


def read_tracker(source: Path | bytes, name: str, choices: Choices = NO_CHOICES) -> Sheet:
    """The rows of a file, or of what it holds; `name` is what people call it.

    Raises InputRefused, also with all questions that are open.
    """
    return sheet_of(look(source, name, choices))


def look(source: Path | bytes, name: str, choices: Choices = NO_CHOICES) -> Looked:
    """How a file is read, without asking yet. Raises InputRefused."""
    content = read_content(source, name)
    try:
        tables = _tables(content, choices.encoding)
        read, aside = recognise(tables, choices)
        _check_found(tables, read, choices)
    except NotATable as error:
        raise _unread(name, error) from error
    digest = hashlib.sha256(content).hexdigest()
    return Looked(name, digest, tuple(read), tuple(aside), tuple(tables))


def look_again(looked: Looked, choices: Choices) -> Looked:
    """How the file is read with other choices. Raises InputRefused."""
    try:
        read, aside = recognise(looked.tables, choices)
        _check_found(looked.tables, read, choices)
    except NotATable as error:
        raise _unread(looked.name, error) from error
    return replace(looked, read=tuple(read), aside=tuple(aside))


def sheet_of(looked: Looked) -> Sheet:
    """The rows of a file that was looked at; InputRefused with what is open about it."""
    if questions := looked.questions:
        told = [_asked(question, len(looked.read)) for question in questions]
        raise _refused(looked.name, "\n".join(told))
    rows: list[Row] = []
    skipped: list[Skipped] = []
    for one in looked.read:
        mine, left = shaped(one)
        rows += mine
        skipped += left
    return Sheet(
        rows, looked.digest, _how(looked), tuple(skipped), looked.aside, tuple(looked.remarks),
        tuple(one.table.name for one in looked.read),
    )  # fmt: skip


def read_content(source: Path | bytes, name: str) -> bytes:
    """The file's bytes; InputRefused if it cannot be read, or is too large to be a sheet."""
    if isinstance(source, bytes):
        return _checked_size(source, len(source), name)
    try:
        if source.exists() and not source.is_file():
            raise _refused(name, "it is not a file. Choose a CSV or .xlsx file.")
        _checked_size(b"", source.stat().st_size, name)
        with source.open("rb") as file:
            content = file.read(MOST_BYTES + 1)
    except OSError as error:
        why = error.strerror or error
        raise _refused(
            name, f"it cannot be read ({why}). Check its name and permissions."
        ) from error
    return _checked_size(content, len(content), name)


def _asked(question: Question, sheets: int) -> str:
    where = f"Sheet {question.sheet}: " if sheets > 1 and question.sheet else ""
    return f"{where}{question.text} Answer with {question.option}."


def _how(looked: Looked) -> str:
    """What tells this reading of the file from the one of Changeover's own form."""
    if len(looked.read) == 1 and looked.read[0].is_today:
        layout = looked.read[0].found.layout
        if layout.header_row == 1 and layout.date_order in (None, "mdy") and layout.path is None:
            return ""
    return json.dumps(looked.layout.as_json(), sort_keys=True)


def _check_found(tables: Sequence[Table], read: Sequence[Read], choices: Choices) -> None:
    """NotATable if no sheet is a tracker, or a choice fits none."""
    names = {table.name.casefold() for table in tables}
    for name in choices.sheets:
        if name.casefold() not in names:
            known = ", ".join(table.name for table in tables if table.name)
            raise NotATable(f"it has no sheet {name!r}. Its sheets are {known or 'without names'}.")
    if read:
        _check_told(read, choices)
        return
    best = max((table for table in tables if not table.is_hidden), key=_likeness, default=None)
    cells = best.lines[0].cells if best and best.lines else []
    header = find_header(best.lines) if best else None
    cells = header.names if header else cells
    found = ", ".join(cell[:40] for cell in cells[:30] if cell) or "nothing"
    raise NotATable(
        f"no sheet of it looks like a tracker: a row must name the columns, and these are missing: "
        f"{', '.join(missing(cells))}. Found: {found}. Give the columns headings, or say which row "
        "they are in.",
        "--header-row N, and --map \"FIELD=Header\" for each column",
    )  # fmt: skip


def _check_told(read: Sequence[Read], choices: Choices) -> None:
    """NotATable if a heading that was said stands in no sheet."""
    for field_name, heading in choices.fields:
        if field_name.strip().casefold() == "path":
            continue
        wanted = " ".join(heading.split()).casefold()
        columns = [column for one in read for column in one.found.layout.columns]
        if len(wanted) > 2 and all(column.header.casefold() != wanted for column in columns):
            found = ", ".join(dict.fromkeys(column.header for column in columns if column.header))
            raise NotATable(f"no column is called {heading!r}. Found: {found}.")


def _likeness(table: Table) -> float:
    header = find_header(table.lines)
    return header.weight if header else 0


def _checked_size(content: bytes, size: int, name: str) -> bytes:
    if size > MOST_BYTES:
        raise _refused(
            name,
            f"it has {size / MEGABYTE:,.0f} MB; the limit is {MOST_BYTES // MEGABYTE} MB. Keep "
            "only the tracker's rows and columns, or split it.",
        )
    return content


def _tables(content: bytes, encoding: str) -> list[Table]:
    if not content.strip():
        raise NotATable("it is empty. Choose the tracker sheet.")
    if content.startswith(OLD):
        raise NotATable(f"it is {WITH_PASSWORD if PASSWORD in content else OLD_EXCEL}")
    if kind := next((kind for start, kind in FOREIGN if content.startswith(start)), None):
        raise NotATable(f"it is {kind}")
    return read_tables(content, encoding)


def _unread(name: str, error: NotATable) -> InputRefused:
    if not error.option:
        return _refused(name, str(error))
    text = f"{name} was not imported: {error} Answer with {error.option}."
    return Asked(text, error.option)


def _refused(name: str, why: str) -> InputRefused:
    return InputRefused(f"{name} was not imported: {why}")
