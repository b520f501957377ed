"""Appointments: whether one lies in business hours, and what it is called, here and at the firm."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from dashboard import formats
from dashboard.errors import DashboardError
from dashboard.instants import to_datetime
from dashboard.workflows.fields import Asked, Wrong


def in_hours(begins_us: int, hours: int, asked: Asked) -> datetime:
    """When it begins; raises Wrong if it does not lie wholly within business hours."""
    calendar, length = asked.settings.calendar, timedelta(hours=hours)
    try:
        begins = to_datetime(begins_us)
        is_open = calendar.is_open(begins, begins + length)
    except (DashboardError, OverflowError) as error:
        raise Wrong("that date is out of range. Check the year.") from error
    if not is_open:
        windows = calendar.next_windows(max(begins, asked.now.astimezone(UTC)), hours, 1)
        free = (
            (f" The next such time begins {_local(windows[0][0], calendar.zone)}.")
            if windows
            else ""
        )
        raise Wrong(
            f"the {hours} hours from {_local(begins, calendar.zone)} are not entirely within "
            f"business hours.{free}"
        )
    return begins


def words(begins_us: int, hours: int, zone: str, there: str | None = None) -> str:
    """An appointment: "Oct 30, 1:00 PM–5:00 PM, in Chicago 12:00 PM–4:00 PM".

    `there` is the firm's own zone, which is named where its clock shows another time.
    """
    here = _from_to(begins_us, hours, zone)
    from dashboard.workdays import time_zones  # numpy, which no help text needs

    if not there or there not in time_zones():
        return here
    own = _from_to(begins_us, hours, there)
    if own == here:
        return here
    at, theirs = (to_datetime(begins_us).astimezone(ZoneInfo(name)) for name in (zone, there))
    if at.date() == theirs.date():
        own = _span(theirs, hours)
    return f"{here}, in {formats.city(there)} {own}"


def in_full(begins: datetime | int, hours: int, zone: str) -> str:
    """With year and zone: "Mon, Oct 12, 2026, 9:00 AM to 1:00 PM (New York time, EDT)"."""
    begins = begins if isinstance(begins, datetime) else to_datetime(begins)
    info = ZoneInfo(zone)
    local, until = begins.astimezone(info), (begins + timedelta(hours=hours)).astimezone(info)
    where = f"{formats.city(zone)} time, {local:%Z}"
    return f"{formats.moment_in_full(begins, zone)} to {formats.time(until)} ({where})"


def _from_to(begins_us: int, hours: int, zone: str) -> str:
    begins = to_datetime(begins_us).astimezone(ZoneInfo(zone))
    return f"{formats.moment(begins, zone)}–{formats.time(_ends(begins, hours))}"


def _span(begins: datetime, hours: int) -> str:
    return f"{formats.time(begins)}–{formats.time(_ends(begins, hours))}"


def _ends(begins: datetime, hours: int) -> datetime:
    """When it ends, by the same wall."""
    return (begins.astimezone(UTC) + timedelta(hours=hours)).astimezone(begins.tzinfo)


def _local(instant: datetime, zone: str) -> str:
    return formats.moment(instant, zone)
