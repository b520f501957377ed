"""Corrections of a step's time and fields: the order holds, and so do the step's rules."""

from datetime import timedelta

import pytest

from dashboard import commands
from dashboard.cases import fold
from dashboard.errors import FieldsRefused, InputRefused
from dashboard.instants import to_us
from tests.histories import HOUR, MINUTE, History, at_step, new_york, problems, refused

MICROSECOND = timedelta(microseconds=1)
NINE = new_york(5, "09:00")  # when the case of a history is opened; then a step an hour


def correct(history: History, step: int, at=None, **named) -> None:
    history.act(commands.correct_step, step, at=at, **named)


# --- Times -----------------------------------------------------------------------------------


def test_a_completion_is_corrected_only_between_its_neighbours():
    history = at_step(5)  # steps 1 to 4 at 9, 10, 11 and 12 o'clock

    with refused(history, "Step 3", "the step became current at 2026-10-05 14:00"):
        correct(history, 3, NINE + HOUR - MICROSECOND)
    with refused(history, "Step 3 cannot be corrected", "the next entry happened at 2026-10-05 16"):
        correct(history, 3, NINE + 3 * HOUR + MICROSECOND)
    for at in (NINE + HOUR, NINE + 3 * HOUR, NINE + 2.5 * HOUR):
        correct(history, 3, at)

    assert history.case.records[3].completed_us == to_us(NINE + 2.5 * HOUR)
    assert history.case.records[4].current_us == to_us(NINE + 2.5 * HOUR)


def test_the_opening_is_corrected_back_as_far_as_one_likes_and_forward_to_step_2():
    history = at_step(3)

    with refused(history, "Step 1 cannot be corrected", "the next entry happened"):
        correct(history, 1, NINE + HOUR + MINUTE)
    correct(history, 1, NINE - timedelta(days=30))

    assert history.case.opened_us == to_us(NINE - timedelta(days=30))


def test_the_last_completion_is_corrected_up_to_now():
    history = at_step(3)

    with refused(history, "Step 2", "in the future"):
        correct(history, 2, history.now + MINUTE)
    correct(history, 2, history.now)

    assert history.case.moves[-1].at_us == to_us(history.now)


def test_a_completion_is_not_corrected_past_the_start_or_the_moment_of_a_step():
    history = at_step(5)  # now 13:00
    history.act(commands.start_step, 5, at=NINE + 3 * HOUR + 10 * MINUTE)
    with refused(history, "Step 4 cannot be corrected", "step 5 was started at 2026-10-05 16:10"):
        correct(history, 4, NINE + 3 * HOUR + 11 * MINUTE)
    history.act(commands.record_turn, 5, at=NINE + 3 * HOUR + 5 * MINUTE)
    with refused(
        history, "Step 4 cannot be corrected", "step 5 was handed over at 2026-10-05 16:05"
    ):
        correct(history, 4, NINE + 3 * HOUR + 6 * MINUTE)
    correct(history, 4, NINE + 3 * HOUR + 5 * MINUTE)

    history.complete(5)
    with refused(history, "Step 5", "work on it began at 2026-10-05 16:10"):
        correct(history, 5, NINE + 3 * HOUR + 9 * MINUTE)
    correct(history, 5, history.now - 20 * MINUTE)


def test_a_completion_is_not_corrected_to_before_the_step_changed_hands():
    history = at_step(5)
    history.act(commands.record_turn, 5, at=history.now - 10 * MINUTE)
    history.complete(5)

    with refused(history, "Step 5", "it was handed over at 2026-10-05 16:50"):
        correct(history, 5, history.now - 11 * MINUTE)


def test_a_start_and_a_moment_are_corrected_between_the_step_before_and_the_completion():
    history = at_step(5)  # step 4 at 12:00, now 13:00
    history.act(commands.start_step, 5)
    history.act(commands.record_turn, 5)
    history.wait(HOUR).complete(5)  # 14:00
    history.wait(HOUR)

    for what in ("started", "turn"):
        with refused(history, "Step 5", "the step became current at 2026-10-05 16:00"):
            correct(history, 5, NINE + 3 * HOUR - MINUTE, what=what)
        with refused(history, "Step 5 cannot be corrected", "happened at 2026-10-05 18:00"):
            correct(history, 5, NINE + 5 * HOUR + MICROSECOND, what=what)
        correct(history, 5, NINE + 5 * HOUR, what=what)
        correct(history, 5, NINE + 3 * HOUR, what=what)

    case = history.case
    assert case.records[5].started_us == to_us(NINE + 3 * HOUR)
    assert [moment.at_us for moment in case.moments.values()] == [to_us(NINE + 3 * HOUR)]


def test_a_start_is_not_corrected_into_the_time_in_which_the_case_was_withdrawn():
    history = at_step(3)
    history.act(commands.start_step, 3)  # 11:00
    history.wait(HOUR).act(commands.withdraw_case, "the firm stays")  # 12:00
    history.wait(HOUR)

    with refused(history, "Step 3 cannot be corrected", "the next entry happened at 2026-10-05 16"):
        correct(history, 3, NINE + 3 * HOUR + MINUTE, what="started")
    correct(history, 3, NINE + 3 * HOUR, what="started")


