"""The appointment: four hours entirely within business hours, agreed, moved, and waited for."""

from datetime import timedelta

import pytest

from dashboard import commands
from dashboard.errors import FieldsRefused, InputRefused
from dashboard.instants import to_us
from dashboard.workdays import Calendar
from tests.builders import bulk
from tests.histories import HOUR, MINUTE, History, at_step, desk_with, new_york, problems, refused

# Monday to Friday, closed over lunch.
LUNCH = Calendar(
    "America/New_York",
    {
        **dict.fromkeys(range(4), (("07:00", "12:00"), ("13:00", "18:00"))),
        4: (("08:00", "12:00"), ("12:00", "13:00")),
    },
    {},
)


def booked(begins, desk=None) -> History:
    """A case whose down time is scheduled on Monday 5 October at 12:00."""
    history = History("virtual_office", desk=desk or bulk()).until(4)
    history.complete(4, appointment=begins)
    return history


@pytest.mark.parametrize(
    "begins",
    [
        new_york(6, "07:59"),  # before opening
        new_york(6, "13:01"),  # crosses 17:00 by a minute
        new_york(6, "16:00"),
        new_york(6, "17:00"),  # evening
        new_york(6, "22:00"),
        new_york(10, "09:00"),  # Saturday
        new_york(11, "09:00"),  # Sunday
        new_york(12, "09:00"),  # Columbus Day
        new_york(9, "15:00"),  # Friday into the weekend
    ],
)
def test_a_window_that_leaves_business_hours_is_refused(begins):
    history = at_step(4, "virtual_office")

    words = "are not entirely within business hours. The next such time begins"
    with refused(history, "Step 4 was not completed.", words, error=FieldsRefused) as caught:
        history.complete(4, appointment=begins)

    assert problems(caught) == {"appointment"}


@pytest.mark.parametrize(
    "begins",
    [
        new_york(6, "08:00"), new_york(6, "13:00"), new_york(9, "12:47"), new_york(13, "09:00"),
        new_york(5, "11:00"),  # begun already when it is entered
    ],
)  # fmt: skip
def test_a_window_that_touches_opening_or_closing_is_kept(begins):
    assert booked(begins).case.fields["appointment"] == to_us(begins)


def test_a_window_may_be_given_in_microseconds_as_the_log_keeps_it():
    begins = new_york(6, "09:00")

    assert booked(to_us(begins)).case.fields["appointment"] == to_us(begins)


def test_a_window_is_not_cut_in_two_by_lunch():
    history = History("virtual_office", desk=desk_with(calendar=LUNCH)).until(4)

    for clock in ("08:01", "09:00", "11:59", "12:00", "12:30"):
        with refused(
            history, "entirely within business hours", ("next such time"), error=FieldsRefused
        ):
            history.complete(4, appointment=new_york(6, clock))
    history.complete(4, appointment=new_york(6, "08:00"))


@pytest.mark.parametrize("begins", [new_york(6, "14:00"), new_york(9, "09:00")])
def test_a_window_may_end_with_a_span_and_run_over_spans_that_touch(begins):
    assert booked(begins, desk_with(calendar=LUNCH)).case.due == 5


@pytest.mark.parametrize(
    ("begins", "words"),
    [
        (None, "choose a date and time"),
        ("", "choose a date and time"),
        ("tomorrow", "choose a date and time"),
        (True, "choose a date and time"),
        (new_york(6, "09:00").replace(tzinfo=None), "has no time zone"),
        (2**70, "out of range. Check the year"),
        (-(2**70), "out of range. Check the year"),
        (new_york(6, "09:00").replace(year=1926), "out of range. Check the year"),
        (new_york(2, "09:00"), "before the form was submitted"),
        (new_york(10, "09:00").replace(year=2028), "more than two years ahead"),
    ],
)
def test_what_is_no_appointment_is_refused(begins, words):
    history = at_step(4, "virtual_office")

    with refused(history, "Appointment begins", words, error=FieldsRefused):
        history.complete(4, appointment=begins)


