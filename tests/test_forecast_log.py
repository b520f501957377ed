"""The bench on any log: its protocol by hand, and what it chooses."""

import csv
import gzip
import json
import subprocess
import sys
from datetime import datetime, timedelta
from pathlib import Path

import numpy as np
import pytest

from bench.forecast_log import (
    CANDIDATES,
    DAY_US,
    evaluate,
    events,
    made_up,
    origins,
    read_log,
    snapshots,
    split,
)
from dashboard.forecast import models

UNBIASED = [
    "unbiased_forecasts", "unbiased_mae_days", "unbiased_crps_days", "unbiased_coverage80",
    "unbiased_width80_days", "unbiased_mae_median_days", "unbiased_crps_median_days",
]  # fmt: skip
ROOT = Path(__file__).resolve().parent.parent
START = datetime.fromisoformat("2026-01-05T08:00")  # on a wall, as such logs tell it


@pytest.fixture
def log_file(tmp_path):
    """Ten cases, one a day, the last event of each twice at one instant; later ones are longer."""
    path = tmp_path / "log.csv.gz"
    rows = []
    for case in range(10):
        begins = START + timedelta(days=case)
        hours = (0, 5, 24 + case, 24 + case)
        names = ("asked", "looked at", "answered", "closed")
        rows += [
            (f"case {9 - case}", name, begins + timedelta(hours=hour))
            for name, hour in zip(names, hours, strict=True)
        ]
    with gzip.open(path, "wt", newline="") as file:
        out = csv.writer(file)
        out.writerow(("case", "resource", "activity", "timestamp"))
        out.writerows((case, "R", name, at.isoformat(" ")) for case, name, at in rows)
    return path


def test_the_last_fifth_of_the_cases_by_start_is_the_test(log_file):
    log = read_log(str(log_file))

    cases, first = split(log)

    assert cases.tolist() == [8, 9]
    assert np.datetime64(first, "us") == np.datetime64(START + timedelta(days=8))


def test_one_forecast_is_made_after_every_event_of_a_case_but_the_last(log_file):
    rows = snapshots(read_log(str(log_file)))

    case = rows.take(rows.case == 2)
    assert len(rows) == 30
    assert (case.minutes / 60).tolist() == [26, 21, 0]
    assert case.features[:, case.names.index("elapsed")].tolist() == [0, 5, 26]
    assert case.features[:, case.names.index("since_last")].tolist() == [0, 5, 21]
    assert case.features[:, case.names.index("events")].tolist() == [0, 1, 2]


def test_only_cases_that_finished_before_the_first_test_case_began_are_learnt_from(log_file):
    log = read_log(str(log_file))
    rows = snapshots(log)
    _, first = split(log)

    training = rows.take(rows.until < first)

    # the case of the day before takes 31 hours and is not done in time
    assert np.unique(training.case).tolist() == [0, 1, 2, 3, 4, 5, 6]


def test_counts_of_activities_are_those_of_the_case_so_far():
    log = events(np.array([1, 2, 1, 1, 2]), np.array(list("aabab")), np.arange(5) * DAY_US)

    rows = snapshots(log)

    columns = [rows.names.index(name) for name in ("count_0", "count_1", "activity_before")]
    assert rows.features[:, columns].tolist() == [[1, 0, -1], [1, 1, 0], [1, 0, -1]]


def test_the_future_of_the_training_part_is_not_looked_at_when_a_model_is_chosen():
    log = made_up(300)
    _, first = split(log)
    rows = snapshots(log)
    training = rows.take(rows.until < first)

    found = origins(training, first)

    assert found == sorted(found)
    assert found[-1] < first - 6 * DAY_US  # as long as nearly every case takes


@pytest.mark.proof
@pytest.mark.usefixtures("grown_forests")
def test_the_median_wins_where_the_step_alone_tells_how_long_is_left():
    found = evaluate(made_up(400), CANDIDATES)

    assert found["chosen"] == "median"
    assert found["cases"] == 80
    assert found["forecasts"] == 320
    assert 0.7 < float(found["coverage80"]) < 0.9


def test_cases_that_began_before_the_cut_count_from_the_cut_on(log_file):
    log = read_log(str(log_file))
    _, first = split(log)
    rows = snapshots(log)

    found = evaluate(log, CANDIDATES[:2])

    # the case of the day before has one more event before its last, the test cases have three each
    assert found["forecasts"] == 6
    assert found["unbiased_forecasts"] == (rows.at >= first).sum() == 6 + 1
    plain = models.Yardstick().fit(rows.take(rows.until < first))
    after = rows.take(rows.at >= first)
    error = np.abs(after.minutes - plain.predict(after)[:, 9]).mean() / 1440
    assert found["unbiased_mae_median_days"] == pytest.approx(error, abs=1e-4)


def test_a_training_part_shorter_than_a_case_holds_no_trial():
    log = made_up(600)
    _, first = split(log)
    rows = snapshots(log)
    training = rows.take(rows.until < first)
    late = training.take(training.at > first - 30 * DAY_US)

    assert len(origins(training, first)) == 7
    assert len(origins(late, first)) == 1


def test_a_log_of_one_case_is_refused_with_the_reason():
    log = events(np.array([1, 1]), np.array(list("ab")), np.arange(2) * DAY_US)

    with pytest.raises(SystemExit, match="Too few cases"):
        evaluate(log, CANDIDATES)


def test_the_bench_prints_one_line_of_json(tmp_path):
    path = tmp_path / "log.csv"
    log = made_up(150)
    with path.open("w", newline="") as file:
        out = csv.writer(file)
        out.writerow(("case", "activity", "timestamp"))
        for case, code, at in zip(log.case, log.code, log.at, strict=True):
            out.writerow((case, code, np.datetime64(int(at), "us")))

    said = subprocess.run(
        [sys.executable, "bench/forecast_log.py", str(path)],
        cwd=ROOT, capture_output=True, text=True, check=True,
    )  # fmt: skip

    assert said.stdout.count("\n") == 1
    assert list(json.loads(said.stdout)) == [
        "cases", "forecasts", "mae_days", "crps_days", "coverage80", "width80_days",
        "mae_median_days", "crps_median_days", *UNBIASED, "chosen",
    ]  # fmt: skip
