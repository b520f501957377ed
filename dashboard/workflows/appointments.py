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
        free = f" The next that do begin {_local(windows[0][0], calendar.zone)}." if windows else ""
        raise Wrong(
            f"the {hours} hours from {_local(begins, calendar.zone)} do not lie wholly within "
            f"business hours.{free}"
        )
    return begins


def words(begins_us: int, hours: int, zone: str, there: str | None = None) -> str:
    """An appointment: "Fri 30 Oct 13:00–17:00, in Chicago 12:00–16:00".

    `there` is the firm's own zone, which is named where its clock shows another time.
    """
    here = _from_to(begins_us, hours, zone)
    from dashboard.workdays import time_zones  # numpy, which no help text needs

    if not there or there not in time_zones():
        return here
    own = _from_to(begins_us, hours, there)
    if own == here:
        return here
    day, _, clock = own.rpartition(" ")
    is_same_day = here.startswith(f"{day} ")
    return f"{here}, in {formats.city(there)} {clock if is_same_day else own}"


def in_full(begins: datetime | int, hours: int, zone: str) -> str:
    """With year and zone: "Mon 12 Oct 2026, 09:00 to 13:00 (New York time, EDT)"."""
    begins = begins if isinstance(begins, datetime) else to_datetime(begins)
    info = ZoneInfo(zone)
    local, until = begins.astimezone(info), (begins + timedelta(hours=hours)).astimezone(info)
    where = f"{formats.city(zone)} time, {local:%Z}"
    return f"{local:%a} {local.day} {local:%b %Y, %H:%M} to {until:%H:%M} ({where})"


def _from_to(begins_us: int, hours: int, zone: str) -> str:
    begins = to_datetime(begins_us)
    ends = (begins + timedelta(hours=hours)).astimezone(ZoneInfo(zone))
    return f"{formats.moment(begins, zone)}–{ends:%H:%M}"


def _local(instant: datetime, zone: str) -> str:
    return f"{instant.astimezone(ZoneInfo(zone)):%a %d %b %H:%M}"
