"""`sample`: a made-up log to look around in."""

from argparse import Namespace
from datetime import UTC, date, datetime, time
from zoneinfo import ZoneInfo

from dashboard.cli.context import Context
from dashboard.errors import InputRefused
from dashboard.sample import CASES, write_sample
from dashboard.workdays import default_calendar


def run(args: Namespace, context: Context) -> int:
    """Write the sample into a log that holds nothing yet."""
    until = context.now if args.until is None else _beginning(args.until)
    if until > context.now:
        raise InputRefused(
            f"--until {args.until} is in the future. Enter today's date or an earlier one."
        )
    with context.log.open("create") as store:
        written = write_sample(
            store, seed=args.seed, cases=args.cases or CASES, until=until, by=context.by
        )
    context.say(
        f"Wrote sample data to {context.log.name}: {written.cases} cases, of which "
        f"{written.open_cases} are open, in {written.events} events. The log is marked as a "
        "sample. Real cases need a log of their own."
    )
    return 0


def _beginning(day: date) -> datetime:
    """The first instant of the date where the calendar is; a log without events has this one."""
    return datetime.combine(day, time(), ZoneInfo(default_calendar().zone)).astimezone(UTC)
