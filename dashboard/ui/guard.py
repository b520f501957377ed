"""Who may enter, and who still may. Every page asks first, and so does all that runs without it.

Streamlit may run a page without the entry point, and runs fragments, dialogs and callbacks for as
long as a page is open. They are made here, so that none does anything for somebody whose session
has ended, or whose role is not the one that the page was drawn for.

Without [auth] in the secrets this is local mode: only this machine, seen from this machine.
Whoever may not enter is shown how to set up sign-in, and nothing else.
"""

import os
import threading
from collections.abc import Callable, Sequence
from functools import wraps
from ipaddress import ip_address
from typing import Literal, ParamSpec
from urllib.parse import urlsplit

import streamlit as st
from streamlit.errors import StreamlitSecretNotFoundError
from streamlit.runtime.scriptrunner import get_script_run_ctx

from dashboard import journal
from dashboard.people import Person
from dashboard.ui import capacity, handle, sign_in, visitor

# What proxies add. Behind one the address says nothing about where the visitor is.
FORWARDED = (
    "forwarded", "via", "x-real-ip", "x-client-ip", "x-cluster-client-ip", "x-original-host",
    "true-client-ip", "cf-connecting-ip", "client-ip",
)  # fmt: skip
# Once sign-in was set up, this process never becomes local: somebody may delete the secrets.
SET_UP = threading.Event()
DENIED = "denied"
ADMITTED = "admitted"  # in the state of a session: for whom its page was drawn
DONE = "done"  # the button whose deed was done: its key, and the part of the page it stands in
UNDONE = "undone"  # that a click came to nothing, since that is not so any more
CHANGED = (
    "Nothing was saved: your role has changed since this page was loaded. Review the page and try "
    "again."
)
P = ParamSpec("P")
Stamp = tuple[int, int, int] | None  # what tells a file from what it was; None: there is none
_read: list[list[Stamp]] = []  # the secrets' files as they were last read
_reading = threading.Lock()

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
    person = sign_in.signed_in() if has_sign_in() else _local()
    st.session_state[ADMITTED] = person
    return person


def standing() -> Person | None:
    """Who this is and what they may, now; None for nobody who may be here."""
    is_so = is_set_up()
    if is_so:
        return sign_in.standing(st.user.to_dict())
    return None if is_so is None or SET_UP.is_set() else visitor.chosen()


def stands() -> bool:
    """Whether the visitor still is who the page was drawn for, and may the same.

    In local mode they act as whom they choose, also in the middle of a page.
    """
    person = standing()
    return person is not None and (not SET_UP.is_set() or person == st.session_state.get(ADMITTED))


def stay() -> None:
    """What runs without its page, on a click or a timer, ends there if that is not so any more."""
    if not stands():
        st.rerun()


def fragment(
    run_every: float | None = None,
) -> Callable[[Callable[P, None]], Callable[P, None]]:
    """A part of a page that runs by itself, as Streamlit's own; each time it asks first."""
    return lambda draw: st.fragment(_staying(draw), run_every=run_every)


def dialog(
    title: str,
    *,
    width: Literal["small", "large"] = "small",
    icon: str | None = None,
    on_dismiss: Callable[[], None] | None = None,
) -> Callable[[Callable[P, None]], Callable[P, None]]:
    """Likewise a dialog."""
    dismiss = asking(on_dismiss) if on_dismiss else "ignore"
    opened = st.dialog(title, width=width, icon=icon, on_dismiss=dismiss)
    return lambda draw: opened(_staying(draw))


def asking(do: Callable[P, object]) -> Callable[P, None]:
    """What a click does: nothing if the page was drawn for somebody who may less, or more, now."""

    @wraps(do)
    def asked(*args: P.args, **kwargs: P.kwargs) -> None:
        if stands():
            handle.write_for_department()
            do(*args, **kwargs)
        else:
            st.session_state[UNDONE] = True

    return asked


def why_undone() -> str:
    """Why the last click came to nothing, said once; empty if it did not."""
    return CHANGED if st.session_state.pop(UNDONE, False) else ""


def _staying(draw: Callable[P, None]) -> Callable[P, None]:
    @wraps(draw)
    def asked(*args: P.args, **kwargs: P.kwargs) -> None:
        stay()
        handle.write_for_department()
        draw(*args, **kwargs)
        if _was_pressed_elsewhere():
            st.rerun()  # the click came along with what was typed here

    return asked


def _was_pressed_elsewhere() -> bool:
    """Whether this run is of parts of the page in which the button that was pressed is not."""
    done, context = st.session_state.get(DONE), get_script_run_ctx()
    parts = context.fragment_ids_this_run if context else None
    return bool(done and parts and done[1] not in parts)


def _local() -> Person:
    """The visitor in local mode; ends the run if it is not open from there."""
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


def come_back() -> None:
    """Take somebody who has just signed in again to where the session ended."""
    if has_sign_in():
        sign_in.come_back()


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
        st.error("The file secrets.toml cannot be read. Fix it, then reload this page.")
        st.stop()
    return found


def is_set_up() -> bool | None:
    """Whether the secrets have [auth] now, which this process remembers; None: unreadable."""
    _read_anew()
    try:
        found = "auth" in st.secrets
    except StreamlitSecretNotFoundError as missing:
        return False if getattr(missing, "error_id", "") == "no-secrets-found" else None
    if found:
        SET_UP.set()
    return found


def _read_anew() -> None:
    """Have the secrets read again if a file of theirs is another one than when they were read.

    Streamlit looks, too, but not at one that is older than the last, and never again once it has
    met one that cannot be read.
    """
    with _reading:
        found = [_stamp(path) for path in st.get_option("secrets.files")]
        if _read and _read != [found]:
            st.secrets._reset()
        _read[:] = [found]


def _stamp(path: str) -> Stamp:
    try:
        status = os.stat(path)  # noqa: PTH116 - asked at every turn
    except OSError:
        return None
    return status.st_mtime_ns, status.st_size, status.st_ino


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
            "Changeover is running without sign-in, which is allowed on this machine only. Start "
            "it with `--server.address 127.0.0.1`."
        )
    here = len(hosts) == 1 and is_loopback(host_name(hosts[0]))
    if forwarded or not browser or not here:
        return (
            "Changeover is running without sign-in, which is allowed on this machine only. Open "
            "it on the machine itself, at `http://127.0.0.1`."
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
