"""Empties the outbox as long as the application runs, on a thread of its own."""

import threading
import time
from collections.abc import Callable
from datetime import datetime

from dashboard.errors import DashboardError
from dashboard.instants import to_datetime
from dashboard.outbox.digests import send_digests
from dashboard.outbox.run import Report, Run
from dashboard.outbox.sending import send_waiting
from dashboard.outbox.server import MailServer
from dashboard.people import Person
from dashboard.steady import Steady
from dashboard.store import Store

NAME = "courier"
EVERY_SECONDS = 20  # between two looks at what waits …
RARELY_SECONDS = 900  # … and at most, while the server cannot be used
NOTICE_SECONDS = 0.5  # until it is seen that the process ends


class _Stopped(Exception):
    """The courier is to stop: nobody waits any longer."""


class Courier:
    """Sends what waits, soon after it was put into the outbox. `trouble`: why it cannot now.

    Stop it before the store is closed: a message whose sending has begun is then sent to its end.
    So it is when the process ends, which waits for it: no daemon, since one that is cut off in the
    middle of a query takes the process down with it.
    """

    def __init__(
        self,
        store: Store,
        server: MailServer,
        *,
        by: Person,
        clock: Callable[[], datetime],
        claim: str,
        with_digests: bool = False,
        every: float = EVERY_SECONDS,
        monotonic: Callable[[], float] = time.monotonic,
    ) -> None:
        self._steady = Steady(clock, monotonic)
        self.trouble = ""
        self.last: Report | None = None
        self._store, self._server, self._every = store, server, every
        self._with_digests = with_digests
        self._run = Run(by, clock, self._wait, claim)
        self._stopping = threading.Event()
        # said, since a thread of a page is a daemon, and so is what it starts
        self._thread = threading.Thread(target=self._work, name=NAME, daemon=False)

    def start(self) -> None:
        """Begin to send."""
        self._thread.start()

    def stop(self) -> None:
        """Send what has begun to its end, and no more."""
        self._stopping.set()
        if self._thread.is_alive():
            self._thread.join()

    def _work(self) -> None:
        try:
            pause = self._every
            while True:
                if doubt := self._steady.doubt(to_datetime(self._store.log.last_recorded_us())):
                    self.trouble, pause = doubt, self._every
                else:
                    self._look()
                    pause = min(2 * pause, RARELY_SECONDS) if self.trouble else self._every
                self._wait(pause)
        except _Stopped:
            return

    def _look(self) -> None:
        try:
            self.last = send_waiting(self._store, self._server, self._run)
            self.trouble = self.last.trouble
            if self._with_digests:
                send_digests(self._store, self._server, self._run)
        except DashboardError as refusal:
            self.trouble = str(refusal)

    def _wait(self, seconds: float) -> None:
        """Wait; raises _Stopped once it is to stop, and at once."""
        until = time.monotonic() + seconds
        while not self._is_over and (left := until - time.monotonic()) > 0:
            self._stopping.wait(min(left, NOTICE_SECONDS))
        if self._is_over:
            raise _Stopped

    @property
    def _is_over(self) -> bool:
        """Whether somebody has said so, or the process has come to its end and waits for this."""
        return self._stopping.is_set() or not threading.main_thread().is_alive()
