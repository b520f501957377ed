"""The form of the step that is current: its fields, when and by whom, Start, moments, Complete."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

import streamlit as st

from dashboard import commands, formats, metrics
from dashboard.cases import Case
from dashboard.errors import InputRefused
from dashboard.instants import to_datetime
from dashboard.people import may_complete
from dashboard.ui import acting, cards, fields, handle
from dashboard.ui.acting import Click, Stored
from dashboard.ui.case_view import Opened, measured
from dashboard.ui.fields import Asking
from dashboard.ui.page import Page
from dashboard.ui.words import plain
from dashboard.workflows import AGREED_DATE, Party, Step, Workflow

AT, DONE_BY = "at", "done-by"


def step_form(opened: Opened) -> None:
    """The card with the current step's form, or with why there is none."""
    case, page = opened.case, opened.page
    with st.container(border=True, height="stretch", key="card-form"):
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
        problems = acting.show_refusal(scope, {AT, *(item.key for item in step.fields)})
        asking = asking_of(page, case.workflow, case.fields)
        click = Click(scope, page.person, page.zone, case.case_id, case.version)
        with st.form(f"form-{scope}", border=False):
            fields.draw(step.fields, scope, asking, problems)
            when_and_who(scope, page, problems.get(AT))
            _buttons(step, click, asking, case)


def scope_of(case: Case, number: int) -> str:
    """The prefix of all keys that belong to a step of a case."""
    return f"{case.case_id}-{number}"


def asking_of(page: Page, workflow: Workflow, known: Mapping[str, Any]) -> Asking:
    """What the inputs of a case's steps may offer; `known` is what the case says already."""
    named = handle.figure(page.store, page.now, metrics.people_named, {})
    names = sorted({*named["name"].to_pylist(), page.person.name})
    leader = page.person.name if page.person.leads else None
    suggested = {"team_leader": known.get("team_leader") or leader}
    return Asking(
        page.store.settings, workflow, page.now, known, names,
        {key: value for key, value in suggested.items() if value},
    )  # fmt: skip


def when_and_who(scope: str, page: Page, problem: str | None) -> None:
    """When it happened, if not now; who did it, if not you."""
    with st.grid(2, min_column_width=fields.NARROWEST, gap="small") as grid:
        with grid.cell():
            st.datetime_input(
                f"When it happened ({formats.city(page.zone)})", None, key=f"{scope}-{AT}",
                step=timedelta(minutes=1), format="YYYY-MM-DD", persist_state="session",
                help="Leave it empty for now. Not in the future, nor before the step began.",
            )  # fmt: skip
            fields.problem(problem)
        with grid.cell():
            st.text_input(
                "Done by", key=f"{scope}-{DONE_BY}", placeholder=f"{page.person.name} (you)",
                max_chars=80, persist_state="session",
                help="Who did it, if it was not you.",
            )  # fmt: skip


def happened(click: Click, case: Case | None = None) -> datetime | None:
    """When it happened, as typed in that scope; None: now."""
    return acting.typed_at(st.session_state.get(f"{click.scope}-{AT}"), click.zone, case)


def done_by(click: Click) -> str | None:
    """Who did it, as typed in that scope; None: whoever records it."""
    return (st.session_state.get(f"{click.scope}-{DONE_BY}") or "").strip() or None


def forget(click: Click, asking: Asking, step: Step) -> None:
    """Empty the step's form once it is stored."""
    fields.forget(step.fields, click.scope, asking)
    for name in (AT, DONE_BY):
        st.session_state.pop(f"{click.scope}-{name}", None)


def typed(click: Click, asking: Asking, step: Step) -> tuple[tuple[str, str], ...]:
    """What was typed, in words: kept where the form itself cannot be."""
    given = []
    for item in step.fields:
        try:
            value = fields.values([item], click.scope, asking)[item.key]
        except InputRefused:
            continue
        if value not in (None, "", [], False):
            text = f"{value:%Y-%m-%d %H:%M}" if isinstance(value, datetime) else None
            given.append((item.label, text or fields.told(item, value, click.zone)))
    return tuple(given)


def complete(click: Click, asking: Asking, step: Step) -> None:
    """Complete the step with what stands in its form."""

    def do() -> Stored:
        desk = acting.desk()
        return commands.complete_step(
            desk, click.case_id, step.number, fields.values(step.fields, click.scope, asking),
            by=click.person, now=acting.now(), at=happened(click, desk.case(click.case_id)),
            done_by=done_by(click), version=click.version, command_id=click.command_id("complete"),
        )  # fmt: skip

    kept = typed(click, asking, step)
    if acting.attempt(
        click, do, lambda stored: _said(click, f"Step {step.number} completed", stored), kept
    ):
        forget(click, asking, step)


