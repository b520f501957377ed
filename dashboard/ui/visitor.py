"""Who visits: which browser it is, and in local mode as whom. Kept for the session alone."""

import getpass
from collections.abc import Mapping

import streamlit as st
from streamlit.web.server.starlette.starlette_app_utils import decode_xsrf_token_string
from streamlit.web.server.starlette.starlette_server_config import XSRF_COOKIE_NAME

from dashboard.people import Person, Role, is_reserved
from dashboard.workflows import Party

PRESETS: dict[str, tuple[Role, frozenset[Party]]] = {
    "Team leader": (Role.LEAD, frozenset()),
    "CS representative": (Role.MEMBER, frozenset({Party.CS})),
    "CitrixPortalTech": (Role.MEMBER, frozenset({Party.CPT})),
    "Order Team": (Role.MEMBER, frozenset({Party.ORDERS})),
    "Viewer": (Role.VIEWER, frozenset()),
    "Administrator": (Role.ADMIN, frozenset()),
}
NAME, ROLE = "act-as-name", "act-as-role"
LONGEST_NAME = 80


def chosen() -> Person:
    """Whom the visitor chose to act as; at first a team leader named as on this machine."""
    role, parties = PRESETS[st.session_state.get(ROLE) or "Team leader"]
    name = str(st.session_state.get(NAME) or "").strip()[:LONGEST_NAME]
    return Person(local_name() if not name or is_reserved(name) else name, role, parties)


def choose(person: Person) -> None:
    """The place at the top right where the visitor says whom to act as."""
    label = f"**{person.name}**, {role_word(person)}"
    with st.popover(label, icon=":material/account_circle:", type="tertiary", key="act-as"):
        st.markdown("**Local mode.** No sign-in; choose whom to act as.")
        st.text_input(
            "Name", key=NAME, placeholder=local_name(), max_chars=LONGEST_NAME,
            persist_state="session",
        )  # fmt: skip
        if is_reserved(str(st.session_state.get(NAME) or "")):
            st.error("That name is reserved for Changeover. Enter a person’s name.")
        st.selectbox("Role", list(PRESETS), key=ROLE, persist_state="session")


def browser() -> str:
    """What tells the visitor's browser from others, and nobody else knows; empty if it says not.

    Streamlit gives it to protect forms; it is masked anew each time that it is sent.
    """
    return browser_of(st.context.cookies)


def browser_of(cookies: Mapping[str, str]) -> str:
    """The browser that sends these cookies; empty if they do not say."""
    token = decode_xsrf_token_string(cookies.get(XSRF_COOKIE_NAME, ""))[0]
    return token.hex() if token else ""


def role_word(person: Person) -> str:
    """What the person is, in a word or two."""
    if person.role is Role.MEMBER:
        return " and ".join(sorted(person.parties))
    words = {Role.LEAD: "team leader", Role.ADMIN: "administrator", Role.VIEWER: "viewer"}
    return words[person.role]


def local_name() -> str:
    """The name under which this process runs."""
    try:
        return getpass.getuser()
    except (KeyError, OSError):
        return "Local user"
