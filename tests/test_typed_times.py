"""Times as people type them: what each means, what none means, and clocks that are changed."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dashboard import formats
from dashboard.errors import InputRefused
from dashboard.locales import Locale, Reader, read_by
from dashboard.ui import typed_times
from dashboard.workdays import Calendar, default_calendar, us_federal
from tests.drawn import ZONES

NEW_YORK = ZoneInfo("America/New_York")
OFFICE = default_calendar()
NOW = datetime(2026, 10, 29, 16, 30, tzinfo=NEW_YORK)  # a Thursday


def read(text: str, now: datetime = NOW, locale: Locale = Locale.US) -> datetime | None:
    with read_by(Reader(locale, now.date())):
        return typed_times.read(text, OFFICE, now.astimezone(UTC))


def refusal(text: str, now: datetime = NOW, locale: Locale = Locale.US) -> str:
    with pytest.raises(InputRefused) as refused:
        read(text, now, locale)
    return str(refused.value)


def here(month: int, day: int, hour: int, minute: int = 0, year: int = 2026) -> datetime:
    return datetime(year, month, day, hour, minute, tzinfo=NEW_YORK)


@pytest.mark.parametrize(
    ("text", "meant"),
    [
        ("3:15p", here(10, 29, 15, 15)),
        ("3:15 PM", here(10, 29, 15, 15)),
        ("3:15 p.m.", here(10, 29, 15, 15)),
        ("at 3pm", here(10, 29, 15)),
        ("15:15", here(10, 29, 15, 15)),
        ("noon", here(10, 29, 12)),
        ("12:05 AM", here(10, 29, 0, 5)),
        ("12:05 PM", here(10, 29, 12, 5)),
        ("9:15", here(10, 29, 9, 15)),  # the office is open in the morning only …
        ("3:15", here(10, 29, 15, 15)),  # … and here in the afternoon only
        ("03:15", here(10, 29, 3, 15)),
        ("2026-10-29 3:15", here(10, 29, 3, 15)),  # such a date goes with a clock of 24 hours
        ("yesterday 4pm", here(10, 28, 16)),
        ("4pm yesterday", here(10, 28, 16)),
        ("Yesterday at 16:00", here(10, 28, 16)),
        ("2 days ago 9am", here(10, 27, 9)),
        ("10/28 16:15", here(10, 28, 16, 15)),
        ("10/28 4:15p", here(10, 28, 16, 15)),
        ("16:15 10/28", here(10, 28, 16, 15)),
        ("10/28/2026 4:15 PM", here(10, 28, 16, 15)),
        ("10/28/26, 4:15 PM", here(10, 28, 16, 15)),
        ("2026-10-28 16:15", here(10, 28, 16, 15)),
        ("2026-10-28T16:15", here(10, 28, 16, 15)),
        ("Oct 28, 4:15 PM", here(10, 28, 16, 15)),
        ("Wed, Oct 28 at 4:15 PM", here(10, 28, 16, 15)),
        ("28 October 16:15", here(10, 28, 16, 15)),
        ("Oct 28, 2025, 4:15 PM", here(10, 28, 16, 15, 2025)),
        ("Mon 4pm", here(10, 26, 16)),
        ("last friday at 4pm", here(10, 23, 16)),
        ("thursday 9am", here(10, 29, 9)),
        ("thursday 5pm", here(10, 22, 17)),  # today's is still to come
        ("at opening", here(10, 29, 8)),
        ("yesterday at opening", here(10, 28, 8)),
        ("yesterday at close", here(10, 28, 17)),
        ("monday at close", here(10, 26, 17)),
        ("15 min ago", NOW - timedelta(minutes=15)),
        ("15m ago", NOW - timedelta(minutes=15)),
        ("1 h ago", NOW - timedelta(hours=1)),
        ("an hour ago", NOW - timedelta(hours=1)),
        ("half an hour ago", NOW - timedelta(minutes=30)),
        ("1.5 hours ago", NOW - timedelta(minutes=90)),
        ("1 h 20 min ago", NOW - timedelta(minutes=80)),
    ],
)  # fmt: skip
def test_a_time_as_people_type_it(text: str, meant: datetime):
    assert read(text) == meant.astimezone(UTC)


@pytest.mark.parametrize("text", ["", "  ", "now", "Now "])
def test_nothing_typed_and_now_are_now(text: str):
    assert read(text) is None


@pytest.mark.parametrize(
    "text",
    ["soon", "25:00", "3:75p", "13:15 pm", "0pm", "ago", "h ago", "yesterday", "10/28", "Oct 28",
     "13/45 3pm", "Feb 30 3pm", "juniper 4 4pm", "3", "1615", "10/28/0001 3pm", "x" * 500, "3:15x",
     "mo 4pm", "\u0663:15 pm"],
)  # fmt: skip
def test_what_is_no_time_is_refused_with_how_to_write_one(text: str):
    assert typed_times.WRITE.format(date="Oct 28, 4:15 PM") in refusal(text)


def test_an_hour_in_which_the_office_is_closed_asks_for_its_half_of_the_day():
    assert "“6:30” can be in the morning or in the afternoon. Add AM or PM." in refusal("6:30")
    assert read("6:30", locale=Locale.UK) == here(10, 29, 6, 30)  # a clock of 24 hours


def test_day_and_month_stand_in_the_order_of_the_readers_locale():
    assert read("5/10 16:15", locale=Locale.UK) == here(10, 5, 16, 15)
    assert read("10/5 16:15") == here(10, 5, 16, 15)
    assert read("10-05 16:15", locale=Locale.ISO) == here(10, 5, 16, 15)


def test_a_date_without_a_year_is_the_nearest():
    assert read("12/30 9am", here(1, 4, 9, year=2027)) == here(12, 30, 9)
    assert read("1/2 9am", here(12, 30, 9)) == here(1, 2, 9, year=2027)
    assert read("2/29 9am", here(3, 1, 9, year=2029)) == here(2, 29, 9, year=2028)


def test_a_day_on_which_the_office_was_closed_has_no_opening_and_no_close():
    assert "The office was closed on Sun, Nov 1" in refusal("yesterday at close", here(11, 2, 9))
    assert "closed on Thu, Nov 26" in refusal("at opening", here(11, 26, 12))


def test_a_time_that_the_clocks_leapt_over_never_was():
    assert "did not exist" in refusal("3/8 2:30am", here(3, 9, 9))


def test_a_time_that_the_clock_showed_twice_is_the_first_and_a_span_back_counts_what_passed():
    later = datetime(2026, 11, 1, 6, 45, tzinfo=UTC)  # 1:45 AM for the second time

    assert read("1:30 am", later) == datetime(2026, 11, 1, 5, 30, tzinfo=UTC)
    assert read("15 min ago", later) == datetime(2026, 11, 1, 6, 30, tzinfo=UTC)
    assert read("1 h ago", later) == datetime(2026, 11, 1, 5, 45, tzinfo=UTC)


def quick(now: datetime) -> dict[str, datetime]:
    with read_by(Reader(Locale.US, now.date())):
        return typed_times.quick(OFFICE, now)


def test_what_is_offered_are_times_that_have_been():
    assert list(quick(here(10, 29, 16))) == [
        "Now", "15 min ago", "1 h ago", "At opening", "Yesterday at close",
    ]  # fmt: skip
    assert list(quick(here(11, 2, 7))) == ["Now", "15 min ago", "1 h ago", "Friday at close"]
    assert quick(here(11, 27, 12))["Wednesday at close"] == here(11, 25, 17)  # Thanksgiving between


# --- Whatever the zone, the locale and the hour ------------------------------------------------

WEEK = dict.fromkeys(range(5), (("08:00", "12:00"), ("13:00", "17:00")))
CALENDARS = {zone: Calendar(zone, WEEK, us_federal(2025, 2028)) for zone in ZONES}
zones, locales = st.sampled_from(sorted(CALENDARS)), st.sampled_from(Locale)
FIRST, SPAN = datetime(2026, 1, 1, tzinfo=UTC), timedelta(days=729)
instants = st.timedeltas(timedelta(0), SPAN).map(lambda since: FIRST + since)


@given(zones, locales, instants, st.timedeltas(timedelta(0), timedelta(days=150)))
def test_what_a_page_shows_is_read_as_the_minute_that_it_shows(zone, locale, now, back):
    with read_by(Reader(locale, now.astimezone(ZoneInfo(zone)).date())):
        shown = formats.moment(now - back, zone)

        found = typed_times.read(shown, CALENDARS[zone], now)

        assert found is not None
        assert formats.moment(found, zone) == shown
        assert found.astimezone(ZoneInfo(zone)).fold == 0


@given(zones, locales, instants)
def test_each_time_that_is_offered_means_the_same_when_it_is_typed(zone, locale, now):
    calendar = CALENDARS[zone]
    with read_by(Reader(locale, now.astimezone(ZoneInfo(zone)).date())):
        offered = typed_times.quick(calendar, now)
        found = {words: typed_times.read(words, calendar, now) or now for words in offered}

    assert found == offered
    assert max(offered.values()) == now


@given(zones, instants)
def test_opening_and_close_are_the_hours_that_are_set(zone, now):
    wall = ZoneInfo(zone)
    day = now.astimezone(wall).date()
    is_open = day.weekday() < 5 and day not in us_federal(2025, 2028)
    with read_by(Reader(Locale.US, day)):
        if not is_open:
            with pytest.raises(InputRefused, match="The office was closed"):
                typed_times.read("today at close", CALENDARS[zone], now)
            return
        edges = [
            typed_times.read(f"today at {w}", CALENDARS[zone], now) for w in ("opening", "close")
        ]

    assert edges == [on_wall(day, 8, wall), on_wall(day, 17, wall)]


def on_wall(day: date, hour: int, wall: ZoneInfo) -> datetime:
    return datetime(day.year, day.month, day.day, hour, tzinfo=wall).astimezone(UTC)


WORDS = (
    "now at on ago 15 1 h min 3:15 p pm am yesterday today mon 10/28 2026-10-28 oct 28 opening "
    "close noon : / . - 99 0 t a half an 29/2 feb"
)
PARTS = st.lists(st.sampled_from(WORDS.split()), max_size=6).map(" ".join)


@given(st.one_of(st.text(max_size=70), PARTS), zones, locales, instants)
def test_whatever_is_typed_is_a_time_or_refused(text, zone, locale, now):
    with read_by(Reader(locale, now.astimezone(ZoneInfo(zone)).date())):
        try:
            found = typed_times.read(text, CALENDARS[zone], now)
        except InputRefused:
            return

    assert found is None or found.tzinfo is not None
