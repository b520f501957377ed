"""The form of the step that is current: its fields, when and by whom, Start, moments, Complete."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import timedelta
from typing import Any

import streamlit as st

from dashboard import formats
from dashboard.cases import Case
from dashboard.instants import to_datetime
from dashboard.people import may_complete
from dashboard.settings import MessageMode
from dashboard.ui import (
    acting,
    cards,
    drafts,
    fields,
    guard,
    mailing,
    press,
    shortcuts,
    trials,
    when,
)
from dashboard.ui.acting import Click
from dashboard.ui.asking import Asking
from dashboard.ui.case_view import Opened
from dashboard.ui.inputs import PAUSE
from dashboard.ui.meanwhile import say_what_others_did
from dashboard.ui.page import Page
from dashboard.ui.step_acts import AT, DONE_BY, complete, resume, start, turn
from dashboard.ui.words import plain
from dashboard.workflows import Step, Workflow, appointments


def step_form(opened: Opened) -> None:
    """The card with the current step's form, or with why there is none."""
    case, page = opened.case, opened.page
    with st.container(border=True, key="card-form"):
        say_what_others_did(opened)
        _elsewhere(case)
        if case.state != "open":
            _resting(opened)
            return
        step = case.workflow.step(case.due)
        scope = scope_of(case, step.number)
        st.subheader(f"Step {step.number}: {step.title}", anchor=False)
        st.markdown(_turn_line(opened, step))
        st.markdown(step.instruction)
        _gate(step)
        trials.answer(case, step, page.store.settings.catalogue)
        problems = acting.show_refusal(scope, {AT, *(item.key for item in step.fields)})
        asking = booking(opened, asking_of(page, case.workflow, case.fields))
        click = Click(scope, page.person, page.zone, case.case_id, case.version)
        inputs(step, click, asking, problems)
        _buttons(step, click, asking, case)


@guard.fragment()
def inputs(step: Step, click: Click, asking: Asking, problems: Mapping[str, str]) -> None:
    """What is typed of a step: kept as a draft, without the rest of the page being drawn anew."""
    with drafts.form(click):
        fields.draw(step.fields, click.scope, asking, problems)
        when_and_who(click, asking, problems.get(AT))
    drafts.line(click)


def scope_of(case: Case, number: int) -> str:
    """The prefix of all keys that belong to a step of a case."""
    return f"{case.case_id}-{number}"


def asking_of(page: Page, workflow: Workflow, known: Mapping[str, Any]) -> Asking:
    """What the inputs of a case's steps may offer; `known` is what the case says already."""
    named = page.store.run("people_named", now=page.now)
    names = sorted({*named["name"].to_pylist(), page.person.name})
    leader = page.person.name if page.person.leads else None
    suggested = {"team_leader": known.get("team_leader") or leader}
    return Asking(
        page.store.settings, workflow, page.now, known, names,
        {key: value for key, value in suggested.items() if value},
    )  # fmt: skip


def booking(opened: Opened, asking: Asking) -> Asking:
    """With what an appointment has to keep; the limit only while one is still to come."""
    case, limit = opened.case, opened.due(opened.targets.limit_us)
    needing = [step.number for step in case.workflow.steps if step.not_before]
    is_to_come = case.state == "open" and any(case.due <= number for number in needing)
    is_kept = is_to_come and limit > asking.now
    return replace(asking, case_id=case.case_id, limit=limit if is_kept else None)


def when_and_who(click: Click, asking: Asking, problem: str | None) -> None:
    """When it happened, if not now; who did it, if not you."""
    done_by = f"{click.scope}-{DONE_BY}"
    drafts.watch({done_by: ""})
    with st.grid(2, min_column_width=fields.NARROWEST, gap="small") as grid:
        with grid.cell():
            at = f"{click.scope}-{AT}"
            when.ask_or_choose("When it happened", at, asking.settings.calendar, asking.now)
            fields.problem(problem)
        with grid.cell():
            st.text_input(
                "Done by", key=done_by, placeholder=f"{click.person.name} (you)",
                max_chars=80, persist_state="session", live=PAUSE,
                help="If someone else did it.",
            )  # fmt: skip


def _turn_line(opened: Opened, step: Step) -> str:
    zone = opened.page.zone
    record = opened.case.records[step.number]
    since = opened.turn.began_us if opened.turn else opened.case.moves[-1].at_us
    line = f"Whose turn: **{opened.holder}**, since {formats.moment(to_datetime(since), zone)}."
    if opened.asked:
        line += (
            f" This runs until the requested cancellation date, {opened.asked}. The step itself "
            f"is for the **{step.party}**."
        )
    if record.started_us is not None:
        line += f" Started {formats.moment(to_datetime(record.started_us), zone)}."
    begins = opened.case.fields.get(step.not_before) if step.not_before else None
    if begins:
        when = appointment_words(opened) or formats.moment(to_datetime(begins), zone)
        line += f" Not before the appointment begins: {when}."
    return line


