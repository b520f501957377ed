"""The lines of a sheet as rows: one a case, also where the sheet has one a step."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from dashboard.intake.row import Row
from dashboard.sheets.cells import clean, is_nothing, is_total
from dashboard.sheets.columns import FIELDS, FIRM, FIRM_ID, PATH, STEPS, folded
from dashboard.sheets.dates import DateOrder
from dashboard.sheets.layout import LONG, REJECTED, SheetLayout
from dashboard.sheets.meanings import STEP_MEANINGS
from dashboard.sheets.names import heading
from dashboard.sheets.paths import named_path
from dashboard.sheets.recognise import Read
from dashboard.sheets.tables import Line
from dashboard.workflows import LOCAL, VIRTUAL_OFFICE, WORKFLOWS, Workflow

OFTEN = 0.6  # of the cells of a row that repeats the header


@dataclass(frozen=True, slots=True)
class Skipped:
    """Rows of a sheet that are no cases, and why."""

    sheet: str
    rows: tuple[int, ...]
    why: str


def shaped(read: Read) -> tuple[list[Row], list[Skipped]]:
    """The rows of a sheet that are cases, and those that are not."""
    layout = read.found.layout
    reader = _Reader(layout)
    rows: list[Row] = []
    left: dict[str, list[int]] = {}
    for line in read.below:
        row = reader.row(line)
        if row.is_blank:
            continue
        if why := _skipped(row, line, layout):
            left.setdefault(why, []).append(line.number)
        else:
            rows.append(row)
    if layout.form == LONG:
        rows = [*_grouped(rows, layout)]
    return rows, [Skipped(layout.name, tuple(numbers), why) for why, numbers in left.items()]


class _Reader:
    """Lines read by a layout."""

    def __init__(self, layout: SheetLayout) -> None:
        self._layout = layout
        self._known = {
            column.place: FIELDS[column.field]
            for column in layout.columns
            if column.field in FIELDS
        }
        named = {FIELDS[c.field]: c.header for c in layout.columns if c.field in FIELDS}
        self._names = {
            column: header or column
            for column, header in named.items()
            if folded(header) != folded(column)
        }
        self._lacking = frozenset(FIELDS.values()) - named.keys()
        self._elsewhere = _elsewhere(layout)

    def row(self, line: Line) -> Row:
        """The line with its cells by column."""
        cells: dict[str, str] = {}
        others: list[tuple[str, str]] = []
        said = [clean(cell).strip() for cell in line.cells]
        for column in self._layout.columns:
            text = said[column.place - 1] if column.place <= len(said) else ""
            if column.field in FIELDS:
                cells[FIELDS[column.field]] = text
            elif column.field and column.field != REJECTED:
                cells[column.field] = text
            elif text and not column.field:
                others.append((column.header or f"Column {column.place}", text))
        for place in range(len(self._layout.columns) + 1, len(said) + 1):
            if said[place - 1]:
                others.append((f"Column {place}", said[place - 1]))
        if PATH not in cells and self._layout.path and any((*cells.values(), *others)):
            cells[PATH] = WORKFLOWS[self._layout.path].short
        return Row(
            line.number, self._moved(cells), tuple(others), self._layout.name, self._names,
            self._layout.date_order or DateOrder.MDY, lacking=self._lacking, raw=tuple(line.cells),
        )  # fmt: skip

    def _moved(self, cells: dict[str, str]) -> dict[str, str]:
        """The cells of a local case in a sheet whose steps are counted as the longer path's."""
        if not self._elsewhere or named_path(cells.get(PATH, "")) is not LOCAL:
            return cells
        moved = {name: text for name, text in cells.items() if name not in self._elsewhere}
        for name, other in self._elsewhere.items():
            text = cells.get(name, "")
            if other and text:
                moved[other] = text
            elif text and not is_nothing(text):
                moved.setdefault(name, text)
        return moved


