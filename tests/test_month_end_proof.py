"""What Month end names and estimates, against simulated departments whose truth is known.

`bench/month_end_proof.py` counts the same over a hundred seeds; here are fewer, which can fail.
"""

from collections import Counter
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import numpy as np
import pytest

from dashboard import findings
from dashboard.figures.month_end import headline
from dashboard.figures.pace import estimated
from dashboard.intake import import_tracker
from dashboard.store import Store
from dashboard.store.model import Model
from tests.builders import ADMIN, SETTINGS
from tests.month_end_twin import judged
from tests.simulated import NOW, ORDER_STEP, Simulated, held, month_end, named, place

pytestmark = pytest.mark.proof
TRACKER = Path(__file__).parent / "data" / "tracker.csv"
ORDER_STEPS = set(ORDER_STEP.items())
SEEDS = range(12)
WINDOW = (2, 1, 0, -1)


@pytest.fixture(scope="module")
def model() -> Model:
    return Model(SETTINGS)


def test_an_order_step_slowed_in_the_last_three_days_is_named_and_no_other(model: Model):
    view = Simulated(1, slow=2.5).into(model)

    steps = view.run("month_end_steps", now=NOW)
    found = headline(steps, findings.promised(SETTINGS, None, 0, ()))

    assert named(steps) == ORDER_STEPS
    assert "(Order processed)" in found.text


def test_a_slowed_step_is_found_and_others_are_named_by_chance_at_most(model: Model):
    found = [
        named(Simulated(seed, slow=2.5).into(model).run("month_end_steps", now=NOW))
        for seed in SEEDS
    ]

    assert all(steps >= ORDER_STEPS for steps in found)
    assert sum(steps == ORDER_STEPS for steps in found) >= len(SEEDS) - 1


def test_a_day_of_submission_is_named_where_it_is_worse_and_hardly_ever_else(model: Model):
    slowed, *usual = [
        Simulated(seed, slow=slow).into(model).run("opening_days", now=NOW)
        for seed, slow in ((1, 2.5), *((seed, 1.0) for seed in SEEDS))
    ]

    worse = slowed.filter(slowed["told_from_chance"])
    assert worse.num_rows
    assert all(0 <= days <= 5 for days in worse["days_to_month_end"].to_pylist())
    assert sum(any(days["told_from_chance"].to_pylist()) for days in usual) <= 1


def test_where_nothing_is_slowed_no_step_is_named_but_by_chance(model: Model):
    found = [named(Simulated(seed).into(model).run("month_end_steps", now=NOW)) for seed in SEEDS]

    assert sum(steps == set() for steps in found) >= len(SEEDS) - 1


def test_one_bad_week_is_no_month_end_effect(model: Model):
    log = Simulated(4, months=18)
    touched = 0
    for path in log.paths:  # three days of one September
        order = ORDER_STEP[path.workflow] - 2
        at, done = path.current[order], path.done[order]
        bad = (month_end(at) == "2025-09") & np.isin(place(at), (2, 1, 0))
        more = np.where(bad, 3 * (done - at), 0)
        touched += int(bad.sum())
        for later in path.done[order:]:  # the same arrays as those of when the next became current
            later += more

    steps = log.into(model).run("month_end_steps", now=NOW)

    assert touched > 0
    assert named(steps) == set()


def test_luck_by_day_is_no_month_end_effect(model: Model):
    found = [
        named(
            Simulated(seed, 1500, months=18, shock=0.6).into(model).run("month_end_steps", now=NOW)
        )
        for seed in SEEDS
    ]

    assert sum(steps != set() for steps in found) <= 2


def test_a_slowed_step_is_found_through_such_luck_in_twelve_months(model: Model):
    found = [
        named(
            Simulated(seed, 1500, months=12, shock=0.5, slow=2.5)
            .into(model)
            .run("month_end_steps", now=NOW)
        )
        for seed in SEEDS
    ]

    assert sum(bool(steps & ORDER_STEPS) for steps in found) >= len(SEEDS) - 1


def test_seven_month_ends_carry_no_verdict(model: Model):
    view = Simulated(1, months=7, slow=4.0).into(model)

    steps = view.run("month_end_steps", now=NOW)
    found = headline(steps, findings.promised(SETTINGS, None, 0, ()))

    assert max(steps["n_month_ends"].to_pylist()) == 7
    assert named(steps) == set()
    assert found.text == "There are too few month ends to tell."


