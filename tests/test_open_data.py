"""What analysts take out: figures as pandas has them, charts, the model as a file."""

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import duckdb
import nbclient
import nbformat
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import given
from hypothesis import strategies as st

import dashboard
from dashboard import commands
from dashboard.__main__ import main
from dashboard.cli.listener import Listener
from dashboard.errors import InputRefused
from dashboard.figures.declared import charts
from dashboard.store import Store
from dashboard.store.queries import Parameter, names, read_query
from dashboard.store.snapshot import WITHHELD, figures, tables, to_duckdb
from tests import write_data
from tests.builders import LEAD, form, step_fields

door: Any = dashboard  # what pandas, Altair and Plotly say of their types is of no use here
ROOT = Path(__file__).resolve().parent.parent
NOW = datetime(2026, 10, 30, 19, 30, tzinfo=UTC)
SECRET = "Zyxwvut"  # typed where a snapshot must not have it
# Written so by DuckDB since 0.10, after eight bytes of a checksum and DUCK.
OLDEST_FORMAT = 64


@pytest.fixture(scope="module")
def log(tmp_path_factory: pytest.TempPathFactory) -> Path:
    place = tmp_path_factory.mktemp("open") / "log.duckdb"
    words = ["import", str(ROOT / "tests" / "data" / "tracker.csv"), "--as-of", NOW.isoformat()]
    assert main([*words, "--db", str(place)]) == 0
    store = Store.open(place)
    case = commands.open_case(store, "local", form("local"), by=LEAD, now=NOW)[0].stream
    fields = step_fields(store.case(case), 2, NOW)
    commands.complete_step(store, case, 2, fields, by=LEAD, now=NOW)
    commands.add_note(store, case, f"{SECRET} has called.", by=LEAD, now=NOW)
    store.close()
    return place


@pytest.fixture(scope="module")
def store(log: Path) -> Iterator[Store]:
    """The log as the application holds it: whoever asks is answered by the holder."""
    opened = Store.open(log)
    listener = Listener(opened, log)
    listener.start()
    yield opened
    listener.stop()
    opened.close()


@pytest.fixture(scope="module")
def snapshot(store: Store, tmp_path_factory: pytest.TempPathFactory) -> Path:
    place = tmp_path_factory.mktemp("model") / "model.duckdb"
    to_duckdb(store, place, NOW)
    return place


def bare(snapshot: Path, *queries: str) -> list[pa.Table]:
    """What a DuckDB that knows nothing of Changeover answers, on a machine in Tokyo."""
    with duckdb.connect(str(snapshot), read_only=True) as file:
        file.execute("SET TimeZone = 'Asia/Tokyo'")
        return [file.execute(query).to_arrow_table() for query in queries]


def test_a_frame_is_the_figure_with_proper_types(store: Store, log: Path):
    known = store.run("cycle_times", now=NOW, since="2026-10-01", until="2026-11-01")

    found = door.frame("cycle_times", db=log, month="2026-10", as_of=NOW)

    assert len(found) == known.num_rows > 10
    assert found["business_us"].tolist() == known["business_us"].to_pylist()
    assert [one.to_pydatetime() for one in found["closed_at"]] == known["closed_at"].to_pylist()
    assert {name: str(found[name].dtype) for name in ("case_id", "workflow", "closed_at")} == {
        "case_id": "string", "workflow": "category", "closed_at": "datetime64[us, UTC]",
    }  # fmt: skip
    assert str(found["business_us"].dtype) == str(found["rework_us"].dtype) == "Int64"
    assert found.attrs["about"] == read_query("cycle_times").about


def test_every_figure_has_a_frame_whose_columns_have_a_type(store: Store, log: Path):
    listed = door.list_figures()
    assert [*listed.index] == names()

    for name in names():
        found = door.frame(name, db=log)
        table = store.run(name, now=NOW)
        loose = [one for one in found.columns if found[one].dtype == object]
        assert [one for one in loose if not pa.types.is_list(table.schema.field(one).type)] == []
        assert [*found.columns] == table.column_names
        assert listed.loc[name, "description"]


