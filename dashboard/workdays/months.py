"""Dates in their months: how many business days each is from its month's end."""

from collections.abc import Sequence
from datetime import date
from typing import TypeAlias

import numpy as np
from numpy.typing import ArrayLike

from dashboard.errors import InputRefused
from dashboard.workdays.clocks import FIRST_DATE, LAST_DATE, Dates, Flags, Integers

DatesLike: TypeAlias = ArrayLike | date | Sequence[date]

# So many business days at a month's beginning still belong to the month end before it.
MONTH_START_DAYS = 5

# Every date that a calendar tells about, and the rest of the months of the first and the last.
DAYS: Dates = np.arange("1989-12", "2100-03", dtype="datetime64[D]")

_NONE_FOLLOWS = np.iinfo(np.int64).min


def rows(dates: DatesLike) -> Integers:
    """Where in `DAYS` these dates are; raises InputRefused for one out of the range."""
    days = np.asarray(dates, dtype="datetime64[D]")
    is_known = (np.datetime64(FIRST_DATE) <= days) & (days <= np.datetime64(LAST_DATE))
    if not is_known.all():
        raise InputRefused(
            f"The date {days[~is_known].flat[0]} lies outside the calendar, which knows "
            f"{FIRST_DATE} to {LAST_DATE}: correct it."
        )
    return (days - DAYS[0]).astype(np.int64)


def month_ends(is_business_day: Flags) -> Integers:
    """For each of `DAYS` the count to the month's end of its next business day, or itself."""
    business = np.flatnonzero(is_business_day)
    months = DAYS[business].astype("datetime64[M]")
    _, firsts, sizes = np.unique(months, return_index=True, return_counts=True)
    nth = np.arange(1, len(business) + 1) - np.repeat(firsts, sizes)
    left = np.repeat(sizes, sizes) - nth
    counts = np.where((nth <= MONTH_START_DAYS) & (left > 0), -nth, left)
    following = np.searchsorted(business, np.arange(len(DAYS)))
    return np.append(counts, _NONE_FOLLOWS)[following]


def counted(counts: Integers, at: Integers) -> Integers:
    """The counts at these rows; raises InputRefused where no business day follows."""
    found = counts[at]
    is_lost = found == _NONE_FOLLOWS
    if is_lost.any():
        raise InputRefused(
            f"{DAYS[at[is_lost].flat[0]]} has no place in its month, because the calendar has no "
            "business day from then on: give it opening hours."
        )
    return found
