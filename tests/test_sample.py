"""The sample: the same for the same seed, believable, and made by commands alone."""

import random
from collections import Counter
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any, NamedTuple

import numpy as np
import pytest

from dashboard.cases import CASE_KINDS, Case, Event, fold
from dashboard.errors import CommandRefused, InputRefused, NotAllowed
from dashboard.instants import to_us
from dashboard.people import Role
from dashboard.sample import Summary, resources, staff, write_sample
from dashboard.sample.firms import firms
from dashboard.sample.matters import filled, matters
from dashboard.store import Store
from dashboard.workflows import KINDS, WORKFLOWS, Field, FieldKind, FieldType
from tests.builders import ADMIN, LEAD, SETTINGS

FRIDAY = datetime(2026, 10, 30, 19, 30, tzinfo=UTC)  # 15:30, the last business day of the month
CALENDAR = SETTINGS.calendar
DAY = timedelta(hours=9)


class Sample(NamedTuple):
    store: Store
    summary: Summary
    events: list[Event]
    cases: list[Case]


@pytest.fixture(scope="module")
def sample(tmp_path_factory):
    """The sample that `make run` writes."""
    store = Store.open(tmp_path_factory.mktemp("sample") / "log.duckdb")
    summary = write_sample(store, seed=1, until=FRIDAY, by=ADMIN)
    yield Sample(store, summary, events_of(store), cases_of(store))
    store.close()


@pytest.fixture
def written(tmp_path):
    """A sample of 40 cases unless said otherwise, in a log of its own."""
    stores = []

    def write(seed=1, cases=40, until=FRIDAY):
        stores.append(Store.open(tmp_path / f"{len(stores)}.duckdb"))
        write_sample(stores[-1], seed=seed, cases=cases, until=until, by=ADMIN)
        return stores[-1]

    yield write
    for store in stores:
        store.close()


def events_of(store):
    return [Event(**row) for batch in store.log.read() for row in batch.to_pylist()]


def cases_of(store):
    streams = {}
    for event in events_of(store):
        if event.kind in CASE_KINDS:
            streams.setdefault(event.stream, []).append(event)
    return [fold(case_id, events) for case_id, events in streams.items()]


# --- The same again --------------------------------------------------------------------------


def test_the_same_seed_and_end_give_the_same_log_to_the_last_byte(written):
    first, second = written(), written()

    assert first.head() == second.head()
    assert first.head().position > 400


def test_another_seed_gives_another_log(written):
    assert written(seed=1).head().hash != written(seed=2).head().hash


@pytest.mark.parametrize(
    "until",
    [
        datetime(2026, 3, 8, 7, 30, tzinfo=UTC),  # a Sunday, the hour after the clocks changed
        datetime(2025, 12, 25, 5, 0, tzinfo=UTC),  # midnight of a holiday
        datetime(2026, 11, 2, 13, 0, tzinfo=UTC),  # a Monday at the opening
    ],
    ids=str,
)
def test_so_many_cases_are_open_or_done_by_the_end_and_nothing_comes_after_it(written, until):
    store = written(cases=25, until=until)

    events = events_of(store)

    assert store.count_cases() == 25
    assert max(event.recorded_us for event in events) <= to_us(until)
    assert min(event.occurred_us for event in events) >= to_us(until - timedelta(days=550))


# --- Refusals --------------------------------------------------------------------------------


def test_a_log_that_holds_something_is_left_as_it_is(written):
    store = written(cases=1)
    head = store.head()

    with pytest.raises(CommandRefused, match="Choose a new log"):
        write_sample(store, seed=1, until=FRIDAY, by=ADMIN)

    assert store.head() == head


@pytest.mark.parametrize(
    ("error", "what"),
    [
        (NotAllowed, {"by": LEAD}),
        (InputRefused, {"cases": 0}),
        (InputRefused, {"cases": 1_000_000}),
        (InputRefused, {"until": datetime(1991, 1, 1, tzinfo=UTC)}),
        (InputRefused, {"seed": 2**70}),
    ],
    ids=str,
)
def test_a_sample_that_cannot_be_leaves_no_trace(store, error, what):
    asked = {"seed": 1, "cases": 2, "until": FRIDAY, "by": ADMIN}

    with pytest.raises(error):
        write_sample(store, **(asked | what))

    assert store.head().position == 0


