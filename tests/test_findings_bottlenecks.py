"""The sentences of Bottlenecks: who holds the time, saying of people only what is recorded."""

from datetime import date
from typing import Any

import pyarrow as pa
import pytest

from dashboard import findings
from dashboard.figures import best_quarter, bottleneck, budgets, parties, slowest, steps
from dashboard.formats import NBSP
from dashboard.settings import BUSINESS_DAY_US

PROMISE = findings.Promise(BUSINESS_DAY_US, target=2.0, limit=3.0)
HOUR_US = 3_600_000_000


def plain(text: str) -> str:
    return text.replace(NBSP, " ").replace("**", "")


def table(*rows: dict[str, Any]) -> pa.Table:
    return pa.Table.from_pylist(list(rows))


def step(number: int, party: str, share: float, n: int = 40, **more: Any) -> dict[str, Any]:
    us = {"waiting_us": 0, "working_us": 0, "not_split_us": round(share * 100 * HOUR_US)}
    return {
        "workflow": "local", "step": number, "party": party, "n": n, "n_split": 0,
        "n_unrecorded_handover": 0, "share": share, "p50_minutes": 344.0, "p85_minutes": 921.0,
        **us, **more,
    }  # fmt: skip


def party(name: str, share: float | None) -> dict[str, Any]:
    return {"party": name, "n": 40, "share": share}


def slack(number: int, left: float, n: int = 40) -> dict[str, Any]:
    return {
        "workflow": "local", "step": number, "n": n, "slack_p85_minutes": left,
        "budget_minutes": 578.0, "p85_minutes": 578.0 - left, "slack_mean_minutes": left,
        "mean_minutes": 578.0 - left,
    }  # fmt: skip


def best(number: int, change: float, told: bool = True) -> dict[str, Any]:
    return {
        "workflow": "local", "step": number, "quarter": date(2026, 1, 1), "told_from_chance": told,
        "p85_minutes": 2160.0, "p85_change_minutes": change, "p85_low_minutes": change - 60,
        "p85_high_minutes": change + 60, "kept": 0.7, "kept_change": 0.1, "kept_low": 0.05,
        "kept_high": 0.15, "n_quarters": 3,
    }  # fmt: skip


ORDERS = table(party("Order Team", 0.41), party("Customer", 0.3), party("Agreed date", None))
RECORDED = table(step(2, "CS representative", 0.59), step(6, "Order Team", 0.41))
UNRECORDED = table(
    step(2, "CS representative", 0.2), step(6, "Order Team", 0.41, n_unrecorded_handover=3)
)


def test_the_order_team_is_named_only_if_every_receipt_was_recorded():
    known = bottleneck.headline(RECORDED, ORDERS, PROMISE)
    unknown = bottleneck.headline(UNRECORDED, ORDERS, PROMISE)

    assert plain(known.text) == "Order Team holds 41% of the time."
    assert plain(unknown.text) == "The order step holds 41% of the time."
    assert plain(unknown.why) == (
        "That is the share of all business time of 40 completed cases. The longest step is step 6 "
        "(Order processed) of the local path with 41%: median 5 h 44 m, 85th percentile 1 d 6 h."
    )


@pytest.mark.parametrize(
    ("name", "unrecorded", "words"),
    [
        ("Customer", set(), "the Customer"),
        ("Agreed date", set(), "waiting for the appointment"),
        ("EMS", set(), "EMS"),
        ("CS representative", {"CS representative"}, "the CS representative’s steps"),
        ("Order Team", {"CS representative"}, "Order Team"),
    ],
)
def test_who_has_the_time_as_one_says_it(name: str, unrecorded: set[str], words: str):
    assert bottleneck.holder(name, unrecorded) == words


