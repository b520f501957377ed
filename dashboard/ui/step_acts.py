"""What a click in a step's form does: complete, start, hand over; and what is said of it."""

from datetime import datetime
from typing import Any

import streamlit as st

from dashboard import clock, commands, formats
from dashboard.cases import Case
from dashboard.commands.bounds import earliest
from dashboard.errors import InputRefused
from dashboard.instants import to_datetime
from dashboard.ui import acting, drafts, fields, handle, mailing, when
from dashboard.ui.acting import Click, Stored
from dashboard.ui.asking import Asking
from dashboard.ui.case_view import Opened, measured
from dashboard.ui.page import Page
from dashboard.workflows import AGREED_DATE, Party, Step

AT, DONE_BY = "at", "done-by"


def happened(click: Click, case: Case | None = None) -> tuple[datetime | None, str]:
    """When it happened, None: now; and what was typed or chosen in that scope to say so."""
    said = when.said(f"{click.scope}-{AT}")
    bounds = [us for us, _ in earliest(case)] if case else []
    return when.read(said, acting.desk().settings.calendar, bounds), said


def done_by(click: Click) -> str | None:
    """Who did it, as typed in that scope; None: whoever records it."""
    return (st.session_state.get(f"{click.scope}-{DONE_BY}") or "").strip() or None


def forget(click: Click, asking: Asking, step: Step) -> None:
    """Empty the step's form once it is stored."""
    drafts.stored(click.scope)
    fields.forget(step.fields, click.scope, asking)
    when.forget(f"{click.scope}-{AT}")
    st.session_state.pop(f"{click.scope}-{DONE_BY}", None)


def so_far(scope: str, asking: Asking, step: Step) -> dict[str, Any]:
    """What was typed into the step's form, as far as it can be understood."""
    given = {}
    for item in step.fields:
        try:
            value = fields.values([item], scope, asking)[item.key]
        except InputRefused:
            continue
        if value not in (None, "", [], False):
            given[item.key] = value
    return given


def typed(click: Click, asking: Asking, step: Step) -> tuple[tuple[str, str], ...]:
    """What was typed, in words: kept where the form itself cannot be."""
    given = []
    for key, value in so_far(click.scope, asking, step).items():
        item = step.field(key)
        text = f"{value:%Y-%m-%d %H:%M}" if isinstance(value, datetime) else None
        given.append((item.label, text or fields.told(item, value, click.zone)))
    return tuple(given)


def complete(click: Click, asking: Asking, step: Step, how: str = commands.OUTSIDE) -> None:
    """Complete the step with what stands in its form; `how` a message goes that is the step."""

    def do() -> Stored:
        desk = acting.desk()
        case, given = desk.case(click.case_id), fields.values(step.fields, click.scope, asking)
        hows = mailing.hows(desk, case, step, given, how)
        (at, said), who = happened(click, case), done_by(click)
        return commands.complete_step(
            desk, click.case_id, step.number, given, by=click.person, now=clock.now(),
            at=at, done_by=who, version=click.version, messages=hows, wait=commands.WAIT,
            command_id=click.command_id("complete", given, said, who, hows),
        )  # fmt: skip

    kept = typed(click, asking, step)
    if acting.attempt(
        click, "step_acts.complete", do, lambda stored: _completed(click, step, stored), kept
    ):
        forget(click, asking, step)


def start(click: Click, asking: Asking, step: Step) -> None:
    """Record that the work on the step began."""

    def do() -> Stored:
        desk = acting.desk()
        (at, said), who = happened(click, desk.case(click.case_id)), done_by(click)
        return commands.start_step(
            desk, click.case_id, step.number, by=click.person, now=clock.now(), at=at,
            done_by=who, version=click.version, command_id=click.command_id("start", said, who),
        )  # fmt: skip

    if acting.attempt(click, "step_acts.start", do, lambda _: f"Step {step.number} started"):
        when.forget(f"{click.scope}-{AT}")


def turn(click: Click, asking: Asking, step: Step) -> None:
    """Record the moment inside the step at which it changed hands."""

    def do() -> Stored:
        desk = acting.desk()
        (at, said), who = happened(click, desk.case(click.case_id)), done_by(click)
        return commands.record_turn(
            desk, click.case_id, step.number, by=click.person, now=clock.now(), at=at,
            done_by=who, version=click.version, command_id=click.command_id("turn", said, who),
        )  # fmt: skip

    label = step.turn.label if step.turn else ""
    if acting.attempt(
        click, "step_acts.turn", do, lambda stored: _said(click, f"Recorded: {label}", stored)
    ):
        when.forget(f"{click.scope}-{AT}")


def resume(click: Click) -> None:
    """Take a withdrawn case up again."""
    acting.attempt(
        click,
        "step_acts.resume",
        lambda: commands.resume_case(
            acting.desk(), click.case_id, by=click.person, now=clock.now(), version=click.version,
            command_id=click.command_id("resume"), messages={},
        ),
        lambda stored: f"**Case resumed.** {mailing.told_of(click, stored)}".strip(),
    )  # fmt: skip


def turn_words(opened: Opened) -> str:
    """Whose turn it is now: the end of a confirmation."""
    if opened.case.state == "closed":
        return "The case is complete."
    rules = opened.case.workflow.step(opened.case.due)
    until = (
        f" until the cancellation date the firm requested, {opened.asked}" if opened.asked else ""
    )
    return f"{holder_words(opened.holder)}{until}: step {rules.number}, {rules.label}."


def holder_words(holder: str) -> str:
    """Whose turn it is now, as a sentence begins."""
    if holder == AGREED_DATE:
        return "Waiting for the appointment"
    article = "" if holder in (Party.CPT, Party.EMS) else "the "
    return f"It is now {article}**{holder}**’s turn"


def _completed(click: Click, step: Step, stored: Stored) -> str:
    """The confirmation of a completion; sends what Changeover is to send of it."""
    became = mailing.told_of(click, stored)
    return f"{_said(click, f'Step {step.number} completed', stored)} {became}".strip()


def _said(click: Click, what: str, stored: Stored) -> str:
    """What happened, and when; whose turn it is now."""
    store = acting.desk()
    page = Page(store, max(clock.now(), handle.page_now(store)), click.person)
    turn = turn_words(measured(page, store.case(click.case_id)))
    happened_at = to_datetime(stored[0].occurred_us)  # what follows are its messages
    return f"**{what}** at {formats.moment(happened_at, click.zone)}. {turn}"
