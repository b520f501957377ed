"""The figures of Bottlenecks once more in plain Python, on random logs that straddle every edge."""

from collections import defaultdict
from datetime import date
from typing import Any

import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from dashboard.instants import to_datetime, to_us
from dashboard.workflows import WORKFLOWS
from tests.examples import costly
from tests.insight_office import Office, offices
from tests.insight_twin import Told, Twin, quantile

OFFICES = offices(60)
FILTERS = st.fixed_dictionaries(
    {
        "workflow": st.sampled_from([None, "local", "virtual_office"]),
        "team_leader": st.sampled_from([None, "T"]),
        "since": st.sampled_from([None, -4, 1]),
        "until": st.sampled_from([None, 2, 19]),
    }
)  # dates in days from the turn of the office's month


def rows(table: pa.Table, *names: str) -> list[tuple[Any, ...]]:
    return [tuple(row[name] for name in names) for row in table.to_pylist()]


# --- The twin --------------------------------------------------------------------------------


def dated(office: Office, asked: dict[str, Any]) -> dict[str, Any]:
    return asked | {name: office.date(asked[name]) for name in ("since", "until")}


def chosen(twin: Twin, asked: dict[str, Any]) -> list[Told]:
    return [
        told
        for told in twin.closed
        if asked["workflow"] in (None, told.path)
        and asked["team_leader"] in (None, told.case.fields.get("team_leader"))
        and (asked["since"] or date.min) <= closed_date(twin, told) < (asked["until"] or date.max)
    ]


def closed_date(twin: Twin, told: Told) -> date:
    return twin.day(to_datetime(told.case.closed_us or 0))


def step_us(twin: Twin, told: Told, step: int) -> int:
    return sum(twin.spent_us(turn, twin.now) for turn in told.turns if turn.step == step)


def worked_us(twin: Twin, told: Told, step: int) -> int | None:
    """Since somebody pressed Start, if that is known."""
    record = told.case.records[step]
    if record.started_us is None or told.case.reopened:
        return None
    since = twin.elapsed_us(to_datetime(record.started_us), to_datetime(record.completed_us or 0))
    return min(since, step_us(twin, told, step))


def lacks_handover(told: Told, step: int) -> bool:
    turn = told.case.workflow.step(step).turn
    if not turn or turn.from_field:
        return False
    entry = [move.entry for move in told.case.moves if move.due == step][-1]
    return entry not in told.case.moments


def spread(twin: Twin, asked: dict[str, Any]) -> dict[tuple[str, int], tuple[Any, ...]]:
    cases = chosen(twin, asked)
    whole = sum(twin.us(told) for told in cases)
    found = {}
    for path in {told.path for told in cases}:
        own = [told for told in cases if told.path == path]
        for step in range(2, WORKFLOWS[path].last + 1):
            times = [step_us(twin, told, step) for told in own]
            worked = [worked_us(twin, told, step) for told in own]
            split = [us for us, work in zip(times, worked, strict=True) if work is not None]
            working = sum(work for work in worked if work is not None)
            found[path, step] = (
                len(own),
                len(split),
                sum(lacks_handover(told, step) for told in own),
                sum(times),
                sum(split) - working,
                working,
                sum(times) - sum(split),
                pytest.approx(sum(times) / whole) if whole else None,
                *(
                    pytest.approx(quantile([float(us) for us in times], share) / 60e6)
                    for share in (0.5, 0.85, 0.95)
                ),
            )
    return found


def held(twin: Twin, cases: list[Told]) -> dict[str, dict[str, int]]:
    """By party and case."""
    found: dict[str, dict[str, int]] = defaultdict(lambda: defaultdict(int))
    for told in cases:
        for turn in told.turns:
            found[str(turn.party)][told.id] += twin.spent_us(turn, twin.now)
    return found


