"""The range of time that calendars know, and what the clock on the wall of a zone shows in it."""

from bisect import bisect_left
from datetime import UTC, date, datetime, timedelta
from functools import lru_cache
from itertools import pairwise
from typing import NamedTuple, TypeAlias
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError, available_timezones

import numpy as np
from numpy.typing import NDArray

from dashboard.errors import InputRefused
from dashboard.instants import MICROSECOND, to_datetime, to_us

Integers: TypeAlias = NDArray[np.int64]
Dates: TypeAlias = NDArray[np.datetime64]
Flags: TypeAlias = NDArray[np.bool_]

# Both ends belong to the range: wide enough for any case, and its tables take milliseconds.
FIRST_INSTANT = datetime(1990, 1, 1, tzinfo=UTC)
LAST_INSTANT = datetime(2100, 1, 1, tzinfo=UTC)
# The dates that a wall clock somewhere shows in that range.
FIRST_DATE, LAST_DATE = date(1989, 12, 31), date(2100, 1, 1)

SECOND, MINUTE, HOUR, DAY = 1_000_000, 60_000_000, 3_600_000_000, 86_400_000_000
SINCE, UNTIL = to_us(FIRST_INSTANT), to_us(LAST_INSTANT)
# Beyond any instant, with room to add to it.
FOREVER = 2**62

_DAY_SECONDS = DAY // SECOND
# A week on either side: local dates at the ends of the range reach beyond it.
_ASKED = range(SINCE // SECOND - 7 * _DAY_SECONDS, UNTIL // SECOND + 8 * _DAY_SECONDS, _DAY_SECONDS)


class Clock(NamedTuple):
    """The wall clock of a zone: from each of `changes` on it is `offsets` ahead of UTC."""

    changes: Integers
    offsets: Integers

    def wall(self, us: Integers) -> Integers:
        """What the clock shows at each instant."""
        return us + self.offsets[np.searchsorted(self.changes, us, side="right") - 1]

    def first_showing(self, wall: Integers) -> Integers:
        """The first instant at which the clock shows each reading, or has leapt over it."""
        ends = np.append(self.changes[1:], FOREVER) + self.offsets
        row = np.searchsorted(np.maximum.accumulate(ends), wall, side="right")
        return np.maximum(self.changes[row], wall - self.offsets[row])


@lru_cache(maxsize=64)
def clock(zone: str) -> Clock:
    """The clock of a zone by its name; raises InputRefused if there is no such zone."""
    try:
        info = ZoneInfo(zone)
    except (ZoneInfoNotFoundError, OSError, TypeError, ValueError) as error:
        raise InputRefused(
            f"There is no time zone {zone!r}: give a name such as 'America/New_York'."
        ) from error

    # zoneinfo does not tell when clocks change, so ask day by day and halve the days that differ.
    # A longer stride would be quicker and wrong: Boa Vista had six days of summer time in 2000.
    shown = [_ahead(info, second) for second in _ASKED]
    changes, offsets = [-FOREVER], [shown[0]]
    for second, (before, after) in zip(_ASKED, pairwise(shown), strict=False):
        if before != after:
            changes.append(_end_of_offset(info, second) * SECOND)
            offsets.append(after)
    return Clock(np.array(changes), np.array([ahead // MICROSECOND for ahead in offsets]))


@lru_cache(maxsize=1)
def time_zones() -> frozenset[str]:
    """The names of all time zones (IANA) that are known here."""
    return frozenset(available_timezones())


def microseconds(at: datetime) -> int:
    """UTC microseconds of an aware datetime in the range; raises InputRefused for any other."""
    us = to_us(at)
    if not SINCE <= us <= UNTIL:
        raise _outside(us)
    return us


def moment(us: int, like: datetime) -> datetime:
    """The datetime of an instant, in the zone of another datetime."""
    return to_datetime(us).astimezone(like.tzinfo)


def checked_instants(us: object) -> Integers:
    """Instants as an array; raises InputRefused if one lies outside the range."""
    instants = np.asarray(us, dtype=np.int64)
    if instants.size and (instants.min() < SINCE or instants.max() > UNTIL):
        raise _outside(int(instants[(instants < SINCE) | (instants > UNTIL)].flat[0]))
    return instants


def _ahead(info: ZoneInfo, second: int) -> timedelta:
    then = datetime.fromtimestamp(second, info)
    return then.utcoffset() or timedelta()


def _end_of_offset(info: ZoneInfo, second: int) -> int:
    """The first second of the day from `second` on at which the zone's offset is another."""
    before = _ahead(info, second)
    return second + bisect_left(
        range(_DAY_SECONDS), True, key=lambda later: _ahead(info, second + later) != before
    )


def _outside(us: int) -> InputRefused:
    try:
        text = str(to_datetime(us))
    except OverflowError:
        text = f"{us} µs after 1970"
    return InputRefused(
        f"The instant {text} lies outside the calendar, which knows {FIRST_INSTANT:%Y-%m-%d} to "
        f"{LAST_INSTANT:%Y-%m-%d} (UTC): correct its date."
    )
