"""`verify`: the log's chain and head, and the read model against the log."""

from argparse import Namespace

from dashboard.cli.context import Context
from dashboard.errors import LogRefused
from dashboard.store.check import drifted

SHOWN = 10  # cases named in a message


def run(args: Namespace, context: Context) -> int:
    """Say how far the log goes; LogRefused if anything is wrong."""
    if args.accept:
        context.log.accept()
    with context.log.open() as store:
        head = store.log.verify()
        if wrong := drifted(store):
            names = ", ".join(wrong[:SHOWN])
            more = f" and {len(wrong) - SHOWN} more" if len(wrong) > SHOWN else ""
            raise LogRefused(
                f"The log is in order, but what the pages show of {names}{more} "
                "is not what it says. Nothing is lost: start the application again, and tell its "
                "developers."
            )
        context.say(
            f"The log {context.log.name} is in order: {head.position} events, the last one's hash "
            f"is {head.hash}. The pages show what it says."
        )
    return 0
