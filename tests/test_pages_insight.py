"""Throughput, Month end and SLA report in process: what they say on much, little and nothing."""

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pyarrow as pa
import pytest
from streamlit.testing.v1 import AppTest

from dashboard import clock, commands, metrics, reports
from dashboard.files.tables import as_csv
from dashboard.glossary import GLOSSARY
from dashboard.store import Store
from dashboard.store.desk import Bulk
from dashboard.ui import cards, handle, tables
from tests.builders import LEAD, SETTINGS
from tests.test_pages import Browse, browse, live, log, said

__all__ = ["browse", "live", "log"]  # fixtures

INSIGHT = ("throughput", "month_end", "sla_report")
FIRM = "Quetzalcoatl & Daughters"


def morning(days_back: int) -> datetime:
    """Ten o'clock in the morning of a business day that long ago, or the one before it."""
    day = SETTINGS.calendar.local_date([int(clock.now().timestamp() * 1e6)])[0].astype(object)
    day -= timedelta(days_back)
    while not SETTINGS.calendar.is_business_day([day])[0]:
        day -= timedelta(1)
    return datetime(day.year, day.month, day.day, 15, tzinfo=UTC)


def record(store: Store | Bulk, *hours: float, back: int = 1, **more: Any) -> str:
    """A local case whose steps were done so many hours after its submission."""
    start = morning(back)
    times = [start + timedelta(hours=hour) for hour in (0.0, *hours)]
    form = {"firm_name": FIRM, "team_leader": "T. Vance"}
    events = commands.record_evidence(
        store, commands.Evidence("local", times, form=form | more), by=LEAD,
        now=clock.now(), command_id=store.next_case_id(),
    )  # fmt: skip
    return events[0].stream


def headings(app: AppTest) -> list[str]:
    return [item.value for item in app.subheader]


def metric(app: AppTest, label: str) -> str:
    return next(item.value for item in app.metric if item.label.startswith(label))


@pytest.mark.parametrize("page", INSIGHT)
def test_on_an_empty_log_a_page_says_what_to_do(page: str, browse: Browse):
    app = browse(page)

    assert "Open" in said(app)
    assert "import a tracker" in said(app)
    assert not headings(app)


@pytest.mark.parametrize("page", INSIGHT)
def test_one_completed_case_is_shown_without_pretending(page: str, live: Store, browse: Browse):
    record(live, *(0.5 * step for step in range(1, 7)))

    text = said(browse(page))

    few = {"throughput": "No month has 20 completed cases",
           "month_end": "too few month ends to tell",
           "sla_report": "With so few cases, one more could change this"}  # fmt: skip
    assert few[page] in text


def test_only_open_cases_make_no_cycle_times_but_are_counted(live: Store, browse: Browse):
    record(live, back=30)
    record(live)

    app = browse("throughput")

    assert metric(app, "Open now") == "2"
    assert "1 open case is overdue" in said(app)
    assert "Cycle time" not in headings(app)
    assert "Open cases over time" in headings(app)


def test_filters_that_nothing_matches_say_so(live: Store, browse: Browse):
    record(live, 1.0)

    for page in ("throughput", "month_end"):
        app = browse(page)
        app.segmented_control(key="path").set_value("Virtual Office").run()

        assert "Choose a longer period, both paths" in said(app)


def test_the_path_filter_narrows_what_is_counted(live: Store, browse: Browse):
    with live.bulk() as desk:
        for _ in range(3):
            record(desk, *[1.0] * 6)
        record(desk)

    app = browse("throughput")
    app.segmented_control(key="path").set_value("Local").run()

    assert "0 of 3" in said(app)
    assert metric(app, "Open now") == "1"


def slow_month_ends(live: Store) -> None:
    """Ten months of cases whose order step takes ten times as long in the window."""
    with live.bulk() as bulk:
        for back in range(20, 300, 2):
            place = int(SETTINGS.calendar.days_to_month_end([morning(back).date()])[0])
            order = 20.0 if -1 <= place <= 2 else 2.0
            times = (0.1, 0.2, 0.3, 0.4, order + 0.01 * (back % 7), order + 0.2)
            start = morning(back)
            steps = [start, *(start + timedelta(hours=hour) for hour in times)]
            commands.record_evidence(
                bulk, commands.Evidence("local", steps, form={"firm_name": FIRM}), by=LEAD,
                now=clock.now(), command_id=f"{back}",
            )  # fmt: skip


def test_a_month_end_effect_is_named_by_its_step(live: Store, browse: Browse):
    slow_month_ends(live)

    text = said(browse("month_end"))

    assert "Around month end step 6 (Order processed) of the local path takes" in text
    assert "step 5 (" not in text


