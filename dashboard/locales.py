"""For whom values are written: a department's locale, and today. Names and patterns are Babel's.

The edge knows both, once a page, letter, report or command: it says for whom it writes, by `reads`
or `read_by`, and nobody below has to pass it on. There is no default: a value that is written
outside of any edge is a mistake, and raises.
"""

import re
from collections.abc import Generator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from functools import cache
from typing import Any


class Locale(StrEnum):
    """How a department writes dates and times; its words are American English in each."""

    US = "en_US"
    UK = "en_GB"
    ISO = "iso"


# Of each kind of value: where Babel has a locale's pattern (a skeleton), or the pattern itself …
PATTERNS = {
    "day": "MMMd",
    "day_year": "yMMMd",
    "weekday": "MMMEd",
    "weekday_year": "yMMMEd",
    "month": "MMMM",
    "month_year": "yMMMM",
    "short_month": "MMM",
    "short_month_year": "MMM ’yy",
}
# … and what ISO 8601 has in its place.
ISO = {
    **dict.fromkeys(PATTERNS, "yyyy-MM"),
    **dict.fromkeys(("day", "day_year"), "yyyy-MM-dd"),
    **dict.fromkeys(("weekday", "weekday_year"), "EEE yyyy-MM-dd"),
    "full": "EEEE yyyy-MM-dd",
    "time": "HH:mm",
    "seconds": "HH:mm:ss",
}
TIMES = {"time": "short", "seconds": "medium"}
# What Vega calls the parts of a date, by what Babel's patterns call them.
PARTS = {
    **{"EEEE": "%A", "EEE": "%a", "E": "%a"},
    **{"MMMM": "%B", "MMM": "%b", "MM": "%m", "dd": "%d", "d": "%-d"},
    **{"yyyy": "%Y", "yy": "%y", "y": "%Y"},
}
# What spreadsheets call them, where it is not Babel's letters in small.
CELLS = {"y": "yyyy"}
COLUMN_TIMES = {Locale.US: "h:mm AM/PM"}
PART = re.compile(r"([A-Za-z])\1*")
INPUTS = {Locale.US: "MM/DD/YYYY", Locale.UK: "DD/MM/YYYY", Locale.ISO: "YYYY-MM-DD"}


@dataclass(frozen=True, slots=True)
class Reader:
    """For whom values are written: the department's locale, and its date of today."""

    locale: Locale
    today: date


_reader: ContextVar[Reader] = ContextVar("reader")


def reads(reader: Reader) -> None:
    """Write for that reader from here on, to the end of this thread's work."""
    _reader.set(reader)


@contextmanager
def read_by(reader: Reader) -> Generator[None]:
    """Write for that reader, for the length of the block."""
    before = _reader.set(reader)
    try:
        yield
    finally:
        _reader.reset(before)


def reader() -> Reader:
    """For whom values are written here; LookupError where nobody said."""
    return _reader.get()


def input_format() -> Any:
    """How the browser's inputs take a date."""
    return INPUTS[reader().locale]


def column_format() -> str:
    """How tables to edit show a date and a time of day."""
    return f"{input_format()} {'h:mm A' if reader().locale is Locale.US else 'HH:mm'}"


def cell_formats() -> dict[str, str]:
    """How a spreadsheet shows the dates, instants and months that it keeps as such."""
    locale = reader().locale
    day = PART.sub(lambda part: CELLS.get(part[0], part[0].lower()), pattern(locale, "day_year"))
    gap, time = (" " if locale is Locale.ISO else ", "), COLUMN_TIMES.get(locale, "hh:mm")
    month = "yyyy-mm" if locale is Locale.ISO else "mmm yyyy"
    return {"date": day, "instant": f"{day}{gap}{time}", "month": month}


def vega_locale() -> dict[str, Any]:
    """What charts are told: %x is a date with its year, %c without it, %X a month with its year."""
    locale = reader().locale
    babel = babel_of(locale)
    months, days = babel.months["format"], babel.days["format"]
    from_sunday = [6, *range(6)]
    signs = babel.number_symbols["latn"]
    time: dict[str, Any] = {
        "date": _vega(locale, "day_year"),
        "dateTime": _vega(locale, "day"),
        "time": _vega(locale, "short_month_year"),
        "periods": [babel.periods["am"], babel.periods["pm"]],
        "days": [days["wide"][n] for n in from_sunday],
        "shortDays": [days["abbreviated"][n] for n in from_sunday],
        "months": [months["wide"][n] for n in range(1, 13)],
        "shortMonths": [months["abbreviated"][n] for n in range(1, 13)],
    }
    if locale is Locale.ISO:
        time["shortMonths"] = [f"{n:02}" for n in range(1, 13)]
    number = {"decimal": signs["decimal"], "thousands": signs["group"], "grouping": [3]}
    return {"time": time, "number": {**number, "currency": ["$", ""]}}


@cache
def pattern(locale: Locale, kind: str) -> str:
    """The locale's pattern for that kind of value, its spaces plain."""
    if locale is Locale.ISO:
        return ISO[kind]
    babel = babel_of(locale)
    if kind == "full":
        found = babel.date_formats["full"].pattern
    elif kind in TIMES:
        found = babel.time_formats[TIMES[kind]].pattern
    else:
        known = babel.datetime_skeletons.get(PATTERNS[kind])
        found = known.pattern if known else PATTERNS[kind]
    return found.replace("\u202f", " ").replace("\u00a0", " ")


@cache
def babel_of(locale: Locale) -> Any:
    """The names of days and months, and the signs of numbers, as Babel has them."""
    from babel import Locale as Babel

    return Babel.parse(Locale.US if locale is Locale.ISO else locale)


def _vega(locale: Locale, kind: str) -> str:
    return PART.sub(lambda part: PARTS[part[0]], pattern(locale, kind))
