"""Times as trackers write them: read as instants, or refused with what is wrong with them."""

import re
from datetime import UTC, datetime, timedelta, timezone
from zoneinfo import ZoneInfo

from dashboard.workdays import FIRST_INSTANT, LAST_INSTANT

AMERICAN = re.compile(
    r"(?P<month>\d{1,2})/(?P<day>\d{1,2})/(?P<year>\d{4}),? (?P<hour>\d{1,2}):(?P<minute>\d{2})"
    r"(:(?P<second>\d{2}))?( ?(?P<half>[AP])\.?M\.?)?",
    re.ASCII,
)
ISO = re.compile(
    r"(?P<year>\d{4})-(?P<month>\d{1,2})-(?P<day>\d{1,2})[T ](?P<hour>\d{1,2}):(?P<minute>\d{2})"
    r"(:(?P<second>\d{2})([.,](?P<fraction>\d{1,9}))?)?"
    r"( ?(?P<half>[AP])\.?M\.?)?( ?(?P<offset>Z|[+-]\d{2}(:?\d{2})?))?",
    re.ASCII,
)
WRITE = "Write it as 10/28/2026 4:15 PM or 2026-10-28 16:15"


class Unreadable(Exception):
    """A text is no time; the sentence goes on after the column and its value."""


def read_moment(text: str, zone: ZoneInfo) -> datetime:
    """The instant that a cell tells; without an offset it is local, the first if there are two.

    Raises Unreadable, also for a local time that the clocks leapt over.
    """
    typed = " ".join(text.split()).upper()
    found = AMERICAN.fullmatch(typed) or ISO.fullmatch(typed)
    if not found:
        raise Unreadable(f"is no date with its full year and a time of day. {WRITE}.")
    parts = found.groupdict()
    try:
        local = datetime(  # noqa: DTZ001 - the zone comes below, with the check that it exists there
            int(parts["year"]), int(parts["month"]), int(parts["day"]),
            _hour(int(parts["hour"]), parts["half"]), int(parts["minute"]),
            int(parts["second"] or 0), int((parts.get("fraction") or "0")[:6].ljust(6, "0")),
        )  # fmt: skip
    except ValueError as error:
        raise Unreadable(f"does not exist. {WRITE}.") from error
    if not FIRST_INSTANT.year <= local.year < LAST_INSTANT.year:
        raise Unreadable(
            f"lies outside of {FIRST_INSTANT.year} to {LAST_INSTANT.year - 1}. Check the year."
        )
    instant = _instant(local, parts.get("offset"), zone)
    if not FIRST_INSTANT <= instant < LAST_INSTANT:
        raise Unreadable(f"lies outside of what the calendar knows. {WRITE}.")
    return instant


def _hour(hour: int, half: str | None) -> int:
    """The hour of the day; ValueError where a clock of twelve hours has none such."""
    if not half:
        return hour
    if not 1 <= hour <= 12:
        raise ValueError(hour)
    return hour % 12 + (12 if half == "P" else 0)


def _instant(local: datetime, offset: str | None, zone: ZoneInfo) -> datetime:
    if offset:
        return local.replace(tzinfo=_fixed(offset)).astimezone(UTC)
    instant = local.replace(tzinfo=zone).astimezone(UTC)
    if instant.astimezone(zone).replace(tzinfo=None) != local:
        raise Unreadable(
            f"does not exist in {zone.key}: the clocks were put forward over it. "
            "Look up when it really was."
        )
    return instant


def _fixed(offset: str) -> timezone:
    if offset == "Z":
        return UTC
    digits = offset[1:].replace(":", "").ljust(4, "0")
    hours, minutes = int(digits[:2]), int(digits[2:])
    if hours > 14 or minutes > 59:
        raise Unreadable(f"has no offset from UTC that exists. {WRITE}, or with one like -04:00.")
    length = timedelta(hours=hours, minutes=minutes)
    return timezone(-length if offset[0] == "-" else length)
