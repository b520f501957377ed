"""Appointments in words, on the department's clock and the firm's; and which can still be had."""

from datetime import datetime, timedelta

from dashboard import formats, metrics
from dashboard.instants import to_datetime
from dashboard.ui import handle
from dashboard.ui.words import on_the_wall
from dashboard.workdays import time_zones

LOOKED_AT, OFFERED = 30, 4  # windows looked at, some days of them, and those offered


def window(begins_us: int, hours: int, zone: str, there: str | None = None) -> str:
    """An appointment: "Fri 30 Oct 13:00–17:00, in Chicago 12:00–16:00".

    `there` is the firm's own zone, which is named where its clock shows another time.
    """
    here = _window(begins_us, hours, zone)
    if not there or there not in time_zones():
        return here
    own = _window(begins_us, hours, there)
    if own == here:
        return here
    day, _, clock = own.rpartition(" ")
    is_same_day = here.startswith(f"{day} ")
    return f"{here}, in {formats.city(there)} {clock if is_same_day else own}"


def clocks(now: datetime, zone: str, there: str | None) -> str:
    """How the firm's clock differs: "At 14:10 here it is 13:10 in Chicago."; empty if it does not.

    As at `now`: the clocks of two zones need not change on the same day.
    """
    if not there or there not in time_zones():
        return ""
    here, own = on_the_wall(now, zone), on_the_wall(now, there)
    return (
        f"At {here:%H:%M} here it is {own:%H:%M} in {formats.city(there)}." if here != own else ""
    )


def confirm_by(hours: int, now: datetime, case_id: str, limit: datetime | None, zone: str) -> str:
    """By when an appointment must be agreed for the limit to be kept; empty without a limit."""
    if limit is None:
        return ""
    at = formats.moment(limit, zone)
    asked = {"hours": hours, "until": limit, "case_id": case_id or None}
    table = handle.figure(handle.store(), now, metrics.last_appointment, asked)
    if not table.num_rows:
        return (
            f":orange[:material/running_with_errors: No free window ends before the limit, {at}.]"
        )
    by = formats.moment(table["begins_at"][0].as_py(), zone)
    return (
        f":material/timer: **Confirm by {by} or the limit is lost.** No later window ends before "
        f"it, {at}."
    )


def free(hours: int, now: datetime, case_id: str) -> list[tuple[datetime, datetime]]:
    """The next windows that can still be had, none overlapping the one before."""
    asked = {"hours": hours, "count": LOOKED_AT, "case_id": case_id or None}
    rows = handle.figure(handle.store(), now, metrics.free_appointments, asked).to_pylist()
    found: list[tuple[datetime, datetime]] = []
    for row in rows:
        if not found or row["begins_at"] >= found[-1][1]:
            found.append((row["begins_at"], row["ends_at"]))
    return found[:OFFERED]


def _window(begins_us: int, hours: int, zone: str) -> str:
    begins = to_datetime(begins_us)
    ends = on_the_wall(begins + timedelta(hours=hours), zone)
    return f"{formats.moment(begins, zone)}–{ends:%H:%M}"
