"""Undo, on the page: beside what was just stored, and from the history."""

from datetime import timedelta

import pytest

from dashboard import clock, commands
from dashboard.cases import Case
from dashboard.store import Store
from tests.builders import LEAD
from tests.test_pages import Browse, browse, live, log, told, walked
from tests.test_pages_several import opened, orders, type_in

__all__ = ["browse", "live", "log", "orders"]  # fixtures


def kinds(store: Store, case_id: str) -> list[str]:
    return [event.kind for event in store.history(case_id)]


def undo_key(app, scope: str = "undo") -> list[str]:
    return [item.key for item in app.button if (item.key or "").startswith(scope)]


def test_a_completed_step_is_undone_beside_its_confirmation(browse: Browse, live: Store):
    case = walked(live, "local", 3)
    scope = f"{case.case_id}-4"
    app = browse("case", id=case.case_id)
    assert not undo_key(app)
    app.text_input(key=f"{scope}-ems_ticket").set_value("EMS-1")
    app.checkbox(key=f"{scope}-high_priority").check()
    app.button(key=f"complete-{scope}-{case.version}").click().run()
    assert live.case(case.case_id).due == 5
    assert [item.label for item in app.button if item.key in undo_key(app)] == ["Undo"]

    app.button(key=undo_key(app)[0]).click().run()

    assert live.case(case.case_id).due == 4
    assert f"**Undone:** step 4 completed of {case.case_id.replace('-', chr(92) + '-')}." in (
        app.success[0].value
    )
    assert not undo_key(app)
    assert told(app)[0] == "**Undone:** step 4 completed"
    assert any("completed" in line and line.endswith(":gray[(undone)]") for line in told(app))


def test_undo_is_offered_for_ten_seconds(browse: Browse, live: Store, monkeypatch):
    case = walked(live, "local", 2)
    app = browse("case", id=case.case_id)
    app.button(key=f"complete-{case.case_id}-3-{case.version}").click().run()
    assert undo_key(app)

    later = clock.now() + timedelta(seconds=11)
    monkeypatch.setattr(clock, "now", lambda: later)
    app.run()

    assert not undo_key(app)


def test_starting_and_a_follow_up_are_undone(browse: Browse, live: Store):
    case = walked(live, "local", 2)
    app = browse("case", id=case.case_id)
    app.button(key=f"start-{case.case_id}-3-{case.version}").click().run()
    app.button(key=undo_key(app)[0]).click().run()
    assert live.case(case.case_id).records[3].started_us is None

    day = clock.now().date() + timedelta(days=2)
    app.date_input(key=f"{case.case_id}-follow-None").set_value(day)
    app.button(key="set-follow-up").click().run()
    assert "follow-up date" not in app.success[0].value
    app.button(key=undo_key(app)[0]).click().run()

    assert "**Follow up:** not set" in [item.value for item in app.markdown]


def test_the_last_step_is_undone_from_the_history_as_if_it_was_never_closed(
    browse: Browse, live: Store
):
    case = walked(live, "local", 7)
    app = browse("case", id=case.case_id)
    [key] = undo_key(app, f"{case.case_id}-undo")
    assert app.button(key=key).label == "Undo: step 7 completed"

    app.button(key=key).click().run()

    found = live.case(case.case_id)
    assert (found.state, found.due, found.reopened) == ("open", 7, False)
    row = live.run("find_cases", now=clock.now(), text=case.case_id, most=6).to_pylist()[0]
    assert row["step"] == 7


def test_what_was_built_on_is_not_offered(browse: Browse, live: Store):
    case = walked(live, "local", 3)
    commands.reopen_step(live, case.case_id, 2, "a slip", by=LEAD, now=clock.now())

    app = browse("case", id=case.case_id)

    assert not undo_key(app, f"{case.case_id}-undo")


@pytest.mark.parametrize("moved_on", [False, True])
def test_cases_completed_together_are_undone_together(
    browse: Browse, live: Store, orders: list[Case], moved_on: bool
):
    app = opened(browse)
    type_in(app, {f"Firm {number}": {"order_number": f"O-{number}"} for number in range(3)})
    assert [live.case(case.case_id).due for case in orders] == [7, 7, 11, 4]
    if moved_on:
        commands.start_step(live, orders[0].case_id, 7, by=LEAD, now=clock.now())

    app.button(key=undo_key(app)[0]).click().run()

    first = 7 if moved_on else 6
    assert [live.case(case.case_id).due for case in orders] == [first, 6, 10, 4]
    said = app.error[0].value if moved_on else app.success[0].value
    assert ("builds on it" if moved_on else "of 3 cases") in said
