"""Empties the outbox as long as the application runs, on a thread of its own."""

import time
from collections.abc import Callable
from datetime import datetime

from dashboard.errors import DashboardError
from dashboard.instants import to_datetime
from dashboard.messages.daily import send_digests
from dashboard.messages.run import Report, Run
from dashboard.messages.sending import send_waiting
from dashboard.messages.server import MailServer
from dashboard.people import Person
from dashboard.steady import Steady
from dashboard.store import Store
from dashboard.worker import Worker

NAME = "courier"
EVERY_SECONDS = 20  # between two looks at what waits …
RARELY_SECONDS = 900  # … and at most, while the server cannot be used


class Courier:
    """Sends what waits, soon after it was put into the outbox. `trouble`: why it cannot now.

    Stop it before the store is closed: a message whose sending has begun is then sent to its end.
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
        self._pause = every
        self._worker = Worker(NAME, self._work)
        self._run = Run(by, clock, self._worker.wait, claim)

    def start(self) -> None:
        """Begin to send."""
        self._worker.start()

    def stop(self) -> None:
        """Send what has begun to its end, and no more."""
        self._worker.stop()

    def _work(self) -> float:
        if doubt := self._steady.doubt(to_datetime(self._store.log.last_recorded_us())):
            self.trouble, self._pause = str(doubt), self._every
        else:
            self._look()
            self._pause = min(2 * self._pause, RARELY_SECONDS) if self.trouble else self._every
        return self._pause

    def _look(self) -> None:
        try:
            self.last = send_waiting(self._store, self._server, self._run)
            self.trouble = self.last.trouble
            if self._with_digests:
                send_digests(self._store, self._server, self._run)
        except DashboardError as refusal:
            self.trouble = str(refusal)
