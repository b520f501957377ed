"""Specifications of the insight charts: no colour of their own, and no field that no row has."""

import json
import re
from collections.abc import Iterator
from typing import Any

import pyarrow as pa
import pytest

from dashboard import charts
from dashboard.charts.ready import AXIS_PX, room
from dashboard.ui import flow_rows, insight, month_end_rows
from tests.insight_office import Office

WINDOW = (2, -1)
SPECS = {
    "trend": (charts.TREND, insight.trend, {"period": "week"}),
    "finished": (charts.SCATTER, insight.finished, {}),
    "attained": (charts.ATTAINMENT, insight.attained, {}),
    "weeks": (charts.OPEN_CASES, insight.weeks, {}),
    "arrivals": (charts.ARRIVALS, insight.arrivals, {}),
    "places": (charts.opening_days(WINDOW), insight.places, {}),
    "heat by times": (charts.heat("times", WINDOW), insight.cells, {}),
    "heat by hours": (charts.heat("hours", WINDOW), insight.cells, {}),
    "compared": (charts.COMPARE, insight.compared, {}),
    "clocks": (charts.CLOCKS, flow_rows.clocks, {}),
    "ages": (charts.AGEING, flow_rows.ages, {}),
    "bands": (
        charts.stages(("Customer", "done")),
        flow_rows.bands,
        {"period": "week", "with_done": True},
    ),
    "month flow": (charts.month_flow(WINDOW), month_end_rows.flow, {}),
    "order queue": (charts.order_queue(WINDOW), month_end_rows.queue, {}),
}


@pytest.fixture(scope="module")
def office() -> Office:
    return Office(7, 80)


def units(spec: dict[str, Any]) -> Iterator[dict[str, Any]]:
    if "layer" in spec:
        for part in spec["layer"]:
            yield from units(part)
    else:
        yield spec


def made(unit: dict[str, Any]) -> set[str]:
    """Fields that the unit makes itself."""
    steps = unit.get("transform", [])
    made_here = {step["as"] for step in steps if "calculate" in step}
    return made_here | {op["as"] for step in steps for op in step.get("aggregate", [])}


def asked(part: Any) -> Iterator[str]:
    """Fields that encodings name, and those that their expressions read."""
    if isinstance(part, dict):
        for key, value in part.items():
            if key == "field" and isinstance(value, str):
                yield re.sub(r"\W.*", "", value)
            else:
                yield from asked(value)
    elif isinstance(part, list):
        for item in part:
            yield from asked(item)


def drawn(unit: dict[str, Any]) -> set[str]:
    """Fields of the table that the unit needs."""
    rules = json.dumps(unit.get("transform", []))
    read = set(re.findall(r"datum\.(\w+)", rules))
    return (set(asked(unit.get("encoding", {}))) | read | set(asked(unit.get("transform")))) - made(
        unit
    )


@pytest.mark.parametrize("name", SPECS)
def test_a_chart_asks_for_no_field_that_its_rows_lack(name: str, office: Office):
    spec, rows, more = SPECS[name]

    table = rows(office.view, now=office.now, **more)

    shared = spec.get("data", {}).get("name")
    for unit in units(spec):
        if unit.get("data", {}).get("name", shared) == "table":
            assert drawn(unit) <= set(table.column_names)


@pytest.mark.parametrize("name", SPECS)
def test_a_chart_draws_the_pages_table_and_constant_rows_only(name: str):
    spec = SPECS[name][0]

    sources = [unit.get("data", spec.get("data")) for unit in units(spec)]

    assert "datasets" not in spec
    assert all(source == {"name": "table"} or set(source) == {"values"} for source in sources)


@pytest.mark.parametrize("name", SPECS)
def test_a_chart_names_tokens_and_not_colours(name: str):
    text = json.dumps({key: value for key, value in SPECS[name][0].items() if key != "config"})

    assert not re.search(r"#[0-9a-fA-F]{6}", text)
    for domain in re.findall(r'"domain": (\["Customer".*?\])', text):
        assert json.loads(domain) == charts.TOKENS


def test_every_state_and_tone_of_the_rows_is_a_token(office: Office):
    for _, rows, more in SPECS.values():
        table = rows(office.view, now=office.now, **more)
        for name in {"tone", "state", "party"} & set(table.column_names):
            assert set(table[name].to_pylist()) <= set(charts.TOKENS)


def test_the_room_kept_for_a_chart_is_its_height_or_a_step_for_each_row_and_an_axis():
    ages = pa.table({"step": ["step 1", "step 2", "step 1"]})

    assert room(charts.TREND, pa.table({})) == charts.TREND["height"] == 280
    assert room(charts.AGEING, ages) == 2 * charts.AGEING["height"]["step"] + AXIS_PX
    assert room(charts.AGEING, pa.table({})) == AXIS_PX


def test_binding_a_table_leaves_the_specification_as_it_was(office: Office):
    before = json.dumps(charts.TREND)
    table = insight.trend(office.view, now=office.now, period="month")

    bound = charts.bind(charts.TREND, table)

    assert bound["datasets"] == {"table": table}
    assert json.dumps(charts.TREND) == before


def test_words_at_the_end_of_lines_do_not_stand_on_each_other():
    assert insight.apart([1.0, 1.1, 5.0], 0.5) == [1.0, 1.5, 5.0]


def test_the_scatter_ends_where_most_cases_are_but_not_below_the_limit(office: Office):
    rows = insight.finished(office.view, now=office.now).to_pylist()
    asked_for = insight.promise(office.view, office.now, {})

    assert insight.scatter_edge(asked_for, 1.0) == 6.0
    assert all(row["drawn"] <= row["days"] for row in rows)


def test_paths_are_named_before_steps_only_where_both_are_shown():
    row = {"workflow": "virtual_office", "step": 10}

    assert insight.step_name(row, {}) == "VO 10 Order processed"
    assert insight.step_name(row, {"workflow": "virtual_office"}) == "10 Order processed"


def test_a_week_that_a_filter_cuts_is_no_full_week(office: Office):
    weeks = insight.metrics.throughput(office.view, now=office.now)
    days = weeks["week"].to_pylist()

    assert [row["week"] for row in insight.full_weeks(weeks, None)] == days[:-1]
    since = days[0].replace(day=days[0].day + 1)
    assert [row["week"] for row in insight.full_weeks(weeks, since)] == days[1:-1]
