"""`figure NAME`: the table of one query, now or as known at an earlier instant."""

from argparse import Namespace
from collections.abc import Callable, Iterable
from datetime import datetime
from typing import TYPE_CHECKING

from dashboard.cli.context import Context, as_of
from dashboard.errors import InputRefused
from dashboard.files.tables import parquet, write_csv, write_json
from dashboard.workflows import AGREED_DATE, MOST_STEPS, WORKFLOWS, Party

if TYPE_CHECKING:
    import pyarrow as pa

    from dashboard.store import View

WRITERS = {"csv": write_csv, "json": write_json}
STATES = ("open", "closed", "withdrawn")


def run(args: Namespace, context: Context) -> int:
    """Write the figure to standard output, or to a file."""
    now = as_of(args.as_of, context.now)
    if args.format == "parquet" and args.output == "-":
        raise InputRefused("Only text goes to standard output. Name a file: -o figure.parquet.")
    with context.log.open() as store:
        if args.as_of is None:
            table = _table(store, args, now)
        else:
            view = store.known_at(now)
            try:
                table = _table(view, args, now)
            finally:
                view.close()
    if args.format == "parquet":
        with context.file(args.output) as write:
            write(parquet(table))
        return 0
    with context.output(args.output) as out:
        WRITERS[args.format](table, out)
    return 0


def _table(view: "View", args: Namespace, now: datetime) -> "pa.Table":
    check(view, args.param, now)
    return view.run(args.name, now=now, **args.param)


def check(view: "View", params: dict[str, str], now: datetime) -> None:
    """Refuse a value of a list that the list does not have: the figure would just be empty."""
    if clocks := params.keys() & {"now", "now_position"}:
        raise InputRefused(f"--param {clocks.pop()} is the clock's. Use --as-of instead.")
    lists: dict[str, tuple[str, Callable[[], Iterable[str]]]] = {
        "workflow": ("path", lambda: WORKFLOWS),
        "party": ("party", lambda: [*Party, AGREED_DATE]),
        "state": ("state", lambda: STATES),
        "step": ("step", lambda: map(str, range(1, MOST_STEPS + 1))),
        "team_leader": ("team leader", lambda: _leaders(view, now)),
    }
    for name, (what, known) in lists.items():
        if name in params and params[name] not in (names := [*known()]):
            raise InputRefused(
                f"There is no {what} {params[name]!r}. Choose {' or '.join(names)}."
                if names
                else f"There is no {what} {params[name]!r}, nor any other yet."
            )


def _leaders(view: "View", now: datetime) -> list[str]:
    return view.run("people_named", now=now, party=Party.TL)["name"].to_pylist()
