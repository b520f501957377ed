"""The figures of the log itself, by hand and against an obvious twin over every event."""

import json
from collections import Counter
from collections.abc import Iterator
from datetime import date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dashboard import commands
from dashboard.instants import to_datetime
from dashboard.sample import write_sample
from dashboard.store import Store
from tests.builders import ADMIN, LEAD, MONDAY, form, step_fields

UNTIL = MONDAY + timedelta(days=400)
MOST = 20


@pytest.fixture(scope="module")
def sampled(tmp_path_factory) -> Iterator[Store]:
    store = Store.open(tmp_path_factory.mktemp("sampled") / "log.duckdb")
    write_sample(store, seed=5, cases=40, until=UNTIL, by=ADMIN)
    yield store
    store.close()


def events(store: Store) -> list[dict[str, Any]]:
    """Every event of the log, the oldest first, with its data read."""
    rows = [row for batch in store.log.read() for row in batch.to_pylist()]
    return [{**row, "parsed": json.loads(row["data"])} for row in rows]


def done_by(row: dict[str, Any]) -> str:
    return row["parsed"].get("done_by") or row["actor"]


def recorded(row: dict[str, Any], zone: str) -> date:
    return to_datetime(row["recorded_us"]).astimezone(ZoneInfo(zone)).date()


def test_events_by_hand(store: Store):
    commands.open_case(store, "local", form("local"), by=LEAD, now=MONDAY)
    given_fields = step_fields(store.case("C-0001"), 2, MONDAY)
    now, at = MONDAY + timedelta(hours=3), MONDAY + timedelta(hours=2)
    commands.complete_step(
        store, "C-0001", 2, given_fields, by=LEAD, now=now, at=at, done_by="R. Sato"
    )

    last, first = store.run("log_events", now=now).to_pylist()

    assert (first["position"], first["kind"], first["version"]) == (1, "case_opened", 1)
    assert (first["workflow"], first["firm"]) == ("local", "Juniper Advisors")
    assert (last["happened_at"], last["recorded_at"]) == (at, now)
    assert (last["actor"], last["done_by"]) == (LEAD.name, "R. Sato")
    assert (first["fitting"], last["fitting"]) == (2, 2)
    assert store.run("log_people", now=now).to_pylist() == [
        {"name": "R. Sato", "recorded": 0, "done": 1},
        {"name": LEAD.name, "recorded": 2, "done": 1},
    ]


@settings(max_examples=60)
@given(data=st.data())
def test_what_is_found_is_what_fits(sampled: Store, data: st.DataObject):
    rows, zone = events(sampled), sampled.settings.calendar.zone
    firms = {row["case_id"]: row["firm"] for row in cases(sampled)}
    sample = data.draw(st.sampled_from(rows))
    words = ["", "a", '"step":3', "UltraTax", (firms.get(sample["stream"]) or "x")[1:6].upper()]
    asked: dict[str, Any] = {
        "kind": data.draw(st.sampled_from([None, None, sample["kind"]])),
        "stream": data.draw(st.sampled_from([None, None, sample["stream"]])),
        "actor": data.draw(st.sampled_from([None, None, sample["actor"]])),
        "done_by": data.draw(st.sampled_from([None, None, done_by(sample)])),
        "since": data.draw(st.sampled_from([None, recorded(sample, zone)])),
        "until": data.draw(st.sampled_from([None, recorded(sample, zone) + timedelta(30)])),
        "text": data.draw(st.sampled_from([None, *words])),
        "before": data.draw(st.sampled_from([None, sample["position"]])),
    }

    found = sampled.run("log_events", now=UNTIL, **asked, most=MOST).to_pylist()

    fitting = [row for row in rows if fits(row, asked, zone, firms)]
    before = asked["before"] or len(rows) + 1
    shown = [row["position"] for row in fitting[::-1] if row["position"] < before][:MOST]
    assert [row["position"] for row in found] == shown
    assert {row["fitting"] for row in found} <= {len(fitting)}


def fits(row: dict[str, Any], asked: dict[str, Any], zone: str, firms: dict[str, str]) -> bool:
    text = asked["text"]
    held = [row["data"], firms.get(row["stream"]) or ""]
    return (
        asked["kind"] in (None, row["kind"])
        and asked["stream"] in (None, row["stream"])
        and asked["actor"] in (None, row["actor"])
        and asked["done_by"] in (None, done_by(row))
        and (asked["since"] is None or recorded(row, zone) >= asked["since"])
        and (asked["until"] is None or recorded(row, zone) < asked["until"])
        and (text is None or any(text.lower() in part.lower() for part in held))
    )


def test_people_are_counted_as_they_are_in_the_log(sampled: Store):
    found = sampled.run("log_people", now=UNTIL).to_pylist()

    rows = events(sampled)
    assert {row["name"]: row["recorded"] for row in found if row["recorded"]} == Counter(
        row["actor"] for row in rows
    )
    assert {row["name"]: row["done"] for row in found if row["done"]} == Counter(map(done_by, rows))


def cases(store: Store, now: datetime = UNTIL) -> list[dict[str, Any]]:
    return store.run("case_list", now=now).to_pylist()


def test_what_is_entered_of_a_case_is_told_apart_from_what_is_not(store: Store):
    """Who watches the worklist is told of cases that moved, not of a forecast or a setting."""
    [first], [second] = (
        commands.open_case(store, "local", form("local"), by=LEAD, now=MONDAY) for _ in range(2)
    )
    drawn = store.position

    commands.post_notice(store, "Out for lunch", MONDAY.date(), by=ADMIN, now=MONDAY)
    assert store.run("entries_since", now=MONDAY, position=drawn).num_rows == 0

    for text in ("called", "called again"):
        commands.add_note(store, second.stream, text, by=LEAD, now=MONDAY)
    [entered] = store.run("entries_since", now=MONDAY, position=drawn).to_pylist()
    assert (entered["case_id"], entered["n"]) == (second.stream, 2)
    everything = store.run("entries_since", now=MONDAY, position=0)["case_id"].to_pylist()
    assert everything == [first.stream, second.stream]
