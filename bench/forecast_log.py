"""How well the forecast models do, unchanged, on any log of case, activity and timestamp.

    python bench/forecast_log.py FILE.csv.gz

prints one line of JSON. Test: the last 20 % of cases by start. Training: only cases that had
finished before the first of these began, the cut. One forecast after every event of a test case
but the last, of the time to the last one, in days of 24 hours: the calendar is always open. Which
model is used is chosen on training cases alone: by a trial in its last months; where these have no
past as long as nearly every case takes, by cases that a model has not learnt from. During the
test forecasts are recalibrated, as in the product, by earlier ones of the trial and of test cases
that have closed before the instant of the forecast, or are still open then; the models are not
learnt anew. What the plain median says is left as it is.

`mae_median_days` and `crps_median_days` are those of the plain quantiles per last activity.

Cases that begin late and are long are all there is in such a test, and none that were open at the
cut. So the figures `unbiased_…` are of every event from the cut on, whenever its case began (after
Weytjens and De Weerdt 2021, Creating Unbiased Public Benchmark Datasets with Data Leakage
Prevention for Predictive Process Monitoring).
"""

import argparse
import json
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))  # run as a file, not as a module

from dashboard.forecast import backtest, models, recalibration, scores
from dashboard.forecast.boosted import Boosted
from dashboard.forecast.nearest import Nearest
from dashboard.forecast.snapshots import Floats, Integers, Snapshots, together

TEST_SHARE = 0.2
MONTHS = 6  # rolling origins in the training part
MONTH_US = 30 * 86_400_000_000
DAY_MINUTES = 1440
HOUR_US = 3_600_000_000
DAY_US, WEEK_US = 24 * HOUR_US, 7 * 24 * HOUR_US
MONDAY_US = 4 * DAY_US  # 1970-01-05
CANDIDATES: tuple[models.Model, ...] = (
    models.Yardstick(), models.Median(), Nearest(), Boosted(),
)  # fmt: skip
COUNTED = 20  # activities whose number of events so far is told to the models


@dataclass(frozen=True, slots=True, eq=False)
class Events:
    """A log's events by case and time, cases and activities numbered as they first appear."""

    case: Integers
    code: Integers
    at: Integers
    first: Integers  # the row of each event's case's first event, …
    last: Integers  # … and of its last


def read_log(path: str) -> Events:
    """The events; those of one instant stay in the order of the file."""
    log = pd.read_csv(path, usecols=["case", "activity", "timestamp"], dtype=str)
    instants = pd.to_datetime(log["timestamp"], utc=True, format="ISO8601")
    at = instants.to_numpy(dtype="datetime64[us]").astype(np.int64)
    return events(log["case"].to_numpy(), log["activity"].to_numpy(), at)


def events(case: NDArray[Any], activity: NDArray[Any], at: Integers) -> Events:
    """The events in order."""
    by_time = np.argsort(at, kind="stable")
    cases, _ = pd.factorize(case[by_time])
    codes, _ = pd.factorize(activity[by_time])
    order = np.argsort(cases, kind="stable")
    cases, begins = cases[order].astype(np.int64), np.flatnonzero(np.diff(cases[order])) + 1
    first = np.append(0, begins)[cases]
    last = np.append(begins, len(cases))[cases] - 1
    return Events(cases, codes[order].astype(np.int64), at[by_time][order], first, last)


def snapshots(log: Events) -> Snapshots:
    """One row per event but each case's last: what had been seen of the case by then."""
    row = np.arange(len(log.at))
    number = row - log.first
    elapsed = (log.at - log.at[log.first]) / HOUR_US
    after = np.minimum(row + 1, log.last)
    columns = {
        "activity": log.code,
        "elapsed": elapsed,
        "since_last": (log.at - log.at[np.maximum(row - 1, log.first)]) / HOUR_US,
        "events": number,
        "time_of_day": log.at % DAY_US,
        "time_of_week": (log.at - MONDAY_US) % WEEK_US,
        "activity_before": _before(log, 1),
        "two_before": _before(log, 2),
        **_counts(log),
    }
    rows = Snapshots(
        case=log.case,
        group=log.code,
        at=log.at,
        since=log.at,
        began=log.at,
        moved=log.at[after],
        until=log.at[log.last],
        finishes=np.ones(len(row), dtype=bool),
        like=np.column_stack([np.log1p(elapsed / 6), 0.15 * number]).astype(np.float64),
        features=np.column_stack([np.asarray(column, dtype=float) for column in columns.values()]),
        names=tuple(columns),
        seen=int(log.at.max()) + 1,
    )
    return rows.take(row < log.last)


def _before(log: Events, many: int) -> Integers:
    """The activity so many events before; -1 if the case had no such event."""
    row = np.arange(len(log.at)) - many
    return np.where(row >= log.first, log.code[np.maximum(row, 0)], -1)


