"""What a tracker sheet adds: order and times are held, what it does not hold is not invented."""

from datetime import datetime, timedelta
from typing import Any

import pytest

from dashboard import commands
from dashboard.cases import Case
from dashboard.commands.evidence import earliest_us
from dashboard.instants import to_us
from tests.builders import LEAD, MONDAY, bulk
from tests.histories import HOUR, MINUTE, History, at_step, new_york, refused

NINE = new_york(5, "09:00")


def hours(*numbers: float) -> list[datetime]:
    """Instants so many hours after the form."""
    return [NINE + number * HOUR for number in numbers]


def add(desk: Any, times: list[datetime], *, case: Case | None = None, **more: Any) -> Any:
    """Evidence of a local case, entered a day later, unless it is said otherwise."""
    evidence = commands.Evidence(more.pop("path", "local"), times, **more)
    now = NINE + timedelta(days=1)
    return commands.record_evidence(desk, evidence, by=LEAD, now=now, command_id="row 2", case=case)


def added(history: History, times: list[datetime], **more: Any) -> Any:
    return add(history.desk, times, case=history.case, **more)


def test_a_row_becomes_a_case_with_one_event_a_step_each_marked_as_imported():
    desk = bulk()

    events = add(
        desk, hours(0, 1, 2), form={"firm_name": "Birch & Sons"}, notes=["as in the sheet"],
        fields={2: {"team_leader": "T. Vance"}}, flags={3: ["odd"]},
    )  # fmt: skip

    case = desk.case(events[0].stream)
    kinds = [event.kind for event in events]
    assert kinds == ["case_opened", "step_completed", "step_completed", "note_added"]
    assert all(event.data["imported"] for event in events)
    assert (case.firm, case.due, case.imported) == ("Birch & Sons", 4, True)
    assert case.records[2].fields == {"team_leader": "T. Vance"}
    assert case.records[3].flags == ("odd",)
    assert case.opened_us == to_us(MONDAY)


def test_a_row_adds_the_steps_that_the_case_has_not_yet():
    history = at_step(4)

    added(history, hours(3, 4), first=4)

    assert history.case.due == 6
    assert [record.imported for record in history.case.records.values()][3:5] == [True, True]


@pytest.mark.parametrize(
    ("first", "times"), [(3, [3]), (5, [3]), (4, []), (4, [3, 4, 5, 6, 7]), (1, [0, 1, 2, 3])]
)
def test_steps_that_do_not_follow_are_refused(first, times):
    history = at_step(4)

    with refused(history, "cannot be added: step 4 is next", "ends with step 7"):
        added(history, hours(*times), first=first)


def test_a_new_case_begins_with_step_1():
    desk = bulk()

    with refused(desk, "Steps 2 to 3 cannot be added: step 1 is next"):
        add(desk, hours(0, 1), first=2)


def test_times_run_forward_from_the_case_and_not_past_now():
    history = at_step(4)  # step 3 at 11:00

    for times in (hours(2 - 0.1), hours(4, 3), hours(3, 24.1)):
        with refused(history, "is before the previous step or in the future"):
            added(history, times, first=4)
    added(history, hours(2, 24), first=4)


def test_a_step_in_work_is_not_completed_before_it_was_started_or_changed_hands():
    history = at_step(5)
    history.act(commands.start_step, 5, at=NINE + 3.5 * HOUR)
    assert earliest_us(history.case) == to_us(NINE + 3.5 * HOUR)
    history.act(commands.record_turn, 5)

    with refused(history, "is before the previous step"):
        added(history, [history.now - MINUTE], first=5)
    added(history, [history.now], first=5)


def test_nothing_is_added_to_a_case_that_is_not_open():
    withdrawn, closed = at_step(4), History().closed()
    withdrawn.act(commands.withdraw_case, "the firm stays")

    with refused(withdrawn, "Nothing was added", "withdrawn. Resume it first"):
        added(withdrawn, hours(20), first=4)
    with refused(closed, "Nothing was added", "closed. Reopen a step first"):
        added(closed, hours(20), first=8)


def test_steps_of_the_other_path_are_not_added():
    history = at_step(7)

    with refused(history, "is on the Local path, not Virtual Office", "Fix the path"):
        added(history, hours(20, 21), first=7, path="virtual_office")


@pytest.mark.parametrize("appointment", ["tomorrow", True, None, 2**62, -(2**62), 1.5])
def test_an_appointment_that_no_calendar_knows_is_refused(appointment):
    history = at_step(4, "virtual_office")
    fields = {4: {"appointment": appointment}}

    with refused(history, "an appointment must be a time"):
        added(history, hours(20), first=4, path="virtual_office", fields=fields)


def test_an_appointment_outside_business_hours_is_kept_for_it_happened():
    history = at_step(4, "virtual_office")
    begins = to_us(new_york(10, "09:00"))  # a Saturday

    added(
        history, hours(20), first=4, path="virtual_office", fields={4: {"appointment": begins}},
        flags={4: ["appointment_outside_hours"]},
    )  # fmt: skip

    assert history.case.windows[4] == begins


def test_personal_values_of_a_sheet_are_kept_out_of_the_log():
    desk = bulk()
    values = {"contact": "Ann Birch"}

    with refused(desk, "personal values stay out of the log"):
        add(desk, hours(0, 1), form=values)
    with refused(desk, "personal values stay out of the log"):
        add(desk, hours(0, 1), fields={2: values})


def test_a_year_mistyped_by_a_century_is_refused():
    desk = bulk()

    with refused(desk, "is before the previous step or in the future"):
        add(desk, [NINE.replace(year=1926)])


def test_a_row_given_again_is_stored_once(store):
    first = add(store, hours(0, 1), form={"firm_name": "Birch & Sons"})
    second = add(store, hours(0, 1), form={"firm_name": "Birch & Sons"})

    assert second == first
    assert store.head().position == 2
