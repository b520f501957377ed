"""The messages of all cases in SQL: equal to the Python fold, and the figure by hand."""

import random
from datetime import datetime, timedelta
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from dashboard import commands
from dashboard.cases import Case, Event, Letter, fold
from dashboard.commands import Outcome
from dashboard.instants import to_datetime, to_us
from dashboard.store import Store
from dashboard.store.log import events_table
from dashboard.store.model import Model
from tests.builders import ADMIN, LEAD, MONDAY, SETTINGS, Walk, bulk, events_of, form, step_fields
from tests.test_fold import said_by_python, said_by_sql

HOUR = timedelta(hours=1)
HOWS = ["sent", "drafted", "outside"]


class Correspondence(Walk):
    """A random department that also writes: every act is followed by one about a message."""

    def act(self) -> None:
        super().act()
        case = self.desk.case(self.random.choice(self.ids))
        letters = list(case.letters.values())
        if letters and self.random.random() < 0.7:
            self._see_to(case, self.random.choice(letters))

    def _complete(self, case: Case) -> None:
        step = case.current_step or case.workflow.last
        fields = step_fields(case, step, self.now) if case.current_step else {}
        fields = fields | {
            key: self.random.random() < 0.5
            for key in ("new_sales", "combined_order")
            if key in fields
        }
        due = case.workflow.step(step).called_for(fields)
        hows = {item.key: self.random.choice(HOWS) for item in due if not item.is_step}
        commands.complete_step(
            self.desk, case.case_id, step, fields, by=LEAD, now=self.now,
            at=self.some_time(case), messages=hows,
        )  # fmt: skip

    def _see_to(self, case: Case, letter: Letter) -> None:
        act = self.random.choice(["begin", "begin", "end", "end", "say", "drop"])
        if act == "begin":
            claim = str(self.random.random())
            commands.begin_sending(
                self.desk, case.case_id, letter, "text", by=ADMIN, now=self.now, claim=claim
            )
        elif act == "end":
            again_us = self.random.choice([None, to_us(self.now + HOUR), to_us(self.now)])
            outcome = Outcome(self.random.random() < 0.4, "busy", again_us)
            commands.record_outcome(
                self.desk, case.case_id, letter, outcome, by=ADMIN, now=self.now
            )
        elif act == "say":
            how = self.random.choice(HOWS)
            commands.send_message(
                self.desk, case.case_id, letter.step, letter.message, how, by=LEAD, now=self.now
            )
        else:
            commands.drop_message(
                self.desk, case.case_id, letter.step, letter.message, "so", by=LEAD, now=self.now
            )


def written(seed: int, acts: int) -> list[Event]:
    desk = bulk()
    Correspondence(desk, seed).run(acts)
    return events_of(desk.drafts)


def by_python(events: list[Event]) -> list[tuple[Any, ...]]:
    rows = []
    for case_id in sorted({event.stream for event in events}):
        case = fold(case_id, [event for event in events if event.stream == case_id])
        rows += [
            (
                case_id, item.of_version, item.message, item.step, item.version, item.state,
                to_datetime(item.called_us), to_datetime(item.at_us),
                None if item.again_us is None else to_datetime(item.again_us),
                item.attempt, item.reason, item.is_outside, item.is_undone,
            )
            for item in case.letters.values()
        ]  # fmt: skip
    return sorted(rows, key=lambda row: row[:3])


def by_sql(model: Model) -> list[tuple[Any, ...]]:
    table = model.sql(
        "SELECT case_id, of_version, message, step, messages.version, messages.state, called_at, "
        "state_at, again_at, attempt, reason, is_outside, is_undone FROM messages "
        "INNER JOIN cases ON messages.case_no = cases.case_no "
        "ORDER BY case_id, of_version, message"
    )
    return [tuple(row.values()) for row in table.to_pylist()]


@settings(max_examples=10)
@given(st.integers(0, 2**32), st.integers(20, 90))
def test_sql_and_python_say_the_same_of_every_message(seed: int, acts: int):
    events = written(seed, acts)
    at_once, bit_by_bit = Model(SETTINGS), Model(SETTINGS)
    at_once.apply([events_table(events)])
    chance = random.Random(seed)
    while events:
        size = chance.choice([1, 5, 60])
        bit_by_bit.apply([events_table(events[:size])])
        events = events[size:]
    at_once_rows = by_sql(at_once)

    events = written(seed, acts)
    assert at_once_rows == by_python(events)
    assert said_by_sql(at_once) == said_by_python(events)  # messages move no case
    assert by_sql(bit_by_bit) == at_once_rows
    at_once.close()
    bit_by_bit.close()


def test_the_walk_brings_about_every_state():
    rows = [row for seed in range(12) for row in by_python(written(seed, 160))]

    assert {row[5] for row in rows} == {
        "queued", "drafted", "sending", "sent", "failed", "dropped",
    }  # fmt: skip
    assert any(row[12] for row in rows)


def test_messages_waiting_by_hand(store: Store):
    hows = {"sales_cancelled": "sent", "cs_cancelled": "drafted"}
    ids = [
        commands.open_case(
            store, "local", form("local", firm_name=f"Firm {n}"), by=LEAD, now=MONDAY
        )[0].stream
        for n in range(7)
    ]
    leader = {"team_leader": "T. Vance"}
    for n, case_id in enumerate(ids):
        commands.complete_step(store, case_id, 2, leader, by=LEAD, now=MONDAY + n * HOUR)
        commands.complete_step(
            store, case_id, 3, {}, by=LEAD, now=MONDAY + n * HOUR,
            messages=hows if n else {"sales_cancelled": "outside", "cs_cancelled": "outside"},
        )  # fmt: skip
    now = MONDAY + 8 * HOUR
    outcomes = [
        None,
        Outcome(True),
        Outcome(False, "no such user"),
        Outcome(False, "busy", to_us(now)),
    ]
    for case_id, outcome in zip(ids[2:6], outcomes, strict=True):
        letter = store.case(case_id).letter(3, "sales_cancelled")
        assert letter
        commands.begin_sending(store, case_id, letter, "t", by=ADMIN, now=now, claim="x")
        begun = store.case(case_id).letter(3, "sales_cancelled")
        assert begun
        if outcome:
            commands.record_outcome(store, case_id, begun, outcome, by=ADMIN, now=now)
    commands.reopen_step(store, ids[6], 3, "a slip", by=LEAD, now=now)

    def told(instant: datetime, **params: Any) -> list[tuple[str, str]]:
        rows = store.run("messages_waiting", now=instant, **params).to_pylist()
        return [(row["firm"], row["state"]) for row in rows if row["message"] == "sales_cancelled"]

    soon = now + timedelta(minutes=9)
    want = [
        ("Firm 1", "queued"), ("Firm 2", "sending"), ("Firm 4", "failed"), ("Firm 5", "retrying"),
    ]  # fmt: skip
    assert told(soon) == want
    want[1] = ("Firm 2", "unknown")
    assert told(soon + timedelta(minutes=1)) == want
    assert told(soon, party="Team leader", team_leader="T. Vance")
    assert told(soon, party="CitrixPortalTech") == []
    drafted = [
        row["firm"] for row in store.run("messages_waiting", now=soon).to_pylist()
        if row["state"] == "drafted"
    ]  # fmt: skip
    assert drafted == [f"Firm {n}" for n in range(1, 6)]