def start(click: Click, asking: Asking, step: Step) -> None:
    """Record that the work on the step began."""

    def do() -> Stored:
        desk = acting.desk()
        return commands.start_step(
            desk, click.case_id, step.number, by=click.person, now=acting.now(),
            at=happened(click, desk.case(click.case_id)), done_by=done_by(click),
            version=click.version, command_id=click.command_id("start"),
        )  # fmt: skip

    if acting.attempt(click, do, lambda _: f"Step {step.number} is in work."):
        st.session_state.pop(f"{click.scope}-{AT}", None)


def turn(click: Click, asking: Asking, step: Step) -> None:
    """Record the moment inside the step at which it changed hands."""

    def do() -> Stored:
        desk = acting.desk()
        return commands.record_turn(
            desk, click.case_id, step.number, by=click.person, now=acting.now(),
            at=happened(click, desk.case(click.case_id)), done_by=done_by(click),
            version=click.version, command_id=click.command_id("turn"),
        )  # fmt: skip

    label = step.turn.label if step.turn else ""
    if acting.attempt(click, do, lambda stored: _said(click, f"Recorded: {label}", stored)):
        st.session_state.pop(f"{click.scope}-{AT}", None)


def turn_words(opened: Opened) -> str:
    """Whose turn it is now: the end of a confirmation."""
    if opened.case.state == "closed":
        return "The case is complete."
    rules = opened.case.workflow.step(opened.case.due)
    return f"Now it is {holder_words(opened.holder)}: step {rules.number}, {rules.label}."


def holder_words(holder: str) -> str:
    """Whose turn it is, as a sentence has it."""
    if holder == AGREED_DATE:
        return "the agreed date that decides"
    article = "" if holder in (Party.CPT, Party.EMS) else "the "
    return f"{article}**{holder}**’s turn"


def _said(click: Click, what: str, stored: Stored) -> str:
    """What happened, and when; whose turn it is now."""
    store = acting.desk()
    page = Page(store, max(acting.now(), handle.page_now(store)), click.person)
    turn = turn_words(measured(page, store.case(click.case_id)))
    happened_at = to_datetime(stored[-1].occurred_us)
    return f"**{what}** at {formats.moment(happened_at, click.zone)}. {turn}"


def _turn_line(opened: Opened, step: Step) -> str:
    zone = opened.page.zone
    record = opened.case.records[step.number]
    since = opened.turn.began_us if opened.turn else opened.case.moves[-1].at_us
    line = f"Whose turn: **{opened.holder}**, since {formats.moment(to_datetime(since), zone)}."
    if record.started_us is not None:
        line += f" In work since {formats.moment(to_datetime(record.started_us), zone)}."
    begins = opened.case.fields.get(step.not_before) if step.not_before else None
    if begins:
        line += f" Not before the appointment begins, {formats.moment(to_datetime(begins), zone)}."
    return line


def _gate(step: Step) -> None:
    if step.gate:
        st.caption(f":material/check: Steps {step.gate[0]} to {step.gate[1]} are complete.")


def _buttons(step: Step, click: Click, asking: Asking, case: Case) -> None:
    key, args = f"{click.scope}-{click.version}", (click, asking, step)
    allowed = may_complete(click.person, step)
    moment = step.turn if step.turn and not step.turn.from_field else None
    with st.container(horizontal=True, gap="small", key="step-buttons"):
        st.form_submit_button(
            f"Complete step {step.number}", type="primary", icon=":material/check:",
            key=f"complete-{key}", on_click=complete, args=args, disabled=not allowed,
        )  # fmt: skip
        if case.records[step.number].started_us is None:
            st.form_submit_button(
                "Start", icon=":material/play_arrow:", key=f"start-{key}", on_click=start,
                args=args, disabled=not allowed,
            )  # fmt: skip
        if moment and case.moves[-1].entry not in case.moments:
            st.form_submit_button(
                moment.label, icon=":material/swap_horiz:", key=f"turn-{key}", on_click=turn,
                args=args, disabled=not click.person.acts_for(moment.after),
            )  # fmt: skip
    if not allowed:
        st.caption(f"A member of {step.recorded_by} or a team leader completes this step.")


def _resting(opened: Opened) -> None:
    closed = opened.case.state == "closed"
    st.subheader("Nothing left to do" if closed else "This case is withdrawn", anchor=False)
    st.markdown(
        "All steps are complete. To change what was done, reopen a step or correct it under *More*."
        if closed
        else "The firm stays for now. Take it up again with *Resume the case* under *More*."
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
            st.caption(f"What you typed for step {number}:")
            st.table(
                {plain(label): plain(value) for label, value in found.typed}, border="horizontal",
                width="content",
            )  # fmt: skip
