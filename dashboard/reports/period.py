"""The month or quarter that a report is of: `Period`."""

import re
from dataclasses import dataclass
from datetime import date

from dashboard.errors import InputRefused
from dashboard.formats import month_in_full

MONTH = re.compile(r"(\d{4})-(0[1-9]|1[0-2])")
QUARTER = re.compile(r"(\d{4})-Q([1-4])")
LAST = "last"


@dataclass(frozen=True, slots=True)
class Period:
    """So many calendar months from the first day of one: 1 is a month, 3 are a quarter."""

    since: date
    months: int = 1

    @property
    def until(self) -> date:
        """The first day that is no longer part of it."""
        return _moved(self.since, self.months)

    @property
    def before(self) -> "Period":
        """The period of the same length before it."""
        return Period(_moved(self.since, -self.months), self.months)

    @property
    def first_month(self) -> str:
        """The month that it begins with, as figures take it."""
        return f"{self.since:%Y-%m}"

    @property
    def kind(self) -> str:
        """What it is called in running text."""
        return "month" if self.months == 1 else "quarter"

    @property
    def key(self) -> str:
        """As it is asked for: 2026-10, 2026-Q4."""
        return self.first_month if self.months == 1 else f"{self.since:%Y}-Q{self._quarter}"

    @property
    def name(self) -> str:
        """As a heading says it: "October 2026", "Q4 2026"."""
        if self.months == 1:
            return month_in_full(self.since)
        return f"Q{self._quarter} {self.since:%Y}"

    @property
    def _quarter(self) -> int:
        return (self.since.month + 2) // 3

    @staticmethod
    def around(day: date, months: int = 1) -> "Period":
        """The month or quarter that the day is part of."""
        return Period(day.replace(month=day.month - (day.month - 1) % months, day=1), months)


def period(text: str, today: date, months: int = 1) -> Period:
    """The period from "2026-10" (`months` 1), "2026-Q4" (3) or "last", the one before today's.

    Raises InputRefused for anything else, and for a period that has not begun.
    """
    current = Period.around(today, months)
    asked = current.before if text == LAST else _read(text, months)
    if asked.since > today:
        raise InputRefused(
            f"{asked.key} has not begun. Choose {current.key} or an earlier {asked.kind}."
        )
    return asked


def read_period(key: str) -> Period:
    """The period of a key as `Period.key` writes it; InputRefused for anything else."""
    return _read(key, 3 if "Q" in key else 1)


def periods(first: date, today: date, months: int = 1) -> list[Period]:
    """Every period from that of `first` to today's, the newest first."""
    found = [Period.around(today, months)]
    while found[-1].since > first:
        found.append(found[-1].before)
    return found


def _read(text: str, months: int) -> Period:
    found = (MONTH if months == 1 else QUARTER).fullmatch(text)
    if not found or not 1970 <= int(found[1]) <= 9000:
        kind, example = ("month", "2026-10") if months == 1 else ("quarter", "2026-Q4")
        raise InputRefused(f"{text!r} is not a {kind}. Enter it as {example}, or {LAST}.")
    number = int(found[2])
    return Period(date(int(found[1]), number if months == 1 else 3 * number - 2, 1), months)


def _moved(day: date, months: int) -> date:
    """The first of the month so many months later, or earlier."""
    moved = day.year * 12 + day.month - 1 + months
    return date(moved // 12, moved % 12 + 1, 1)
