"""Appointments are not more at once than CitrixPortalTech can hold, and free windows are named."""

import random
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dashboard import commands, metrics
from dashboard.cases import Case
from dashboard.errors import FieldsRefused
from dashboard.instants import to_us
from dashboard.locales import read_by
from dashboard.store import Store, View
from dashboard.store.log import Head, events_table
from dashboard.store.model import Model
from dashboard.workflows import VIRTUAL_OFFICE
from tests.builders import (
    ADMIN,
    LEAD,
    MONDAY,
    SETTINGS,
    Walk,
    bulk,
    events_of,
    form,
    step_fields,
)
from tests.histories import HOUR, MINUTE, History, desk_with, new_york, problems, refused

TUESDAY = new_york(6, "10:00")


def department(at_once: int = 1) -> Any:
    """A desk whose technicians hold so many appointments at once."""
    return desk_with(appointments_at_once=at_once)


def waiting(desk: Any) -> History:
    """A case whose appointment is to be made, on Monday at 12:00."""
    return History("virtual_office", desk=desk).until(4)


def booked(desk: Any, begins: Any = TUESDAY) -> History:
    history = waiting(desk)
    history.complete(4, appointment=begins)
    return history


# --- Refused, and mended ---------------------------------------------------------------------


def test_one_appointment_more_than_can_be_held_is_refused_and_free_ones_are_named():
    desk = department(2)
    booked(desk)
    booked(desk)
    history = waiting(desk)

    said = "CitrixPortalTech already has 2 appointments at that time and can hold 2 at once."
    free = "Open slots: Oct 7, 8:00 AM; Oct 7, 9:00 AM; Oct 7, 10:00 AM."
    with refused(history, "Step 4 was not completed.", said, free, error=FieldsRefused) as caught:
        history.complete(4, appointment=TUESDAY)
    history.complete(4, appointment=new_york(7, "08:00"))

    assert problems(caught) == {"appointment"}
    assert history.case.due == 5


@pytest.mark.parametrize("clock", ["08:00", "10:00", "13:00"])
def test_what_overlaps_only_in_part_clashes_too(clock):
    desk = department()
    booked(desk)
    history = waiting(desk)

    with refused(history, "1 appointment at that time", error=FieldsRefused):
        history.complete(4, appointment=new_york(6, clock))


def test_one_appointment_may_begin_as_another_ends():
    desk = department()
    booked(desk, new_york(6, "08:00"))

    booked(desk, new_york(6, "12:00"))


def test_an_appointment_is_moved_only_to_where_there_is_room_and_is_not_in_its_own_way():
    desk = department()
    booked(desk)
    history = booked(desk, new_york(7, "10:00"))

    def move(begins: Any) -> None:
        history.act(commands.correct_step, 4, fields={"appointment": begins})

    with refused(history, "Case C-0002 was not changed.", "Open slots", error=FieldsRefused):
        move(TUESDAY + HOUR)
    move(new_york(7, "11:00"))

    assert history.case.appointment_us == to_us(new_york(7, "11:00"))


def test_steps_caught_up_keep_the_capacity_too():
    desk = department()
    booked(desk)
    history = History("virtual_office", desk=desk)

    def catch_up(begins: Any) -> None:
        steps = [
            commands.CatchUp(step, MONDAY, step_fields(history.case, step, MONDAY))
            for step in (2, 3)
        ]
        booking = commands.CatchUp(4, MONDAY, {"appointment": begins})
        history.act(commands.catch_up, [*steps, booking])

    with refused(history, "Step 4 was not completed.", error=FieldsRefused) as caught:
        catch_up(TUESDAY)
    assert problems(caught) == {"4.appointment"}
    catch_up(new_york(7, "10:00"))

    assert history.case.due == 5


@pytest.mark.parametrize("how", ["reopened", "withdrawn", "moved", "closed"])
def test_an_appointment_that_stands_no_longer_takes_no_room(how):
    desk = department()
    first = booked(desk)
    if how == "reopened":
        first.act(commands.reopen_step, 4, "the firm calls it off")
    elif how == "withdrawn":
        first.act(commands.withdraw_case, "the firm stays")
    elif how == "moved":
        later = {"appointment": new_york(8, "10:00")}
        first.act(commands.correct_step, 4, fields=later)
    else:
        first.now = TUESDAY
        for step in range(5, 12):
            first.complete(step)

    second = waiting(desk)
    second.now = max(second.now, first.now)
    second.complete(4, appointment=TUESDAY)

    assert second.case.due == 5


