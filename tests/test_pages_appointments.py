"""Appointments on the pages: by when to confirm, moved, called off, on the firm's clock too."""

import re
from datetime import datetime, timedelta
from typing import Any

import pytest
from streamlit.testing.v1 import AppTest

from dashboard import clock, commands, formats
from dashboard.cases import Case
from dashboard.instants import to_datetime, to_us
from dashboard.people import Person, Role
from dashboard.store import Store
from dashboard.ui import guard
from dashboard.ui.words import on_the_wall, plain
from dashboard.workdays import Calendar
from dashboard.workflows import Party
from tests.builders import ADMIN, LEAD, form, step_fields
from tests.test_pages_messages import browse, letter, live, press, words

__all__ = ["live"]  # the fixture
HOUR = timedelta(hours=1)
CHICAGO = "America/Chicago"
# Open around the clock, so that what is ahead does not hang on when the test runs.
ALWAYS = Calendar("America/New_York", dict.fromkeys(range(7), (("00:00", "24:00"),)), {})


@pytest.fixture
def always(live: Store) -> Store:
    """A department that never closes: a business day has nine of its hours, the limit is 27."""
    now = clock.now() - 3 * HOUR
    commands.change_calendar(live, ALWAYS, day_minutes=540, by=ADMIN, now=now)
    return live


def at(store: Store, step: int, ago: timedelta = HOUR, **more: str) -> Case:
    """A case opened so long ago of which that step is current."""
    start, now = clock.now() - ago, clock.now() - HOUR
    given = form("virtual_office", **more)
    opened = commands.open_case(store, "virtual_office", given, by=LEAD, now=now, at=start)
    case_id = opened[0].stream
    for number in range(2, step):
        values = step_fields(store.case(case_id), number, now)
        values |= {"team_leader": "Vance"} if number == 2 else {}
        values |= {"appointment": next_hour(3)} if number == 4 else {}
        hows = {"tl_appointment": "outside"} if number == 4 else None
        commands.complete_step(store, case_id, number, values, by=LEAD, now=now, messages=hows)
    return store.case(case_id)


def next_hour(hours: int) -> datetime:
    whole = clock.now().replace(minute=0, second=0, microsecond=0)
    return whole + hours * HOUR


def on_wall(instant: datetime) -> datetime:
    return on_the_wall(instant, ALWAYS.zone)


def labels(app: AppTest, kind: str) -> str:
    """The labels of all elements of that kind."""
    found: list[Any] = list(app.get(kind))
    return "\n".join(item.proto.label for item in found)


def more(app: AppTest, choice: str) -> AppTest:
    """Open a dialog of the menu *More*."""
    app.session_state["case-dialog"] = choice
    app.run()
    assert not app.exception
    return app


def test_by_when_an_appointment_must_be_confirmed_stands_beside_its_input(always: Store):
    case = at(always, 4)
    limit = to_datetime(case.opened_us) + 27 * HOUR

    app = browse("case", id=case.case_id)

    by = f"{formats.time(on_wall(limit - 4 * HOUR))} or the SLA will be missed.** It is due"
    assert by in words(app)
    assert "No open slot ends before the SLA due time" not in words(app)


def test_where_no_window_ends_before_the_limit_it_is_said(always: Store):
    case = at(always, 4, ago=24 * HOUR - timedelta(minutes=1))
    late = at(always, 4, ago=28 * HOUR)

    app, over = browse("case", id=case.case_id), browse("case", id=late.case_id)

    assert "No open slot ends before the SLA due time" in words(app)
    assert "Book by" not in words(app)
    # once the limit is past there is nothing to lose, and the clock says so already
    assert "before the SLA due time" not in words(over)


def test_a_moved_appointment_stands_ready_to_be_told(always: Store):
    case = at(always, 5)
    commands.change_planning(always, appointments_at_once=1, by=ADMIN, now=clock.now())
    before = case.appointment_us or 0
    app = more(browse("case", id=case.case_id), "Correct a step")
    scope = f"{case.case_id}-correct-{case.version}-4-completed"
    offered = [
        str(item.key) for item in app.button if f"{scope}-appointment-free-" in str(item.key)
    ]
    assert len(offered) == 4
    # three hours ahead it would be in the way of the windows around it, if it were not its own
    assert int(offered[0].rpartition("-")[2]) < before

    app.datetime_input(key=f"{scope}-appointment").set_value(on_wall(next_hour(7)))
    app.button(key="correct-step").click().run()

    assert not app.exception
    assert "Ready to send: “" in app.success[0].value
    assert letter(always, case, "tl_appointment").state == "drafted"
    [body] = [item.value for item in app.code if "has been moved to" in item.value]
    assert (
        f"{formats.time(on_wall(next_hour(7)))} to" in body.partition("The previous time was:")[0]
    )
    assert (
        f"{formats.time(on_wall(to_datetime(before)))} to" in body.partition("The previous time")[2]
    )
    assert f"**To** {plain('Vance <vance@dept.example>')}" in words(app)


