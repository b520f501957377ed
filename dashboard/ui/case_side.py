"""Beside the current step: notes, the follow-up date, who owns the case."""

from datetime import date

import streamlit as st

from dashboard import clock, commands
from dashboard.cases import standing
from dashboard.locales import input_format
from dashboard.people import Role
from dashboard.ui import acting, case_history, drafts, guard, press
from dashboard.ui.acting import Click
from dashboard.ui.case_view import Opened
from dashboard.ui.step_form import asking_of
from dashboard.ui.words import day_text, plain

LONGEST_NOTE = 2000


def case_side(opened: Opened) -> None:
    """The card at the right of the step's form."""
    leader = opened.case.fields.get("team_leader")
    with st.container(border=True, height="stretch", key="card-side"):
        _notes(opened, _click(opened, "note"))
        _follow_up(opened, _click(opened, f"follow-{_standing(opened)}"))
        _owner(opened, _click(opened, f"owner-{leader}"))


def _click(opened: Opened, name: str) -> Click:
    """`name` holds the value that stands: a new one begins a new input."""
    case, page = opened.case, opened.page
    return Click(f"{case.case_id}-{name}", page.person, page.zone, case.case_id, case.version)


def _notes(opened: Opened, click: Click) -> None:
    st.subheader("Notes", anchor=False)
    acting.show_refusal(click.scope)
    _note(click)
    press.button(
        "Save note",
        _keep_note,
        click,
        icon=":material/note_add:",
        key=f"keep-note-{click.version}",
        disabled=click.person.role is Role.VIEWER,
    )
    case_history.notes(opened)


@guard.fragment()
def _note(click: Click) -> None:
    with drafts.form(click):
        drafts.watch({click.scope: ""})
        st.text_area(
            "Note", key=click.scope, max_chars=LONGEST_NOTE, height=80, persist_state="session",
            label_visibility="collapsed", placeholder="What the next person should know",
        )  # fmt: skip
    drafts.line(click)


def _keep_note(click: Click) -> None:
    text = st.session_state.get(click.scope) or ""
    done = acting.attempt(
        click, "case_side.keep_note",
        lambda: commands.add_note(
            acting.desk(), click.case_id, text, by=click.person, now=clock.now(),
            command_id=click.command_id("note", text),
        ),
        lambda _: "**Note saved.**",
    )  # fmt: skip
    if done:
        st.session_state[click.scope] = ""
        drafts.stored(click.scope)


def _follow_up(opened: Opened, click: Click) -> None:
    standing = _standing(opened)
    st.markdown(f"**Follow up:** {day_text(standing) if standing else 'not set'}")
    acting.show_refusal(click.scope)
    with (
        st.form(f"form-{click.scope}", border=False),
        st.container(horizontal=True, vertical_alignment="bottom"),
    ):
        st.date_input("Follow up on", standing, key=click.scope, format=input_format(), width=170)
        press.submit(
            "Set follow-up",
            _set_follow_up,
            click,
            key="set-follow-up",
            disabled=not click.person.leads,
        )


def _set_follow_up(click: Click) -> None:
    day: date | None = st.session_state.get(click.scope)
    acting.attempt(
        click, "case_side.set_follow_up",
        lambda: commands.follow_up(
            acting.desk(), click.case_id, day, by=click.person, now=clock.now(),
            command_id=click.command_id("follow-up", day),
        ),
        lambda _: f"**Follow-up set for {day_text(day)}.**" if day else "**Follow-up removed.**",
    )  # fmt: skip


def _standing(opened: Opened) -> date | None:
    """The follow-up date that stands."""
    days = [
        event.data.get("date")
        for event in standing(opened.page.store.history(opened.case.case_id))
        if event.kind == "follow_up_set"
    ]
    return date.fromisoformat(days[-1]) if days and days[-1] else None


def _owner(opened: Opened, click: Click) -> None:
    leader = opened.case.fields.get("team_leader")
    st.markdown(f"**Team leader:** {plain(leader) if leader else 'not assigned'}")
    acting.show_refusal(click.scope)
    names = list(asking_of(opened.page, opened.case.workflow, opened.case.fields).names)
    with (
        st.form(f"form-{click.scope}", border=False),
        st.container(horizontal=True, vertical_alignment="bottom"),
    ):
        st.selectbox(
            "Reassign to", names, names.index(leader) if leader in names else None,
            key=click.scope, accept_new_options=True, placeholder="Choose or enter a name",
            width=170,
        )  # fmt: skip
        press.submit("Reassign", _assign, click, key="assign-case", disabled=not click.person.leads)


def _assign(click: Click) -> None:
    name = st.session_state.get(click.scope) or ""
    acting.attempt(
        click, "case_side.assign",
        lambda: commands.assign_cases(
            acting.desk(), [click.case_id], name, by=click.person, now=clock.now(),
            command_id=click.command_id("assign", name),
        ),
        lambda _: f"**Reassigned to {plain(name)}.**",
    )  # fmt: skip