def test_a_withdrawn_case_comes_back_only_with_an_appointment_that_is_still_free():
    desk = department()
    first = booked(desk)
    first.act(commands.withdraw_case, "the firm stays")
    booked(desk)

    said = (
        "Case C-0001 was not resumed: for its appointment Oct 6, 10:00 AM, CitrixPortalTech "
        "already has"
    )
    with refused(first, said, "Correct step 4 to another time"):
        first.act(commands.resume_case)
    first.act(commands.correct_step, 4, fields={"appointment": new_york(7, "10:00")})
    first.act(commands.resume_case)

    assert first.case.state == "open"


def test_what_was_held_is_recorded_as_it_was():
    desk = department()
    booked(desk)
    history = waiting(desk)

    history.now = TUESDAY + 4 * HOUR - MINUTE
    with refused(history, "can hold", error=FieldsRefused):
        history.complete(4, appointment=TUESDAY)
    history.now = TUESDAY + 4 * HOUR
    history.complete(4, appointment=TUESDAY)


def test_free_windows_are_not_named_where_there_are_none_for_months(monkeypatch):
    desk = department()
    booked(desk)
    history = waiting(desk)
    every = {
        f"X-{number}": to_us(begins)
        for number, (begins, _) in enumerate(SETTINGS.calendar.next_windows(MONDAY, 4, 1600))
    }
    monkeypatch.setattr(desk, "appointments_between", lambda since, until: every)

    with refused(history, "No slots are open for months.", error=FieldsRefused):
        history.complete(4, appointment=TUESDAY)


def test_the_setting_says_how_many_and_holds_from_then_on():
    desk = bulk()
    for _ in range(3):
        booked(desk)
    history = waiting(desk)

    with refused(history, "has 3 appointments", error=FieldsRefused):
        history.complete(4, appointment=TUESDAY)
    commands.change_planning(desk, appointments_at_once=4, by=ADMIN, now=history.now)
    history.complete(4, appointment=TUESDAY)

    commands.change_planning(desk, appointments_at_once=1, by=ADMIN, now=history.now)
    with refused(history, "has 3 appointments at", "can hold 1 at once", error=FieldsRefused):
        history.act(commands.correct_step, 4, fields={"appointment": TUESDAY - HOUR})


# --- Where they stand ------------------------------------------------------------------------


def plain(cases: list[Case], since: int, until: int) -> dict[str, int]:
    """The standing appointments, the slow and obvious way."""
    found = {}
    for case in cases:
        if case.workflow is not VIRTUAL_OFFICE or case.state != "open" or case.due < 5:
            continue
        begins = case.records[4].fields["appointment"]
        if since <= begins < until:
            found[case.case_id] = begins
    return found


@given(st.integers(0, 2**32), st.integers(1, 120), st.integers(-2, 12), st.integers(0, 10))
def test_bulk_and_model_know_the_same_appointments(seed, acts, since_day, days):
    walk = Walk(bulk(), seed, cases=6).run(acts)
    model = Model(SETTINGS)
    model.apply([events_table(events_of(walk.desk.drafts))])
    since = to_us(MONDAY + timedelta(days=since_day))
    until = since + days * 86_400_000_000
    cases = [walk.desk.case(case_id) for case_id in walk.ids]

    told = walk.desk.appointments_between(since, until)

    assert told == plain(cases, since, until)
    assert View(model, Head.empty()).appointments_between(since, until) == told


def test_a_bulk_sees_what_the_log_below_it_holds_and_what_it_has_collected(store: Store):
    commands.change_planning(store, appointments_at_once=1, by=ADMIN, now=MONDAY - HOUR)
    ids = [opened(store) for _ in range(3)]
    book(store, ids[0], TUESDAY)

    with store.bulk() as desk:
        with pytest.raises(FieldsRefused, match="can hold"):
            book(desk, ids[1], TUESDAY)
        moved = {"appointment": new_york(7, "10:00")}
        commands.correct_step(desk, ids[0], 4, by=LEAD, now=MONDAY + 3 * HOUR, fields=moved)
        book(desk, ids[1], TUESDAY)
        with pytest.raises(FieldsRefused):
            book(desk, ids[2], TUESDAY)

    assert store.appointments_between(0, 2**62) == {
        ids[0]: to_us(new_york(7, "10:00")), ids[1]: to_us(TUESDAY),
    }  # fmt: skip


