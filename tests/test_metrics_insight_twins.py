"""The figures of Throughput, Month end and SLA report against their slow twins, on random logs."""

from datetime import timedelta
from typing import Any

import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from dashboard import metrics
from dashboard.instants import to_datetime
from tests.examples import costly
from tests.insight_office import Office, offices

OFFICES = offices(90)


def rows(table: pa.Table, *names: str) -> list[tuple[Any, ...]]:
    return [tuple(row[name] for name in names) for row in table.to_pylist()]


def close(value: Any) -> Any:
    """Equal but for the last digits of a float; None is None."""
    return value if value is None or isinstance(value, bool) else pytest.approx(value, abs=1e-6)


@costly
@given(OFFICES)
def test_cycle_times_ledger_and_step_times_agree_with_their_twin(office: Office):
    view, now, twin = office.view, office.now, office.twin

    times = view.run("cycle_times", now=now)
    ledger = view.run("ledger", now=now)
    steps = view.run("step_times", now=now)

    assert dict(rows(times, "case_id", "business_us")) == twin.cycle_times()
    assert {key[:2]: key[2] for key in rows(ledger, "case_id", "party", "business_us")} == (
        twin.ledger()
    )
    assert {key[:2]: key[2] for key in rows(steps, "case_id", "step", "business_us")} == (
        twin.step_times()
    )


@costly
@given(OFFICES)
def test_ledger_and_steps_of_a_completed_case_add_up_to_its_cycle_time(office: Office):
    times = dict(rows(office.view.run("cycle_times", now=office.now), "case_id", "business_us"))

    for figure in ("ledger", "step_times"):
        sums = dict.fromkeys(times, 0)
        for case_id, us in rows(office.view.run(figure, now=office.now), "case_id", "business_us"):
            if case_id in sums:
                sums[case_id] += us

        assert sums == times


@costly
@given(OFFICES, st.sampled_from(["month", "week", "all"]), st.sampled_from(["path", "none"]))
def test_percentiles_agree_with_their_twin(office: Office, period: str, split: str):
    table = office.view.run("cycle_percentiles", now=office.now, period=period, split=split)

    found = {
        (row[0], row[1]): list(row[2:])
        for row in rows(
            table, "period", "workflow", "n", "p50_minutes", "p85_minutes", "p95_minutes",
            "p50_days", "p85_days", "p95_days",
        )
    }  # fmt: skip

    assert found.keys() == (wanted := office.twin.cycle_percentiles(period, split)).keys()
    assert all(found[key] == pytest.approx(wanted[key]) for key in wanted)


@costly
@given(OFFICES)
def test_attainment_and_throughput_agree_with_their_twin(office: Office):
    attained = office.view.run("attainment", now=office.now)
    weeks = office.view.run("throughput", now=office.now)

    assert rows(attained, *attained.column_names) == office.twin.attainment()
    assert rows(weeks, *weeks.column_names) == office.twin.throughput()


@costly
@given(OFFICES)
def test_month_end_figures_agree_with_their_twin(office: Office):
    view, now, twin = office.view, office.now, office.twin
    window = office.settings.window

    steps = view.run("month_end_steps", now=now, window_from=window[0], window_to=window[1])
    whole = view.run("month_end_whole", now=now, window_from=window[0], window_to=window[1])
    places = view.run("opening_days", now=now)
    daily = view.run("step_days", now=now, window_from=window[0], window_to=window[1])

    assert rows(steps, *steps.column_names) == [
        tuple(close(value) if not isinstance(value, str) else value for value in row)
        for row in twin.month_end_steps()
    ]
    assert rows(whole, *whole.column_names) == [
        tuple(close(value) if not isinstance(value, str) else value for value in row)
        for row in twin.month_end_whole()
    ]
    assert {
        row[0]: row[1:] for row in rows(places, "days_to_month_end", "n", "on_time", "still_open")
    } == twin.opening_days()
    assert {
        row[:3]: row[3:]
        for row in rows(
            daily, "workflow", "step", "days_to_month_end", "n", "median_minutes", "n_usual",
            "usual_minutes",
        )
    } == {
        key: (n, close(middle), n_usual, close(usual))
        for key, (n, middle, n_usual, usual) in twin.step_days().items()
    }  # fmt: skip


@costly
@given(OFFICES, st.integers(0, 3))
def test_the_cases_of_a_report_agree_with_their_twin(office: Office, which: int):
    begun = [office.date(days).replace(day=1) for days in (-1, 0, 31)]
    begun = [month for month in begun if month <= office.twin.day(office.now)]
    month = [*begun, None][which % (len(begun) + 1)]

    table = metrics.sla_cases(
        office.view, now=office.now, month=f"{month:%Y-%m}" if month else None
    )

    found = {
        row[0]: row[1:]
        for row in rows(
            table, "case_id", "closed_at", "business_us", "within_target", "within_limit",
            "within_limit_by_date", "slowest_step", "slowest_step_minutes", "slowest_party",
            "slowest_party_minutes",
        )
    }  # fmt: skip

    assert found == office.twin.sla_cases(month)


@costly
@given(OFFICES)
def test_our_clock_of_a_reports_cases_agrees_with_its_twin(office: Office):
    table = metrics.sla_cases(office.view, now=office.now)

    names = ("case_id", "our_us", "within_limit_ours", "within_limit_by_date_ours")
    assert {row[0]: row[1:] for row in rows(table, *names)} == office.twin.our_clock()


@costly
@given(OFFICES)
def test_the_report_and_throughput_agree_on_both_clocks(office: Office):
    monthly = office.view.run("twin_clocks", now=office.now)

    for month, *counts in rows(
        monthly, "month", "n", "within_limit", "ours_within_limit", "ours_within_target"
    ):
        cases = metrics.sla_cases(office.view, now=office.now, month=f"{month:%Y-%m}")
        [whole, *_] = metrics.sla_summary(cases).to_pylist()
        names = ("n", "within_limit", "within_limit_ours", "within_target_ours")
        assert [whole[name] for name in names] == counts


@costly
@given(OFFICES, st.sampled_from([None, "local"]), st.integers(0, 6), st.integers(0, 60))
def test_filters_narrow_each_figure_to_the_cases_they_name(
    office: Office, workflow: str | None, first: int, days: int
):
    since = office.date(first - 8)
    until = since + timedelta(days=days)
    chosen = [
        told
        for told in office.twin.closed
        if workflow in (None, told.path)
        and told.case.fields.get("team_leader") == "T"
        and since <= office.twin.day(to_datetime(told.case.closed_us or 0)) < until
    ]

    narrowed: dict[str, Any] = {
        "workflow": workflow, "team_leader": "T", "since": since, "until": until
    }  # fmt: skip
    times = office.view.run("cycle_times", now=office.now, **narrowed)
    months = office.view.run("attainment", now=office.now, **narrowed)
    weeks = office.view.run("throughput", now=office.now, **narrowed)
    whole = office.view.run(
        "cycle_percentiles", now=office.now, period="all", split="none", **narrowed
    )

    wanted = {told.id for told in chosen}
    assert set(times["case_id"].to_pylist()) == wanted
    assert sum(months["n"].to_pylist()) == len(wanted)
    assert sum(weeks["completed"].to_pylist()) == len(wanted)
    assert sum(whole["n"].to_pylist()) == len(wanted)
    assert set(office.view.run("ledger", now=office.now, **narrowed)["case_id"].to_pylist()) <= (
        wanted
    )