@pytest.mark.parametrize(
    ("asked", "why"),
    [
        ({"name": "nonsense"}, "Choose one of: .*cycle_times"),
        ({"name": "cycle_times", "since": "2026-01-01xyz"}, "is not a date. Enter it as"),
        ({"name": "cycle_times", "since": "2026-01-01T10:00"}, "is not a date. Enter it as"),
        ({"name": "cycle_times", "town": "Ghent"}, "no parameter town. It takes: workflow"),
        (
            {"name": "cycle_times", "team_leader": "Nobody"},
            "no team leader 'Nobody'. Choose .*Vance",
        ),
        ({"name": "case_list", "step": 12}, "no step '12'. Choose 1 or 2"),
        ({"name": "case_list", "state": "late"}, "Choose open or closed or withdrawn"),
        ({"name": "worklist", "party": "Us"}, "no party 'Us'. Choose Customer or"),
        ({"name": "cycle_times", "month": "October"}, "'October' is not a month"),
        ({"name": "worklist", "month": "2026-10"}, "takes no month"),
        ({"name": "worklist", "as_of": datetime(2026, 10, 1)}, "has no offset"),  # noqa: DTZ001
    ],
)
def test_a_frame_that_cannot_be_made_says_why(asked: dict[str, Any], why: str, log: Path):
    with pytest.raises(InputRefused, match=why):
        door.frame(db=log, **asked)


DAYS = st.dates().map(str)


@given(day=DAYS, more=st.text(min_size=1, max_size=3))
def test_only_a_whole_date_is_a_date(day: str, more: str):
    since = Parameter("since", "DATE", "NULL")

    assert str(since.read(day)) == day
    for text in (day + more, more + day, day[:-1], day.replace("-", "/")):
        with pytest.raises(InputRefused, match="is not a date"):
            since.read(text)


@pytest.mark.parametrize(
    ("kind", "good", "bad"),
    [
        ("INTEGER", {"12": 12, "-1": -1}, ["1.5", "1e3", "twelve", "", "٣", "0x10", "1_000"]),
        ("DOUBLE", {"0.85": 0.85, "2": 2.0}, ["nan", "inf", ".5", "1,5", "1e400", ""]),
        ("BOOLEAN", {"true": True, "false": False}, ["yes", "1", "TRUE", ""]),
        ("TIMESTAMPTZ", {"2026-10-30T19:30:00Z": NOW}, ["2026-10-30", "2026-10-30T19:30", "now"]),
    ],
)
def test_a_parameter_takes_texts_of_its_type_only(kind: str, good: dict[str, Any], bad: list[str]):
    one = Parameter("one", kind, "NULL")

    assert {text: one.read(text) for text in good} == good
    for text in bad:
        with pytest.raises(InputRefused, match="Parameter one="):
            one.read(text)


def test_every_chart_can_be_had_and_says_what_it_shows(log: Path):
    found = door.chart("attainment", db=log, workflow="local")

    spec = found.to_dict()
    assert len(spec["datasets"]["table"]) > 0
    assert "SLA" in spec["description"]
    refused: list[str] = []
    for name in charts():
        try:
            assert door.chart(name, db=log).to_dict()["datasets"]["table"]
        except InputRefused as why:
            refused.append(str(why))
    assert all("nothing to draw" in why for why in refused)
    assert len(refused) < len(charts()) // 2


