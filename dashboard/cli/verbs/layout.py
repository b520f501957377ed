"""`layout`: how a tracker would be read."""

import json
from argparse import Namespace
from collections.abc import Iterator

from dashboard.cli.context import Context
from dashboard.cli.verbs.tracker import choices_of
from dashboard.intake.sheet import MOST_BYTES, Looked, look
from dashboard.sheets.layout import SheetLayout
from dashboard.sheets.tables import letters


def run(args: Namespace, context: Context) -> int:
    """Say it, as text or JSON."""
    content = context.files.read(args.file, MOST_BYTES)
    looked = look(content, args.file, choices_of(args, context))
    if args.format == "json":
        context.say(json.dumps(looked.layout.as_json(), ensure_ascii=False, indent=1))
    else:
        context.say("\n".join(_told(looked)))
    return 0


def _told(looked: Looked) -> Iterator[str]:
    for one in looked.read:
        yield from _sheet(one.found.layout)
        for question in one.found.questions:
            yield f"  Open: {question.text} Answer with {question.option}."
    for aside in looked.aside:
        yield f"Sheet {aside.sheet} was skipped: {aside.why}."


def _sheet(layout: SheetLayout) -> Iterator[str]:
    name = f"Sheet {layout.name}" if layout.name else "The sheet"
    what = "a case and step" if layout.form == "long" else "a case"
    yield f"{name}: headings in row {layout.header_row}, one row {what}."
    for column in layout.columns:
        field = column.field or ("note" if column.header else "")
        if field:
            doubt = "" if column.sure else " (not sure)"
            yield f"  {letters(column.place)}  {column.header}: {field}{doubt}"
    if layout.path:
        yield f"  Path of every row: {layout.path}"
    if layout.date_order:
        yield f"  Dates: {layout.date_order.value}"
