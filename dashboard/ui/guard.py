"""Who may enter. Every page asks first: Streamlit may run a page without the entry point.

Without [auth] in the secrets this is local mode: only this machine, seen from this machine.
Whoever may not enter is shown how to set up sign-in, and nothing else.
"""

import threading
from collections.abc import Sequence
from ipaddress import ip_address
from urllib.parse import urlsplit

import streamlit as st
from streamlit.errors import StreamlitSecretNotFoundError

from dashboard import journal
from dashboard.people import Person
from dashboard.ui import capacity, sign_in, visitor

# What proxies add. Behind one the address says nothing about where the visitor is.
FORWARDED = (
    "forwarded", "via", "x-real-ip", "x-client-ip", "x-cluster-client-ip", "x-original-host",
    "true-client-ip", "cf-connecting-ip", "client-ip",
)  # fmt: skip
# Once sign-in was set up, this process never becomes local: somebody may delete the secrets.
SET_UP = threading.Event()
DENIED = "denied"

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
    why = why_not_local(
        st.get_option("server.address"), hosts(), forwarded=is_forwarded(), browser=is_browser()
    )
    if why:
        if not st.session_state.get(DENIED):  # one line for each window
            st.session_state[DENIED] = True
            journal.note("guard.admit", "", "not local")
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
    """Whether [auth] is set up.

    Secrets that cannot be read, or have lost it since this process began, keep everybody out.
    """
    found = is_set_up()
    if found is None or (SET_UP.is_set() and not found):
        st.title("Changeover", anchor=False)
        st.error("The file secrets.toml cannot be read. Mend it, then reload this page.")
        st.stop()
    return found


def is_set_up() -> bool | None:
    """Whether the secrets have [auth] now, which this process remembers; None: unreadable."""
    try:
        found = "auth" in st.secrets
    except StreamlitSecretNotFoundError as missing:
        return False if getattr(missing, "error_id", "") == "no-secrets-found" else None
    if found:
        SET_UP.set()
    return found


def hosts() -> Sequence[str]:
    """The Host headers with which the visitor came."""
    return st.context.headers.get_all("Host")


def is_forwarded() -> bool:
    """Whether a proxy stands between."""
    names = [name.lower() for name in st.context.headers]
    return any(name in FORWARDED or name.startswith("x-forwarded") for name in names)


def is_browser() -> bool:
    """Whether a browser asks, from a page of this very address.

    Most proxies leave Origin as it was, also where they say nothing of themselves.
    """
    headers, here = st.context.headers, list(hosts())
    schemes = ("http", "https")  # Streamlit speaks both
    origins = [[f"{scheme}://{host}" for host in here] for scheme in schemes]
    return bool(headers.get("User-Agent")) and headers.get_all("Origin") in origins


def why_not_local(
    address: str | None, hosts: Sequence[str], *, forwarded: bool, browser: bool = True
) -> str:
    """Why local mode does not admit this visitor; empty if it does."""
    if not address or not is_loopback(address):
        return (
            "Changeover runs without sign-in, and that is for this machine only: start it with "
            "`--server.address 127.0.0.1`."
        )
    here = len(hosts) == 1 and is_loopback(host_name(hosts[0]))
    if forwarded or not browser or not here:
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
