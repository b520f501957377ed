"""What can be asked on the command line: the words of each verb, and nothing of what they do."""

from argparse import ArgumentParser, ArgumentTypeError, Namespace, RawDescriptionHelpFormatter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, NoReturn

from dashboard.addresses import DEFAULT_LOG, LOG_VARIABLE, ROOT, default_log
from dashboard.cli import about, extracts, trackers
from dashboard.errors import InputRefused
from dashboard.instants import parse_instant

EXAMPLE = "as in 2026-10-30T19:30:00+00:00"


@dataclass(frozen=True, slots=True)
class Named:
    """The files that a command line names: what is to be read, and what is to be written."""

    reads: list[str]
    writes: list[str]


class WrongUsage(Exception):
    """The command line is not of a form that there is; the text says what would be."""


class Parser(ArgumentParser):
    """Raises instead of ending the process: a verb may be parsed in somebody else's."""

    def error(self, message: str) -> NoReturn:
        raise WrongUsage(f"{self.format_usage()}{self.prog}: {message}")


def parse(argv: Sequence[str]) -> Namespace:
    """The verb (`module`) and its words. Raises WrongUsage; `--help` prints and exits."""
    args = _parser().parse_args(argv)
    try:
        extracts.sort_out(args)
    except ValueError as why:
        raise WrongUsage(f"python -m dashboard {args.module}: {why}") from why
    if args.module in ("tracker", "layout"):
        trackers.sort_out(args)
    return args


def named(args: Namespace) -> Named:
    """The files of a command line that was parsed; `-` is standard output, and none."""
    reads, writes = ([getattr(args, key) for key in keys] for keys in (args.reads, args.writes))
    writes = [path for one in writes for path in (one.values() if isinstance(one, dict) else [one])]
    return Named(
        [path for path in reads if path is not None],
        [path for path in writes if path not in (None, "-")],
    )


def _parser() -> Parser:
    parser = Parser(
        prog="python -m dashboard",
        description=about.PROGRAM,
        formatter_class=RawDescriptionHelpFormatter,
        allow_abbrev=False,
    )
    verbs = parser.add_subparsers(title="verbs", metavar="VERB", required=True)
    _sample(_verb(verbs, "sample", "sample", "write sample data", about.SAMPLE))
    _import(_verb(verbs, "import", "tracker", "import a tracker", about.IMPORT))
    trackers.add_layout(_verb(verbs, "layout", "layout", "how a tracker is read", about.LAYOUT))
    trackers.add_template(_verb(verbs, "template", "template", "a blank tracker", about.TEMPLATE))
    _extract(
        extracts.add_figure, _verb(verbs, "figure", "figure", "compute a figure", about.FIGURE)
    )
    _extract(
        extracts.add_chart, _verb(verbs, "chart", "chart", "a chart with its data", about.CHART)
    )
    _forecast(_verb(verbs, "forecast", "forecast", "when open cases will finish", about.FORECAST))
    _events(_verb(verbs, "events", "events", "write the log to a file", about.EVENTS))
    _extract(
        extracts.add_snapshot,
        _verb(verbs, "snapshot", "snapshot", "the model for other tools", about.SNAPSHOT),
    )
    _report(_verb(verbs, "report", "report", "write the SLA report", about.REPORT))
    _verify(_verb(verbs, "verify", "verify", "check the whole log", about.VERIFY))
    _backup(_verb(verbs, "backup", "backup", "copy the log while it is in use", about.BACKUP))
    _restore(_verb(verbs, "restore", "restore", "make a log of a backup", about.RESTORE))
    _erase(_verb(verbs, "erase", "erase", "delete personal details", about.ERASE))
    _verb(verbs, "ready", "ready", "whether the application is ready", about.READY)
    _upgrade(_verb(verbs, "upgrade", "upgrade", "what a new version will do", about.UPGRADE))
    _repair(_verb(verbs, "repair-clock", "repair_clock", "after a wrong clock", about.REPAIR))
    _send(_verb(verbs, "digest", "digest", "today's list per reader", about.DIGEST))
    _send(_verb(verbs, "outbox", "outbox", "unsent messages", about.OUTBOX))
    return parser


def _verb(verbs: Any, name: str, module: str, summary: str, description: str) -> Parser:
    parser = verbs.add_parser(name, help=summary, description=description, allow_abbrev=False)
    parser.set_defaults(module=module, reads=(), writes=())
    parser.add_argument(
        "--db",
        metavar="LOG",
        default=default_log(),
        help=f"the log's file, or postgresql://user@host/database (default: ${LOG_VARIABLE}, "
        f"else data/{DEFAULT_LOG.name})",
    )
    return parser


def _sample(parser: Parser) -> None:
    parser.add_argument("--cases", metavar="N", type=_count, help="how many (default: 1500)")
    parser.add_argument(
        "--seed", metavar="S", type=int, default=1, help="the same seed makes the same log"
    )
    parser.add_argument(
        "--until",
        metavar="DATE",
        type=_date,
        help="nothing happens from the beginning of this date on (default, and at most: now)",
    )


