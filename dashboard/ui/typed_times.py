"""Times as people type them: "3:15p", "15 min ago", "yesterday 4pm", "10/28 16:15", "at opening".

Pure: the text, the department's calendar and now give an instant, or a refusal that says how to
write one. Day and month stand in the order of the reader's locale.
"""

import re
from collections.abc import Callable
from datetime import UTC, date, datetime, time, timedelta

from dashboard import formats
from dashboard.errors import InputRefused
from dashboard.formats import on_the_wall
from dashboard.instants import to_datetime
from dashboard.locales import Locale, reader
from dashboard.ui.words import typed_instant
from dashboard.workdays import FIRST_DATE, LAST_DATE, Calendar

WRITE = "Enter it as 3:15p, 15 min ago, yesterday 4pm, or {date}."
LONGEST = 60  # characters
WEEKDAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
MONTHS = (
    *("january", "february", "march", "april", "may", "june", "july", "august"),
    *("september", "october", "november", "december"),
)
DAY, HOUR, MINUTE = timedelta(days=1), timedelta(hours=1), timedelta(minutes=1)
FILLERS = re.compile(r"(?<![a-z])(?:at|on|the|last)(?![a-z])|@|(?<=[a-z\d]),")
AGO = re.compile(
    r"(?:(?P<hours>\d{1,3}(?:\.\d{1,2})?|an?|half an?) ?(?:h|hrs?|hours?))?"
    r"(?: ?(?P<minutes>\d{1,4}|a) ?(?:m|mins?|minutes?))? ago",
    re.ASCII,
)
WORDS = {"a": 1.0, "an": 1.0, "half a": 0.5, "half an": 0.5}
CLOCK = (
    r"(?P<hour>\d{1,2})(?:[:.](?P<minute>\d{2})(?::(?P<second>\d{2}))?)?"
    r" ?(?P<half>[ap])\.?(?:m\.?)?"
    r"|(?P<full_hour>\d{1,2}):(?P<full_minute>\d{2})(?::(?P<full_second>\d{2}))?"
    r"|(?P<word>noon|midnight|opening|close|closing)"
)
FORMS = tuple(
    re.compile(form, re.ASCII)
    for form in (rf"(?:(?P<day>.+?) )?(?:{CLOCK})", rf"(?:{CLOCK}) (?P<day>.+)")
)
DAYS_AGO = re.compile(r"(?P<count>\d{1,3}|a) days? ago", re.ASCII)
NAME = r"(?P<name>[a-z]{3,9})\.?"
NUMBER = r"(?P<day>\d{1,2})(?:st|nd|rd|th)?"
YEAR = r"(?:[ /.-](?P<year>\d{4}|\d{2}))?"
NAMED = tuple(
    re.compile(form + YEAR, re.ASCII) for form in (f"{NAME}[ -]?{NUMBER}", f"{NUMBER}[ -]?{NAME}")
)
NUMBERS = re.compile(
    r"(?P<one>\d{1,2})([/.-])(?P<two>\d{1,2})(?:\2(?P<year>\d{4}|\d{2}))?", re.ASCII
)
YEAR_FIRST = re.compile(r"(?P<year>\d{4})-(?P<one>\d{1,2})-(?P<two>\d{1,2})", re.ASCII)
WEEKDAY_BEFORE = re.compile(r"(?:mon|tue|wed|thu|fri|sat|sun)[a-z]*\.? (?=.*\d)")


def read(text: str, calendar: Calendar, now: datetime) -> datetime | None:
    """The instant that the text tells; None for now. InputRefused if it tells none.

    A time that the clock showed twice is the first; one without a day is today's. A date without a
    year is of the year in which it is nearest.
    """
    typed = _tidy(text)
    if len(text) > LONGEST:
        raise _unreadable(text, "is no time")
    if typed in ("", "now"):
        return None
    if (span := _ago(typed)) is not None:
        return now - span
    today = on_the_wall(now, calendar.zone).date()
    for form in FORMS:
        if found := form.fullmatch(typed):
            clock = found.groupdict()
            day = _day(clock["day"] or "today", text, today)
            if clock["word"] in ("opening", "close", "closing"):
                return _edge(day, clock["word"] == "opening", calendar)
            local = datetime.combine(day, _time(clock, day, text, calendar))
            if (
                day == today
                and _weekday(clock["day"] or "") is not None
                and (typed_instant(local, calendar.zone) > now)
            ):
                local -= 7 * DAY
            return typed_instant(local, calendar.zone)
    raise _unreadable(text, "has no time of day" if _is_day(typed, today) else "is no time")


def quick(calendar: Calendar, now: datetime) -> dict[str, datetime]:
    """The times that are offered, each under the words that also mean it when they are typed."""
    today = on_the_wall(now, calendar.zone).date()
    offered = {"Now": now, "15 min ago": now - 15 * MINUTE, "1 h ago": now - HOUR}
    if (opened := _edges(today, calendar)) and opened[0] <= now:
        offered["At opening"] = opened[0]
    for back in range(1, 7):
        day = today - back * DAY
        if edges := _edges(day, calendar):
            word = "Yesterday" if back == 1 else f"{day:%A}"
            offered[f"{word} at close"] = edges[1]
            break
    return offered


def _tidy(text: str) -> str:
    """Lower case, single spaces, without the words and commas that say nothing."""
    lower = re.sub(r"(?<=\d)t(?=\d)", " ", " ".join(text.lower().split()))
    return " ".join(FILLERS.sub(" ", lower).split())


def _ago(typed: str) -> timedelta | None:
    """How long ago, if that is what it says."""
    found = AGO.fullmatch(typed)
    if not found or not any(found.groups()):
        return None
    hours, minutes = (
        WORDS[part] if part in WORDS else float(part) for part in found.groups(default="0")
    )
    return timedelta(hours=hours, minutes=minutes)


