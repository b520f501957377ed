"""Commands that set how time is counted and planned: calendar, targets, month end, capacity."""

from datetime import date, datetime, timedelta
from fractions import Fraction
from typing import Any

import numpy as np

from dashboard.commands.drafting import Deed, Entry, Stored
from dashboard.commands.settling import NO_CHANGE, enact, require_admin
from dashboard.errors import InputRefused
from dashboard.formats import duration
from dashboard.people import Person
from dashboard.settings import FOREVER_US, MINUTE_US, Settings, Targets
from dashboard.store import Desk
from dashboard.workdays import FIRST_DATE, LAST_DATE, MONTH_START_DAYS, Calendar
from dashboard.workflows import WORKFLOWS, FieldKind

MOST_DAYS = 60  # business days; a longer target or limit is a slip
DAY_MINUTES = (60, 24 * 60)  # the shortest and the longest business day
EARLIEST_WINDOW = 17  # business days to month end: counted days of the longest month
MOST_APPOINTMENTS = 1000
HOUR_US = 60 * MINUTE_US
LONGEST_SESSION = 7 * 24  # hours
LONGEST_WINDOW = max(
    item.hours
    for path in WORKFLOWS.values()
    for step in path.steps
    for item in step.fields
    if item.kind is FieldKind.WINDOW
)


def change_calendar(
    desk: Desk,
    calendar: Calendar,
    valid_from: date | None = None,
    *,
    day_minutes: int | None = None,
    by: Person,
    now: datetime,
    version: int | None = None,
    command_id: str | None = None,
) -> Stored:
    """Set opening hours, holidays and single days from a date on; None: from the beginning.

    A later date leaves the past alone, an earlier one corrects it; what was set from that date on
    is replaced. `day_minutes` are the open minutes of a business day from that date on: a promise
    of n business days is n of them for a case opened then. None leaves the length as it is, and
    is refused where `asks_for_day`. `metrics.settings_preview` says what it would do. Raises
    NotAllowed, InputRefused (never open long enough for an appointment, another zone in between,
    another ordinary day without its length, no change), StaleCase.
    """
    require_admin(by, "change the calendar")
    deed = Deed(by, now, None, None, version, command_id)

    def decide() -> Entry:
        since = _checked_date(valid_from) if valid_from else FIRST_DATE
        day_us = None if day_minutes is None else _day_us(day_minutes)
        _check_calendar(desk.settings, calendar, since)
        _check_change(desk.settings, calendar, since, day_us)
        data = {"valid_from": since.isoformat(), "calendar": calendar.as_data()}
        if day_us is None:
            return Entry("calendar_changed", deed.now_us, data)
        return Entry("hours_changed", deed.now_us, {**data, "day_us": day_us})

    return enact(desk, "settings", deed, decide)


def change_targets(
    desk: Desk,
    workflow: str,
    target_days: float,
    limit_days: float,
    valid_from: date | None = None,
    *,
    day_minutes: int | None = None,
    by: Person,
    now: datetime,
    version: int | None = None,
    command_id: str | None = None,
) -> Stored:
    """Set target and limit of a path, in business days, for cases opened from a date on.

    Quarters of a day can be given; `valid_from` None means from the beginning. What was set for
    the path from that date on is replaced. `day_minutes` are the open minutes of a business day
    (None: as in force on that date, refused if the length changes later on). Raises NotAllowed,
    InputRefused, StaleCase.
    """
    require_admin(by, "change targets")
    deed = Deed(by, now, None, None, version, command_id)

    def decide() -> Entry:
        since = _checked_date(valid_from) if valid_from else None
        since_us = desk.settings.begins_us(since)
        targets = targets_of(
            desk.settings, workflow, target_days, limit_days, since_us, day_minutes
        )
        data = {
            "workflow": targets.workflow,
            "since_us": targets.since_us,
            "day_us": targets.day_us,
            "target_us": targets.target_us,
            "limit_us": targets.limit_us,
        }
        return Entry("targets_changed", deed.now_us, data)

    return enact(desk, "settings", deed, decide)


def change_planning(
    desk: Desk,
    *,
    window: tuple[int, int] | None = None,
    appointments_at_once: int | None = None,
    session_hours: int | None = None,
    by: Person,
    now: datetime,
    version: int | None = None,
    command_id: str | None = None,
) -> Stored:
    """Set the month-end window, how many appointments are held at once, how long a session lasts.

    `window` is from … to in business days to month end, such as (2, -1); what is None stays.
    Raises NotAllowed, InputRefused (out of range, no change), StaleCase.
    """
    require_admin(by, "change the planning")
    deed = Deed(by, now, None, None, version, command_id)

    def decide() -> Entry:
        data: dict[str, Any] = {}
        if window is not None:
            data["window"] = _checked_window(window)
        if appointments_at_once is not None:
            what = "The number of appointments held at once"
            data["appointments_at_once"] = _whole(appointments_at_once, 1, MOST_APPOINTMENTS, what)
        if session_hours is not None:
            what = "The hours until users must sign in again"
            data["session_hours"] = _whole(session_hours, 1, LONGEST_SESSION, what)
        return Entry("planning_changed", deed.now_us, data)

    return enact(desk, "settings", deed, decide)


def confirm_holidays(
    desk: Desk,
    *,
    by: Person,
    now: datetime,
    version: int | None = None,
    command_id: str | None = None,
) -> Stored:
    """Say that hours and holidays are the department's own, as the first run asks.

    `version` is that of the settings that the person saw. Raises NotAllowed, StaleCase.
    """
    require_admin(by, "confirm hours and holidays")
    deed = Deed(by, now, None, None, version, command_id)
    return enact(desk, "settings", deed, lambda: Entry("holidays_confirmed", deed.now_us))


