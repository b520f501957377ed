"""What others did to a case while somebody has its page open: said before a newer form counts.

A form that was drawn before is refused by the command. One that is drawn anew, because something
else on the page was clicked, goes by the newer version, and whoever types must know that.
"""

import streamlit as st

from dashboard.ui import acting, press
from dashboard.ui.case_view import Opened
from dashboard.ui.mail_server import CARRIER
from dashboard.ui.words import plain

DRAWN = "case-drawn"  # the case that the page showed last


def say_what_others_did(opened: Opened) -> None:
    """Say who has changed the case since this page was opened, until somebody has read it."""
    case, me = opened.case, opened.page.store.named(opened.page.person.actor)
    key = f"{case.case_id}-seen"
    was_here = "case-more" in st.session_state and st.session_state.get(DRAWN) == case.case_id
    st.session_state[DRAWN] = case.case_id
    seen = st.session_state.get(key)
    is_told = st.session_state.pop(acting.TOLD, None) == case.case_id
    if seen is None or is_told or not was_here:
        st.session_state[key] = seen = case.edited_version
    actors = [case.actors[version] for version in range(seen + 1, case.edited_version + 1)]
    others = dict.fromkeys(plain(name) for name in actors if name not in (me, CARRIER.name))
    if not others:
        return
    names = " and ".join(others)
    with st.container(
        border=True, horizontal=True, vertical_alignment="center", key=f"{key}-moved"
    ):  # fmt: skip
        st.markdown(
            f":material/group: **{names} changed this case in the meantime.** You see the "
            "current state; the history below shows what happened.",
            width="stretch",
        )
        press.button(
            "Dismiss notice", _read, key, case.edited_version, key=f"{key}-read", type="tertiary"
        )


def _read(key: str, version: int) -> None:
    st.session_state[key] = version
