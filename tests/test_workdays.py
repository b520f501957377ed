"""Business time against answers from outside, a slow twin, and by hand."""

import copy
import csv
import json
import pickle
from bisect import bisect_right
from collections.abc import Iterator, Mapping
from datetime import UTC, date, datetime, time, timedelta, timezone
from functools import cache
from pathlib import Path
from typing import Any, TypeAlias
from zoneinfo import ZoneInfo

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from dashboard.errors import InputRefused
from dashboard.instants import to_us
from dashboard.workdays import (
    FIRST_DATE,
    FIRST_INSTANT,
    LAST_DATE,
    LAST_INSTANT,
    Calendar,
    HoursText,
    country_name,
    default_calendar,
    holiday_places,
    public_holidays,
    state_name,
    us_federal,
)

DATA = Path(__file__).parent / "data"
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
MICROSECOND, MINUTE, HOUR = timedelta(microseconds=1), timedelta(minutes=1), timedelta(hours=1)
DAY = timedelta(days=1)
NEW_YORK = ZoneInfo("America/New_York")
OFFICE = dict.fromkeys(range(5), (("08:00", "17:00"),))
ALWAYS = dict.fromkeys(range(7), (("00:00", "24:00"),))

Weekly: TypeAlias = Mapping[int, HoursText]
Exceptions: TypeAlias = Mapping[date, HoursText]


def us(at: datetime) -> int:
    return (at - EPOCH) // MICROSECOND


def instant(microseconds: int) -> datetime:
    return EPOCH + microseconds * MICROSECOND


def new_york(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=NEW_YORK)


def dates(*texts: str) -> np.ndarray[Any, np.dtype[np.datetime64]]:
    return np.array(texts, dtype="datetime64[D]")


# Answers from outside -----------------------------------------------------------------------


@cache
def given_calendars() -> dict[str, Calendar]:
    """The calendars of the answers file, a slow day-walking reference of other authors."""
    described = json.loads((DATA / "business_time_calendars.json").read_text())
    return {name: Calendar.from_data({**data, "later": []}) for name, data in described.items()}


@cache
def given_answers() -> list[dict[str, str]]:
    with (DATA / "business_time_vectors.csv").open(newline="") as file:
        return list(csv.DictReader(file))


def answers_of(name: str, *, is_forward: bool = False) -> Iterator[tuple[int, ...]]:
    columns = ("start_us", "end_us", "open_us", *(("due_us",) if is_forward else ()))
    for row in given_answers():
        if row["calendar"] == name and not (is_forward and row["due_us"] == ""):
            yield tuple(int(row[column]) for column in columns)


def test_the_answers_file_is_whole():
    assert len(given_answers()) == 3000
    assert {row["calendar"] for row in given_answers()} == set(given_calendars())


@pytest.mark.parametrize("name", given_calendars())
def test_open_time_is_as_the_answers_file_says(name: str):
    starts, ends, open_us = np.array(list(answers_of(name)), dtype=np.int64).T
    calendar = given_calendars()[name]

    np.testing.assert_array_equal(calendar.position(ends) - calendar.position(starts), open_us)


@pytest.mark.parametrize("name", given_calendars())
def test_due_instants_are_as_the_answers_file_says(name: str):
    calendar = given_calendars()[name]

    for start, _, open_us, due in answers_of(name, is_forward=True):
        assert us(calendar.add(instant(start), open_us * MICROSECOND)) == due


def test_the_default_calendar_closes_on_the_holidays_of_the_answers_file():
    described = given_calendars()["new_york"]

    assert us_federal(2014, 2030) == {
        day: () for day in described.exceptions if 2014 <= day.year <= 2030
    }
    days = np.arange("2014-01-01", "2031-01-01", dtype="datetime64[D]")
    np.testing.assert_array_equal(
        default_calendar().is_business_day(days), described.is_business_day(days)
    )


def test_a_new_year_observed_in_the_old_one_belongs_to_the_old_one():
    assert date(2021, 12, 31) in us_federal(2021, 2021)
    assert min(us_federal(2022, 2022)) == date(2022, 1, 1)


def test_the_holidays_of_a_state_are_its_countrys_and_its_own_by_name():
    federal, new_york_state = (public_holidays("US", place, 2026, 2026) for place in (None, "NY"))

    assert federal[date(2026, 7, 3)] == "Independence Day (observed)"
    assert federal.keys() < new_york_state.keys()
    assert new_york_state[date(2026, 11, 3)] == "Election Day"
    assert list(new_york_state) == sorted(new_york_state)
    assert "NY" in holiday_places()["US"]


@pytest.mark.parametrize(("country", "state"), [("XX", None), ("US", "ZZ"), ("", None)])
def test_a_place_without_known_holidays_is_refused(country, state):
    with pytest.raises(InputRefused, match="Choose another place, or enter the dates"):
        public_holidays(country, state, 2026, 2026)


def test_a_place_is_called_by_its_name_and_code_and_by_its_code_where_it_has_no_name():
    assert (country_name("US"), country_name("XX")) == ("United States (US)", "XX")
    assert (state_name("US", "TX"), state_name("BE", "Flemish")) == ("Texas (TX)", "Flemish")


