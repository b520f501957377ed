"""Whether forecasts hold on simulated departments, pooled over seeds.

    python bench/forecast_reliability.py [SEEDS [FORECASTS]]

Five departments with one path: stationary; day shocks (whatever begins on one day is slow or quick
together); trend (5 % slower with every month); shift (1.8 times slower from one month on); month
end (orders that come in its last three days take 2.5 times as long). Each is learnt anew as a month
begins, and forecasts are made of open cases at random instants of two months: of the shift in the
month from it on, and in the one after. Printed for each: how many of the 80 % ranges held, the mean
chance to miss the limit beside the share that did, with the interval of 95 % by week, and the mean
error and CRPS beside the plain median's, in minutes, and by which models. Ends with 1 if an aim
is missed.
"""

import sys
import time
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))  # run as a file, not as a module

from dashboard.forecast.history import open_now
from dashboard.forecast.learning import learn_from
from dashboard.forecast.moves import moves_of
from dashboard.forecast.recalibration import places
from dashboard.forecast.scores import EIGHTY, MIDDLE, losses
from dashboard.forecast.snapshots import MINUTE_US, Floats, Integers
from dashboard.instants import to_datetime, to_us
from dashboard.settings import BUSINESS_DAY_US, Settings
from dashboard.workflows import WORKFLOWS

SEEDS, FORECASTS = 2, 200  # the aims are meant for 20 seeds, which take more than an hour
INSTANTS = 50  # at which forecasts are made, a seed
KINDS = ("stationary", "day shocks", "trend", "shift", "month end")
ZONE = ZoneInfo("America/New_York")
MONTHS = [datetime(2026, month, 1, tzinfo=ZONE) for month in range(1, 12)]  # ten whole ones
FIRST_TEST = 8  # of MONTHS: forecasts are made in it and in the next
CASES = 650
LOCAL = WORKFLOWS["local"]
USUAL = {2: 40.0, 3: 120.0, 4: 40.0, 5: 150.0, 6: 420.0, 7: 200.0}  # minutes, by step
SPREAD = 0.8  # of their logarithm
LIMIT_US = 3 * BUSINESS_DAY_US
SETTINGS = Settings()


@dataclass(frozen=True, slots=True, eq=False)
class Made:
    """One row per forecast: what was said, by the plain median too, and what came of it."""

    month: Integers
    week: Integers
    held: Floats
    p_miss: Floats
    missed: Floats
    error: Floats
    plain: Floats
    crps: Floats
    plain_crps: Floats
    model: NDArray[np.str_]


def simulated(kind: str, seed: int) -> pa.Table:
    """Rows like those of the query `forecast_moves`, of all that happens in the end."""
    rng, calendar = np.random.default_rng([KINDS.index(kind), seed]), SETTINGS.calendar
    first, last = calendar.position([to_us(MONTHS[0]), to_us(MONTHS[-1])]).tolist()
    opened = np.sort(rng.integers(first, last, CASES))
    shocks = rng.lognormal(0, 0.6, 500)  # by day
    shift = int(calendar.position([to_us(MONTHS[FIRST_TEST])])[0])
    at, columns = opened, [opened]
    for step in range(2, LOCAL.last + 1):
        dates = calendar.local_date(calendar.instant(at))
        factor = np.ones(CASES)
        if kind == "day shocks":
            factor = shocks[dates.astype(np.int64) % len(shocks)]
        elif kind == "trend":
            factor = 1.05 ** ((at - first) / ((last - first) / (len(MONTHS) - 1)))
        elif kind == "shift":
            factor = np.where(at >= shift, 1.8, 1.0)
        elif kind == "month end" and step == 6:
            factor = np.where(np.isin(calendar.days_to_month_end(dates), (0, 1, 2)), 2.5, 1.0)
        minutes = USUAL[step] * rng.lognormal(0, SPREAD, CASES) * factor
        at = at + (minutes * MINUTE_US).astype(np.int64)
        columns.append(at)
    return _rows(np.column_stack(columns))


def _rows(pos: Integers) -> pa.Table:
    cases, states = pos.shape
    due = np.tile(np.arange(2, 2 + states), cases)
    case = np.repeat(np.arange(1, cases + 1), states)
    flat = pos.ravel()
    parties = [*(str(LOCAL.step(number).party) for number in range(2, LOCAL.last + 1)), None]
    none = pa.nulls(len(flat), pa.int64())
    return pa.table({
        "case_no": case, "case_id": [f"C-{number:04}" for number in case.tolist()],
        "version": due - 1, "workflow": ["local"] * len(flat), "due": due,
        "last_step": np.full(len(flat), LOCAL.last), "party": parties * cases,
        "is_withdrawn": np.zeros(len(flat), dtype=bool), "us": SETTINGS.calendar.instant(flat),
        "pos": flat, "opened_pos": np.repeat(pos[:, 0], states), "handed_pos": none,
        "appointment_us": none, "requested_pos": none,
    })  # fmt: skip


