"""The dialog that reopens a step, and asks whether a closed case was really finished."""

import streamlit as st

from dashboard import clock, commands
from dashboard.errors import InputRefused
from dashboard.ui import acting, drafts, guard, mailing, press
from dashboard.ui.acting import Click, Stored
from dashboard.ui.case_view import Opened
from dashboard.ui.dialogs import attempt, click_of, close, leave_if_done, reason, reason_of
from dashboard.ui.step_form import appointment_words

REOPEN = "Reopen a step"
FINISHED = {"Yes, this is rework": True, "No, it was closed by mistake": False}


@guard.dialog(REOPEN, on_dismiss=close)
def reopen(opened: Opened) -> None:
    """Ask which step, why, and of a closed case whether it was really finished."""
    leave_if_done()
    case, click = opened.case, click_of(opened, "reopen")
    st.markdown(
        "This step and all later ones must be done again. The history keeps what was recorded. "
        "Messages already sent are not recalled."
    )
    acting.show_refusal(click.scope)
    step = st.selectbox(
        "Step to reopen", range(2, case.due), case.due - 3 if case.due > 2 else None,
        key=f"{click.scope}-step", placeholder="No steps can be reopened yet",
        format_func=lambda number: f"{number} {case.workflow.step(number).label}",
    )  # fmt: skip
    sent = mailing.sent_since(case, step or case.due, opened.page.zone)
    if sent:
        st.markdown("\n".join(["**Messages already sent:**", "", *sent]))
    called_off(opened, step or case.due)
    with drafts.form(click):
        if case.state == "closed":
            drafts.watch({f"{click.scope}-finished": None})
            st.radio(
                "Was the case really finished?",
                list(FINISHED), index=None, key=f"{click.scope}-finished",
                persist_state="session",
                captions=[
                    "It keeps its figures and month; the rework has a clock of its own.",
                    "It never stopped: all the time since counts.",
                ],
            )  # fmt: skip
        reason(click)
    drafts.line(click)
    press.button("Reopen step", _do_reopen, click, type="primary", key="reopen-step")


def called_off(opened: Opened, step: int = 0) -> None:
    """Say that an appointment that is still to come is off, if that step is reopened."""
    told, rules = appointment_words(opened), opened.case.workflow.window_step
    if told and rules and step <= rules.number:
        st.markdown(
            f":material/event_busy: **This cancels the appointment:** {told}. The cancellation "
            "messages, with a calendar file, will be ready to send."
        )


def _do_reopen(click: Click) -> None:
    step = st.session_state.get(f"{click.scope}-step") or 1
    asked = f"{click.scope}-finished"
    answer = st.session_state.get(asked)

    def again() -> Stored:
        if asked in st.session_state and answer is None:
            raise InputRefused("Choose whether the case was really finished.")
        finished = FINISHED.get(answer) if answer else None
        return commands.reopen_step(
            acting.desk(), click.case_id, step, reason_of(click), finished=finished,
            by=click.person, now=clock.now(), version=click.version, messages={},
            command_id=click.command_id("reopen", step, reason_of(click), finished),
        )  # fmt: skip

    attempt(
        click, "case_menu.reopen",
        again,
        f"**Step {step} is open again.**",
    )  # fmt: skip
