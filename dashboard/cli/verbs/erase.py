"""`erase CASE`: personal details of a case or a person deleted for good; the log stays whole."""

from argparse import Namespace

from dashboard import commands
from dashboard.cli.context import Context


def run(args: Namespace, context: Context) -> int:
    """Erase them and say which they were."""
    with context.log.open() as store:
        for stream in store.names.keys_at(args.case.strip().lower()) or [args.case]:
            commands.erase_personal(
                store, stream, by=context.by, now=context.now, fields=args.field, entry=args.entry
            )
        data, head = store.stream("erasures")[-1].data, store.log.verify()
    context.say(
        f"Erased {data['values']} details of {args.case}: {', '.join(data['keys'])}. The log's "
        f"{head.position} events are in order. What was backed up, exported or sent before holds "
        "them still, and so may unused space of the log's file, until it is made anew of a backup: "
        "docs/operate.md says how."
    )
    return 0