def test_the_spectrum_has_a_line_for_each_completed_step(store: Store, log: Path):
    cases = {row["case_id"] for row in store.run("case_list", now=NOW).to_pylist()}
    told = {
        (case_id, number): (record.current_us, record.completed_us)
        for case_id in cases
        for number, record in store.case(case_id).records.items()
        if number > 1 and record.completed_us is not None
    }

    rows = door.frame("spectrum", db=log)
    drawn = door.plot("spectrum", db=log, workflow="local")

    found = {
        (row.case_id, row.step): (row.current_at.value // 1000, row.completed_at.value // 1000)
        for row in rows.itertuples()
    }
    assert found == told
    for (_, _), times in rows.groupby(["workflow", "step"], observed=True):
        by_quarter = times.groupby("quarter")["business_us"]
        assert [*by_quarter.min()][1:] >= [*by_quarter.max()][:-1]
        assert max(by_quarter.count()) - min(by_quarter.count()) <= 1
    lines = sum(trace.x.count(None) for trace in drawn.data)
    assert lines == (rows["workflow"] == "local").sum()
    with pytest.raises(InputRefused, match="Say of which path"):
        door.plot("spectrum", db=log)
    with pytest.raises(InputRefused, match="no plot 'pie'"):
        door.plot("pie", db=log)


def test_the_views_of_a_snapshot_are_the_figures_of_the_pages(store: Store, snapshot: Path):
    asked = [query.name for query in figures()]

    for name, told in zip(asked, bare(snapshot, *(f"FROM {one}" for one in asked)), strict=True):
        known = store.run(name, now=NOW)
        assert told.column_names == known.column_names, name
        assert told.to_pylist() == known.to_pylist(), name


def test_a_snapshot_is_stamped_and_described(store: Store, snapshot: Path):
    head = store.head()
    [stamp, described] = bare(
        snapshot,
        "FROM snapshot",
        "SELECT table_name, column_name, comment FROM duckdb_columns() "
        "WHERE NOT internal AND table_name IN (SELECT table_name FROM duckdb_tables())",
    )

    [row] = stamp.to_pylist()
    assert (row["as_of"], row["position"], row["hash"]) == (NOW, head.position, head.hash)
    assert [row for row in described.to_pylist() if not row["comment"]] == []
    assert {row["table_name"] for row in described.to_pylist()} == {*tables(), "snapshot", "actors"}
    [views] = bare(snapshot, "SELECT comment FROM duckdb_views() WHERE NOT internal")
    assert all(views["comment"].to_pylist())


def test_a_snapshot_has_nothing_that_stays_in_the_log(snapshot: Path):
    for table, columns in WITHHELD.items():
        for column in columns:
            [told] = bare(snapshot, f"SELECT count({column}) AS n FROM {table}")  # noqa: S608
            assert told["n"].to_pylist() == [0]
    [people] = bare(snapshot, "FROM actors")
    assert people.num_rows == 0
    assert SECRET.encode() not in snapshot.read_bytes()


def test_a_snapshot_is_written_for_old_readers(snapshot: Path):
    begun = snapshot.read_bytes()[:20]

    assert begun[8:12] == b"DUCK"
    assert int.from_bytes(begun[12:20], "little") == OLDEST_FORMAT


def test_the_parquet_of_a_snapshot_is_its_tables(log: Path, snapshot: Path, tmp_path: Path):
    words = ["snapshot", "--format", "parquet", "-o", str(tmp_path), "--db", str(log)]

    assert main([*words, "--as-of", "2199-01-01T00:00:00Z"]) == 1  # not yet
    assert main(words) == 0

    assert {one.stem for one in tmp_path.iterdir()} == {*tables(), "snapshot"}
    for table in tables():
        [known] = bare(snapshot, f"FROM {table}")
        assert pq.read_metadata(tmp_path / f"{table}.parquet").num_rows == known.num_rows


def test_a_snapshot_as_of_an_instant_holds_what_was_known_then(log: Path, tmp_path: Path):
    place = tmp_path / "before.duckdb"
    before = "2026-10-30T19:29:59Z"

    assert main(["snapshot", "-o", str(place), "--as-of", before, "--db", str(log)]) == 0

    [told] = bare(place, "SELECT count(*) AS n FROM cases")
    assert told["n"].to_pylist() == [0]


def test_the_documentation_of_the_data_is_the_data(snapshot: Path):
    assert write_data.WRITTEN.read_text("utf-8") == write_data.text()
    asked = write_data.questions()
    assert len(asked) == 10

    for question, query in asked:
        [told] = bare(snapshot, query)
        assert told.num_columns, question
    [months] = bare(snapshot, dict(asked)[asked[0][0]])
    assert sum(months["completed"].to_pylist()) == bare(snapshot, "FROM cycle_times")[0].num_rows


def test_the_door_for_analysts_costs_nothing_until_it_is_used():
    told = subprocess.run(
        [sys.executable, "-c", "import dashboard, sys; print('pandas' in sys.modules)"],
        cwd=ROOT, capture_output=True, text=True, check=True,
    )  # fmt: skip

    assert told.stdout.strip() == "False"
    with pytest.raises(AttributeError, match="nonsense"):
        door.nonsense  # noqa: B018
    assert isinstance(door.list_figures(), pd.DataFrame)


def test_the_notebook_leads_from_a_log_to_a_finding(log: Path):
    notebook = nbformat.read(ROOT / "docs" / "notebook.ipynb", as_version=4)
    assert all(not cell.get("outputs") for cell in notebook.cells)

    resources = {"metadata": {"path": str(ROOT)}}
    with pytest.MonkeyPatch.context() as patch:
        patch.setitem(os.environ, "CHANGEOVER_LOG", str(log))
        nbclient.NotebookClient(notebook, timeout=120, resources=resources).execute()

    printed = json.dumps([cell.get("outputs", []) for cell in notebook.cells])
    assert "vega-lite" in printed
    assert "met their SLA" in printed
