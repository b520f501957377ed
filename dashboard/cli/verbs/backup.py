"""`backup FILE`: a copy of the log as it stands, checked, in one file."""

from argparse import Namespace

from dashboard.cli.context import Context
from dashboard.cli.named_files import PIECE
from dashboard.files.aside import temporary_folder


def run(args: Namespace, context: Context) -> int:
    """Write the copy aside and check it; only then hand it on to where it belongs.

    Aside is the folder for temporary files of the process that holds the log: the copy's place
    is the caller's, and may be out of that process's reach.
    """
    with (
        context.log.open() as store,
        context.file(args.file) as write,
        temporary_folder() as folder,
    ):
        place = folder / "backup"
        head = store.backup(place, context.progress("events"))
        with place.open("rb") as file:
            for piece in iter(lambda: file.read(PIECE), b""):
                write(piece)
    context.say(
        f"Backed up {context.log.name} to {args.file}: {head.position} events, the last one's hash "
        f"is {head.hash}."
    )
    return 0