def test_todays_banner_is_what_month_end_says(
    live: Store, browse: Browse, monkeypatch: pytest.MonkeyPatch
):
    slow_month_ends(live)
    ends = [morning(back) for back in range(31)]
    places = SETTINGS.calendar.days_to_month_end([at.date() for at in ends]).tolist()
    monkeypatch.setattr(handle, "page_now", lambda store: ends[places.index(0)])

    [banner] = [item.value for item in browse().warning if "Month end" in item.value]

    assert "step 6 (Order processed) of the local path takes" in banner
    assert banner.removeprefix("**Month end.** ") in said(browse("month_end"))


def test_the_report_is_of_the_month_that_was_chosen(live: Store, browse: Browse):
    record(live, *[1.0] * 6, back=1)
    record(live, *[1.0] * 6, back=70)
    done = live.run("cycle_times", now=clock.now())["closed_at"][0].as_py()

    app = browse("sla_report")
    app.selectbox(key="month").set_value(f"{done:%B %Y}").run()

    assert metric(app, "Completed") == "1"
    assert f"SLA results for {done:%B %Y}" in headings(app)
    assert live.head().hash in said(app)


def test_a_breach_is_listed_with_where_its_time_went_and_why(live: Store, browse: Browse):
    case_id = record(live, 0.1, 0.2, 0.3, 0.4, 24 * 20, 24 * 20 + 0.1, back=60)
    commands.explain_breach(
        live, case_id, "firm answered late", "on leave", by=LEAD, now=clock.now()
    )
    closed = live.run("cycle_times", now=clock.now())["closed_at"][0].as_py()

    app = browse("sla_report")
    app.selectbox(key="month").set_value(f"{closed:%B %Y}").run()

    [row] = next(frame.value for frame in app.dataframe if "step" in frame.value).to_dict("records")
    assert (row["firm"], row["step"]) == (FIRM, "6 Order processed")
    assert row["reason"] == "firm answered late: on leave"


def test_of_more_breaches_than_are_drawn_the_download_has_all(
    live: Store, browse: Browse, monkeypatch
):
    for _ in range(2):
        record(live, 0.1, 0.2, 0.3, 0.4, 24 * 20, 24 * 20 + 0.1, back=60)
    closed = live.run("cycle_times", now=clock.now())["closed_at"][0].as_py()
    monkeypatch.setattr(tables, "MOST_DRAWN", 1)
    offered: dict[str, Callable[[], pa.Table]] = {}
    monkeypatch.setattr(cards, "download", lambda table, name, key: offered.update({key: table}))

    app = browse("sla_report")
    app.selectbox(key="month").set_value(f"{closed:%B %Y}").run()

    drawn = next(frame.value for frame in app.dataframe if "step" in frame.value)
    assert len(drawn) == 1
    assert "Showing the first 1 of 2." in said(app)
    assert offered["download-breaches"]()["step"].to_pylist() == ["6 Order processed"] * 2


def test_what_is_downloaded_is_what_the_report_counted(live: Store):
    record(live, *[1.0] * 6)
    now = clock.now()

    cases = metrics.sla_cases(live, now=now)
    lines = as_csv(metrics.stamped(cases, live.head(), now)).splitlines()

    head = live.head()
    assert lines[0].startswith("case_id,workflow,firm,opened_at,closed_at,business_us")
    assert lines[1].endswith(f"{now:%Y-%m-%dT%H:%M:%S.%fZ},{head.position},{head.hash}")
    assert len(lines) == 2


def test_months_to_choose_run_from_the_first_case_to_today():
    found = reports.periods(date(2025, 11, 1), date(2026, 1, 20))

    assert [item.key for item in found] == ["2026-01", "2025-12", "2025-11"]


def test_a_card_says_how_it_is_computed_with_its_query(browse: Browse, live: Store):
    record(live, *[1.0] * 6)
    app = browse("throughput")

    app.button(key="how-kept").click().run()

    assert not app.exception
    assert "GROUP BY" in app.code[0].value
    assert not app.code[0].value.startswith("--")
    assert any("figure attainment" in item.value for item in app.caption)


def test_counts_are_told_with_both_their_queries_and_the_words_in_them(browse: Browse, live: Store):
    record(live, *[1.0] * 6)
    app = browse("today")

    app.button(key="how-today").click().run()

    assert not app.exception
    assert len(app.code) == 2
    told = " ".join(item.value for item in app.caption)
    assert "**At risk**: past the target and within the SLA" in told
    assert "3\u00a0d" in told  # the limit that is set
    assert "figure today_counts" in told
    assert "figure worklist" in told


def test_the_guide_says_what_every_word_means(browse: Browse):
    app = browse("guide")

    told = " ".join(item.value for item in app.markdown)
    assert all(f"**{term.word}**" in told for part in GLOSSARY.values() for term in part)
