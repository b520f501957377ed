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
        f"{head.position} events are in order. Earlier backups, exports, and messages still hold "
        "them. So may unused space in the log's file until it is rebuilt from a backup: see "
        "docs/operate.md."
    )
    return 0
