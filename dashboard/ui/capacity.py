"""How many files this process may open, and that the last ones are kept for who is here already.

Each session takes four: its connection, and three for an event loop that Streamlit makes it.
"""

import resource
from contextlib import suppress
from pathlib import Path

import streamlit as st

OPEN = Path("/dev/fd")  # a name for each file that is open; Linux and macOS have it
MOST = 65_536  # more would be other sessions than one process can serve
PART_KEPT = 8  # one in so many, for the log, its reports and reconnecting visitors …
LEAST_KEPT = 64  # … and at least as many
INSIDE = "is-inside"  # in the state of a session that was let in


def use_all() -> None:
    """Raise this process's limit to what it may be: shells and systemd begin with 1,024."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    allowed = MOST if hard == resource.RLIM_INFINITY else min(hard, MOST)
    if soft != resource.RLIM_INFINITY and soft < allowed:
        with suppress(ValueError, OSError):  # macOS has a limit of its own below
            resource.setrlimit(resource.RLIMIT_NOFILE, (allowed, hard))


def is_full() -> bool:
    """Whether another visitor would take what those need who are here."""
    limit, _ = resource.getrlimit(resource.RLIMIT_NOFILE)
    if limit == resource.RLIM_INFINITY:
        return False
    try:
        used = sum(1 for _ in OPEN.iterdir())
    except OSError:
        return True  # not even that can be opened
    return used > limit - max(limit // PART_KEPT, LEAST_KEPT)


def ask_for_room() -> None:
    """Let a new visitor in if there is room, else say so and end the run; others stay."""
    if INSIDE in st.session_state:
        return
    if is_full():
        st.title("Changeover", anchor=False)
        st.error(
            "Too many pages are open on this server. Close pages you do not need, then try again "
            "in a few minutes. If this continues, tell your administrator.",
            title="The server is full",
        )
        st.button("Try again", icon=":material/refresh:", key="try-for-room")
        st.stop()
    st.session_state[INSIDE] = True
