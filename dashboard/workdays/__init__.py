"""Business time: a calendar maps every instant to the open microseconds passed before it.

Elapsed business time is a subtraction of two such positions, exact to the microsecond and
right across clock changes. Nothing in this package reads the clock.
"""

from dashboard.workdays.calendars import Calendar
from dashboard.workdays.clocks import (
    FIRST_DATE,
    FIRST_INSTANT,
    LAST_DATE,
    LAST_INSTANT,
    time_zones,
)
from dashboard.workdays.defaults import (
    default_calendar,
    holiday_places,
    public_holidays,
    us_federal,
)
from dashboard.workdays.hours import Hours, HoursText
from dashboard.workdays.months import MONTH_START_DAYS
from dashboard.workdays.places import country_name, state_name
from dashboard.workdays.windows import free_windows, last_window, most_at_once

__all__ = [
    "FIRST_DATE",
    "FIRST_INSTANT",
    "LAST_DATE",
    "LAST_INSTANT",
    "MONTH_START_DAYS",
    "Calendar",
    "Hours",
    "HoursText",
    "country_name",
    "default_calendar",
    "free_windows",
    "holiday_places",
    "last_window",
    "most_at_once",
    "public_holidays",
    "state_name",
    "time_zones",
    "us_federal",
]
