"""How a row's path and times are read, and the sentences on what cannot be."""

from datetime import datetime
from zoneinfo import ZoneInfo

import pytest

from dashboard.errors import InputRefused
from dashboard.instants import to_us
from dashboard.intake.days import Days
from dashboard.intake.refusals import RowRefused
from dashboard.intake.rows import understand
from dashboard.intake.sheet import read_tracker
from dashboard.sheets.columns import STEPS
from dashboard.workdays import default_calendar
from tests.sheets import NOW, csv_of, row, take, verdict, xlsx_of

NEW_YORK = ZoneInfo("America/New_York")


def read(cells, zone=NEW_YORK):
    """The row understood."""
    [only] = read_tracker(csv_of(cells), "tracker.csv").rows
    return understand(only, Days(default_calendar(), zone, NOW))


@pytest.mark.parametrize(
    ("text", "path"),
    [
        ("VO", "virtual_office"), ("Virtual Office CS", "virtual_office"),
        ("virtual  office ", "virtual_office"), ("vo-cs", "virtual_office"),
        ("virtual_office", "virtual_office"), ("SaaS to VO", "virtual_office"),
        (" LOCAL", "local"), ("Local install", "local"), ("local installation (2 PCs)", "local"),
        ("Onvio", None), ("cloud", None), ("?", None), ("", None), ("n/a", None), ("not VO", None),
        ("VO or local", None), ("Localised", None), ("virtual", None),
    ],
)  # fmt: skip
def test_paths_are_known_by_the_words_they_begin_with(text, path):
    if path:
        assert read(row(text)).workflow.key == path
    else:
        with pytest.raises(RowRefused, match="enter Local or Virtual Office") as refused:
            read(row(text))
        assert refused.value.reason == "path"


MOMENTS = {
    "10/28/2026 4:15 PM": "2026-10-28T20:15:00+00:00",
    "10/28/2026 04:15pm": "2026-10-28T20:15:00+00:00",
    "10/28/2026, 4:15:30 p.m.": "2026-10-28T20:15:30+00:00",
    "10/28/2026 16:15": "2026-10-28T20:15:00+00:00",
    "1/2/2026 12:05 AM": "2026-01-02T05:05:00+00:00",
    "1/2/2026 12:05 PM": "2026-01-02T17:05:00+00:00",
    "2026-10-28 16:15": "2026-10-28T20:15:00+00:00",
    "2026-10-28t9:15:07": "2026-10-28T13:15:07+00:00",
    "2026-10-28 16:15:00.25": "2026-10-28T20:15:00.250000+00:00",
    "2026-10-28T16:15Z": "2026-10-28T16:15:00+00:00",
    "2026-10-28T16:15-05:00": "2026-10-28T21:15:00+00:00",
    "2026-10-28T16:15:00+0530": "2026-10-28T10:45:00+00:00",
    "2026-10-28 16:15 -04": "2026-10-28T20:15:00+00:00",
    "10/28/26 4:15 PM": "2026-10-28T20:15:00+00:00",
    "28.10.2026 16:15": "2026-10-28T20:15:00+00:00",
    "Oct 28, 2026 4pm": "2026-10-28T20:00:00+00:00",
    "Wednesday, 28 October 2026 at 4:15 pm": "2026-10-28T20:15:00+00:00",
    "28-Oct-2026 16:15": "2026-10-28T20:15:00+00:00",
    "10/28/2026 9am": "2026-10-28T13:00:00+00:00",
    "2026-10-28T16:15-14:59": "2026-10-29T07:14:00+00:00",
    # clocks are put back on 1 November 2025 and forward on 8 March 2026
    "11/2/2025 1:30 AM": "2025-11-02T05:30:00+00:00",
    "2025-11-02T01:30-05:00": "2025-11-02T06:30:00+00:00",
    "3/8/2026 1:59 AM": "2026-03-08T06:59:00+00:00",
    "3/8/2026 3:00 AM": "2026-03-08T07:00:00+00:00",
}
NO_MOMENTS = {
    "13/45/2026": "does not exist",
    "yesterday": "is not a date with a full year",
    "16:15": "is not a date with a full year",
    "46323.67708": "is not a date with a full year",
    "2026-10-28 16:15M": "is not a date with a full year",
    "2026-10-28 16:15 EST": "is not a date with a full year",
    "٢٠٢٦-10-28 16:15": "is not a date with a full year",
    "2/30/2026 9:00 AM": "does not exist",
    "10/28/2026 13:15 PM": "does not exist",
    "10/28/2026 0:15 AM": "does not exist",
    "10/28/2026 24:00": "does not exist",
    "2026-10-28 16:60": "does not exist",
    "2026-10-28T16:15+25:00": "has an offset from UTC that does not exist",
    "2026-10-28T16:15+15:00": "has an offset from UTC that does not exist",
    "2026-10-28T16:15+05:60": "has an offset from UTC that does not exist",
    "10/28/1926 4:15 PM": "is outside 1990 to 2099",
    "10/28/2126 4:15 PM": "is outside 1990 to 2099",
    "0001-01-01 00:00": "is outside 1990 to 2099",
    "1990-01-01T00:00+14:00": "is outside the calendar",
    "3/8/2026 2:30 AM": "does not exist in America/New_York: the clocks were put forward over it",
}


@pytest.mark.parametrize("text", MOMENTS)
def test_times_are_read_in_every_form_that_trackers_have(text):
    assert read(row(Step_1=text)).times == (datetime.fromisoformat(MOMENTS[text]),)


@pytest.mark.parametrize("text", NO_MOMENTS)
def test_what_is_no_time_is_told_why(text):
    with pytest.raises(RowRefused) as refused:
        read(row(Step_1=text))

    assert refused.value.reason == "bad_date"
    assert refused.value.message.startswith(f"Step 1 ({text}) ")
    assert NO_MOMENTS[text] in refused.value.message


def test_local_times_are_those_of_the_zone_asked_for(store):
    take(store, row(Step_1="2026-10-28 16:15"), zone="Europe/Berlin")

    opened = datetime.fromisoformat("2026-10-28T15:15:00+00:00")
    assert store.case("C-0001").opened_us == to_us(opened)
    assert verdict(store, row(Step_1="2026-03-29 02:30"), zone="Europe/Berlin") == "bad_date"
    with pytest.raises(InputRefused, match="no time zone 'Mars/Olympus'"):
        take(store, row(), zone="Mars/Olympus")


def test_dates_of_a_workbook_are_local_times(store):
    as_text = row(done=3)
    cells = [
        datetime.strptime(text, "%m/%d/%Y %H:%M") if name in STEPS else text  # noqa: DTZ007
        for name, text in as_text.items()
    ]

    assert verdict(store, as_text) == "accepted"
    assert verdict(store, xlsx_of([[*as_text, *STEPS[3:7]], cells])) == "duplicate"