def forecasts(kind: str, seed: int, many: int) -> Iterator[Made]:
    """The forecasts of two months, each learnt as it begins."""
    log, rng = simulated(kind, seed), np.random.default_rng([seed, 7])
    us = log["us"].to_numpy()
    closed = dict(zip(log["case_no"].to_pylist(), log["pos"].to_pylist(), strict=True))
    opened = dict(zip(log["case_no"].to_pylist(), log["opened_pos"].to_pylist(), strict=True))
    calendar = SETTINGS.calendar
    for number in (FIRST_TEST, FIRST_TEST + 1):
        begin, end = MONTHS[number], MONTHS[number + 1]
        past = moves_of(log.filter(pa.array(us < to_us(begin))))
        forecaster = learn_from(past, SETTINGS, begin, seed=seed)
        low, high = calendar.position([to_us(begin), to_us(end)]).tolist()
        for instant in np.sort(calendar.instant(rng.integers(low, high, INSTANTS // 2))).tolist():
            moves = moves_of(log.filter(pa.array(us <= instant)))
            rows = open_now(moves, SETTINGS, to_datetime(instant))
            picked = rng.permutation(len(rows))[: many // INSTANTS]
            rows = rows.take(np.sort(picked))
            said, plain = forecaster.quantiles(rows), forecaster.plain_quantiles(rows)
            ends = np.array([closed[case] for case in rows.case.tolist()])
            limit = np.array([opened[case] for case in rows.case.tolist()]) + LIMIT_US
            took, left = (ends - rows.at) / MINUTE_US, (limit - rows.at) / MINUTE_US
            is_ahead = left > 0
            chance = np.where(is_ahead, 1 - places(np.maximum(left, 0), said), np.nan)
            yield Made(
                month=np.full(len(rows), number),
                week=np.full(len(rows), seed * 10_000 + _week(instant)),
                held=((said[:, EIGHTY[0]] <= took) & (took <= said[:, EIGHTY[1]])).astype(float),
                p_miss=chance,
                missed=np.where(is_ahead, (ends > limit).astype(float), np.nan),
                error=np.abs(took - said[:, MIDDLE]),
                plain=np.abs(took - plain[:, MIDDLE]),
                crps=losses(took, said),
                plain_crps=losses(took, plain),
                model=np.array(forecaster.models_used(rows)),
            )  # fmt: skip


def _week(us: int) -> int:
    return int(SETTINGS.calendar.local_date([us])[0].astype(np.int64)) // 7


def pooled(parts: list[Made]) -> Made:
    """All of them as one."""
    return Made(*(np.concatenate([getattr(one, name) for one in parts]) for name in Made.__slots__))


def by_week(values: Floats, week: Integers) -> tuple[float, float]:
    """The mean, and half of its interval of 95 % if weeks are what is drawn."""
    known = ~np.isnan(values)
    values, week = values[known], week[known]
    _, place = np.unique(week, return_inverse=True)
    surplus = np.bincount(place, values - values.mean())
    return float(values.mean()), 1.96 * float(np.sqrt((surplus**2).sum())) / len(values)


def told(name: str, made: Made, least: float, most: float) -> bool:
    """Print a row; returns whether it is as it should be."""
    held, around = by_week(made.held, made.week)
    gap, error = by_week(made.p_miss - made.missed, made.week)
    own, plain = made.error.mean(), made.plain.mean()
    crps, plain_crps = made.crps.mean(), made.plain_crps.mean()
    right = least <= held <= most and abs(gap) <= error and own < plain
    used = Counter(made.model.tolist()).most_common()
    print(
        f"{name:<24} {len(made.held):>6} {held:8.1%} ± {around:.1%} {np.nanmean(made.p_miss):8.1%} "
        f"{np.nanmean(made.missed):7.1%} {gap:+8.1%} ± {error:.1%} {own:7.0f} {plain:7.0f} "
        f"{crps:7.0f} {plain_crps:7.0f} {'' if right else '  missed'}\n"
        f"{'':<24} by {', '.join(f'{model} {many}' for model, many in used)}",
        flush=True,
    )
    return right


def main(seeds: int, many: int) -> int:
    """Print a row for each department; returns 1 if an aim is missed."""
    begun, right = time.perf_counter(), True
    print(
        f"{'':<24} {'n':>6} {'80 % ranges held':>17} {'said':>8} {'missed':>7} {'gap':>15}", end=""
    )
    print(f" {'error':>7} {'plain':>7} {'CRPS':>7} {'plain':>7}")
    for kind in KINDS:
        made = pooled([one for seed in range(seeds) for one in forecasts(kind, seed, many)])
        if kind != "shift":
            right &= told(kind, made, 0.75, 0.85)
            continue
        for number, name in ((FIRST_TEST, "shift, its month"), (FIRST_TEST + 1, "shift, the next")):
            own = made.month == number
            some = Made(*(getattr(made, field)[own] for field in Made.__slots__))
            is_right = told(name, some, 0.7, 1.0)
            right &= is_right or number == FIRST_TEST
    print(f"{seeds} seeds of {many} forecasts, {time.perf_counter() - begun:.0f} s")
    return int(not right)


if __name__ == "__main__":
    given = [int(text) for text in sys.argv[1:]]
    sys.exit(main(*(given + [SEEDS, FORECASTS][len(given) :])))
