"""Who may enter. Every page asks first: Streamlit may run a page without the entry point.

Without [auth] in the secrets this is local mode: only this machine, seen from this machine.
Whoever may not enter is shown how to set up sign-in, and nothing else.
"""

from collections.abc import Sequence
from ipaddress import ip_address
from urllib.parse import urlsplit

import streamlit as st
from streamlit.errors import StreamlitSecretNotFoundError

from dashboard.people import Person
from dashboard.ui import capacity, sign_in, visitor

# What a proxy adds. Behind one the address says nothing about where the visitor is.
FORWARDED = ("Forwarded", "X-Forwarded-For", "X-Forwarded-Host", "X-Real-Ip")

HOW_TO = """\
To open it to others, set up sign-in in `.streamlit/secrets.toml` and start it again:

```toml
[auth]
redirect_uri = "https://changeover.example.com/oauth2callback"
cookie_secret = "a long random text"
client_id = "…"
client_secret = "…"
server_metadata_url = "https://login.example.com/.well-known/openid-configuration"

[roles]  # viewer, lead, admin, or the parties that a member acts for
"t.vance@example.com" = "lead"
"m.lindqvist@example.com" = ["CS representative"]
```
"""


def admit() -> Person:
    """The visitor as somebody who acts; ends the run without another word if nobody may enter."""
    capacity.ask_for_room()
    if has_sign_in():
        return sign_in.signed_in()
    why = why_not_local(st.get_option("server.address"), hosts(), is_forwarded())
    if why:
        st.title("Changeover", anchor=False)
        st.error(why, title="Not open from here")
        st.markdown(HOW_TO)
        st.stop()
    return visitor.chosen()


def has_run_out() -> bool:
    """Whether the visitor's session has ended since the page was drawn."""
    return has_sign_in() and sign_in.has_ended()


def come_back() -> None:
    """Take somebody who has just signed in again to where the session ended."""
    if has_sign_in():
        sign_in.come_back()


def stay() -> None:
    """What runs without its page, on a click or a timer, sends a session that has ended away."""
    if has_run_out():
        st.rerun()


def leave_or_choose(person: Person) -> None:
    """Who acts, at the top right: with the way to sign out, or to act as somebody else."""
    if has_sign_in():
        sign_in.leave(person)
    else:
        visitor.choose(person)


def has_sign_in() -> bool:
    """Whether [auth] is set up; secrets that cannot be read keep everybody out."""
    try:
        return "auth" in st.secrets
    except StreamlitSecretNotFoundError as missing:
        if getattr(missing, "error_id", "") == "no-secrets-found":
            return False
        st.title("Changeover", anchor=False)
        st.error("The file secrets.toml cannot be read. Mend it, then reload this page.")
        st.stop()


def hosts() -> Sequence[str]:
    """The Host headers with which the visitor came."""
    return st.context.headers.get_all("Host")


def is_forwarded() -> bool:
    """Whether a proxy stands between."""
    return any(st.context.headers.get_all(name) for name in FORWARDED)


def why_not_local(address: str | None, hosts: Sequence[str], forwarded: bool) -> str:
    """Why local mode does not admit this visitor; empty if it does."""
    if not address or not is_loopback(address):
        return (
            "Changeover runs without sign-in, and that is for this machine only: start it with "
            "`--server.address 127.0.0.1`."
        )
    if forwarded or len(hosts) != 1 or not is_loopback(host_name(hosts[0])):
        return (
            "Changeover runs without sign-in, and that is for this machine only: open it on the "
            "machine itself, as `http://127.0.0.1`."
        )
    return ""


def host_name(host: str) -> str:
    """A Host header without its port; empty if it is malformed."""
    try:
        parts = urlsplit(f"//{host}")
        parts.port  # noqa: B018 - raises if it is no number
    except ValueError:
        return ""
    return parts.hostname or "" if parts.netloc == host and "@" not in host else ""


def is_loopback(name: str) -> bool:
    """Whether a host name or address is this machine's own."""
    if name.lower() == "localhost":
        return True
    try:
        return ip_address(name.strip("[]")).is_loopback
    except ValueError:
        return False
