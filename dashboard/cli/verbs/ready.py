"""`ready`: whether the application serves the log and has caught up with it; for a machine."""

from argparse import Namespace

from dashboard import steady
from dashboard.addresses import Database, place_of
from dashboard.cli.context import Context
from dashboard.errors import LogRefused
from dashboard.instants import to_datetime


def run(args: Namespace, context: Context) -> int:
    """Say that it is ready; LogRefused, and so exit code 1, if it is not.

    Of a database it is told whether a server would find it ready, which can be asked anywhere.
    """
    if not (context.log.is_served or isinstance(place_of(args.db), Database)):
        raise LogRefused(
            f"Not ready: no application serves the log {context.log.name}. Start it; if it runs, "
            "its pages say why it cannot open the log."
        )
    with context.log.open() as store:
        reached, shown = store.log.head(), store.head()
        if trouble := store.trouble():
            raise LogRefused(f"Not ready: nothing can be saved. {trouble}")
        last = to_datetime(store.log.last_recorded_us())
        if ahead := steady.behind(context.now, last):
            raise LogRefused("Not ready: nothing can be saved. {ahead}", ahead=ahead)
        if shown.position < reached.position:
            behind = reached.position - shown.position
            raise LogRefused(f"Not ready: the pages are {behind} events behind the log.")
        at_rest = None if store.settings.is_sample else steady.rested(context.now, last)
    ready = f"Ready: the pages show all {shown.position} events of {context.log.name}."
    context.say(f"{ready} {at_rest}" if at_rest else ready)
    return 0
