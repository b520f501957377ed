"""What one does seldom to a case, behind *More*: each in a dialog, with its reason."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import datetime
from typing import Any

import streamlit as st

from dashboard import clock, commands, formats
from dashboard.cases import Record
from dashboard.commands.corrections import earliest_correction
from dashboard.instants import to_datetime, to_us
from dashboard.ui import acting, drafts, fields, guard, press, when
from dashboard.ui.acting import Click, Stored
from dashboard.ui.asking import Asking
from dashboard.ui.case_explain import EXPLAIN, explain
from dashboard.ui.case_reopen import REOPEN, called_off, reopen
from dashboard.ui.case_view import Opened
from dashboard.ui.dialogs import OPEN, attempt, click_of, close, leave_if_done, reason, reason_of
from dashboard.ui.step_form import asking_of, booking
from dashboard.workflows import Field, Party

CORRECT, AMEND = "Correct a step", "Edit case details"
WITHDRAW = "Withdraw the case"
KINDS = {"Completion time": "completed", "Start time": "started", "Handoff time": "turn"}
KEPT = "Leave it as it is if the time is correct."


def case_menu(opened: Opened) -> None:
    """The menu, and the dialog that was chosen from it."""
    options = [REOPEN, CORRECT, AMEND, *([WITHDRAW] if opened.case.state == "open" else [])]
    options += [EXPLAIN] if opened.timing == "late" else []
    # Only a lead may do the rest; commands ask again.
    by, amending = opened.page.person, [AMEND] if opened.page.person.acts_for(Party.CS) else []
    options = options if by.leads else amending
    press.menu(
        "More",
        options or [AMEND],
        _choose,
        key="case-more",
        icon=":material/more_horiz:",
        type="tertiary",
        disabled=not options,
    )
    if (chosen := st.session_state.get(OPEN)) in options:
        DIALOGS[chosen](opened)


def _choose(dialog: str) -> None:
    st.session_state[OPEN] = dialog


@guard.dialog(WITHDRAW, on_dismiss=close)
def _withdraw(opened: Opened) -> None:
    leave_if_done()
    click = click_of(opened, "withdraw")
    st.markdown("The case pauses until it is resumed. That time counts as the customer's.")
    called_off(opened)
    acting.show_refusal(click.scope)
    with drafts.form(click):
        reason(click)
    drafts.line(click)
    press.button(WITHDRAW, _do_withdraw, click, type="primary", key="withdraw-case")


def _do_withdraw(click: Click) -> None:
    attempt(
        click, "case_menu.withdraw",
        lambda: commands.withdraw_case(
            acting.desk(), click.case_id, reason_of(click), by=click.person, now=clock.now(),
            version=click.version, messages={},
            command_id=click.command_id("withdraw", reason_of(click)),
        ),
        "**Case withdrawn.** It can be resumed at any time.",
    )  # fmt: skip


@guard.dialog(AMEND, width="large", on_dismiss=close)
def _amend(opened: Opened) -> None:
    leave_if_done()
    case, click = opened.case, click_of(opened, "amend")
    form = _changeable(case.workflow.step(1).fields)
    standing = _standing(opened, form, case.fields)
    asking = replace(asking_of(opened.page, case.workflow, case.fields), suggested=standing)
    problems = acting.show_refusal(click.scope, {item.key for item in form})
    with drafts.form(click):
        fields.draw(form, click.scope, asking, problems)
        reason(click)
    drafts.line(click)
    press.button(AMEND, _do_amend, click, asking, form, standing, type="primary", key="amend-case")


def _do_amend(click: Click, asking: Asking, form: list[Field], standing: Mapping[str, Any]) -> None:
    def do() -> Stored:
        changed, why = _changed(click, asking, form, standing), reason_of(click)
        return commands.amend_case(
            acting.desk(), click.case_id, changed, why, by=click.person, now=clock.now(),
            version=click.version, command_id=click.command_id("amend", changed, why),
        )  # fmt: skip

    attempt(click, "case_menu.amend", do, "**Case details saved.**")


@guard.dialog(CORRECT, width="large", on_dismiss=close)
def _correct(opened: Opened) -> None:
    leave_if_done()
    case, click = opened.case, click_of(opened, "correct")
    numbers = sorted(case.records, reverse=True)
    done = [number for number in numbers if case.records[number].completed_us is not None]
    with st.container(horizontal=True):
        number = st.selectbox(
            "Step", numbers, numbers.index(done[0]), key=f"{click.scope}-step", width=260,
            format_func=lambda number: f"{number} {case.workflow.step(number).label}",
        )  # fmt: skip
        kind = st.segmented_control(
            "What", list(KINDS), default="Completion time", required=True, key=f"{click.scope}-what"
        )
    what, record = KINDS[kind or "Completion time"], case.records[number]
    own = replace(click, scope=f"{click.scope}-{number}-{what}")
    form = _changeable(case.workflow.step(number).fields) if what == "completed" else []
    standing = _standing(opened, form, record.fields)
    every = booking(opened, asking_of(opened.page, case.workflow, case.fields))
    asking = replace(every, suggested=standing)
    problems = acting.show_refusal(own.scope, {item.key for item in form})
    recorded = _recorded(opened, record, what)
    if not recorded:
        st.markdown("Recorded: **nothing**")
    with drafts.form(own):
        when.ask("Correct time", f"{own.scope}-at", opened.page.zone, KEPT, recorded)
        fields.draw(form, own.scope, asking, problems)
    drafts.line(own)
    press.button(
        CORRECT,
        _do_correct,
        own,
        number,
        what,
        recorded,
        asking,
        form,
        standing,
        type="primary",
        key="correct-step",
    )


def _do_correct(
    click: Click, number: int, what: str, recorded: str, asking: Asking, form: list[Field],
    standing: Mapping[str, Any],
) -> None:  # fmt: skip
    def do() -> Stored:
        at, said = _corrected_at(click, number, what, recorded)
        changed = _changed(click, asking, form, standing)
        return commands.correct_step(
            acting.desk(), click.case_id, number, by=click.person, now=clock.now(), at=at,
            fields=changed, what=what, version=click.version, messages={},
            command_id=click.command_id("correct", number, what, said, changed),
        )  # fmt: skip

    said = f"**Step {number} corrected.** The history shows the earlier entry."
    attempt(click, "case_menu.correct", do, said)


def _corrected_at(
    click: Click, number: int, what: str, recorded: str
) -> tuple[datetime | None, str]:
    """The time that is typed, None: that which stands there, to its minute; and as it is typed."""
    said, desk = when.said(f"{click.scope}-at"), acting.desk()
    if said in ("", recorded):
        return None, ""
    bounds = earliest_correction(desk.case(click.case_id), number, what)
    at = when.read(said, desk.settings.calendar, [us for us, _ in bounds]) or clock.now()
    return (None, "") if formats.moment(at, click.zone) == recorded else (at, said)


def _changeable(form: tuple[Field, ...]) -> list[Field]:
    """What can be put right: a confirmation that was given cannot be taken back."""
    return [item for item in form if not item.kind.is_final]


def _standing(opened: Opened, form: list[Field], known: Mapping[str, Any]) -> dict[str, Any]:
    """What stands in the record, personal values looked up."""
    refs = {item.key: known[item.key]["ref"] for item in form if _is_ref(known.get(item.key))}
    personal = opened.page.store.personal(list(refs.values())) if refs else {}
    looked_up = {key: personal.get(ref, "") for key, ref in refs.items()}
    return {item.key: looked_up.get(item.key, known.get(item.key)) for item in form}


def _is_ref(value: Any) -> bool:
    return isinstance(value, dict)


def _changed(
    click: Click, asking: Asking, form: list[Field], standing: Mapping[str, Any]
) -> dict[str, Any]:
    """Only what differs from what stands there."""
    typed = fields.values(form, click.scope, asking)
    same = {key: to_us(v) if isinstance(v, datetime) else v for key, v in typed.items()}
    return {
        key: typed[key] for key, value in same.items() if _or_none(value) != _or_none(standing[key])
    }


def _or_none(value: Any) -> Any:
    """Empty is empty, however it is written; "no" is an answer."""
    return None if value in ("", [], ()) else value


def _recorded(opened: Opened, record: Record, what: str) -> str:
    moments = {"completed": record.completed_us, "started": record.started_us}
    if what == "turn":
        entries = [move.entry for move in opened.case.moves if move.due == record.number]
        found = opened.case.moments.get(entries[-1]) if entries else None
        us = found.at_us if found else None
    else:
        us = moments[what]
    return formats.moment(to_datetime(us), opened.page.zone) if us is not None else ""


DIALOGS: dict[str, Callable[[Opened], None]] = {
    REOPEN: reopen,
    CORRECT: _correct,
    AMEND: _amend,
    WITHDRAW: _withdraw,
    EXPLAIN: explain,
}
