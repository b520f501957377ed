"""The bench of simulated departments: that they are what it says, and its arithmetic by hand."""

from dataclasses import replace

import numpy as np
import pytest

from bench.forecast_reliability import (
    CASES,
    FIRST_TEST,
    KINDS,
    MONTHS,
    Made,
    by_week,
    simulated,
    told,
)
from dashboard.instants import to_us


@pytest.mark.parametrize("kind", KINDS)
def test_a_department_is_the_same_for_the_same_seed_and_moves_only_forward(kind):
    log = simulated(kind, 3)

    assert log.equals(simulated(kind, 3))
    assert not log.equals(simulated(kind, 4))
    pos = log["pos"].to_numpy().reshape(CASES, 7)
    assert (np.diff(pos, axis=1) > 0).all()
    assert log["due"].to_pylist()[:7] == [2, 3, 4, 5, 6, 7, 8]


def test_after_the_shift_steps_take_1_8_times_as_long():
    log = simulated("shift", 1)
    pos = log["pos"].to_numpy().reshape(CASES, 7)
    us = log["us"].to_numpy().reshape(CASES, 7)

    took = np.log(np.diff(pos, axis=1))
    is_after = us[:, :-1] >= to_us(MONTHS[FIRST_TEST])
    gaps = [took[is_after[:, n], n].mean() - took[~is_after[:, n], n].mean() for n in range(6)]
    assert np.mean(gaps) == pytest.approx(np.log(1.8), abs=0.1)


def test_an_interval_by_week_is_wider_where_a_week_shares_its_fate():
    values = np.array([1.0, 1.0, 0.0, 0.0, np.nan])

    mean, shared = by_week(values, np.array([1, 1, 2, 2, 2]))
    _, apart = by_week(values, np.array([1, 2, 3, 4, 5]))

    assert mean == 0.5
    assert shared == pytest.approx(1.96 * np.sqrt(1 + 1) / 4)
    assert apart == pytest.approx(1.96 * np.sqrt(4 * 0.25) / 4)


def test_a_department_is_as_it_should_be_only_with_every_aim_kept(capsys):
    ones = np.ones(100)
    made = Made(
        month=np.zeros(100, dtype=np.int64), week=np.arange(100) // 10,
        held=np.tile([1.0, 1, 1, 1, 0], 20), p_miss=0.2 * ones,
        missed=np.tile([1.0, 0, 0, 0, 0], 20), error=ones, plain=2 * ones, crps=ones,
        plain_crps=2 * ones, model=np.array(["boosted"] * 100),
    )  # fmt: skip

    assert told("a", made, 0.75, 0.85)
    assert not told("b", made, 0.85, 0.95)
    assert not told("c", replace(made, p_miss=0.5 * ones), 0.75, 0.85)
    assert not told("d", replace(made, error=3 * ones), 0.75, 0.85)
    assert "80.0%" in capsys.readouterr().out