# The slow twin ------------------------------------------------------------------------------


def walked_spans(
    calendar: Calendar, first: date, last: date, widest_change: timedelta = 2 * HOUR
) -> list[tuple[int, int]]:
    """Opening hours the slow way: walk on until the wall clock shows each time or more.

    Nowhere near the time sought the walk takes strides, else minutes.
    """
    zone = ZoneInfo(calendar.zone)
    at = datetime.combine(first, time(), UTC) - 2 * DAY
    spans: list[tuple[int, int]] = []
    for number in range((last - first).days):
        day = first + timedelta(number)
        usual = calendar.weekly.get(day.weekday(), ())
        for span in calendar.exceptions.get(day, usual):
            edges: list[int] = []
            for text in span:
                sought = datetime.combine(day, time()) + timedelta(
                    hours=int(text[:2]), minutes=int(text[3:])
                )
                while (shown := at.astimezone(zone).replace(tzinfo=None)) < sought:
                    at += max(MINUTE, sought - shown - widest_change)
                edges.append(us(at))
            spans.append((edges[0], edges[1]))
    return spans


def walked_changes(zone: str, first: date, last: date) -> list[int]:
    """The hours after which the zone's offset is another."""
    info, at = ZoneInfo(zone), datetime.combine(first, time(), UTC)
    hours = [at + number * HOUR for number in range((last - first).days * 24)]
    offsets = [hour.astimezone(info).utcoffset() for hour in hours]
    return [us(hours[n]) for n in range(1, len(hours)) if offsets[n] != offsets[n - 1]]


def overlaps(spans: list[tuple[int, int]], starts: Any, ends: Any) -> Any:
    """Open microseconds of each interval: what it shares with every span, added up."""
    opens, closes = np.array(spans, dtype=np.int64).T
    early, late = np.minimum(starts, ends), np.maximum(starts, ends)
    shared = [
        np.clip(np.minimum(b, closes) - np.maximum(a, opens), 0, None).sum()
        for a, b in zip(early, late, strict=True)
    ]
    return np.array(shared) * np.sign(ends - starts)


def odd_days(first: date, last: date) -> dict[date, HoursText]:
    """Every 17th day closed, every 23rd short, every 29th with hours of its own."""
    days = [first + timedelta(number) for number in range((last - first).days)]
    return {
        **dict.fromkeys(days[::29], (("06:30", "09:45"), ("21:05", "24:00"))),
        **dict.fromkeys(days[::23], (("08:00", "12:00"),)),
        **dict.fromkeys(days[::17], ()),
    }


# Opening hours whose edges fall into the hours that clocks repeat or leap over.
SUNDAY = (("00:00", "01:15"), ("01:45", "02:30"), ("02:30", "02:45"), ("02:55", "24:00"))
LORD_HOWE = {**OFFICE, 5: (("09:00", "13:00"),), 6: (("00:30", "01:40"), ("01:50", "02:10"))}
SPLIT = dict.fromkeys(range(5), (("09:00", "12:30"), ("13:30", "17:30")))
TRIED = {
    "America/New_York": ({**OFFICE, 5: (("20:00", "24:00"),), 6: SUNDAY}, 2016),
    "Australia/Lord_Howe": (LORD_HOWE, 2016),
    "Europe/London": ({**SPLIT, 6: (("01:10", "01:50"),)}, 2016),
    "Asia/Kolkata": (dict.fromkeys(range(6), (("09:30", "13:00"), ("14:00", "18:30"))), 2016),
    "America/Sao_Paulo": ({**OFFICE, 5: (("12:00", "24:00"),), 6: (("00:00", "09:00"),)}, 2014),
    "America/St_Johns": ({**ALWAYS, 5: (("22:45", "24:00"),), 6: (("00:30", "09:00"),)}, 2007),
    "Africa/Casablanca": ({**OFFICE, 6: SUNDAY}, 2015),
}


@pytest.mark.parametrize("zone", TRIED)
def test_positions_agree_with_the_slow_twin(zone: str):
    weekly, year = TRIED[zone]
    first, last = date(year, 1, 1), date(year + 4, 1, 1)
    calendar = Calendar(zone, weekly, odd_days(first, last))
    spans, changes = walked_spans(calendar, first, last), walked_changes(zone, first, last)
    since, until = us(datetime(year, 1, 2, tzinfo=UTC)), us(datetime(year + 3, 12, 30, tzinfo=UTC))
    chance, pairs = np.random.default_rng(7), (9_000, 2)
    anywhere = chance.integers(since, until, pairs)
    at_edges = chance.choice(np.ravel(spans), pairs) + chance.integers(-2, 3, pairs)
    by_changes = chance.choice(changes or np.ravel(spans), pairs) + chance.integers(
        -3 * HOUR // MICROSECOND, 3 * HOUR // MICROSECOND, pairs
    )
    starts, ends = np.concatenate([anywhere, at_edges, by_changes]).clip(since, until).T

    np.testing.assert_array_equal(
        calendar.position(ends) - calendar.position(starts), overlaps(spans, starts, ends)
    )


