"""The further figures of Month end against their slow twins, on random logs."""

from datetime import timedelta
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from dashboard.figures.pace import at_pace
from tests import month_end_twin as twins
from tests.examples import dearest
from tests.insight_office import Office, offices
from tests.test_metrics_insight_twins import rows

OFFICES = offices(60)


@given(OFFICES)
@dearest
def test_flow_and_queue_agree_with_their_twin(office: Office):
    table = office.view.run("month_flow", now=office.now)

    found = {
        row[0]: row[1:]
        for row in rows(
            table, "days_to_month_end", "n_days", "opened", "completed", "in_step",
            "in_step_median", "known", "with_party",
        )
    }  # fmt: skip

    assert found == twins.month_flow(office.twin, twins.received(office.desk.drafts))
    for row in table.to_pylist():
        for name in ("opened", "completed", "in_step", "with_party"):
            assert row[f"{name}_mean"] == pytest.approx(row[name] / row["n_days"])


@given(OFFICES, st.sampled_from(["opened", "completed", "in_step"]), st.integers(-5, 6))
@dearest
def test_the_cases_behind_a_mark_of_the_flow_are_those_that_it_counts(
    office: Office, kind: str, place: int
):
    table = office.view.run("month_flow_cases", now=office.now, kind=kind, place=place)
    flow = office.view.run("month_flow", now=office.now)

    assert dict(rows(table, "case_id", "days")) == twins.flow_cases(office.twin, kind, place)
    assert sum(table["days"].to_pylist()) == sum(
        row[kind] for row in flow.to_pylist() if row["days_to_month_end"] == place
    )


@given(OFFICES)
@dearest
def test_times_in_the_order_step_agree_with_their_twin(office: Office):
    table = office.view.run(
        "order_times",
        now=office.now,
        window_from=office.settings.window[0],
        window_to=office.settings.window[1],
    )

    found = sorted(rows(table, "workflow", "is_window", "step_minutes", "case_minutes"))

    assert found == [pytest.approx(row) for row in twins.order_times(office.twin)]


@given(OFFICES)
@dearest
def test_the_days_of_the_window_agree_with_their_twin(office: Office):
    first, last = office.settings.window
    table = office.view.run("month_end_days", now=office.now, window_from=first, window_to=last)

    found = {
        row[:3]: row[3:]
        for row in rows(
            table, "workflow", "step", "days_to_month_end", "n", "n_month_ends", "factor"
        )
    }

    assert found == {
        key: (n, ends, pytest.approx(factor))
        for key, (n, ends, factor) in twins.month_end_days(office.twin).items()
    }


@given(OFFICES, st.sampled_from([0.5, 0.8, 0.85, 1.0]))
@dearest
def test_finishing_times_agree_with_their_twin(office: Office, share: float):
    table = office.view.run("finishing_times", now=office.now, share=share)

    found = {
        (row[0], row[1]): row[2:]
        for row in rows(table, "workflow", "days_to_month_end", "n", "still_open", "needed_us")
    }

    assert found == twins.finishing_times(office.twin, share)


@given(OFFICES)
@dearest
def test_each_cell_and_each_side_of_a_comparison_lists_the_cases_that_it_counts(office: Office):
    view, now, done = office.view, office.now, twins.completed_steps(office.twin)
    window = office.settings.window

    for row in view.run(
        "step_days", now=now, window_from=window[0], window_to=window[1]
    ).to_pylist():
        own, place = (row["workflow"], row["step"]), row["days_to_month_end"]
        table = view.run("month_end_cases", now=now, workflow=own[0], step=own[1], place=place)
        assert dict(rows(table, "case_id", "business_us")) == {
            case_id: us for *step, at, case_id, us in done if (*step, at) == (*own, place)
        }
        assert table.num_rows == row["n"]
    for row in view.run(
        "month_end_steps", now=now, window_from=window[0], window_to=window[1]
    ).to_pylist():
        own = row["workflow"], row["step"]
        for side, is_near in (("window", True), ("rest", False)):
            table = view.run(
                "month_end_cases",
                now=now,
                workflow=own[0],
                step=own[1],
                in_window=is_near,
                window_from=window[0],
                window_to=window[1],
            )
            assert table.num_rows == row[f"n_{side}"]
            assert dict(rows(table, "case_id", "business_us")) == {
                case_id: us
                for *step, at, case_id, us in done
                if (*step,) == own and office.twin.is_near(at) == is_near
            }


@given(OFFICES)
@dearest
def test_each_opening_day_lists_the_cases_that_it_counts(office: Office):
    for row in office.view.run("opening_days", now=office.now).to_pylist():
        place = row["days_to_month_end"]
        table = office.view.run("opening_cases", now=office.now, place=place)

        found = {key: value for key, *value in rows(table, "case_id", "business_us", "kept")}

        assert {key: tuple(value) for key, value in found.items()} == twins.opening_cases(
            office.twin, place
        )
        assert (len(found), sum(table["kept"].to_pylist())) == (row["n"], row["on_time"])


@given(OFFICES, st.sampled_from([None, "local"]), st.integers(0, 6), st.integers(0, 60))
@dearest
def test_filters_narrow_the_flow_to_the_days_and_cases_that_they_name(
    office: Office, workflow: str | None, first: int, days: int
):
    since = office.date(first - 8)
    until = since + timedelta(days=days)
    asked: dict[str, Any] = {
        "workflow": workflow, "team_leader": "T", "since": since, "until": until
    }  # fmt: skip

    flow = office.view.run("month_flow", now=office.now, **asked)

    days_of = [
        day
        for business, _, span in twins.days_over(office.twin)
        for day in span
        if since <= day < until and business < until  # its business day has to be asked for, too
    ]
    opened = [
        told.id
        for told in office.twin.cases
        if workflow in (None, told.path)
        and told.case.fields.get("team_leader") == "T"
        and office.twin.day(told.opened) in days_of
    ]
    assert sum(flow["opened"].to_pylist()) == len(opened)


times = st.lists(st.floats(0.0, 5000.0), min_size=1, max_size=40)


@given(times, times)
def test_the_time_of_the_same_rank_agrees_with_its_twin(step: list[float], rest: list[float]):
    found = at_pace(np.sort(np.array(step)), np.sort(np.array(rest)))

    assert found.tolist() == pytest.approx(twins.at_pace(step, rest))
