"""Reopening a step, withdrawing a case and resuming it."""

import pytest

from dashboard import commands
from dashboard.errors import FieldsRefused
from dashboard.instants import to_us
from tests.histories import HOUR, MINUTE, History, at_step, refused


@pytest.mark.parametrize("reason", ["", "   ", None])
def test_reopening_and_withdrawing_need_a_reason(reason):
    history = at_step(4)

    with refused(history, "Reopening step 3 needs a reason", "Enter a few words"):
        history.act(commands.reopen_step, 3, reason)
    with refused(history, "Withdrawing a case needs a reason"):
        history.act(commands.withdraw_case, reason)


def test_a_reason_has_at_most_500_characters():
    history = at_step(4)

    with refused(history, "501 characters. Use at most 500"):
        history.act(commands.reopen_step, 3, "x" * 501)
    history.act(commands.reopen_step, 3, " " + "x" * 500 + " ")

    assert history.events[-1].data["reason"] == "x" * 500


def test_step_1_cannot_be_reopened():
    history = at_step(4)

    with refused(history, "Step 1 cannot be reopened", "Correct its time or fields"):
        history.act(commands.reopen_step, 1, "a slip")


@pytest.mark.parametrize("step", [4, 5, 8, 0, -1])
def test_a_step_that_is_not_complete_cannot_be_reopened(step):
    history = at_step(4)

    with refused(history, f"Step {step} of C-0001 cannot be reopened", "1 to 3"):
        history.act(commands.reopen_step, step, "a slip")


def test_a_reopened_step_and_all_after_it_must_be_completed_again_with_their_fields():
    history = History().closed()
    history.act(commands.reopen_step, 4, "the wrong products")

    assert (history.case.state, history.case.due, history.case.reopened) == ("open", 4, True)
    with refused(history, "Step 7 was not completed", "step 4"):
        history.complete(7)
    with refused(history, "Enter the", error=FieldsRefused):
        history.act(commands.complete_step, 4, {"high_priority": True})
    history.until(8)

    assert history.case.state == "closed"
    completed = [event.data["step"] for event in history.events if event.kind == "step_completed"]
    assert completed == [2, 3, 4, 5, 6, 7, 4, 5, 6, 7]


def test_a_step_reopened_can_be_reopened_once_more():
    history = at_step(4)
    for _ in range(2):
        history.act(commands.reopen_step, 3, "again")
        with refused(history, "Step 3 of C-0001 cannot be reopened"):
            history.act(commands.reopen_step, 3, "twice at once")
        history.wait(HOUR).complete(3)

    assert history.case.due == 4


def test_a_case_is_reopened_no_earlier_than_its_last_step_and_not_in_the_future():
    history = at_step(4)

    with refused(history, "The reopening of step 3", "2026-10-05 15:00"):
        history.act(commands.reopen_step, 3, "a slip", at=history.now - HOUR - MINUTE)
    with refused(history, "The reopening of step 3", "in the future"):
        history.act(commands.reopen_step, 3, "a slip", at=history.now + MINUTE)
    history.act(commands.reopen_step, 3, "a slip", at=history.now - HOUR)


def test_a_withdrawn_case_is_resumed_before_a_step_of_it_is_reopened():
    history = at_step(4)
    history.act(commands.withdraw_case, "the firm stays")

    with refused(history, "Step 3 was not reopened", "withdrawn. Resume it first"):
        history.act(commands.reopen_step, 3, "a slip")
    history.act(commands.resume_case)
    history.act(commands.reopen_step, 3, "a slip")


def test_a_case_rests_at_its_step_until_it_is_resumed():
    history = at_step(4)
    history.act(commands.withdraw_case, "the firm stays")
    assert (history.case.state, history.case.current_step) == ("withdrawn", 4)

    with refused(history, "cannot be withdrawn", "already withdrawn. Resume it"):
        history.act(commands.withdraw_case, "once more")
    history.wait(HOUR).act(commands.resume_case)

    assert (history.case.state, history.case.current_step) == ("open", 4)
    with refused(history, "cannot be resumed", "it is open"):
        history.act(commands.resume_case)


def test_a_closed_case_is_neither_withdrawn_nor_resumed():
    history = History().closed()

    with refused(history, "cannot be withdrawn", "already closed. Reopen a step"):
        history.act(commands.withdraw_case, "too late")
    with refused(history, "cannot be resumed", "it is closed"):
        history.act(commands.resume_case)


def test_a_case_is_withdrawn_after_its_last_step_and_resumed_after_it_was_withdrawn():
    history = at_step(4)
    before = history.now - HOUR

    with refused(history, "The withdrawal", "the step became current"):
        history.act(commands.withdraw_case, "the firm stays", at=before - MINUTE)
    history.act(commands.withdraw_case, "the firm stays", at=before + MINUTE)
    with refused(history, "The resumption", "it was withdrawn at"):
        history.act(commands.resume_case, at=before)
    with refused(history, "The resumption", "in the future"):
        history.act(commands.resume_case, at=history.now + MINUTE)
    history.act(commands.resume_case, at=before + MINUTE)

    with refused(history, "Step 4", "the step became current"):
        history.complete(4, at=before)


def test_what_was_entered_late_keeps_when_it_happened():
    history = at_step(4)
    happened = history.now - 30 * MINUTE

    history.act(commands.withdraw_case, "the firm stays", at=happened)

    assert history.events[-1].occurred_us == to_us(happened)
    assert history.events[-1].recorded_us == to_us(history.now)
