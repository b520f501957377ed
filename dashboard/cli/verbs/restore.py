"""`restore FILE`: an empty log filled with what a backup, or a file of JSON lines, holds."""

from argparse import Namespace
from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from dashboard.cases import KINDS
from dashboard.cli.context import Context
from dashboard.files.aside import no_room, temporary_folder
from dashboard.files.lines import read_lines

if TYPE_CHECKING:
    from dashboard.store.copies import Copy

BEGINNING = 16  # bytes that tell what a file is


def run(args: Namespace, context: Context) -> int:
    """Check the backup from its first event to its last, then fill the log, all of it or nothing.

    Checked first: no log is made for a file that is no backup.
    """
    with temporary_folder() as folder:
        place = folder / "backup"
        _fetch(args.file, place, context)
        with _opened(place, args.file, context) as copy, context.log.open("create") as store:
            head = store.restore(copy)
    context.say(
        f"Restored {args.file} to {context.log.name}: {head.position} events, the last one's hash "
        f"is {head.hash}."
    )
    return 0


def _fetch(path: str, place: Path, context: Context) -> None:
    """The file as one of this process."""
    with place.open("wb") as file:

        def take(piece: bytes) -> None:
            try:
                file.write(piece)
                file.flush()
            except OSError as error:
                raise no_room(error) from error

        context.files.copy(path, take)


@contextmanager
def _opened(place: Path, name: str, context: Context) -> "Generator[Copy]":
    from dashboard.store.copies import is_copy, open_copy, personal_table, write_copy

    with place.open("rb") as file:
        beginning = file.read(BEGINNING)
    if not is_copy(beginning):
        personal: dict[str, str] = {}
        lines, place = place, place.with_name("copy")
        write_copy(
            place, read_lines(lines, name, personal), lambda: personal_table(personal.items())
        )
    with open_copy(place, name, KINDS, context.progress("events checked")) as copy:
        yield copy