def test_step_5_is_not_complete_before_the_appointment_has_begun():
    begins = new_york(6, "10:00")
    history = booked(begins)

    history.now = begins - MINUTE
    with refused(history, "Step 5", "the appointment begins at 2026-10-06 14:00"):
        history.complete(5)
    history.now = begins + HOUR
    with refused(history, "Step 5", "the appointment begins at", "correct the appointment"):
        history.complete(5, at=begins - timedelta(microseconds=1))
    history.complete(5, at=begins)

    assert history.case.records[5].completed_us == to_us(begins)


# --- Moved -----------------------------------------------------------------------------------


def reschedule(history: History, begins) -> None:
    history.act(commands.correct_step, 4, fields={"appointment": begins})


def test_an_appointment_can_be_moved_and_step_5_waits_for_the_new_one():
    history = booked(new_york(6, "10:00"))
    later = new_york(7, "09:00")

    reschedule(history, later)

    history.now = new_york(6, "15:00")
    with refused(history, "the appointment begins at 2026-10-07 13:00"):
        history.complete(5)
    history.now = later
    history.complete(5)
    assert history.case.fields["appointment"] == to_us(later)


def test_an_appointment_is_moved_only_into_business_hours():
    history = booked(new_york(6, "10:00"))

    with refused(history, "Case C-0001 was not changed.", "business hours", error=FieldsRefused):
        reschedule(history, new_york(6, "14:00"))
    with refused(history, "choose a date and time", error=FieldsRefused):
        reschedule(history, None)


def test_an_appointment_cannot_be_moved_past_the_completion_that_needs_it():
    begins = new_york(6, "10:00")
    history = booked(begins)
    history.now = begins + HOUR
    history.complete(5)

    with refused(history, "step 5, which needs it, was completed", "Reopen that step first"):
        reschedule(history, begins + HOUR + MINUTE)
    reschedule(history, begins + HOUR)
    reschedule(history, begins - HOUR)
    history.act(commands.reopen_step, 5, "not done yet")
    reschedule(history, new_york(7, "09:00"))

    booking = history.case.records[4].completed_version or 0
    assert history.case.windows[booking] == to_us(new_york(7, "09:00"))


def test_a_completion_cannot_be_corrected_to_before_the_appointment():
    begins = new_york(6, "10:00")
    history = booked(begins)
    history.now = begins + 2 * HOUR
    history.complete(5)

    with refused(history, "Step 5", "the appointment begins at 2026-10-06 14:00"):
        history.act(commands.correct_step, 5, at=begins - MINUTE)
    history.act(commands.correct_step, 5, at=begins)


def test_an_appointment_that_is_not_made_cannot_be_moved():
    fresh, reopened = at_step(4, "virtual_office"), booked(new_york(6, "10:00"))
    reopened.act(commands.reopen_step, 3, "other products")

    for history in (fresh, reopened):
        with refused(history, "Step 4 of C-0001 has nothing to correct", "not complete"):
            reschedule(history, new_york(7, "09:00"))


def test_a_new_round_needs_a_new_appointment_and_waits_for_that_one():
    history = booked(new_york(6, "10:00"))
    history.act(commands.reopen_step, 4, "the firm calls it off")

    with refused(history, "choose a date and time", error=FieldsRefused):
        history.act(commands.complete_step, 4, {})
    history.wait(HOUR).complete(4, appointment=new_york(8, "09:00"))

    history.now = new_york(6, "11:00")
    with refused(history, "the appointment begins at 2026-10-08 13:00"):
        history.complete(5)


def test_a_start_is_no_back_door_to_the_appointment():
    history = at_step(4, "virtual_office")
    history.act(commands.start_step, 4)
    fields = {"appointment": new_york(6, "09:00")}

    with refused(history, "The fields of step 4 were not corrected", error=InputRefused):
        history.act(commands.correct_step, 4, what="started", fields=fields)

    assert "appointment" not in history.case.fields
