"""Pages with a forecast, and the same pages while there is none."""

from dataclasses import replace
from typing import Any

import pytest
from streamlit.testing.v1 import AppTest

from dashboard import clock, commands
from dashboard.cases import Case
from dashboard.forecasting import Learner
from dashboard.sample import write_sample
from dashboard.store import Store
from dashboard.ui import handle
from tests.builders import ADMIN, LEAD, form
from tests.test_pages import FIRM, Browse, browse, live, log, said, walked
from tests.test_pages_insight import headings, record

__all__ = ["browse", "live", "log"]  # fixtures

LATE, DAYS = "Open cases by chance of missing the SLA", "Expected completions"
GOOD, MEET = "Forecast accuracy", "Open cases by chance of finishing by month end"


@pytest.fixture
def learner(live: Store, monkeypatch: pytest.MonkeyPatch) -> Learner:
    """Who learns for the pages, when the test says so and not by himself."""
    held = handle.held(handle.log_place())
    held.learner.stop()
    own = Learner(live, by=ADMIN, clock=clock.now)
    monkeypatch.setattr(handle, "learner", lambda: own)
    return own


def opened(store: Store, workflow: str = "local") -> Case:
    """A case opened now."""
    given = form(workflow, firm_name=FIRM)
    [event] = commands.open_case(store, workflow, given, by=LEAD, now=clock.now())
    return store.case(event.stream)


def shown(app: AppTest, column: str) -> list[Any]:
    """A column of the first table of cases."""
    return app.dataframe[0].value[column].tolist()


# --- Without ---------------------------------------------------------------------------------


def test_until_it_is_learnt_pages_say_from_how_many_cases_and_show_the_rest(
    live: Store, browse: Browse, learner: Learner
):
    record(live, *(0.5 * step for step in range(1, 7)), back=40)
    case = opened(live)
    sentence = "The forecast is learning from 1 completed case."

    pages = [browse("forecast"), browse(), browse("case", id=case.case_id), browse("month_end")]

    assert all(sentence in said(app) for app in pages)
    assert "What if?" in headings(pages[0])
    assert "risk" not in pages[1].dataframe[0].proto.column_order
    assert "step 2 of 7" in said(pages[2])


def test_without_a_completed_case_there_is_nothing_to_learn_from(browse: Browse, learner: Learner):
    assert "No forecast yet" in said(browse("forecast"))


def test_a_log_from_which_nothing_can_be_learnt_breaks_no_page(
    live: Store, browse: Browse, learner: Learner
):
    case = opened(live)
    learner.trouble = "division by zero"

    for app in (browse("forecast"), browse(), browse("case", id=case.case_id)):
        assert "learning from this log failed (division by zero)" in said(app)


def test_forecasts_that_fail_on_the_cases_of_now_break_no_page(
    live: Store, browse: Browse, learner: Learner
):
    record(live, *(0.5 * step for step in range(1, 7)), back=40)
    opened(live)
    learner.look()
    assert learner.learnt
    odd = replace(learner.learnt.forecaster, finished={})
    learner.learnt = replace(learner.learnt, forecaster=odd)

    assert "does not fit the cases" in said(browse("forecast"))


# --- With ------------------------------------------------------------------------------------


def test_few_completed_cases_are_forecast_and_said_to_be_few(
    live: Store, browse: Browse, learner: Learner
):
    for back in (40, 41, 42):
        record(live, *(0.5 * step for step in range(1, 7)), back=back)
    case = opened(live)
    opened(live, "virtual_office")
    learner.look()

    app = browse("forecast")

    assert headings(app) == [LATE, DAYS, GOOD, "What if?"]
    assert "Only 3 cases of the local path are completed" in said(app)
    assert "No case of the Virtual Office path is completed" in said(app)
    assert "Of 1 nothing can be said yet" in said(app)
    assert "not known" in shown(app, "expected")
    assert case.case_id in shown(app, "case")


def test_a_filter_narrows_the_forecast(live: Store, browse: Browse, learner: Learner):
    record(live, *(0.5 * step for step in range(1, 7)), back=40)
    opened(live)
    opened(live, "virtual_office")
    learner.look()

    app = browse("forecast")
    both = shown(app, "path")
    app.session_state["path"] = "Local"
    app.run()

    assert sorted(both) == ["Local", "Virtual Office"]
    assert shown(app, "path") == ["Local"]


def test_nothing_open_says_what_to_do(live: Store, browse: Browse, learner: Learner):
    record(live, *(0.5 * step for step in range(1, 7)), back=40)
    learner.look()

    app = browse("forecast")

    assert "No open case" in said(app)
    assert GOOD in headings(app)


def test_today_has_a_column_for_the_chance_of_being_late(
    live: Store, browse: Browse, learner: Learner
):
    record(live, *(0.5 * step for step in range(1, 7)), back=40)
    opened(live)
    learner.look()

    [share] = shown(browse(), "risk")

    assert 0 <= share <= 1


def test_a_case_says_when_it_is_expected_and_which_cases_it_is_like(
    live: Store, browse: Browse, learner: Learner
):
    for back in (40, 41, 42):
        record(live, *(3 * step for step in range(1, 7)), back=back)
    case = opened(live)
    learner.look()

    app = browse("case", id=case.case_id)
    app.session_state[f"drivers-{case.case_id}"] = True
    app.run()

    text = said(app)
    assert "Expected **" in text
    assert "80% of such cases finish between" in text
    assert not app.exception


def test_a_case_that_has_ended_has_no_forecast(live: Store, browse: Browse, learner: Learner):
    case = walked(live, "local", 7)
    learner.look()

    assert "Expected **" not in said(browse("case", id=case.case_id))


def test_month_end_says_which_open_cases_will_meet_it(
    live: Store, browse: Browse, learner: Learner
):
    record(live, *(0.5 * step for step in range(1, 7)), back=40)
    opened(live)
    learner.look()

    app = browse("month_end")

    assert MEET in headings(app)
    assert "Of 1 open case about" in said(app)


def test_the_record_is_shown_beside_the_plain_median(live: Store, browse: Browse, learner: Learner):
    write_sample(live, seed=3, cases=330, until=clock.now(), by=ADMIN)
    learner.look()

    app = browse("forecast")

    text = said(app)
    assert "plain median" in text
    assert "ranges" in text
    assert [table.value.columns[0] for table in app.table] == ["Made in"]


# --- Stored ----------------------------------------------------------------------------------


def test_a_click_stores_the_forecast_once(live: Store, browse: Browse, learner: Learner):
    record(live, *(0.5 * step for step in range(1, 7)), back=40)
    opened(live)
    learner.look()
    before = len(live.stream("forecasts"))  # today's, if the department is open as this runs

    app = browse("forecast")
    app.button(key="store-forecast").click().run()

    assert len(live.stream("forecasts")) == before + 1
    assert "Forecast saved" in said(app)
    assert f"Saved {before + 1} times" in said(app)


def test_nothing_to_store_is_refused_in_words(live: Store, browse: Browse, learner: Learner):
    record(live, *(0.5 * step for step in range(1, 7)), back=40)
    learner.look()

    app = browse("forecast")
    app.button(key="store-forecast").click().run()

    assert "it covers no open cases" in said(app)
    assert live.stream("forecasts") == []


def test_who_does_not_lead_cannot_store(live: Store, browse: Browse, learner: Learner):
    record(live, *(0.5 * step for step in range(1, 7)), back=40)
    opened(live)
    learner.look()

    app = browse("forecast")
    app.session_state["act-as-role"] = "Viewer"
    app.run()

    assert app.button(key="store-forecast").disabled
