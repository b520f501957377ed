"""Whether this machine's clock can be believed: against the log's last event, and time that passed.

The log never goes back. What is stored while a clock is ahead keeps everybody from storing anything
for as long as it was ahead; so nothing is stored unattended before the clock is confirmed.
"""

import time
from collections.abc import Callable
from datetime import datetime, timedelta

from dashboard.errors import Sentence

HARMLESS = timedelta(minutes=5)  # after the last event: clocks of one office differ by as much
BEHIND = timedelta(hours=1)  # before the last event: it, or this clock, was wrong
RESTED = timedelta(days=4)  # after the last event: longer than a long weekend
NEAR = timedelta(days=1)  # after the last event: as on a working day
PROOF, LONG_PROOF = timedelta(minutes=10), timedelta(hours=1)  # of going on as time does
JUMP = timedelta(minutes=1)  # more than a clock is slowed or hurried in a day


class Steady:
    """A clock that is watched: since when it has gone on as time itself does, as far as is known.

    `clock` gives the instant, `monotonic` seconds that nobody sets. Not for several threads.
    """

    def __init__(
        self, clock: Callable[[], datetime], monotonic: Callable[[], float] = time.monotonic
    ) -> None:
        self._clock, self._monotonic = clock, monotonic
        self._since, self._seconds = clock(), monotonic()

    def doubt(self, last: datetime) -> Sentence | None:
        """Why nothing is stored unattended now; None if the clock is confirmed.

        `last` is when the log's last event was recorded. The clock is confirmed if it says little
        more than that, if that was recorded since the clock has gone steadily, or once it has gone
        so for long: ten minutes, or an hour where nothing was recorded for a day.
        """
        now, passed = self._look()
        if told := behind(now, last):
            return told
        needed = PROOF if now - last <= NEAR else LONG_PROOF
        if now - last <= HARMLESS or last >= self._since or passed >= needed:
            return None
        minutes = -((passed - needed) // timedelta(minutes=1))
        return Sentence(
            "Automatic work is paused until this machine’s clock is confirmed: when someone "
            "records something, or in {minutes} min.",
            minutes=minutes,
        )

    def _look(self) -> tuple[datetime, timedelta]:
        """The instant, and for how long the clock has gone steadily."""
        now, seconds = self._clock(), self._monotonic()
        passed = timedelta(seconds=seconds - self._seconds)
        if abs(now - self._since - passed) > JUMP:
            self._since, self._seconds, passed = now, seconds, timedelta()
        return now, passed


def behind(now: datetime, last: datetime) -> Sentence | None:
    """That nothing can be stored, since the log's last event lies ahead; None if it does not."""
    if last - now <= BEHIND:
        return None
    return Sentence(
        "This machine’s clock says {now}, but the log was last written at {last}. Nothing can be "
        "saved until then. Correct the clock. If it is right now, it was ahead before: `python -m "
        "dashboard repair-clock` makes a log that works again (docs/operate.md, The clock).",
        now=now,
        last=last,
    )


def rested(now: datetime, last: datetime) -> Sentence | None:
    """That nothing was recorded for days; None if something was."""
    if now - last <= RESTED or not last.timestamp():  # nothing was ever recorded
        return None
    return Sentence(
        "Nothing has been recorded for {days} days. If that is unexpected, check this machine’s "
        "clock: it says {now}.",
        days=(now - last).days,
        now=now,
    )
