"""The calendar that a new log begins with, and the holidays of the United States."""

from datetime import date
from functools import lru_cache

import holidays

from dashboard.workdays.calendars import Calendar
from dashboard.workdays.clocks import FIRST_INSTANT, LAST_INSTANT
from dashboard.workdays.hours import HoursText


def us_federal(first_year: int, last_year: int) -> dict[date, HoursText]:
    """US federal holidays as closed days, the day itself and the day on which it is observed."""
    years = range(first_year, last_year + 1)
    return dict.fromkeys(sorted(holidays.country_holidays("US", years=years, observed=True)), ())


@lru_cache(maxsize=1)
def default_calendar() -> Calendar:
    """Monday to Friday 08:00 to 17:00 in New York, closed on US federal holidays."""
    weekly = dict.fromkeys(range(5), (("08:00", "17:00"),))
    return Calendar("America/New_York", weekly, us_federal(FIRST_INSTANT.year, LAST_INSTANT.year))
