"""Lines pasted from a spreadsheet, put into the rows of the grid that they name."""

from dataclasses import replace
from typing import Any

from dashboard.ui.inputs import INPUTS
from dashboard.ui.several_grid import DONE_BY, Grid, Row

MOST_LINES, MOST_SIGNS = 200, 50_000  # a grid has 60 rows at most; a step, a dozen short fields
SHOWN = 60  # characters of what cannot be placed
TOO_MUCH = (
    f"Nothing was pasted: at most {MOST_LINES} rows and {MOST_SIGNS:,} characters at once. Paste "
    "only the rows for these cases."
)


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
            said = (
                "matches no case in this grid"
                if not at
                else f"matches {len(at)} cases in this grid"
            )
            why.append(f"“{name[:SHOWN]}” {said}. Use the case ID.")
            continue
        try:
            typed = _cells(grid, cells)
        except ValueError as wrong:
            left.append(line)
            why.append(f"“{name[:SHOWN]}”: {wrong}")
            continue
        rows[at[0]] = replace(rows[at[0]], cells={**rows[at[0]].cells, **typed})
    return rows, left, why


def _is_named(row: Row, name: str) -> bool:
    names = (row.case_id, row.firm_id, row.firm)
    return name.casefold() in (one.casefold() for one in names if one)


def _cells(grid: Grid, cells: list[str]) -> dict[str, Any]:
    """The cells by field; empty ones are left out. ValueError says what cannot be read."""
    wanted = [(key, kind) for key, kind in grid.kinds.items() if key != DONE_BY]
    if len(cells) > len(wanted):
        raise ValueError(f"it has {len(cells) + 1} cells; {len(wanted) + 1} are needed.")
    return {
        key: INPUTS[kind].cell(kind.read(cell))
        for (key, kind), cell in zip(wanted, cells, strict=False)
        if cell
    }
