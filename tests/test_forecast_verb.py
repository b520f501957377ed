"""`forecast` on the command line."""

import csv
import io
import json
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from dashboard import clock, commands
from dashboard.__main__ import main
from dashboard.forecast import learn
from dashboard.sample import write_sample
from dashboard.store import Store
from tests.builders import ADMIN, LEAD, form

FRIDAY = datetime(2026, 10, 30, 15, 30, tzinfo=UTC)
COLUMNS = ["case_id", *[f"p{n}" for n in range(10, 100, 10)], "p_miss_target", "p_miss_limit"]


@pytest.fixture
def log(tmp_path):
    path = tmp_path / "log.duckdb"
    store = Store.open(path)
    write_sample(store, seed=4, cases=60, until=FRIDAY, by=ADMIN)
    store.close()
    return path


def test_csv_and_json_say_the_same_of_every_open_case(log, capsys):
    words = ["forecast", "--db", str(log), "--as-of", FRIDAY.isoformat()]

    assert main(words) == 0
    table = list(csv.DictReader(io.StringIO(capsys.readouterr().out)))
    assert main([*words, "--format", "json"]) == 0
    said = capsys.readouterr()
    rows = json.loads(said.out)

    assert rows
    assert [list(row) for row in rows] == [COLUMNS] * len(rows)
    assert [[str(value) for value in row.values()] for row in rows] == [
        list(row.values()) for row in table
    ]
    assert "too few to learn from" in said.err


def test_a_forecast_as_of_an_instant_knows_nothing_of_what_came_after(log, capsys):
    words = ["forecast", "--db", str(log), "--as-of", FRIDAY.isoformat()]
    main(words)
    before = capsys.readouterr().out
    store = Store.open(log)
    commands.open_case(store, "local", form("local"), by=LEAD, now=FRIDAY + timedelta(hours=1))
    store.close()

    main(words)

    assert capsys.readouterr().out == before


def test_a_future_instant_is_refused(log, capsys):
    future = clock.now() + timedelta(days=1)

    assert main(["forecast", "--db", str(log), "--as-of", future.isoformat()]) == 1
    assert "is in the future" in capsys.readouterr().err


def test_a_path_without_a_completed_case_has_empty_figures(tmp_path, capsys):
    store = Store.open(tmp_path / "log.duckdb")
    commands.open_case(store, "local", form("local"), by=LEAD, now=FRIDAY - timedelta(days=1))
    store.close()

    words = ["forecast", "--db", str(tmp_path / "log.duckdb"), "--as-of", FRIDAY.isoformat()]

    code = main([*words, "--format", "json"])

    said = capsys.readouterr()
    [row] = json.loads(said.out)
    assert code == 0
    assert {row[name] for name in COLUMNS[1:]} == {None}
    assert "no case is completed yet" in said.err


@pytest.mark.proof
@pytest.mark.usefixtures("grown_forests")
def test_on_the_tracker_the_model_used_beats_the_median_and_its_ranges_hold(tmp_path, capsys):
    sheet = Path(__file__).parent / "data" / "tracker.csv"
    path = tmp_path / "log.duckdb"
    main(["import", str(sheet), "--db", str(path), "--as-of", "2026-10-30T19:30:00+00:00"])
    store = Store.open(path)

    learnt = learn(store, datetime(2026, 10, 30, 19, 30, tzinfo=UTC))

    store.close()
    used, plain = (learnt.issued[name].score() for name in (learnt.chosen, "median"))
    assert learnt.chosen != "median"
    assert used.mae < 0.95 * plain.mae
    assert used.crps < 0.95 * plain.crps
    assert abs(used.coverage80 - 0.8) < 0.03


def test_what_is_stored_is_what_is_written(log, capsys):
    assert main(["forecast", "--db", str(log), "--store", "--format", "json"]) == 0
    said = capsys.readouterr()

    store = Store.open(log)
    [event] = store.stream("forecasts")
    store.close()
    assert "Forecast saved." in said.err
    assert [one["case"] for one in event.data["cases"]] == [
        row["case_id"] for row in json.loads(said.out)
    ]


def test_only_what_is_forecast_now_can_be_stored(log, capsys):
    assert main(["forecast", "--db", str(log), "--store", "--as-of", FRIDAY.isoformat()]) == 1

    assert "not what would have been" in capsys.readouterr().err
    store = Store.open(log)
    assert store.stream("forecasts") == []
    store.close()
