"""The forecast's models, scores and recalibration, by hand and against slow twins."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from dashboard.forecast import backtest, recalibration
from dashboard.forecast.beyond import Seen
from dashboard.forecast.boosted import Boosted
from dashboard.forecast.models import Median, Yardstick
from dashboard.forecast.nearest import Nearest
from dashboard.forecast.scores import LEVELS, MIDDLE, finished_weights, gain, losses, score
from dashboard.forecast.snapshots import MINUTE_US, NEVER, PATH, together
from tests.forecast_rows import random_rows, snapshots

DAY = 1440 * MINUTE_US
SEEDS = st.integers(0, 2**32 - 1)


# --- Scores ----------------------------------------------------------------------------------


def test_the_loss_is_twice_the_mean_pinball_loss_over_all_levels():
    rng = np.random.default_rng(1)
    minutes, quantiles = rng.normal(0, 5, 50), np.sort(rng.normal(0, 5, (50, 19)), axis=1)

    slow = [
        sum(2 * max(q * (y - x), (q - 1) * (y - x)) for q, x in zip(LEVELS, row, strict=True)) / 19
        for y, row in zip(minutes, quantiles, strict=True)
    ]

    assert losses(minutes, quantiles) == pytest.approx(np.array(slow))


def test_a_finished_case_stands_for_those_lost_from_sight_before_they_took_as_long():
    minutes = np.array([10.0, 20.0, 30.0, 40.0])
    is_finished = np.array([True, False, True, True])

    weights = finished_weights(minutes, is_finished)

    # of the three that lasted beyond 10, one was lost: the other two stand for three
    assert weights == pytest.approx([1, 0, 1.5, 1.5])


def test_a_case_that_finishes_at_the_instant_another_is_lost_stands_for_itself():
    weights = finished_weights(np.array([20.0, 20.0]), np.array([False, True]))

    assert weights == pytest.approx([0, 1])


def test_leaving_open_cases_out_flatters_and_weighting_does_not():
    rng = np.random.default_rng(2)
    minutes = rng.exponential(1000, 4000)
    watched = rng.uniform(0, 5000, 4000)
    is_finished = minutes <= watched

    weights = finished_weights(np.minimum(minutes, watched), is_finished)

    plain = minutes[is_finished].mean()
    weighted = np.average(np.minimum(minutes, watched), weights=weights)
    assert plain < 0.8 * minutes.mean()
    assert abs(weighted - minutes.mean()) < 0.06 * minutes.mean()


def test_a_score_counts_what_its_columns_say():
    rows = snapshots([10, 30])
    quantiles = np.tile(np.arange(1, 20.0), (2, 1))

    found = score(rows, quantiles)

    assert (found.forecasts, found.mae, found.coverage80, found.width80) == (2, 10.0, 0.5, 16.0)
    assert (found.coverage90, found.width90) == (0.5, 18.0)


def test_forecasts_of_one_case_do_not_count_as_many_in_the_error_of_a_gain():
    rng = np.random.default_rng(3)
    rows = random_rows(rng, 40)
    worse = np.sort(rng.normal(1000, 500, (40, 19)), axis=1)
    better = worse * 0.9
    twice = together([rows, rows])

    mean, error = gain(rows, better, worse)

    assert gain(twice, np.tile(better, (2, 1)), np.tile(worse, (2, 1))) == pytest.approx(
        (mean, error)
    )


# --- The yardstick ---------------------------------------------------------------------------


def test_the_yardstick_is_the_plain_quantile_of_the_step_else_of_the_path_else_of_all():
    of_step, of_path = np.arange(40.0), np.arange(100.0, 110)
    rows = snapshots(
        [*of_step, *of_path, 500, 900], group=[PATH + 2] * 40 + [PATH + 3] * 10 + [2 * PATH + 2] * 2
    )
    other = snapshots([1], group=3 * PATH + 2)

    fitted = Yardstick().fit(rows)

    found = [*fitted.predict(rows.take(np.array([0, 40, 50]))), *fitted.predict(other)]

    assert found[0] == pytest.approx(np.quantile(of_step, LEVELS))
    assert found[1] == pytest.approx(np.quantile([*of_step, *of_path], LEVELS))
    assert found[2] == pytest.approx(np.quantile([500, 900], LEVELS))
    assert found[3] == pytest.approx(np.quantile([*of_step, *of_path, 500, 900], LEVELS))


# --- Nearest past cases ----------------------------------------------------------------------


def test_only_cases_that_waited_as_long_are_compared_and_what_they_waited_is_taken_off():
    past = snapshots([10, 20, 60, 80], moved=np.array([5, 15, 50, 70]) * MINUTE_US)
    start = np.zeros(1, dtype=np.int64)
    asked = snapshots([1], at=30, began=start, since=start)

    fitted = Nearest().fit(past)

    assert set(fitted.neighbours(asked)) == {3, 4}
    assert fitted.predict(asked)[0, MIDDLE] == pytest.approx((30 + 50) / 2)


def test_an_open_case_counts_as_far_as_it_was_watched():
    past = snapshots([10, np.nan, 30, 40], seen=25)
    past = replace(past, seen=1000 * MINUTE_US, until=np.array([10, 20, 30, 40]) * MINUTE_US)
    past = replace(past, finishes=np.array([True, False, True, True]))

    found = Nearest().fit(past).predict(snapshots([1]))[0]

    # Kaplan and Meier: 1/4 falls to 10, 3/8 each to 30 and 40, and each stands in its middle
    assert found == pytest.approx(np.interp(LEVELS, [1 / 8, 7 / 16, 13 / 16], [10, 30, 40]))


@given(SEEDS)
def test_the_nearest_cases_are_those_that_a_slow_search_finds(seed):
    rng = np.random.default_rng(seed)
    rows = random_rows(rng, 120)
    rows = replace(rows, moved=rows.at + rng.integers(1, 100, 120) * MINUTE_US)
    waited = int(rng.integers(0, 60)) * MINUTE_US
    asked = replace(rows.take(np.array([60])), at=rows.at[60:61] + waited)

    found = Nearest(count=10).fit(rows).neighbours(asked)

    alike = [
        (abs(rows.like[n, 0] - asked.like[0, 0]), -n)
        for n in range(120)
        if rows.group[n] == asked.group[0] and rows.moved[n] - rows.at[n] >= waited
    ]
    assert found.tolist() == [1 - n for _, n in sorted(alike)[:10]]


# --- Boosted quantiles -----------------------------------------------------------------------


@pytest.mark.usefixtures("grown_forests")
def test_boosted_quantiles_follow_their_feature_and_never_cross():
    rows = random_rows(np.random.default_rng(4), 800)

    found = Boosted().fit(rows).predict(rows)

    assert (np.diff(found, axis=1) >= 0).all()
    assert score(rows, found).crps < 0.6 * score(rows, Yardstick().fit(rows).predict(rows)).crps


def test_a_feature_of_which_nothing_is_known_keeps_nobody_from_learning():
    past = random_rows(np.random.default_rng(6), 200)
    unknown = past.features.copy()
    unknown[:, -1] = np.nan

    found = Boosted().fit(replace(past, features=unknown)).predict(past)

    assert np.isfinite(found).all()


def test_the_same_seed_draws_the_same_rows_and_gives_the_same_forecasts():
    rows = random_rows(np.random.default_rng(5), 400)

    one, other, third = (Boosted(seed, 200).fit(rows).predict(rows) for seed in (1, 1, 2))

    assert (one == other).all()
    assert (one != third).any()


# --- Beyond everything seen ------------------------------------------------------------------


@pytest.mark.parametrize("exponent", [1.5, 3.0])
def test_what_is_beyond_goes_on_as_the_long_stays_tail_off(exponent):
    rng = np.random.default_rng(16)
    lasted = 100 * (1 + rng.pareto(exponent, 20_000))
    group = np.full(20_000, PATH + 2)

    seen = Seen.of(group, lasted, np.full(20_000, 50.0))

    assert seen.tail[PATH + 2] == pytest.approx(exponent, rel=0.1)
    age = 400
    left = lasted[lasted > age] - age
    asked = snapshots([1], at=age, since=np.zeros(1, dtype=np.int64))
    said = seen.extrapolated(asked)[0] - 50
    for level in (1, MIDDLE, 15):
        assert said[level] == pytest.approx(np.quantile(left, LEVELS[level]), rel=0.2)


def test_of_few_stays_what_lasts_is_as_likely_as_not_to_last_twice():
    seen = Seen.of(np.full(3, PATH + 2), np.array([1.0, 5.0, 9.0]), np.zeros(3))
    asked = snapshots([1, 1], at=np.array([9, 10]), since=np.zeros(2, dtype=np.int64))

    assert seen.is_beyond(asked).tolist() == [False, True]
    assert seen.extrapolated(asked)[1, MIDDLE] == pytest.approx(10)


# --- Recalibration ---------------------------------------------------------------------------


@given(SEEDS)
def test_a_place_and_a_level_are_each_others_inverse(seed):
    rng = np.random.default_rng(seed)
    quantiles = np.cumsum(rng.uniform(1, 100, (30, 19)), axis=1)
    levels = rng.uniform(0.001, 0.99)

    minutes = recalibration.at_levels(np.full(1, levels), quantiles)[:, 0]

    assert recalibration.places(minutes, quantiles) == pytest.approx(levels)


def test_ranges_that_are_too_narrow_become_wide_enough():
    rng = np.random.default_rng(6)
    at = np.sort(rng.integers(0, 100 * 1440, 3000))
    rows = snapshots(1000 + rng.normal(0, 200, 3000), at=at)
    narrow = np.tile(np.quantile(rng.normal(1000, 120, 9999), LEVELS), (3000, 1))

    found = recalibration.online(rows, narrow)

    late = rows.at > 20 * DAY
    assert score(rows, narrow).coverage80 < 0.6
    assert 0.77 < score(rows.take(late), found[late]).coverage80 < 0.83


def test_cases_still_open_keep_the_quick_ones_from_making_all_look_quick():
    rng = np.random.default_rng(7)
    minutes = rng.exponential(3000, 400)
    rows = snapshots(minutes, at=np.arange(400) * 10, seen=10**6)
    right = np.tile(-3000 * np.log(1 - LEVELS), (400, 1))
    instant = 4000 * MINUTE_US
    finished = rows.take(rows.until < instant)

    found = recalibration.known_at(instant, rows, right, recalibration.LONG)
    naive = recalibration.known_at(
        instant, finished, right[rows.until < instant], recalibration.LONG
    )

    assert abs(found.levels[MIDDLE] - 0.5) < 0.06
    assert naive.levels[MIDDLE] < 0.42


@given(SEEDS)
def test_what_is_not_known_yet_changes_no_recalibrated_forecast(seed):
    rng = np.random.default_rng(seed)
    rows = random_rows(rng)
    own = Yardstick().fit(rows).predict(rows)
    instant = int(rows.at[200])
    late = rows.until >= instant
    absurd = replace(rows, until=np.where(late, rows.until + 10**15, rows.until))

    one, other = (recalibration.online(some, own) for some in (rows, absurd))

    earlier = rows.at < instant
    assert (one[earlier] == other[earlier]).all()


def test_after_a_shift_it_forgets_faster_and_where_nothing_is_wrong_it_changes_little():
    rng = np.random.default_rng(12)
    at = np.arange(1200) * 60
    minutes = 1000 * rng.lognormal(0, 0.4, 1200) * np.where(np.arange(1200) < 800, 1.0, 1.8)
    rows = snapshots(minutes, at=at)
    right = np.tile(np.quantile(1000 * rng.lognormal(0, 0.4, 99_999), LEVELS), (1200, 1))

    found = recalibration.online(rows, right)

    before, after = (np.arange(first, first + 200) for first in (600, 950))
    untouched, shifted = rows.take(before), rows.take(after)
    assert score(untouched, found[before]).crps < 1.03 * score(untouched, right[before]).crps
    assert score(shifted, right[after]).coverage80 < 0.6
    assert 0.7 < score(shifted, found[after]).coverage80 < 0.9
    tried = {
        one: recalibration.known_at(1000 * 60 * MINUTE_US, rows, right, one).levels[MIDDLE]
        for one in recalibration.MEMORIES
    }
    # the short memory has moved further than the long one, and none does not move
    long, short, none = (
        tried[one] for one in (recalibration.LONG, recalibration.SHORT, recalibration.NONE)
    )
    assert none == 0.5 < long < short


@given(SEEDS)
def test_another_memory_is_used_where_it_was_better_for_sure(seed):
    rng = np.random.default_rng(seed)
    rows = random_rows(rng, 150)
    tried = [np.sort(rng.uniform(0, 3000, (150, 19)), axis=1) for _ in range(3)]
    instant = int(rng.integers(0, 110)) * DAY

    found = recalibration.best_at(instant, rows, tried)

    known = [n for n in range(150) if rows.at[n] < instant]
    past = rows.take(np.array(known, dtype=np.int64)).known_before(instant)
    means, errors = [0.0, 0.0, 0.0], [0.0, 0.0, 0.0]
    for place in (1, 2) if past.is_finished.any() else ():
        means[place], errors[place] = gain(past, tried[place][known], tried[0][known])
    sure = [place for place in (1, 2) if means[place] > 2 * errors[place]]
    assert found == max(sure, key=lambda place: means[place], default=0)


# --- The trial -------------------------------------------------------------------------------


def test_an_absurd_future_changes_no_forecast_of_the_trial_before_it():
    rng = np.random.default_rng(8)
    rows = random_rows(rng, 600)
    instant = 70 * DAY
    absurd = together([rows.known_before(instant), _nonsense(rng, instant)])
    absurd = replace(absurd, until=np.where(absurd.until == NEVER, 10**15, absurd.until))
    origins = [40 * DAY, 55 * DAY, instant, 100 * DAY]

    for model in (Yardstick(), Nearest(), Boosted()):
        one, other = (backtest.backtest(model, some, origins) for some in (rows, absurd))

        assert one
        assert other
        earlier, same = one.rows.at < instant, other.rows.at < instant
        assert earlier.sum() > 100
        assert (one.quantiles[earlier] == other.quantiles[same]).all()


def test_the_median_is_used_where_only_the_step_tells_how_long_is_left():
    rng = np.random.default_rng(9)
    rows = replace(random_rows(rng, 900), like=rng.uniform(0, 1, (900, 1)))
    rows = replace(rows, until=rows.at + rng.exponential(1000, 900).astype(np.int64) * MINUTE_US)
    rows = replace(rows, moved=rows.until, features=rows.like, seen=int(rows.until.max()) + 1)

    assert chosen(rows) == "median"


def test_a_model_that_sees_more_than_the_step_is_used():
    assert chosen(random_rows(np.random.default_rng(10), 900)) in ("nearest", "boosted")


def test_the_yardstick_is_never_put_right_and_the_others_are():
    rows = random_rows(np.random.default_rng(13), 900)
    rows = replace(
        rows, until=rows.at + np.where(rows.at < 60 * DAY, 1, 2) * (rows.until - rows.at)
    )
    rows = replace(rows, moved=rows.until, seen=int(rows.until.max()) + 1)

    issued = backtest.backtests((Yardstick(), Median()), rows, [50 * DAY, 75 * DAY, 100 * DAY])

    plain, recalibrated = issued["median"], issued["recalibrated median"]
    assert (plain.quantiles == plain.own).all()
    assert (plain.own == recalibrated.own).all()
    assert recalibrated.score().crps < 0.95 * plain.score().crps
    assert backtest.choose(issued, "median") == "recalibrated median"


def test_without_a_past_to_learn_from_cases_that_were_not_learnt_from_say_which_model_to_use():
    rows = random_rows(np.random.default_rng(14), 400)
    models = (Yardstick(), Nearest())
    assert backtest.backtests(models, rows, [DAY, 2 * DAY]) == {}

    issued = backtest.crossed(models, rows)

    assert backtest.choose(issued, "median") == "nearest"
    assert sorted(issued["median"].rows.case.tolist()) == sorted(rows.case.tolist())
    assert backtest.crossed(models, rows.take(np.arange(99))) == {}


def test_no_case_is_forecast_by_what_it_taught_itself():
    rows = random_rows(np.random.default_rng(15), 200)
    absurd = replace(rows, until=rows.until.copy(), features=rows.features)
    absurd.until[7] = 10**15

    one, other = (backtest.crossed((Yardstick(),), some)["median"] for some in (rows, absurd))

    own = one.rows.case == rows.case[7]
    assert (one.own[own] == other.own[own]).all()
    assert (one.own != other.own).any()


def test_with_fewer_than_a_hundred_finished_cases_nothing_is_tried():
    rows = random_rows(np.random.default_rng(11), 99)

    issued = backtest.backtests((Yardstick(), Nearest()), rows, [50 * DAY, 80 * DAY])

    assert issued == {}
    assert backtest.choose(issued, "median") == "median"


def chosen(rows):
    models = (Yardstick(), Nearest(), Boosted())
    issued = backtest.backtests(models, rows, [60 * DAY, 80 * DAY, 100 * DAY])
    return backtest.choose(issued, "median")


def _nonsense(rng, instant):
    late = random_rows(rng, 200)
    return replace(
        late,
        case=late.case + 10_000,
        at=late.at + instant,
        began=late.at + instant,
        moved=late.at + instant,
        until=late.at + instant + MINUTE_US * 10**6,
        features=late.features * 10**9,
        like=late.like * -(10**9),
    )
