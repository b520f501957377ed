"""Who owns a case, notes, follow-up dates, and why a limit was missed."""

from datetime import date

import pytest

from dashboard import commands
from dashboard.errors import InputRefused, UnknownCase
from tests.builders import LEAD
from tests.histories import History, at_step, new_york, refused

# --- Assignment ------------------------------------------------------------------------------


def two() -> tuple[History, History]:
    """Two cases on one desk."""
    first = at_step(3)
    return first, History("virtual_office", desk=first.desk)


def assign(history: History, ids: list[str], name: str) -> None:
    commands.assign_cases(history.desk, ids, name, by=LEAD, now=history.now)


def test_several_cases_go_to_a_team_leader_at_once():
    first, second = two()

    assign(first, ["C-0001", "C-0002", "C-0001"], "  H. Abebe ")

    owners = [history.case.fields["team_leader"] for history in (first, second)]
    assert owners == ["H. Abebe", "H. Abebe"]
    assert [len(history.events) for history in (first, second)] == [3, 2]


def test_one_case_that_does_not_exist_refuses_all_of_them():
    first, _ = two()

    with refused(first, "no case 'C-0404'", error=UnknownCase):
        assign(first, ["C-0001", "C-0404", "C-0002"], "H. Abebe")


@pytest.mark.parametrize("name", ["", "  ", "H.\nAbebe", "H. Abebe\x00", "x" * 121])
def test_a_team_leader_must_have_a_name(name):
    first, _ = two()

    with refused(first, "the team leader must be a name of 1 to 120", error=InputRefused):
        assign(first, ["C-0001"], name)


def test_no_case_at_all_is_refused():
    first, _ = two()

    with refused(first, "Select at least one case", error=InputRefused):
        assign(first, [], "H. Abebe")


def test_the_team_leader_stays_whatever_is_reopened():
    history = at_step(4)
    assign(history, ["C-0001"], "H. Abebe")

    history.act(commands.reopen_step, 2, "to somebody else")

    assert history.case.fields["team_leader"] == "H. Abebe"


# --- Notes -----------------------------------------------------------------------------------


@pytest.mark.parametrize("text", ["", " \n ", "\x00"])
def test_an_empty_note_is_refused(text):
    history = at_step(3)

    with refused(history, "The note was not saved: it has 0 characters", error=InputRefused):
        history.act(commands.add_note, text)


def test_a_note_has_at_most_2000_characters_and_may_have_lines():
    history = at_step(3)
    text = "called back\n" + "x" * 1988

    with refused(history, "it has 2001 characters. Use 1 to 2000", error=InputRefused):
        history.act(commands.add_note, text + "x")
    history.act(commands.add_note, f" {text}\n")

    assert history.events[-1].data == {"text": text}


# --- Follow-up -------------------------------------------------------------------------------


def test_a_follow_up_date_is_today_or_later_on_the_wall_of_the_calendar():
    history = at_step(3)
    history.now = new_york(5, "21:00")  # the 6th in UTC

    with refused(history, "2026-10-04 has passed. Choose 2026-10-05 or a later date"):
        history.act(commands.follow_up, date(2026, 10, 4))
    history.act(commands.follow_up, date(2026, 10, 5))

    assert history.events[-1].data == {"date": "2026-10-05"}


def test_a_follow_up_date_can_be_cleared():
    history = at_step(3)
    history.act(commands.follow_up, date(2026, 10, 9))

    history.act(commands.follow_up, None)

    assert history.events[-1].data == {"date": None}


# --- Why a limit was missed ------------------------------------------------------------------


def test_a_missed_limit_is_explained_by_a_reason_of_the_list():
    history = History().closed()

    with refused(history, "'bad luck' is not one of the reasons", "other", error=InputRefused):
        history.act(commands.explain_breach, "bad luck")
    with refused(history, "The comment", "501 characters. Use at most 500"):
        history.act(commands.explain_breach, "other", "x" * 501)
    history.act(commands.explain_breach, "EMS was slow to reinstate", " three days ")

    said = {"reason": "EMS was slow to reinstate", "comment": "three days"}
    assert history.events[-1].data == said


def test_a_reason_needs_no_comment():
    history = History().closed()

    for reason in commands.BREACH_REASONS:
        history.act(commands.explain_breach, reason)

    assert history.events[-1].data == {"reason": "other", "comment": ""}


def test_what_stands_beside_the_steps_never_moves_a_case():
    history = at_step(3)
    moves = list(history.case.moves)

    history.act(commands.add_note, "called back")
    history.act(commands.follow_up, date(2026, 10, 9))
    history.act(commands.explain_breach, "other")
    assign(history, ["C-0001"], "H. Abebe")

    assert history.case.moves == moves
    history.complete(3)
