"""The columns of a tracker sheet: what they are called, and which must be there."""

from collections.abc import Iterable

from dashboard.sheets.refusals import NotATable
from dashboard.workflows import MOST_STEPS, WORKFLOWS

FIRM_ID, FIRM, PATH, PRODUCTS = "Firm ID", "Firm", "Move to", "Products"
CS_REP, TEAM_LEADER, SALES_REP = "CS rep", "Team leader", "Sales rep"
APPOINTMENT, EMS_TICKET, ORDER_NUMBER, NOTES = "Appointment", "EMS ticket", "Order no.", "Notes"
STATUS = "Status"
STEPS = tuple(f"Step {number}" for number in range(1, MOST_STEPS + 1))
COLUMNS = (
    FIRM_ID, FIRM, PATH, CS_REP, TEAM_LEADER, SALES_REP, PRODUCTS, *STEPS,
    APPOINTMENT, EMS_TICKET, ORDER_NUMBER, NOTES,
)  # fmt: skip
# A sheet of the shorter path only need not have the other's further steps.
REQUIRED = (PATH, PRODUCTS, *STEPS[: min(path.last for path in WORKFLOWS.values())])
# What the columns are called in layouts.
FIELDS = {
    "firm_id": FIRM_ID, "firm": FIRM, "path": PATH, "cs_rep": CS_REP, "team_leader": TEAM_LEADER,
    "sales_rep": SALES_REP, "products": PRODUCTS,
    **{f"step_{number}": name for number, name in enumerate(STEPS, start=1)},
    "appointment": APPOINTMENT, "ems_ticket": EMS_TICKET, "order_number": ORDER_NUMBER,
    "notes": NOTES, "status": STATUS,
}  # fmt: skip
# … and in sheets with one row a case and step besides.
LONG_FIELDS = {"case": "Case", "step": "Step", "completed_at": "Completed at", "done_by": "Done by"}
MOST_ROWS = 100_000
MOST_COLUMNS = 200
MOST_CELLS, MOST_SIGNS = 3_000_000, 60_000_000


def folded(name: str) -> str:
    """A column's name without what people vary: case, blanks, full stops."""
    return " ".join(name.replace(".", " ").split()).casefold()


KNOWN = {folded(column): column for column in COLUMNS}


def missing(cells: Iterable[str]) -> list[str]:
    """The columns that a tracker must have and that none of the cells names."""
    names = {folded(cell) for cell in cells}
    lacking = [column for column in REQUIRED if folded(column) not in names]
    has_firm = bool(names & {folded(FIRM_ID), folded(FIRM)})
    return lacking if has_firm else [f"{FIRM_ID} or {FIRM}", *lacking]


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
