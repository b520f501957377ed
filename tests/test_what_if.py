"""What if on its page: the words, the chart's rows, the button, and silence where it must be."""

import json
import re
from typing import Any

import pyarrow as pa
import pytest
from streamlit.testing.v1 import AppTest

from dashboard import charts, planning
from dashboard.findings import Promise
from dashboard.findings import what_if as found_in
from dashboard.planning.answers import ANSWER, CHECK
from dashboard.settings import BUSINESS_DAY_US
from dashboard.store import Store
from dashboard.ui import what_if
from tests.declared import fields
from tests.simulated import Simulated
from tests.test_pages import live, log, said, walked

__all__ = ["live", "log"]  # fixtures

PROMISE = Promise(BUSINESS_DAY_US, target=2, limit=3)
MEASURES = ("within_limit", "mean_minutes", "p50_minutes", "p85_minutes")


def answered(*effects: float, spread: float = 0.1, workflow: str = "local") -> pa.Table:
    """An answer of one path; each interval reaches `spread` of its effect to either side."""
    bases = (0.5, 1000.0, 900.0, 1500.0)
    return pa.Table.from_pylist(
        [
            {
                "workflow": workflow, "measure": name, "n": 400, "base": base,
                "changed": base + effect, "effect": effect, "low": effect - abs(effect) * spread,
                "high": effect + abs(effect) * spread, "n_seeds": 20,
            }
            for name, base, effect in zip(MEASURES, bases, effects, strict=True)
        ],
        schema=ANSWER,
    )  # fmt: skip


def checked(
    n: int = 400, p85: float = 1500.0, is_good: bool = True, month_ends: int = 12
) -> pa.Table:
    row = {
        "workflow": "local", "n": n, "month_ends": month_ends,
        "log_p50_minutes": 900.0, "simulated_p50_minutes": 900.0,
        "log_p85_minutes": 1500.0, "simulated_p85_minutes": p85, "is_reproduced": is_good,
    }  # fmt: skip
    return pa.Table.from_pylist([row], schema=CHECK)


def plain(text: str) -> str:
    return text.replace("\u00a0", " ")


# --- Words -----------------------------------------------------------------------------------


def test_an_effect_is_told_with_its_interval():
    text = plain(found_in.what_if(answered(0.10, -60, -120, -90), PROMISE))

    assert text == (
        "**Local: 60%** instead of 50% would be within SLA (+10 points, 90% interval +9 to "
        "+11), with a median of **1 d 4 h** instead of 1 d 6 h (−2 h, −2 h 12 m to −1 h 48 m)."
    )


def test_what_may_be_nothing_is_not_called_an_effect():
    text = plain(found_in.what_if(answered(0.01, -6, -12, 9, spread=2), PROMISE))

    assert text.startswith("**Local: too little data to tell.**")
    assert "(50% as it is; +1 point, 90% interval −1 to +3)" in text


@pytest.mark.parametrize(
    ("effect", "spread", "verdict"),
    [
        (0.0, 1, "no measurable difference"),
        (0.004, 1, "no measurable difference"),
        (0.004, 2, "too little data to tell"),
    ],
)
def test_no_difference_is_said_only_of_one_that_is_certain_to_be_small(
    effect: float, spread: int, verdict: str
):
    text = plain(found_in.what_if(answered(effect, 0, 0, 0, spread=spread), PROMISE))

    assert text.startswith(f"**Local: {verdict}.**")


def test_a_difference_of_less_than_a_minute_has_no_sign():
    assert plain(found_in.difference(-0.3, PROMISE)) == "0 m"
    assert plain(found_in.difference(-0.6, PROMISE)) == "−1 m"


@pytest.mark.parametrize(
    ("check", "why"),
    [
        (checked(n=60, is_good=False), "60 completed cases, and 100 are needed"),
        (checked(p85=1800, is_good=False), "with P85 3 d 3 h for the log’s 2 d 7 h, more than"),
        (checked(month_ends=1, is_good=False), "1 month end in this period, and 3 are needed"),
        (checked(), "does not name enough of those who did the team leaders’ steps"),
    ],
)  # fmt: skip
def test_silence_has_a_reason(check: pa.Table, why: str):
    [said_] = found_in.silent(check, ANSWER.empty_table(), "one_more_tl", PROMISE)

    assert why in plain(said_)
    assert found_in.silent(check, answered(0, 0, 0, 0), "one_more_tl", PROMISE) == []


