"""Free windows: how many appointments overlap, and where one more finds room."""

from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from dashboard.instants import to_us
from dashboard.workdays import Calendar, default_calendar, free_windows, most_at_once
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