# --- A log like any other --------------------------------------------------------------------


def test_the_first_event_marks_the_sample(sample):
    first = sample.events[0]

    assert (first.stream, first.kind) == ("settings", "sample_marked")
    assert first.fields() == {"seed": 1, "cases": 1500}
    assert sample.store.settings.is_sample


def test_the_summary_says_what_was_written(sample):
    states = Counter(case.state for case in sample.cases)

    assert sample.summary.cases == len(sample.cases) == sample.store.count_cases() == 1500
    assert sample.summary.events == len(sample.events) == sample.store.head().position
    assert sample.summary.open_cases == states["open"]


def test_events_stand_in_the_order_in_which_they_were_recorded(sample):
    recorded = [event.recorded_us for event in sample.events]

    assert recorded == sorted(recorded)
    assert recorded[-1] <= to_us(FRIDAY)
    assert all(event.occurred_us <= event.recorded_us for event in sample.events)


def test_all_that_can_happen_to_a_case_happens(sample):
    # but messages, since nobody writes to firms that are made up, and slips of the hand
    happens = {kind for kind in CASE_KINDS if not kind.startswith("message_")} - {"act_undone"}
    assert {event.kind for event in sample.events} == happens | {"sample_marked"}


def test_some_things_are_recorded_late_by_others(sample):
    late = [event for event in sample.events if event.recorded_us > event.occurred_us]

    assert 0.05 < len(late) / len(sample.events) < 0.35
    assert any(event.fields().get("done_by") for event in late)


def test_only_people_of_the_department_record_anything(sample):
    people = {*staff.REPRESENTATIVES, *staff.LEADERS, *staff.TECHNICIANS, *staff.CLERKS}

    assert {event.actor for event in sample.events[1:]} == {person.name for person in people}
    assert Role.ADMIN not in {person.role for person in people}


def test_contacts_lie_beside_the_log_and_not_in_it(sample):
    refs = {
        value["ref"]
        for event in sample.events
        for value in event.fields().get("fields", {}).values()
        if isinstance(value, dict)
    }
    personal = sample.store.personal(sorted(refs))

    assert len(refs) == len(personal) > 1500
    assert not any("@" in event.data for event in sample.events)


def test_some_firms_come_twice_and_no_two_share_an_id(sample):
    ids = Counter(case.fields["firm_id"] for case in sample.cases)
    names = {case.fields["firm_id"]: case.firm for case in sample.cases}

    assert set(ids.values()) == {1, 2}
    assert 0.03 < sum(count == 2 for count in ids.values()) / len(sample.cases) < 0.07
    assert len(set(names.values())) > 0.99 * len(names)
    assert any("&" in name for name in names.values())
    assert any("'" in name for name in names.values())
    assert any(not name.isascii() for name in names.values())


def test_firms_do_not_run_out():
    made = firms(random.Random(1))

    assert len({next(made).firm_id for _ in range(20_000)}) > 18_000


def test_a_larger_department_holds_more_appointments_at_once_and_says_so(written, monkeypatch):
    monkeypatch.setattr(resources, "PARALLEL_CASES", 15)

    store = written(cases=40)

    assert store.settings.appointments_at_once == 8
    assert [event.kind for event in events_of(store)[:2]] == ["sample_marked", "planning_changed"]
    assert written(cases=20).settings.appointments_at_once == 4


# --- Figures as one would expect them --------------------------------------------------------


def test_most_cases_are_done_in_two_to_three_days(sample):
    days = elapsed_days(sample)

    assert 2.2 < np.median(days) < 2.9
    assert 0.20 < np.mean(days <= 2) < 0.42
    assert 0.58 < np.mean(days <= 3) < 0.74


