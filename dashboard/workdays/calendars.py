"""A business calendar: opening hours turned into positions, due instants and month ends."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from functools import cached_property
from itertools import accumulate, islice, pairwise
from types import MappingProxyType
from typing import Any

import numpy as np
from numpy.typing import ArrayLike

from dashboard.errors import InputRefused
from dashboard.instants import MICROSECOND
from dashboard.workdays.clocks import (
    DAY,
    FOREVER,
    HOUR,
    LAST_INSTANT,
    Dates,
    Flags,
    Integers,
    checked_instants,
    clock,
    microseconds,
    moment,
)
from dashboard.workdays.hours import (
    Hours,
    HoursText,
    checked_date,
    checked_hours,
    checked_weekday,
    open_days,
    ordinary_us,
    wall_spans,
)
from dashboard.workdays.months import DAYS, DatesLike, counted, month_ends, rows
from dashboard.workdays.spans import Spans


@dataclass(frozen=True, init=False)
class Calendar:
    """Opening hours in one zone: those of a week, those of single dates, and later changes.

    Opening hours are wall-clock times. Each takes effect when the clock first shows it: one that
    comes twice at its first coming, one that a clock change leaps over at the change. A day open
    round the clock thus has 23, 24 or 25 hours. `weekly` and `exceptions` are kept as texts, in
    order; `later` holds the changes made by `followed_by`, oldest first. `zone`, `weekly` and
    `exceptions` are those of the beginning: `on` gives the calendar in force on a date.

    Datetimes must be aware; a result has the zone of the datetime given.
    """

    zone: str
    weekly: Mapping[int, HoursText]
    exceptions: Mapping[date, HoursText] = field(repr=False)
    later: tuple[tuple[date, "Calendar"], ...] = ()

    def __init__(
        self, zone: str, weekly: Mapping[int, Hours], exceptions: Mapping[date, Hours]
    ) -> None:
        """Check everything and raise InputRefused for what cannot be.

        `weekly` maps weekdays (0 is Monday; one left out is closed) to (open, close) times,
        "HH:MM" or `datetime.time`, the last close at most "24:00". `exceptions` maps dates to
        the times that replace their weekday's, empty for closed.
        """
        clock(zone)
        week = {
            checked_weekday(day): checked_hours(f"weekday {day}", hours)
            for day, hours in weekly.items()
        }
        dates = {checked_date(day): checked_hours(str(day), h) for day, h in exceptions.items()}
        opening = {day: hours for day, hours in sorted(week.items()) if hours}
        object.__setattr__(self, "zone", zone)
        object.__setattr__(self, "weekly", MappingProxyType(opening))
        object.__setattr__(self, "exceptions", MappingProxyType(dict(sorted(dates.items()))))
        object.__setattr__(self, "later", ())

    def __hash__(self) -> int:
        """Mappings have no hash of their own."""
        weekly, exceptions = tuple(self.weekly.items()), tuple(self.exceptions.items())
        return hash((self.zone, weekly, exceptions, self.later))

    def __reduce__(self) -> tuple[Any, ...]:
        """Copy and pickle what the calendar is, not its tables."""
        return Calendar.from_data, (self.as_data(),)

    def position(self, us: ArrayLike) -> Integers:
        """Open microseconds from `FIRST_INSTANT` to each instant (UTC microseconds)."""
        return self._spans.positions(checked_instants(us))

    def instant(self, position: ArrayLike) -> Integers:
        """The earliest instant (UTC microseconds) that has each position."""
        return self._spans.instants(np.asarray(position, dtype=np.int64))

    def reached_us(self, position: int) -> int | None:
        """The earliest instant that has this one position; None if the range ends before."""
        return self._spans.instant(position)

    def elapsed(self, start: datetime, end: datetime) -> timedelta:
        """Open time from `start` to `end`; negative if `end` comes first."""
        position = self._spans.position
        return (position(microseconds(end)) - position(microseconds(start))) * MICROSECOND

    def add(self, start: datetime, duration: timedelta) -> datetime:
        """The earliest instant by which so much open time has passed since `start`."""
        us, more = microseconds(start), duration // MICROSECOND
        if more < 0:
            raise InputRefused(f"{duration} of business time is less than none: give 0 or more.")
        if not more:
            return start
        due = self._spans.instant(self._spans.position(us) + more)
        if due is None:
            raise InputRefused(
                f"The calendar is not open for another {duration} after {start}: it ends with "
                f"{LAST_INSTANT:%Y-%m-%d}. Give a shorter time, or check its opening hours."
            )
        return moment(due, start)

    def is_open(self, start: datetime, end: datetime) -> bool:
        """Whether [start, end) lies wholly inside opening hours; if both are one, that instant."""
        since, until = microseconds(start), microseconds(end)
        if until < since:
            raise InputRefused(f"{end} comes before {start}: give the earlier time first.")
        close = self._spans.closing(since)
        return since < close and until <= close

    def next_windows(
        self, after: datetime, hours: int, count: int
    ) -> list[tuple[datetime, datetime]]:
        """The next `count` windows of so many hours inside opening hours, none before `after`.

        Every whole hour of the wall clock can begin one, so windows overlap. The list is shorter
        only where the calendar has no more of them, and empty if it never opens for so long.
        """
        if hours < 1:
            raise InputRefused(f"A window of {hours} hours is none: give at least 1.")
        starts = self._window_starts(microseconds(after), hours * HOUR)
        return [
            (moment(start, after), moment(start + hours * HOUR, after))
            for start in islice(starts, max(count, 0))
        ]

    def spans(self) -> tuple[Integers, Integers, Integers]:
        """All open time: opening and closing instants, and the position at each opening.

        Spans that touch are one. The first row begins the range, if need be as an empty span, so
        that every instant has a last row that opened by then, and from it the position
        `position + least(us, close_us) - open_us`.
        """
        return self._spans.opens, self._spans.closes, self._spans.opens + self._spans.shifts

    def local_date(self, us: ArrayLike) -> Dates:
        """The date on the wall at each instant, in the zone then in force."""
        return (self._walls(checked_instants(us)) // DAY).astype("datetime64[D]")

    def first_instant(self, dates: DatesLike) -> Integers:
        """When each date begins (UTC microseconds), in the zone then in force."""
        days = DAYS[rows(dates)]
        begins = clock(self.zone).first_showing(_midnights(days))
        for first_date, piece in self.later:
            begins_later = clock(piece.zone).first_showing(_midnights(days))
            begins = np.where(np.datetime64(first_date) <= days, begins_later, begins)
        return begins

    def is_business_day(self, dates: DatesLike) -> Flags:
        """Whether the calendar opens at all on each date."""
        return self._business_days[rows(dates)]

    def days_to_month_end(self, dates: DatesLike) -> Integers:
        """Business days to month end: 0 on the month's last, -1 to -5 on its first five.

        The others count down to 0. A date that is no business day takes the next one's value.
        """
        return counted(self._month_ends, rows(dates))

    def followed_by(self, first_date: date, other: "Calendar") -> "Calendar":
        """This calendar until `first_date` begins in the other's zone, the other from then on.

        Changes of this one from that date on are replaced too: an earlier date is a correction.
        """
        first_date = checked_date(first_date)
        kept = [(day, piece) for day, piece in self.later if day < first_date]
        added = [(day, piece) for day, piece in other.later if day > first_date]
        both = Calendar(self.zone, self.weekly, self.exceptions)
        object.__setattr__(both, "later", (*kept, (first_date, other.on(first_date)), *added))
        return both

    def on(self, day: date) -> "Calendar":
        """The calendar in force on a date, alone."""
        first = Calendar(self.zone, self.weekly, self.exceptions) if self.later else self
        return [first, *(piece for since, piece in self.later if since <= day)][-1]

    def goes_on(self, day: date, other: "Calendar") -> bool:
        """Whether the other's hours are those in force from that date on, without a change."""
        return self.on(day) == other and all(since <= day for since, _ in self.later)

    @property
    def ordinary_us(self) -> int:
        """The open time of an ordinary day of the beginning, by the wall clock; 0 if none opens."""
        return ordinary_us(self.weekly)

    def as_data(self) -> dict[str, Any]:
        """The calendar as dictionaries, lists and texts, for an event's data."""
        return {
            "zone": self.zone,
            "weekly": {str(day): _lists(hours) for day, hours in self.weekly.items()},
            "exceptions": {str(day): _lists(hours) for day, hours in self.exceptions.items()},
            "later": [{"first_date": str(day), **piece.as_data()} for day, piece in self.later],
        }

    @classmethod
    def from_data(cls, data: Mapping[str, Any]) -> "Calendar":
        """The calendar that `as_data` described; raises InputRefused if it describes none."""
        try:
            calendar = cls(
                data["zone"],
                {int(day): hours for day, hours in data["weekly"].items()},
                {date.fromisoformat(day): hours for day, hours in data["exceptions"].items()},
            )
            for piece in data["later"]:
                first_date = date.fromisoformat(piece["first_date"])
                calendar = calendar.followed_by(first_date, cls.from_data(piece))
        except (AttributeError, KeyError, TypeError, ValueError) as error:
            raise InputRefused(
                f"This describes no calendar ({error!r}): give zone, weekly, exceptions and later."
            ) from error
        return calendar

    @cached_property
    def _reigns(self) -> list[tuple[int, int, "Calendar"]]:
        """From when until when each calendar is in force."""
        begins = [
            int(clock(piece.zone).first_showing(_midnights(np.datetime64(day))))
            for day, piece in self.later
        ]
        # Across zones a later date can begin earlier than the one before it: the later one holds.
        cuts = list(accumulate(reversed([-FOREVER, *begins, FOREVER]), min))[::-1]
        pieces = [self.on(date.min), *(piece for _, piece in self.later)]
        return [
            (since, until, piece)
            for (since, until), piece in zip(pairwise(cuts), pieces, strict=True)
        ]

    @cached_property
    def _spans(self) -> Spans:
        opens, closes = [], []
        for since, until, piece in self._reigns:
            walls = wall_spans(DAYS, piece.weekly, piece.exceptions)
            begins, ends = map(clock(piece.zone).first_showing, walls)
            opens.append(np.clip(begins, since, until))
            closes.append(np.clip(ends, since, until))
        return Spans.of(np.concatenate(opens), np.concatenate(closes))

    @cached_property
    def _business_days(self) -> Flags:
        flags = open_days(DAYS, self.weekly, self.exceptions)
        for first_date, piece in self.later:
            held = np.datetime64(first_date) <= DAYS
            flags[held] = open_days(DAYS, piece.weekly, piece.exceptions)[held]
        return flags

    @cached_property
    def _month_ends(self) -> Integers:
        return month_ends(self._business_days)

    def _walls(self, us: Integers) -> Integers:
        """What the wall clock shows at each instant, in the zone then in force."""
        walls = clock(self.zone).wall(us)
        for since, _, piece in self._reigns[1:]:
            walls = np.where(since <= us, clock(piece.zone).wall(us), walls)
        return walls

    def _whole_hours(self, us: Integers) -> Integers:
        """Each instant, or the next at which the wall clock shows a whole hour."""
        # Once more after a step over a change of half an hour, as Lord Howe's are.
        while (past := self._walls(us) % HOUR).any():
            us = us + np.where(past > 0, HOUR - past, 0)
        return us

    def _window_starts(self, us: int, length: int) -> Iterator[int]:
        opens, closes = self._spans.opens, self._spans.closes
        is_long = closes - np.maximum(opens, us) >= length
        starts = self._whole_hours(np.maximum(opens, us)[is_long])
        for start, close in zip(starts, closes[is_long], strict=True):
            while start + length <= close:
                yield int(start)
                start = self._whole_hours(start + 1)


def _midnights(days: Dates | np.datetime64) -> Integers:
    return np.asarray(days, dtype="datetime64[us]").astype(np.int64)


def _lists(hours: HoursText) -> list[list[str]]:
    return [list(span) for span in hours]