@pytest.mark.parametrize(
    ("reaction", "error", "says"),
    [
        (0.95, 0.05, "they do one case after the other"),
        (0.06, 0.06, "they work on many cases at once"),
        (0.50, 0.20, "whether they do one case after the other cannot be told"),
        (0.0, None, "there is little to gain"),
    ],
)
def test_it_says_how_team_leaders_work(reaction: float, error: float | None, says: str):
    desk = planning.Desk("Team leader", 3, reaction, error, 1000, 0.0 if error is None else 0.2)

    assert says in found_in.leaders(desk)
    assert found_in.leaders(planning.Desk("Team leader", 0)) == ""
    alike = planning.Desk("Team leader", 2, 0.0, None, 1000, 0.2)
    assert "both team leaders had an earlier case, but for equally long" in found_in.leaders(alike)


# --- The chart -------------------------------------------------------------------------------


def test_the_chart_asks_for_no_field_that_its_rows_lack_and_names_tokens():
    table = what_if.effects(answered(0.10, -60, -120, 9, spread=2), PROMISE)

    assert set(table["tone"].to_pylist()) <= set(charts.TOKENS)
    known = {*table.column_names, "zero", "least", "most"}
    assert fields(charts.EFFECTS) <= known
    text = json.dumps({key: value for key, value in charts.EFFECTS.items() if key != "config"})
    assert not re.search(r"#[0-9a-fA-F]{6}", text)


def test_the_rows_are_times_in_hours_and_never_the_share():
    rows = what_if.effects(answered(0.10, -60, -120, -90), PROMISE).to_pylist()

    assert [row["lane"] for row in rows] == [
        "Local, mean",
        "Local, median",
        "Local, 85th percentile",
    ]
    assert [row["effect"] for row in rows] == [-1.0, -2.0, -1.5]
    assert all(row["is_told"] for row in rows)


# --- The card --------------------------------------------------------------------------------


def alone() -> None:
    """The card on a page of its own, whose only filter is the path in the address."""
    import streamlit as st

    from dashboard import ui
    from dashboard.ui import handle
    from dashboard.ui.page import Page
    from tests.builders import LEAD

    store = handle.store()
    filters = {"workflow": st.query_params.get("path")}
    ui.what_if.what_if(Page(store, handle.page_now(store), LEAD, filters))


def opened(**params: str) -> AppTest:
    app = AppTest.from_function(alone, default_timeout=60)
    for key, value in params.items():
        app.query_params[key] = value
    app.run()
    assert not app.exception
    return app


def press(app: AppTest) -> AppTest:
    app.button(key="simulate").click().run()
    assert not app.exception
    return app


def test_it_answers_on_a_click_and_keeps_the_answer_until_the_log_changes(live: Store):
    Simulated(5, 320, slow=6.0).record(live)
    app = opened(what_if="Order step at mid-month pace")

    press(app)

    text = plain(said(app))
    assert "would be within SLA" in text
    assert "Simulated as it is: Local P50" in text
    assert len(app.metric) == 2
    again = app.run()
    assert len(again.metric) == 2
    assert not [button for button in again.button if button.key == "simulate"]


def test_a_path_that_is_chosen_is_shown_alone(live: Store):
    Simulated(5, 320, slow=6.0).record(live)
    app = opened(what_if="Order step at mid-month pace", path="local")

    press(app)

    labels: list[Any] = [metric.label for metric in app.metric]
    assert labels == ["Local, within SLA"]


def test_few_cases_get_a_reason_and_no_figure(live: Store):
    Simulated(5, 60).record(live)
    app = opened()

    press(app)

    assert "are needed to see whether the simulation is right" in said(app)
    assert not app.metric


def test_before_the_first_case_there_is_no_button(live: Store):
    app = opened()

    assert "nothing to simulate from" in said(app)
    assert not app.button


def test_cases_that_are_all_open_are_no_error(live: Store):
    walked(live, "local", 3)

    app = press(opened())

    assert "there is nothing to simulate from" in said(app)
    assert not app.metric
