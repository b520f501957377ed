"""`upgrade --check [FILE]`: what this version will do with a log, said before it does it."""

from argparse import Namespace

from dashboard.addresses import place_of
from dashboard.cli.context import Context
from dashboard.errors import LogHeld, LogRefused
from dashboard.store.outlook import look_ahead


def run(args: Namespace, context: Context) -> int:
    """Look at the log, or at a backup of it; LogRefused if this version could not use it."""
    place = place_of(args.file or args.db)
    try:
        found = look_ahead(place)
    except LogHeld as held:
        raise LogRefused(
            f"{held} To look ahead while it is in use, make a backup with the version that serves "
            "it, and name it: upgrade --check BACKUP."
        ) from held
    what = "backup" if found.is_backup else "log"
    context.say(
        f"The {what} {place} has format {found.format}, which is this version's own: nothing will "
        "be converted.\n"
        f"All {found.head.position} events are in order and of kinds that this version knows; the "
        f"last one's hash is {found.head.hash}.\n"
        f"The pages will show {found.cases} cases.\n"
        "Nothing was changed. To go back later: start the older version again. If it refuses, "
        "because something was entered meanwhile that it does not know, restore the backup made "
        "before."
    )
    return 0
