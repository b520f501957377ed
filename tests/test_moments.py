"""Starts of steps, and the moments inside a step at which it changes hands."""

import pytest

from dashboard import commands
from dashboard.instants import to_us
from tests.histories import HOUR, MINUTE, History, at_step, refused

TURNS = [("local", 5), ("local", 6), ("virtual_office", 9), ("virtual_office", 10)]


def test_a_step_in_work_says_since_when():
    history = at_step(3)
    history.act(commands.start_step, 3, at=history.now - MINUTE)

    assert history.case.records[3].started_us == to_us(history.now - MINUTE)
    assert history.case.due == 3


def test_a_step_is_started_once():
    history = at_step(3)
    history.act(commands.start_step, 3)
    history.wait(HOUR)

    with refused(history, "Step 3 of C-0001 was not started", "was started at 2026-10-05 15:00"):
        history.act(commands.start_step, 3)


def test_a_step_can_be_started_again_after_it_was_reopened():
    history = at_step(3)
    history.act(commands.start_step, 3)
    history.complete(3)
    history.act(commands.reopen_step, 3, "a slip")

    history.act(commands.start_step, 3)

    assert history.case.records[3].started_version == history.case.version


@pytest.mark.parametrize("step", [1, 2, 4, 8, 0])
def test_only_the_current_step_is_started(step):
    history = at_step(3)

    with refused(history, f"Step {step} was not started", "step 3 of C-0001 is current"):
        history.act(commands.start_step, step)


def test_a_start_lies_between_the_step_before_and_now():
    history = at_step(3)
    current = history.now - HOUR

    with refused(history, "The start of step 3", "in the future"):
        history.act(commands.start_step, 3, at=history.now + MINUTE)
    with refused(history, "The start of step 3", "the step became current at 2026-10-05 14:00"):
        history.act(commands.start_step, 3, at=current - MINUTE)
    history.act(commands.start_step, 3, at=current)


def test_a_start_cannot_lie_in_the_time_in_which_the_case_was_withdrawn():
    history = at_step(3)
    history.act(commands.withdraw_case, "the firm stays")
    history.wait(2 * HOUR).act(commands.resume_case)

    with refused(history, "The start of step 3", "the step became current at 2026-10-05 17:00"):
        history.act(commands.start_step, 3, at=history.now - HOUR)


@pytest.mark.parametrize(("path", "step"), TURNS)
def test_a_step_changes_hands_once(path, step):
    history = at_step(step, path)
    history.act(commands.record_turn, step)
    history.wait(HOUR)

    with refused(history, "is already recorded at 2026-10-", "Correct that time if it is wrong"):
        history.act(commands.record_turn, step)
    with refused(history, "is already recorded at 2026-10-", "already"):
        item = commands.CatchUp(step, history.now, turned_at=history.now)
        history.act(commands.catch_up, [item])


@pytest.mark.parametrize(("path", "step"), TURNS)
def test_a_moment_lies_between_the_step_before_and_now(path, step):
    history = at_step(step, path)
    current = history.now - HOUR

    with refused(history, "in the future"):
        history.act(commands.record_turn, step, at=history.now + MINUTE)
    with refused(history, "the step became current"):
        history.act(commands.record_turn, step, at=current - MINUTE)
    history.act(commands.record_turn, step, at=current)


@pytest.mark.parametrize(
    ("path", "last"), [("local", 7), ("virtual_office", 11)], ids=["local", "vo"]
)
def test_the_other_steps_have_no_moment_to_record(path, last):
    history = History(path)

    for step in range(2, last + 1):
        history.wait(HOUR)
        if (path, step) not in TURNS:
            why = "the appointment decides it" if step == 5 else "it has only one party"
            with refused(history, f"Step {step} of C-0001 has no handoff to record", why):
                history.act(commands.record_turn, step)
        history.complete(step)


@pytest.mark.parametrize("step", [4, 6, 1, 99])
def test_only_the_current_step_changes_hands(step):
    history = at_step(5)

    with refused(history, f"Step {step} was not handed over", "step 5 of C-0001 is current"):
        history.act(commands.record_turn, step)


def test_a_step_that_is_done_again_changes_hands_again():
    history = at_step(5)
    history.act(commands.record_turn, 5)
    history.complete(5)
    history.act(commands.reopen_step, 5, "the wrong price")

    history.wait(HOUR).act(commands.record_turn, 5)

    assert len(history.case.moments) == 2


def test_who_did_it_is_kept_with_a_start_and_a_moment():
    history = at_step(5)
    history.act(commands.start_step, 5, done_by="A. Diaz")
    history.act(commands.record_turn, 5, done_by="E. Ems")

    assert [event.data["done_by"] for event in history.events[-2:]] == ["A. Diaz", "E. Ems"]
