"""When firms submit their cancellation forms."""

import random
from datetime import datetime, timedelta

from dashboard.sample.office import Office, Shift

# How many times an ordinary day's forms come in on the last business days of a month, …
MONTH_END = {3: 1.2, 2: 1.6, 1: 1.9, 0: 2.1, -1: 0.8}
# … and from January to December: few in the tax season and in summer, many in autumn.
SEASON = (0.90, 0.75, 0.65, 0.70, 1.15, 1.05, 0.75, 0.85, 1.15, 1.30, 1.25, 0.90)
BETWEEN_HOLIDAYS = 0.4  # from 24 December to New Year
WEEKDAYS = (1.15, 1.05, 1.0, 0.95, 0.85)
GROWTH = 1.6  # how many times as many come in at the end as at the beginning
# The last days before the end are busy ones whatever the season, so that there is work to look at.
LAST_DAYS, BUSY = 4, 2.7
EVENING = 0.05  # the share of forms submitted after hours


def submissions(office: Office, cases: int, rng: random.Random) -> list[datetime]:
    """The instants at which so many forms are submitted, in order."""
    shifts = [shift for shift in office.shifts if shift.opens < office.until]
    weights = [_weight(office, shift) for shift in shifts]
    busy = BUSY * sum(weights) / len(weights)
    weights[-LAST_DAYS:] = [
        busy * (min(shift.closes, office.until) - shift.opens) / (shift.closes - shift.opens)
        for shift in shifts[-LAST_DAYS:]
    ]
    chosen = rng.choices(shifts, weights, k=cases)
    return sorted(_instant(office, shift, rng) for shift in chosen)


def _weight(office: Office, shift: Shift) -> float:
    day = shift.day
    weight = MONTH_END.get(shift.to_month_end, 1.0) * SEASON[day.month - 1]
    weight *= WEEKDAYS[min(day.weekday(), 4)]
    if (day.month, day.day) >= (12, 24):
        weight *= BETWEEN_HOLIDAYS
    return weight * (
        1 + (GROWTH - 1) * (shift.opens - office.since) / (office.until - office.since)
    )


def _instant(office: Office, shift: Shift, rng: random.Random) -> datetime:
    evening = shift.closes + timedelta(minutes=rng.randint(10, 300))
    if rng.random() < EVENING and evening + timedelta(days=4) < office.until:
        return evening
    # most come in the late morning and the early afternoon
    share = (rng.random() + rng.random() + 2 * rng.random()) / 4
    at = shift.opens + (min(shift.closes, office.until) - shift.opens) * share
    return at.replace(microsecond=0)
