"""The charts of Bottlenecks: tokens, the page's own table, and a row for each mark."""

import json
import re

import pytest

from dashboard import charts, metrics
from dashboard.findings import Promise
from dashboard.settings import BUSINESS_DAY_US
from dashboard.ui import bottleneck_rows
from tests.declared import fields, units
from tests.insight_office import Office

SPECS = {
    "steps": (charts.STEP_TIME, bottleneck_rows.step_bars),
    "parties": (charts.PARTY_TIME, bottleneck_rows.party_bars),
    "budgets": (charts.STEP_SPREAD, bottleneck_rows.spread_bars),
}


@pytest.fixture(scope="module")
def office() -> Office:
    return Office(7, 80)


@pytest.mark.parametrize("name", SPECS)
def test_a_chart_asks_for_no_field_that_its_rows_lack(name: str, office: Office):
    spec, rows = SPECS[name]

    table = rows(office.view, now=office.now)

    assert set(table["tone"].to_pylist()) <= set(charts.TOKENS)
    assert fields(spec) <= set(table.column_names)


@pytest.mark.parametrize("spec", [*(spec for spec, _ in SPECS.values()),
                                  *charts.BEST_QUARTER.values()])  # fmt: skip
def test_a_chart_names_tokens_and_not_colours_and_draws_the_pages_table(spec: charts.Spec):
    text = json.dumps({key: value for key, value in spec.items() if key != "config"})

    sources = [unit.get("data", spec.get("data")) for unit in units(spec)]

    assert not re.search(r"#[0-9a-fA-F]{6}", text)
    assert all(source == {"name": "table"} or set(source or ()) == {"values"} for source in sources)


def test_the_bars_of_a_step_add_up_to_its_share_and_count_its_cases(office: Office):
    steps = metrics.step_spread(office.view, now=office.now).to_pylist()
    bars = bottleneck_rows.step_bars(office.view, now=office.now).to_pylist()

    for row in steps:
        own = [
            bar for bar in bars if (bar["workflow"], bar["step"]) == (row["workflow"], row["step"])
        ]
        assert sum(bar["share"] for bar in own) == pytest.approx(row["share"])
        assert [bar["is_last"] for bar in own] == [False] * (len(own) - 1) + [True]
        assert {bar["n"] for bar in own} <= {row["n_split"], row["n"] - row["n_split"]}


def test_an_axis_says_order_step_where_a_receipt_was_not_recorded():
    lacking = {"Order Team", "CS representative"}

    assert bottleneck_rows.lane("Order Team", lacking) == "Order step"
    assert bottleneck_rows.lane("CS representative", lacking) == "CS representative’s steps"
    assert bottleneck_rows.lane("Order Team", set()) == "Order Team"


def test_a_change_reads_as_time_or_as_points():
    row = {"p85_change_minutes": -90.0, "kept_change": 0.084, "kept_low": -0.02, "kept_high": 0.0}

    def text(measure: str, name: str) -> str:
        return bottleneck_rows.change_text(row, measure, name, Promise(BUSINESS_DAY_US)).replace(
            "\u00a0", " "
        )

    assert text("p85", "change") == "−1 h 30 m"
    assert [text("kept", name) for name in ("change", "low", "high")] == [
        "+8 points", "−2 points", "0 points",
    ]  # fmt: skip
