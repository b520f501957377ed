"""The words of the verbs about trackers: import, layout, template."""

from argparse import ArgumentParser, ArgumentTypeError, Namespace

ORDERS = ("mdy", "dmy", "ymd")
ANSWERS = ("new", "same", "reject")
ENCODINGS = ("utf-8", "cp1252", "cp1250", "mac_roman")


def add_import(parser: ArgumentParser) -> None:
    """The words of `import`."""
    parser.add_argument("file", metavar="FILE", help="a tracker, CSV or XLSX")
    parser.add_argument(
        "--zone",
        metavar="Z",
        help="the zone of times without an offset, as in America/Chicago (default: the calendar's)",
    )
    parser.add_argument(
        "--dry-run", action="store_true", help="say what would happen, store nothing"
    )
    parser.add_argument("--report", metavar="R.json", help="write a verdict for every row")
    parser.add_argument(
        "--layout",
        metavar="NAME",
        help="a layout that is remembered in Settings, or a file of `layout` that ends in .json",
    )
    _add_choices(parser)
    parser.add_argument(
        "--likely",
        choices=ANSWERS,
        default="reject",
        help="what rows are that look like a known case (default: reject, they are held back)",
    )
    parser.set_defaults(reads=("file", "layout_file"), writes=("report",))


def add_layout(parser: ArgumentParser) -> None:
    """The words of `layout`."""
    parser.add_argument("file", metavar="FILE", help="a tracker, CSV or XLSX")
    _add_choices(parser)
    parser.add_argument("--format", choices=("text", "json"), default="text")
    parser.set_defaults(reads=("file",), layout=None)


def add_template(parser: ArgumentParser) -> None:
    """The words of `template`."""
    parser.add_argument("-o", dest="output", metavar="FILE", required=True, help="an .xlsx file")
    parser.set_defaults(writes=("output",))


def sort_out(args: Namespace) -> None:
    """Tell the name of a layout from that of a file with one."""
    named = str(args.layout or "")
    args.layout_file = args.layout if named.casefold().endswith(".json") else None
    args.layout = None if args.layout_file else args.layout


def _add_choices(parser: ArgumentParser) -> None:
    parser.add_argument(
        "--sheet",
        metavar="NAME",
        action="append",
        default=[],
        help="read this sheet, and others only if they are named too (default: all trackers)",
    )
    parser.add_argument(
        "--header-row", metavar="N", type=_number, help="the row that names the columns"
    )
    parser.add_argument(
        "--map",
        metavar="FIELD=HEADER",
        type=_pair,
        action="append",
        default=[],
        help='which column holds a field, as in "step_2=Routed to TL"; note=HEADER keeps it as a '
        'note; "path=Local" holds for every row',
    )
    parser.add_argument(
        "--date-order", choices=ORDERS, help="how dates go, where the sheet does not tell"
    )
    parser.add_argument(
        "--encoding", choices=ENCODINGS, help="how a text is encoded, where it does not tell"
    )


def _pair(text: str) -> tuple[str, str]:
    name, sign, heading = text.partition("=")
    if not sign or not heading.strip():
        raise ArgumentTypeError(f'{text!r} names no column; write it as "step_2=Routed to TL"')
    return name.strip(), heading.strip()


def _number(text: str) -> int:
    if not text.isascii() or not text.isdigit() or not 1 <= int(text) <= 100_000:
        raise ArgumentTypeError(f"{text!r} is not a row number")
    return int(text)