def test_few_cases_and_no_time_say_so():
    few = bottleneck.headline(table(step(2, "CS representative", 1.0, n=3)), ORDERS, PROMISE)
    none = bottleneck.headline(RECORDED, table(party("Customer", None)), PROMISE)

    assert "fewer than 20 cases" in few.why
    assert plain(none.text) == "The completed cases took no business time."
    assert parties.sentence(RECORDED, table(party("Customer", None))) == (
        "These cases took no business time."
    )


def test_time_is_split_only_where_start_was_recorded():
    some = table(
        step(2, "CS representative", 0.2),
        step(3, "Team leader", 0.3, n_split=30, waiting_us=3 * HOUR_US, working_us=9 * HOUR_US),
    )

    assert plain(steps.sentence(RECORDED)).startswith(
        "Not split: Start was recorded in none of 80 steps."
    )
    assert plain(steps.sentence(some)) == (
        "Where Start was recorded (30 of 80 steps), 25% of the time was spent waiting for it; "
        "100% of that before step 3 (Canceled) of the local path."
    )


def test_parties_name_the_first_two_and_what_was_not_recorded():
    assert plain(parties.sentence(UNRECORDED, ORDERS)) == (
        "The order step holds 41% and the Customer 30% of the time. In 3 steps a handoff was "
        "not recorded, so the whole step counts for its own party."
    )
    assert "not recorded" not in parties.sentence(RECORDED, ORDERS)


def test_budgets_count_only_steps_with_enough_cases():
    kept = table(slack(2, 10.0), slack(6, 5.0))
    over = table(slack(2, 10.0), slack(5, -30.0), slack(6, -400.0), slack(7, -900.0, n=4))

    assert plain(budgets.sentence(kept, PROMISE)) == "On average 2 of 2 steps stay within budget."
    assert plain(budgets.sentence(over, PROMISE)) == (
        "On average 1 of 3 steps stays within budget. Furthest over: step 6 (Order processed) of "
        "the local path, with 1 d 7 h against a budget of 1 d 1 h (40 cases)."
    )
    assert "hollow" in budgets.sentence(table(slack(2, 1.0, n=3)), PROMISE)


def test_a_best_quarter_is_named_only_if_it_is_told_from_chance():
    rows = table(best(5, -900.0, told=False), best(6, -540.0))

    assert plain(best_quarter.sentence(rows, "p85", PROMISE)) == (
        "Estimate: had step 6 (Order processed) of the local path run as in Q1 2026, the best "
        "of 3 quarters, 85% of the cases of the local path would have been done within 3 d 1 h to "
        "2 d 8 h instead of 4 d (95% interval; the largest effect of 2 steps, so rely on the "
        "first number)."
    )
    assert "instead of 70% of the local cases would have been within SLA" in plain(
        best_quarter.sentence(rows, "kept", PROMISE)
    )
    assert best_quarter.sentence(table(best(6, -540.0, told=False)), "p85", PROMISE).startswith(
        "No gain that this data can show (at most "
    )


def long(minutes: int) -> dict[str, Any]:
    return {"business_us": minutes * 60_000_000, "day_us": BUSINESS_DAY_US}


def test_the_slowest_say_how_many_late_ones_have_a_reason():
    rows = [
        {**long(4320), "timing": "late", "breach_reason": "firm answered late"},
        {**long(3000), "timing": "late", "breach_reason": None},
        {**long(1600), "timing": "at risk", "breach_reason": None},
    ]

    assert plain(slowest.sentence(table(*rows))) == (
        "The longest took 8 d. A reason was given for 1 of the 2 that missed the SLA."
    )
    assert "All of these met the SLA" in slowest.sentence(table(rows[2]))


@pytest.mark.parametrize(
    ("minutes", "words"), [(-0.4, "0 m"), (-0.6, "−1 m"), (-90.0, "−1 h 30 m"), (90.0, "1 h 30 m")]
)
def test_what_rounds_to_nothing_has_no_sign(minutes: float, words: str):
    assert plain(PROMISE.difference(minutes)) == words