def _elsewhere(layout: SheetLayout) -> dict[str, str | None]:
    """Where headings for both paths stand for other steps on the shorter one."""
    found: dict[str, str | None] = {}
    for column in layout.columns:
        said = heading(column.header)
        if not (column.field or "").startswith("step_") or said.step is not None:
            continue
        number = int(str(column.field)[5:])
        fitting = {
            meaning: fit
            for meaning, fit in said.fits.items()
            if STEP_MEANINGS.get(meaning, {}).get(VIRTUAL_OFFICE.key) == number
        }
        if fitting:
            own = STEP_MEANINGS[max(fitting, key=lambda key: fitting[key])].get(LOCAL.key)
            if own != number:
                found[STEPS[number - 1]] = STEPS[own - 1] if own else None
    hosted = {STEPS[2], STEPS[3], STEPS[4], STEPS[5]} & found.keys()
    return found if hosted else {}


def _skipped(row: Row, line: Line, layout: SheetLayout) -> str:
    """Why a line is no case; empty if it may be one."""
    first = next((text for cell in line.cells if (text := clean(cell).strip())), "")
    if is_total(first) and named_path(row.text(PATH)) is None:
        return "totals"
    names = {column.place: column.header.casefold() for column in layout.columns if column.header}
    said = {at: " ".join(c.split()).casefold() for at, c in enumerate(line.cells, 1) if c.strip()}
    same = sum(names.get(at) == text for at, text in said.items())
    if same >= 2 and same >= OFTEN * len(said):
        return "the header again"
    if layout.form == LONG:
        return "" if row.cells.get("step") or row.cells.get("completed_at") else "no step"
    has_path = PATH in {FIELDS.get(c.field or "") for c in layout.columns} and row.cells.get(PATH)
    if has_path or row.cells.get(FIRM) or row.cells.get(FIRM_ID):
        return ""
    return "" if any(row.cells.get(step) for step in STEPS) else "no firm, path or step"


def _grouped(rows: Sequence[Row], layout: SheetLayout) -> Iterator[Row]:
    """One row a case, of those with one a step."""
    groups: dict[tuple[str, ...], list[Row]] = {}
    keys = ["case"] if layout.column("case") else [FIRM_ID, FIRM, PATH]
    for row in rows:
        key = tuple(" ".join(row.cells.get(name, "").split()).casefold() for name in keys)
        groups.setdefault(key, []).append(row)
    for group in groups.values():
        yield _joined(group)


def _joined(group: Sequence[Row]) -> Row:
    first = group[0]
    cells: dict[str, str] = {}
    others: dict[tuple[str, str], None] = {}
    for row in group:
        others |= dict.fromkeys(row.others)
        for name, text in row.cells.items():
            if name in FIELDS.values() and text:
                cells.setdefault(name, text)
    steps, done_by, problem = _steps(group, named_path(cells.get(PATH, "")) or LOCAL)
    return replace(
        first, cells=cells | steps, others=tuple(others), problem=problem, done_by=done_by,
        also=tuple(row.number for row in group[1:]),
    )  # fmt: skip


def _steps(group: Sequence[Row], path: Workflow) -> tuple[dict[str, str], Mapping[int, str], str]:
    """The times of the steps that the rows of one case tell, who did them, and what is wrong."""
    times: dict[str, str] = {}
    done_by: dict[int, str] = {}
    for row in group:
        said, text = row.cells.get("step", ""), row.cells.get("completed_at", "")
        number = _step(said, path.key)
        if number is None:
            return times, done_by, f"row {row.number}: “{said[:60]}” is no step of the path"
        name = STEPS[number - 1]
        if text and times.get(name, text) != text:
            return times, done_by, f"row {row.number}: step {number} stands there twice"
        if text:
            times[name] = text
        if row.text("done_by"):
            done_by[number] = row.text("done_by")
    return times, done_by, ""


def _step(said: str, path: str) -> int | None:
    """The step that a cell names, by its number or its words."""
    last = WORKFLOWS[path].last
    typed = said.strip()
    number = int(typed) if typed.isdecimal() and len(typed) <= 2 else heading(said).step
    if number is None:
        fits = heading(said).fits
        known = {key: fit for key, fit in fits.items() if path in STEP_MEANINGS.get(key, {})}
        best = max(known, key=lambda key: known[key], default=None)
        number = STEP_MEANINGS[best][path] if best and known[best] >= 0.9 else None
    return number if number and 1 <= number <= last else None