def appointment_words(opened: Opened) -> str:
    """The case's appointment, on the firm's clock too; empty if there is none, or it is over."""
    case, rules = opened.case, opened.case.workflow.window_step
    begins_us = None if case.off_us is not None else case.appointment_us
    if begins_us is None or rules is None or rules.window is None:
        return ""
    hours = rules.window.hours
    if to_datetime(begins_us) + timedelta(hours=hours) <= opened.page.now:
        return ""
    return appointments.words(begins_us, hours, opened.page.zone, case.fields.get("firm_zone"))


def _gate(step: Step) -> None:
    if step.gate:
        st.caption(f":material/check: Steps {step.gate[0]} to {step.gate[1]} are complete.")


def _buttons(step: Step, click: Click, asking: Asking, case: Case) -> None:
    allowed = may_complete(click.person, step)
    with st.container(horizontal=True, gap="small", key="step-buttons"):
        _completing(step, click, asking, allowed)
        _moments(step, click, asking, case, allowed)
    if any(message.is_step for message in step.messages):
        st.caption(
            f"Sending this e-mail completes the step. *Complete step {step.number}* records that "
            "it was sent outside Changeover, at the time under *When it happened*."
        )
    if not allowed:
        st.caption(f"Only {step.recorded_by} or a team leader can complete this step.")


def _completing(step: Step, click: Click, asking: Asking, allowed: bool) -> None:
    """Complete; where the message is the step also with its sending, and a look at it before."""
    key, args = f"{click.scope}-{click.version}", (click, asking, step)
    is_sendable = mailing.can_send(acting.desk(), step)
    if is_sendable:
        press.button(
            "Send and complete",
            complete,
            *args,
            str(MessageMode.SENT),
            type="primary",
            icon=":material/send:",
            shortcut=shortcuts.COMPLETE,
            key=f"send-{key}",
            disabled=not allowed,
        )
    press.button(
        f"Complete step {step.number}",
        complete,
        *args,
        type="secondary" if is_sendable else "primary",
        icon=":material/check:",
        shortcut=None if is_sendable else shortcuts.COMPLETE,
        key=f"complete-{key}",
        disabled=not allowed,
    )
    if step.fields and any(message.is_step for message in step.messages):
        st.button(
            "Preview message",
            icon=":material/visibility:",
            key=f"preview-{key}",
            disabled=not allowed,
            help="Shows the message with the values in the form. Nothing is saved.",
        )


def _moments(step: Step, click: Click, asking: Asking, case: Case, allowed: bool) -> None:
    """Start, and the moment inside the step, as long as they are not recorded."""
    key, args = f"{click.scope}-{click.version}", (click, asking, step)
    moment = step.turn if step.turn and not step.turn.from_field else None
    if case.records[step.number].started_us is None:
        press.button(
            "Start step",
            start,
            *args,
            icon=":material/play_arrow:",
            key=f"start-{key}",
            disabled=not allowed,
        )
    if moment and case.moves[-1].entry not in case.moments:
        press.button(
            moment.label,
            turn,
            *args,
            icon=":material/swap_horiz:",
            key=f"turn-{key}",
            disabled=not click.person.acts_for(moment.after),
        )


def _resting(opened: Opened) -> None:
    """Why there is no form: all is done, but perhaps for messages; or the firm stays for now."""
    case, page = opened.case, opened.page
    if case.state == "closed":
        unsent = sum(letter.waits for letter in case.letters.values())
        left = f"{unsent} unsent message{'s' if unsent > 1 else ''}"
        st.subheader(left if unsent else "Nothing left to do", anchor=False)
        then = " Send or mark what is under *Ready to send*." if unsent else ""
        st.markdown(
            f"All steps are complete.{then} To change something, reopen or correct a step under "
            "*More*."
        )
        return
    st.subheader("This case is withdrawn", anchor=False)
    step = case.workflow.step(case.due)
    st.markdown(f"The firm is staying for now. It continues at step {step.number}, {step.label}.")
    click = Click(f"{case.case_id}-resume", page.person, page.zone, case.case_id, case.version)
    acting.show_refusal(click.scope)
    press.button(
        "Resume case",
        resume,
        click,
        type="primary",
        icon=":material/play_arrow:",
        key="resume-case",
        disabled=not page.person.leads,
    )


def _elsewhere(case: Case) -> None:
    """What was refused on a step that somebody else has meanwhile moved on from."""
    for number in range(1, case.workflow.last + 1):
        scope = scope_of(case, number)
        found = acting.refusal(scope)
        if found is None or (case.state == "open" and number == case.due):
            continue
        acting.forget_refusal(scope)
        if st.session_state.pop(acting.REFUSED_NOW, "") != scope:
            continue  # it was shown when it happened, beside the form
        cards.refused(found.text)
        if found.typed:
            st.caption(f"Your entries for step {number}:")
            st.table(
                {plain(label): plain(value) for label, value in found.typed}, border="horizontal",
                width="content",
            )  # fmt: skip
