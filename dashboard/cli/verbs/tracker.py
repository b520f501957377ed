"""`import`: a team leader's tracker into the log."""

import json
from argparse import Namespace
from contextlib import ExitStack
from dataclasses import replace
from datetime import timedelta

from dashboard.cli.context import Context, as_of
from dashboard.errors import InputRefused
from dashboard.intake import Answers, Report, import_tracker
from dashboard.intake.layouts import remembered
from dashboard.intake.sheet import MOST_BYTES, look, sheet_of
from dashboard.sheets.dates import DateOrder
from dashboard.sheets.layout import Choices, Layout
from dashboard.sheets.refusals import NotATable
from dashboard.store.log import CLOCK_GRACE_US
from dashboard.workdays.clocks import clock

SHOWN = 20  # rejected rows told without being asked
LARGEST_LAYOUT = 1_000_000


def run(args: Namespace, context: Context) -> int:
    """Import the sheet, say what became of its rows, and write the report if asked to."""
    now = as_of(args.as_of, context.now)
    content = context.files.read(args.file, MOST_BYTES)
    choices = choices_of(args, context)
    # refused before there is a log: none is made for a file that is no tracker
    sheet = None if args.layout else sheet_of(look(content, args.file, choices))
    if args.zone is not None:
        clock(args.zone)
    grace = timedelta(microseconds=0 if args.as_of else CLOCK_GRACE_US)
    with ExitStack() as stack:
        store = stack.enter_context(context.log.open("try" if args.dry_run else "create"))
        if sheet is None:
            choices = replace(choices, layout=remembered(store.settings, args.layout))
            sheet = sheet_of(look(content, args.file, choices))
        # opened before anything is stored: a report that cannot be written is refused in time
        file = stack.enter_context(context.output(args.report)) if args.report else None
        report = import_tracker(
            store,
            sheet,
            args.file,
            by=context.by,
            now=now,
            zone=args.zone,
            dry_run=args.dry_run,
            grace=grace,
            answers=Answers(args.likely),
        )
        if file:
            file.write(json.dumps(report.as_json(), ensure_ascii=False, indent=1) + "\n")
    if args.report != "-":
        context.say("\n".join(_told(report, args.dry_run)))
    return 0


def choices_of(args: Namespace, context: Context) -> Choices:
    """What the command line says of the file."""
    layout = None
    if args.layout_file:
        text = context.files.read(args.layout_file, LARGEST_LAYOUT)
        try:
            layout = Layout.from_json(json.loads(text))
        except (ValueError, NotATable) as error:
            raise InputRefused(f"{args.layout_file} is no layout: {error}") from error
    order = DateOrder(args.date_order) if args.date_order else None
    return Choices(
        layout, tuple(args.sheet), args.header_row, tuple(args.map), order, args.encoding or ""
    )


def _told(report: Report, is_dry_run: bool) -> list[str]:
    """What to say of the report."""
    counts = ", ".join(f"{count} {verdict}" for verdict, count in report.summary.items())
    lines = [f"Preview, nothing saved: {counts}." if is_dry_run else f"{counts}."]
    lines += [f"{report.place(row)}: {row.message}" for row in report.rejected[:SHOWN]]
    if len(report.rejected) > SHOWN:
        lines.append(f"… and {len(report.rejected) - SHOWN} more: --report R.json has them all.")
    if any(row.reason == "likely" for row in report.rejected):
        lines.append("Some rows are likely a known case: add --likely same or --likely new.")
    return lines + list(report.told())
