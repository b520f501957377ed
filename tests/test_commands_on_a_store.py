"""Commands on a real log: stored once, refused without a trace, personal values beside it."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import Any

import pytest

from dashboard import commands
from dashboard.errors import CommandRefused, FieldsRefused, StaleCase
from dashboard.people import Person, Role
from dashboard.store import Store
from tests.builders import LEAD, MONDAY, form

ANA, BEN = Person("Ana", Role.LEAD), Person("Ben", Role.LEAD)
HOUR = timedelta(hours=1)
LATER = MONDAY + HOUR


def opened(store: Store, **values: Any) -> str:
    """A new local case."""
    [event] = commands.open_case(store, "local", form("local", **values), by=LEAD, now=MONDAY)
    return event.stream


def routed(store: Store, case_id: str, **how: Any) -> Any:
    return commands.complete_step(
        store, case_id, 2, {"team_leader": "T. Vance"}, **({"by": ANA, "now": LATER} | how)
    )


def test_the_same_submit_of_new_case_opens_one_case(store):
    form_values = form("local", contact="Ann Birch")
    [first] = commands.open_case(
        store, "local", form_values, by=ANA, now=MONDAY, command_id="submit"
    )
    [second] = commands.open_case(
        store, "local", form_values, by=ANA, now=LATER, command_id="submit"
    )

    assert first == second
    assert store.head().position == 1


def test_the_same_completion_twice_is_stored_once_even_though_the_case_has_moved_on(store):
    case_id = opened(store)
    seen = store.case(case_id).version
    first = routed(store, case_id, version=seen, command_id="click")
    commands.complete_step(store, case_id, 3, {}, by=ANA, now=LATER)

    second = routed(store, case_id, version=seen, command_id="click", now=LATER + HOUR)

    assert second == first
    assert (store.head().position, store.case(case_id).due) == (3, 4)


def test_several_steps_caught_up_twice_are_stored_once(store):
    case_id = opened(store)
    steps = [
        commands.CatchUp(2, MONDAY, {"team_leader": "T. Vance"}),
        commands.CatchUp(3, MONDAY),
    ]
    results = [
        commands.catch_up(store, case_id, steps, by=ANA, now=LATER, command_id="paste")
        for _ in range(2)
    ]

    assert results[0] == results[1]
    assert [event.ordinal for event in results[0]] == [0, 1]
    assert store.head().position == 3


def test_cases_assigned_twice_are_assigned_once(store):
    ids = [opened(store), opened(store, firm_name="Birch & Sons")]

    results = [
        commands.assign_cases(store, ids, "H. Abebe", by=ANA, now=LATER, command_id="pick")
        for _ in range(2)
    ]

    assert results[0] == results[1]
    assert store.head().position == 4


def test_a_case_that_somebody_moved_meanwhile_is_stale_and_says_who(store):
    case_id = opened(store)
    seen = store.case(case_id).version
    routed(store, case_id, by=BEN)

    with pytest.raises(StaleCase, match=f"Ben changed case {case_id}") as caught:
        routed(store, case_id, by=ANA, version=seen)

    assert (caught.value.moved_by, store.head().position) == ("Ben", 2)


def test_of_two_who_complete_a_step_at_once_one_does_and_the_other_is_told(store):
    case_id = opened(store)

    def click(person: Person) -> str:
        try:
            routed(store, case_id, by=person)
        except (StaleCase, CommandRefused) as refused:
            return str(refused)
        return "done"

    with ThreadPoolExecutor(2) as both:
        said = sorted(both.map(click, (ANA, BEN)))

    assert said.count("done") == 1
    assert any(word in said[0] for word in ("changed case", "is current"))
    assert (store.head().position, store.case(case_id).due) == (2, 3)


def test_two_who_open_a_case_at_once_open_two(store):
    def click(person: Person) -> str:
        values = form("local", firm_name=f"Firm of {person.name}")
        return commands.open_case(store, "local", values, by=person, now=MONDAY)[0].stream

    with ThreadPoolExecutor(2) as both:
        ids = sorted(both.map(click, (ANA, BEN)))

    assert ids == ["C-0001", "C-0002"]


def test_a_refused_command_leaves_the_log_as_it_was(store):
    case_id = opened(store)
    head = store.head()
    routing = commands.CatchUp(2, MONDAY, {"team_leader": "T. Vance"})
    steps = [routing, commands.CatchUp(3, MONDAY), commands.CatchUp(4, MONDAY)]

    with pytest.raises(FieldsRefused):
        commands.complete_step(store, case_id, 2, {}, by=ANA, now=LATER)
    with pytest.raises(CommandRefused):
        commands.complete_step(store, case_id, 3, {}, by=ANA, now=LATER)
    with pytest.raises(FieldsRefused):
        commands.catch_up(store, case_id, steps, by=ANA, now=LATER)

    assert store.head() == head
    assert store.case(case_id).due == 2


def test_a_command_that_was_refused_can_be_given_again_under_its_id(store):
    case_id = opened(store)
    with pytest.raises(FieldsRefused):
        commands.complete_step(store, case_id, 2, {}, by=ANA, now=LATER, command_id="click")

    routed(store, case_id, command_id="click")

    assert store.case(case_id).due == 3


def test_personal_values_lie_beside_the_log_and_can_be_erased_from_there(store):
    case_id = opened(store, contact="Ann Birch", contact_email="ann@juniper.example")
    fields = store.case(case_id).fields
    refs = [fields["contact"]["ref"], fields["contact_email"]["ref"]]
    [event] = store.log.events_of(case_id)

    assert store.personal(refs) == dict(
        zip(refs, ["Ann Birch", "ann@juniper.example"], strict=True)
    )
    assert "Ann" not in event.data
    assert "ann@" not in event.data

    store.log.erase(refs[:1])
    assert store.personal(refs) == {refs[1]: "ann@juniper.example"}
    assert store.log.verify() == store.head()


def test_a_clock_set_back_by_more_than_a_little_is_refused(store):
    case_id = opened(store)

    with pytest.raises(CommandRefused):
        routed(store, case_id, now=MONDAY - timedelta(minutes=6))
    routed(store, case_id, now=MONDAY - timedelta(minutes=4))

    assert store.case(case_id).moves[-1].at_us == store.case(case_id).opened_us
