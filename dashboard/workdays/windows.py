"""Appointments: how many overlap, and which windows are still free."""

from collections.abc import Collection
from datetime import datetime

from dashboard.instants import to_datetime
from dashboard.workdays.calendars import Calendar
from dashboard.workdays.clocks import HOUR, microseconds

# How many windows are looked at, first and at most: some days of them, then some months.
LOOKS = (60, 1500)


def most_at_once(begins_us: int, hours: int, taken: Collection[int]) -> int:
    """How many of the windows that begin at `taken` overlap at worst, while this one lasts.

    All are of so many hours. Windows that only touch do not overlap.
    """
    length = hours * HOUR
    near = [us for us in taken if begins_us - length < us < begins_us + length]
    # the number grows only where one begins
    moments = [begins_us, *(us for us in near if us > begins_us)]
    return max(sum(us <= then < us + length for us in near) for then in moments)


def free_windows(
    calendar: Calendar,
    after: datetime,
    hours: int,
    count: int,
    *,
    taken: Collection[int],
    at_once: int,
) -> list[tuple[datetime, datetime]]:
    """The next `count` windows inside business hours that fewer than `at_once` others overlap.

    They begin on whole hours, none before `after`; fewer are given only where there are no more
    for some months. `taken` are the beginnings of other windows as long, in UTC microseconds.
    """
    free: list[tuple[datetime, datetime]] = []
    for looks in LOOKS:
        windows = calendar.next_windows(after, hours, looks)
        free = [
            window
            for window in windows
            if most_at_once(microseconds(window[0]), hours, taken) < at_once
        ]
        if len(free) >= count:
            break
    return free[:count]


def last_window(
    calendar: Calendar,
    after: datetime,
    until: datetime,
    hours: int,
    *,
    taken: Collection[int],
    at_once: int,
) -> tuple[datetime, datetime] | None:
    """The latest window inside business hours that ends by `until`, to the microsecond.

    It begins at any minute, not before `after`, and fewer than `at_once` others overlap it. None:
    there is none.
    """
    length = hours * HOUR
    first, last = microseconds(after) + length, microseconds(until)
    closes = calendar.spans()[1]
    # moved later from anywhere, a window is stopped first by one of these
    ends = {last, *closes[(first <= closes) & (closes <= last)].tolist(), *taken}
    for end in sorted((us for us in ends if first <= us <= last), reverse=True):
        window = to_datetime(end - length), to_datetime(end)
        if calendar.is_open(*window) and most_at_once(end - length, hours, taken) < at_once:
            return window
    return None
