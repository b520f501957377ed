"""The log's events in the form of files: what other programs read out of them."""

import csv
import io
import json
import warnings
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import given
from hypothesis import strategies as st

from dashboard import commands
from dashboard.files import events
from dashboard.files.events import Events
from dashboard.files.tables import write_csv
from dashboard.files.xes import HEAD, TAIL, legal, write_traces
from dashboard.instants import to_us
from dashboard.sample import write_sample
from dashboard.store import Store, View
from tests.builders import ADMIN, LEAD, MONDAY, form, step_fields

CASES = 60
UNTIL = MONDAY + timedelta(days=400)
NAMES = [
    "Müller, \"Söhne\" & <Co>", "שלמ \u202e תה", "🦊 Fox 👩‍👩‍👧 & Sons", "=cmd|'/c calc'!A1",
    "-1+1", "@sum", "line one\r\nline two\rthree\nfour", "tab\there", "]]> --> ' &amp; %s {}",
]  # fmt: skip
Export = Callable[..., bytes]


@pytest.fixture(scope="module")
def sampled(tmp_path_factory) -> Iterator[Store]:
    """A store over a small, believable log, with corrections and reopenings in it."""
    store = Store.open(tmp_path_factory.mktemp("sampled") / "log.duckdb")
    write_sample(store, seed=3, cases=CASES, until=UNTIL, by=ADMIN)
    yield store
    store.close()


def exported(store: Store, form: str, **more: Any) -> bytes:
    """The file's content."""
    pieces: list[bytes] = []
    Events(store, UNTIL, lambda done, of: None, **more).write(form, pieces.append)
    return b"".join(pieces)


def table_of(content: bytes) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(content.decode(), newline="")))


def traces(content: bytes) -> list[dict[str, Any]]:
    """The traces of an XES file with their events, as any reader of XML finds them."""
    root = ElementTree.fromstring(content)
    name = "{http://www.xes-standard.org/}"
    assert root.tag == f"{name}log"
    return [
        attributes(trace) | {"events": [attributes(event) for event in trace.iter(f"{name}event")]}
        for trace in root.iter(f"{name}trace")
    ]


def attributes(element: ElementTree.Element) -> dict[str, str]:
    return {
        child.attrib["key"]: child.attrib["value"] for child in element if "key" in child.attrib
    }


# --- What other programs make of them --------------------------------------------------------


@pytest.mark.parametrize("form", ["xes", "csv"])
def test_pm4py_finds_the_cases_and_how_long_they_took(form, sampled: Store, tmp_path: Path):
    path = tmp_path / f"log.{form}"
    path.write_bytes(exported(sampled, form))

    durations = pm4py_durations(path)

    closed = {
        row["case_id"]: (row["closed_at"] - row["opened_at"]).total_seconds()
        for row in sampled.run("cycle_times", now=UNTIL).to_pylist()
    }
    assert len(durations) == sampled.count_cases()
    assert len(closed) > CASES // 2
    assert {case_id: durations[case_id] for case_id in closed} == pytest.approx(closed, abs=1e-6)


def pm4py_durations(path: Path) -> dict[str, float]:
    """Seconds from a case's first event to its last, as pm4py computes them."""
    import pandas as pd
    import pm4py

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # its own and those of the libraries under it
        if path.suffix == ".xes":
            log = pm4py.read_xes(str(path), show_progress_bar=False)
        else:
            frame = pd.read_csv(path)
            frame["time:timestamp"] = pd.to_datetime(frame["time:timestamp"], utc=True)
            log = pm4py.format_dataframe(frame)
        ids = log["case:concept:name"].unique().tolist()
        return {case: float(pm4py.get_case_duration(log, case)) for case in ids}


def test_all_forms_hold_the_same_events(sampled: Store):
    as_csv = table_of(exported(sampled, "csv"))
    as_parquet = pq.read_table(pa.BufferReader(exported(sampled, "parquet")))
    as_xes = traces(exported(sampled, "xes"))

    columns = ["case:concept:name", "concept:name", "lifecycle:transition", "org:resource"]
    rows = [tuple(row[name] for name in columns) for row in as_csv]
    assert rows == list(zip(*(as_parquet[name].to_pylist() for name in columns), strict=True))
    assert rows == [
        (trace["concept:name"], *(event[name] for name in columns[1:]))
        for trace in as_xes
        for event in trace["events"]
    ]
    assert [to_us(datetime.fromisoformat(row["time:timestamp"])) for row in as_csv] == [
        to_us(instant) for instant in as_parquet["time:timestamp"].to_pylist()
    ]
    assert {row["case:firm"] for row in as_csv} == {trace["firm"] for trace in as_xes}
    assert {row["lifecycle:transition"] for row in as_csv} == {"start", "complete"}


def test_a_case_is_written_once_and_whole_however_many_are_held_at_a_time(
    sampled: Store, monkeypatch
):
    forms = ("csv", "xes")
    at_once = [exported(sampled, form) for form in forms]
    monkeypatch.setattr(events, "CASES", 7)

    piecemeal = [exported(sampled, form) for form in forms]
    rows = pq.read_table(pa.BufferReader(exported(sampled, "parquet"))).num_rows

    assert piecemeal == at_once
    assert rows == len(table_of(at_once[0]))


