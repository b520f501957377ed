"""`figure NAME`: the table of one query, now or as known at an earlier instant."""

from argparse import Namespace
from typing import TYPE_CHECKING

from dashboard.cli.context import Context, as_of
from dashboard.errors import InputRefused
from dashboard.files.tables import write_csv, write_json
from dashboard.workflows import WORKFLOWS

if TYPE_CHECKING:
    import pyarrow as pa

WRITERS = {"csv": write_csv, "json": write_json}


def run(args: Namespace, context: Context) -> int:
    """Write the figure to standard output."""
    now = as_of(args.as_of, context.now)
    _check(args.param)
    with context.log.open() as store:
        if args.as_of is None:
            table: pa.Table = store.run(args.name, now=now, **args.param)
        else:
            view = store.known_at(now)
            try:
                table = view.run(args.name, now=now, **args.param)
            finally:
                view.close()
    with context.output("-") as out:
        WRITERS[args.format](table, out)
    return 0


def _check(params: dict[str, str]) -> None:
    if clocks := params.keys() & {"now", "now_position"}:
        raise InputRefused(f"--param {clocks.pop()} is the clock's. Use --as-of instead.")
    path = params.get("workflow")
    if path is not None and path not in WORKFLOWS:
        raise InputRefused(f"There is no path {path!r}. Choose {' or '.join(WORKFLOWS)}.")
