"""Lines pasted from a spreadsheet, put into the rows of the grid that they name."""

from collections.abc import Callable, Iterable
from dataclasses import replace
from datetime import datetime
from typing import Any

from dashboard.ui.several_grid import AT, Grid, Row
from dashboard.workflows import Field, FieldKind

MOST_LINES, MOST_SIGNS = 200, 50_000  # a grid has 60 rows at most; a step, a dozen short fields
SHOWN = 60  # characters of what cannot be placed
YES = {"yes", "y", "true", "1", "x"}
TOO_MUCH = (
    f"Nothing was put into the grid: at most {MOST_LINES} lines and {MOST_SIGNS:,} characters are "
    "taken at once. Paste only the rows of these cases."
)
TIMES = ("%Y-%m-%d %H:%M", "%Y-%m-%d %H:%M:%S", "%Y-%m-%dT%H:%M", "%m/%d/%Y %H:%M")


def placed(grid: Grid, text: str) -> tuple[list[Row], list[str], list[str]]:
    """The grid's rows with the lines' cells; the lines that could not be placed, and why.

    A line is tab-separated: which case, then the step's fields in order, then when it happened.
    A paste that is too long is not looked at, and nothing of it is kept.
    """
    lines = list(filter(str.strip, text[: MOST_SIGNS + 1].splitlines()))
    if len(lines) > MOST_LINES or len(text) > MOST_SIGNS:
        return list(grid.rows), [], [TOO_MUCH]
    rows, left, why = list(grid.rows), [], []
    for line in lines:
        name, *cells = (cell.strip() for cell in line.split("\t"))
        at = [number for number, row in enumerate(rows) if _is_named(row, name)]
        if len(at) != 1:
            left.append(line)
            said = "names no case of this grid" if not at else f"fits {len(at)} cases of this grid"
            why.append(f"“{name[:SHOWN]}” {said}. Give the case’s id.")
            continue
        try:
            typed = _cells(grid.fields, cells)
        except ValueError as wrong:
            left.append(line)
            why.append(f"“{name[:SHOWN]}”: {wrong}")
            continue
        rows[at[0]] = replace(rows[at[0]], cells={**rows[at[0]].cells, **typed})
    return rows, left, why


def _is_named(row: Row, name: str) -> bool:
    names = (row.case_id, row.firm_id, row.firm)
    return name.casefold() in (one.casefold() for one in names if one)


def _cells(fields: Iterable[Field], cells: list[str]) -> dict[str, Any]:
    """The cells by field; empty ones are left out. ValueError says what cannot be read."""
    wanted = [*((item.key, item.kind) for item in fields), (AT, FieldKind.WINDOW)]
    if len(cells) > len(wanted):
        raise ValueError(f"it has {len(cells) + 1} cells, and {len(wanted) + 1} are asked for.")
    return {
        key: READ.get(kind, str)(cell)
        for (key, kind), cell in zip(wanted, cells, strict=False)
        if cell
    }


def _time(cell: str) -> datetime:
    for form in TIMES:
        try:
            return datetime.strptime(cell, form)  # noqa: DTZ007 - a wall clock, as people type it
        except ValueError:
            continue
    raise ValueError(f"“{cell[:SHOWN]}” is no time. Write it as 2026-10-30 14:10.")


def _listed(cell: str) -> list[str]:
    return [name.strip() for name in cell.split(",") if name.strip()]


READ: dict[FieldKind, Callable[[str], Any]] = {
    FieldKind.CONFIRM: lambda cell: cell.casefold() in YES,
    FieldKind.YES_NO: lambda cell: "Yes" if cell.casefold() in YES else "No",
    FieldKind.DATE: lambda cell: _time(f"{cell} 00:00").date(),
    FieldKind.WINDOW: _time,
    FieldKind.PRODUCTS: _listed,
    FieldKind.FAMILIES: _listed,
}
