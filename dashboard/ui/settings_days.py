"""Hours and holidays as people write them: texts to hours, and names of holidays to dates.

A calendar keeps dates and no names, so which place's holidays it follows is read out of it.
"""

import re
from collections.abc import Collection, Iterable, Mapping
from datetime import date, datetime, time
from functools import lru_cache

from dashboard import formats
from dashboard.errors import InputRefused
from dashboard.workdays import (
    FIRST_INSTANT,
    LAST_INSTANT,
    HoursText,
    holiday_places,
    public_holidays,
)
from dashboard.workdays.hours import checked_hours

WEEKDAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
CLOSED = "closed"
HALF = 12  # hours
CLOCK = r"(\d{1,2})(?::(\d\d))?\s*([AaPp]\.?[Mm]\.?)?"
SPAN = re.compile(rf"{CLOCK}\s*(?:[-–—]|to)\s*{CLOCK}")
MIDNIGHT = "24:00"  # the end of a day
REMARK = re.compile(r"\s*\([^)]*\)$")  # "(observed)", "(estimated)"
Holidays = Mapping[str, frozenset[date]]


def hours_of(text: str, whose: str) -> HoursText:
    """The hours that a text such as "08:00–12:00, 13:00–17:00" tells; closed if it is empty.

    InputRefused for a text that tells none; `whose` hours they are.
    """
    said = text.strip()
    if said.casefold() in ("", CLOSED):
        return ()
    spans = []
    for part in re.split(r"[,;]|\band\b", said):
        found = SPAN.fullmatch(part.strip())
        if found is None:
            raise InputRefused(
                f"The hours for {whose} are “{said}”. Enter them as 08:00–17:00, separated by "
                f"commas, or {CLOSED}."
            )
        spans.append((_clock(*found.groups()[:3]), _clock(*found.groups()[3:])))
    return checked_hours(whose, spans)


def _clock(hour: str, minute: str | None, half: str | None) -> str:
    """A time of day by 24 hours: "5 PM" is 17:00. What is no hour stays so, to be refused."""
    number = int(hour)
    if half and 1 <= number <= HALF:
        number = number % HALF + (HALF if half[0] in "Pp" else 0)
    return f"{number:02d}:{minute or '00'}"


def told(hours: HoursText) -> str:
    """Hours as a text that `hours_of` reads."""
    return ", ".join(f"{opens}–{closes}" for opens, closes in hours) or CLOSED


def week_told(weekly: Mapping[int, HoursText]) -> str:
    """A week's hours in few words: "Mon–Fri 8:00 AM–5:00 PM"."""
    runs: list[tuple[int, int, HoursText]] = []
    for day, hours in sorted(weekly.items()):
        if runs and runs[-1][1] == day - 1 and runs[-1][2] == hours:
            runs[-1] = (runs[-1][0], day, hours)
        else:
            runs.append((day, day, hours))
    short = [name[:3] for name in WEEKDAYS]
    return "; ".join(
        f"{short[first]}{f'–{short[last]}' if last > first else ''} {_read(hours)}"
        for first, last, hours in runs
    )


def _read(hours: HoursText) -> str:
    """Hours as the reader writes times of day."""
    spans = (f"{_time(opens)}–{_time(closes)}" for opens, closes in hours)
    return ", ".join(spans) or CLOSED


def _time(clock: str) -> str:
    if clock == MIDNIGHT:
        return "midnight"
    return formats.time(datetime.combine(date.min, time.fromisoformat(clock)))


@lru_cache(maxsize=64)
def holidays_of(country: str, state: str | None) -> Holidays:
    """The place's holidays by name, as far as calendars reach, with the days they are observed."""
    dates: dict[str, set[date]] = {}
    for day, text in public_holidays(
        country, state, FIRST_INSTANT.year, LAST_INSTANT.year
    ).items():  # fmt: skip
        for name in text.split("; "):
            dates.setdefault(REMARK.sub("", name), set()).add(day)
    return {name: frozenset(days) for name, days in sorted(dates.items())}


@lru_cache(maxsize=8)
def place_of(closed: frozenset[date], year: int) -> tuple[str, str | None]:
    """The country and state whose holidays of that year the closed dates resemble most."""

    def likeness(place: tuple[str, str | None]) -> int:
        return sum(1 if day in closed else -1 for day in public_holidays(*place, year, year))

    known = holiday_places()
    # of places that are equally like, the first: a whole country before its states
    places = [("US", None), *((country, None) for country in known)]
    places += [(country, state) for country, states in known.items() for state in states]
    return max(places, key=likeness)


def kept_names(holidays: Holidays, days: Collection[date]) -> list[str]:
    """The holidays all of whose dates are among these."""
    return [name for name, dates in holidays.items() if dates <= set(days)]


def single_days(
    exceptions: Mapping[date, HoursText], holidays: Holidays, names: Iterable[str]
) -> dict[date, HoursText]:
    """What is left of the exceptions once these holidays, closed, are taken for granted."""
    granted = dates_of(holidays, names)
    return {day: hours for day, hours in exceptions.items() if hours or day not in granted}


def dates_of(holidays: Holidays, names: Iterable[str]) -> set[date]:
    """All dates of the holidays of these names."""
    return {day for name in names for day in holidays.get(name, ())}
