"""The charts of Bottlenecks: a row for each mark, and what marks are called."""

import pytest

from dashboard.figures import best_quarter, parties
from dashboard.figures.figure import Scope
from dashboard.figures.steps import STEPS
from dashboard.findings import Promise
from dashboard.settings import BUSINESS_DAY_US
from tests.insight_office import Office


@pytest.fixture(scope="module")
def office() -> Office:
    return Office(7, 80)


def test_the_bars_of_a_step_add_up_to_its_share_and_count_its_cases(office: Office):
    steps = office.view.run("step_spread", now=office.now).to_pylist()
    scope = Scope(office.view, office.now)
    bars = STEPS.drawn(scope, STEPS.table_of(scope)).rows.to_pylist()

    for row in steps:
        own = [
            bar for bar in bars if (bar["workflow"], bar["step"]) == (row["workflow"], row["step"])
        ]
        assert sum(bar["share"] for bar in own) == pytest.approx(row["share"])
        assert [bar["is_last"] for bar in own] == [False] * (len(own) - 1) + [True]
        assert {bar["n"] for bar in own} <= {row["n_split"], row["n"] - row["n_split"]}


def test_an_axis_says_order_step_where_a_receipt_was_not_recorded():
    lacking = {"Order Team", "CS representative"}

    assert parties.lane("Order Team", lacking) == "Order step"
    assert parties.lane("CS representative", lacking) == "CS representative’s steps"
    assert parties.lane("Order Team", set()) == "Order Team"


def test_a_change_reads_as_time_or_as_points():
    row = {"p85_change_minutes": -90.0, "kept_change": 0.084, "kept_low": -0.02, "kept_high": 0.0}

    def text(measure: str, name: str) -> str:
        return best_quarter.change_text(row, measure, name, Promise(BUSINESS_DAY_US)).replace(
            "\u00a0", " "
        )

    assert text("p85", "change") == "−1 h 30 m"
    assert [text("kept", name) for name in ("change", "low", "high")] == [
        "+8 points", "−2 points", "0 points",
    ]  # fmt: skip
