"""Sign-in by Streamlit's own OIDC, and the role that secrets.toml gives to an e-mail address."""

import hmac
import json
from collections import OrderedDict
from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from string import ascii_lowercase, ascii_uppercase
from typing import Any, Never

import streamlit as st
from streamlit.web.server.starlette.starlette_server_config import USER_COOKIE_NAME
from streamlit.web.server.starlette.starlette_websocket import _get_signed_cookie_with_chunks

from dashboard import clock, journal
from dashboard.commands.drafting import LONGEST_NAME
from dashboard.errors import LogRefused
from dashboard.people import Identity, Person, Role, is_reserved, key_of
from dashboard.settings import Settings
from dashboard.ui import handle, unfinished
from dashboard.ui.visitor import role_word
from dashboard.ui.words import plain
from dashboard.workflows import Party, is_one_line

DENIED = "denied"
AUTH, ROLES, TRUST = "auth", "roles", "sign_in"  # sections of the secrets
MOST_LEFT = 10_000
SECOND_US = 1_000_000
MARK_SIGNS = 20  # of a hexadecimal digest
# Sign-ins that were signed out of, by what tells one from another; the oldest are forgotten.
LEFT: OrderedDict[tuple[str, ...], None] = OrderedDict()
# Only these have the same small letter for everybody: Unicode would make a K of a Kelvin sign.
SMALL = str.maketrans(ascii_uppercase, ascii_lowercase)
NO_ROLE = (
    "You are signed in but have no role here. Ask an administrator to add your e-mail address "
    "under [roles] in secrets.toml, then reload this page."
)
ODD_ROLE = (
    "You are signed in, but your entry under [roles] in secrets.toml does not name a role. Ask an "
    'administrator to enter viewer, lead, or admin, or your parties in brackets, such as ["Order '
    'Team"]. Then reload this page.'
)
RESERVED = (
    "You are signed in under a name reserved for Changeover. Change your name at the sign-in "
    "service and sign in again."
)
UNVERIFIED = (
    "You are signed in, but your e-mail address is not verified. Verify it with the sign-in "
    "service and sign in again, or ask an administrator."
)


def standing(claims: Mapping[str, Any]) -> Person | None:
    """Who has signed in and what they may, by session and secrets as they are now, or None.

    The one answer to that, for pages, what runs without them, and requests at the door.
    """
    if not has_come(claims) or has_ended(claims, set_now()):
        return None
    person = person_behind(claims)
    return called(person) if person else None


def called(person: Person) -> Person:
    """The person under the name that pages show, and with the one that the directory has."""
    if person.identity is None:
        return person
    try:
        names = handle.held(handle.log_place()).store.names
    except LogRefused:
        return person
    colleague = set_now().colleague_at(person.identity.email)
    entry = colleague.name if colleague else ""
    return replace(person, name=names.called(person.identity), entry=entry)


def signed_in() -> Person:
    """Who is signed in; ends the run with the way to sign in, or to a role, if that is missing."""
    claims = st.user.to_dict()
    if person := standing(claims):
        return person
    if not has_come(claims):
        unfinished.ask_for(clock.now())
        ask()
    person = person_behind(claims)
    if has_ended(claims, set_now()):
        if person is not None:
            unfinished.keep(person.actor, clock.now())
        ask(
            "Your session has ended. Sign in again; what you typed is kept, and you return to "
            "this page."
        )
    st.title("Changeover", anchor=False)
    st.error(why_nobody(claims, st.secrets.get(ROLES)))
    denied("no role")
    st.button("Sign out", icon=":material/logout:", on_click=st.logout, key="sign-out")
    st.stop()


def denied(why: str) -> None:
    """A line in the journal that somebody was not let in; one for each window."""
    if st.session_state.get(DENIED) != why:
        st.session_state[DENIED] = why
        journal.note("sign_in.enter", address_of(st.user.to_dict()), why)


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
    if person := person_behind(st.user.to_dict()):
        unfinished.resume(person.actor, now)
    unfinished.lead_on(now)


def claims_of(cookies: Mapping[str, str]) -> dict[str, Any]:
    """What the cookie of a sign-in says, if we signed it; else nothing."""
    try:
        said = json.loads(_get_signed_cookie_with_chunks(dict(cookies), USER_COOKIE_NAME) or "{}")
    except ValueError:
        return {}
    return said if isinstance(said, dict) else {}


def has_come(claims: Mapping[str, Any]) -> bool:
    """Whether that is somebody who has signed in, and has not signed out since."""
    return bool(claims.get("is_logged_in")) and _sign_in(claims) not in LEFT


def has_left(claims: Mapping[str, Any]) -> None:
    """End this sign-in, wherever it is used; each of its tabs asks within seconds."""
    journal.note("door.sign_out", address_of(claims))
    if claims:
        LEFT[_sign_in(claims)] = None
    while len(LEFT) > MOST_LEFT:
        LEFT.popitem(last=False)


