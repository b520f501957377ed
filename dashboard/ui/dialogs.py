"""What the dialogs of a case have in common: opened by a word kept in the session, closed alike."""

from collections.abc import Callable

import streamlit as st

from dashboard.ui import acting, drafts, mailing
from dashboard.ui.acting import Click, Stored
from dashboard.ui.case_view import Opened

OPEN = "case-dialog"
LONGEST_REASON = 500


def close() -> None:
    """Close the dialog that is open."""
    st.session_state.pop(OPEN, None)


def click_of(opened: Opened, name: str) -> Click:
    """A click in the dialog of that name: each version of the case begins with empty inputs."""
    case, page = opened.case, opened.page
    scope = f"{case.case_id}-{name}-{case.version}"
    return Click(scope, page.person, page.zone, case.case_id, case.version)


def attempt(click: Click, verb: str, do: Callable[[], Stored], said: str) -> None:
    """Carry out what a dialog asked for, with its messages, and close it if that went well.

    What was typed is in `drafts.form`s of that click's scope.
    """

    def confirm(stored: Stored) -> str:
        return f"{said} {mailing.told_of(click, stored)}".strip()

    if acting.attempt(click, verb, do, confirm):
        drafts.stored(click.scope)
        close()


def leave_if_done() -> None:
    """A dialog runs alone: once it has done its work the whole page runs again."""
    if OPEN not in st.session_state:
        st.rerun()


def reason(click: Click) -> None:
    """Ask for the reason."""
    drafts.watch({f"{click.scope}-reason": ""})
    st.text_area(
        "Reason", key=f"{click.scope}-reason", max_chars=LONGEST_REASON, height=90,
        placeholder="In a few words, for whoever reads the history", persist_state="session",
    )  # fmt: skip


def reason_of(click: Click) -> str:
    """The reason given."""
    return st.session_state.get(f"{click.scope}-reason") or ""
