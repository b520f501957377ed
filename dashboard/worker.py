"""Work that goes on in the background as long as the application runs, on a thread of its own."""

import sys
import threading
import time
from collections.abc import Callable

NOTICE_SECONDS = 0.5  # until it is seen that the process ends
TURN_SECONDS = 0.0005  # Python's own is ten times as long


class Stopped(Exception):
    """The work is to stop: nobody waits for it any longer."""


class Worker:
    """Does its work again and again. `work` gives the seconds until the next time.

    It ends when it is stopped, in the middle of its work wherever that waits by `wait`; or when the
    process has come to its end, which waits for it. No daemon: one that is cut off in the middle of
    a query takes the process down with it.
    """

    def __init__(self, name: str, work: Callable[[], float], *, first: float = 0.0) -> None:
        self._work, self._first = work, first
        self._stopping = threading.Event()
        # said, since a thread of a page is a daemon, and so is what it starts
        self._thread = threading.Thread(target=self._go_on, name=name, daemon=False)

    def start(self) -> None:
        """Begin, after `first` seconds."""
        self._thread.start()

    def stop(self) -> None:
        """End, and wait until that is so. Twice does no harm."""
        self._stopping.set()
        if self._thread.is_alive():
            self._thread.join()

    def wait(self, seconds: float) -> None:
        """Wait; raises Stopped once it is to stop, and at once."""
        until = time.monotonic() + seconds
        while not self._is_over and (left := until - time.monotonic()) > 0:
            self._stopping.wait(min(left, NOTICE_SECONDS))
        if self._is_over:
            raise Stopped

    @property
    def is_alive(self) -> bool:
        """Whether it has begun and not ended."""
        return self._thread.is_alive()

    def _go_on(self) -> None:
        try:
            self.wait(self._first)
            while True:
                self.wait(self._work())
        except Stopped:
            return

    @property
    def _is_over(self) -> bool:
        """Whether somebody has said so, or the process has come to its end and waits for this."""
        return self._stopping.is_set() or not threading.main_thread().is_alive()


def take_short_turns() -> None:
    """Let no thread of this process keep the others from their turn for long.

    Whoever asks the database gives its turn away, and gets it back only once a thread that computes
    (an import, learning to forecast, another page) has had its own. A command asks dozens of times.
    """
    sys.setswitchinterval(TURN_SECONDS)