def _is_day(typed: str, today: date) -> bool:
    try:
        _day(typed, typed, today)
    except InputRefused:
        return False
    return True


def _day(typed: str, text: str, today: date) -> date:
    """The day that is named; of weekdays the last one, today included."""
    if typed in ("today", "yesterday"):
        return today if typed == "today" else today - DAY
    if found := DAYS_AGO.fullmatch(typed):
        return today - DAY * int(found["count"].replace("a", "1"))
    if (weekday := _weekday(typed)) is not None:
        return today - DAY * ((today.weekday() - weekday) % 7)
    typed = WEEKDAY_BEFORE.sub("", typed)
    for form, taken in _date_forms():
        if found := form.fullmatch(typed):
            year, month, number = taken(found)
            return _dated(year, month, number, text, today)
    raise _unreadable(text, "is no time")


def _weekday(typed: str) -> int | None:
    """Which day of the week that is, 0 for Monday."""
    return _named(typed, WEEKDAYS)


def _named(typed: str, names: tuple[str, ...]) -> int | None:
    """Which of the names that is, in full or cut short after three letters or more."""
    short = typed.removesuffix(".")
    return next((n for n, name in enumerate(names) if name.startswith(short) and short[2:]), None)


def _date_forms() -> list[tuple[re.Pattern[str], Callable[..., tuple[str | None, int, int]]]]:
    """How a date is written, and which of its parts are year, month and day."""
    is_day_first = reader().locale is Locale.UK

    def numbers(found: re.Match[str]) -> tuple[str | None, int, int]:
        one, two = int(found["one"]), int(found["two"])
        if is_day_first and found.re is NUMBERS:
            one, two = two, one
        return found["year"], one, two

    def named(found: re.Match[str]) -> tuple[str | None, int, int]:
        month = _named(found["name"], MONTHS)
        return found["year"], 0 if month is None else month + 1, int(found["day"])

    return [*((form, named) for form in NAMED), (YEAR_FIRST, numbers), (NUMBERS, numbers)]


def _dated(year: str | None, month: int, day: int, text: str, today: date) -> date:
    """The date; without a year the one that is nearest to today."""
    years = [int(year) + (2000 if len(year) == 2 else 0)] if year else []
    found: list[date] = []
    for number in years or range(today.year - 1, today.year + 2):
        try:
            found.append(date(number, month, day))
        except ValueError:
            continue
    found = [one for one in found if FIRST_DATE < one < LAST_DATE - DAY]
    if not found:
        raise _unreadable(text, "is on a date that does not exist")
    return min(found, key=lambda one: abs(one - today))


def _time(clock: dict[str, str | None], day: date, text: str, calendar: Calendar) -> time:
    """The time of day. Where a clock of twelve hours does not say which half, the office does."""
    if word := clock["word"]:
        return time(12 if word == "noon" else 0)
    half = clock["half"]
    names = ("hour", "minute", "second") if half else ("full_hour", "full_minute", "full_second")
    hour, minute, second = (int(clock[name] or 0) for name in names)
    is_iso = YEAR_FIRST.fullmatch(clock["day"] or "") or (clock["full_hour"] or "").startswith("0")
    is_twelve = reader().locale is Locale.US and not is_iso
    if half or (is_twelve and 1 <= hour <= 12):
        if not 1 <= hour <= 12:
            raise _unreadable(text, "is no time")
        half = half or _half(hour, minute, day, text, calendar)
        hour = hour % 12 + (12 if half == "p" else 0)
    try:
        return time(hour, minute, second)
    except ValueError as error:
        raise _unreadable(text, "is no time") from error


def _half(hour: int, minute: int, day: date, text: str, calendar: Calendar) -> str:
    """Morning or afternoon: the one in which the office is open. InputRefused for both or none."""
    if minute > 59:
        raise _unreadable(text, "is no time")
    open_in = [
        half
        for half, plus in (("a", 0), ("p", 12))
        if _was_open(day, hour % 12 + plus, minute, calendar)
    ]
    if len(open_in) != 1:
        raise _unreadable(text, "can be in the morning or in the afternoon", "Add AM or PM.")
    return open_in[0]


def _was_open(day: date, hour: int, minute: int, calendar: Calendar) -> bool:
    """Whether the office was open at that time, or just closing."""
    edges = _edges(day, calendar)
    local = datetime.combine(day, time(hour, minute))
    return edges is not None and (
        on_the_wall(edges[0], calendar.zone) <= local <= on_the_wall(edges[1], calendar.zone)
    )


def _edge(day: date, is_opening: bool, calendar: Calendar) -> datetime:
    edges = _edges(day, calendar)
    if edges is None:
        raise InputRefused(
            f"The office was closed on {formats.day_text(day)}. Enter another day or a time of day."
        )
    return edges[0] if is_opening else edges[1]


def _edges(day: date, calendar: Calendar) -> tuple[datetime, datetime] | None:
    """When the office opened and closed on the day; None if it did not open."""
    began, ended = calendar.position(calendar.first_instant([day, day + DAY])).tolist()
    if began == ended:
        return None
    first, last = calendar.instant([began + 1, ended]).tolist()
    return to_datetime(first - 1), to_datetime(last)


def example() -> str:
    """A date and time as the reader's locale writes them: "Oct 28, 4:15 PM"."""
    return formats.moment(datetime(reader().today.year, 10, 28, 16, 15, tzinfo=UTC), "UTC")


def _unreadable(text: str, why: str, then: str = "") -> InputRefused:
    then = then or WRITE.format(date=example())
    return InputRefused(
        "“{text}” {why}. {then}", text=" ".join(text.split())[:LONGEST], why=why, then=then
    )
