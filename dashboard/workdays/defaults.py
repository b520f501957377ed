"""The calendar that a new log begins with, and public holidays to choose from."""

from datetime import date
from functools import lru_cache

import holidays

from dashboard.errors import InputRefused
from dashboard.workdays.calendars import Calendar
from dashboard.workdays.clocks import FIRST_INSTANT, LAST_INSTANT
from dashboard.workdays.hours import HoursText


def public_holidays(
    country: str, subdivision: str | None, first_year: int, last_year: int
) -> dict[date, str]:
    """Public holidays with their names, in order: the days and those on which they are observed.

    `subdivision` None: those of the whole country. Few departments close on all of them. Raises
    InputRefused for a country or a state that `holiday_places` does not have.
    """
    years = range(first_year, last_year + 1)
    try:
        found = holidays.country_holidays(country, subdiv=subdivision, years=years, observed=True)
    except NotImplementedError as error:
        place = f"{subdivision} in {country}" if subdivision else country
        raise InputRefused(
            f"No holidays are known of {place!r}. Choose another place, or enter the dates."
        ) from error
    return dict(sorted(found.items()))


def holiday_places() -> dict[str, tuple[str, ...]]:
    """Countries by their code, with the codes of their states, whose holidays are known."""
    known = holidays.list_supported_countries(include_aliases=False)
    return {country: tuple(places) for country, places in sorted(known.items())}


def us_federal(first_year: int, last_year: int) -> dict[date, HoursText]:
    """US federal holidays as closed days, the day itself and the day on which it is observed."""
    return dict.fromkeys(public_holidays("US", None, first_year, last_year), ())


@lru_cache(maxsize=1)
def default_calendar() -> Calendar:
    """Monday to Friday 08:00 to 17:00 in New York, closed on US federal holidays."""
    weekly = dict.fromkeys(range(5), (("08:00", "17:00"),))
    return Calendar("America/New_York", weekly, us_federal(FIRST_INSTANT.year, LAST_INSTANT.year))
