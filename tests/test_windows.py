"""Free windows: how many appointments overlap, where one more finds room, which is the last."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dashboard.instants import to_us
from dashboard.workdays import (
    Calendar,
    default_calendar,
    free_windows,
    last_window,
    most_at_once,
)
from tests.histories import new_york

HOUR = timedelta(hours=1)
HOUR_US = 3_600_000_000


def us(*instants: datetime) -> list[int]:
    return [to_us(instant) for instant in instants]


def test_windows_that_only_touch_do_not_overlap():
    eight, noon, four = new_york(6, "08:00"), new_york(6, "12:00"), new_york(6, "16:00")

    assert most_at_once(to_us(noon), 4, us(eight, four)) == 0


def test_what_overlaps_one_after_the_other_is_not_at_once():
    first, second = new_york(6, "08:00"), new_york(6, "12:00")

    assert most_at_once(to_us(new_york(6, "10:00")), 4, us(first, second)) == 1
    assert most_at_once(to_us(new_york(6, "10:00")), 4, us(first, second, first)) == 2


begins = st.integers(0, 40).map(lambda quarters: quarters * HOUR_US // 4)


@given(begins, st.integers(1, 5), st.lists(begins, max_size=8))
def test_how_many_overlap_agrees_with_counting_quarter_by_quarter(own, hours, taken):
    quarters = range(own, own + hours * HOUR_US, HOUR_US // 4)

    counted = max(
        sum(other <= quarter < other + hours * HOUR_US for other in taken) for quarter in quarters
    )

    assert most_at_once(own, hours, taken) == counted


def test_the_next_free_windows_leave_out_what_is_taken():
    taken = us(new_york(6, "08:00"), new_york(6, "13:00"), new_york(6, "13:00"))

    free = free_windows(
        default_calendar(), new_york(6, "07:00"), 4, 3, taken=taken, at_once=2
    )  # fmt: skip

    # with one more from 10:00 on there would be three of them from 13:00 on
    assert [begins for begins, _ in free] == [
        new_york(6, "08:00"), new_york(6, "09:00"), new_york(7, "08:00"),
    ]  # fmt: skip
    assert all(ends - begins == 4 * HOUR for begins, ends in free)


def test_where_nothing_is_free_for_weeks_it_is_looked_for_further_on():
    calendar, after = default_calendar(), new_york(5, "08:00")
    taken = us(*(begins for begins, _ in calendar.next_windows(after, 4, 300)))

    [(begins, _)] = free_windows(calendar, after, 4, 1, taken=taken, at_once=1)

    assert begins > after + timedelta(weeks=8)


def test_a_calendar_that_never_opens_for_so_long_has_no_free_window():
    short = Calendar("UTC", {0: (("09:00", "12:00"),)}, {})

    assert free_windows(short, datetime(2026, 1, 5, tzinfo=UTC), 4, 3, taken=[], at_once=1) == []


# --- The last one that a limit leaves room for ------------------------------------------------


def last(until: datetime, *taken: datetime, after: datetime | None = None, at_once: int = 1):
    """When the last window of four hours begins that ends by then, asked on Monday at 13:30."""
    found = last_window(
        default_calendar(), after or new_york(5, "13:30"), until, 4, taken=us(*taken),
        at_once=at_once,
    )  # fmt: skip
    assert found is None or found[1] - found[0] == 4 * HOUR
    return found and found[0]


@pytest.mark.parametrize(
    ("until", "begins"),
    [
        (new_york(7, "14:10"), new_york(7, "10:10")),  # ends at the limit itself
        (new_york(7, "17:00"), new_york(7, "13:00")),  # … and at closing time
        (new_york(8, "07:30"), new_york(7, "13:00")),  # a limit outside business hours
        (new_york(7, "11:59"), new_york(6, "13:00")),  # too early in the day: the day before
        (new_york(13, "11:00"), new_york(9, "13:00")),  # over a weekend and a holiday
        (new_york(6, "12:00"), new_york(6, "08:00")),
        (new_york(6, "11:59"), None),  # Monday's last would have begun at 13:00
        (new_york(5, "17:00"), None),
    ],
)
def test_the_last_window_ends_by_the_limit_within_business_hours(until, begins):
    assert last(until) == begins


def test_the_last_window_gives_way_to_those_of_others():
    limit = new_york(7, "15:00")

    assert last(limit) == new_york(7, "11:00")
    # it ends where another begins, if that one is not over by then
    assert last(limit, new_york(7, "12:30")) == new_york(7, "08:30")
    assert last(limit, new_york(7, "11:00")) == new_york(6, "13:00")
    assert last(limit, new_york(7, "07:00")) == new_york(7, "11:00")
    assert last(limit, new_york(7, "12:30"), at_once=2) == new_york(7, "11:00")
    both = new_york(7, "12:30"), new_york(7, "11:30")
    assert last(limit, *both, at_once=2) == new_york(7, "08:30")
    assert last(limit, *both, at_once=3) == new_york(7, "11:00")


def test_the_last_window_does_not_begin_before_now():
    limit = new_york(7, "14:10")

    assert last(limit, after=new_york(7, "10:10")) == new_york(7, "10:10")
    assert last(limit, after=new_york(7, "10:10") + timedelta(microseconds=1)) is None


quarters = st.integers(0, 200).map(lambda count: new_york(5, "08:00") + count * HOUR / 4)


@given(quarters, quarters, st.lists(quarters, max_size=12), st.integers(1, 3))
def test_the_last_window_agrees_with_trying_quarter_by_quarter(after, until, taken, at_once):
    calendar, begins = default_calendar(), until - 4 * HOUR
    while begins >= after and not (
        calendar.is_open(begins, begins + 4 * HOUR)
        and most_at_once(to_us(begins), 4, us(*taken)) < at_once
    ):
        begins -= HOUR / 4

    found = last_window(calendar, after, until, 4, taken=us(*taken), at_once=at_once)

    assert (found and found[0]) == (begins if begins >= after else None)
