"""`snapshot`: the read model for other tools, as a DuckDB file or a folder of Parquet files."""

from argparse import Namespace
from collections.abc import Callable
from pathlib import Path

from dashboard.cli.context import Context, as_of
from dashboard.cli.named_files import PIECE
from dashboard.files.aside import temporary_folder


def run(args: Namespace, context: Context) -> int:
    """Write it aside, as known at the instant; only then hand it on to where it belongs."""
    from dashboard.store import snapshot

    now = as_of(args.as_of, context.now)
    with context.log.open() as store, temporary_folder() as folder:
        view = store if args.as_of is None else store.known_at(now)
        try:
            if args.format == "parquet":
                position = snapshot.to_parquet(view, folder, now)
            else:
                position = snapshot.to_duckdb(view, folder / "snapshot.duckdb", now)
        finally:
            if view is not store:
                view.close()
        for name, path in args.files.items():
            with context.file(path) as write:
                _hand_on(folder / name, write)
    context.say(f"Wrote {args.output}: {position:,} entries of {context.log.name}.")
    return 0


def _hand_on(place: Path, write: Callable[[bytes], object]) -> None:
    with place.open("rb") as file:
        for piece in iter(lambda: file.read(PIECE), b""):
            write(piece)