def _import(parser: Parser) -> None:
    trackers.add_import(parser)
    _as_of(parser, "the instant of the import (default: now)")


def _extract(add: Callable[[Parser], None], parser: Parser) -> None:
    add(parser)
    _as_of(parser, "as known and measured at this instant")


def _forecast(parser: Parser) -> None:
    _as_of(parser, "as known at this instant (default: now)")
    parser.add_argument("--format", choices=("csv", "json"), default="csv")
    parser.add_argument(
        "--store", action="store_true", help=("save it in the log, to be checked later")
    )


def _events(parser: Parser) -> None:
    parser.add_argument("--format", choices=("csv", "jsonl", "xes", "parquet"), default="csv")
    parser.add_argument(
        "-o", dest="output", metavar="FILE", required=True, help="- is standard output"
    )
    parser.set_defaults(writes=("output",))
    _as_of(parser, "as known at this instant")


def _report(parser: Parser) -> None:
    which = parser.add_mutually_exclusive_group(required=True)
    which.add_argument("--month", metavar="YYYY-MM", help="a month, or last")
    which.add_argument("--quarter", metavar="YYYY-Qn", help="a quarter, or last")
    which.add_argument("--reference", metavar="R", help="reproduce the report issued as R")
    parser.add_argument("--path", metavar="P", help="local or virtual_office (default: both)")
    parser.add_argument("--team-leader", metavar="NAME", help="(default: all)")
    _as_of(parser, "as known at this instant (default: now)")
    parser.add_argument(
        "--since",
        metavar="T",
        type=_instant,
        help="list what was entered since then (default: since the last issue of this report)",
    )
    parser.add_argument("--issue", action="store_true", help="give it a reference, and say which")
    parser.add_argument("--format", choices=("xlsx", "pdf", "csv", "parquet"), required=True)
    parser.add_argument(
        "-o", dest="output", metavar="FILE", required=True, help="- is standard output (csv only)"
    )
    parser.set_defaults(writes=("output",))


def _backup(parser: Parser) -> None:
    parser.add_argument("file", metavar="FILE", help="the backup")
    parser.set_defaults(writes=("file",))


def _restore(parser: Parser) -> None:
    parser.add_argument("file", metavar="FILE", help="the backup")
    parser.set_defaults(reads=("file",))


def _verify(parser: Parser) -> None:
    parser.add_argument(
        "--accept",
        action="store_true",
        help="if every event is in order, take the log as it is and write its head file again",
    )


def _erase(parser: Parser) -> None:
    parser.add_argument("case", metavar="CASE", help="a case's id; feedback; or an e-mail address")
    parser.add_argument(
        "--field",
        metavar="KEY",
        action="append",
        default=[],
        help="only this one, as in contact_email (default: all)",
    )
    parser.add_argument(
        "--entry", metavar="N", type=_count, help="only what entry N of the case's history holds"
    )


def _repair(parser: Parser) -> None:
    parser.add_argument(
        "--until", metavar="T", type=_instant, required=True,
        help=f"up to when the log's times are right, {EXAMPLE}",
    )  # fmt: skip
    parser.add_argument("-o", dest="output", metavar="NEW", required=True, help="the new log")
    parser.add_argument("--accept", action="store_true", help="also if reports were issued after T")
    parser.set_defaults(is_alone=True)  # what is entered meanwhile would not be in the new log


def _upgrade(parser: Parser) -> None:
    parser.add_argument(
        "--check", action="store_true", required=True, help=("preview only, change nothing")
    )
    parser.add_argument("file", metavar="FILE", nargs="?", help="a backup (default: the log)")
    parser.set_defaults(is_alone=True)  # another process may be of another version


def _send(parser: Parser) -> None:
    parser.add_argument("--send", action="store_true", help="send by the mail server of [smtp]")
    parser.add_argument(
        "--secrets",
        metavar="FILE",
        default=str(ROOT / ".streamlit" / "secrets.toml"),
        help="the file with [smtp] (default: .streamlit/secrets.toml)",
    )
    parser.set_defaults(reads=("secrets",))


def _as_of(parser: Parser, what: str) -> None:
    what, sign, default = what.partition(" (")
    parser.add_argument(
        "--as-of", metavar="T", type=_instant, help=f"{what}, {EXAMPLE}{sign}{default}"
    )


def _count(text: str) -> int:
    if not text.isascii() or not text.isdigit() or len(text) > 9 or int(text) < 1:
        raise ArgumentTypeError(f"{text!r} is not a number of cases")
    return int(text)


def _date(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError as error:
        raise ArgumentTypeError(f"{text!r} is not a date; enter it as 2026-10-30") from error


def _instant(text: str) -> datetime:
    try:
        return parse_instant(text)
    except InputRefused as refusal:
        raise ArgumentTypeError(str(refusal)) from refusal
