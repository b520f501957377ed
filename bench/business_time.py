"""Business time: intervals (two positions each) a second, ours and by pm4py's business hours.

Both measure the same intervals of 2024 to 2026 on one calendar, Monday to Friday 08:00 to 17:00 in
New York, once without holidays and once with the US federal ones, in turns in one process. What
either needs (UTC microseconds, naive local times) is made before its clock runs. pm4py counts
wall-clock seconds as floats, so results must agree to its last digit; on this calendar no clock
change falls into opening hours, else they could not.
"""

import contextlib
import io
from collections.abc import Callable
from datetime import UTC, date, datetime
from time import perf_counter
from typing import Any
from zoneinfo import ZoneInfo

import numpy as np

from dashboard.instants import to_datetime, to_us
from dashboard.workdays import Calendar, us_federal

with contextlib.redirect_stderr(io.StringIO()):  # pm4py greets whoever imports it
    from pm4py.util.business_hours import soj_time_business_hours_diff

ZONE = "America/New_York"
INTERVALS = 100_000
LONGEST_DAYS = 30
ROUNDS = 5
# Seconds since the week began; pm4py's own annotation of it is wrong.
SLOTS: list[Any] = [((24 * day + 8) * 3600, (24 * day + 17) * 3600) for day in range(5)]


class WorkCalendar:
    """Holidays as pm4py asks for them."""

    def __init__(self, closed: set[date]) -> None:
        self.closed = closed

    def is_working_day(self, day: date) -> bool:
        return day not in self.closed


def best_seconds(*runs: Callable[[], object]) -> list[float]:
    """The least time of each, measured in turns."""
    seconds = [float("inf")] * len(runs)
    for _ in range(ROUNDS):
        for number, run in enumerate(runs):
            begun = perf_counter()
            run()
            seconds[number] = min(seconds[number], perf_counter() - begun)
    return seconds


def compare(name: str, closed: set[date], *, in_order: bool = True) -> str:
    """One row of the table, once the two agree. `in_order`: oldest start first, as in a log."""
    calendar = Calendar(
        ZONE, dict.fromkeys(range(5), (("08:00", "17:00"),)), dict.fromkeys(closed, ())
    )
    chance = np.random.default_rng(1)
    since, until = (to_us(datetime(year, 1, 1, tzinfo=UTC)) for year in (2024, 2027))
    starts = chance.integers(since, until, INTERVALS)
    starts = np.sort(starts) if in_order else starts
    ends = starts + chance.integers(0, LONGEST_DAYS * 86_400_000_000, INTERVALS)
    zone = ZoneInfo(ZONE)
    local = [
        tuple(to_datetime(us).astimezone(zone).replace(tzinfo=None) for us in pair)
        for pair in zip(starts.tolist(), ends.tolist(), strict=True)
    ]
    work_calendar = WorkCalendar(closed) if closed else None

    def ours() -> np.ndarray[tuple[int], np.dtype[np.int64]]:
        return calendar.position(ends) - calendar.position(starts)

    def theirs() -> list[float]:
        return [
            soj_time_business_hours_diff(start, end, SLOTS, work_calendar) for start, end in local
        ]

    np.testing.assert_allclose(ours() / 1e6, theirs(), rtol=0, atol=1e-6)
    our_seconds, their_seconds = best_seconds(ours, theirs)
    return (
        f"{name:<32}{INTERVALS / our_seconds:>16,.0f}{INTERVALS / their_seconds:>16,.0f}"
        f"{their_seconds / our_seconds:>8,.0f}"
    )


if __name__ == "__main__":
    print(
        f"{INTERVALS:,} intervals of up to {LONGEST_DAYS} days, intervals a second; equal results"
    )
    print(f"{'':<32}{'Changeover':>16}{'pm4py':>16}{'ratio':>8}")
    holidays = set(us_federal(2024, 2027))
    print(compare("holidays, in the log's order", holidays))
    print(compare("holidays, at random", holidays, in_order=False))
    print(compare("no holidays, in the log's order", set()))
