"""The office's clock: opening hours as shifts, and business time that passes in them."""

from bisect import bisect_right
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import NamedTuple
from zoneinfo import ZoneInfo

from dashboard.instants import to_datetime, to_us
from dashboard.workdays import Calendar

AHEAD = timedelta(days=120)  # how far appointments and resting cases may reach beyond the end


class Shift(NamedTuple):
    """An opening of the office; `to_month_end` counts business days as the calendar does."""

    opens: datetime
    closes: datetime
    day: date
    to_month_end: int


@dataclass(frozen=True, slots=True)
class Office:
    """Business time from `since` on; instants are UTC."""

    calendar: Calendar
    since: datetime
    until: datetime
    shifts: tuple[Shift, ...]

    @classmethod
    def of(cls, calendar: Calendar, since: datetime, until: datetime) -> "Office":
        """The office with the shifts that end after `since`, to some time beyond `until`."""
        opens, closes, _ = calendar.spans()
        wanted = (closes > to_us(since)) & (opens < to_us(until + AHEAD))
        days = calendar.local_date(opens[wanted])
        counts = calendar.days_to_month_end(days).tolist()
        rows = zip(
            opens[wanted].tolist(), closes[wanted].tolist(), days.tolist(), counts, strict=True
        )
        shifts = [Shift(to_datetime(o), to_datetime(c), day, count) for o, c, day, count in rows]
        return cls(calendar, since, until, tuple(shifts))

    def after(self, at: datetime, hours: float) -> datetime:
        """The instant when so many hours of business time have passed since `at`."""
        return self.calendar.add(at, timedelta(seconds=round(hours * 3600)))

    def shift_after(self, at: datetime) -> Shift:
        """The first shift that opens after `at`."""
        return self.shifts[bisect_right(self.shifts, at, key=lambda shift: shift.opens)]

    def opening(self, day: date) -> datetime:
        """When the office opens on that date, or next after it."""
        midnight = datetime(day.year, day.month, day.day, tzinfo=self.zone)
        return self.shift_after(midnight.astimezone(UTC)).opens

    def date(self, at: datetime) -> date:
        """The date on the office's wall."""
        return at.astimezone(self.zone).date()

    @property
    def zone(self) -> ZoneInfo:
        """The office's time zone."""
        return ZoneInfo(self.calendar.zone)
