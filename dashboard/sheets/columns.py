"""The columns of a tracker sheet: what they are called, and which must be there."""

from collections.abc import Iterable, Sequence

from dashboard.sheets.refusals import NotATable
from dashboard.workflows import MOST_STEPS, WORKFLOWS

FIRM_ID, FIRM, PATH, PRODUCTS = "Firm ID", "Firm", "Move to", "Products"
CS_REP, TEAM_LEADER, SALES_REP = "CS rep", "Team leader", "Sales rep"
APPOINTMENT, EMS_TICKET, ORDER_NUMBER, NOTES = "Appointment", "EMS ticket", "Order no.", "Notes"
STEPS = tuple(f"Step {number}" for number in range(1, MOST_STEPS + 1))
COLUMNS = (
    FIRM_ID, FIRM, PATH, CS_REP, TEAM_LEADER, SALES_REP, PRODUCTS, *STEPS,
    APPOINTMENT, EMS_TICKET, ORDER_NUMBER, NOTES,
)  # fmt: skip
# A sheet of the shorter path only need not have the other's further steps.
REQUIRED = (PATH, PRODUCTS, *STEPS[: min(path.last for path in WORKFLOWS.values())])
MOST_ROWS = 100_000
MOST_COLUMNS = 200
MOST_CELLS, MOST_SIGNS = 3_000_000, 60_000_000


def folded(name: str) -> str:
    """A column's name without what people vary: case, blanks, full stops."""
    return " ".join(name.replace(".", " ").split()).casefold()


KNOWN = {folded(column): column for column in COLUMNS}


def count_known(cells: Iterable[str]) -> int:
    """How many of the cells name a column that a tracker has."""
    return len({folded(cell) for cell in cells} & KNOWN.keys())


def missing(cells: Iterable[str]) -> list[str]:
    """The columns that a tracker must have and that none of the cells names."""
    names = {folded(cell) for cell in cells}
    lacking = [column for column in REQUIRED if folded(column) not in names]
    has_firm = bool(names & {folded(FIRM_ID), folded(FIRM)})
    return lacking if has_firm else [f"{FIRM_ID} or {FIRM}", *lacking]


def labels(header: Sequence[str]) -> list[str]:
    """The columns' names in order, known ones as in COLUMNS.

    Raises NotATable if one is missing or stands there twice.
    """
    if lacking := missing(header):
        found = ", ".join(cell[:40] for cell in header[:30] if cell) or "nothing"
        raise NotATable(
            f"its first row must name the columns, and these are missing: {', '.join(lacking)}. "
            f"Found: {found}. Put the tracker's header into row 1."
        )
    names = [folded(cell) for cell in header if cell]
    if twice := sorted({name for name in names if names.count(name) > 1}):
        raise NotATable(
            f"its header has more than one column {', '.join(twice)}. "
            "Rename or remove the others, so that it is clear which holds."
        )
    return [KNOWN.get(folded(cell), cell) for cell in header]


class Bounds:
    """What is read of one sheet at most; NotATable where it has grown out of it."""

    def __init__(self) -> None:
        self._cells = self._signs = 0

    def trimmed(self, number: int, cells: list[str]) -> list[str]:
        """The row of that number without the blanks at its end."""
        while cells and not cells[-1].strip():
            cells.pop()
        if cells:
            check_row(number)
        check_columns(number, len(cells))
        filled = [len(cell) for cell in cells if cell]
        self._cells, self._signs = self._cells + len(filled), self._signs + sum(filled)
        if self._cells > MOST_CELLS or self._signs > MOST_SIGNS:
            raise NotATable(
                f"it holds more than {MOST_CELLS:,} cells, or {MOST_SIGNS:,} characters. Keep only "
                "the tracker's rows and columns."
            )
        return cells


def check_row(number: int) -> None:
    """NotATable if a row that holds something lies too far down."""
    if number > MOST_ROWS + 1:
        raise NotATable(
            f"it has more than {MOST_ROWS:,} rows. Split it, and import one part after the other."
        )


def check_columns(number: int, columns: int) -> None:
    """NotATable if the row of that number has too many columns."""
    if columns > MOST_COLUMNS:
        raise NotATable(
            f"row {number} has {columns:,} columns, and at most {MOST_COLUMNS} are read. "
            "Delete what does not belong to the tracker."
        )
