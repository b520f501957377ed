"""One step of many cases at once: a verdict for every row, and what is right is stored once."""

from datetime import timedelta
from typing import Any

import pytest

from dashboard import commands
from dashboard.commands import Completion
from dashboard.errors import InputRefused
from dashboard.people import Person
from dashboard.store import Store
from dashboard.workflows import Party
from tests.builders import ADMIN, LEAD, VIEWER, member
from tests.department import Department

HOUR = timedelta(hours=1)


@pytest.fixture
def orders(store: Store) -> tuple[Department, list[str]]:
    """Four local cases that stand at step 6, the order."""
    department = Department(store)
    with department.at_once():
        ids = [department.open(firm_name=f"Firm {number}") for number in range(4)]
        for case_id in ids:
            department.until(case_id, 6)
    return department, ids


def order(case_id: str, number: str = "O-1", **more: Any) -> Completion:
    return Completion(case_id, 6, {"order_number": number}, **more)


def enter(department: Department, rows: list[Completion], by: Person = LEAD, **more: Any) -> Any:
    given = {"by": by, "now": department.now + HOUR, "command_id": "paste"} | more
    with department.store.bulk() as desk:
        return commands.complete_several(desk, rows, **given)


def test_a_wrong_row_is_refused_alone_and_says_why(orders):
    department, ids = orders
    before = department.store.position
    rows = [
        order(ids[0], "O-10"),
        order(ids[1], "  "),
        order("C-0999"),
        Completion(ids[2], 5),
        order(ids[3], "O-13", at=department.now + timedelta(minutes=5), done_by="P. Quill"),
        order(ids[0], "O-14"),
    ]

    verdicts = enter(department, rows)

    assert [bool(verdict.stored) for verdict in verdicts] == [
        True,
        False,
        False,
        False,
        True,
        False,
    ]
    assert [verdict.case_id for verdict in verdicts] == [row.case_id for row in rows]
    assert verdicts[1].problems == {"order_number": "Enter the order number."}
    assert "There is no case 'C-0999'" in str(verdicts[2].refused)
    assert f"step 6 of {ids[2]} is current" in str(verdicts[3].refused)
    assert "twice" in str(verdicts[5].refused)
    assert [department.store.case(case_id).due for case_id in ids] == [7, 6, 6, 7]
    assert department.store.case(ids[0]).fields["order_number"] == "O-10"
    last = department.store.history(ids[3])[-1]
    assert (last.occurred_us, last.data["done_by"]) == (
        round((department.now + timedelta(minutes=5)).timestamp() * 1e6), "P. Quill",
    )  # fmt: skip
    assert department.store.position == before + 2


def test_the_same_rows_twice_store_nothing_twice(orders):
    department, ids = orders
    rows = [order(case_id, version=department.store.case(case_id).version) for case_id in ids]
    first = enter(department, rows)
    position = department.store.position

    again = enter(department, rows, now=department.now + 2 * HOUR)

    assert [v.stored[0].command_id for v in again] == [v.stored[0].command_id for v in first]
    assert department.store.position == position


def test_a_row_mended_is_stored_and_one_reopened_is_completed_again(orders):
    department, ids = orders
    assert enter(department, [order(ids[0], "")])[0].refused

    assert enter(department, [order(ids[0])])[0].stored

    commands.reopen_step(
        department.store, ids[0], 6, "a slip", by=LEAD, now=department.now + 2 * HOUR
    )
    version = department.store.case(ids[0]).version
    again = order(ids[0], "O-2", version=version)
    assert enter(department, [again], now=department.now + 3 * HOUR)[0].stored
    assert department.store.case(ids[0]).fields["order_number"] == "O-2"


def test_a_case_that_somebody_else_moved_is_refused_and_says_who(orders):
    department, ids = orders
    seen = [department.store.case(case_id).version for case_id in ids[:2]]
    fields = {"order_number": "O-77"}
    commands.complete_step(department.store, ids[1], 6, fields, by=ADMIN, now=department.now)

    verdicts = enter(department, [order(i, version=v) for i, v in zip(ids, seen, strict=False)])

    assert verdicts[0].stored
    assert str(verdicts[1].refused).startswith(f"{ADMIN.name} changed case {ids[1]}")
    assert department.store.case(ids[1]).fields["order_number"] == "O-77"


def test_only_the_steps_party_and_those_who_lead_complete_it(orders):
    department, ids = orders
    before = department.store.position

    for person in [VIEWER, *(member(party) for party in Party if party is not Party.ORDERS)]:
        verdicts = enter(department, [order(case_id) for case_id in ids], person)
        assert all("cannot complete step 6" in str(verdict.refused) for verdict in verdicts)
    assert department.store.position == before

    for case_id, person in zip(ids, (member(Party.ORDERS), LEAD, ADMIN), strict=False):
        assert enter(department, [order(case_id)], person)[0].stored


def test_the_steps_messages_are_called_for_and_none_if_none_is_wanted(orders):
    department, ids = orders

    enter(department, [order(ids[0])], messages={})
    enter(department, [order(ids[1])])

    assert "customer_licences" in department.states(ids[0])
    assert "customer_licences" not in department.states(ids[1])


def test_a_list_without_a_row_is_refused(orders):
    with pytest.raises(InputRefused, match="Select at least one case"):
        enter(orders[0], [])