def test_three_of_five_firms_move_to_a_local_installation(sample):
    paths = Counter(case.workflow_key for case in sample.cases)

    assert 0.55 < paths["local"] / len(sample.cases) < 0.65


def test_the_order_step_slows_down_at_month_end_and_hardly_any_other(sample):
    table = sample.store.run("month_end_steps", now=FRIDAY).to_pylist()
    ratios = {
        (row["workflow"], row["step"]): row["median_window_minutes"] / row["median_rest_minutes"]
        for row in table
        if row["median_rest_minutes"]
    }

    orders = {
        (path.key, step.number)
        for path in WORKFLOWS.values()
        for step in path.steps
        if step.turn and step.turn.key == "received"
    }

    assert all(2.0 < ratios[key] < 3.6 for key in orders)
    assert all(0.6 < ratio < 1.6 for key, ratio in ratios.items() if key not in orders)


def test_cases_opened_shortly_before_month_end_are_late_more_often(sample):
    days, opened = elapsed_days(sample), [case.opened_us for case in closed(sample)]
    to_month_end = CALENDAR.days_to_month_end(CALENDAR.local_date(opened))
    is_caught = (to_month_end == 3) | (to_month_end == 2)

    assert np.mean(days[is_caught] <= 3) < np.mean(days[~is_caught] <= 3) - 0.1


def test_more_forms_come_in_at_month_end_and_in_autumn(sample):
    days = CALENDAR.local_date([case.opened_us for case in sample.cases])
    to_month_end = CALENDAR.days_to_month_end(days)
    months = Counter(str(day)[:7] for day in days)

    assert np.mean((to_month_end >= 0) & (to_month_end <= 2)) > 0.18  # of 21 days three
    assert months["2025-10"] > 1.3 * months["2025-07"]
    assert months["2026-09"] > 1.3 * months["2026-02"]


def test_the_last_day_has_work_of_every_kind_to_look_at(sample):
    now_us = to_us(FRIDAY)
    is_open = [case for case in sample.cases if case.state == "open"]
    [now, *opened] = CALENDAR.position([now_us, *(case.opened_us for case in is_open)])
    days = (now - np.array(opened)) / (DAY / timedelta(microseconds=1))
    appointments = [case.fields.get("appointment", 0) for case in is_open]
    follow_ups = sample.store.run("follow_ups", now=FRIDAY).to_pylist()

    assert 20 <= len(is_open) <= 45
    assert len({(case.workflow_key, case.current_step) for case in is_open}) >= 6
    assert sum(days > 3) >= 3
    assert sum((days > 2) & (days <= 3)) >= 2
    assert sum(begins > now_us for begins in appointments) >= 3
    assert sum(str(row["follow_up"]) == "2026-10-30" for row in follow_ups) >= 2


def closed(sample):
    return [case for case in sample.cases if case.state == "closed"]


def elapsed_days(sample):
    table = sample.store.run("cycle_times", now=FRIDAY)
    by_id = dict(zip(table["case_id"].to_pylist(), table["business_us"].to_pylist(), strict=True))
    return np.array([by_id[case.case_id] for case in closed(sample)]) / (
        DAY / timedelta(microseconds=1)
    )


@pytest.mark.parametrize("kind", KINDS, ids=str)
def test_a_field_that_is_new_is_answered_only_if_it_must_be(kind: FieldType):
    chance = random.Random(3)
    matter = next(matters([FRIDAY], firms(chance), SETTINGS.catalogue, chance))
    matter.appointment = FRIDAY
    told: dict[str, Any] = {"options": ("one", "two")} if kind is FieldKind.CHOICE else {}
    told |= {"hours": 4} if kind is FieldKind.WINDOW else {}
    must, may = (Field(f"is_{word}", "New", kind, required=word, **told) for word in (True, False))
    step = replace(WORKFLOWS["local"].step(6), fields=(must, may))

    before = chance.getstate()
    answers = filled(step, matter, chance)

    assert answers["is_True"] is not None
    assert answers["is_False"] is None
    assert chance.getstate() == before  # the rest of the seed's log stays as it was
