"""Times as trackers write them: read as instants or days, or refused with what is wrong."""

from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta, timezone
from zoneinfo import ZoneInfo

from dashboard.sheets.dates import DateOrder, Written, read
from dashboard.workdays import FIRST_INSTANT, LAST_INSTANT

WRITE = "Enter it as 10/28/2026 4:15 PM or 2026-10-28 16:15"


class Unreadable(Exception):
    """A text is no time; the sentence goes on after the column and its value."""


@dataclass(frozen=True, slots=True)
class Told:
    """What a cell tells: an instant, or only the day.

    `was_twice`: the clock showed that time twice, and the first is taken.
    """

    at: datetime | None = None
    day: date | None = None
    was_twice: bool = False


def read_moment(text: str, zone: ZoneInfo, order: DateOrder = DateOrder.MDY) -> datetime:
    """The instant that a cell tells; without an offset it is local, the first if there are two.

    Raises Unreadable, also for a day without a time, and a local time that the clocks leapt over.
    """
    told = read_told(text, zone, order)
    if told.at is None:
        raise Unreadable(f"has no time of day. {WRITE}.")
    return told.at


def read_told(text: str, zone: ZoneInfo, order: DateOrder = DateOrder.MDY) -> Told:
    """What a cell tells. Raises Unreadable."""
    found = read(text)
    if found is None:
        raise Unreadable(f"is not a date with a full year. {WRITE}.")
    written = found.ordered(order)
    try:
        day = date(written.year, written.month, written.day)
        local = None if written.time is None else _local(day, written)
    except ValueError as error:
        raise Unreadable(f"does not exist{_as_read(found, order)}. {WRITE}.") from error
    if not FIRST_INSTANT.year <= day.year < LAST_INSTANT.year:
        raise Unreadable(
            f"is outside {FIRST_INSTANT.year} to {LAST_INSTANT.year - 1}. Check the year."
        )
    if local is None:
        return Told(day=day)
    instant = _instant(local, written.offset, zone)
    if not FIRST_INSTANT <= instant < LAST_INSTANT:
        raise Unreadable(f"is outside the calendar. {WRITE}.")
    again = local.replace(tzinfo=zone, fold=1).astimezone(UTC)
    return Told(at=instant, was_twice=not written.offset and again != instant)


def _as_read(found: Written, order: DateOrder) -> str:
    """How a date was read that other orders would read otherwise."""
    return f" as a date in the order {order.value}" if found.orders() - {order} else ""


def _local(day: date, written: Written) -> datetime:
    """The time on the wall; ValueError where a clock of twelve hours has none such."""
    hour, minute, second, micro = written.time or (0, 0, 0, 0)
    if written.half:
        if not 1 <= hour <= 12:
            raise ValueError(hour)
        hour = hour % 12 + (12 if written.half == "p" else 0)
    return datetime(day.year, day.month, day.day, hour, minute, second, micro)  # noqa: DTZ001 - the zone comes with the check that it exists there


def _instant(local: datetime, offset: str, zone: ZoneInfo) -> datetime:
    if offset:
        return local.replace(tzinfo=_fixed(offset)).astimezone(UTC)
    instant = local.replace(tzinfo=zone).astimezone(UTC)
    if instant.astimezone(zone).replace(tzinfo=None) != local:
        raise Unreadable(
            f"does not exist in {zone.key}: the clocks were put forward over it. Check the actual "
            "time."
        )
    return instant


def _fixed(offset: str) -> timezone:
    if offset == "z":
        return UTC
    digits = offset[1:].replace(":", "").ljust(4, "0")
    hours, minutes = int(digits[:2]), int(digits[2:])
    if hours > 14 or minutes > 59:
        raise Unreadable(
            f"has an offset from UTC that does not exist. {WRITE}, or with one like -04:00."
        )
    length = timedelta(hours=hours, minutes=minutes)
    return timezone(-length if offset[0] == "-" else length)
