"""How a tracker is read, for somebody to look at and change: its sheets, headings and columns."""

from collections.abc import Sequence
from dataclasses import replace

import pyarrow as pa
import streamlit as st

from dashboard.intake.sheet import Looked
from dashboard.sheets.cells import clean
from dashboard.sheets.columns import FIELDS
from dashboard.sheets.dates import DateOrder
from dashboard.sheets.layout import LONG, REJECTED, Choices, Column, SheetLayout
from dashboard.sheets.recognise import Read
from dashboard.sheets.tables import letters
from dashboard.ui.words import plain
from dashboard.workflows import LOCAL, VIRTUAL_OFFICE, WORKFLOWS

NOTE = "note"
LINES, WIDTH, VALUES = 8, 12, 3
ORDERS = {
    DateOrder.MDY: "Month first: 10/28/2026",
    DateOrder.DMY: "Day first: 28/10/2026",
    DateOrder.YMD: "Year first: 2026/10/28",
}
NAMES = {
    NOTE: "Keep as note",
    "firm": "Firm",
    "firm_id": "Firm ID",
    "path": "Path (Local or Virtual Office)",
    "cs_rep": "CS representative",
    "team_leader": "Team leader",
    "sales_rep": "Sales representative",
    "products": "Products",
    "appointment": "Appointment",
    "ems_ticket": "EMS ticket number",
    "order_number": "Order number",
    "notes": "Notes",
    "status": "Status",
    "case": "Case",
    "step": "Step",
    "completed_at": "Completed at",
    "done_by": "Done by",
}


def sheets(looked: Looked, chosen: Choices) -> Choices:
    """Which sheets are read, where their headings are, how dates go. Returns what was said."""
    names = [table.name for table in looked.tables if table.name and not table.is_hidden]
    said = chosen
    if len(names) > 1:
        read = [one.table.name for one in looked.read]
        picked = st.multiselect("Sheets to import", names, read, key="import-sheets")
        if picked and set(picked) != set(read):
            said = replace(said, sheets=tuple(picked))
    for aside in looked.aside:
        st.caption(f"{plain(aside.sheet)} is left out: {plain(aside.why)}.")
    if len(looked.read) == 1:
        said = _header_row(looked.read[0], said)
    said = _order(looked, said)
    for one in looked.read:
        _first_lines(one, is_only=len(looked.read) == 1)
    return said


def columns(looked: Looked, chosen: Choices) -> Choices:
    """What each column holds. Returns what was said."""
    said = _path(looked, chosen)
    st.caption("Columns kept as notes are added to the case’s notes with their heading.")
    for number, one in enumerate(looked.read):
        layout = one.found.layout
        if len(looked.read) > 1:
            st.markdown(f"**{plain(layout.name)}**")
        asked = {question.column for question in one.found.questions}
        for column in layout.columns:
            values = _values(one, column.place)
            if not column.header and not values:
                continue
            is_open = column.header in asked and bool(column.header)
            said = _column(f"{number}-{column.place}", column, values, layout, said, is_open)
    return said


def still_open(looked: Looked) -> None:
    """The questions that have no answer yet."""
    several = len(looked.read) > 1
    for question in looked.questions:
        where = f"{plain(question.sheet)}: " if several and question.sheet else ""
        text = question.text[0].upper() + question.text[1:]
        st.warning(f"{where}{plain(text)}", icon=":material/help:")


def _header_row(one: Read, said: Choices) -> Choices:
    held = one.found.layout.header_row
    row = st.number_input("The headings are in row", 1, 100_000, held, key="import-header-row")
    return replace(said, header_row=int(row)) if row != held else said


def _order(looked: Looked, said: Choices) -> Choices:
    """How dates go, where nothing tells or somebody has said."""
    asked = any(question.about == "date_order" for question in looked.questions)
    orders = {one.found.layout.date_order for one in looked.read} - {None}
    if not asked and not orders:
        return said
    held = said.date_order or (next(iter(orders)) if len(orders) == 1 else None)
    options = list(ORDERS)
    order = st.radio(
        "Dates are", options, index=options.index(held) if held else None,
        format_func=ORDERS.__getitem__, key="import-order", horizontal=True,
    )  # fmt: skip
    return replace(said, date_order=order) if order and order != held else said


