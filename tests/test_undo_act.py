"""Undoing what was just entered: it stays in the log and counts in nothing."""

from copy import deepcopy
from datetime import timedelta

import pytest

from dashboard import commands
from dashboard.cases import fold
from dashboard.errors import NotAllowed
from dashboard.instants import to_us
from dashboard.workflows import Party
from tests.builders import ADMIN, LEAD, member
from tests.histories import HOUR, MINUTE, History, at_step, refused


def undo(history: History, version: int | None = None, **named):
    history.wait(timedelta(seconds=8))
    return history.act(commands.undo_act, version or history.case.version, **named)


def test_a_completion_that_is_undone_never_was():
    history = at_step(3)
    before = deepcopy(history.case.records[3])
    history.complete(3)

    undo(history)

    assert history.case.due == 3
    assert history.case.records[3] == before
    assert 4 not in history.case.records
    assert not history.case.reopened
    assert [event.kind for event in history.events][-2:] == ["step_completed", "act_undone"]
    assert fold(history.case_id, history.events) == history.case


def test_undoing_the_last_step_leaves_a_case_that_never_closed():
    history = at_step(7)
    since = history.case.moves[-1].at_us
    history.complete(7)

    undo(history)

    assert history.case.state == "open"
    assert history.case.moves[-1].at_us == since
    assert (history.case.finished_version, history.case.closed_us) == (None, None)


def test_a_step_can_be_completed_again_and_that_undone_too():
    history = at_step(3)
    for _ in range(2):
        history.complete(3)
        undo(history)
    history.complete(3)

    assert history.case.due == 4


def test_a_start_and_a_handoff_are_undone():
    history = at_step(5)
    history.act(commands.start_step, 5)
    started = history.case.version
    undo(history)
    history.act(commands.record_turn, 5)
    undo(history)

    assert history.case.records[5].started_us is None
    assert not history.case.moments
    with refused(history, "does not stand any more"):
        history.act(commands.undo_act, started)


def test_an_assignment_and_a_follow_up_go_back_to_what_stood_before():
    history = at_step(3)
    leader = history.case.fields["team_leader"]
    commands.assign_cases(history.desk, [history.case_id], "T. Vance", by=LEAD, now=history.now)
    undo(history)

    assert history.case.fields["team_leader"] == leader


def test_what_something_was_built_on_stays():
    history = at_step(3)
    history.complete(3)
    completed = history.case.version
    history.act(commands.start_step, 4)

    with refused(history, "builds on it"):
        undo(history, completed)
    undo(history)  # the start first …
    undo(history, completed)  # … and then the completion

    assert history.case.due == 3


def test_a_note_in_between_is_no_hindrance():
    history = at_step(3)
    history.complete(3)
    completed = history.case.version
    history.act(commands.add_note, "called")

    undo(history, completed)

    assert history.case.due == 3


@pytest.mark.parametrize("path", ["local", "virtual_office"])
def test_what_stays_cannot_be_undone(path: str):
    history = at_step(3, path)

    with refused(history, "of a kind that stays"):
        undo(history, 1)
    history.act(commands.reopen_step, 2, "a slip")
    with refused(history, "of a kind that stays"):
        undo(history)


def test_somebody_elses_act_is_undone_by_a_lead_alone():
    history = at_step(5)
    history.act(commands.start_step, 5, by=member(Party.CS))

    with refused(history, "undo what someone else entered", error=NotAllowed):
        undo(history, by=member(Party.ORDERS))
    undo(history, by=member(Party.CS))
    history.act(commands.start_step, 5, by=member(Party.CS))
    undo(history, by=LEAD)

    assert history.case.records[5].started_us is None


# --- Its letters ---------------------------------------------------------------------------------


def completed_with_letters(how: str) -> History:
    history = at_step(3)
    keys = dict.fromkeys(("sales_cancelled", "cs_cancelled"), how)
    history.act(commands.complete_step, 3, {}, messages=keys, wait=commands.WAIT)
    return history


def test_its_letters_wait_until_the_ten_seconds_are_over():
    history = completed_with_letters("sent")
    now_us = to_us(history.now)

    for letter in history.case.letters.values():
        assert not letter.is_due(now_us + 9_999_999)
        assert letter.is_due(now_us + 10_000_000)


@pytest.mark.parametrize("how", ["sent", "drafted", "outside"])
def test_its_letters_are_undone_with_it(how: str):
    history = completed_with_letters(how)

    undo(history, history.case.version - 2)

    assert not history.case.letters
    assert history.case.due == 3


def test_an_act_whose_letter_is_on_its_way_stays():
    history = completed_with_letters("sent").wait(MINUTE)
    letter = next(iter(history.case.letters.values()))
    commands.begin_sending(
        history.desk, history.case_id, letter, "{}", by=ADMIN, now=history.now, claim="x"
    )

    with refused(history, "its message has been sent", "Reopen the step"):
        undo(history, 3)


def test_a_letter_that_was_let_go_waits_again():
    """An appointment that is on again, undone: what says that it is off waits again."""
    history = at_step(5, "virtual_office")
    history.act(commands.reopen_step, 4, "moved", messages={"cpt_off": "drafted"})
    off = next(item for item in history.case.letters.values() if item.waits)
    history.wait(HOUR).complete(4, messages={})
    completed = history.case.moves[-1].version
    assert not history.case.letters[off.of_version, off.message].waits

    undo(history, completed)

    assert history.case.letters[off.of_version, off.message].waits
