"""Sign-in by Streamlit's own OIDC, and the role that secrets.toml gives to an e-mail address."""

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

import streamlit as st

from dashboard.people import Person, Role
from dashboard.workflows import Party

# Streamlit checks no expiry; a session lasts so long from the token's issue.
SESSION = timedelta(hours=12)


def signed_in() -> Person:
    """Who is signed in; ends the run with the way to sign in, or to a role, if that is missing."""
    if not st.user.get("is_logged_in") or has_expired(st.user.get("iat")):
        st.title("Changeover", anchor=False)
        st.button(
            "Sign in", type="primary", icon=":material/login:", on_click=st.login, key="sign-in"
        )
        st.stop()
    person = person_of(st.user.to_dict(), st.secrets.get("roles", {}))
    if person is None:
        st.title("Changeover", anchor=False)
        st.error(
            "You are signed in, but you have no role here. Ask an administrator to enter your "
            "e-mail address under [roles] in secrets.toml, then reload this page."
        )
        st.button("Sign out", icon=":material/logout:", on_click=st.logout, key="sign-out")
        st.stop()
    return person


def has_expired(issued: Any) -> bool:
    """Whether a token issued then (seconds since 1970) has run out; one without a time has."""
    if not isinstance(issued, int | float):
        return True
    return datetime.now(UTC) > datetime.fromtimestamp(issued, UTC) + SESSION


def person_of(claims: Mapping[str, Any], roles: Mapping[str, Any]) -> Person | None:
    """The person that the claims name, with the role that the table gives; None without one."""
    email = str(claims.get("email") or "").strip().lower()
    granted = {key.strip().lower(): value for key, value in roles.items()}.get(email)
    if not email or granted is None or claims.get("email_verified") is False:
        return None
    name = str(claims.get("name") or email)
    if isinstance(granted, str):
        known = granted in (Role.VIEWER, Role.LEAD, Role.ADMIN)
        return Person(name, Role(granted)) if known else None
    parties = frozenset(party for party in Party if party in list(granted))
    return Person(name, Role.MEMBER, parties) if parties else None
