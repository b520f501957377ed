"""The insight pages in process under every filter: one path, one team leader, little, nothing."""

from datetime import timedelta

import pytest
from streamlit.testing.v1 import AppTest

from dashboard import clock, commands
from dashboard.store import Store
from dashboard.workdays import Calendar
from tests.builders import ADMIN
from tests.test_pages import Browse, browse, live, log, said
from tests.test_pages_insight import headings, metric, record

__all__ = ["browse", "live", "log"]  # fixtures

INSIGHT = ("throughput", "bottlenecks", "month_end")
HOURS = (0.5, 1.0, 1.5, 2.0, 4.0, 8.0)


@pytest.fixture
def some(live: Store) -> Store:
    """Local cases of two team leaders, the newest completed a hundred days ago."""
    with live.bulk() as desk:
        for back in range(100, 300, 7):
            leader = "T. Vance" if back % 2 else "H. Abebe"
            record(desk, *HOURS, back=back, team_leader=leader)
    return live


def narrowed(app: AppTest, path: str, leader: str = "") -> AppTest:
    """The same page for one path, and one team leader."""
    app.segmented_control(key="path").set_value(path)
    if leader:
        app.selectbox(key="tl").select(leader)
    app.run()
    assert not app.exception
    return app


def what_to_do(app: AppTest) -> str:
    """Where nothing is left: the headline and what to do, and no card."""
    assert not headings(app)
    return said(app)


@pytest.mark.parametrize("page", INSIGHT)
def test_filters_that_match_no_case_say_so_and_what_to_widen(
    page: str, some: Store, browse: Browse
):
    text = what_to_do(narrowed(browse(page), "Virtual Office"))

    assert "No cases match" in text or "completed in this period" in text
    assert "Choose a longer period, both paths, or all team leaders." in text


@pytest.mark.parametrize("page", INSIGHT)
def test_one_path_and_one_team_leader_show_the_same_cards_as_all(
    page: str, some: Store, browse: Browse
):
    app = browse(page)
    every = headings(app)

    assert every
    assert headings(narrowed(app, "Local")) == every
    assert headings(narrowed(app, "Local", "T. Vance")) == every


@pytest.mark.parametrize("page", INSIGHT)
def test_cases_that_have_only_been_opened_are_not_blamed_on_the_filters(
    page: str, live: Store, browse: Browse
):
    record(live)

    app = browse(page)

    assert "Choose a longer period" not in said(app)
    if page == "throughput":
        assert metric(app, "Open now") == "1"
    else:
        assert "completed yet" in what_to_do(app)
        assert "1 case in progress" in said(app)


@pytest.mark.parametrize("page", INSIGHT)
@pytest.mark.parametrize("period", ["This month", "This quarter", "Last month"])
def test_a_short_period_with_one_case_shows_it_and_makes_no_claim(
    page: str, period: str, live: Store, browse: Browse
):
    back = 35 if period == "Last month" else 1
    record(live, *(0.1 * step for step in range(1, 7)), back=back)

    app = browse(page, period=period)

    assert "**Statistically significant**" not in said(app)
    assert headings(app) or "in this period" in said(app) or "matches" in said(app)


@pytest.mark.parametrize("page", INSIGHT)
def test_two_weeks_ahead_without_an_open_day_stop_no_page(page: str, some: Store, browse: Browse):
    now = clock.now()
    held = some.settings.calendar
    closed = {now.date() + timedelta(days): () for days in range(1, 15)}
    calendar = Calendar(held.zone, held.weekly, {**held.exceptions, **closed})
    before = headings(browse(page))

    commands.change_calendar(some, calendar, now.date(), by=ADMIN, now=now)

    assert headings(browse(page)) == before
    assert before


def test_a_change_of_less_than_a_minute_is_no_change(live: Store, browse: Browse):
    with live.bulk() as desk:
        for back in range(20, 85):
            record(desk, *HOURS, back=back)

    app = browse("throughput")

    [median] = [item for item in app.metric if item.label.startswith("Median")]
    assert median.delta == "too few months to compare" or median.delta.startswith("of ")
    assert "0\u00a0m slower" not in said(app)
    assert "0\u00a0m quicker" not in said(app)
