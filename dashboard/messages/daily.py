"""Sends the daily digest, to each reader at most once a day and never on a closed day."""

from datetime import date
from smtplib import SMTP
from uuid import uuid5

from dashboard import commands
from dashboard.commands.digests import last_digest
from dashboard.commands.drafting import OURS
from dashboard.errors import CommandRefused, InputRefused
from dashboard.instants import to_us
from dashboard.messages.digest import Digest, digest_day, digests
from dashboard.messages.run import Line, Report, Run, refuse_sample, written_for
from dashboard.messages.server import MailServer, Unreachable, transmit
from dashboard.store import Store


def send_digests(store: Store, server: MailServer, run: Run) -> Report:
    """Send today's digests that have not gone yet; none before opening and on closed days.

    Raises CommandRefused on a log of sample data, LogRefused if the log cannot be written.
    """
    refuse_sample(store)
    report, now = Report(), run.clock()
    day = digest_day(store.settings.calendar, now)
    if day is None:
        report.note = "The department is closed now. The digest goes out when it opens."
        return report
    with written_for(store, run), Line(server, run) as line:
        for digest in digests(store, now=now):
            run.sleep(0)  # who is to stop does so here
            last = last_digest(store, day, digest.whom)
            again_us = last.data.get("again_us") if last else None
            if last and (again_us is None or to_us(now) < again_us):
                continue
            if digest.missing:
                report.problems.append(f"{digest.whom}: {digest.missing}")
                continue
            try:
                smtp = line.smtp()
            except Unreachable as away:
                report.trouble = str(away)
                break
            _send(store, server, run, smtp, day, digest, report)
    return report


def _send(
    store: Store,
    server: MailServer,
    run: Run,
    smtp: SMTP,
    day: date,
    digest: Digest,
    report: Report,
) -> None:
    whom, own_id = digest.whom, uuid5(OURS, f"digest {day} {digest.whom} {run.claim}")
    try:
        message = digest.mail.message(
            sender=(server.name, server.address),
            message_id=f"<{own_id}@{server.domain}>",
            at=run.clock(),
        )
    except InputRefused as refused:
        report.problems.append(f"{whom}: {refused}")
        return
    try:
        commands.begin_digest(store, day, whom, by=run.by, now=run.clock(), claim=run.claim)
    except CommandRefused:
        return  # somebody else was quicker
    answer = transmit(smtp, server.address, digest.mail.addresses, message)
    begun = last_digest(store, day, whom)
    outcome = run.outcome(answer, begun.data["attempt"] if begun else 1)
    if outcome is not None:
        commands.record_digest(store, day, whom, outcome, by=run.by, now=run.clock())
    report.count(f"the digest for {whom}", answer, outcome)