def test_of_many_who_book_the_last_places_at_once_only_so_many_get_one(store: Store):
    commands.change_planning(store, appointments_at_once=2, by=ADMIN, now=MONDAY - HOUR)
    ids = [opened(store) for _ in range(6)]

    def attempt(case_id: str) -> bool:
        try:
            with read_by(store.settings.reader(MONDAY)):
                book(store, case_id, TUESDAY)
        except FieldsRefused:
            return False
        return True

    with ThreadPoolExecutor(6) as people:
        done = list(people.map(attempt, ids))

    assert sum(done) == 2
    assert len(store.appointments_between(0, 2**62)) == 2


def test_no_random_department_holds_more_than_it_can():
    chance = random.Random(3)
    for _ in range(5):
        desk = department(2)
        Walk(desk, chance.randrange(2**32), cases=9).run(150)
        begins = list(desk.appointments_between(0, 2**62).values())

        worst = max(
            (sum(us - 4 * 3_600_000_000 < other <= us for other in begins) for us in begins),
            default=0,
        )
        assert worst <= 2


def test_the_next_free_appointments_by_hand(store: Store):
    commands.change_planning(store, appointments_at_once=1, by=ADMIN, now=MONDAY - HOUR)
    book(store, opened(store), TUESDAY)

    table = metrics.free_appointments(store, now=new_york(5, "13:30"), hours=4, count=2)
    later = metrics.free_appointments(store, now=MONDAY, hours=4, count=1, after=TUESDAY)

    # Monday's last begins at 13:00, Tuesday's are all in the way of the one at 10:00
    assert table["begins_at"].to_pylist() == [new_york(7, "08:00"), new_york(7, "09:00")]
    assert later["ends_at"].to_pylist() == [new_york(7, "12:00")]


def test_an_appointment_that_is_moved_is_not_in_its_own_way(store: Store):
    commands.change_planning(store, appointments_at_once=1, by=ADMIN, now=MONDAY - HOUR)
    mine, other = opened(store), opened(store)
    book(store, mine, TUESDAY)
    book(store, other, new_york(7, "09:00"))
    asked = {"now": new_york(6, "08:30"), "hours": 4, "count": 3}

    table = metrics.free_appointments(store, case_id=mine, **asked)
    others = metrics.free_appointments(store, case_id=other, **asked)

    assert table["begins_at"].to_pylist() == [
        new_york(6, clock) for clock in ("09:00", "10:00", "11:00")
    ]
    assert others["begins_at"].to_pylist()[0] == new_york(7, "08:00")
    assert metrics.free_appointments(store, **asked)["begins_at"][0].as_py() == new_york(7, "13:00")


def test_the_last_appointment_before_a_limit_by_hand(store: Store):
    commands.change_planning(store, appointments_at_once=1, by=ADMIN, now=MONDAY - HOUR)
    mine, other = opened(store), opened(store)
    book(store, other, new_york(7, "09:30"))
    asked: dict[str, Any] = {"now": new_york(5, "13:30"), "hours": 4, "until": new_york(7, "14:00")}

    # Wednesday's would end at 14:00, but another is held from 09:30 to 13:30: Tuesday's last
    table = metrics.last_appointment(store, case_id=mine, **asked)

    assert table.to_pylist() == [
        {"begins_at": new_york(6, "13:00"), "ends_at": new_york(6, "17:00")}
    ]
    moved = metrics.last_appointment(store, case_id=other, **asked)
    assert moved["begins_at"].to_pylist() == [new_york(7, "10:00")]
    asked_late: dict[str, Any] = asked | {"now": new_york(6, "13:01")}
    late = metrics.last_appointment(store, **asked_late)
    assert late.num_rows == 0
    commands.withdraw_case(store, other, "stays", by=LEAD, now=new_york(5, "13:30"))
    again = metrics.last_appointment(store, **asked)
    assert again["begins_at"].to_pylist() == [new_york(7, "10:00")]


def opened(store: Any) -> str:
    """A Virtual Office case whose appointment is to be made."""
    [event] = commands.open_case(
        store, "virtual_office", form("virtual_office"), by=LEAD, now=MONDAY
    )
    steps = [
        commands.CatchUp(step, MONDAY, step_fields(store.case(event.stream), step, MONDAY))
        for step in (2, 3)
    ]
    commands.catch_up(store, event.stream, steps, by=LEAD, now=MONDAY)
    return event.stream


def book(desk: Any, case_id: str, begins: Any) -> None:
    fields = {"appointment": begins}
    commands.complete_step(desk, case_id, 4, fields, by=LEAD, now=MONDAY + 3 * HOUR)
