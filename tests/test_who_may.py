"""Who may do what: every command by every role, the outcome typed by hand."""

from collections.abc import Callable
from copy import deepcopy
from datetime import date
from typing import Any

import pytest

from dashboard import commands
from dashboard.cases import Letter
from dashboard.catalogue import Product
from dashboard.errors import NotAllowed
from dashboard.people import Person, Role, require
from dashboard.settings import Colleague
from dashboard.store import Store
from dashboard.workdays import Calendar
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
MESSAGE = (3, "cs_cancelled")
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
    "send_message": ({TL}, lambda h, by: h.act(commands.send_message, *MESSAGE, "sent", by=by)),
    "drop_message": ({TL}, lambda h, by: h.act(commands.drop_message, *MESSAGE, "so", by=by)),
    "open_case": (
        {CS},
        lambda h, by: commands.open_case(h.desk, "local", form("local"), by=by, now=h.now),
    ),
    "remember_layout": (
        NOBODY,
        lambda h, by: commands.remember_layout(h.desk, "Ours", {"sheets": []}, by=by, now=h.now),
    ),
    "record_evidence": (
        NOBODY,
        lambda h, by: commands.record_evidence(
            h.desk, commands.Evidence("local", [MONDAY]), by=by, now=h.now, command_id="row 2"
        ),
    ),
}


# What is set for the department is an administrator's alone to change.
BY_ADMINS: dict[str, Callable[[Any, Person], Any]] = {
    "change_calendar": lambda desk, by: commands.change_calendar(
        desk, NINES, day_minutes=480, by=by, now=MONDAY
    ),
    "change_targets": lambda desk, by: commands.change_targets(
        desk, "local", 1, 2, by=by, now=MONDAY
    ),
    "change_budgets": lambda desk, by: commands.change_budgets(
        desk, "local", [97_200_000_000, 0, 0, 0, 0, 0], by=by, now=MONDAY
    ),
    "change_planning": lambda desk, by: commands.change_planning(
        desk, session_hours=8, by=by, now=MONDAY
    ),
    "change_locale": lambda desk, by: commands.change_locale(desk, "en_GB", by=by, now=MONDAY),
    "change_catalogue": lambda desk, by: commands.change_catalogue(
        desk, [Product("UltraTax CS", "UltraTax", False, "")], by=by, now=MONDAY
    ),
    "change_messages": lambda desk, by: commands.change_messages(
        desk, {"welcome": "sent"}, by=by, now=MONDAY
    ),
    "change_directory": lambda desk, by: commands.change_directory(
        desk, [Colleague("Ann")], {}, by=by, now=MONDAY
    ),
    "end_sessions": lambda desk, by: commands.end_sessions(
        desk, "ann@firm.com", "its mark", by=by, now=MONDAY, before=MONDAY
    ),
    "confirm_holidays": lambda desk, by: commands.confirm_holidays(desk, by=by, now=MONDAY),
    "post_notice": lambda desk, by: commands.post_notice(
        desk, "EMS is slow.", date(2026, 10, 9), by=by, now=MONDAY
    ),
    "end_notice": lambda desk, by: commands.end_notice(desk, 1, by=by, now=MONDAY),
}
# What the outbox does is an administrator's, too: the command line's, or the application's own.
OUTCOME = commands.Outcome(is_sent=True)
BY_THE_OUTBOX: dict[str, Callable[[History, Person, Letter], Any]] = {
    "begin_sending": lambda h, by, letter: h.act(
        commands.begin_sending, letter, "text", by=by, claim="a"
    ),
    "record_outcome": lambda h, by, letter: h.act(commands.record_outcome, letter, OUTCOME, by=by),
    "begin_digest": lambda h, by, _: commands.begin_digest(
        h.desk, h.now.date(), "T. Vance", by=by, now=h.now, claim="a"
    ),
    "record_digest": lambda h, by, _: commands.record_digest(
        h.desk, h.now.date(), "Order Team", OUTCOME, by=by, now=h.now
    ),
}
NINES = Calendar("America/New_York", dict.fromkeys(range(5), (("09:00", "18:00"),)), {})


def check(history: History, deed: Deed, may: set[Party]) -> None:
    """Everybody tries the deed, each on a copy: those who may succeed, the others are refused."""
    for person in EVERYBODY:
        own = deepcopy(history)
        if person.leads or may & person.parties:
            assert deed(own, person)
            assert own.desk.drafts[-1].actor == person.name
        else:
            with refused(own, f"{person.name} ({person.role}) cannot", error=NotAllowed):
                deed(own, person)


def alone_among_several(history: History, step: int, fields: Any, by: Person) -> Any:
    """The step by the command for many cases, whose verdict on a row is no exception."""
    row = commands.Completion(history.case_id, step, fields)
    [verdict] = commands.complete_several(
        history.desk, [row], by=by, now=history.now, command_id="several"
    )
    if verdict.refused:
        raise verdict.refused
    return verdict.stored


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
            lambda h, by, n=step, f=fields: alone_among_several(h, n, f, by),
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

    history = at_step(3)
    history.complete(3, messages={})

    check(history.until(5), deed, may)


def test_a_withdrawn_case_is_resumed_by_those_who_lead():
    history = at_step(5)
    history.act(commands.withdraw_case, "the firm stays")

    check(history, lambda h, by: h.act(commands.resume_case, by=by), NOBODY)


