"""The words of the verbs by which figures and the model leave: `figure`, `chart`, `snapshot`."""

from argparse import ArgumentParser, Namespace

from dashboard.addresses import ROOT


def add_figure(parser: ArgumentParser) -> None:
    """The words of `figure`."""
    names = ", ".join(sorted(path.stem for path in (ROOT / "queries").glob("*.sql")))
    parser.epilog = f"Figures: {names}."
    _of_parameters(parser, "as in cycle_times")
    parser.add_argument("--format", choices=("csv", "json", "parquet"), default="csv")


def add_chart(parser: ArgumentParser) -> None:
    """The words of `chart`."""
    _of_parameters(parser, "as in trend")


def add_snapshot(parser: ArgumentParser) -> None:
    """The words of `snapshot`."""
    parser.add_argument("--format", choices=("duckdb", "parquet"), default="duckdb")
    parser.add_argument(
        "-o",
        dest="output",
        metavar="FILE",
        required=True,
        help="for parquet, a folder that exists",
    )
    parser.set_defaults(writes=("files",))


def sort_out(args: Namespace) -> None:
    """What these verbs are given, told apart. Raises ValueError with what is missing."""
    if args.module in ("figure", "chart"):
        _parameters(args)
    if args.module == "snapshot":
        _files(args)


def _of_parameters(parser: ArgumentParser, example: str) -> None:
    parser.add_argument("name", metavar="NAME", nargs="?", help=example)
    parser.add_argument(
        "--param",
        metavar="k=v",
        nargs="+",
        action="extend",
        default=[],
        help="a parameter and its value, as in workflow=local or since=2026-01-01",
    )
    parser.add_argument(
        "-o", dest="output", metavar="FILE", default="-", help="(default: -, standard output)"
    )
    parser.set_defaults(writes=("output",))


def _parameters(args: Namespace) -> None:
    """Tell the name from the values of --param that it may have got between."""
    strays = [word for word in args.param if "=" not in word]
    if args.name is None and len(strays) == 1:
        args.name = strays.pop()
    if args.name is None:
        example = "cycle_times" if args.module == "figure" else "trend"
        raise ValueError(f"say which {args.module}, as in: {args.module} {example}")
    if strays:
        raise ValueError(f"--param {strays[0]} has no value; write it as k=v.")
    pairs = (word.partition("=") for word in args.param if "=" in word)
    args.param = {name: value for name, _, value in pairs}


def _files(args: Namespace) -> None:
    """The files of a snapshot: one, or one a table in a folder."""
    if args.format == "duckdb":
        args.files = {"snapshot.duckdb": args.output}
        return
    from dashboard.store.snapshot import tables

    names = [f"{table}.parquet" for table in [*tables(), "snapshot"]]
    args.files = {name: f"{args.output}/{name}" for name in names}