def test_after_a_reopening_the_completion_that_stands_is_corrected():
    history = at_step(4)  # step 2 at 10:00, 3 at 11:00
    history.act(commands.reopen_step, 3, "a slip")  # 12:00
    history.wait(HOUR).complete(3)  # 13:00

    with refused(history, "Step 3", "the step became current at 2026-10-05 16:00"):
        correct(history, 3, NINE + 3 * HOUR - MINUTE)
    correct(history, 3, NINE + 3.5 * HOUR)
    with refused(history, "Step 2 cannot be corrected", "the next entry happened at 2026-10-05 15"):
        correct(history, 2, NINE + 2 * HOUR + MINUTE)
    correct(history, 2, NINE + 2 * HOUR)

    times = [(move.at_us - to_us(NINE)) / 3.6e9 for move in history.case.moves]
    assert times == [0, 2, 2, 3, 3.5]


@pytest.mark.parametrize("what", ["completed", "started", "turn"])
@pytest.mark.parametrize("step", [5, 6, 99, 0])
def test_what_was_undone_or_never_recorded_cannot_be_corrected(step, what):
    history = at_step(5)
    history.act(commands.start_step, 5)
    history.act(commands.record_turn, 5)
    history.complete(5)
    history.act(commands.reopen_step, 4, "a slip")

    with refused(history, f"Step {step} of C-0001 has nothing to correct there", "Record it first"):
        correct(history, step, history.now, what=what)


def test_what_is_corrected_must_be_one_of_three_things_and_say_something():
    history = at_step(4)

    with refused(history, "'opened' cannot be corrected. Choose completed", error=InputRefused):
        correct(history, 3, history.now, what="opened")
    with refused(history, "Nothing was corrected", error=InputRefused):
        correct(history, 3)
    with refused(history, "Nothing was corrected", error=InputRefused):
        correct(history, 3, fields={})


def test_a_correction_never_moves_the_case_and_folds_the_same_when_told_again():
    history = at_step(5)

    correct(history, 3, NINE + 2.5 * HOUR)
    correct(history, 2, fields={"team_leader": "H. Abebe"})

    case = history.case
    again = fold("C-0001", history.events)
    assert (again.due, again.version, again.fields) == (5, case.version, case.fields)
    assert [move.at_us for move in again.moves] == [move.at_us for move in case.moves]


# --- Fields ----------------------------------------------------------------------------------


def test_a_field_is_corrected_under_the_rules_of_its_step():
    history = at_step(5)

    with refused(history, "Case C-0001 was not changed.", "Enter the", error=FieldsRefused) as no:
        correct(history, 4, fields={"ems_ticket": ""})
    with refused(history, "Confirm this to continue", error=FieldsRefused):
        correct(history, 4, fields={"high_priority": False})
    with refused(history, "no field 'order_number' here", error=FieldsRefused):
        correct(history, 4, fields={"order_number": "8"})
    correct(history, 4, fields={"ems_ticket": "E-77"})

    assert problems(no) == {"ems_ticket"}
    assert history.case.records[4].fields == {"ems_ticket": "E-77", "high_priority": True}


@pytest.mark.parametrize("what", ["started", "turn"])
def test_fields_belong_to_the_completion_and_not_to_a_start_or_a_moment(what):
    history = at_step(5)
    history.act(commands.start_step, 5)
    history.act(commands.record_turn, 5)
    history.complete(5)

    with refused(history, "The fields of step 5 were not corrected", error=InputRefused):
        correct(history, 5, what=what, fields={"price_verified_by": "H. Abebe"})


def test_vo_licences_are_corrected_only_to_all_that_are_needed():
    history = at_step(10, "virtual_office", products=["UltraTax CS", "Planner CS"])

    with refused(history, "the license for Planner is missing", error=FieldsRefused):
        correct(history, 9, fields={"vo_licences": ["UltraTax"]})
    with refused(history, "no field 'products' here", error=FieldsRefused):
        correct(history, 9, fields={"vo_licences": ["UltraTax"], "products": True})
    correct(history, 9, fields={"vo_licences": ["Planner", "UltraTax"]})


def test_a_combined_order_does_not_outlast_the_new_sales_that_it_rests_on():
    history = at_step(9, "virtual_office")
    history.complete(9, new_sales=True, combined_order=True)

    correct(history, 9, fields={"new_sales": False})
    assert history.case.records[9].fields["combined_order"] == ""
    correct(history, 9, fields={"combined_order": True})
    assert history.case.records[9].fields["combined_order"] == ""

    correct(history, 9, fields={"new_sales": True, "combined_order": True})
    assert history.case.records[9].fields["combined_order"] is True


def test_a_personal_value_that_is_corrected_gets_a_ref_of_its_own():
    history = at_step(5, "virtual_office")
    history.complete(5, administrator="Ann Birch")
    first = history.case.fields["administrator"]["ref"]

    correct(history, 5, fields={"administrator": "Bo Cedar"})

    event = history.events[-1]
    second = event.data["fields"]["administrator"]["ref"]
    assert event.personal == {second: "Bo Cedar"}
    assert second != first
