"""Bottlenecks, and the budgets in Settings, in process: what they say on much, little, nothing."""

from datetime import timedelta
from typing import Any

import pytest
from streamlit.testing.v1 import AppTest

from dashboard import clock, commands
from dashboard.figures.figure import Scope
from dashboard.figures.steps import STEPS
from dashboard.store import Store
from tests.builders import ADMIN, LEAD
from tests.test_pages import Browse, browse, live, log, marks, said
from tests.test_pages_insight import headings, morning, record

__all__ = ["browse", "live", "log"]  # fixtures

QUESTIONS = [
    "Time by step: waiting and in work",
    "Time by party",
    "Step times against budgets",
    "What if a step matched its best quarter?",
    "Longest cases",
]
HOUR_US = 3_600_000_000


def test_on_an_empty_log_the_page_says_what_to_do(browse: Browse):
    app = browse("bottlenecks")

    assert "No cases yet" in said(app)
    assert "import a tracker" in said(app)
    assert not headings(app)


def test_only_open_cases_are_counted_but_not_split(live: Store, browse: Browse):
    record(live)
    record(live, 1.0)

    app = browse("bottlenecks")

    assert "No cases completed yet" in said(app)
    assert "2 cases in progress" in said(app)
    assert not headings(app)


def test_one_completed_case_is_shown_without_pretending(live: Store, browse: Browse):
    record(live, *(0.5 * step for step in range(1, 7)))

    app = browse("bottlenecks")

    text = said(app)
    assert headings(app) == QUESTIONS
    assert "fewer than 20 cases" in text
    assert "Start was recorded in none of 6 steps" in text
    assert "few cases" in text
    assert "a path needs two calendar quarters with 20 completed cases" in text
    assert "The order step" not in app.header[0].value or "holds" in app.header[0].value


def test_a_case_that_took_no_time_breaks_nothing(live: Store, browse: Browse):
    record(live, *[0.0] * 6)

    app = browse("bottlenecks")

    assert app.header[0].value == "The completed cases took no business time."
    assert headings(app) == QUESTIONS


def test_filters_that_nothing_matches_say_so(live: Store, browse: Browse):
    record(live, *[1.0] * 6)

    app = browse("bottlenecks")
    app.segmented_control(key="path").set_value("Virtual Office").run()

    assert "No cases were completed in this period" in said(app)
    assert "Choose a longer period, both paths" in said(app)


def test_the_step_that_holds_the_time_is_named(live: Store, browse: Browse):
    with live.bulk() as desk:
        for back in range(1, 25):
            record(desk, 0.1, 0.2, 0.3, 0.4, 5.0, 5.1, back=back)

    app = browse("bottlenecks")

    assert app.header[0].value.replace("\u00a0", " ") == "The order step holds 90% of the time."
    assert "step 6 (Order processed) of the local path" in said(app)


def test_the_best_quarter_is_an_estimate_that_says_whether_it_may_be_chance(
    live: Store, browse: Browse
):
    with live.bulk() as bulk:
        for back in range(3, 330, 3):
            start = morning(back)
            quick = (start.month - 1) // 3 == (morning(200).month - 1) // 3
            order = (1.0 if quick else 6.0) + 0.01 * (back % 9)
            hours = (0, 0.1, 0.2, 0.3, 0.4, order, order + 0.1)
            times = [start + timedelta(hours=hour) for hour in hours]
            commands.record_evidence(
                bulk, commands.Evidence("local", times, form={"firm_name": "Juniper Advisors"}),
                by=LEAD, now=clock.now(), command_id=f"{back}",
            )  # fmt: skip

    app = browse("bottlenecks")
    first = said(app)
    app.segmented_control(key="effect").set_value("Within SLA").run()

    assert "Estimate: had step 6 (Order processed) of the local path run as in Q" in first
    assert "would have been done within" in first
    assert "would have been within SLA" in said(app)


def test_a_clicked_bar_that_is_no_longer_there_shows_no_cases(live: Store):
    record(live, *[1.0] * 6)
    scope = Scope(live, clock.now())
    drawn = STEPS.drawn(scope, STEPS.table_of(scope))

    def picked(step: int, part: str) -> Any:
        return drawn.mark({"workflow": "local", "step": step, "part": part})

    assert picked(2, "not split")["n"] == 1
    assert picked(2, "waiting") is None
    assert picked(9, "not split") is None
    assert drawn.mark({}) is None


# --- Budgets in Settings ---------------------------------------------------------------------


def targets(browse: Browse, role: str = "Administrator") -> AppTest:
    app = browse("settings", section="Targets")
    app.selectbox(key="act-as-role").select(role).run()
    assert not app.exception
    return app


def key(part: str, number: int = 0) -> str:
    return f"settings-budgets-local-{number}-{part}"


def test_budgets_begin_by_history_and_are_set_when_they_make_up_the_limit(
    live: Store, browse: Browse
):
    app = targets(browse)
    app.segmented_control(key=key("basis")).set_value("Set manually").run()
    assert [app.number_input(key=key(f"step-{step}-of-1620")).value for step in range(2, 8)] == [
        4.5
    ] * 6

    app.number_input(key=key("step-6-of-1620")).set_value(6.5).run()
    assert any("more than the SLA of 3" in said.replace("\u00a0", " ") for said in marks(app))
    app.number_input(key=key("step-2-of-1620")).set_value(2.5).run()
    app.button(key=key("save")).click().run()

    assert live.settings.budgets == {
        "local": tuple(round(part * HOUR_US) for part in (2.5, 4.5, 4.5, 4.5, 6.5, 4.5))
    }
    assert "Local budgets were changed" in app.success[0].value


def test_budgets_go_back_to_history(live: Store, browse: Browse):
    mine = [part * HOUR_US for part in (1, 2, 3, 4, 14, 3)]
    commands.change_budgets(live, "local", mine, by=ADMIN, now=clock.now())

    app = targets(browse)
    assert app.number_input(key=key("step-6-of-1620")).value == 14
    app.segmented_control(key=key("basis")).set_value("From history").run()
    app.button(key=key("save")).click().run()

    assert live.settings.budgets == {}
    assert "follow history again" in app.success[0].value


def test_set_budgets_are_offered_in_proportion_under_another_limit(live: Store, browse: Browse):
    mine = [part * HOUR_US for part in (1, 2, 3, 4, 14, 3)]
    commands.change_budgets(live, "local", mine, by=ADMIN, now=clock.now())
    commands.change_targets(live, "local", 2, 6, by=ADMIN, now=clock.now())

    app = targets(browse)

    assert app.number_input(key=key("step-6-of-3240")).value == 28
    assert not app.button(key=key("save")).disabled


@pytest.mark.parametrize("role", ["Viewer", "Team leader"])
def test_who_is_no_administrator_sees_budgets_and_cannot_save_them(role: str, browse: Browse):
    app = targets(browse, role)

    assert app.segmented_control(key=key("basis")).disabled
    assert key("save") not in [button.key for button in app.button]
    assert "Step budgets" in headings(app)
