"""One row of a tracker as text cells."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from dashboard.sheets.cells import is_nothing, is_open
from dashboard.sheets.columns import NOTES
from dashboard.sheets.dates import DateOrder

NO_NAMES: Mapping[str, str] = {}


@dataclass(frozen=True, slots=True)
class Row:
    """One row of the sheet; `number` is the sheet's own, the first being 1.

    `cells` holds the known columns, `others` what else stands there, by the column's name; `names`
    what the sheet calls the known columns, `lacking` those that it does not have; `also` the
    numbers of further rows that say more of the same case, with one row a step.
    """

    number: int
    cells: dict[str, str]
    others: tuple[tuple[str, str], ...] = ()
    sheet: str = ""
    names: Mapping[str, str] = field(default_factory=lambda: NO_NAMES)
    order: DateOrder = DateOrder.MDY
    also: tuple[int, ...] = ()
    problem: str = ""  # why the rows of a case do not fit together
    done_by: Mapping[int, str] = field(default_factory=lambda: {})
    lacking: frozenset[str] = frozenset()
    raw: tuple[str, ...] = ()

    @property
    def is_blank(self) -> bool:
        """Whether nothing at all stands in the row."""
        return not self.others and not any(self.cells.values())

    def text(self, column: str) -> str:
        """What stands in a column, blanks collapsed; empty where nothing is meant to stand."""
        text = " ".join(self.cells.get(column, "").split())
        return "" if is_nothing(text) or is_open(text) else text

    def is_open(self, column: str) -> bool:
        """Whether the column says that something is not known as yet."""
        return is_open(self.cells.get(column, ""))

    def name(self, column: str) -> str:
        """What the sheet calls a known column."""
        return self.names.get(column, column)

    def remarks(self) -> list[tuple[str, str]]:
        """What stands under Notes and in columns that a tracker does not have, by column."""
        said = [(NOTES, self.cells.get(NOTES, "")), *self.others]
        return [(name, text) for name, text in said if not is_nothing(text)]