def _first_lines(one: Read, *, is_only: bool) -> None:
    """The first lines of the sheet, as it has them."""
    if not is_only:
        row = one.found.layout.header_row
        st.markdown(f"**{plain(one.table.name)}**, headings in row {row}")
    lines = one.table.lines[:LINES]
    width = min(WIDTH, max((len(line.cells) for line in lines), default=0))
    if not width:
        return
    table = {"Row": [line.number for line in lines]}
    told = {
        letters(place): [_cell(line.cells, place) for line in lines]
        for place in range(1, width + 1)
    }
    st.dataframe(
        pa.table({**table, **told}), hide_index=True, key=f"lines-{one.table.name}",
        alt="The first rows of the sheet",
    )  # fmt: skip


def _path(looked: Looked, said: Choices) -> Choices:
    """The path of every row, where no column says it."""
    asked = any(question.about == "path" for question in looked.questions)
    told = next((text for field, text in said.fields if field == "path"), None)
    if not asked and told is None:
        return said
    options = [path.short for path in WORKFLOWS.values()]
    way = st.radio(
        "Where do these cases go?", options, index=options.index(told) if told in options else None,
        key="import-path", horizontal=True,
    )  # fmt: skip
    return _with(said, "path", way) if way and way != told else said


def _column(
    key: str,
    column: Column,
    values: Sequence[str],
    layout: SheetLayout,
    said: Choices,
    is_open: bool,
) -> Choices:
    """One column: its heading, first values, and what it holds."""
    name = column.header or letters(column.place)
    held = column.field or NOTE
    if held == REJECTED:
        return said
    left, middle, right = st.columns([3, 4, 4], vertical_alignment="center")
    left.markdown(f":material/help: **{plain(name)}**" if is_open else plain(name))
    middle.caption(plain(" · ".join(values)) or "empty")
    options = _options(layout)
    picked = right.selectbox(
        name, options, index=options.index(held) if held in options else 0,
        format_func=lambda field: name_of(field, layout), key=f"import-column-{key}",
        label_visibility="collapsed",
    )  # fmt: skip
    if is_open and right.button("That is right", key=f"import-right-{key}", type="tertiary"):
        return _with(said, picked, name)
    return _with(said, picked, name) if picked != held else said


def _with(said: Choices, field: str, name: str) -> Choices:
    """What was said, with this of a heading, or of all rows."""
    kept = [
        pair
        for pair in said.fields
        if pair[1] != name and not (field == "path" and pair[0] == "path")
    ]
    return replace(said, fields=(*kept, (field, name)))


def _options(layout: SheetLayout) -> list[str]:
    steps = [f"step_{number}" for number in range(1, VIRTUAL_OFFICE.last + 1)]
    named = [key for key in FIELDS if key not in steps]
    if layout.form == LONG:
        return [NOTE, "case", "step", "completed_at", "done_by", *named]
    return [NOTE, *named[:3], *steps, *named[3:]]


def name_of(field: str | None, layout: SheetLayout) -> str:
    """What a column holds, in words."""
    field = field or NOTE
    if not field.startswith("step_"):
        return NAMES[field]
    number = int(field[5:])
    hosted = layout.path == VIRTUAL_OFFICE.key or layout.column("step_8") is not None
    path = VIRTUAL_OFFICE if hosted or number > LOCAL.last else LOCAL
    return f"{number} {path.step(number).label}"


def _values(one: Read, place: int) -> list[str]:
    found = (_cell(line.cells, place) for line in one.below[:200])
    return [text for text in found if text][:VALUES]


def _cell(cells: Sequence[str], place: int) -> str:
    return clean(cells[place - 1]).strip()[:40] if place <= len(cells) else ""
