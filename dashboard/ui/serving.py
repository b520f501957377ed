"""What a server does once, before its first visitor and after its last."""

import asyncio
import gc
import signal
import socket
from collections.abc import AsyncGenerator, Callable
from contextlib import asynccontextmanager, suppress
from types import FrameType

import streamlit as st
import uvicorn
from starlette.middleware import Middleware

from dashboard import journal, worker
from dashboard.errors import LogRefused
from dashboard.ui import capacity, guard, handle
from dashboard.ui.door import Door

MIDDLEWARE = [Middleware(Door)]
ENDINGS = (signal.SIGINT, signal.SIGTERM)
Handler = Callable[[int, FrameType | None], None]


@asynccontextmanager
async def lifespan(_app: st.App) -> AsyncGenerator[None]:
    """Open the log before anybody asks for a page; close it when the server has stopped.

    A log that cannot be had keeps no server from starting: its pages say why, and try again.
    """
    gc.disable()  # all that is made until the log is open stays
    worker.take_short_turns()
    journal.begin()
    guard.is_set_up()  # remembered: who deletes the secrets later opens nothing
    end_in_order()
    capacity.use_all()
    with suppress(LogRefused):
        await asyncio.to_thread(handle.held, handle.log_place())
    answer_at_once()
    # What the imports and the log left is no garbage: no collection need look at it.
    gc.freeze()
    gc.enable()
    try:
        yield
    finally:
        await asyncio.to_thread(handle.end)


def end_in_order() -> None:
    """Let a signal end the server, and the process by itself once all is done.

    Uvicorn raises the signal again when it has stopped, which kills the process in the middle of
    what its threads still do, and tells whoever asked for the end that it failed.
    """
    for one in ENDINGS:
        server = getattr(signal.getsignal(one), "__self__", None)
        if isinstance(server, uvicorn.Server):
            signal.signal(one, _ending(server))


def _ending(server: uvicorn.Server) -> Handler:
    def end(number: int, _frame: FrameType | None) -> None:
        server.force_exit = server.should_exit and number == signal.SIGINT  # asked for twice
        server.should_exit = True

    return end


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