@pytest.mark.parametrize(("months", "slow"), [(8, 4.0), (11, 1.4), (18, 2.5)])
def test_steps_are_judged_as_by_the_slow_twin(model: Model, months: int, slow: float):
    log = Simulated(2, 1500, months=months, slow=slow, shock=0.5)

    rows = log.into(model).run("month_end_steps", now=NOW).to_pylist()

    wanted = judged(dict(looks(log)))
    assert {(row["workflow"], row["step"]) for row in rows if row["factor"]} == set(wanted)
    for row in rows:
        if row["factor"] is not None:
            told, middle, swing = wanted[row["workflow"], row["step"]]
            assert row["told_from_chance"] == told
            assert np.log(row["factor"]) == pytest.approx(middle)
            assert (row["least_factor"] is None) == (swing is None)
            if swing is not None:
                assert np.log(row["least_factor"]) == pytest.approx(swing)
                assert row["low_minutes"] == pytest.approx(
                    row["median_rest_minutes"] * (np.exp(middle - swing) - 1)
                )
                assert told == (row["factor_low"] > 1 or row["factor_high"] < 1)


def looks(log: Simulated) -> Iterator[tuple[tuple[str, int], dict[str, float]]]:
    """Of each step with 8 month ends, by month end: how much longer in the window, by logarithm."""
    for path in log.paths:
        for step, (at, done) in enumerate(zip(path.current, path.done, strict=True), 2):
            size, look = np.log((done - at) / 60e6 + 1), {}
            ends, places = month_end(at), place(at)
            for end in np.unique(ends).tolist():
                own = (ends == end) & (places >= -5) & (places <= 7)
                near, rest = own & np.isin(places, WINDOW), own & ~np.isin(places, WINDOW)
                if near.any() and rest.any() and (places[own] >= 0).any():
                    look[end] = float(size[near].mean() - size[rest].mean())
            if len(look) >= 8:
                yield (path.workflow, step), look


def test_the_effect_by_day_is_that_of_the_slow_twin(model: Model):
    log = Simulated(2, 1500, months=12, slow=2.5, shock=0.5)

    found = log.into(model).run("month_end_days", now=NOW, workflow="local").to_pylist()

    wanted = {}
    for step, (at, done) in enumerate(zip(log.paths[0].current, log.paths[0].done, strict=True), 2):
        size, ends, places = np.log((done - at) / 60e6 + 1), month_end(at), place(at)
        for day in WINDOW:
            beyond = [
                size[own & (places == day)].mean() - size[own & around].mean()
                for end in np.unique(ends)
                for own in (ends == end,)
                for around in (np.isin(places, range(-5, 8)) & ~np.isin(places, WINDOW),)
                if (own & (places == day)).any() and (own & around).any()
            ]
            wanted[step, day] = (len(beyond), pytest.approx(np.exp(np.mean(beyond))))
    assert {
        (row["step"], row["days_to_month_end"]): (row["n_month_ends"], row["factor"])
        for row in found
    } == wanted


@pytest.mark.parametrize("slow", [1.0, 1.4, 2.5])
def test_the_interval_of_the_estimate_holds_the_true_effect(model: Model, slow: float):
    counts: Counter[str] = Counter()
    for seed in SEEDS:
        log = Simulated(seed, slow=slow)
        times = log.into(model).run("order_times", now=NOW)
        counts.update(held(estimated(times), log.truth()))

    assert set(counts) == {"median_minutes", "mean_minutes", "within_limit"}
    assert min(counts.values()) >= len(SEEDS) - 2  # each misses in one of twenty at most, by chance


def test_the_interval_is_narrow_enough_to_say_something(model: Model):
    log = Simulated(3, slow=2.5)

    table = estimated(log.into(model).run("order_times", now=NOW))

    assert all(row["low"] * row["high"] > 0 for row in table.to_pylist())  # leaves out no effect
    assert log.truth()["within_limit"] > 0 > log.truth()["median_minutes"]


def test_the_same_holds_of_a_log_that_was_entered_by_command(store: Store, model: Model):
    log = Simulated(5, 400, slow=6.0)

    log.record(store)

    entered = store.run("month_end_steps", now=NOW)
    assert ("local", ORDER_STEP["local"]) in named(entered) <= ORDER_STEPS
    shown = [row for row in entered.to_pylist() if row["step"] > 1]
    direct = log.into(model).run("month_end_steps", now=NOW).to_pylist()
    assert shown == [row for row in direct if row["step"] > 1]
    assert estimated(store.run("order_times", now=NOW)) == estimated(
        log.into(model).run("order_times", now=NOW)
    )


def test_of_the_tracker_the_local_order_step_is_told_from_chance(store: Store):
    now = datetime(2026, 10, 30, 19, 30, tzinfo=UTC)
    import_tracker(store, TRACKER.read_bytes(), TRACKER.name, by=ADMIN, now=now)

    assert ("local", ORDER_STEP["local"]) in named(store.run("month_end_steps", now=now))
