"""Sign-in by Streamlit's own OIDC, and the role that secrets.toml gives to an e-mail address."""

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any, Never

import streamlit as st

from dashboard import clock
from dashboard.people import Person, Role
from dashboard.ui import handle, unfinished
from dashboard.ui.visitor import role_word
from dashboard.ui.words import plain
from dashboard.workflows import Party


def signed_in() -> Person:
    """Who is signed in; ends the run with the way to sign in, or to a role, if that is missing."""
    # The log is not asked for strangers.
    if not st.user.get("is_logged_in"):
        unfinished.ask_for(clock.now())
        ask()
    person = person_of(st.user.to_dict(), st.secrets.get("roles", {}))
    if has_ended():
        if person is not None:
            unfinished.keep(address_of(st.user.to_dict()), clock.now())
        ask(
            "Your session has ended. Sign in again: what you typed is kept, and you come back here."
        )
    if person is None:
        st.title("Changeover", anchor=False)
        st.error(
            "You are signed in, but you have no role here. Ask an administrator to enter your "
            "e-mail address under [roles] in secrets.toml, then reload this page."
        )
        st.button("Sign out", icon=":material/logout:", on_click=st.logout, key="sign-out")
        st.stop()
    return person


def ask(why: str = "") -> Never:
    """Nothing but the way to sign in."""
    st.title("Changeover", anchor=False)
    if why:
        st.info(why)
    st.button("Sign in", type="primary", icon=":material/login:", on_click=st.login, key="sign-in")
    st.stop()


def leave(person: Person) -> None:
    """Who is signed in, with the way to sign out."""
    label = f"**{plain(person.name)}**, {role_word(person)}"
    with st.popover(label, icon=":material/account_circle:", type="tertiary", key="signed-in-as"):
        st.markdown(plain(address_of(st.user.to_dict())))
        st.button("Sign out", icon=":material/logout:", on_click=st.logout, key="sign-out")


def come_back() -> None:
    """Take somebody who has just signed in to where the session ended, or to what was asked for."""
    now = clock.now()
    unfinished.resume(address_of(st.user.to_dict()), now)
    unfinished.lead_on(now)


def has_ended() -> bool:
    """Whether the visitor's session is over. Streamlit checks no expiry."""
    return not st.user.get("is_logged_in") or has_expired(st.user.get("iat"), session())


def session() -> timedelta:
    """How long a session lasts from its token's issue."""
    return timedelta(hours=handle.store().settings.session_hours)


def has_expired(issued: Any, session: timedelta) -> bool:
    """Whether a token issued then (seconds since 1970) has run out; one without a time has."""
    if not isinstance(issued, int | float):
        return True
    return clock.issuers_now() > datetime.fromtimestamp(issued, UTC) + session


def person_of(claims: Mapping[str, Any], roles: Mapping[str, Any]) -> Person | None:
    """The person that the claims name, with the role that the table gives; None without one."""
    email = address_of(claims)
    granted = {key.strip().lower(): value for key, value in roles.items()}.get(email)
    if not email or granted is None or claims.get("email_verified") is False:
        return None
    name = str(claims.get("name") or email)
    if isinstance(granted, str):
        known = granted in (Role.VIEWER, Role.LEAD, Role.ADMIN)
        return Person(name, Role(granted)) if known else None
    parties = frozenset(party for party in Party if party in list(granted))
    return Person(name, Role.MEMBER, parties) if parties else None


def address_of(claims: Mapping[str, Any]) -> str:
    """The e-mail address of the claims, in small letters; empty if there is none."""
    return str(claims.get("email") or "").strip().lower()
