"""`report`: the SLA report of a month or quarter as a file; issued, or made again, by reference."""

from argparse import Namespace
from collections.abc import Callable
from datetime import date, datetime
from typing import TYPE_CHECKING

from dashboard.cli.context import Context, as_of
from dashboard.errors import InputRefused
from dashboard.files.tables import write_csv
from dashboard.files.text import Text
from dashboard.instants import to_us
from dashboard.workflows import WORKFLOWS

if TYPE_CHECKING:
    from dashboard.reports import Asked, Report
    from dashboard.store import Store


def run(args: Namespace, context: Context) -> int:
    """Write the report to the file."""
    from dashboard import reports

    now = as_of(args.as_of, context.now)
    if args.path is not None and args.path not in WORKFLOWS:
        raise InputRefused(f"There is no path {args.path!r}. Choose {' or '.join(WORKFLOWS)}.")
    if args.reference and args.issue:
        raise InputRefused(f"{args.reference} is issued already. Leave --issue out.")
    with context.log.open() as store:
        asked = _asked(args, store, now)
        report = reports.whole_report(store, asked, args.since)
        if args.output == "-" and args.format == "csv":
            report = _issued(args, context, store, report)
            with context.output("-") as out:
                write_csv(report.stamped, out)
            return 0
        with context.file(args.output) as send:  # refuses before anything is issued
            report = _issued(args, context, store, report)
            WRITERS[args.format](report, send)
    return 0


def _asked(args: Namespace, store: "Store", now: datetime) -> "Asked":
    from dashboard import reports

    if args.reference:
        asked, _ = reports.issued(store, args.reference, now)
        return asked
    today: date = store.settings.calendar.local_date([to_us(now)])[0].astype(object)
    months = 3 if args.quarter else 1
    period = reports.period(args.quarter or args.month, today, months)
    return reports.Asked(period, now, args.path, args.team_leader)


def _issued(args: Namespace, context: Context, store: "Store", report: "Report") -> "Report":
    """The report with its reference, if it is to have one."""
    from dashboard import reports

    if not args.issue:
        return report
    asked = reports.issue(store, report.asked, by=context.by, now=context.now)
    context.complain(f"Issued as {asked.reference}.")
    # once more: somebody may have written between the first reading and the issue
    return reports.whole_report(store, asked, args.since)


def _csv(report: "Report", send: Callable[[bytes], object]) -> None:
    text = Text(send)
    write_csv(report.stamped, text)
    text.flush()


def _xlsx(report: "Report", send: Callable[[bytes], object]) -> None:
    from dashboard.reports.workbook import xlsx

    send(xlsx(report))


def _pdf(report: "Report", send: Callable[[bytes], object]) -> None:
    from dashboard.reports.paper import pdf

    send(pdf(report))


def _parquet(report: "Report", send: Callable[[bytes], object]) -> None:
    from dashboard.files.tables import parquet

    send(parquet(report.stamped))


WRITERS = {"csv": _csv, "xlsx": _xlsx, "pdf": _pdf, "parquet": _parquet}
