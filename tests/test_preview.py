"""What a change of the settings would do, said before it is saved, and true afterwards."""

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dashboard import commands, metrics
from dashboard.cases import Case
from dashboard.commands.planning import targets_of
from dashboard.instants import to_datetime, to_us
from dashboard.settings import Settings
from dashboard.store import Store, View
from dashboard.store.log import Head, events_table
from dashboard.store.model import Model
from dashboard.workdays import Calendar
from tests.builders import ADMIN, LEAD, MONDAY, SETTINGS, Walk, bulk, events_of, form
from tests.histories import HOUR, History, new_york

SHORT = Calendar("America/New_York", dict.fromkeys(range(5), (("09:00", "15:00"),)), {})
DAY = timedelta(days=1)
JANUARY = datetime(2027, 1, 15, 17, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    ("today", "since", "until"),
    [
        (date(2026, 10, 5), date(2026, 7, 1), date(2026, 10, 1)),
        (date(2026, 9, 30), date(2026, 4, 1), date(2026, 7, 1)),
        (date(2026, 1, 1), date(2025, 10, 1), date(2026, 1, 1)),
        (date(2026, 4, 1), date(2026, 1, 1), date(2026, 4, 1)),
    ],
)
def test_the_last_quarter_is_the_last_whole_one(today, since, until):
    assert metrics.last_quarter(today) == (since, until)


def test_the_limits_of_open_cases_that_move_are_named_and_no_others(store: Store):
    early, late = opened(store, MONDAY), opened(store, new_york(8, "14:00"))
    commands.withdraw_case(store, opened(store, new_york(8, "14:00")), "stays", by=LEAD, now=NOON)
    changed = store.settings.with_calendar(date(2026, 10, 9), SHORT)

    preview = metrics.settings_preview(store, changed, now=NOON)

    # early: three days from Monday 9:00, before the change. late: of 27 hours three on Thursday,
    # six a day from Friday on, over Columbus Day, which the new hours do not keep
    [row] = preview.moved.to_pylist()
    assert (row["case_id"], row["limit_before"], row["limit_after"]) == (
        late, new_york(14, "14:00"), new_york(14, "15:00"),
    )  # fmt: skip
    assert early != late


def test_a_quarters_attainment_stands_before_and_after(store: Store):
    for name, hours in (("Ash", 0), ("Birch", 6), ("Cedar", 48), ("Dale", 96)):
        evidence = commands.Evidence(
            "local", [MONDAY, *[MONDAY + hours * HOUR] * 6], form={"firm_name": name}
        )
        commands.record_evidence(store, evidence, by=LEAD, now=NOON + DAY, command_id=name)

    before = metrics.settings_preview(store, store.settings, now=JANUARY)
    tight = store.settings.with_targets(targets_of(store.settings, "local", 0.25, 0.25))
    after = metrics.settings_preview(store, tight, now=JANUARY)

    assert (before.since, before.until) == (date(2026, 10, 1), date(2027, 1, 1))
    assert before.before == before.after == metrics.Kept(4, 3, 3)
    assert after.before == before.before
    assert after.after == metrics.Kept(4, 1, 1)


def test_appointments_that_would_lie_outside_the_hours_are_named(store: Store):
    history = History("virtual_office", desk=store).until(4)
    history.complete(4, appointment=new_york(9, "12:00"))
    changed = store.settings.with_calendar(date(2026, 10, 9), SHORT)

    preview = metrics.settings_preview(store, changed, now=history.now)
    begun = metrics.settings_preview(store, changed, now=new_york(9, "12:01"))

    assert preview.outside.to_pylist() == [
        {"case_id": history.case_id, "appointment_at": new_york(9, "12:00")}
    ]
    assert begun.outside.num_rows == 0


def test_an_empty_log_has_nothing_to_preview(store: Store):
    changed = store.settings.with_calendar(date(2026, 10, 9), SHORT)

    preview = metrics.settings_preview(store, changed, now=MONDAY)

    assert (preview.moved.num_rows, preview.before) == (0, metrics.Kept(0, 0, 0))
    assert store.head().position == 0


def test_what_was_previewed_is_what_comes(store: Store):
    Walk(store, 5, cases=8, start=MONDAY).run(80)
    now = to_datetime(store.log.last_recorded_us())
    day = (MONDAY + 4 * DAY).date()
    changed = store.settings.with_hours(day, SHORT, 360 * 60_000_000)
    preview = metrics.settings_preview(store, changed, now=now, since=day)
    held = limits(store, now)

    commands.change_calendar(store, SHORT, day, day_minutes=360, by=ADMIN, now=now)

    moved = {row["case_id"]: row["limit_after"] for row in preview.moved.to_pylist()}
    assert moved
    assert limits(store, now) == held | moved
    ahead = {row["workflow"]: row for row in preview.ahead.to_pylist()}["local"]
    case_id = opened(store, ahead["opened_at"])
    assert limits(store, ahead["opened_at"])[case_id] == ahead["limit_after"]
    assert ahead["limit_before"] > ahead["limit_after"]


changes = st.one_of(
    st.tuples(st.integers(-10, 30), st.just(None)),
    st.tuples(st.none(), st.tuples(st.integers(1, 8), st.integers(8, 20))),
)


@given(st.integers(0, 2**32), changes)
@settings(max_examples=12)
def test_the_preview_agrees_with_its_twin(seed, change):
    day, quarters = change
    walk = Walk(bulk(), seed, cases=6, start=datetime(2026, 9, 14, 13, tzinfo=UTC)).run(110)
    model = Model(SETTINGS)
    model.apply([events_table(events_of(walk.desk.drafts))])
    if quarters:
        target, limit = (number / 4 for number in quarters)
        changed = SETTINGS.with_targets(targets_of(SETTINGS, "local", target, limit))
    else:
        changed = SETTINGS.with_calendar(MONDAY.date() + (day or 0) * DAY, SHORT)
    cases = [walk.desk.case(case_id) for case_id in walk.ids]

    preview = metrics.settings_preview(View(model, Head.empty()), changed, now=JANUARY)

    told = {row["case_id"]: to_us(row["limit_after"]) for row in preview.moved.to_pylist()}
    assert told == {
        case.case_id: limit_us(case, changed)
        for case in cases
        if case.state == "open" and limit_us(case, changed) != limit_us(case, SETTINGS)
    }
    done = [case for case in cases if preview_counts(case)]
    assert preview.before.within_limit == sum(kept(case, SETTINGS) for case in done)
    assert preview.after.within_limit == sum(kept(case, changed) for case in done)
    assert preview.after.n == len(done)


NOON = new_york(8, "16:00")


def opened(store: Any, now: datetime) -> str:
    return commands.open_case(store, "local", form("local"), by=LEAD, now=now)[0].stream


def limits(store: Store, now: datetime) -> dict[str, Any]:
    rows = store.run("case_list", now=now, state="open").to_pylist()
    return {row["case_id"]: row["limit_at"] for row in rows}


def limit_us(case: Case, held: Settings) -> int:
    allowed = held.targets_at(case.workflow_key, case.opened_us).limit_us
    limit = held.calendar.add(to_datetime(case.opened_us), timedelta(microseconds=allowed))
    return to_us(limit)


def preview_counts(case: Case) -> bool:
    """Whether the case was completed in the fourth quarter."""
    quarter = (new_york(1, "00:00"), datetime(2027, 1, 1, 5, tzinfo=UTC))
    return case.closed_us is not None and quarter[0] <= to_datetime(case.closed_us) < quarter[1]


def kept(case: Case, held: Settings) -> bool:
    return (case.closed_us or 0) <= limit_us(case, held)