@pytest.mark.parametrize("choice", ["Reopen a step", "Withdraw the case"])
def test_what_calls_an_appointment_off_says_so_and_makes_the_messages_ready(
    always: Store, choice: str
):
    case = at(always, 5)
    app = more(browse("case", id=case.case_id), choice)
    assert "This cancels the appointment:" in words(app)
    [reason] = [item for item in app.text_area if item.label == "Reason"]

    reason.set_value("The firm cannot.")
    press(app, {"Reopen a step": "Reopen step"}.get(choice, choice))

    assert (
        letter(always, case, "tl_off").state == letter(always, case, "cpt_off").state == "drafted"
    )
    assert app.success[0].value.count("canceled” to") == 2
    assert any("Reason: The firm cannot." in item.value for item in app.code)
    assert "Cancellation file" in labels(app, "download_button")


def test_a_later_step_is_reopened_without_a_word_on_the_appointment(always: Store):
    case = at(always, 5)
    commands.correct_step(
        always, case.case_id, 4, by=LEAD, now=clock.now(),
        fields={"appointment": next_hour(0)},
    )  # fmt: skip
    fields = step_fields(case, 5, clock.now())
    commands.complete_step(always, case.case_id, 5, fields, by=LEAD, now=clock.now())

    app = more(browse("case", id=case.case_id), "Reopen a step")

    assert "cancels the appointment" not in words(app)


def test_the_firms_clock_stands_beside_the_departments(always: Store, monkeypatch):
    case = at(always, 5, firm_zone=CHICAGO)
    begins = to_datetime(case.appointment_us or 0)
    # with its day where that is another: at midnight here it is still yesterday there
    told = re.compile(rf"in Chicago (\w{{3}} \d+, )?{formats.time(on_the_wall(begins, CHICAGO))}–")

    assert told.search(words(browse("case", id=case.case_id)))
    assert told.search(labels(browse(), "page_link"))
    technician = Person("Kim", Role.MEMBER, frozenset({Party.CPT}))
    monkeypatch.setattr(guard, "admit", lambda: technician)
    assert told.search(labels(browse(), "page_link"))


def test_while_agreeing_with_the_firm_its_clock_is_compared(always: Store):
    near, far = at(always, 4), at(always, 4, firm_zone=CHICAGO)

    assert "in Chicago" not in words(browse("case", id=near.case_id))
    assert "in Chicago." in words(browse("case", id=far.case_id))


def test_new_case_asks_for_the_firms_zone_on_the_path_that_needs_it(live: Store):
    app = browse("new_case")
    assert not [item for item in app.selectbox if "time zone" in item.label]
    app.segmented_control(key="new-path").set_value("Virtual Office CS").run()
    [zone] = [item for item in app.selectbox if "time zone" in item.label]
    assert zone.value == ""

    zone.set_value(CHICAGO)
    app.text_input(key="new-firm_name").set_value("Alder")
    app.multiselect(key="new-products").set_value(["UltraTax CS"])
    press(app, "Open case")

    assert live.case("C-0001").fields["firm_zone"] == CHICAGO


# --- Catching up ------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("choice", "state", "is_outside"),
    [(None, "sent", True), ("Draft it now", "drafted", False)],
)
def test_messages_of_steps_caught_up_count_as_sent_unless_they_are_drafted(
    always: Store, choice: str | None, state: str, is_outside: bool
):
    case = at(always, 2)
    app = browse("case", id=case.case_id)
    key = f"catch-up-{case.case_id}"
    app.session_state[key] = True
    app.run()
    assert (
        "Sending this e-mail completes the step. It counts as sent when the step was completed."
    ) in words(app)
    done = clock.now().replace(second=0, microsecond=0) - timedelta(minutes=30)
    for step in (2, 3):
        app.text_input(key=f"{key}-{step}-at").set_value(f"{on_wall(done):%Y-%m-%d %H:%M}")
    if choice:
        app.segmented_control(key=f"{key}-2-went").set_value(choice)
    app.button(key=f"complete-{key}-{case.version}").click().run()

    assert not app.exception
    assert "Steps 2 to 3 completed" in app.success[0].value
    hold, move = letter(always, case, "tl_hold"), letter(always, case, "cpt_move")
    assert (hold.state, hold.is_outside) == (state, is_outside)
    assert (move.state, move.is_outside, move.at_us) == ("sent", True, to_us(done))
    assert ("Ready to send: “" in app.success[0].value) is (state == "drafted")


def test_a_message_that_went_later_than_its_step_is_recorded_as_of_then(always: Store):
    case = at(always, 2)
    app = browse("case", id=case.case_id)
    key = f"catch-up-{case.case_id}"
    app.session_state[key] = True
    app.run()
    done = clock.now().replace(second=0, microsecond=0) - timedelta(minutes=30)
    for step in (2, 3):
        app.text_input(key=f"{key}-{step}-at").set_value(f"{on_wall(done):%Y-%m-%d %H:%M}")
    later = done + timedelta(minutes=10)

    app.text_input(key=f"{key}-2-sent-at").set_value(f"{on_wall(later + 2 * HOUR):%Y-%m-%d %H:%M}")
    app.button(key=f"complete-{key}-{case.version}").click().run()
    assert "in the future" in app.error[0].value
    assert always.case(case.case_id).due == 2
    app.text_input(key=f"{key}-2-sent-at").set_value(f"{on_wall(later):%Y-%m-%d %H:%M}")
    app.button(key=f"complete-{key}-{case.version}").click().run()

    assert letter(always, case, "tl_hold").at_us == to_us(later)
    assert always.case(case.case_id).due == 4
