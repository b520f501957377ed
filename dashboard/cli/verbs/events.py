"""`events`: the log as a file, whole (jsonl) or as process mining tools take it."""

from argparse import Namespace
from typing import TYPE_CHECKING

from dashboard.cli.context import Context, as_of
from dashboard.files.events import Events

if TYPE_CHECKING:
    from collections.abc import Callable


def run(args: Namespace, context: Context) -> int:
    """Write the log to the file."""
    now = as_of(args.as_of, context.now)
    what = "events" if args.format == "jsonl" else "cases"
    with context.log.open() as store:
        events = Events(store, now, context.progress(what), args.as_of)
        if args.output == "-" and args.format != "parquet":
            with context.output("-") as out:
                events.write(args.format, _as_text(out.write))
        else:
            with context.file(args.output) as send:
                events.write(args.format, send)
    return 0


def _as_text(write: "Callable[[str], object]") -> "Callable[[bytes], object]":
    return lambda content: write(content.decode())