def test_a_date_that_a_zone_left_out_has_no_open_time():
    # Samoa went from Thursday the 29th to Saturday the 31st of December 2011.
    calendar = Calendar("Pacific/Apia", dict.fromkeys(range(7), (("08:00", "17:00"),)), {})
    first, last = date(2011, 12, 20), date(2012, 1, 10)
    spans = walked_spans(calendar, first, last, widest_change=27 * HOUR)

    opens, closes, _ = calendar.spans()
    is_then = (opens >= spans[0][0]) & (closes <= spans[-1][1])
    assert list(zip(opens[is_then], closes[is_then], strict=True)) == [
        span for span in spans if span[1] > span[0]
    ]
    assert sum(is_then) == len(spans) - 1


# Clock changes by hand ----------------------------------------------------------------------


@pytest.mark.parametrize(
    ("zone", "day", "hours"),
    [
        ("America/New_York", "2026-03-08", 23),
        ("America/New_York", "2026-11-01", 25),
        ("Australia/Lord_Howe", "2026-04-05", 24.5),
        ("Australia/Lord_Howe", "2026-10-04", 23.5),
        ("America/Sao_Paulo", "2018-11-04", 23),  # midnight itself was left out
        ("America/Havana", "2024-11-03", 25),  # midnight comes twice
        ("Africa/Casablanca", "2025-02-23", 25),  # summer time pauses for Ramadan
    ],
)
def test_a_day_open_round_the_clock_is_as_long_as_the_clocks_make_it(zone, day, hours):
    calendar = Calendar(zone, ALWAYS, {})

    begin, end = calendar.first_instant(dates(day)), calendar.first_instant(dates(day) + 1)

    assert (calendar.position(end) - calendar.position(begin)).tolist() == [
        hours * HOUR // MICROSECOND
    ]


@pytest.mark.parametrize(
    ("opens", "closes", "minutes"),
    [
        ("01:00", "01:30", 30),  # closes when the clock first shows 01:30
        ("01:30", "03:00", 150),  # opens when it first shows 01:30
        ("00:00", "01:30", 90),
        ("01:15", "01:45", 30),
        ("02:00", "03:00", 60),  # 02:00 comes but once
    ],
)
def test_a_time_that_comes_twice_counts_at_its_first_coming(opens, closes, minutes):
    calendar = Calendar("America/New_York", {6: [(opens, closes)]}, {})

    day = new_york("2026-11-01T00:00"), new_york("2026-11-02T00:00")

    assert calendar.elapsed(*day) == minutes * MINUTE


@pytest.mark.parametrize(
    ("opens", "closes", "minutes"),
    [
        ("02:30", "04:00", 60),  # at 03:00, just after 01:59, it is past 02:30
        ("01:00", "02:30", 60),
        ("02:10", "02:50", 0),
        ("01:00", "04:00", 120),
    ],
)
def test_a_time_that_clocks_leap_over_counts_at_the_change(opens, closes, minutes):
    calendar = Calendar("America/New_York", {6: [(opens, closes)]}, {})

    day = new_york("2026-03-08T00:00"), new_york("2026-03-09T00:00")

    assert calendar.elapsed(*day) == minutes * MINUTE


def test_a_calendar_of_another_zone_tells_the_date_from_its_first_instant_on():
    calendar = Calendar("America/New_York", ALWAYS, {})
    moved = calendar.followed_by(date(2026, 7, 1), Calendar("Asia/Kolkata", ALWAYS, {}))

    first = int(moved.first_instant(date(2026, 7, 1)))

    assert moved.local_date([first - 1, first]).tolist() == [date(2026, 6, 30), date(2026, 7, 1)]


def test_a_change_in_the_first_hours_of_the_range_is_seen():
    # Lima went from five hours behind UTC to four as 1990 began there
    lima = Calendar("America/Lima", ALWAYS, {})

    dates = lima.local_date([us(datetime(1990, 1, 1, hour, 30, tzinfo=UTC)) for hour in (4, 5)])

    assert dates.tolist() == [date(1989, 12, 31), date(1990, 1, 1)]
    assert lima.first_instant(date(1990, 1, 1)) == us(datetime(1990, 1, 1, 5, tzinfo=UTC))


