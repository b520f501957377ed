"""Saying when something happened: chosen, typed, or left as it stands."""

from datetime import timedelta

import pytest
from streamlit.testing.v1 import AppTest

from dashboard import clock, commands
from dashboard.cases import Case
from dashboard.formats import moment
from dashboard.instants import to_datetime, to_us
from dashboard.locales import Locale, Reader, read_by
from dashboard.store import Store
from tests.builders import LEAD
from tests.test_pages import Browse, browse, dialog, live, log, walked

__all__ = ["browse", "live", "log"]  # fixtures
MINUTE_US = 60_000_000


def complete(app: AppTest, case: Case, step: int) -> AppTest:
    return app.button(key=f"complete-{case.case_id}-{step}-{case.version}").click().run()


def ago(case: Case, step: int) -> timedelta:
    return clock.now() - to_datetime(case.records[step].completed_us or 0)


@pytest.mark.parametrize(
    ("typed", "chosen"), [("15 min ago", None), ("", "15 min ago"), ("15 min ago", "15 min ago")]
)
def test_a_step_is_completed_at_a_time_that_is_typed_or_chosen(
    browse: Browse, live: Store, typed: str, chosen: str | None
):
    case = walked(live, "local", 2)
    app = browse("case", id=case.case_id)
    app.text_input(key=f"{case.case_id}-3-at").set_value(typed)
    app.pills(key=f"{case.case_id}-3-at-quick").set_value(chosen)

    complete(app, case, 3)

    assert not app.error
    assert timedelta(minutes=15) <= ago(live.case(case.case_id), 3) < timedelta(minutes=16)


def test_two_times_at_once_are_asked_about(browse: Browse, live: Store):
    case = walked(live, "local", 2)
    app = browse("case", id=case.case_id)
    app.text_input(key=f"{case.case_id}-3-at").set_value("1 h ago")
    app.pills(key=f"{case.case_id}-3-at-quick").set_value("15 min ago")

    complete(app, case, 3)

    assert live.case(case.case_id).due == 3
    assert "Clear one of them" in app.error[0].value
    assert app.text_input(key=f"{case.case_id}-3-at").value == "1 h ago"


def test_what_is_no_time_is_refused_and_stays(browse: Browse, live: Store):
    case = walked(live, "local", 2)
    app = browse("case", id=case.case_id)
    app.text_input(key=f"{case.case_id}-3-at").set_value("quarter past")

    complete(app, case, 3)

    assert live.case(case.case_id).due == 3
    assert "“quarter past” is no time" in app.error[0].value
    assert app.text_input(key=f"{case.case_id}-3-at").value == "quarter past"


def shown(store: Store, us: int) -> str:
    now = clock.now()
    zone = store.settings.calendar.zone
    with read_by(Reader(Locale.US, now.date())):
        return moment(to_datetime(us), zone)


def started_at_twenty_past_the_minute(store: Store) -> Case:
    """A case at step 4, each of whose times lies in the middle of a minute."""
    case = walked(store, "local", 2)
    for step, minutes in ((3, 100), (4, 90)):
        at = clock.now().replace(second=20, microsecond=0) - timedelta(minutes=minutes)
        fields = {} if step == 3 else {"ems_ticket": "EMS-1", "high_priority": True}
        commands.complete_step(store, case.case_id, step, fields, by=LEAD, now=clock.now(), at=at)
    return store.case(case.case_id)


def test_the_minute_in_which_the_step_became_current_is_taken(browse: Browse, live: Store):
    case = started_at_twenty_past_the_minute(live)
    began_us = case.moves[-1].at_us
    commands.start_step(
        live, case.case_id, 5, by=LEAD, now=clock.now(), at=to_datetime(began_us + 5_000_000)
    )
    case = live.case(case.case_id)
    app = browse("case", id=case.case_id)
    app.text_input(key=f"{case.case_id}-5-at").set_value(shown(live, began_us))
    app.checkbox(key=f"{case.case_id}-5-price_verified").check()
    app.selectbox(key=f"{case.case_id}-5-price_verified_by").select_index(0)
    app.segmented_control(key=f"{case.case_id}-5-new_sales").set_value("No")

    complete(app, case, 5)

    assert not app.error
    assert live.case(case.case_id).records[5].completed_us == began_us + 5_000_000


def test_correct_begins_with_what_stands_there(browse: Browse, live: Store):
    case = started_at_twenty_past_the_minute(live)
    scope = f"{case.case_id}-correct-{case.version}-4-completed"
    before_us = case.records[4].completed_us or 0

    app = dialog(browse, case, "Correct a step")

    assert app.text_input(key=f"{scope}-at").value == shown(live, before_us)
    app.text_input(key=f"{scope}-ems_ticket").set_value("EMS-2")
    app.button(key="correct-step").click().run()
    assert not app.error
    record = live.case(case.case_id).records[4]
    assert (record.completed_us, record.fields["ems_ticket"]) == (before_us, "EMS-2")


def test_correct_takes_the_minute_that_is_shown_of_the_step_before(browse: Browse, live: Store):
    case = started_at_twenty_past_the_minute(live)
    scope = f"{case.case_id}-correct-{case.version}-4-completed"
    before_us = case.records[3].completed_us or 0
    app = dialog(browse, case, "Correct a step")

    app.text_input(key=f"{scope}-at").set_value(shown(live, before_us))
    app.button(key="correct-step").click().run()

    assert not app.error
    assert live.case(case.case_id).records[4].completed_us == before_us


def test_steps_caught_up_take_typed_times(browse: Browse, live: Store):
    case = started_at_twenty_past_the_minute(live)
    commands.reopen_step(live, case.case_id, 3, "a slip", by=LEAD, now=clock.now())
    case = live.case(case.case_id)
    key = f"catch-up-{case.case_id}"
    app = browse("case", id=case.case_id)
    app.session_state[key] = True
    app.run()
    for step in (3, 4):
        app.text_input(key=f"{key}-{step}-at").set_value("now")
    app.text_input(key=f"{key}-4-ems_ticket").set_value("EMS-9")
    app.checkbox(key=f"{key}-4-high_priority").check()

    app.button(key=f"complete-{key}-{case.version}").click().run()

    assert not app.error
    found = live.case(case.case_id)
    assert found.due == 5
    assert to_us(clock.now()) - (found.closed_us or found.moves[-1].at_us) < MINUTE_US
