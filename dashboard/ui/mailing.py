"""Sending from a click, and messages in words."""

import time
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any
from uuid import uuid4

import streamlit as st

from dashboard import clock
from dashboard.cases import Case, Letter
from dashboard.errors import CommandRefused, DashboardError
from dashboard.instants import to_us
from dashboard.messages.drafting import handoffs
from dashboard.messages.mail import one_line
from dashboard.messages.recipients import GIVEN
from dashboard.messages.run import Run
from dashboard.messages.sending import send_one
from dashboard.messages.server import MailServer
from dashboard.settings import MessageMode
from dashboard.store import Store
from dashboard.ui import acting
from dashboard.ui.acting import Click
from dashboard.ui.mail_server import CARRIER, post
from dashboard.ui.words import local_words, moment_words, plain
from dashboard.workflows import Message, Step

# What became of messages, as a confirmation says it.
BECAME = {
    "drafted": "Ready to send",
    "queued": "Queued for Changeover to send",
    "sent": "Sent",
    "failed": "**Not sent**",
    "sending": "**Delivery unknown**",
}
OUTSIDE = "Recorded as sent"
WAITS = "Goes out after ten seconds, unless you undo this"


def can_send(store: Store, step: Step) -> bool:
    """Whether the step's own message, the one that is the step, can be sent from here."""
    ours = (MessageMode.SENT, MessageMode.DRAFTED)
    own = [item for item in step.messages if item.is_step]
    return any(store.settings.message_mode(item.key) in ours for item in own) and bool(
        post(store).server
    )


def hows(
    store: Store, case: Case, step: Step, given: Mapping[str, Any], how: str
) -> dict[str, str]:
    """How the messages go that are the step; CommandRefused if one cannot be sent as asked."""
    settings = store.settings
    own = [
        item
        for item in step.messages
        if item.is_step and settings.message_mode(item.key) is not MessageMode.ELSEWHERE
    ]
    if how == MessageMode.SENT:
        drafted = handoffs(
            case, step.number, settings=settings, personal=store.personal, now=clock.now(),
            typed=given,
        )  # fmt: skip
        given_here = {item.key for item in step.fields}
        for item in drafted:
            # An address that the step itself asks for is the command's to miss.
            asked = GIVEN.get(item.recipient.role, ("",))[0] in given_here
            if item.message in own and item.missing and not asked:
                raise CommandRefused(
                    f"Step {step.number} was not completed: its message cannot be sent. "
                    f"{item.missing}"
                )
    return {item.key: how for item in own}


def scope_of(case_id: str, step: int, message: str) -> str:
    """The prefix of all keys that belong to a message of a case."""
    return f"{case_id}-message-{step}-{message}"


def send_now(click: Click, letters: Sequence[Letter]) -> None:
    """Send what a click has put into the outbox.

    What cannot be sent waits, with the reason; the courier tries it again.
    """
    server = post(acting.desk()).server
    now_us = to_us(clock.now())
    queued = [item for item in letters if item.state == "queued" and item.is_due(now_us)]
    if server is None or not queued:
        return
    with st.spinner("Sending …"):
        for letter in queued:
            if not _is_carried(click, server, letter):
                return  # the others would hear the same of the server, and wait as long for it


def called(case: Case, version: int) -> list[Letter]:
    """The messages that the event of that version called for."""
    return [letter for letter in case.letters.values() if letter.of_version == version]


def became_words(case: Case, letters: Sequence[Letter]) -> str:
    """What became of the messages, for a Markdown place: "Ready to send: …"."""
    own: dict[str, list[str]] = {}
    for letter in letters:
        what = OUTSIDE if letter.is_outside else BECAME.get(letter.state, letter.state)
        if letter.state == "queued" and letter.again_us is not None:
            what = WAITS
        own.setdefault(what, []).append(name_of(case, letter.step, letter.message))
    return " ".join(f"{what}: {'; '.join(names)}." for what, names in own.items())


def name_of(case: Case, step: int, key: str) -> str:
    """A message in a sentence, for a Markdown place: its subject, to whom."""
    to = next((item.to for item in _messages(case, step) if item.key == key), "nobody")
    return f"“{plain(subject_of(case, step, key))}” to {plain(to)}"


def subject_of(case: Case, step: int, key: str) -> str:
    """A message's subject; its key, if the step has no such message."""
    found = [item.subject for item in _messages(case, step) if item.key == key]
    return one_line(found[0].format(firm=case.firm)) if found else key


def told_of(click: Click, stored: acting.Stored) -> str:
    """What became of the messages that these events called for; those for Changeover are sent."""
    store, versions = acting.desk(), {event.version for event in stored}

    def own() -> list[Letter]:
        letters = store.case(click.case_id).letters.values()
        return [item for item in letters if item.of_version in versions and item.state != "dropped"]

    send_now(click, own())
    return became_words(store.case(click.case_id), own())


def sent_since(case: Case, step: int, zone: str) -> list[str]:
    """The messages of that step and all after it that have gone, or perhaps have, as a list."""
    return [
        f"- Step {letter.step}: {name_of(case, letter.step, letter.message)}, "
        f"{'begun' if letter.state == 'sending' else 'sent'} {moment_words(letter.at_us, zone)}"
        for letter in case.letters.values()
        if letter.step >= step and letter.state in ("sent", "sending")
    ]


def _messages(case: Case, step: int) -> Sequence[Message]:
    return case.workflow.step(step).every_message


def _is_carried(click: Click, server: MailServer, letter: Letter) -> bool:
    """Send one message; keeps the reason for its place on the page if the server cannot be used."""
    run = Run(CARRIER, clock.now, time.sleep, str(uuid4()), reaching=())
    step, key = letter.step, letter.message
    try:
        trouble = send_one(acting.desk(), server, run, click.case_id, step, key).trouble
    except DashboardError as refused:
        trouble = local_words(refused.sentence, click.zone)
    if trouble:
        acting.refuse(replace(click, scope=scope_of(click.case_id, step, key)), trouble)
    return not trouble