def _counts(log: Events) -> dict[str, Integers]:
    """How often each of the first activities had come in the case."""
    found = {}
    for one in range(min(int(log.code.max()) + 1, COUNTED)):
        so_far = np.cumsum(log.code == one)
        before_case = np.where(log.first > 0, so_far[log.first - 1], 0)
        found[f"count_{one}"] = so_far - before_case
    return found


def split(log: Events) -> tuple[Integers, int]:
    """The test cases, and the instant at which the first of them began."""
    starts = log.at[np.unique(log.first)]  # cases are numbered by start
    first = int(len(starts) * (1 - TEST_SHARE) + 1e-9)
    return np.arange(first, len(starts)), int(starts[first])


def origins(training: Snapshots, first: int) -> list[int]:
    """From where the models forecast in the training part, and where that ends.

    Of cases that began shortly before the test only the quick ones finished in time, and others
    are not allowed in: forecasts of them would be judged by the quick ones alone. Only the end, if
    the training part is too short for a past and a trial that hold nearly every case.
    """
    starts, places = np.unique(training.case, return_index=True)
    longest = int(np.quantile((training.until - training.at)[places], 0.99)) if len(starts) else 0
    end = first - longest
    begin = int(training.at.min()) + longest
    step = min(MONTH_US, (end - begin) // MONTHS)
    found = [end - step * number for number in range(MONTHS, -1, -1)]
    past = training.known_before(found[0])
    is_enough = backtest.finished_cases(past) >= backtest.LEAST_FINISHED
    return found if step > 0 and is_enough and end - begin >= longest else [end]


def evaluate(log: Events, candidates: Sequence[models.Model]) -> dict[str, float | str]:
    """The line that is printed; the first candidate is the yardstick."""
    test_cases, first = split(log)
    rows = snapshots(log)
    training = rows.take(rows.until < first).known_before(first)
    after = rows.take(rows.at >= first)
    is_test = np.isin(after.case, test_cases)
    if not len(training) or not is_test.any():
        sys.exit(
            "Too few cases: none finished before the last fifth of them began, or none is left."
        )
    tried = backtest.backtests(candidates, training, origins(training, first))
    yardstick = candidates[0]
    chosen = backtest.choose(tried or backtest.crossed(candidates, training), yardstick.name)
    model = next(one for one in candidates if one.name == chosen)
    own, plain = (one.fit(training).predict(after) for one in (model, yardstick))
    found: dict[str, float | str] = {"cases": len(test_cases)}
    for prefix, asked in (("", is_test), ("unbiased_", np.ones(len(after), dtype=bool))):
        test, shown = after.take(asked), own[asked]
        if model is not yardstick:
            shown = recalibrated(test, shown, tried.get(chosen))
        found |= told(prefix, scores.score(test, shown), scores.score(test, plain[asked]))
    return found | {"chosen": chosen}


def told(prefix: str, made: scores.Score, plain: scores.Score) -> dict[str, float | str]:
    """The figures of one protocol."""
    figures = {
        "forecasts": made.forecasts,
        "mae_days": round(made.mae / DAY_MINUTES, 4),
        "crps_days": round(made.crps / DAY_MINUTES, 4),
        "coverage80": round(made.coverage80, 4),
        "width80_days": round(made.width80 / DAY_MINUTES, 4),
        "mae_median_days": round(plain.mae / DAY_MINUTES, 4),
        "crps_median_days": round(plain.crps / DAY_MINUTES, 4),
    }
    return {f"{prefix}{name}": figure for name, figure in figures.items()}


def recalibrated(test: Snapshots, own: Floats, tried: backtest.Issued | None) -> Floats:
    """The test forecasts, put right by those before them, also of the trial if there was one."""
    if tried is None:
        return recalibration.online(test, own)
    rows = together([tried.rows, test])
    return recalibration.online(rows, np.concatenate([tried.own, own]))[len(tried.rows) :]


def made_up(cases: int = 1500, seed: int = 1) -> Events:
    """A log in which only the step tells how long is left, so that the plain median is best."""
    rng = np.random.default_rng(seed)
    starts = 1_500_000_000_000_000 + np.sort(rng.integers(0, 400 * DAY_US, cases))
    lengths = rng.exponential(1.5 * DAY_US, (cases, 4)).astype(np.int64)
    at = starts[:, None] + np.cumsum(np.column_stack([np.zeros(cases, dtype=int), lengths]), axis=1)
    names = np.tile(np.array(["asked", "looked at", "answered", "checked", "closed"]), cases)
    return events(np.repeat(np.arange(cases), 5), names, at.ravel())


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument(
        "file", metavar="FILE.csv.gz", nargs="?",
        help="columns: case, activity, timestamp (default: a made-up log on which the median wins)",
    )  # fmt: skip
    path = parser.parse_args().file
    print(json.dumps(evaluate(read_log(path) if path else made_up(), CANDIDATES)))
