"""A button pressed again: with the same it is one press, with something else it is another one.

As Streamlit does it: the same callback with the same arguments, and other text in the inputs.
"""

import ast
from collections.abc import Iterator
from datetime import date

import pytest
import streamlit as st

from dashboard.cases import Case
from dashboard.store import Store
from dashboard.ui import acting
from dashboard.ui.acting import Click
from dashboard.ui.case_menu import _do_withdraw
from dashboard.ui.case_side import _keep_note, _set_follow_up
from dashboard.ui.feedback import _send
from tests.builders import ADMIN, LEAD
from tests.live import ROOT
from tests.test_pages import live, log, walked

__all__ = ["live", "log"]  # fixtures

ZONE = "America/New_York"
# What these say is all in the button itself.
SAY_NO_MORE = {"resume", "confirm", "store"}


@pytest.fixture(autouse=True)
def nothing_typed() -> Iterator[None]:
    st.session_state.clear()
    yield
    st.session_state.clear()


@pytest.fixture
def case(live: Store) -> Case:
    return walked(live, "local", 3)


def notes(live: Store, case: Case) -> list[str]:
    return [one.data["text"] for one in live.history(case.case_id) if one.kind == "note_added"]


def test_a_note_pressed_twice_is_one_and_with_another_text_a_second_one(live: Store, case: Case):
    click = Click("note", LEAD, ZONE, case.case_id, case.version)
    for text in ("One", "One", "Two"):
        st.session_state["note"] = text
        _keep_note(click)

    assert notes(live, case) == ["One", "Two"]


def test_a_follow_up_pressed_again_with_another_day_is_that_day(live: Store, case: Case):
    click = Click("day", LEAD, ZONE, case.case_id, case.version)
    for day in (date(2040, 1, 2), date(2040, 1, 3)):
        st.session_state["day"] = day
        _set_follow_up(click)

    days = [one.data["date"] for one in live.history(case.case_id) if one.kind == "follow_up_set"]
    assert days == ["2040-01-02", "2040-01-03"]


def test_feedback_sent_again_with_another_text_is_a_second_one(live: Store):
    click = Click("feedback-0", LEAD, ZONE)
    for text in ("Good.", "Good.", "Bad."):
        st.session_state["feedback-0-text"] = text
        _send(click, "feedback", "Today")

    assert [one.fields()["text"] for one in live.log.events_of("feedback")] == ["Good.", "Bad."]


def test_a_case_withdrawn_again_with_another_reason_is_refused_and_not_thanked(
    live: Store, case: Case
):
    click = Click("withdraw", LEAD, ZONE, case.case_id, case.version)
    st.session_state["withdraw-reason"] = "They wait."
    _do_withdraw(click)
    _do_withdraw(click)
    assert acting.refusal("withdraw") is None

    st.session_state["withdraw-reason"] = "They have left us."
    _do_withdraw(click)

    assert "changed" in acting.refusal("withdraw").text  # type: ignore[union-attr]
    kinds = [one.kind for one in live.history(case.case_id)]
    assert kinds.count("case_withdrawn") == 1


def test_every_command_of_a_page_is_known_by_what_it_is_to_store():
    silent: set[str] = set()
    for path in sorted((ROOT / "dashboard" / "ui").glob("*.py")):
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if (
                isinstance(node, ast.Call)
                and ast.unparse(node.func) == "click.command_id"
                and len(node.args) < 2
            ):
                silent.add(ast.literal_eval(node.args[0]))

    assert silent == SAY_NO_MORE


def test_the_days_of_a_calendar_are_in_what_it_is_known_by(live: Store):
    click = Click("calendar", ADMIN, ZONE)
    hours = live.settings.calendar
    other = type(hours)(hours.zone, hours.weekly, {date(2040, 1, 2): ()})

    assert click.command_id("save", hours.as_data()) != click.command_id("save", other.as_data())
