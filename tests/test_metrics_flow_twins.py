"""Two clocks, cumulative flow and ageing against their slow twins, on random logs."""

from datetime import timedelta
from typing import Any

import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests import flow_twin
from tests.examples import costly
from tests.insight_office import Office, offices
from tests.insight_twin import quantile

OFFICES = offices(70)


def keyed(table: pa.Table, *names: str, keys: int = 1) -> dict[Any, tuple[Any, ...]]:
    rows = [tuple(row[name] for name in names) for row in table.to_pylist()]
    return {row[0] if keys == 1 else row[:keys]: row[keys:] for row in rows}


def close(row: tuple[Any, ...]) -> tuple[Any, ...]:
    """Equal but for the last digits of a float."""
    return tuple(pytest.approx(value) if isinstance(value, float) else value for value in row)


@costly
@given(OFFICES)
def test_both_clocks_agree_with_their_twin(office: Office):
    table = office.view.run("twin_clocks", now=office.now)

    found = keyed(
        table, "month", "n", "p50_days", "p85_days", "within_target", "within_limit",
        "ours_p50_days", "ours_p85_days", "ours_within_target", "ours_within_limit",
    )  # fmt: skip
    assert found == {month: close(row) for month, row in flow_twin.twin_clocks(office.twin).items()}


@costly
@given(OFFICES)
def test_our_clock_and_the_customers_turns_are_the_whole_cycle_time(office: Office):
    whole = dict.fromkeys(office.twin.cycle_times(), 0)
    for case_id, _, us in keyed_rows(office.view.run("ledger", now=office.now)):
        whole[case_id] += us

    ours = {told.id: flow_twin.ours_us(office.twin, told) for told in office.twin.closed}
    customers = {
        case_id: us
        for case_id, party, us in keyed_rows(office.view.run("ledger", now=office.now))
        if party == "Customer"
    }

    assert whole == {key: ours[key] + customers.get(key, 0) for key in ours}


def keyed_rows(ledger: pa.Table) -> list[tuple[str, str, int]]:
    return [(row["case_id"], row["party"], row["business_us"]) for row in ledger.to_pylist()]


@costly
@given(
    OFFICES,
    st.sampled_from(["week", "day"]),
    st.sampled_from([None, -2, 1]),
)
def test_cumulative_flow_agrees_with_its_twin(office: Office, period: str, first: int | None):
    since = office.date(first)
    table = office.view.run("cumulative_flow", now=office.now, period=period, since=since)

    found = keyed(
        table, "period", "workflow", "step", "reached", "completed", "open", "withdrawn", keys=3
    )
    assert found == flow_twin.cumulative_flow(office.twin, period, since)


@costly
@given(OFFICES)
def test_what_stands_in_the_steps_is_what_throughput_counts_as_open(office: Office):
    flow = office.view.run("cumulative_flow", now=office.now).to_pylist()

    for week in office.view.run("throughput", now=office.now).to_pylist():
        own = [row for row in flow if row["period"] == week["week"]]
        assert sum(row["open"] for row in own) == week["open_at_end"]
        assert sum(row["withdrawn"] for row in own) == week["withdrawn_at_end"]


@costly
@given(OFFICES, st.integers(0, 40))
def test_the_cases_at_the_end_of_a_day_agree_with_their_twin(office: Office, back: int):
    day = office.twin.day(office.now) - timedelta(days=back)
    end = min(office.twin.midnight(day + timedelta(days=1)), office.now + timedelta(microseconds=1))

    table = office.view.run("cases_at", now=office.now, at_end_of=day)

    assert keyed(table, "case_id", "step", "state", "business_us") == (
        flow_twin.cases_at(office.twin, end)
    )


@costly
@given(OFFICES, st.sampled_from([3, 10_000]))
def test_ageing_agrees_with_its_twin(office: Office, most: int):
    table = office.view.run("ageing", now=office.now, most=most)

    found = keyed(table, "case_id", "step", "age_us", "n", "p50_days", "p85_days", "p95_days")
    wanted = flow_twin.ageing(office.twin, most)
    assert {key: row[:3] for key, row in found.items()} == {
        key: row[:3] for key, row in wanted.items()
    }
    assert all(found[key][3:] == close(row[3:]) for key, row in wanted.items())


@costly
@given(OFFICES)
def test_percentiles_by_team_leader_agree_with_their_twin(office: Office):
    table = office.view.run("cycle_percentiles", now=office.now, period="all", split="team_leader")

    samples: dict[Any, list[float]] = {}
    for told in office.twin.closed:
        leader = told.case.fields.get("team_leader") or None
        samples.setdefault(leader, []).append(office.twin.us(told) / 60e6)
    assert keyed(table, "team_leader", "workflow", "n", "p50_minutes", "p85_minutes") == {
        leader: close((None, len(sample), quantile(sample, 0.5), quantile(sample, 0.85)))
        for leader, sample in samples.items()
    }
