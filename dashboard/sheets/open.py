"""What is open about a sheet, as questions with the options that answer them."""

from collections.abc import Iterator, Sequence

from dashboard.sheets.content import Content
from dashboard.sheets.dates import DateOrder, Evidence
from dashboard.sheets.layout import ALL_FIELDS, LONG, Column, Question, SheetLayout, fields_told
from dashboard.sheets.tables import letters

ORDERS = {
    DateOrder.MDY: "month first", DateOrder.DMY: "day first", DateOrder.YMD: "year first",
}  # fmt: skip
PATHS = '--map "path=Local" or --map "path=Virtual Office" (for every row), or --map "path=Header"'
SHOWN = 3
LABELS = {
    "firm": "the firm",
    "path": "the path (Local or Virtual Office)",
    "team_leader": "the team leader",
    "products": "the products",
    "appointment": "when the appointment begins",
    "order_number": "the order number",
    "notes": "the notes",
    "status": "the status",
    "case": "the name of the case",
    "step": "the step",
    "completed_at": "when the step was completed",
    "done_by": "who completed the step",
}


def order_question(layout: SheetLayout, found: Evidence) -> Question:
    """Which order the dates have: nothing says it, or two cells say different things."""
    if found.only:
        cells = " and ".join(f"{cell} only {ORDERS[order]}" for order, cell in found.only.items())
        text = f"its dates do not go in one order: {cells} can be read. Change one, or say how"
        text += " the dates go; those that cannot go so are then refused row by row."
    else:
        text = "are its dates month first (10/5 is October 5) or day first (10/5 is May 10)?"
    options = "--date-order mdy or --date-order dmy"
    return Question("date_order", text, options, layout.name, choices=tuple(DateOrder))


def shape_questions(layout: SheetLayout) -> Iterator[Question]:
    """What every tracker needs and no column has."""
    fields = fields_told(layout.columns)
    if not fields & {"firm", "firm_id"}:
        text = "no column names the firm. Which one does?"
        yield Question("firm", text, '--map "firm=Header"', layout.name)
    if "path" not in fields and layout.path is None:
        text = "no column says whether a case goes to Local or Virtual Office. Which is it?"
        yield Question("path", text, PATHS, layout.name)
    if layout.form == LONG:
        needed = [key for key in ("step", "completed_at") if key not in fields]
    else:
        steps = {int(field[5:]) for field in fields if field.startswith("step_")}
        needed = [f"step_{n}" for n in range(1, max(steps, default=1) + 1) if n not in steps]
    for key in needed:
        text = f"no column says {_what(key)}. Which one does?"
        yield Question("step", text, f'--map "{key}=Header"', layout.name, choices=(key,))


def _what(key: str) -> str:
    if key == "step":
        return "which step it was"
    return (
        "when it was completed" if key == "completed_at" else f"when step {key[5:]} was completed"
    )


def column_questions(
    layout: SheetLayout, contents: Sequence[Content], twins: frozenset[str]
) -> Iterator[Question]:
    """Columns of which it is not sure what they hold, as far as they hold something."""
    for column in layout.columns:
        if column.sure or column.field is None or contents[column.place - 1].is_empty:
            continue
        values = ", ".join(contents[column.place - 1].values[:SHOWN])
        name = column.header or letters(column.place)
        told = f"is column {letters(column.place)} “{name}” ({values[:80]}) {_label(column)}"
        told += ", or is another?" if column.field in twins else "?"
        key = name.replace('"', "'")
        options = f'--map "{column.field}={key}" if so, --map "note={key}" to keep it as a note'
        yield Question("columns", told, options, layout.name, name, (column.field,))


def _label(column: Column) -> str:
    field = column.field or ""
    if field.startswith("step_"):
        return f"when step {field[5:]} was completed"
    return LABELS.get(field) or f"the {ALL_FIELDS[field]}"
