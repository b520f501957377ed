"""`digest`: today's list per team leader and party; with `--send` it goes to them by mail."""

import time
from argparse import Namespace
from uuid import uuid4

from dashboard import clock
from dashboard.cli.context import Context
from dashboard.cli.mail_server import mail_server
from dashboard.messages.daily import send_digests
from dashboard.messages.digest import digests
from dashboard.messages.run import Run

LINE = "-" * 72


def run(args: Namespace, context: Context) -> int:
    """Write the digests to standard output, or send those that have not gone yet today."""
    server = mail_server(args, context) if args.send else None
    with context.log.open() as store:
        if server is None:
            for digest in digests(store, now=context.now):
                note = f"({digest.missing})\n\n" if digest.missing else ""
                context.say(f"{LINE}\n{digest.mail.subject}\n\n{note}{digest.mail.body}")
            return 0
        report = send_digests(store, server, Run(context.by, clock.now, time.sleep, str(uuid4())))
    for problem in report.problems:
        context.complain(problem)
    if report.trouble:
        context.complain(report.trouble)
    context.say(report.summary)
    return 1 if report.trouble else 0
