"""`import`: a team leader's tracker sheet into the log."""

import json
from argparse import Namespace
from contextlib import ExitStack
from datetime import timedelta

from dashboard.cli.context import Context, as_of
from dashboard.intake import Report, import_tracker
from dashboard.intake.sheet import MOST_BYTES, read_tracker
from dashboard.store.log import CLOCK_GRACE_US
from dashboard.workdays.clocks import clock

SHOWN = 20  # rejected rows told without being asked


def run(args: Namespace, context: Context) -> int:
    """Import the sheet, say what became of its rows, and write the report if asked to."""
    now = as_of(args.as_of, context.now)
    content = context.files.read(args.file, MOST_BYTES)
    # refused before there is a log: none is made for a file that is no tracker
    sheet = read_tracker(content, args.file)
    if args.zone is not None:
        clock(args.zone)
    grace = timedelta(microseconds=0 if args.as_of else CLOCK_GRACE_US)
    with ExitStack() as stack:
        store = stack.enter_context(context.log.open("try" if args.dry_run else "create"))
        # opened before anything is stored: a report that cannot be written is refused in time
        file = stack.enter_context(context.output(args.report)) if args.report else None
        report = import_tracker(
            store, sheet, args.file, by=context.by, now=now, zone=args.zone,
            dry_run=args.dry_run, grace=grace,
        )  # fmt: skip
        if file:
            file.write(json.dumps(report.as_json(), ensure_ascii=False, indent=1) + "\n")
    if args.report != "-":
        context.say("\n".join(_told(report, args.dry_run)))
    return 0


def _told(report: Report, is_dry_run: bool) -> list[str]:
    """What to say of the report."""
    counts = ", ".join(f"{count} {verdict}" for verdict, count in report.summary.items())
    lines = [f"Nothing was stored; it would be: {counts}." if is_dry_run else f"{counts}."]
    lines += [f"Row {row.row}: {row.message}" for row in report.rejected[:SHOWN]]
    if len(report.rejected) > SHOWN:
        lines.append(f"… and {len(report.rejected) - SHOWN} more: --report R.json has them all.")
    return lines