@pytest.mark.parametrize("command", BY_ADMINS)
def test_what_is_set_for_all_is_changed_by_administrators_and_nobody_else(command):
    for person in EVERYBODY:
        desk = bulk()
        commands.post_notice(desk, "Closed early.", date(2026, 10, 9), by=ADMIN, now=MONDAY)
        if person is ADMIN:
            assert BY_ADMINS[command](desk, person)
            continue
        said = f"{person.name} ({person.role}) cannot"
        with refused(desk, said, "Ask an administrator", error=NotAllowed):
            BY_ADMINS[command](desk, person)


@pytest.mark.parametrize("command", BY_THE_OUTBOX)
def test_the_outbox_is_emptied_by_administrators_and_nobody_else(command):
    case = at_step(3)
    case.complete(3, messages={"sales_cancelled": "sent", "cs_cancelled": "sent"})
    waiting, begun = case.case.letters.values()
    case.act(commands.begin_sending, begun, "text", by=ADMIN, claim="b")
    day = case.now.date()
    commands.begin_digest(case.desk, day, "Order Team", by=ADMIN, now=case.now, claim="d")

    for person in EVERYBODY:
        own = deepcopy(case)
        letters = own.case.letters
        deed = BY_THE_OUTBOX[command]
        given = (own, person, letters[waiting.of_version, waiting.message])
        if command == "record_outcome":
            given = (own, person, letters[begun.of_version, begun.message])
        if person is ADMIN:
            assert deed(*given)
            continue
        said = f"{person.name} ({person.role}) cannot"
        with refused(own, said, "Ask an administrator", error=NotAllowed):
            deed(*given)


def test_feedback_is_left_by_anybody():
    for person in EVERYBODY:
        [event] = commands.leave_feedback(bulk(), "Well done.", by=person, now=MONDAY)

        assert event.actor == person.name


def test_a_report_is_issued_by_anybody():
    given: dict[str, Any] = {"as_of": MONDAY, "position": 1, "log_hash": "0" * 64}
    for person in EVERYBODY:
        [event] = commands.issue_report(bulk(), "2026-10", **given, by=person, now=MONDAY)

        assert event.actor == person.name


def test_a_forecast_is_stored_by_those_who_lead():
    said = commands.CaseForecast("C-0001", "local-3", "median", [5] * 19, 1, 2, 3, 0, 1000)
    given: dict[str, Any] = {
        "version": "median-1", "learnt_at": MONDAY, "as_of": MONDAY, "position": 1, "now": MONDAY,
    }  # fmt: skip
    for person in EVERYBODY:
        desk = bulk()
        if person.leads:
            assert commands.issue_forecast(desk, [said], {"local-3": [5] * 19}, by=person, **given)
            continue
        refusal = f"{person.name} ({person.role}) cannot save a forecast"
        with refused(desk, refusal, "Ask a team leader", error=NotAllowed):
            commands.issue_forecast(desk, [said], {"local-3": [5] * 19}, by=person, **given)


def test_personal_details_are_erased_by_administrators_and_nobody_else(store: Store):
    given = form("local", contact="Ann Smith")
    [opened, *_] = commands.open_case(store, "local", given, by=ADMIN, now=MONDAY)
    for person in EVERYBODY:
        if person is not ADMIN:
            with pytest.raises(NotAllowed, match="cannot erase personal details"):
                commands.erase_personal(store, opened.stream, by=person, now=MONDAY)

    assert commands.erase_personal(store, opened.stream, by=ADMIN, now=MONDAY)


def test_every_command_stands_in_a_table_of_this_file():
    tables = {
        *BESIDE,
        *BY_ADMINS,
        *BY_THE_OUTBOX,
        "erase_personal",
        "leave_feedback",
        "introduce",  # of nobody but who acts
        "issue_report",
        "issue_forecast",
        "undo_act",  # one's own, and all by those who lead: tests/test_undo_act.py
        "undoable",  # no command: what can be undone
        "resume_case",
        "complete_several",
        "complete_step",
        "start_step",
        "catch_up",
        "record_turn",
    }

    # lower case: the commands among the names that the package gives out
    assert {name for name in commands.__all__ if name.islower()} == tables


def test_a_member_of_several_parties_may_do_what_each_of_them_may():
    history = at_step(3)
    both = member(CS, TL)

    history.complete(3, by=both)
    history.complete(4, by=both)
    history.complete(5, by=both)
    with refused(history, "cannot complete step 6", "Ask Order Team", error=NotAllowed):
        history.complete(6, by=both)


def test_a_member_of_no_party_writes_notes_and_nothing_else():
    history = at_step(3)
    nobody = Person("N. New", Role.MEMBER)

    history.act(commands.add_note, "called back", by=nobody)
    with refused(history, "cannot complete step 3", error=NotAllowed):
        history.complete(3, by=nobody)


def test_a_viewer_named_in_a_party_still_only_reads():
    history = at_step(2)
    viewer = Person("V. Viewer", Role.VIEWER, frozenset(Party))

    with refused(history, "cannot complete step 2", error=NotAllowed):
        history.complete(2, by=viewer)


def test_a_refusal_says_whom_to_ask():
    with pytest.raises(NotAllowed, match=r"V\. Viewer \(viewer\) cannot dance\. Ask the band"):
        require(VIEWER, False, "dance", "the band")


def test_somebody_who_may_not_open_a_case_learns_that_before_anything_about_the_form():
    desk = bulk()

    with refused(desk, "cannot open a case. Ask a CS representative", error=NotAllowed):
        commands.open_case(desk, "onvio", {}, by=member(ORDERS), now=MONDAY)
