"""The verbs of the command line: functions of what was asked (`args`) and where (`context`).

A verb neither knows nor cares whether it runs in the process that was called or in the one that
holds the log. Nothing here imports the store before a verb needs it: `--help` is quick.
"""

from argparse import Namespace
from importlib import import_module

from dashboard.cli.context import Context
from dashboard.errors import DashboardError, LogHeld

DONE, REFUSED, WRONG_USAGE = 0, 1, 2


def run(args: Namespace, context: Context) -> int:
    """Carry out the verb and return its exit code; a refusal's message goes to `context.err`.

    Raises LogHeld, before the verb has done anything: another process has to carry it out.
    """
    verb = import_module(f"{__name__}.{args.module}")
    try:
        return verb.run(args, context)
    except LogHeld:
        raise
    except DashboardError as refusal:
        context.complain(str(refusal))
        return REFUSED
