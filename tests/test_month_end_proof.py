"""What Month end names and estimates, against simulated departments whose truth is known.

`bench/month_end_proof.py` counts the same over a hundred seeds; here are fewer, which can fail.
"""

import math
from collections import Counter
from datetime import UTC, datetime
from pathlib import Path

import numpy as np
import numpy.typing as npt
import pytest

from dashboard import findings, metrics
from dashboard.figures.month_end import headline
from dashboard.figures.pace import SEED, estimated
from dashboard.intake import import_tracker
from dashboard.store import Store
from dashboard.store.model import Model
from tests.builders import ADMIN, SETTINGS
from tests.simulated import NOW, ORDER_STEP, Integers, Simulated, held, named, place

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

    steps = metrics.month_end_steps(view, now=NOW)
    found = headline(steps, findings.promised(SETTINGS, None, 0, ()))

    assert named(steps) == ORDER_STEPS
    assert "(Order processed)" in found.text


def test_a_slowed_step_is_found_and_others_are_named_by_chance_at_most(model: Model):
    found = [
        named(metrics.month_end_steps(Simulated(seed, slow=2.5).into(model), now=NOW))
        for seed in SEEDS
    ]

    assert all(steps >= ORDER_STEPS for steps in found)
    assert sum(steps == ORDER_STEPS for steps in found) >= len(SEEDS) - 1


def test_where_nothing_is_slowed_no_step_is_named_but_by_chance(model: Model):
    found = [named(metrics.month_end_steps(Simulated(seed).into(model), now=NOW)) for seed in SEEDS]

    assert sum(steps == set() for steps in found) >= len(SEEDS) - 1


@pytest.mark.parametrize("cases", [300, 1600, 9000])  # of all sides, some, none to be sorted whole
def test_the_interval_of_a_step_lies_between_the_ranks_of_its_sorted_times(
    model: Model, cases: int
):
    log = Simulated(2, cases, slow=1.4)

    told = metrics.month_end_steps(log.into(model), now=NOW).to_pylist()

    for row in told:
        path = next(path for path in log.paths if path.workflow == row["workflow"])
        if row["step"] > 1:
            at, done = path.current[row["step"] - 2], path.done[row["step"] - 2]
            near = np.isin(place(at), WINDOW)
            low, high = between((done - at)[near], (done - at)[~near])
            assert row["low_minutes"] == pytest.approx(low)
            assert row["high_minutes"] == pytest.approx(high)


def between(one: Integers, other: Integers) -> tuple[float, float]:
    """MOVER over 1.5 roots of n ranks on each side of the middle, in minutes."""
    (a, a_low, a_high), (b, b_low, b_high) = (ranks(us / 60e6) for us in (one, other))
    low = a - b - math.hypot(a - a_low, b_high - b)
    return low, a - b + math.hypot(a_high - a, b - b_low)


def ranks(minutes: npt.NDArray[np.float64]) -> tuple[float, float, float]:
    """The middle, and the values so many ranks below and above it."""
    n = len(minutes)
    rank = math.floor((n + 1) / 2 - 1.5 * math.sqrt(n))
    rising = np.sort(minutes)
    return float(np.median(rising)), float(rising[rank - 1]), float(rising[n - rank])


@pytest.mark.parametrize("slow", [1.0, 1.4, 2.5])
def test_the_interval_of_the_estimate_holds_the_true_effect(model: Model, slow: float):
    counts: Counter[str] = Counter()
    for seed in SEEDS:
        log = Simulated(seed, slow=slow)
        times = log.into(model).run("order_times", now=NOW)
        counts.update(held(estimated(times, seed=SEED), log.truth()))

    assert set(counts) == {"median_minutes", "mean_minutes", "within_limit"}
    assert min(counts.values()) >= len(SEEDS) - 2  # each misses in one of twenty at most, by chance


def test_the_interval_is_narrow_enough_to_say_something(model: Model):
    log = Simulated(3, slow=2.5)

    table = estimated(log.into(model).run("order_times", now=NOW), seed=SEED)

    assert all(row["low"] * row["high"] > 0 for row in table.to_pylist())  # leaves out no effect
    assert log.truth()["within_limit"] > 0 > log.truth()["median_minutes"]


def test_the_same_holds_of_a_log_that_was_entered_by_command(store: Store, model: Model):
    log = Simulated(5, 400, slow=6.0)

    log.record(store)

    entered = metrics.month_end_steps(store, now=NOW)
    assert named(entered) == ORDER_STEPS
    shown = [row for row in entered.to_pylist() if row["step"] > 1]
    direct = metrics.month_end_steps(log.into(model), now=NOW).to_pylist()
    assert shown == [row for row in direct if row["step"] > 1]
    assert estimated(store.run("order_times", now=NOW), seed=SEED) == estimated(
        log.into(model).run("order_times", now=NOW), seed=SEED
    )


def test_of_the_tracker_the_local_order_step_is_told_from_chance(store: Store):
    now = datetime(2026, 10, 30, 19, 30, tzinfo=UTC)
    import_tracker(store, TRACKER.read_bytes(), TRACKER.name, by=ADMIN, now=now)

    assert ("local", ORDER_STEP["local"]) in named(metrics.month_end_steps(store, now=now))
