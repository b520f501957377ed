"""The length of a business day on the pages: said alike on each, and asked for with the hours."""

import re
from datetime import timedelta
from typing import Any

import pytest
from streamlit.testing.v1 import AppTest

from dashboard import clock, commands
from dashboard.formats import NBSP
from dashboard.instants import to_us
from dashboard.settings import MINUTE_US
from dashboard.store import Store
from dashboard.ui import settings_days
from dashboard.workdays import Calendar
from tests.builders import ADMIN, LEAD, form
from tests.test_pages import Browse, browse, live, log, said

__all__ = ["browse", "live", "log"]  # fixtures

ALWAYS = Calendar("America/New_York", dict.fromkeys(range(7), (("00:00", "24:00"),)), {})


@pytest.fixture
def case_id(live: Store) -> str:
    """A case of which seven of 24 hours are gone, in a department whose days have eight."""
    start = clock.now() - timedelta(hours=7)
    commands.change_calendar(live, ALWAYS, day_minutes=480, by=ADMIN, now=start)
    fields = form("local", firm_name="Juniper Advisors")
    return commands.open_case(live, "local", fields, by=LEAD, now=start)[0].stream


def settings(browse: Browse, section: str) -> AppTest:
    app = browse("settings", section=section)
    app.selectbox(key="act-as-role").select("Administrator").run()
    assert not app.exception
    return app


def type_hours(app: AppTest, text: str) -> None:
    for name in settings_days.WEEKDAYS[:5]:
        app.text_input(key=f"settings-calendar-0-{name}").set_value(text)
    app.run()


def day_hours(app: AppTest) -> Any:
    [found] = [item for item in app.number_input if item.label == "Hours in a business day"]
    return found


def words(app: AppTest) -> str:
    return re.sub(r"\u00a0|\\302\\240|\\+u00a0", " ", said(app)).replace("**", "")


def test_today_cases_and_the_case_say_the_same_time_left(case_id: str, browse: Browse):
    today = browse().dataframe[0].value["left"].tolist()
    cases = browse("cases").dataframe[0].value["left"].tolist()

    assert today == cases == [f"2{NBSP}d{NBSP}1{NBSP}h left"]
    assert "2 d 1 h left" in words(browse("case", id=case_id))


def test_new_hours_propose_their_ordinary_day_and_both_are_saved_as_one(
    live: Store, browse: Browse
):
    app = settings(browse, "Calendar")
    assert day_hours(app).value == 9

    type_hours(app, "09:00–15:00")

    assert day_hours(app).value == 6
    assert "With these hours, a normal day is open for 6 h" in words(app)
    assert "3 d with business days of 6 h" in words(app)
    app.button(key="settings-calendar-0-save").click().run()
    assert [event.kind for event in live.stream("settings")] == ["hours_changed"]
    held = live.settings.targets_at("local", to_us(clock.now()))
    assert (held.day_us, held.limit_us) == (360 * MINUTE_US, 3 * 360 * MINUTE_US)


def test_the_proposal_can_be_overruled_and_the_difference_is_pointed_out(
    live: Store, browse: Browse
):
    app = settings(browse, "Calendar")
    assert not app.warning
    type_hours(app, "09:00–17:00")
    day_hours(app).set_value(9.0).run()
    app.button(key="settings-calendar-0-save").click().run()

    assert {item.day_us for item in live.settings.targets} == {540 * MINUTE_US}
    for section in ("Calendar", "Targets"):
        [warning] = [item.value for item in settings(browse, section).warning]
        assert "open for 8 h, but a business day counts as 9 h" in warning.replace(NBSP, " ")


def test_a_holiday_more_asks_for_no_length_and_leaves_it(live: Store, browse: Browse):
    commands.change_targets(live, "local", 2, 3, day_minutes=480, by=ADMIN, now=clock.now())
    app = settings(browse, "Calendar")
    names = app.pills(key="settings-calendar-0-names-US-None")
    names.set_value([name for name in names.value or [] if name != "Columbus Day"]).run()

    assert day_hours(app).value is None  # the paths differ
    app.button(key="settings-calendar-0-save").click().run()

    assert live.stream("settings")[-1].kind == "calendar_changed"
    assert [item.day_us // MINUTE_US for item in live.settings.targets] == [480, 540]
