"""`outbox`: the messages that wait; with `--send` those that Changeover is to send are sent."""

import time
from argparse import Namespace
from uuid import uuid4

from dashboard import clock
from dashboard.cli.context import Context
from dashboard.cli.mail_server import mail_server
from dashboard.formats import moment
from dashboard.messages.run import Run
from dashboard.messages.sending import send_waiting


def run(args: Namespace, context: Context) -> int:
    """Say what waits, or send it and say what became of it."""
    server = mail_server(args, context) if args.send else None
    with context.log.open() as store:
        if server is None:
            zone = store.settings.calendar.zone
            rows = store.run("messages_waiting", now=context.now).to_pylist()
            for row in rows:
                since = moment(row["state_at"], zone)
                what = f"step {row['step']}, {row['message']}: {row['state']} since {since}"
                reason = f" ({row['reason']})" if row["reason"] else ""
                context.say(f"{row['case_id']} {row['firm']}, {what}{reason}")
            count = {0: "No unsent messages.", 1: "1 unsent message."}
            context.say(count.get(len(rows), f"{len(rows)} unsent messages."))
            return 0
        report = send_waiting(store, server, Run(context.by, clock.now, time.sleep, str(uuid4())))
    for problem in report.problems:
        context.complain(problem)
    if report.trouble:
        context.complain(report.trouble)
    context.say(report.summary)
    return 1 if report.trouble else 0
