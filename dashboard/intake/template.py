"""A blank tracker for people to fill in: a sheet for each path, drop-downs, and an example."""

import io
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from dashboard.catalogue import Product
from dashboard.sheets.columns import (
    APPOINTMENT,
    COLUMNS,
    CS_REP,
    EMS_TICKET,
    FIRM,
    FIRM_ID,
    NOTES,
    ORDER_NUMBER,
    PATH,
    PRODUCTS,
    SALES_REP,
    STATUS,
    STEPS,
    TEAM_LEADER,
)
from dashboard.sheets.recognise import EXAMPLE
from dashboard.workflows import VIRTUAL_OFFICE, WORKFLOWS, FieldKind, Workflow

if TYPE_CHECKING:
    from xlsxwriter import Workbook

ROWS = 500  # with drop-downs
STATUSES = ["Open", "On hold", "Closed"]
TIME = "m/d/yyyy h:mm AM/PM"
MOST_LISTED = 255  # characters of a list that Excel takes
FIRST = datetime(2026, 9, 14, 9, 0)  # noqa: DTZ001 - a wall clock's, as a sheet has it
SAID = {
    FIRM_ID: "F100001",
    FIRM: "Example & Co CPAs",
    CS_REP: "J. Whitlow",
    TEAM_LEADER: "T. Vance",
    SALES_REP: "G. Stahl",
    EMS_TICKET: "EMS-1001",
    ORDER_NUMBER: "SO711434",
    NOTES: "One row a case. Leave empty what has not happened yet.",
}


def template(catalogue: Sequence[Product]) -> bytes:
    """The workbook. Its example is left aside when it is imported."""
    file = io.BytesIO()
    import xlsxwriter  # slow to import, and few need it

    book = xlsxwriter.Workbook(file, {"in_memory": True})
    for path in WORKFLOWS.values():
        _sheet(book, path.short, path, catalogue, [])
    example = VIRTUAL_OFFICE
    _sheet(book, EXAMPLE.title(), example, catalogue, [_example(example, catalogue)])
    book.close()
    return file.getvalue()


def columns_of(path: Workflow) -> list[str]:
    """The columns that a sheet of that path has."""
    has_window = any(item.kind is FieldKind.WINDOW for step in path.steps for item in step.fields)
    left_out = {*STEPS[path.last :], *([] if has_window else [APPOINTMENT])}
    return [*(name for name in COLUMNS if name not in left_out), STATUS]


def _sheet(
    book: "Workbook",
    name: str,
    path: Workflow,
    catalogue: Sequence[Product],
    rows: Sequence[dict[str, Any]],
) -> None:
    sheet = book.add_worksheet(name)
    small = book.add_format({"italic": True, "font_color": "#5f6368", "text_wrap": True})
    bold = book.add_format({"bold": True, "bottom": 1})
    time = book.add_format({"num_format": TIME})
    text = book.add_format({"num_format": "@"})
    labels = {STEPS[step.number - 1]: step.label for step in path.steps}
    for at, column in enumerate(columns_of(path)):
        is_time = column in STEPS or column == APPOINTMENT
        sheet.write_string(0, at, labels.get(column, ""), small)
        sheet.write_string(1, at, column, bold)
        sheet.set_column(at, at, 19 if is_time or column == FIRM else 14, time if is_time else text)
        if rule := _rule(column, path, catalogue):
            sheet.data_validation(2, at, 2 + ROWS, at, rule)
        for down, row in enumerate(rows, start=2):
            if is_time and column in row:
                sheet.write_datetime(down, at, row[column], time)
            elif column in row:
                sheet.write_string(down, at, row[column], text)
    sheet.freeze_panes(2, 2)


def _rule(column: str, path: Workflow, catalogue: Sequence[Product]) -> dict[str, Any] | None:
    """What the cells of a column offer or check."""
    if column == PATH:
        return {"validate": "list", "source": [path.short]}
    if column == STATUS:
        return {"validate": "list", "source": STATUSES, "error_type": "warning"}
    names = [product.name for product in catalogue]
    if column == PRODUCTS and names and len(",".join(names)) <= MOST_LISTED:
        # several are typed with semicolons between them
        return {"validate": "list", "source": names, "error_type": "information"}
    if column in STEPS or column == APPOINTMENT:
        return {
            "validate": "date",
            "criteria": ">=",
            "value": datetime(1990, 1, 1),  # noqa: DTZ001 - a wall clock's
            "error_type": "warning",
            "error_title": "Date and time",
            "error_message": "Write it as 10/28/2026 4:15 PM.",
        }
    return None


def _example(path: Workflow, catalogue: Sequence[Product]) -> dict[str, Any]:
    products = "; ".join(product.name for product in catalogue[:2])
    times = {
        STEPS[step.number - 1]: FIRST + timedelta(hours=3 * (step.number - 1))
        for step in path.steps[:4]
    }
    window = {APPOINTMENT: FIRST + timedelta(days=2)}
    return {**SAID, PATH: path.short, PRODUCTS: products, STATUS: "Open", **times, **window}
