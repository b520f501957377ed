"""A file's sheets recognised: which hold a tracker, and what is open about them."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from dashboard.sheets import dates
from dashboard.sheets.cells import clean, is_total
from dashboard.sheets.content import Content
from dashboard.sheets.dates import DateOrder, weigh
from dashboard.sheets.headers import Header, find_header
from dashboard.sheets.layout import (
    LONG,
    Choices,
    Column,
    Layout,
    Question,
    Recognised,
    SheetLayout,
    fields_told,
)
from dashboard.sheets.matching import match
from dashboard.sheets.names import heading
from dashboard.sheets.open import column_questions, order_question, shape_questions
from dashboard.sheets.paths import named_path
from dashboard.sheets.tables import Line, Table, letters
from dashboard.sheets.telling import told

STEP = "step_"
HIDDEN = "it is hidden. Unhide it in the workbook if it holds cases"
NO_HEADER = "no row of it names the columns of a tracker"
NOT_CHOSEN = "it was not chosen"
EXAMPLE = "example"  # the name of the template's sheet that shows how
IS_EXAMPLE = "it is called an example"


@dataclass(frozen=True, slots=True)
class Aside:
    """A sheet that is not read, and why."""

    sheet: str
    why: str


@dataclass(slots=True)
class Read:
    """A sheet that is read: its table, and how."""

    table: Table
    found: Recognised
    is_today: bool = False

    @property
    def below(self) -> list[Line]:
        """The lines below the header."""
        row = self.found.layout.header_row
        return [line for line in self.table.lines if line.number > row]


def recognise(tables: Sequence[Table], choices: Choices) -> tuple[list[Read], list[Aside]]:
    """The sheets that are read, and those that are left aside."""
    read: list[Read] = []
    aside: list[Aside] = []
    for table in tables:
        found = _looked(table, choices)
        if isinstance(found, str):
            aside.append(Aside(table.name, found))
        else:
            read.append(found)
    return read, aside


def _looked(table: Table, choices: Choices) -> Read | str:
    """The sheet as it is read, or why it is left aside."""
    if choices.sheets and not any(_same(table.name, name) for name in choices.sheets):
        return NOT_CHOSEN
    if table.is_hidden:
        return HIDDEN
    if table.name.casefold().strip() == EXAMPLE and not choices.sheets:
        return IS_EXAMPLE
    known = _known(table, choices.layout)
    row = choices.header_row or (known.header_row if known else None)
    header = find_header(table.lines, row)
    if header is None:
        return NO_HEADER
    return _recognised(table, header, choices, known)


def _recognised(
    table: Table, header: Header, choices: Choices, known: SheetLayout | None
) -> Read | str:
    below = [line for line in table.lines if line.number > header.row]
    width = max([len(header.names), *(len(line.cells) for line in below)])
    names = header.names + [""] * (width - len(header.names))
    told_of = [line for line in below if not _sums_up(line)]
    contents = [_content(told_of, place, name) for place, name in enumerate(names, start=1)]
    matched = match(names, contents, is_today=header.is_today)
    columns = _remembered(matched.columns, known) if known else matched.columns
    columns = _needed(columns, contents)
    columns, path = told(columns, choices.fields)
    form = known.form if known else matched.form
    if not known and not choices.fields and not _is_tracker(columns, form):
        return NO_HEADER
    said = path or (known.path if known else None) or _path(table, columns, header)
    layout = SheetLayout(table.name, header.row, form, columns, said)
    order, asked = _order(below, layout, header, choices, known)
    layout = replace(layout, date_order=order, dates_only=_dates_only(below, layout))
    questions = [*asked, *shape_questions(layout)]
    questions += column_questions(layout, contents, matched.twins)
    return Read(table, Recognised(layout, questions), header.is_today)


def _is_tracker(columns: Sequence[Column], form: str) -> bool:
    fields = fields_told(columns)
    if form == LONG:
        return "completed_at" in fields
    steps = sum(field.startswith(STEP) for field in fields)
    return steps >= 2 or (steps == 1 and bool(fields & {"firm", "firm_id"}))


def _known(table: Table, layout: Layout | None) -> SheetLayout | None:
    """What a layout says of this sheet: by its name, else by its headings."""
    sheets = layout.sheets if layout else ()
    for sheet in sheets:
        if _same(sheet.name, table.name) and _has_headings(table, sheet):
            return sheet
    return next((sheet for sheet in sheets if _has_headings(table, sheet)), None)


def _has_headings(table: Table, sheet: SheetLayout) -> bool:
    header = find_header(table.lines, sheet.header_row)
    if header is None:
        return False
    names = {name.casefold() for name in header.names}
    return all(col.header.casefold() in names for col in sheet.columns if col.field and col.header)


def _remembered(columns: Sequence[Column], known: SheetLayout) -> tuple[Column, ...]:
    """The columns as the layout has them, by heading, else by place."""
    by_name = {column.header.casefold(): column for column in known.columns if column.header}
    by_place = {column.place: column for column in known.columns if not column.header}
    held: list[Column] = []
    for column in columns:
        mine = (
            by_name.get(column.header.casefold()) if column.header else by_place.get(column.place)
        )
        field = column.field if column.field == "rejected" else mine.field if mine else None
        held.append(replace(column, field=field, sure=True))
    return tuple(held)


def _path(table: Table, columns: Sequence[Column], header: Header) -> str | None:
    """The path of every row, where no column says it: by the sheet's name, or by its steps."""
    fields = fields_told(columns)
    if "path" in fields or "step" in fields:
        return None
    if table.name and (path := named_path(table.name, anywhere=True)):
        return path.key
    said = [heading(column.header).fits for column in columns if column.field and column.sure]
    hosted = sum(max(fits.get("cpt_told", 0), fits.get("welcome", 0)) >= 1 for fits in said)
    if hosted >= 2 and {"step_3", "step_5"} <= fields:
        return "virtual_office"
    if any(fits.get("download", 0) >= 1 for fits in said) and "step_8" not in fields:
        return "local"
    return None


