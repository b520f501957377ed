"""Several steps entered at once: all of them or none."""

from datetime import datetime

import pytest

from dashboard import commands
from dashboard.errors import FieldsRefused, InputRefused, NotAllowed
from dashboard.instants import to_us
from dashboard.workflows import Party
from tests.builders import LEAD, member
from tests.histories import HOUR, MINUTE, History, at_step, new_york, problems, refused

FIELDS = {
    2: {"team_leader": "T. Vance"},
    3: {},
    4: {"ems_ticket": "E-1", "high_priority": True},
    5: {"price_verified": True, "price_verified_by": "A. Diaz", "new_sales": False},
    6: {"order_number": "8-1"},
    7: {},
}
NINE = new_york(5, "09:00")


def item(step: int, at: datetime, turned_at: datetime | None = None, **fields) -> commands.CatchUp:
    return commands.CatchUp(step, at, FIELDS[step] | fields, turned_at=turned_at)


def opened() -> History:
    """Opened on Monday at 9, and it is Tuesday by now."""
    return History().wait(24 * HOUR)


def test_consecutive_steps_are_completed_each_at_its_own_time():
    history = opened()
    steps = [item(step, NINE + (step - 1) * HOUR) for step in range(2, 8)]

    events = history.act(commands.catch_up, steps)

    assert [event.kind for event in events] == ["step_completed"] * 6
    assert {event.recorded_us for event in events} == {to_us(history.now)}
    assert history.case.closed_us == to_us(NINE + 6 * HOUR)


def test_moments_inside_the_steps_and_who_did_them_come_along():
    history = opened()
    steps = [item(step, NINE + (step - 1) * HOUR) for step in range(2, 5)]
    steps.append(item(5, NINE + 6 * HOUR, turned_at=NINE + 5 * HOUR))
    done = commands.CatchUp(6, NINE + 8 * HOUR, FIELDS[6], "O. Clerk", NINE + 7 * HOUR)

    history.act(commands.catch_up, [*steps, done])

    moments = {moment.step: moment.at_us for moment in history.case.moments.values()}
    assert moments == {5: to_us(NINE + 5 * HOUR), 6: to_us(NINE + 7 * HOUR)}
    assert history.case.records[6].done_by == "O. Clerk"
    assert history.case.records[5].done_by is None


@pytest.mark.parametrize(
    ("steps", "words"),
    [
        ([item(2, NINE + HOUR), item(4, NINE + 2 * HOUR)], "Step 4 was not completed: step 3"),
        ([item(3, NINE + HOUR)], "Step 3 was not completed: step 2"),
        ([item(2, NINE + HOUR), item(2, NINE + HOUR)], "Step 2 was not completed: step 3"),
        ([item(3, NINE + HOUR), item(2, NINE + 2 * HOUR)], "Step 3 was not completed: step 2"),
        ([item(2, NINE - MINUTE)], "the step became current"),
        ([item(2, NINE + 2 * HOUR), item(3, NINE + HOUR)], "the step became current"),
        ([item(2, NINE + HOUR), item(3, NINE + 25 * HOUR)], "in the future"),
        ([item(2, NINE + HOUR, turned_at=NINE)], "Step 2 of C-0001 has no moment to record"),
    ],
)
def test_steps_out_of_order_or_of_time_are_refused_all_of_them(steps, words):
    history = opened()

    with refused(history, words):
        history.act(commands.catch_up, steps)


def test_a_moment_outside_its_step_refuses_all_of_them():
    history = opened()
    three = [item(step, NINE + (step - 1) * HOUR) for step in range(2, 5)]

    with refused(history, "the step became current at 2026-10-05 16:00"):
        early = item(5, NINE + 6 * HOUR, turned_at=NINE + 3 * HOUR - MINUTE)
        history.act(commands.catch_up, [*three, early])
    with refused(history, "it changed hands at 2026-10-05 19:01"):
        late = item(5, NINE + 6 * HOUR, turned_at=NINE + 6 * HOUR + MINUTE)
        history.act(commands.catch_up, [*three, late])


def test_a_field_that_breaks_a_rule_is_named_with_its_step_and_refuses_all_of_them():
    history = opened()
    steps = [item(2, NINE + HOUR), item(3, NINE + HOUR)]
    wrong = item(4, NINE + 2 * HOUR, ems_ticket="", high_priority=False)

    words = "Step 4 was not completed."
    with refused(history, words, "Fill it in", error=FieldsRefused) as caught:
        history.act(commands.catch_up, [*steps, wrong])
    history.act(commands.catch_up, [*steps, item(4, NINE + 2 * HOUR)])

    assert problems(caught) == {"4.ems_ticket", "4.high_priority"}
    assert history.case.due == 5


def test_steps_beyond_the_last_are_refused_all_of_them():
    history = at_step(7)

    with refused(history, "Step 2 was not completed", "closed"):
        history.act(commands.catch_up, [item(7, history.now), item(2, history.now)])


def test_step_5_of_virtual_office_waits_for_the_appointment_caught_up_with_it():
    history = at_step(4, "virtual_office").wait(48 * HOUR)
    begins = new_york(6, "08:00")
    booked = commands.CatchUp(4, new_york(5, "16:00"), {"appointment": begins})
    who = {"administrator": "Ann Birch", "administrator_email": "ann@juniper.example"}

    with refused(history, "the appointment begins only at 2026-10-06 12:00"):
        early = commands.CatchUp(5, begins - MINUTE, who)
        history.act(commands.catch_up, [booked, early])
    history.act(commands.catch_up, [booked, commands.CatchUp(5, begins, who)])

    assert sorted(history.events[-1].personal.values()) == ["Ann Birch", "ann@juniper.example"]


def test_one_step_that_is_not_the_members_refuses_all_of_them():
    history = opened()
    steps = [item(2, NINE + HOUR), item(3, NINE + 2 * HOUR)]

    with refused(history, "may not complete step 3", "Ask Team leader", error=NotAllowed):
        history.act(commands.catch_up, steps, by=member(Party.CS))
    history.act(commands.catch_up, steps, by=member(Party.CS, Party.TL))


def test_no_step_at_all_is_refused():
    history = opened()

    with refused(history, "Nothing was caught up", error=InputRefused):
        history.act(commands.catch_up, [], by=LEAD)
