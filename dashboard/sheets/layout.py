"""Where is what in a file: its sheets, their header rows, what each column holds, how dates go."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from dashboard.sheets.columns import FIELDS, LONG_FIELDS
from dashboard.sheets.dates import DateOrder
from dashboard.sheets.refusals import NotATable
from dashboard.sheets.tables import letters
from dashboard.workflows import WORKFLOWS

WIDE, LONG = "wide", "long"
REJECTED = "rejected"  # why a row was not taken the last time: nothing of the case
ALL_FIELDS = {**FIELDS, **LONG_FIELDS}
EXAMPLE = '"step_2=Routed to TL"'


@dataclass(frozen=True, slots=True)
class Column:
    """One column: its place (1 is A), its heading, the field it fills, whether that is sure.

    A column without a field is kept as a note; nothing is asked about it.
    """

    place: int
    header: str
    field: str | None = None
    sure: bool = True


@dataclass(frozen=True, slots=True)
class SheetLayout:
    """One sheet. `path`: that of every row, where no column says it."""

    name: str
    header_row: int
    form: str
    columns: tuple[Column, ...]
    path: str | None = None
    date_order: DateOrder | None = None
    dates_only: bool = False

    def column(self, name: str) -> Column | None:
        """The column that fills the field, if there is one."""
        return next((column for column in self.columns if column.field == name), None)

    def as_json(self) -> dict[str, Any]:
        """The layout as dictionaries, lists, texts and numbers."""
        return {
            "name": self.name,
            "header_row": self.header_row,
            "form": self.form,
            "columns": [
                {
                    "column": letters(column.place),
                    "header": column.header,
                    "field": None if column.field == REJECTED else column.field,
                    "sure": column.sure and column.field not in (None, REJECTED),
                }
                for column in self.columns
            ],
            "path": self.path,
            "date_order": self.date_order.value if self.date_order else None,
            "dates_only": self.dates_only,
        }


@dataclass(frozen=True, slots=True)
class Layout:
    """A file as it is to be read."""

    sheets: tuple[SheetLayout, ...] = ()

    def as_json(self) -> dict[str, Any]:
        """The layout as dictionaries, lists, texts and numbers."""
        return {"sheets": [sheet.as_json() for sheet in self.sheets]}

    @classmethod
    def from_json(cls, data: Any) -> "Layout":
        """A layout from what `as_json` gave. Raises NotATable."""
        try:
            return cls(tuple(_sheet(item) for item in data["sheets"]))
        except (KeyError, TypeError, ValueError, AttributeError) as error:
            raise NotATable(
                f"the layout is none ({type(error).__name__}: {error}). Write one with "
                "`layout FILE --format json` and change that.",
            ) from error


@dataclass(frozen=True, slots=True)
class Choices:
    """What somebody said of a file beforehand.

    `fields`: pairs of a field and a column's heading (or letters); `path` fits a path too.
    """

    layout: Layout | None = None
    sheets: tuple[str, ...] = ()
    header_row: int | None = None
    fields: tuple[tuple[str, str], ...] = ()
    date_order: DateOrder | None = None
    encoding: str = ""


@dataclass(frozen=True, slots=True)
class Question:
    """What is open: a sentence, and the option of the command line that answers it.

    `about`: "path", "firm", "date_order", "columns" or "step". `column`: its heading.
    """

    about: str
    text: str
    option: str
    sheet: str = ""
    column: str = ""
    choices: tuple[str, ...] = ()


@dataclass(slots=True)
class Recognised:
    """A sheet as it seems, and what is open about it."""

    layout: SheetLayout
    questions: list[Question] = field(default_factory=list[Question])


def checked_field(name: str) -> str | None:
    """The field of that name; None for `note` and the like. Raises NotATable."""
    key = name.strip().casefold().replace(" ", "_")
    if key in ("", "note", "none", "-"):
        return None
    if key not in ALL_FIELDS:
        raise NotATable(
            f"there is no field {name!r}. Fields are {', '.join(ALL_FIELDS)}; note keeps a column "
            "as a note.",
            f"--map {EXAMPLE}",
        )
    return key


def renamed(layout: SheetLayout, name: str) -> SheetLayout:
    """The layout for a sheet of another name."""
    return replace(layout, name=name)


def _sheet(item: Mapping[str, Any]) -> SheetLayout:
    order = item.get("date_order")
    path = item.get("path")
    form = item.get("form", WIDE)
    if path is not None and path not in WORKFLOWS:
        raise ValueError(f"path {path!r}: choose {' or '.join(WORKFLOWS)}")
    if form not in (WIDE, LONG):
        raise ValueError(f"form {form!r}: choose {WIDE} or {LONG}")
    columns = tuple(_column(at, part) for at, part in enumerate(item["columns"], start=1))
    return SheetLayout(
        str(item.get("name") or ""), int(item["header_row"]), form, columns, path,
        DateOrder(order) if order else None, bool(item.get("dates_only")),
    )  # fmt: skip


def _column(at: int, part: Mapping[str, Any]) -> Column:
    name = part.get("field")
    known = None if name is None else checked_field(str(name))
    return Column(_place(part.get("column"), at), str(part.get("header") or ""), known)


def _place(said: Any, at: int) -> int:
    if isinstance(said, int):
        return said
    place = 0
    for letter in str(said or "").upper():
        if not "A" <= letter <= "Z":
            raise ValueError(f"column {said!r}")
        place = place * 26 + ord(letter) - ord("A") + 1
    return place or at


def fields_told(columns: Sequence[Column]) -> set[str]:
    """The fields that the columns fill."""
    return {column.field for column in columns if column.field}
