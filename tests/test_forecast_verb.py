"""`forecast` on the command line."""

import csv
import io
import json
from datetime import UTC, datetime, timedelta

import pytest

from dashboard import commands
from dashboard.__main__ import main
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
    future = datetime.now(UTC) + timedelta(days=1)

    assert main(["forecast", "--db", str(log), "--as-of", future.isoformat()]) == 1
    assert "lies in the future" in capsys.readouterr().err


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
