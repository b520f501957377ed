"""The figures of Today, Cases and Case against a slow and obvious twin, on random logs."""

from collections import defaultdict
from datetime import date, datetime, timedelta
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from dashboard.cases import Turn, standing
from dashboard.instants import to_datetime, to_us
from dashboard.store import View
from dashboard.store.log import Head, events_table
from dashboard.store.model import Model
from dashboard.workflows import WORKFLOWS
from tests.builders import Walk, bulk, events_of
from tests.drawn import SEEDS, drawn_settings, morning_of
from tests.examples import costly
from tests.insight_twin import Told, Twin

LOGS = st.integers(0, 10_000)


class Today(Twin):
    """What Today, Cases and Case show, in plain Python over the fold of each case."""

    def __init__(self, seed: int, drawn: int, acts: int = 70) -> None:
        settings = drawn_settings(drawn)
        walk = Walk(bulk(settings), seed, cases=6, start=morning_of(settings)).run(acts)
        super().__init__(settings, walk.desk.drafts, walk.now)
        self.drafts = walk.desk.drafts
        model = Model(settings)
        model.apply([events_table(events_of(self.drafts))])
        self.view = View(model, Head.empty())
        self.open = [told for told in self.cases if told.case.state == "open"]

    def turn(self, told: Told) -> Turn:
        last = [turn for turn in told.turns if turn.version == told.turns[-1].version]
        begun = [turn for turn in last if turn.began_us <= to_us(self.now)]
        return begun[-1] if begun else last[0]

    def timing(self, told: Told) -> str:
        used, held = self.us(told), self.promised(told)
        if told.case.state != "closed" and self.waits(told):
            return "delivered"
        return "late" if used > held.limit_us else "at risk" if used > held.target_us else "on time"

    def over_us(self, told: Told) -> int:
        return self.us(told) - self.promised(told).limit_us

    def limit_at(self, told: Told) -> datetime:
        limit_us = self.promised(told).limit_us
        return self.calendar.add(told.opened, timedelta(microseconds=limit_us))

    def waits(self, told: Told) -> bool:
        rules = told.case.workflow.step(told.case.workflow.last)
        return told.case.due == rules.number and rules.party == "Customer"

    def ledger_of(self, told: Told) -> dict[tuple[int, str, bool], int]:
        held: dict[tuple[int, str, bool], int] = defaultdict(int)
        for turn in told.turns:
            if told.closed or turn.began_us <= to_us(self.now):
                key = (turn.step, str(turn.party), turn.is_withdrawn)
                held[key] += self.spent_us(turn, told.closed or self.now)
        return dict(held)


def rows(table: Any, *names: str) -> list[tuple[Any, ...]]:
    return [tuple(row[name] for name in names) for row in table.to_pylist()]


@costly
@given(LOGS, SEEDS)
def test_the_worklist_agrees_with_its_twin(seed: int, drawn: int):
    today = Today(seed, drawn)
    expected = [
        (
            told.id, told.path, told.case.due, str(today.turn(told).party),
            -today.over_us(told), today.timing(told),
            max(today.elapsed_us(to_datetime(today.turn(told).began_us), today.now), 0),
            sum(today.spent_us(t, today.now) for t in told.turns if t.step == told.case.due),
            today.waits(told), told.case.fields.get("team_leader"),
        )
        for told in today.open
    ]  # fmt: skip

    table = today.view.run("worklist", now=today.now)

    found = rows(
        table, "case_id", "workflow", "step", "party", "business_us_left", "timing", "turn_us",
        "step_us", "waits_for_download", "team_leader",
    )  # fmt: skip
    assert found == sorted(expected, key=lambda row: (row[4], row[0]))
    limits = {told.id: told for told in today.open}
    for row in table.to_pylist():
        told = limits[row["case_id"]]
        assert row["limit_at"] == today.limit_at(told)
        assert row["day_us"] == today.promised(told).day_us


@costly
@given(LOGS, SEEDS)
def test_todays_counts_agree_with_their_twin(seed: int, drawn: int):
    today = Today(seed, drawn)
    pressing = [told for told in today.open if not today.waits(told)]
    kept = [told for told in pressing if today.timing(told) != "late"]
    limits = [today.limit_at(told) for told in kept]
    late = [told for told in pressing if today.over_us(told) > 0]
    worst = max(late, key=lambda told: (today.over_us(told), told.id), default=None)
    ours = [
        told
        for told in today.open
        if today.turn(told).party in ("CS representative", "Team leader")
    ]

    [counts] = today.view.run("today_counts", now=today.now).to_pylist()

    assert counts == {
        "open": len(today.open),
        "at_risk": sum(today.timing(told) == "at risk" for told in pressing),
        "due_today": sum(today.day(limit) <= today.day(today.now) for limit in limits),
        "next_limit_at": min(limits, default=None),
        "late": len(late),
        "most_over_us": today.over_us(worst) if worst else None,
        "on_us": len(ours),
        "on_others": len(today.open) - len(ours),
        "downloads": len(today.open) - len(pressing),
        "most_over_day_us": today.promised(worst).day_us if worst else None,
        "reworked": 0,
    }