def _order(
    below: Sequence[Line], layout: SheetLayout, header: Header, choices: Choices,
    known: SheetLayout | None,
) -> tuple[DateOrder | None, list[Question]]:  # fmt: skip
    """The order of the sheet's dates, or the question which it is."""
    found = weigh(_times(below, layout))
    if order := choices.date_order or (known.date_order if known and not found.order else None):
        return order, []
    if found.order or not (found.only or found.is_open):
        return found.order, []
    if not found.only and header.is_today:
        return DateOrder.MDY, []  # as Changeover's own form says
    return None, [order_question(layout, found)]


def _times(below: Sequence[Line], layout: SheetLayout) -> Iterator[tuple[str, str]]:
    """The cells that hold times, each with its place."""
    places = [column.place for column in layout.columns if _is_time(column.field)]
    for line in below:
        for place in places:
            if place <= len(line.cells) and line.cells[place - 1]:
                yield f"{letters(place)}{line.number}", clean(line.cells[place - 1]).strip()


def _is_time(field: str | None) -> bool:
    return bool(field) and (str(field).startswith(STEP) or field in ("completed_at", "appointment"))


def _dates_only(below: Sequence[Line], layout: SheetLayout) -> bool:
    steps = replace(
        layout, columns=tuple(col for col in layout.columns if col.field != "appointment")
    )
    read = [written for _, text in _times(below, steps) if (written := dates.read(text))]
    return bool(read) and all(written.time is None for written in read)


def _sums_up(line: Line) -> bool:
    """Whether the row holds totals, which are none of its columns' values."""
    first = next((text for cell in line.cells if (text := clean(cell).strip())), "")
    return is_total(first)


def _content(lines: Sequence[Line], place: int, name: str) -> Content:
    """What stands in a column, but for a heading that is repeated there."""
    cells = (line.cells[place - 1] for line in lines if place <= len(line.cells))
    texts = (clean(cell).strip() for cell in cells)
    return Content.of([text for text in texts if " ".join(text.split()) != name])


def _needed(columns: Sequence[Column], contents: Sequence[Content]) -> tuple[Column, ...]:
    """The columns; a doubtful one with nothing in it is a step only if others come after it."""
    last = max((_number(column) for column in columns if column.sure), default=0)
    return tuple(
        replace(column, field=None)
        if _number(column) > last and not column.sure and contents[column.place - 1].is_empty
        else column
        for column in columns
    )


def _number(column: Column) -> int:
    """The number of the step whose times stand in the column; 0 if none do."""
    return int(str(column.field)[5:]) if str(column.field).startswith(STEP) else 0


def _same(name: str, other: str) -> bool:
    return " ".join(name.split()).casefold() == " ".join(other.split()).casefold()
