"""Values as a department's locale writes them: by hand, on pages, in charts, letters and files."""

import re
import threading
from datetime import UTC, date, datetime

import pytest

from dashboard import commands, formats
from dashboard.charts import bind
from dashboard.errors import InputRefused
from dashboard.locales import Locale, Reader, input_format, read_by, reader, vega_locale
from dashboard.store import Store
from tests.builders import ADMIN, MONDAY
from tests.test_pages import Browse, browse, live, log, said

__all__ = ["browse", "live", "log"]  # fixtures

TODAY = date(2026, 12, 1)
NEW_YORK = "America/New_York"
NOVEMBER = datetime(2026, 11, 30, 20, 32, 5, tzinfo=UTC)
BEFORE = datetime(2025, 1, 5, 13, 2, tzinfo=UTC)


@pytest.mark.parametrize(
    ("locale", "moment", "of_another_year", "day", "month"),
    [
        (Locale.US, "Nov 30, 3:32 PM", "Jan 5, 2025, 8:02 AM", "Mon, Nov 30", "Nov ’26"),
        (Locale.UK, "30 Nov, 15:32", "5 Jan 2025, 08:02", "Mon 30 Nov", "Nov ’26"),
        (Locale.ISO, "2026-11-30 15:32", "2025-01-05 08:02", "Mon 2026-11-30", "2026-11"),
    ],
)
def test_dates_are_written_as_the_locale_has_them(locale, moment, of_another_year, day, month):
    with read_by(Reader(locale, TODAY)):
        assert formats.moment(NOVEMBER, NEW_YORK) == moment
        assert formats.moment(BEFORE, NEW_YORK) == of_another_year
        assert formats.day_text(NOVEMBER) == day
        assert formats.short_month_year(NOVEMBER) == month


def test_the_year_stands_where_it_is_not_the_present_one():
    with read_by(Reader(Locale.US, date(2025, 3, 1))):
        assert formats.moment(NOVEMBER, NEW_YORK) == "Nov 30, 2026, 3:32 PM"
        assert formats.day(NOVEMBER) == "Nov 30, 2026"
        assert formats.day_text(NOVEMBER) == "Mon, Nov 30, 2026"
        assert formats.month(NOVEMBER) == "November 2026"
        assert formats.short_month(BEFORE) == "Jan"


def test_in_full_weekday_and_year_stand_in_any_year():
    with read_by(Reader(Locale.US, TODAY)):
        assert formats.moment_in_full(NOVEMBER, NEW_YORK) == "Mon, Nov 30, 2026, 3:32 PM"
        assert formats.moment_to_the_second(NOVEMBER, NEW_YORK) == "Nov 30, 2026, 3:32:05 PM"
        assert formats.day_in_full(NOVEMBER) == "Monday, November 30, 2026"
        assert formats.month_in_full(NOVEMBER) == "November 2026"


@pytest.mark.parametrize("locale", Locale)
def test_numbers_shares_and_business_time_read_alike_in_all(locale):
    with read_by(Reader(locale, TODAY)):
        assert formats.number(1500) == "1,500"
        assert formats.number(1500.25, 1) == "1,500.2"
        assert (formats.percent(0.62), formats.percent(0), formats.percent(1)) == (
            "62%",
            "0%",
            "100%",
        )
        assert formats.duration(13 * 60 * formats.MINUTE_US, 540 * formats.MINUTE_US) == (
            "1\u00a0d\u00a04\u00a0h"
        )


def test_nothing_is_written_where_nobody_said_for_whom():
    raised: list[type[BaseException]] = []

    def alone() -> None:
        try:
            formats.day(TODAY)
        except LookupError as error:
            raised.append(type(error))

    thread = threading.Thread(target=alone)
    thread.start()
    thread.join()

    assert raised == [LookupError]


def test_a_block_is_written_for_one_reader_and_what_follows_for_the_one_before():
    before = reader()

    with read_by(Reader(Locale.ISO, TODAY)):
        assert formats.time(NOVEMBER) == "20:32"

    assert reader() is before
    assert formats.time(NOVEMBER) == "8:32 PM"


@pytest.mark.parametrize(
    ("locale", "shown"),
    [
        (Locale.US, ["Jan ’26", "Jan 5, 2026", "Jan 5", "1,500"]),
        (Locale.UK, ["Jan ’26", "5 Jan 2026", "5 Jan", "1,500"]),
        (Locale.ISO, ["2026-01", "2026-01-05", "2026-01-05", "1,500"]),
    ],
)
def test_charts_write_dates_from_the_same_patterns(locale, shown):
    import pyarrow as pa
    import vl_convert

    words = [f"timeFormat(toDate(datum.day), '{form}')" for form in ("%X", "%x", "%c")]
    spec = {
        "data": {"name": "table"},
        "transform": [
            {"calculate": f"[{', '.join(words)}, format(1500, ',')]", "as": "words"},
            {"flatten": ["words"]},
        ],
        "mark": "text",
        "encoding": {"text": {"field": "words"}},
        "config": {},
    }
    with read_by(Reader(locale, TODAY)):
        drawn = bind(spec, pa.table({}))
    drawn["datasets"] = {"table": [{"day": "2026-01-05T12:00:00"}]}

    svg = vl_convert.vegalite_to_svg(drawn)

    assert re.findall(r">([^<>]+)</text>", svg) == shown


def test_the_browsers_calendars_follow():
    formats_of = {}
    for locale in Locale:
        with read_by(Reader(locale, TODAY)):
            formats_of[locale] = (input_format(), vega_locale()["time"]["periods"])

    assert [form for form, _ in formats_of.values()] == ["MM/DD/YYYY", "DD/MM/YYYY", "YYYY-MM-DD"]


def test_a_department_chooses_its_locale_and_nothing_else_is_one(store: Store):
    assert store.settings.locale is Locale.US

    commands.change_locale(store, "en_GB", by=ADMIN, now=MONDAY)

    assert store.settings.locale is Locale.UK
    assert store.settings.reader(MONDAY) == Reader(Locale.UK, MONDAY.date())
    with pytest.raises(InputRefused, match=r"de_DE.*Choose en_US or en_GB or iso"):
        commands.change_locale(store, "de_DE", by=ADMIN, now=MONDAY)
    with pytest.raises(InputRefused, match="already say this"):
        commands.change_locale(store, "en_GB", by=ADMIN, now=MONDAY)


def test_the_setting_is_chosen_among_examples(browse: Browse, live: Store):
    app = browse("settings", section="Formats")
    app.selectbox(key="act-as-role").select("Administrator").run()
    [choice] = app.radio

    choice.set_value(Locale.ISO).run()
    next(item for item in app.button if item.label == "Save formats").click().run()

    assert not app.exception
    assert live.settings.locale is Locale.ISO
    assert re.search(r"data as of \d\d:\d\d New York", said(app))
