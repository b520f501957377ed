"""Opening hours as people write them, checked, and as wall-clock microseconds."""

import re
from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime, time
from itertools import pairwise
from typing import TypeAlias

import numpy as np

from dashboard.errors import InputRefused
from dashboard.instants import EPOCH
from dashboard.workdays.clocks import DAY, MINUTE, Dates, Flags, Integers

Hours: TypeAlias = Sequence[tuple[str | time, str | time]]
HoursText: TypeAlias = tuple[tuple[str, str], ...]

_CLOCK_TIME = re.compile(r"([01][0-9]|2[0-3]):([0-5][0-9])|24:00", re.ASCII)
_EPOCH_DAY = EPOCH.toordinal()
_DATE_MONDAY = 4  # 1970-01-05 was a Monday


def checked_hours(whose: str, hours: Hours) -> HoursText:
    """The (open, close) times as texts, in order; raises InputRefused for a day that cannot be."""
    try:
        spans = sorted((_text(whose, opens), _text(whose, closes)) for opens, closes in hours)
    except (TypeError, ValueError) as error:
        raise InputRefused(
            f"The hours of {whose} are {hours!r}: give a list of (open, close) pairs, "
            "each time as HH:MM; an empty list is a closed day."
        ) from error
    for opens, closes in spans:
        if closes <= opens:
            raise InputRefused(
                f"The hours of {whose} close at {closes}, not after they open at {opens}. Midnight "
                "is 24:00 at a day's end; what runs over midnight is a span on each day."
            )
    for (earlier, closes), (opens, _) in pairwise(spans):
        if opens < closes:
            raise InputRefused(
                f"The hours of {whose} overlap: open from {earlier} to {closes} and again from "
                f"{opens}. Make them one span, or part them."
            )
    return tuple(spans)


def checked_weekday(day: int) -> int:
    """The weekday; raises InputRefused if it is none."""
    if not isinstance(day, int) or not 0 <= day <= 6:
        raise InputRefused(f"{day!r} is no weekday: give 0 (Monday) to 6 (Sunday).")
    return day


def checked_date(day: date) -> date:
    """The date; raises InputRefused for anything else, a datetime too."""
    if not isinstance(day, date) or isinstance(day, datetime):
        raise InputRefused(f"{day!r} is not a date: enter a date without a time of day.")
    return day


def open_days(
    days: Dates, weekly: Mapping[int, HoursText], exceptions: Mapping[date, HoursText]
) -> Flags:
    """Whether the hours open on each of these consecutive days."""
    numbers = days.astype(np.int64)
    is_open = np.isin((numbers - _DATE_MONDAY) % 7, list(weekly))
    for day, hours in exceptions.items():
        index = _number(day) - numbers[0]
        if 0 <= index < len(days):
            is_open[index] = bool(hours)
    return is_open


def wall_spans(
    days: Dates, weekly: Mapping[int, HoursText], exceptions: Mapping[date, HoursText]
) -> tuple[Integers, Integers]:
    """Opening and closing readings of the wall clock over these days, in order."""
    numbers = days.astype(np.int64)
    usual = numbers[~np.isin(numbers, [_number(day) for day in exceptions])]
    usual_weekday = (usual - _DATE_MONDAY) % 7
    spans = [np.empty((0, 2), dtype=np.int64)]
    for weekday, hours in weekly.items():
        midnights = usual[usual_weekday == weekday] * DAY
        spans += [midnights[:, np.newaxis] + span for span in _edges(hours)]
    for day, hours in exceptions.items():
        spans += [_number(day) * DAY + np.array([span]) for span in _edges(hours)]
    opens, closes = np.sort(np.concatenate(spans), axis=0).T
    return opens, closes


def ordinary_us(weekly: Mapping[int, HoursText]) -> int:
    """Open microseconds of most weekdays that open, of equally many the longer; 0: none opens."""
    lengths = [int(sum(closes - opens for opens, closes in _edges(day))) for day in weekly.values()]
    return max(lengths, key=lambda us: (lengths.count(us), us), default=0)


def _text(whose: str, moment: str | time) -> str:
    if isinstance(moment, time):
        text = f"{moment:%H:%M}"
        is_whole = moment == time(moment.hour, moment.minute)
    else:
        text = moment
        is_whole = _CLOCK_TIME.fullmatch(text) is not None
    if not is_whole:
        raise InputRefused(
            f"The hours of {whose} name {moment!s}, which is no time of the form HH:MM: give whole "
            "minutes from 00:00 to 24:00, without a zone."
        )
    return text


def _edges(hours: HoursText) -> Iterable[Integers]:
    for span in hours:
        minutes = [int(text[:2]) * 60 + int(text[3:]) for text in span]
        yield np.array(minutes, dtype=np.int64) * MINUTE


def _number(day: date) -> int:
    return day.toordinal() - _EPOCH_DAY
