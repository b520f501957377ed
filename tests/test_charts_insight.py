"""Specifications of the insight charts: no colour of their own, and no field that no row has."""

import json
import re

import pytest

from dashboard import charts
from dashboard.ui import insight, month_end_rows
from tests.declared import fields, units
from tests.insight_office import Office

WINDOW = (2, -1)
SPECS = {
    "places": (charts.opening_days(WINDOW), insight.places, {}),
    "heat by times": (charts.heat("times", WINDOW), insight.cells, {}),
    "heat by hours": (charts.heat("hours", WINDOW), insight.cells, {}),
    "compared": (charts.COMPARE, insight.compared, {}),
    "month flow": (charts.month_flow(WINDOW), month_end_rows.flow, {}),
    "order queue": (charts.order_queue(WINDOW), month_end_rows.queue, {}),
}


@pytest.fixture(scope="module")
def office() -> Office:
    return Office(7, 80)


@pytest.mark.parametrize("name", SPECS)
def test_a_chart_asks_for_no_field_that_its_rows_lack(name: str, office: Office):
    spec, rows, more = SPECS[name]

    table = rows(office.view, now=office.now, **more)

    assert fields(spec) <= set(table.column_names)


@pytest.mark.parametrize("name", SPECS)
def test_a_chart_draws_the_pages_table_and_constant_rows_only(name: str):
    spec = SPECS[name][0]

    sources = [unit.get("data", spec.get("data")) for unit in units(spec)]

    assert "datasets" not in spec
    assert all(source == {"name": "table"} or set(source or ()) == {"values"} for source in sources)


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