def targets_of(
    settings: Settings,
    workflow: str,
    target_days: float,
    limit_days: float,
    since_us: int = FOREVER_US,
    day_minutes: int | None = None,
) -> Targets:
    """The targets that `change_targets` would set; InputRefused if they cannot be."""
    if workflow not in WORKFLOWS:
        raise InputRefused(f"There is no path {workflow!r}. Choose {' or '.join(WORKFLOWS)}.")
    if day_minutes is None:
        day_us = _held_day_us(settings, workflow, since_us)
    else:
        day_us = _day_us(day_minutes)
    target_us, limit_us = (
        _days_us(days, day_us, what)
        for days, what in ((target_days, "The target"), (limit_days, "The SLA"))
    )
    if target_us > limit_us:
        raise InputRefused(
            f"Nothing was changed: the target of {target_days:g} business days is longer than the "
            f"SLA of {limit_days:g}. Enter a target that is not longer."
        )
    return Targets(workflow, since_us, day_us, target_us, limit_us)


def asks_for_day(settings: Settings, calendar: Calendar, since: date) -> bool:
    """Whether an ordinary day of these hours is of another length than those that they replace."""
    return _replaced_us(settings, since) != {calendar.ordinary_us}


def _replaced_us(settings: Settings, since: date) -> set[int]:
    """The open time of the ordinary days that hours from a date on replace."""
    held = settings.calendar
    pieces = [held.on(since), *(piece for day, piece in held.later if day > since)]
    return {piece.ordinary_us for piece in pieces}


def _day_us(minutes: int) -> int:
    """The length of a business day in open microseconds."""
    return _whole(minutes, *DAY_MINUTES, "The minutes of a business day") * MINUTE_US


def _held_day_us(settings: Settings, workflow: str, since_us: int) -> int:
    """The length of a business day from an instant on, of the path's cases."""
    held = settings.targets_at(workflow, since_us)
    for item in settings.targets:
        if item.workflow == workflow and item.since_us > since_us and item.day_us != held.day_us:
            raise InputRefused(
                "Nothing was changed: the length of a business day changes later, and those "
                "settings would be lost. Enter the length to use, or a later date."
            )
    return held.day_us


def _checked_date(day: date) -> date:
    if isinstance(day, datetime) or not isinstance(day, date) or not FIRST_DATE < day <= LAST_DATE:
        raise InputRefused(
            "Nothing was changed: {day} cannot be the first day. Enter {first} to {last}, or none.",
            day=day,
            first=FIRST_DATE + timedelta(days=1),
            last=LAST_DATE,
        )
    return day


def _check_calendar(settings: Settings, calendar: Calendar, since: date) -> None:
    held = settings.calendar
    if calendar.later:
        raise InputRefused(
            "Nothing was changed: these are several calendars in sequence. Enter one at a time, "
            "each with its date."
        )
    if since > FIRST_DATE and calendar.zone != held.zone:
        raise InputRefused(
            f"Nothing was changed: dates, weeks, and months follow {held.zone} and need one time "
            f"zone throughout. Enter hours in {held.zone}, or change the zone for all time."
        )
    opens, closes, _ = calendar.spans()
    since_us = int(calendar.first_instant([since])[0])
    if not (closes - np.maximum(opens, since_us) >= LONGEST_WINDOW * HOUR_US).any():
        raise InputRefused(
            "Nothing was changed: with these hours, the department is never open for "
            f"{LONGEST_WINDOW} hours in a row, so no appointments could be made. Enter longer "
            "hours on at least one weekday."
        )


def _check_change(settings: Settings, calendar: Calendar, since: date, day_us: int | None) -> None:
    """Other hours do not silently change what a promise of so many business days means."""
    if day_us is not None:
        return
    if settings.calendar.goes_on(since, calendar):
        raise InputRefused(f"Nothing was changed: these hours already apply. {NO_CHANGE}")
    if asks_for_day(settings, calendar, since):
        held = sorted(_replaced_us(settings, since) - {calendar.ordinary_us})
        raise InputRefused(
            "Nothing was changed: with these hours, a normal day is open for "
            f"{duration(calendar.ordinary_us, None)}, before for "
            f"{' or '.join(duration(us, None) for us in held)}. Also enter how many minutes a "
            "business day has: targets and SLAs count in it."
        )


def _checked_window(window: tuple[int, int]) -> list[int]:
    what = "A bound of the month-end window"
    first, last = (_whole(bound, -MONTH_START_DAYS, EARLIEST_WINDOW, what) for bound in window)
    if not last <= 0 <= first:
        raise InputRefused(
            f"Nothing was changed: a window from {first} to {last} business days to month end "
            "does not include the month's last business day, which is 0. Enter one such as 2 to "
            "−1."
        )
    return [first, last]


def _whole(value: object, least: int, most: int, what: str) -> int:
    """The whole number; InputRefused for anything else, or one out of range."""
    if type(value) is not int or not least <= value <= most:
        raise InputRefused(
            f"Nothing was changed: {what[0].lower()}{what[1:]} cannot be {value}. Enter a whole "
            f"number from {least} to {most}."
        )
    return value


def _days_us(days: float, day_us: int, what: str) -> int:
    """So many business days in open microseconds, exactly."""
    try:
        quarters = Fraction(days) * 4
    except (OverflowError, TypeError, ValueError):
        quarters = Fraction(1, 2)
    if quarters.denominator != 1 or not 0 < quarters <= 4 * MOST_DAYS:
        raise InputRefused(
            f"Nothing was changed: {what[0].lower()}{what[1:]} cannot be {days} business days. "
            f"Enter quarters of a day, from 0.25 to {MOST_DAYS}."
        )
    return int(quarters) * day_us // 4