def test_what_is_appended_meanwhile_is_not_in_the_file(store: Store):
    for _ in range(3):
        commands.open_case(store, "local", form("local"), by=LEAD, now=MONDAY)
    pages = store.pages("event_log", now=MONDAY, cases=1)
    first = next(pages)

    given = step_fields(store.case("C-0002"), 2, MONDAY)
    commands.complete_step(store, "C-0002", 2, given, by=LEAD, now=MONDAY)
    commands.open_case(store, "local", form("local"), by=LEAD, now=MONDAY)

    assert [first.num_rows, *(page.num_rows for page in pages)] == [1, 1, 1]
    assert store.run("event_log", now=MONDAY).num_rows == 5


def test_an_empty_log_is_an_empty_file_of_each_form(store: Store):
    assert exported(store, "jsonl") == b""
    assert exported(store, "csv").startswith(b"case:concept:name,concept:name,time:timestamp")
    assert traces(exported(store, "xes")) == []
    assert pq.read_table(pa.BufferReader(exported(store, "parquet"))).num_rows == 0


def test_as_known_at_an_instant_later_entries_are_left_out(store: Store):
    commands.open_case(store, "local", form("local"), by=LEAD, now=MONDAY)
    given = step_fields(store.case("C-0001"), 2, MONDAY)
    commands.complete_step(store, "C-0001", 2, given, by=LEAD, now=MONDAY + timedelta(hours=2))

    known = MONDAY + timedelta(hours=1)

    assert len(table_of(exported(store, "csv", known_at=known))) == 1
    assert len(exported(store, "jsonl", known_at=known).splitlines()) == 1
    assert len(table_of(exported(store, "csv"))) == 2


def test_progress_goes_up_to_all_of_it(sampled: Store, monkeypatch):
    monkeypatch.setattr(events, "CASES", 25)
    told: list[tuple[int, int]] = []

    for form_of_file in ("csv", "jsonl"):
        Events(sampled, UNTIL, lambda done, of: told.append((done, of))).write(
            form_of_file, lambda piece: None
        )

    count = sampled.count_cases()
    assert told[:3] == [(25, count), (50, count), (count, count)]
    assert told[3:] == [(sampled.position, sampled.position)]


# --- Names of every kind ---------------------------------------------------------------------


def table(name: str) -> pa.Table:
    return pa.table(
        {
            "case:concept:name": ["C-0001"],
            "concept:name": ["1 Form submitted"],
            "time:timestamp": pa.array([MONDAY], pa.timestamp("us", "UTC")),
            "case:firm": [name],
            "org:resource": [name],
        }
    )


def xes_of(name: str) -> list[dict[str, Any]]:
    out = io.StringIO()
    out.write(HEAD)
    write_traces(table(name), out)
    out.write(TAIL)
    return traces(out.getvalue().encode())


@pytest.mark.parametrize("name", NAMES)
def test_a_name_survives_every_form(name: str):
    as_csv = io.StringIO()
    write_csv(table(name), as_csv)

    [row] = table_of(as_csv.getvalue().encode())
    [trace] = xes_of(name)

    assert row["case:firm"].removeprefix("'") == name
    assert row["case:firm"].startswith("'") == name.startswith(("=", "-", "@"))
    assert (trace["firm"], trace["events"][0]["org:resource"]) == (name, name)


@given(st.text(st.characters(exclude_categories=["Cs"])))
def test_any_text_makes_valid_xml_and_loses_only_what_xml_cannot_hold(name: str):
    [trace] = xes_of(name)

    assert trace["firm"] == legal(name)
    assert len(trace["firm"]) == len(name)
    assert all(
        kept == given or given < " " or given in "\x7f\ufffe\uffff"
        for kept, given in zip(trace["firm"], name, strict=True)
    )


def test_control_characters_are_shown_by_their_signs():
    assert legal("bell\x07 null\x00 delete\x7f end\uffff") == "bell␇ null␀ delete␡ end\ufffd"


def test_firms_with_difficult_names_come_back_from_the_log(store: Store):
    for name in NAMES:
        line = " ".join(name.split())
        fields = form("local", firm_name=line)
        commands.open_case(store, "local", fields, by=LEAD, now=MONDAY)
    firms = [case["firm"] for case in cases(store)]

    as_csv = [row["case:firm"].removeprefix("'") for row in table_of(exported(store, "csv"))]
    as_xes = [trace["firm"] for trace in traces(exported(store, "xes"))]
    as_parquet = pq.read_table(pa.BufferReader(exported(store, "parquet")))["case:firm"].to_pylist()
    lines = [json.loads(line) for line in exported(store, "jsonl").split(b"\n") if line]
    as_lines = [json.loads(line["data"])["fields"]["firm_name"] for line in lines]

    assert firms == as_csv == as_xes == as_parquet == as_lines


def cases(view: View) -> list[dict[str, Any]]:
    return sorted(view.run("case_list", now=UNTIL).to_pylist(), key=lambda row: row["case_id"])
