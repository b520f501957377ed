"""Learns from the log as long as the application runs, on a thread of its own."""

import os
import sys
import threading
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from datetime import date, datetime

import pyarrow as pa

from dashboard.errors import DashboardError, Sentence
from dashboard.forecast import Forecaster, learn, track_record, with_stored
from dashboard.forecasting.keeping import keep_daily
from dashboard.instants import to_datetime, to_us
from dashboard.people import Person
from dashboard.steady import Steady
from dashboard.store import Store
from dashboard.worker import Worker

NAME = "learner"
FIRST_SECONDS = 10  # after the start: the first pages are drawn by then
EVERY_SECONDS = 60  # between two looks at what has been completed
BREATH_SECONDS = 0.02  # between two pieces of learning, for the pages
MORE = 20  # it is learnt anew with each twentieth more cases, and every day
NICENESS = 10
# What a strange log can do to arithmetic. A page shows the rest then.
FAILURES = (DashboardError, ArithmeticError, LookupError, MemoryError, ValueError)


@dataclass(frozen=True, slots=True, eq=False)
class Learnt:
    """A forecaster, and how good forecasts have been: the trial's, and those stored since."""

    forecaster: Forecaster
    record: pa.Table


class Learner:
    """Keeps what was last learnt in `learnt`; until then, and where it fails, `trouble` says why.

    `waits` says why today's forecast is not stored yet, if that is for the clock.

    Each time it reads the log once, into memory, and works on that: at most 6,000 cases. Stop it
    before the store is closed.
    """

    def __init__(
        self,
        store: Store,
        *,
        by: Person,
        clock: Callable[[], datetime],
        first: float = FIRST_SECONDS,
        every: float = EVERY_SECONDS,
        monotonic: Callable[[], float] = time.monotonic,
    ) -> None:
        self.learnt: Learnt | None = None
        self.trouble = ""
        self.waits: Sentence | None = None
        self._steady = Steady(clock, monotonic)
        self._store, self._by, self._clock = store, by, clock
        self._every = every
        self._tried: tuple[date, int] | None = None
        self._worker = Worker(NAME, self._work, first=first)

    def start(self) -> None:
        """Begin to learn."""
        self._worker.start()

    def stop(self) -> None:
        """Learn no more; what is being learnt is given up."""
        self._worker.stop()

    def cases(self) -> int:
        """How many completed cases there are to learn from."""
        return sum(self._finished().values())

    def look(self) -> None:
        """Learn, if that is due, and store today's forecast, if that is."""
        now = self._now()
        self.waits = self._steady.doubt(to_datetime(self._store.log.last_recorded_us()))
        if self._is_due(now):
            try:
                self.learnt, self.trouble = self._learn(now), ""
            except FAILURES as failure:
                self.trouble = str(failure) or type(failure).__name__
        if self.learnt and not self.waits:
            # what cannot be stored now is tried again at the next look
            with suppress(*FAILURES):
                keep_daily(self._store, self.learnt.forecaster, by=self._by, now=self._now())

    def _now(self) -> datetime:
        return max(self._clock(), to_datetime(self._store.log.last_recorded_us()))

    def _finished(self) -> dict[str, int]:
        table = self._store.run("forecast_finished", now=self._clock())
        return {row["workflow"]: row["n"] for row in table.to_pylist()}

    def _is_due(self, now: datetime) -> bool:
        """Whether a day has passed, or a twentieth more cases are completed, since the last try."""
        today = self._store.settings.calendar.local_date([to_us(now)])[0].astype(object)
        finished, before = self.cases(), self._tried
        if before and today == before[0] and finished < before[1] + max(before[1] // MORE, 1):
            return False
        self._tried = today, finished
        return True

    def _learn(self, now: datetime) -> Learnt:
        forecaster = learn(self._store, now, pause=self._pause)
        judged = with_stored(forecaster, self._store, now)
        record = track_record(judged, self._store.settings.calendar, pause=self._pause)
        return Learnt(forecaster, record)

    def _work(self) -> float:
        _step_back()
        self.look()
        return self._every

    def _pause(self) -> None:
        """Let the pages go first."""
        self._worker.wait(BREATH_SECONDS)


def _step_back() -> None:
    """Let the rest of the machine go before this thread. Only Linux gives each thread its own."""
    if sys.platform == "linux":
        with suppress(OSError):
            os.setpriority(os.PRIO_PROCESS, threading.get_native_id(), NICENESS)
