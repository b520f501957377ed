"""Dates as trackers write them: what a text says, and which order of day and month it can have."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum

MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
MONTH = r"(?P<name>" + "|".join(MONTHS) + r")[a-z]*\.?"
DAY = r"(?P<day>\d{1,2})(st|nd|rd|th)?"
WEEKDAY = r"(?:(?:mon|tue|wed|thu|fri|sat|sun)[a-z]*\.?,? )?"
TIME = (
    r"(?:(?:,? (?:at )?|t)(?P<hour>\d{1,2})(?::(?P<minute>\d{2})"
    r"(?::(?P<second>\d{2})(?:[.,](?P<fraction>\d{1,9}))?)?(?: ?(?P<half>[ap])\.?(?:m\.?)?)?"
    r"| ?(?P<half_only>[ap])\.?m\.?))?"
)
OFFSET = r"(?: ?(?P<offset>z|[+-]\d{2}(?::?\d{2})?))?"
FORMS = tuple(
    re.compile(WEEKDAY + form, re.ASCII)
    for form in (
        r"(?P<year>\d{4})([-/.])(?P<month>\d{1,2})\2(?P<day>\d{1,2})" + TIME + OFFSET,
        r"(?P<first>\d{1,2})([-/.])(?P<middle>\d{1,2})\2(?P<last>\d{4}|\d{2})" + TIME,
        MONTH + r"[ -]?" + DAY + r",?[ -](?P<year>\d{4}|\d{2})" + TIME,
        DAY + r"[ .-]?" + MONTH + r",?[ .-](?P<year>\d{4}|\d{2})" + TIME,
    )
)
CENTURY = 80  # of a year with two digits, those from here on are the last century's


class DateOrder(StrEnum):
    """In which order a sheet's dates have month, day and year."""

    MDY = "mdy"
    DMY = "dmy"
    YMD = "ymd"


@dataclass(frozen=True, slots=True)
class Written:
    """A date as it is written. `numbers`: the three of one whose order the text does not say."""

    year: int = 0
    month: int = 0
    day: int = 0
    time: tuple[int, int, int, int] | None = None  # hour, minute, second, microsecond
    half: str = ""  # "a" or "p" on a clock of twelve hours
    offset: str = ""
    numbers: tuple[int, int, int] | None = None

    def ordered(self, order: DateOrder) -> "Written":
        """The date with its day and month told apart."""
        if self.numbers is None:
            return self
        first, middle, last = self.numbers
        year, month, day = {
            DateOrder.MDY: (last, first, middle),
            DateOrder.DMY: (last, middle, first),
            DateOrder.YMD: (first, middle, last),
        }[order]
        return Written(_full(year), month, day, self.time, self.half)

    def orders(self) -> set[DateOrder]:
        """The orders that this date can have; none if it is no date in any."""
        if self.numbers is None:
            return set()
        return {order for order in DateOrder if _fits(self.ordered(order), self.numbers, order)}


def read(text: str) -> Written | None:
    """What the text says as a date, with or without a time; None if it is none."""
    typed = " ".join(text.split()).lower()
    found = next((found for form in FORMS if (found := form.fullmatch(typed))), None)
    if not found:
        return None
    parts = found.groupdict()
    time, half = _time(parts)
    if (parts.get("last") or "").startswith("00"):
        return None
    if parts.get("first"):
        numbers = (int(parts["first"]), int(parts["middle"]), int(parts["last"]))
        return Written(time=time, half=half, numbers=numbers)
    name = parts.get("name")
    month = MONTHS.index(name) + 1 if name else int(parts["month"])
    year = int(parts["year"]) if len(parts["year"]) == 4 else _full(int(parts["year"]))
    return Written(year, month, int(parts["day"]), time, half, parts.get("offset") or "")


@dataclass(frozen=True, slots=True)
class Evidence:
    """What a sheet's cells say of the order of its dates.

    `only` has for each order a cell that can have no other; `is_open`: some cell can have two
    that mean different days.
    """

    only: dict[DateOrder, str]
    is_open: bool

    @property
    def order(self) -> DateOrder | None:
        """The order of the sheet; None if nothing says it, or too much does."""
        return next(iter(self.only)) if len(self.only) == 1 else None


def weigh(cells: Iterable[tuple[str, str]]) -> Evidence:
    """What cells, each with its place, say of the order."""
    only: dict[DateOrder, str] = {}
    is_open = False
    for place, text in cells:
        written = read(text)
        orders = written.orders() if written else set[DateOrder]()
        # years of two digits that could stand first are rare: that alone is no reason to ask
        likely = orders - {DateOrder.YMD} or orders
        if written is None or not likely:
            continue
        if len(likely) == 1:
            only.setdefault(next(iter(likely)), f"{place} ({text})")
        elif len({(w.month, w.day) for w in map(written.ordered, likely)}) > 1:
            is_open = True
    return Evidence(only, is_open)


def _time(parts: dict[str, str | None]) -> tuple[tuple[int, int, int, int] | None, str]:
    if not parts.get("hour"):
        return None, ""
    fraction = (parts["fraction"] or "0")[:6].ljust(6, "0")
    hour, minute, second = (int(parts[key] or 0) for key in ("hour", "minute", "second"))
    return (hour, minute, second, int(fraction)), parts["half"] or parts["half_only"] or ""


def _full(year: int) -> int:
    if year >= 100:
        return year
    return year + (1900 if year >= CENTURY else 2000)


def _fits(written: Written, numbers: tuple[int, int, int], order: DateOrder) -> bool:
    if order is DateOrder.YMD and numbers[2] > 31:
        return False
    return 1 <= written.month <= 12 and 1 <= written.day <= 31
