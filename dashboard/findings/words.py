"""The words that findings share: counts, places in the month, steps, and the promise."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any, TypeVar

from dashboard.formats import (
    FEWEST,
    MINUTE_US,
    NBSP,
    day_with_year,
    duration,
    month,
    percent,
    place_sign,
    signed,
)
from dashboard.formats import day as day_words
from dashboard.settings import Settings
from dashboard.workflows import WORKFLOWS

Row = Mapping[str, Any]
T = TypeVar("T")


# Why the exact clock and dates can differ, either way.
AFTER_HOURS = "business time stands still after hours, dates do not"
WHOLE_DATES = "by date the last day counts to its end"


@dataclass(frozen=True, slots=True)
class Promise:
    """Target and limit in business days, and how long these are; None where the cases differ."""

    day_us: int | None
    target: float | None = None
    limit: float | None = None

    @property
    def within(self) -> str:
        """What is kept: "within 3 d", or "within SLA" where several were in force."""
        return f"within {self.limit:g}{NBSP}d" if self.limit is not None else "within SLA"

    @property
    def within_target(self) -> str:
        """The same of the target."""
        return f"within {self.target:g}{NBSP}d" if self.target is not None else "within target"

    @property
    def limit_words(self) -> str:
        """The limit as people say it."""
        return f"{self.limit:g}{NBSP}d" if self.limit is not None else "the SLA"

    @property
    def target_words(self) -> str:
        """The target as people say it."""
        return f"{self.target:g}{NBSP}d" if self.target is not None else "the target"

    def days(self, days: float) -> str:
        """Business days as pages show business time; a decimal where not all are as long."""
        if self.day_us is None:
            return f"{days:.1f}{NBSP}d"
        return duration(days * self.day_us, self.day_us)

    def minutes(self, minutes: float) -> str:
        """Business minutes as pages show business time; in hours where days differ."""
        return duration(minutes * MINUTE_US, self.day_us)

    def difference(self, minutes: float) -> str:
        """A difference of business time, with a minus where it is one."""
        return signed(minutes * MINUTE_US, self.day_us)


def promised(settings: Settings, workflow: str | None, now_us: int, held: Iterable[Row]) -> Promise:
    """What the cases told of are measured against: what was promised when each was opened.

    `held` are their promises, as the figure `promises` has them; where there is no case, it is what
    the chosen path, or all of them, are measured against if opened at that instant.
    """
    kept = {(row["day_us"], row["target_us"], row["limit_us"]) for row in held}
    if not kept:
        chosen = [settings.targets_at(key, now_us) for key in WORKFLOWS if workflow in (None, key)]
        kept = {(item.day_us, item.target_us, item.limit_us) for item in chosen}
    days = {day_us for day_us, *_ in kept}
    targets = {target_us / day_us for day_us, target_us, _ in kept}
    limits = {limit_us / day_us for day_us, _, limit_us in kept}
    return Promise(_only(days), _only(targets), _only(limits))


def _only(values: set[T]) -> T | None:
    return values.pop() if len(values) == 1 else None


def split(held: Iterable[Row]) -> str:
    """Who kept which limit, where several were in force; `held` as the query promises has it."""
    by_limit: dict[float, list[int]] = {}
    for row in held:
        of_limit = by_limit.setdefault(row["limit_us"] / row["day_us"], [0, 0])
        of_limit[0] += row["within_limit"]
        of_limit[1] += row["n_completed"]
    parts = [
        f"within {limit:g}{NBSP}d {percent(kept / n)} of {n:,}"
        for limit, (kept, n) in sorted(by_limit.items())
        if n
    ]
    return f" By the SLA in force: {', '.join(parts)}." if len(parts) > 1 else ""


def odd_days(settings: Settings, now_us: int) -> list[str]:
    """Where a business day is not as long as an ordinary day of the hours: now, and later on."""
    calendar = settings.calendar
    later = {settings.begins_us(day) for day, _ in calendar.later}
    later |= {item.since_us for item in settings.targets}
    said: list[str] = []
    before = ""
    for us in sorted({now_us, *(us for us in later if us > now_us)}):
        day = calendar.local_date([us])[0].astype(object)
        text = _odd_day(settings, calendar.on(day).ordinary_us, us)
        begins = f"From {day_with_year(day)}, a" if us > now_us else "A"
        if text and text != before:
            said.append(f"{begins} {text}")
        before = text
    return said


def _odd_day(settings: Settings, ordinary_us: int, at_us: int) -> str:
    """The sentence about an instant, without its first word; empty where the lengths agree."""
    lengths = {settings.targets_at(key, at_us).day_us for key in WORKFLOWS} - {ordinary_us}
    if not lengths or not ordinary_us:
        return ""
    words = " or ".join(duration(us, None) for us in sorted(lengths))
    return (
        f"normal day is open for {duration(ordinary_us, None)}, but a business day counts as "
        f"{words}, so an SLA of 3 business days is not three normal days. If this is not "
        "intended, set the hours in a business day under Settings, Calendar."
    )


def agreed(asked: Promise, window: tuple[int, int] = Settings().window) -> dict[str, str]:
    """What the glossary’s meanings are filled with."""
    first, last = map(place_sign, window)
    return {
        "day": duration(asked.day_us, None) if asked.day_us else "which differ",
        "target": asked.target_words if asked.target is not None else "that of the case’s path",
        "limit": asked.limit_words if asked.limit is not None else "that of the case’s path",
        "window": f"{first} to {last}",
    }


def count(n: int, noun: str) -> str:
    """A number and what it counts: "1 case", "2 cases"."""
    return f"{n:,} {noun}" if n == 1 else f"{n:,} {noun}s"


def count_is(n: int, noun: str) -> str:
    """The same with its verb: "1 case is", "2 cases are"."""
    return f"{count(n, noun)} {'is' if n == 1 else 'are'}"


def differing(exact: bool, by_date: bool) -> str:
    """Why a completed case kept its SLA by the one count and not by the other; empty if by both."""
    if exact == by_date:
        return ""
    if exact:
        return f"Within SLA by the exact clock, missed by date: {AFTER_HOURS}."
    return f"On time by date, over the SLA by the exact clock: {WHOLE_DATES}."


def of_few(n: int, noun: str) -> str:
    """Of how many a mean, share or median is, where these are few: " (n = 3 cases)"."""
    return f" (n = {count(n, noun)})" if n < FEWEST else ""


def capital(text: str) -> str:
    """The same at the head of a sentence."""
    return text[:1].upper() + text[1:]


def points(share: float) -> str:
    """A difference of shares in points, with its sign: "+8 points", "−1 point", "0 points"."""
    n = round(100 * share)
    return f"{'−' if n < 0 else '+' if n > 0 else ''}{count(abs(n), 'point')}"


def place(days: int) -> str:
    """Where in the month a day is, as it stands in a sentence."""
    if days == 0:
        return "on the month’s last business day"
    if days < 0:
        return f"on business day {-days} of the month"
    return f"{count(days, 'business day')} before month end"


def step(row: Row) -> str:
    """A step by number, name and path; never by its party, whose hand-over may be unrecorded."""
    label = WORKFLOWS[row["workflow"]].step(row["step"]).label
    return f"step {row['step']} ({label}) of the {path(row['workflow'])} path"


def path(workflow: str) -> str:
    """A path's name inside a sentence."""
    short = WORKFLOWS[workflow].short
    return short if " " in short else short.lower()


def period(begins: date, kind: str) -> str:
    """A month or week by its first day."""
    return f"the week of {day_words(begins)}" if kind == "week" else month(begins)