def test_two_changes_within_a_week_are_both_seen():
    # Boa Vista kept summer time from the 8th to the 15th of October 2000 only.
    calendar = Calendar("America/Boa_Vista", OFFICE, {})

    opens = calendar.first_instant(dates("2000-10-06", "2000-10-11", "2000-10-18"))

    assert ((opens // (HOUR // MICROSECOND)) % 24).tolist() == [4, 3, 4]


# Properties ---------------------------------------------------------------------------------

ZONES = ["America/New_York", "Australia/Lord_Howe", "Europe/London", "Asia/Kolkata", "UTC"]
times = st.integers(0, 1440).map(lambda minutes: f"{minutes // 60:02}:{minutes % 60:02}")
hours = st.lists(times, max_size=6, unique=True).map(
    lambda texts: tuple(zip(*[iter(sorted(texts))] * 2, strict=False))
)
exceptions = st.dictionaries(st.dates(date(2024, 1, 1), date(2027, 12, 31)), hours, max_size=8)
calendars = st.builds(
    Calendar, st.sampled_from(ZONES), st.dictionaries(st.integers(0, 6), hours), exceptions
)
instants = st.builds(
    lambda minute, off, zone: (EPOCH + minute * MINUTE + off * MICROSECOND).astimezone(zone),
    st.integers(*((datetime(year, 1, 1, tzinfo=UTC) - EPOCH) // MINUTE for year in (2024, 2028))),
    st.sampled_from([0, -1, 1, 12_345_678]),
    st.sampled_from([UTC, NEW_YORK]),
)
durations = st.timedeltas(timedelta(0), 20 * DAY)


@settings(deadline=None, max_examples=60)
@given(calendars, st.lists(instants, min_size=2, max_size=20))
def test_positions_rise_with_time_and_never_faster(calendar, moments):
    passed = np.sort([us(at) for at in moments])

    rises = np.diff(calendar.position(passed))

    assert (rises >= 0).all()
    assert (rises <= np.diff(passed)).all()


@settings(deadline=None, max_examples=60)
@given(calendars, st.lists(instants, max_size=20))
def test_instant_is_the_earliest_of_its_position(calendar, moments):
    passed = np.array([us(at) for at in moments], dtype=np.int64)

    positions = calendar.position(passed)
    earliest = calendar.instant(positions)

    assert (earliest <= passed).all()
    np.testing.assert_array_equal(calendar.position(earliest), positions)
    is_later = earliest > us(FIRST_INSTANT)
    np.testing.assert_array_equal(
        calendar.position(earliest[is_later] - 1), positions[is_later] - 1
    )


@settings(deadline=None, max_examples=60)
@given(calendars, instants, durations)
def test_adding_and_then_measuring_gives_back_what_was_added(calendar, start, duration):
    assume(calendar.weekly)
    assume(duration <= calendar.elapsed(start, LAST_INSTANT - timedelta(days=1)))

    due = calendar.add(start, duration)

    assert calendar.elapsed(start, due) == duration
    assert calendar.elapsed(due, start) == -duration
    assert not duration or calendar.elapsed(start, due - MICROSECOND) < duration
    assert due.tzinfo is start.tzinfo


@settings(deadline=None, max_examples=60)
@given(calendars, instants, instants)
def test_one_interval_and_an_array_give_the_same(calendar, start, end):
    positions = calendar.position([us(start), us(end)])

    assert calendar.elapsed(start, end) // MICROSECOND == positions[1] - positions[0]
    assert calendar.elapsed(end, start) == -calendar.elapsed(start, end)


@settings(deadline=None, max_examples=60)
@given(calendars, instants, durations)
def test_open_means_that_all_of_the_time_counts(calendar, start, duration):
    end = instant(us(start)) + duration

    counts = calendar.elapsed(start, end) == duration and calendar.is_open(start, start)

    assert calendar.is_open(start, end) == counts


@settings(deadline=None, max_examples=60)
@given(calendars, instants)
def test_a_table_of_spans_gives_the_same_positions(calendar, at):
    opens, closes, positions = (column.tolist() for column in calendar.spans())

    row = bisect_right(opens, us(at)) - 1

    assert positions[row] + min(us(at), closes[row]) - opens[row] == calendar.position(us(at))
    assert all(opened > closed for opened, closed in zip(opens[1:], closes, strict=False))


@settings(deadline=None, max_examples=60)
@given(calendars, calendars, st.dates(date(2024, 2, 1), date(2027, 11, 30)), instants, instants)
def test_calendars_that_follow_each_other_count_piece_by_piece(old, new, first_date, start, end):
    both = old.followed_by(first_date, new)
    begin = instant(int(new.first_instant(first_date)))

    def piece(at):
        return old.elapsed(begin, at) if at < begin else new.elapsed(begin, at)

    assert both.elapsed(start, end) == piece(end) - piece(start)
    local = (old if end < begin else new).local_date(us(end))
    assert both.local_date(us(end)) == local


# Calendars that follow each other -----------------------------------------------------------

LONG = Calendar("America/New_York", dict.fromkeys(range(5), (("07:00", "19:00"),)), {})
SHORT = Calendar("America/New_York", dict.fromkeys(range(5), (("10:00", "14:00"),)), {})
PLAIN = Calendar("America/New_York", OFFICE, {})


def hours_of_day(calendar: Calendar, day: str) -> float:
    begin, end = calendar.first_instant(dates(day)), calendar.first_instant(dates(day) + 1)
    return float((calendar.position(end) - calendar.position(begin))[0]) / (HOUR // MICROSECOND)


def test_new_hours_do_not_rewrite_the_past():
    calendar = PLAIN.followed_by(date(2026, 6, 1), LONG).followed_by(date(2026, 9, 1), SHORT)

    days = ["2026-05-29", "2026-06-01", "2026-08-31", "2026-09-01"]
    assert [hours_of_day(calendar, day) for day in days] == [9, 12, 12, 4]
    before = us(new_york("2026-05-31T23:59"))
    assert calendar.position(before) == PLAIN.position(before)


def test_an_earlier_date_corrects_the_changes_after_it():
    calendar = PLAIN.followed_by(date(2026, 6, 1), LONG).followed_by(date(2026, 3, 2), SHORT)

    assert calendar == PLAIN.followed_by(date(2026, 3, 2), SHORT)
    assert PLAIN.followed_by(date(2026, 3, 2), LONG).followed_by(
        date(2026, 3, 2), SHORT
    ) == PLAIN.followed_by(date(2026, 3, 2), SHORT)


def test_a_calendar_with_changes_can_follow_another():
    changing = PLAIN.followed_by(date(2026, 3, 2), LONG).followed_by(date(2026, 9, 1), SHORT)

    calendar = PLAIN.followed_by(date(2026, 6, 1), changing)

    assert calendar.later == ((date(2026, 6, 1), LONG), (date(2026, 9, 1), SHORT))
    assert calendar.on(date(2026, 5, 31)) == PLAIN
    assert calendar.on(date(2026, 6, 1)) == LONG
    assert calendar.on(date(2030, 1, 1)) == SHORT


def test_business_days_and_dates_are_those_of_the_calendar_in_force():
    sundays = Calendar("Asia/Kolkata", {6: [("09:30", "18:30")]}, {})
    calendar = PLAIN.followed_by(date(2026, 6, 1), sundays)

    assert calendar.is_business_day(dates("2026-05-29", "2026-06-05", "2026-06-07")).tolist() == [
        True,
        False,
        True,
    ]
    assert calendar.days_to_month_end(dates("2026-05-29", "2026-06-01", "2026-06-28")).tolist() == [
        0,
        -1,
        0,
    ]
    late = [us(new_york("2026-05-31T10:00")), us(new_york("2026-06-10T16:00"))]
    assert calendar.local_date(late).tolist() == [date(2026, 5, 31), date(2026, 6, 11)]
    begins = calendar.first_instant(dates("2026-05-31", "2026-06-01"))
    assert [instant(at) for at in begins.tolist()] == [
        datetime(2026, 5, 31, 4, tzinfo=UTC),
        datetime(2026, 5, 31, 18, 30, tzinfo=UTC),
    ]


def test_a_later_change_holds_where_an_earlier_one_would_begin_after_it():
    # The 2nd begins in Pago Pago an hour after the 3rd has begun on Kiritimati.
    west, east = Calendar("Pacific/Pago_Pago", ALWAYS, {}), Calendar("Pacific/Kiritimati", {}, {})
    calendar = PLAIN.followed_by(date(2026, 6, 2), west).followed_by(date(2026, 6, 3), east)

    assert (
        calendar.elapsed(new_york("2026-06-01T17:00"), new_york("2026-06-30T00:00")) == timedelta()
    )


# Days to month end --------------------------------------------------------------------------


def test_days_to_month_end_by_hand():
    # October 2026 has 21 business days (Columbus Day is the 12th), November 19.
    first_week = dates("2026-10-01", "2026-10-02", "2026-10-05", "2026-10-06", "2026-10-07")
    calendar = default_calendar()

    assert calendar.days_to_month_end(first_week).tolist() == [-1, -2, -3, -4, -5]
    assert calendar.days_to_month_end(dates("2026-10-08", "2026-10-29", "2026-10-30")).tolist() == [
        15,
        1,
        0,
    ]
    assert calendar.days_to_month_end(dates("2026-10-12", "2026-10-13")).tolist() == [13, 13]


def test_a_day_off_takes_the_next_business_days_place_also_over_the_month_end():
    # Saturday 31 October, Sunday 1 November; Monday is the month's first business day.
    weekend = dates("2026-10-31", "2026-11-01", "2026-11-02")

    assert default_calendar().days_to_month_end(weekend).tolist() == [-1, -1, -1]


def test_the_last_business_day_is_0_in_a_short_month_too():
    fridays = Calendar("UTC", {4: [("08:00", "12:00")]}, {date(2026, 5, 1): ()})
    first_only = Calendar("UTC", {}, {date(2026, 5, 4): [("08:00", "12:00")]})

    october = dates("2026-10-02", "2026-10-09", "2026-10-16", "2026-10-23", "2026-10-30")
    assert fridays.days_to_month_end(october).tolist() == [-1, -2, -3, -4, 0]
    may = dates("2026-05-01", "2026-05-08", "2026-05-15", "2026-05-22", "2026-05-29")
    assert fridays.days_to_month_end(may).tolist() == [-1, -1, -2, -3, 0]
    assert first_only.days_to_month_end(dates("2026-03-01", "2026-05-04")).tolist() == [0, 0]


def test_days_to_month_end_agree_with_a_slow_twin():
    calendar = default_calendar()
    days = [date(2019, 12, 31) + timedelta(number) for number in range(4 * 366)]
    holidays = us_federal(2019, 2024)

    def is_business_day(day):
        return day.weekday() < 5 and day not in holidays

    def twin(day):
        while not is_business_day(day):
            day += DAY
        month = [day.replace(day=1) + timedelta(number) for number in range(31)]
        work = [each for each in month if each.month == day.month and is_business_day(each)]
        if day == work[-1]:
            return 0
        place = work.index(day) + 1
        return -place if place <= 5 else len(work) - place

    assert calendar.days_to_month_end(days).tolist() == [twin(day) for day in days]
    assert calendar.is_business_day(days).tolist() == [is_business_day(day) for day in days]


# Open and windows ---------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("start", "end", "is_open"),
    [
        ("2026-03-02T08:00", "2026-03-02T17:00", True),
        ("2026-03-02T07:59", "2026-03-02T12:00", False),
        ("2026-03-02T13:00", "2026-03-02T17:01", False),
        ("2026-03-02T16:00", "2026-03-03T09:00", False),  # the night between
        ("2026-03-02T18:00", "2026-03-02T20:00", False),
        ("2026-03-02T08:00", "2026-03-02T08:00", True),  # the moment of opening is open, …
        ("2026-03-02T17:00", "2026-03-02T17:00", False),  # … that of closing is not
    ],
)
def test_open_is_wholly_inside_opening_hours(start, end, is_open):
    assert default_calendar().is_open(new_york(start), new_york(end)) is is_open


def test_the_next_windows_begin_on_whole_hours_and_end_by_closing_time():
    windows = default_calendar().next_windows(new_york("2026-11-25T11:20"), hours=4, count=4)

    # Thanksgiving is Thursday the 26th.
    assert windows == [
        (new_york(f"2026-11-{start}"), new_york(f"2026-11-{end}"))
        for start, end in [
            ("25T12:00", "25T16:00"),
            ("25T13:00", "25T17:00"),
            ("27T08:00", "27T12:00"),
            ("27T09:00", "27T13:00"),
        ]
    ]


def test_a_window_can_begin_at_once():
    after = new_york("2026-03-02T08:00")

    assert default_calendar().next_windows(after, hours=9, count=1) == [(after, after + 9 * HOUR)]
    assert default_calendar().next_windows(after, hours=1, count=1) == [(after, after + HOUR)]


def test_a_window_never_lies_over_a_break():
    split = Calendar("Europe/London", SPLIT, {})

    windows = split.next_windows(datetime(2026, 1, 5, tzinfo=UTC), hours=3, count=3)

    # 09:00 to 12:30 leaves one start on a whole hour, 13:30 to 17:30 another.
    assert [start.hour for start, _ in windows] == [9, 14, 9]


def test_there_is_no_window_where_none_fits():
    split = Calendar("Europe/London", SPLIT, {})
    half_past = Calendar("UTC", dict.fromkeys(range(5), (("08:30", "12:30"),)), {})
    monday = datetime(2026, 1, 5, tzinfo=UTC)

    assert split.next_windows(monday, hours=5, count=3) == []
    assert half_past.next_windows(monday, hours=4, count=3) == []
    assert default_calendar().next_windows(monday, hours=4, count=0) == []


def test_whole_hours_are_those_of_the_wall_clock():
    # On Lord Howe clocks go back from 02:00 to 01:30; Kolkata is half an hour off everywhere.
    lord_howe, kolkata = Calendar("Australia/Lord_Howe", ALWAYS, {}), ZoneInfo("Asia/Kolkata")
    after = datetime(2026, 4, 5, 0, 10, tzinfo=ZoneInfo("Australia/Lord_Howe"))

    starts = [us(start) for start, _ in lord_howe.next_windows(after, hours=4, count=3)]

    assert np.diff(starts).tolist() == [1.5 * HOUR // MICROSECOND, HOUR // MICROSECOND]
    [(start, _)] = given_calendars()["kolkata"].next_windows(
        datetime(2026, 3, 2, tzinfo=kolkata), hours=4, count=1
    )
    assert start == datetime(2026, 3, 2, 10, tzinfo=kolkata)


# What a calendar is -------------------------------------------------------------------------

FULL = default_calendar().followed_by(date(2026, 6, 1), given_calendars()["lord_howe_saturday"])


def test_a_calendar_goes_through_json_and_comes_back_the_same():
    data = json.loads(json.dumps(FULL.as_data(), allow_nan=False))

    assert Calendar.from_data(data) == FULL
    assert data == FULL.as_data()
    assert data["weekly"]["0"] == [["08:00", "17:00"]]
    assert data["later"][0]["first_date"] == "2026-06-01"


@pytest.mark.parametrize(
    "again", [copy.deepcopy, lambda calendar: pickle.loads(pickle.dumps(calendar))]
)
def test_a_copy_is_equal_and_has_the_same_hash(again):
    assert again(FULL) == FULL
    assert hash(again(FULL)) == hash(FULL)
    assert default_calendar() != FULL


def test_texts_and_times_in_any_order_make_the_same_calendar():
    texts = Calendar("UTC", {1: [("13:00", "24:00"), ("08:00", "12:00")], 0: []}, {})
    typed = Calendar("UTC", {1: [(time(8), time(12)), (time(13), "24:00")]}, {})

    assert texts == typed
    assert texts.weekly == {1: (("08:00", "12:00"), ("13:00", "24:00"))}


def test_a_calendar_cannot_be_changed():
    with pytest.raises(TypeError):
        PLAIN.weekly[0] = ()  # pyright: ignore[reportIndexIssue]
    with pytest.raises(AttributeError):
        PLAIN.zone = "UTC"  # pyright: ignore[reportAttributeAccessIssue]


def test_spans_that_touch_are_one():
    halves = dict.fromkeys(range(7), (("00:00", "12:00"), ("12:00", "24:00")))
    opens, closes, positions = Calendar("UTC", halves, {}).spans()

    assert [opens.tolist(), closes.tolist()] == [[us(FIRST_INSTANT)], [us(LAST_INSTANT)]]
    assert positions.tolist() == [0]


def test_a_calendar_that_never_opens_counts_nothing():
    closed = Calendar("UTC", {}, {})

    assert closed.elapsed(FIRST_INSTANT, LAST_INSTANT) == timedelta()
    assert closed.instant([0]).tolist() == [us(FIRST_INSTANT)]
    assert not closed.is_open(FIRST_INSTANT, LAST_INSTANT)


def test_no_values_give_no_values():
    calendar = default_calendar()

    assert calendar.position([]).tolist() == []
    assert calendar.instant([]).tolist() == []
    assert calendar.local_date([]).tolist() == []
    assert calendar.days_to_month_end([]).tolist() == []


def test_both_ends_of_the_range_belong_to_it():
    calendar = Calendar("UTC", ALWAYS, {})

    assert calendar.elapsed(FIRST_INSTANT, LAST_INSTANT) == LAST_INSTANT - FIRST_INSTANT
    assert calendar.add(FIRST_INSTANT, LAST_INSTANT - FIRST_INSTANT) == LAST_INSTANT
    ends = [us(FIRST_INSTANT), us(LAST_INSTANT)]
    assert calendar.instant(calendar.position(ends)).tolist() == ends
    office, (none, all_of_it) = default_calendar(), default_calendar().position(ends).tolist()
    assert none == 0
    assert office.elapsed(FIRST_INSTANT, LAST_INSTANT) == all_of_it * MICROSECOND
    for zone in ("Pacific/Kiritimati", "Pacific/Pago_Pago"):
        local = Calendar(zone, ALWAYS, {}).local_date(ends)
        assert Calendar(zone, ALWAYS, {}).is_business_day(local).all()


def test_adding_nothing_gives_the_start_itself():
    sunday = new_york("2026-03-01T12:00")

    assert default_calendar().add(sunday, timedelta(0)) is sunday


# Refusals -----------------------------------------------------------------------------------

MONDAY = new_york("2026-03-02T09:00")


@pytest.mark.parametrize("zone", ["Nowhere/Town", "", "America", "../UTC", "/etc/hostname", 5])
def test_an_unknown_zone_is_refused(zone):
    with pytest.raises(InputRefused, match=r"no time zone .*'America/New_York'"):
        Calendar(zone, OFFICE, {})


@pytest.mark.parametrize("day", [-1, 7, "0", None])
def test_a_weekday_out_of_the_week_is_refused(day):
    with pytest.raises(InputRefused, match=r"no weekday: give 0 \(Monday\) to 6 \(Sunday\)"):
        Calendar("UTC", {day: ()}, {})


@pytest.mark.parametrize("day", ["2026-01-01", MONDAY, None])
def test_an_exception_for_what_is_no_date_is_refused(day):
    with pytest.raises(InputRefused, match="is not a date"):
        Calendar("UTC", {}, {day: ()})
    with pytest.raises(InputRefused, match="is not a date"):
        PLAIN.followed_by(day, LONG)


@pytest.mark.parametrize(
    ("hours", "reason"),
    [
        ([("17:00", "08:00")], "weekday 2 close at 08:00, not after they open at 17:00"),
        ([("08:00", "08:00")], "close at 08:00"),
        ([("22:00", "00:00")], "Midnight is 24:00"),
        ([("24:00", "24:00")], "close at 24:00"),
        ([("08:00", "12:00"), ("11:59", "17:00")], "overlap: open from 08:00 to 12:00 and again"),
        ([("08:00", "17:00"), ("08:00", "17:00")], "overlap"),
        ([("8:00", "17:00")], "8:00, which is no time of the form HH:MM"),
        ([("08:00", "24:01")], "24:01"),
        ([("08:00", "17:60")], "17:60"),
        ([("08:00", "17:00\n")], "no time of the form"),
        ([("٠٨:00", "17:00")], "no time of the form"),
        ([("08:00", time.max)], "23:59:59.999999"),
        ([(time(8, tzinfo=UTC), "17:00")], "without a zone"),
        ([(8, 17)], r"list of \(open, close\) pairs"),
        (("08:00", "17:00"), r"list of \(open, close\) pairs"),
        ([("08:00",)], r"list of \(open, close\) pairs"),
        (None, r"list of \(open, close\) pairs"),
    ],
)
def test_hours_that_cannot_be_are_refused(hours, reason):
    with pytest.raises(InputRefused, match=reason):
        Calendar("UTC", {2: hours}, {})
    with pytest.raises(InputRefused, match=r"hours of 2026-12-24"):
        Calendar("UTC", {}, {date(2026, 12, 24): hours})


@pytest.mark.parametrize(
    "data",
    [
        {},
        {"zone": "UTC", "weekly": {"Monday": []}, "exceptions": {}, "later": []},
        {"zone": "UTC", "weekly": [], "exceptions": {}, "later": []},
        {"zone": "UTC", "weekly": {}, "exceptions": {"24.12.2026": []}, "later": []},
        {"zone": "UTC", "weekly": {}, "exceptions": {}, "later": [{"first_date": "2026-01-01"}]},
    ],
)
def test_data_that_describe_no_calendar_are_refused(data):
    with pytest.raises(InputRefused, match="describes no calendar"):
        Calendar.from_data(data)


def test_a_time_without_a_zone_is_refused_everywhere():
    naive = MONDAY.replace(tzinfo=None)
    calendar = default_calendar()

    for ask in (
        lambda: calendar.elapsed(naive, MONDAY),
        lambda: calendar.elapsed(MONDAY, naive),
        lambda: calendar.add(naive, HOUR),
        lambda: calendar.is_open(MONDAY, naive),
        lambda: calendar.next_windows(naive, hours=4, count=1),
    ):
        with pytest.raises(InputRefused, match="2026-03-02 09:00:00 has no zone"):
            ask()


@pytest.mark.parametrize("at", [FIRST_INSTANT - MICROSECOND, LAST_INSTANT + MICROSECOND])
def test_an_instant_out_of_range_is_refused_by_name(at):
    calendar, named = default_calendar(), rf"{at:%Y-%m-%d %H:%M:%S.%f}.*1990-01-01 to 2100-01-01"

    with pytest.raises(InputRefused, match=named):
        calendar.position([us(MONDAY), us(at)])
    with pytest.raises(InputRefused, match=named):
        calendar.local_date(us(at))
    with pytest.raises(InputRefused, match=named):
        calendar.elapsed(MONDAY, at)
    with pytest.raises(InputRefused, match=named):
        calendar.add(at.astimezone(timezone(-HOUR)), timedelta(0))


def test_an_instant_that_no_date_can_name_is_refused_too():
    with pytest.raises(InputRefused, match="-9223372036854775808 µs after 1970"):
        default_calendar().position([np.iinfo(np.int64).min])


@pytest.mark.parametrize("day", [FIRST_DATE - DAY, LAST_DATE + DAY, "NaT"])
def test_a_date_out_of_range_is_refused_by_name(day):
    calendar = default_calendar()

    for ask in (calendar.is_business_day, calendar.days_to_month_end, calendar.first_instant):
        with pytest.raises(InputRefused, match=f"{day} lies outside .* 1989-12-31 to 2100-01-01"):
            ask(["2026-03-02", day])


def test_a_position_that_no_instant_has_is_refused():
    calendar = default_calendar()
    last = int(calendar.position(us(LAST_INSTANT)))

    for position in (-1, last + 1):
        with pytest.raises(InputRefused, match=f"position {position}: .* from 0 to {last}"):
            calendar.instant([0, position])


def test_less_than_no_time_cannot_be_added():
    with pytest.raises(InputRefused, match="less than none"):
        default_calendar().add(MONDAY, -MICROSECOND)


def test_time_that_the_calendar_does_not_have_cannot_be_added():
    with pytest.raises(InputRefused, match="not open for another 40000 days"):
        default_calendar().add(MONDAY, timedelta(40_000))
    with pytest.raises(InputRefused, match="check its opening hours"):
        Calendar("UTC", {}, {}).add(MONDAY, MICROSECOND)


def test_an_interval_backwards_is_not_open_but_wrong():
    with pytest.raises(InputRefused, match="give the earlier time first"):
        default_calendar().is_open(MONDAY + HOUR, MONDAY)


def test_a_window_of_no_hours_is_refused():
    with pytest.raises(InputRefused, match="window of 0 hours"):
        default_calendar().next_windows(MONDAY, hours=0, count=1)


def test_a_date_with_no_business_day_after_it_has_no_place_in_a_month():
    closing = Calendar("UTC", {}, {date(2026, 5, 4): [("08:00", "12:00")]})

    with pytest.raises(InputRefused, match="2026-05-05 has no place in its month"):
        closing.days_to_month_end(dates("2026-05-04", "2026-05-05"))


def test_many_instants_at_once_have_the_positions_they_have_one_by_one() -> None:
    breaks = tuple(
        (f"{h:02d}:{m:02d}", f"{h:02d}:{m + 7:02d}") for h in range(24) for m in (0, 20, 40)
    )
    calendar = Calendar("Europe/London", dict.fromkeys(range(7), breaks), {})
    since = to_us(datetime(2026, 3, 27, tzinfo=UTC))  # over a clock change
    instants = since + np.arange(5_000, dtype=np.int64) * 61_000_001

    together = calendar.position(instants)

    assert together.tolist() == [calendar.position([us])[0] for us in instants.tolist()]