@costly
@given(LOGS, SEEDS)
def test_the_list_of_cases_agrees_with_its_twin(seed: int, drawn: int):
    today = Today(seed, drawn)
    expected = {
        told.id: (
            told.case.state, told.case.current_step,
            None if told.closed else str(today.turn(told).party), today.timing(told),
            today.us(told), told.closed,
        )
        for told in today.cases
    }  # fmt: skip

    table = today.view.run("case_list", now=today.now)

    names = ("state", "step", "party", "timing", "business_us", "closed_at")
    assert {row[0]: row[1:] for row in rows(table, "case_id", *names)} == expected


@costly
@given(LOGS, SEEDS)
def test_turns_and_ledger_of_a_case_agree_with_their_twin(seed: int, drawn: int):
    today = Today(seed, drawn)
    for told in today.cases:
        asked = {"now": today.now, "case_id": told.id}

        ledger = today.view.run("case_ledger", **asked)
        turns = today.view.run("case_turns", **asked)

        found = rows(ledger, "step", "party", "is_withdrawn", "business_us")
        assert {row[:3]: row[3] for row in found} == today.ledger_of(told)
        assert sum(row[3] for row in found) == today.us(told)
        assert sum(turns["business_us"].to_pylist()) == today.us(told)
        ends = [0, *turns["ended_us"].to_pylist()]
        assert turns["began_us"].to_pylist() == ends[:-1]


@costly
@given(LOGS, SEEDS, st.integers(0, 20))
def test_appointments_and_follow_ups_agree_with_their_twin(seed: int, drawn: int, days: int):
    today = Today(seed, drawn)
    since, until = today.now - timedelta(days=days), today.now + timedelta(days=days)
    until_date = today.day(until)
    booked, follow = [], []
    for told in today.open:
        begins = [
            move for move in told.case.moves if move.kind == "step_completed" and move.due == 5
        ]
        if WORKFLOWS[told.path].hold and told.case.due >= 5 and begins:
            at = to_datetime(told.case.windows[begins[-1].version])
            if since <= at < until:
                booked.append((at, told.id))
        dates = [
            draft.data["date"]
            for draft in standing([one for one in today.drafts if one.stream == told.id])
            if draft.kind == "follow_up_set"
        ]
        if dates and dates[-1] and date.fromisoformat(dates[-1]) < until_date:
            follow.append((date.fromisoformat(dates[-1]), told.id))

    found = today.view.run("appointments", now=today.now, since=since, until=until)
    dated = today.view.run("follow_ups", now=today.now, until=until_date)

    assert rows(found, "appointment_at", "case_id") == sorted(booked)
    assert rows(dated, "follow_up", "case_id") == sorted(follow)


@costly
@given(LOGS, SEEDS, st.sampled_from(["juniper", "F1", "c-000", "a123", "x"]))
def test_finding_agrees_with_its_twin(seed: int, drawn: int, typed: str):
    today = Today(seed, drawn, 40)

    def folded(text: str | None) -> str:
        return "".join(sign for sign in (text or "").lower() if sign.isalnum())

    expected = {
        told.id
        for told in today.cases
        for text in (
            told.id,
            *map(told.case.fields.get, ("firm_name", "firm_id", "ems_ticket", "order_number")),
        )
        if folded(typed) in folded(text)
    }

    table = today.view.run("find_cases", now=today.now, text=typed)

    assert set(table["case_id"].to_pylist()) == expected


@costly
@given(LOGS, SEEDS)
def test_what_a_step_usually_takes_agrees_with_its_twin(seed: int, drawn: int):
    today = Today(seed, drawn, 150)
    samples: dict[tuple[str, int], list[int]] = defaultdict(list)
    for told in today.closed:
        for step in range(2, told.case.workflow.last + 1):
            took = sum(today.spent_us(turn, today.now) for turn in told.turns if turn.step == step)
            samples[told.path, step].append(took)

    table = today.view.run("step_usual", now=today.now)

    assert {row[:2]: row[2] for row in rows(table, "workflow", "step", "n")} == {
        key: len(sample) for key, sample in samples.items()
    }
    for workflow, step, half, most in rows(table, "workflow", "step", "half_us", "most_us"):
        sample = sorted(samples[workflow, step])
        for share, value in ((0.5, half), (0.85, most)):
            place = share * (len(sample) - 1)
            low = sample[int(place)]
            high = sample[min(int(place) + 1, len(sample) - 1)]
            assert abs(low + (high - low) * (place - int(place)) - value) <= 1


@costly
@given(LOGS, SEEDS)
def test_names_agree_with_their_twin(seed: int, drawn: int):
    today = Today(seed, drawn, 40)
    expected: dict[str, int] = defaultdict(int)
    for told in today.cases:
        if name := told.case.fields.get("team_leader"):
            expected[name] += 1

    table = today.view.run("people_named", now=today.now, party="Team leader")

    assert dict(rows(table, "name", "cases")) == expected
