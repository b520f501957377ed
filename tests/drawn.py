"""Settings at random: what departments may have set, drawn through the commands that set it."""

import os
from collections.abc import Mapping
from contextlib import suppress
from datetime import UTC, date, datetime, time, timedelta
from functools import cache
from random import Random
from typing import Any
from zoneinfo import ZoneInfo

from hypothesis import strategies as st

from dashboard import clock, commands
from dashboard.errors import InputRefused
from dashboard.instants import to_us
from dashboard.settings import MINUTE_US, Settings
from dashboard.workdays import Calendar, Hours
from dashboard.workflows import WORKFLOWS
from tests.builders import ADMIN, MONDAY, bulk

SEEDS = st.integers(0, 2**32)
# Each zone with the turn of a month within days of which its clocks change, if they ever do.
ZONES = {
    "America/New_York": date(2026, 11, 1),
    "Europe/London": date(2027, 4, 1),
    "Australia/Lord_Howe": date(2027, 4, 1),  # by half an hour
    "Asia/Kolkata": date(2026, 11, 1),  # half an hour off the others'
    "Australia/Sydney": date(2026, 10, 1),  # a day before New York's for most of the day
    "America/Chicago": date(2026, 11, 1),
}
ALL_DAY = (("00:00", "24:00"),)
HALF_DAY = (("09:00", "13:00"),)
NINE_TO_FIVE = (("09:00", "17:00"),)
WEEKS: tuple[Mapping[int, Hours], ...] = (
    dict.fromkeys(range(5), (("08:00", "12:00"), ("13:00", "17:00"))),
    dict.fromkeys(range(5), NINE_TO_FIVE) | {5: HALF_DAY},
    dict.fromkeys(range(4), (("09:00", "15:00"),)) | {4: HALF_DAY},
    dict.fromkeys(range(7), ALL_DAY),
    dict.fromkeys((6, 0, 1, 2, 3), (("07:30", "18:00"),)),
    dict.fromkeys((1, 3), (("00:00", "02:30"), ("19:00", "24:00"))),  # of an evening, over midnight
    dict.fromkeys(range(5), (("08:00", "17:00"),)),
)
SINGLE_DAYS: tuple[Hours, ...] = ((), (), HALF_DAY, ALL_DAY)
DAY_MINUTES = (240, 360, 450, 480, 540, 615)
PROMISES = ((0.5, 1), (0.25, 0.25), (1, 1.75), (2, 3), (3, 5))  # target and limit, business days
WINDOWS = ((2, -1), (0, 0), (0, -5), (4, 0), (1, -2))


def draw(desk: Any, seed: int, around: date | None = None) -> None:
    """Set hours, day length, targets and window at random; what begins later, near that date."""
    rng = Random(seed)
    zone = rng.choice(list(ZONES))
    around = around or ZONES[zone]
    _open(desk, rng, _hours(rng, zone, around))
    for workflow in WORKFLOWS:
        if rng.random() < 0.7:
            _promise(desk, rng, workflow, None)
    if rng.random() < 0.5:
        since = around + timedelta(days=rng.randint(-4, 6))
        _open(desk, rng, _hours(rng, zone, around), since)
    for workflow in WORKFLOWS:
        if rng.random() < 0.4:
            _promise(desk, rng, workflow, around + timedelta(days=rng.randint(-4, 6)))
    with suppress(InputRefused):  # it is the window already
        commands.change_planning(desk, window=rng.choice(WINDOWS), by=ADMIN, now=MONDAY)


@cache
def drawn_settings(seed: int) -> Settings:
    """What is set in a department of that seed."""
    desk = bulk()
    draw(desk, seed)
    return desk.settings


def run_seed() -> int:
    """The seed of a whole run, for what is too slow to be tried often: DRAWN, or any other."""
    return int(os.environ.setdefault("DRAWN", f"{to_us(clock.now())}"))


def turn_of(settings: Settings) -> date:
    """The first of the month around which a log of that department is told."""
    return ZONES[settings.calendar.zone]


def morning_of(settings: Settings) -> datetime:
    """Eight o'clock on a Monday, five days or more before that."""
    day = turn_of(settings) - timedelta(days=5)
    monday = day - timedelta(days=day.weekday())
    return datetime.combine(monday, time(8), ZoneInfo(settings.calendar.zone)).astimezone(UTC)


def _hours(rng: Random, zone: str, around: date) -> Calendar:
    days = [around + timedelta(days=rng.randint(-10, 35)) for _ in range(rng.randint(0, 6))]
    return Calendar(zone, rng.choice(WEEKS), {day: rng.choice(SINGLE_DAYS) for day in days})


def _open(desk: Any, rng: Random, calendar: Calendar, since: date | None = None) -> None:
    """Hours, and a business day as long as an ordinary one of them, or of another length."""
    length = rng.choice([calendar.ordinary_us // MINUTE_US, rng.choice(DAY_MINUTES)])
    with suppress(InputRefused):  # these are the hours already
        commands.change_calendar(desk, calendar, since, day_minutes=length, by=ADMIN, now=MONDAY)


def _promise(desk: Any, rng: Random, workflow: str, since: date | None) -> None:
    target, limit = rng.choice(PROMISES)
    minutes = rng.choice(DAY_MINUTES) if since or rng.random() < 0.4 else None
    with suppress(InputRefused):  # it is promised already
        commands.change_targets(
            desk, workflow, target, limit, since, day_minutes=minutes, by=ADMIN, now=MONDAY
        )
