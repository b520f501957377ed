"""What a server does once, before its first page: no time is lost on it later."""

import gc
import socket
from contextlib import suppress

import streamlit as st


@st.cache_resource(show_spinner=False)
def settle() -> None:
    """Once for the process. What the imports left is no garbage: no collection need look at it."""
    answer_at_once()
    gc.collect()
    gc.freeze()


def answer_at_once() -> None:
    """Let this process's connections send a small message before the last one is acknowledged.

    Streamlit 1.67 makes its socket so that asyncio does not see that it is TCP and leaves Nagle's
    algorithm on, as uvicorn does with several workers (its issue 3149). The visitor's machine puts
    acknowledgements off, so that a page came 40 ms late. What a listening socket is told holds for
    the connections that it will take.
    """
    for one in gc.get_objects():
        if isinstance(one, socket.socket) and one.family in (socket.AF_INET, socket.AF_INET6):
            with suppress(OSError):  # closed by now, or none of TCP
                one.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
