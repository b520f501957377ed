"""Sends the messages that wait, each once: what cannot be known is left to a person.

Before the server hears of a message, the log knows that its sending has begun. A crash from then
on leaves it without an end; nobody sends it again unless a person says so.
"""

from collections.abc import Iterator
from datetime import datetime
from smtplib import SMTP
from uuid import uuid5

from dashboard import commands
from dashboard.cases import Case, Letter
from dashboard.commands.drafting import OURS
from dashboard.errors import CommandRefused, InputRefused, StaleCase
from dashboard.instants import to_us
from dashboard.messages.drafting import handoffs
from dashboard.messages.mail import Mail
from dashboard.messages.recipients import colleague_named
from dashboard.messages.run import Line, Report, Run, refuse_sample, written_for
from dashboard.messages.server import Answer, MailServer, Unreachable, kept_reason, transmit
from dashboard.store import Store


def send_waiting(store: Store, server: MailServer, run: Run) -> Report:
    """Send every message that is due, each at most once in this run.

    Raises CommandRefused on a log of sample data, LogRefused if the log cannot be written.
    """
    refuse_sample(store)
    report = Report()
    with written_for(store, run), Line(server, run) as line:
        for case, letter in due_letters(store, run.clock()):
            run.sleep(0)  # who is to stop does so here
            try:
                smtp = line.smtp()
            except Unreachable as away:
                report.trouble = str(away)
                break
            _send(store, server, run, smtp, case, letter, report)
    return report


def send_one(
    store: Store, server: MailServer, run: Run, case_id: str, step: int, message: str
) -> Report:
    """Send that one message of a complete step, if it is due: for a person who waits for it.

    Raises CommandRefused on a log of sample data, LogRefused if the log cannot be written.
    """
    refuse_sample(store)
    report = Report()
    case = store.case(case_id)
    letter = case.letter(step, message)
    if letter is None or not letter.is_due(to_us(run.clock())):
        report.note = "Someone else has already handled this message."
        return report
    with written_for(store, run), Line(server, run) as line:
        try:
            smtp = line.smtp()
        except Unreachable as away:
            report.trouble = str(away)
            return report
        _send(store, server, run, smtp, case, letter, report)
    return report


def due_letters(store: Store, now: datetime) -> Iterator[tuple[Case, Letter]]:
    """The messages that Changeover has to send by now, the oldest first."""
    for row in store.run("messages_waiting", now=now).to_pylist():
        if row["state"] in ("queued", "retrying"):
            case = store.case(row["case_id"])
            letter = case.letters[row["of_version"], row["message"]]
            if letter.is_due(to_us(now)):
                yield case, letter


def message_id(case: Case, letter: Letter, domain: str) -> str:
    """The same for the same message, however often it is tried."""
    about = f"{case.entered_us} {case.case_id} {letter.of_version} {letter.message}"
    return f"<{uuid5(OURS, about)}@{domain}>"


def _send(
    store: Store,
    server: MailServer,
    run: Run,
    smtp: SMTP,
    case: Case,
    letter: Letter,
    report: Report,
) -> None:
    mail, why_not = _mail(store, case, letter, run.clock())
    message = b""
    if not why_not:
        try:
            message = _message(store, server, run, case, letter, mail)
        except InputRefused as refused:
            why_not = str(refused)
    case_id, text = case.case_id, mail.dumps()
    try:
        commands.begin_sending(
            store, case_id, letter, text, by=run.by, now=run.clock(), claim=run.claim
        )
    except (CommandRefused, StaleCase):
        return  # somebody else was quicker, or decided otherwise
    begun = store.case(case_id).letters[letter.of_version, letter.message]
    if why_not:
        answer = Answer("refused", kept_reason(why_not).rstrip("."))
    else:
        answer = transmit(smtp, server.address, mail.addresses, message)
    outcome = run.outcome(answer, begun.attempt)
    whose = f"{case_id}, {letter.message}"
    try:
        if outcome is not None:
            commands.record_outcome(store, case_id, begun, outcome, by=run.by, now=run.clock())
    except (CommandRefused, StaleCase) as refused:
        report.problems.append(f"{whose}: {refused}")
        outcome = None
    report.count(whose, answer, outcome)


def _mail(store: Store, case: Case, letter: Letter, now: datetime) -> tuple[Mail, str]:
    """What is sent, and why it cannot be if it cannot.

    What is tried again says what it said the first time; for anything else a person asks anew.
    """
    if letter.text:
        kept = store.personal([letter.text]).get(letter.text)
        return (Mail.loads(kept), "") if kept else (Mail((), "", ""), "its text was erased")
    drafted = handoffs(case, letter.step, settings=store.settings, personal=store.personal, now=now)
    own = [item for item in drafted if item.message.key == letter.message]
    if not own:
        return Mail((), "", ""), "the step no longer needs it"
    return own[0].mail, own[0].missing


def _message(
    store: Store, server: MailServer, run: Run, case: Case, letter: Letter, mail: Mail
) -> bytes:
    record = case.records.get(letter.step)
    doer_name = record.done_by or record.actor if record else ""
    if not doer_name:  # of a step that is not complete: who called its appointment off
        doer_name = case.actors.get(letter.of_version, "")
    doer = colleague_named(doer_name, store.settings)
    return mail.message(
        sender=(server.name, server.address),
        message_id=message_id(case, letter, server.domain),
        at=run.clock(),
        reply_to=doer.email if doer else "",
    )