def split(limit: int, weights: list[int]) -> list[int]:
    """One microsecond after the other to whoever is furthest below its share."""
    whole = sum(weights)
    parts = [limit * weight // whole for weight in weights]
    owed = [limit * weight - part * whole for weight, part in zip(weights, parts, strict=True)]
    for _ in range(limit - sum(parts)):
        place = owed.index(max(owed))
        parts[place], owed[place] = parts[place] + 1, -1
    return parts


# --- Against it ------------------------------------------------------------------------------


@costly
@given(OFFICES, FILTERS)
def test_the_spread_of_steps_agrees_with_its_twin(office: Office, asked: dict[str, Any]):
    asked = dated(office, asked)
    table = office.view.run("step_spread", now=office.now, **asked)

    found = {
        row[:2]: row[2:]
        for row in rows(
            table, "workflow", "step", "n", "n_split", "n_unrecorded_handover", "business_us",
            "waiting_us", "working_us", "not_split_us", "share", "p50_minutes", "p85_minutes",
            "p95_minutes",
        )
    }  # fmt: skip
    assert found == spread(office.twin, asked)


@costly
@given(OFFICES, FILTERS)
def test_the_spread_of_parties_agrees_with_its_twin(office: Office, asked: dict[str, Any]):
    asked = dated(office, asked)
    table = office.view.run("party_spread", now=office.now, **asked)

    parties = held(office.twin, chosen(office.twin, asked))
    whole = sum(sum(own.values()) for own in parties.values())
    found = {row[0]: row[1:] for row in rows(
        table, "party", "n", "business_us", "share", "p50_minutes", "p85_minutes"
    )}  # fmt: skip
    assert found == {
        party: (
            len(own),
            sum(own.values()),
            pytest.approx(sum(own.values()) / whole) if whole else None,
            *(
                pytest.approx(quantile([float(us) for us in own.values()], share) / 60e6)
                for share in (0.5, 0.85)
            ),
        )
        for party, own in parties.items()
    }


@costly
@given(OFFICES)
def test_budgets_agree_with_their_twin_and_add_up(office: Office):
    table = office.view.run("step_budgets", now=office.now)

    for path in WORKFLOWS.values():
        own = [told for told in office.twin.closed if told.path == path.key]
        weights = [
            sum(step_us(office.twin, told, step) for told in own)
            for step in range(2, path.last + 1)
        ]
        limit_us = office.settings.targets_at(path.key, to_us(office.now)).limit_us
        expected = split(limit_us, weights if any(weights) else [1] * len(weights))
        budgets = [row["budget_us"] for row in table.to_pylist() if row["workflow"] == path.key]
        assert budgets == expected
        assert sum(budgets) == limit_us


@costly
@given(OFFICES, FILTERS, st.integers(2, 7))
def test_behind_every_bar_stand_exactly_the_cases_that_it_counts(
    office: Office, asked: dict[str, Any], step: int
):
    view, now, twin = office.view, office.now, office.twin
    asked = dated(office, asked) | {"workflow": "local"}
    steps = view.run("step_spread", now=now, **asked).to_pylist()
    counted = next((row for row in steps if row["step"] == step), None)
    whole = {told.id: step_us(twin, told, step) for told in chosen(twin, asked)}
    worked = {told.id: worked_us(twin, told, step) for told in chosen(twin, asked)}
    parts = {
        "in work": {key: us for key, us in worked.items() if us is not None},
        "waiting": {key: whole[key] - us for key, us in worked.items() if us is not None},
        "not split": {key: whole[key] for key, us in worked.items() if us is None},
    }

    for part, expected in parts.items():
        table = view.run("step_cases", now=now, step=step, part=part, **asked)
        assert dict(rows(table, "case_id", "business_us")) == expected
    if counted:
        assert (counted["n_split"], counted["n"]) == (len(parts["in work"]), len(whole))
    for party, own in held(twin, chosen(twin, asked)).items():
        table = view.run("party_cases", now=now, party=party, **asked)
        assert dict(rows(table, "case_id", "business_us")) == own


@costly
@given(OFFICES, FILTERS)
def test_the_slowest_cases_agree_with_their_twin(office: Office, asked: dict[str, Any]):
    twin, asked = office.twin, dated(office, asked)
    cases = sorted(chosen(twin, asked), key=lambda told: (-twin.us(told), told.id))[:5]

    table = office.view.run("slowest_cases", now=office.now, most=5, **asked)

    assert table["case_id"].to_pylist() == [told.id for told in cases]
    for told, row in zip(cases, table.to_pylist(), strict=True):
        times = {step: step_us(twin, told, step) for step in range(2, told.case.workflow.last + 1)}
        step = min(times, key=lambda number: (-times[number], number))
        parties = {party: own[told.id] for party, own in held(twin, [told]).items()}
        party = min(parties, key=lambda name: (-parties[name], name), default=None)
        assert (row["step"], row["step_minutes"]) == (step, pytest.approx(times[step] / 60e6))
        assert row["party"] == party
        assert row["step_lacks_handover"] == lacks_handover(told, step)


@costly
@given(OFFICES, FILTERS)
def test_the_steps_of_a_case_are_in_order_and_add_up(office: Office, asked: dict[str, Any]):
    twin, asked = office.twin, dated(office, asked)
    table = office.view.run("case_steps", now=office.now, **asked)

    assert dict(rows(table, "case_id", "steps_us")) == {
        told.id: [step_us(twin, told, step) for step in range(2, told.case.workflow.last + 1)]
        for told in chosen(twin, asked)
    }
    for row in table.to_pylist():
        assert sum(row["steps_us"]) == row["business_us"]
    quarters = dict(rows(table, "case_id", "quarter"))
    limits = dict(rows(table, "case_id", "limit_us"))
    for told in chosen(twin, asked):
        month = closed_date(twin, told).replace(day=1)
        assert quarters[told.id] == month.replace(month=(month.month - 1) // 3 * 3 + 1)
        assert limits[told.id] == twin.promised(told).limit_us


@costly
@given(OFFICES, st.integers(1, 12))
def test_a_sample_has_as_many_cases_of_a_path_as_were_asked_for(office: Office, most: int):
    table = office.view.run("case_steps", now=office.now, most=most)

    taken: dict[str, int] = defaultdict(int)
    for row in table.to_pylist():
        taken[row["workflow"]] += 1
        assert row["n_path"] == sum(told.path == row["workflow"] for told in office.twin.closed)
    for path, n in taken.items():
        assert n == min(most, sum(told.path == path for told in office.twin.closed))