def has_ended(claims: Mapping[str, Any], settings: Settings) -> bool:
    """Whether the session is over: by its length, or because an administrator has ended it.

    Streamlit checks no expiry.
    """
    issued: Any = claims.get("iat")
    if has_expired(issued, session(settings)):
        return True
    return issued * SECOND_US < settings.sessions_ended.get(mark_of(address_of(claims)), 0)


def session(settings: Settings | None = None) -> timedelta:
    """How long a session lasts from its token's issue."""
    return timedelta(hours=(settings or set_now()).session_hours)


def set_now() -> Settings:
    """What is set now; also while the log cannot be had, when there is nothing to be seen or done.

    The log is not asked for strangers.
    """
    try:
        return handle.held(handle.log_place()).store.settings
    except LogRefused:
        return Settings()


def mark_of(address: str) -> str:
    """What stands in the log for an address: always the same, and nobody can tell which.

    It hangs on the secret that sign-ins hang on, which all servers have.
    """
    section = st.secrets.get(AUTH)
    secret = str(section.get("cookie_secret", "")) if isinstance(section, Mapping) else ""
    return hmac.digest(secret.encode(), address.encode(), "sha256").hex()[:MARK_SIGNS]


def addresses() -> list[str]:
    """All that have a role now: nobody else can have a session."""
    roles = st.secrets.get(ROLES)
    return sorted({small(key) for key in roles}) if isinstance(roles, Mapping) else []


def _sign_in(claims: Mapping[str, Any]) -> tuple[str, ...]:
    """What tells one sign-in from another: whose, when, and the provider's number of it."""
    return tuple(str(claims.get(name, "")) for name in ("iss", "sub", "email", "iat", "nonce"))


def has_expired(issued: Any, session: timedelta) -> bool:
    """Whether a token issued then (seconds since 1970) has run out.

    So has one without a time, with one that cannot be, or one that is as far ahead.
    """
    if not isinstance(issued, int | float) or isinstance(issued, bool):
        return True
    try:
        age = clock.issuers_now() - datetime.fromtimestamp(issued, UTC)
    except (OverflowError, ValueError, OSError):  # what JSON can hold and no clock can show
        return True
    return abs(age) > session


def person_behind(claims: Mapping[str, Any]) -> Person | None:
    """The person that the claims name, by what the secrets say now; None without a role."""
    trust = st.secrets.get(TRUST)
    trusts = isinstance(trust, Mapping) and trust.get("trust_unverified_email") is True
    return person_of(claims, st.secrets.get(ROLES), trusts=trusts)


def person_of(claims: Mapping[str, Any], roles: Any, *, trusts: bool = False) -> Person | None:
    """The person that the claims name, with the role that the table gives; None without one.

    `trusts`: an address counts as verified where the provider does not say whether it is.
    """
    granted, who = granted_to(claims, roles), identity_of(claims)
    if granted is None or is_reserved(who.name) or not is_verified(claims, trusts=trusts):
        return None
    if isinstance(granted, str):
        known = granted in (Role.VIEWER, Role.LEAD, Role.ADMIN)
        return Person(who.name, Role(granted), identity=who) if known else None
    listed = list[Any](granted) if isinstance(granted, list | tuple) else []
    parties = frozenset(party for party in Party if party in listed)
    return Person(who.name, Role.MEMBER, parties, who) if parties else None


def identity_of(claims: Mapping[str, Any]) -> Identity:
    """Who that is: by issuer and subject, which nobody can choose, and the name that they go by."""
    email, name = address_of(claims), claims.get("name")
    named = name.strip() if isinstance(name, str) else ""
    fits = is_one_line(named) and 0 < len(named) <= LONGEST_NAME
    key = key_of(str(claims.get("iss", "")), str(claims.get("sub") or email))
    return Identity(key, named if fits else email, email)


def why_nobody(claims: Mapping[str, Any], roles: Any) -> str:
    """Why the claims of somebody who has signed in name no person here, and what to do."""
    if granted_to(claims, roles) is None:
        return NO_ROLE
    if is_reserved(identity_of(claims).name):
        return RESERVED
    return ODD_ROLE if person_of({**claims, "email_verified": True}, roles) is None else UNVERIFIED


def granted_to(claims: Mapping[str, Any], roles: Any) -> Any:
    """What the table of roles holds for the address of the claims; None if nothing."""
    email = address_of(claims)
    if not email or not isinstance(roles, Mapping):
        return None
    return {small(key): value for key, value in roles.items()}.get(email)


def is_verified(claims: Mapping[str, Any], *, trusts: bool) -> bool:
    """Whether the provider says that the address is this person's; some say it as a text."""
    said = claims.get("email_verified")
    if said is None:
        return trusts
    return said is True or (isinstance(said, str) and said.strip().lower() == "true")


def address_of(claims: Mapping[str, Any]) -> str:
    """The e-mail address of the claims, in small letters; empty if there is none."""
    email = claims.get("email")
    return small(email) if isinstance(email, str) else ""


def small(address: str) -> str:
    """An address as addresses are compared."""
    return address.strip().translate(SMALL)
