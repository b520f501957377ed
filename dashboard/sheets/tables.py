"""What a file holds: tables of text cells, as many as it has sheets."""

from collections.abc import Iterable
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Line:
    """One row of a table that holds something; `number` is the sheet's own, the first being 1."""

    number: int
    cells: list[str]


@dataclass(slots=True)
class Table:
    """One sheet: its rows that hold something. `name` is empty where the file is a text.

    `remark`: what is to be said of the table as a whole.
    """

    name: str = ""
    is_hidden: bool = False
    lines: list[Line] = field(default_factory=list[Line])
    remark: str = ""


def letters(number: int) -> str:
    """The name of a column as spreadsheets show it; 1 is A."""
    name = ""
    while number > 0:
        number, digit = divmod(number - 1, 26)
        name = chr(ord("A") + digit) + name
    return name


def numbered(rows: Iterable[list[str]]) -> list[Line]:
    """The rows as lines, blank ones left out."""
    return [Line(number, cells) for number, cells in enumerate(rows, start=1) if cells]
