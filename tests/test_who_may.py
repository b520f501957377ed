"""Who may do what: every command by every role, the outcome typed by hand."""

from collections.abc import Callable
from copy import deepcopy
from datetime import date
from typing import Any

import pytest

from dashboard import commands
from dashboard.errors import NotAllowed
from dashboard.people import Person, Role, require
from dashboard.workflows import Party
from tests.builders import ADMIN, LEAD, MONDAY, VIEWER, bulk, form, member, step_fields
from tests.histories import HOUR, History, at_step, refused

CS, TL, CPT, ORDERS = Party.CS, Party.TL, Party.CPT, Party.ORDERS
EVERYBODY = [VIEWER, *(member(party) for party in Party), LEAD, ADMIN]
NOBODY: set[Party] = set()  # no member; a team leader and an administrator may do everything

# A member completes and starts the steps of the party; the Customer's are recorded by the CS
# representative.
STEPS = {
    ("local", 2): CS, ("local", 3): TL, ("local", 4): TL, ("local", 5): CS,
    ("local", 6): ORDERS, ("local", 7): CS,
    ("virtual_office", 2): CS, ("virtual_office", 3): TL, ("virtual_office", 4): CPT,
    ("virtual_office", 5): CPT, ("virtual_office", 6): CPT, ("virtual_office", 7): TL,
    ("virtual_office", 8): TL, ("virtual_office", 9): CS, ("virtual_office", 10): ORDERS,
    ("virtual_office", 11): ORDERS,
}  # fmt: skip
# The Customer's and EMS's turns are recorded by the party that follows.
TURNS = {
    ("local", 5): CS, ("local", 6): ORDERS, ("virtual_office", 9): CS,
    ("virtual_office", 10): ORDERS,
}  # fmt: skip
Deed = Callable[[History, Person], Any]
BESIDE: dict[str, tuple[set[Party], Deed]] = {
    "amend_case": ({CS}, lambda h, by: h.act(commands.amend_case, {"firm_id": "F"}, "so", by=by)),
    "add_note": (set(Party), lambda h, by: h.act(commands.add_note, "called back", by=by)),
    "correct_step": (NOBODY, lambda h, by: h.act(commands.correct_step, 4, at=h.now, by=by)),
    "reopen_step": (NOBODY, lambda h, by: h.act(commands.reopen_step, 4, "a slip", by=by)),
    "withdraw_case": (NOBODY, lambda h, by: h.act(commands.withdraw_case, "it stays", by=by)),
    "follow_up": (NOBODY, lambda h, by: h.act(commands.follow_up, date(2026, 10, 9), by=by)),
    "explain_breach": (NOBODY, lambda h, by: h.act(commands.explain_breach, "other", by=by)),
    "assign_cases": (
        NOBODY,
        lambda h, by: commands.assign_cases(h.desk, ["C-0001"], "H. Abebe", by=by, now=h.now),
    ),
    "open_case": (
        {CS},
        lambda h, by: commands.open_case(h.desk, "local", form("local"), by=by, now=h.now),
    ),
    "record_evidence": (
        NOBODY,
        lambda h, by: commands.record_evidence(
            h.desk, commands.Evidence("local", [MONDAY]), by=by, now=h.now, command_id="row 2"
        ),
    ),
}


def check(history: History, deed: Deed, may: set[Party]) -> None:
    """Everybody tries the deed, each on a copy: those who may succeed, the others are refused."""
    for person in EVERYBODY:
        own = deepcopy(history)
        if person.leads or may & person.parties:
            assert deed(own, person)
            assert own.desk.drafts[-1].actor == person.name
        else:
            with refused(own, f"{person.name} ({person.role}) may not", error=NotAllowed):
                deed(own, person)


@pytest.mark.parametrize("path", ["local", "virtual_office"])
def test_a_step_is_completed_and_started_by_its_party_and_by_those_who_lead(path):
    history = History(path)

    for (_, step), party in ((key, party) for key, party in STEPS.items() if key[0] == path):
        history.wait(HOUR)
        fields = step_fields(history.case, step, history.now)
        for command in (
            lambda h, by, n=step, f=fields: h.act(commands.complete_step, n, f, by=by),
            lambda h, by, n=step: h.act(commands.start_step, n, by=by),
            lambda h, by, n=step, f=fields: h.act(
                commands.catch_up, [commands.CatchUp(n, h.now, f)], by=by
            ),
        ):
            check(history, command, {party})
        history.complete(step)

    assert history.case.state == "closed"


@pytest.mark.parametrize(("at", "party"), TURNS.items())
def test_a_turn_is_recorded_by_the_party_that_follows_and_by_those_who_lead(at, party):
    path, step = at

    check(at_step(step, path), lambda h, by: h.act(commands.record_turn, step, by=by), {party})


@pytest.mark.parametrize("command", BESIDE)
def test_what_stands_beside_the_steps_is_done_by_those_who_may(command):
    may, deed = BESIDE[command]

    check(at_step(5), deed, may)


def test_a_withdrawn_case_is_resumed_by_those_who_lead():
    history = at_step(5)
    history.act(commands.withdraw_case, "the firm stays")

    check(history, lambda h, by: h.act(commands.resume_case, by=by), NOBODY)


def test_every_command_stands_in_a_table_of_this_file():
    tables = {*BESIDE, "resume_case", "complete_step", "start_step", "catch_up", "record_turn"}

    # lower case: the commands among the names that the package gives out
    assert {name for name in commands.__all__ if name.islower()} == tables


def test_a_member_of_several_parties_may_do_what_each_of_them_may():
    history = at_step(3)
    both = member(CS, TL)

    history.complete(3, by=both)
    history.complete(4, by=both)
    history.complete(5, by=both)
    with refused(history, "may not complete step 6", "Ask Order Team", error=NotAllowed):
        history.complete(6, by=both)


def test_a_member_of_no_party_writes_notes_and_nothing_else():
    history = at_step(3)
    nobody = Person("N. New", Role.MEMBER)

    history.act(commands.add_note, "called back", by=nobody)
    with refused(history, "may not complete step 3", error=NotAllowed):
        history.complete(3, by=nobody)


def test_a_viewer_named_in_a_party_still_only_reads():
    history = at_step(2)
    viewer = Person("V. Viewer", Role.VIEWER, frozenset(Party))

    with refused(history, "may not complete step 2", error=NotAllowed):
        history.complete(2, by=viewer)


def test_a_refusal_says_whom_to_ask():
    with pytest.raises(NotAllowed, match=r"V\. Viewer \(viewer\) may not dance\. Ask the band"):
        require(VIEWER, False, "dance", "the band")


def test_somebody_who_may_not_open_a_case_learns_that_before_anything_about_the_form():
    desk = bulk()

    with refused(desk, "may not open a case. Ask a CS representative", error=NotAllowed):
        commands.open_case(desk, "onvio", {}, by=member(ORDERS), now=MONDAY)
