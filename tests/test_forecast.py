"""Forecasts of the product's log: what they learn from, what they say, and that nothing leaks."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pytest
from hypothesis import given
from hypothesis import strategies as st

from dashboard import commands
from dashboard.cases import fold, standing
from dashboard.forecast import (
    CONTRACT,
    Forecaster,
    forecast_open,
    learn,
    like_cases,
    track_record,
)
from dashboard.forecast.history import NAMES, history, open_now
from dashboard.forecast.moves import read_moves
from dashboard.forecast.scores import MIDDLE
from dashboard.forecast.snapshots import MINUTE_US
from dashboard.instants import to_us
from dashboard.sample import write_sample
from dashboard.store import Store, View
from dashboard.store.log import Head, events_table
from dashboard.store.model import Model
from tests.builders import ADMIN, LEAD, MONDAY, SETTINGS, Walk, bulk, events_of, form, step_fields

FRIDAY = datetime(2026, 10, 30, 15, 30, tzinfo=UTC)  # 11:30, the last business day of the month
CALENDAR = SETTINGS.calendar
SHOWN = [f"p{level}" for level in range(10, 100, 10)]


@pytest.fixture(scope="module")
def sample(tmp_path_factory):
    """A department with more than a hundred completed cases of each path."""
    store = Store.open(tmp_path_factory.mktemp("forecast") / "log.duckdb")
    write_sample(store, seed=3, cases=330, until=FRIDAY, by=ADMIN)
    yield store
    store.close()


@pytest.fixture(scope="module")
def tried(sample) -> Forecaster:
    """What was learnt after a trial on two months."""
    return learn(sample, FRIDAY, months=2)


@pytest.fixture(scope="module", params=["median", "nearest", "boosted"])
def learnt(request, sample) -> Forecaster:
    """What each model learns."""
    return learn(sample, FRIDAY, model=request.param)


@pytest.fixture(scope="module")
def forecasts(sample, learnt) -> pa.Table:
    return forecast_open(sample, FRIDAY, learnt)


def seen(drafts: Any) -> View:
    """The read model of these drafts."""
    model = Model(SETTINGS)
    model.apply([events_table(events_of(drafts))] if drafts else [])
    return View(model, Head.empty())


def us(column: Any) -> Any:
    return column.cast(pa.int64()).to_numpy()


# --- What is learnt from ---------------------------------------------------------------------


@given(st.integers(0, 2**32 - 1))
def test_each_row_says_where_the_case_stood_by_the_events_until_then(seed):
    walk = Walk(bulk(), seed).run(80)
    view = seen(walk.desk.drafts)

    rows = view.run("forecast_moves", now=walk.now).to_pylist()

    assert rows or not walk.ids
    for row in rows:
        # what was undone later was never true of the case
        events = standing([one for one in walk.desk.drafts if one.stream == row["case_id"]])
        case = fold(row["case_id"], [one for one in events if one.version <= row["version"]])
        assert (row["due"], row["workflow"]) == (case.due, case.workflow_key)
        assert row["is_withdrawn"] == (case.moves[-1].kind == "case_withdrawn")
        assert (row["handed_pos"] is None) == (case.moves[-1].entry not in case.moments)
        if case.due > 4 and case.workflow_key == "virtual_office":
            assert row["appointment_us"] is not None


@given(st.integers(0, 2**32 - 1))
def test_queues_and_work_in_progress_count_what_a_slow_count_counts(seed):
    walk = Walk(bulk(), seed, cases=6).run(120)

    moves = read_moves(seen(walk.desk.drafts), walk.now)

    instants = np.array([to_us(MONDAY + timedelta(hours=7 * n)) for n in range(20)])
    party = np.resize(np.unique(moves.party), 20) if len(moves) else np.zeros(20, dtype=np.int64)
    active = [n for n in range(len(moves)) if moves.is_active[n]]
    there = [
        [n for n in active if moves.us[n] <= instant < moves.next_us[n]] for instant in instants
    ]
    queued = [
        sum(moves.party[n] == one for n in some) for some, one in zip(there, party, strict=True)
    ]
    assert moves.in_progress(instants).tolist() == [len(some) for some in there]
    assert moves.queues(party, instants).tolist() == queued


def test_a_case_is_looked_at_as_it_moves_and_every_three_business_hours(sample):
    _, rows = history(sample, FRIDAY)

    case = rows.take(rows.case == 7)
    between = case.at[case.at != case.began]
    assert (between % (180 * MINUTE_US) == 0).all()
    assert case.minutes[case.is_finished] == pytest.approx(
        (case.until - case.at)[case.is_finished] / MINUTE_US
    )
    elapsed = case.features[:, NAMES.index("elapsed")]
    assert elapsed == pytest.approx((case.at - case.at[0]) / MINUTE_US + elapsed[0])


@given(st.integers(0, 2**32 - 1))
def test_an_absurd_future_changes_nothing_that_was_known_before_it(seed):
    walk = Walk(bulk(), seed, cases=12).run(60)
    then = CALENDAR.add(walk.now, timedelta(hours=1))  # a time of day at which business time runs
    before = int(CALENDAR.position([to_us(then)])[0]) + 1
    _, known = history(seen(walk.desk.drafts), then)

    end = absurd(walk.desk, walk.ids, then + timedelta(days=5))

    _, later = history(seen(walk.desk.drafts), end)
    assert len(later) > len(known)
    same(known.known_before(before), later.known_before(before))


def absurd(desk: Any, ids: list[str], now: datetime) -> datetime:
    """Close what is open years later, reopen what is closed, withdraw, and open many more."""
    to_complete = []
    for number, case_id in enumerate(ids):
        case = desk.case(case_id)
        if case.state == "withdrawn":
            commands.resume_case(desk, case_id, by=LEAD, now=now)
        elif case.state == "closed":
            commands.reopen_step(desk, case_id, 3, "nonsense", by=LEAD, now=now)
        elif number % 2:
            commands.withdraw_case(desk, case_id, "nonsense", by=LEAD, now=now)
        else:
            to_complete.append(case_id)
    now += timedelta(days=800)
    for case_id in to_complete:
        now = complete(desk, case_id, now)
    for number in range(30):
        values = form("local", firm_name=f"Firm {number}")
        commands.open_case(desk, "local", values, by=LEAD, now=now)
    return now + timedelta(days=1)


def complete(desk: Any, case_id: str, now: datetime) -> datetime:
    """Complete what is left of a case, a step a week."""
    while (case := desk.case(case_id)).current_step:
        now += timedelta(days=7)
        fields = step_fields(case, case.current_step, now)
        commands.complete_step(desk, case_id, case.current_step, fields, by=LEAD, now=now)
    return now


def same(one: Any, other: Any) -> None:
    assert one.names == other.names
    for name in ("case", "group", "at", "began", "moved", "until", "like", "features"):
        np.testing.assert_array_equal(getattr(one, name), getattr(other, name), err_msg=name)
    assert (one.is_finished == other.is_finished).all()


# --- What is said ----------------------------------------------------------------------------


def test_every_open_case_has_a_forecast_and_no_other(sample, forecasts):
    worklist = sample.run("worklist", now=FRIDAY)

    assert sorted(forecasts["case_id"].to_pylist()) == sorted(worklist["case_id"].to_pylist())
    assert forecasts.column_names[: len(CONTRACT)] == list(CONTRACT)


def test_the_finish_comes_after_now_inside_opening_hours_and_in_order(forecasts):
    found = np.column_stack([us(forecasts[name]) for name in SHOWN])

    assert (np.diff(found, axis=1) >= 0).all()
    assert (found >= to_us(FRIDAY)).all()
    assert (CALENDAR.instant(CALENDAR.position(found.ravel())) == found.ravel()).all()


def test_a_case_asked_for_alone_is_told_what_it_is_told_among_all(sample, learnt, forecasts):
    for case_id in forecasts["case_id"].to_pylist()[::7]:
        alone = forecast_open(sample, FRIDAY, learnt, case_id)

        assert alone.to_pylist() == forecasts.filter(pc.field("case_id") == case_id).to_pylist()
    assert forecast_open(sample, FRIDAY, learnt, "C-nowhere").num_rows == 0


def test_the_ways_of_open_cases_alone_say_how_these_stand(sample):
    every, opened = read_moves(sample, FRIDAY), read_moves(sample, FRIDAY, only_open=True)

    told = open_now(opened, SETTINGS, FRIDAY)

    assert 0 < len(opened) < len(every)
    for name in ("case", "group", "at", "like", "features"):
        whole = getattr(open_now(every, SETTINGS, FRIDAY), name)
        np.testing.assert_array_equal(getattr(told, name), whole)


def test_at_night_the_earliest_finish_is_the_next_morning(sample, learnt):
    night = FRIDAY + timedelta(hours=11)
    morning = CALENDAR.add(night, timedelta(minutes=1))

    table = forecast_open(sample, night, learnt)

    assert (us(table["p10"]) >= to_us(morning)).all()


@pytest.mark.parametrize(("steps", "days"), [(2, 0), (4, 6)])
def test_a_virtual_office_case_does_not_finish_before_its_window_has_ended(learnt, steps, days):
    desk = bulk()
    [opened] = commands.open_case(
        desk, "virtual_office", form("virtual_office"), by=LEAD, now=FRIDAY
    )
    window = CALENDAR.next_windows(FRIDAY + timedelta(days=days), 4, 1)[0]
    for step in range(2, steps + 1):
        fields = step_fields(desk.case(opened.stream), step, FRIDAY)
        booked = {"appointment": window[0]} if "appointment" in fields else {}
        commands.complete_step(desk, opened.stream, step, fields | booked, by=LEAD, now=FRIDAY)

    [row] = forecast_open(seen(desk.drafts), FRIDAY, learnt).to_pylist()

    # booked for the next week, or else the soonest that could be had: 12:00 to 16:00 today
    assert row["p10"] >= window[1]
    assert row["p_miss_limit"] == 1 or not days


def booked(at: datetime, now: datetime) -> tuple[View, str]:
    """A log with one open case, which waits for the window that begins at an instant."""
    desk = bulk()
    [opened] = commands.open_case(desk, "virtual_office", form("virtual_office"), by=LEAD, now=now)
    for step in (2, 3, 4):
        fields = step_fields(desk.case(opened.stream), step, now)
        agreed = {"appointment": at} if step == 4 else {}
        commands.complete_step(desk, opened.stream, step, fields | agreed, by=LEAD, now=now)
    return seen(desk.drafts), opened.stream


def test_what_remains_after_an_appointment_does_not_depend_on_how_far_ahead_it_was_booked(learnt):
    ranges = []
    for days in (30, 60):  # the sample books some days ahead
        begins, ends = CALENDAR.next_windows(FRIDAY + timedelta(days=days), 4, 1)[0]
        [row] = forecast_open(booked(begins, FRIDAY)[0], FRIDAY, learnt).to_pylist()
        window = CALENDAR.elapsed(FRIDAY, ends) / timedelta(minutes=1)
        assert row["earliest_minutes"] == pytest.approx(window)
        ranges.append(np.array(row["minutes"]) - window)

    # six steps are to go after it: never all done at the second at which it ends
    for left in ranges:
        assert (left >= 0).all()
        assert left[17] - left[1] > 60
    if learnt.chosen == "median":
        assert ranges[0] == pytest.approx(ranges[1])


def test_a_limit_shortly_after_an_appointment_is_nearly_always_missed(sample, learnt):
    begins, ends = CALENDAR.next_windows(FRIDAY + timedelta(days=3), 4, 1)[0]
    opened = FRIDAY
    while CALENDAR.add(opened, 3 * timedelta(minutes=540)) > ends + timedelta(minutes=30):
        opened -= timedelta(minutes=30)
    view, case_id = booked(begins, opened)

    [row] = forecast_open(view, FRIDAY, learnt, case_id).to_pylist()

    limit = view.run("forecast_cases", now=FRIDAY)["limit_pos"][0].as_py()
    left = (limit - int(CALENDAR.position([to_us(ends)])[0])) / MINUTE_US
    needed = after_windows(sample)
    assert 0 < left <= 60
    assert abs(row["p_miss_limit"] - np.mean(np.array(needed) > left)) < 0.1


def after_windows(sample: Store) -> list[float]:
    """Of every completed case, how many business minutes after its window it was done."""
    moves = read_moves(sample, FRIDAY)
    _, rows = history(sample, FRIDAY)
    waiting = rows.take(rows.is_finished & (rows.ahead > 0) & (rows.at == rows.began))
    assert set(waiting.group.tolist()) == {105}
    assert len(moves) > len(waiting) > 50
    return waiting.after.tolist()


def test_a_case_older_in_its_step_than_all_is_extrapolated_and_says_so(learnt):
    desk = bulk()
    commands.open_case(desk, "local", form("local"), by=LEAD, now=FRIDAY)
    later = CALENDAR.add(FRIDAY, timedelta(minutes=540 * 60))

    [young] = forecast_open(seen(desk.drafts), FRIDAY, learnt).to_pylist()
    [old] = forecast_open(seen(desk.drafts), later, learnt).to_pylist()

    assert (young["model"], young["longest_minutes"]) == (learnt.chosen, None)
    assert old["model"] == "extrapolated"
    assert old["longest_minutes"] == pytest.approx(learnt.seen.longest[2])
    # as the long stays tail off, and then what others needed after this step
    more = 2 ** (1 / learnt.seen.tail[2]) - 1
    assert old["minutes"][MIDDLE] == pytest.approx(540 * 60 * more + learnt.seen.rest[2][MIDDLE])
    assert old["p_miss_limit"] == 1
    assert old["drivers"] == []


def test_the_longest_stay_in_a_step_is_that_of_a_slow_search(sample, learnt):
    moves = read_moves(sample, FRIDAY)
    stays: dict[int, float] = {}
    began, longest = 0, 0.0
    for n in range(len(moves)):
        is_same = n and moves.case[n] == moves.case[n - 1] and moves.group[n] == moves.group[n - 1]
        began = began if is_same else int(moves.pos[n])
        if moves.group[n] < 105 and moves.is_active[n] and moves.finishes[n]:
            longest = (moves.next_pos[n] - began) / MINUTE_US
            group = int(moves.group[n])
            stays[group] = max(stays.get(group, 0), longest)

    assert {one: learnt.seen.longest[one] for one in stays} == pytest.approx(stays)


def test_a_limit_that_has_passed_is_missed_for_sure_and_no_target_outlasts_its_limit(
    sample, forecasts
):
    passed = {
        row["case_id"]
        for row in sample.run("worklist", now=FRIDAY).to_pylist()
        if row["business_us_left"] < 0  # also of those that only wait for the download
    }

    for row in forecasts.to_pylist():
        assert 0 <= row["p_miss_limit"] <= row["p_miss_target"] <= 1
        assert row["case_id"] not in passed or row["p_miss_limit"] == 1
    assert passed


def test_the_chance_of_a_miss_agrees_with_the_range(sample, forecasts):
    limits = {
        row["case_id"]: row["limit_at"] for row in sample.run("worklist", now=FRIDAY).to_pylist()
    }

    for row in forecasts.to_pylist():
        limit = limits[row["case_id"]]
        if limit > FRIDAY and row["p50"] > limit:
            assert row["p_miss_limit"] >= 0.49
        if row["p80"] < limit:
            assert row["p_miss_limit"] <= 0.21


def test_what_drives_a_forecast_is_named_the_strongest_first(learnt, forecasts):
    drivers = forecasts["drivers"].to_pylist()

    sizes = [[abs(one["minutes"]) for one in some] for some in drivers]
    assert all(some == sorted(some, reverse=True) for some in sizes)
    assert any(sizes) == (learnt.chosen == "boosted")


def test_the_cases_that_one_is_like_are_past_ones_of_its_path(sample, learnt, forecasts):
    case_id = forecasts["case_id"][0].as_py()

    found = like_cases(sample, FRIDAY, learnt, case_id)

    assert 1 <= len(found) <= 40
    assert case_id not in found
    assert {sample.case(one).workflow_key for one in found} == {sample.case(case_id).workflow_key}


def test_learning_twice_gives_the_same_forecasts(sample, tried):
    again = learn(sample, FRIDAY, months=2)

    assert again.version == tried.version
    assert set(tried.issued) == {"median", "recalibrated median", "nearest", "boosted"}
    for name, issued in tried.issued.items():
        assert (issued.quantiles == again.issued[name].quantiles).all()
    assert forecast_open(sample, FRIDAY, again).equals(forecast_open(sample, FRIDAY, tried))


def test_what_happens_later_does_not_change_a_forecast_as_of_an_earlier_instant(tmp_path):
    store = Store.open(tmp_path / "log.duckdb")
    summary = write_sample(store, seed=4, cases=60, until=FRIDAY, by=ADMIN)
    then = FRIDAY
    made = forecast_open(store, then, learn(store, then, months=1))
    ids = [f"C-{number:04}" for number in range(1, summary.cases + 1)]

    absurd(store, [one for one in ids if store.case(one).state == "open"], FRIDAY + timedelta(1))

    view = store.known_at(then)
    assert forecast_open(view, then, learn(view, then, months=1)).equals(made)
    view.close()
    store.close()


def test_the_record_by_month_adds_up_and_stands_beside_the_yardstick(tried):
    rows = track_record(replace(tried, chosen="boosted"), CALENDAR).to_pylist()

    models = ["median", "boosted"]
    assert list(dict.fromkeys(row["model"] for row in rows)) == models
    for model in models:
        whole, *months = [row for row in rows if row["model"] == model]
        assert [row["month"] for row in months] == [date(2026, 9, 1), date(2026, 10, 1)]
        assert whole["month"] is None
        assert whole["mae"] == pytest.approx(tried.issued[model].score().mae)
        for row in (whole, *months):
            assert row["mae_low"] <= row["mae"] <= row["mae_high"]
            assert row["coverage80_low"] <= row["coverage80"] <= row["coverage80_high"]


def test_drawing_cases_again_with_the_same_seed_gives_the_same_bounds(tried):
    one, other = (track_record(tried, CALENDAR, seed=7) for _ in range(2))

    assert one.equals(other)


def test_a_path_with_few_cases_is_not_told_by_what_another_path_taught(learnt):
    poor = replace(learnt, finished=learnt.finished | {"virtual_office": 40}, chosen="median")

    assert poor.model_for("local") == "median"
    assert poor.model_for("virtual_office") == "median"
    assert replace(poor, chosen="boosted").model_for("virtual_office") == "median"
    assert replace(poor, finished={"local": 0}).model_for("local") == ""


# --- Little is known -------------------------------------------------------------------------


def test_a_path_with_few_completed_cases_is_told_by_the_yardstick_and_says_how_few(tmp_path):
    store = Store.open(tmp_path / "log.duckdb")
    write_sample(store, seed=4, cases=60, until=FRIDAY, by=ADMIN)

    table = forecast_open(store, FRIDAY, learn(store, FRIDAY, months=1))

    assert set(table["model"].to_pylist()) <= {"median", "extrapolated"}
    assert 0 < max(table["finished_cases"].to_pylist()) < 100
    assert table["p50"].null_count == 0
    store.close()


def test_without_a_completed_case_nothing_is_forecast(store):
    commands.open_case(store, "local", form("local"), by=LEAD, now=MONDAY)

    table = forecast_open(store, MONDAY, learn(store, MONDAY))

    [row] = table.to_pylist()
    assert (row["model"], row["finished_cases"]) == ("", 0)
    assert {row[name] for name in CONTRACT[1:]} == {None}


def test_an_empty_log_has_no_forecasts(store):
    table = forecast_open(store, MONDAY, learn(store, MONDAY))

    assert table.num_rows == 0
    assert table.column_names[: len(CONTRACT)] == list(CONTRACT)
