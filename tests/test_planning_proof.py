"""What-if answers against the true effect, on fewer logs than `bench/what_if_proof.py` counts."""

from collections import Counter
from datetime import UTC, datetime
from pathlib import Path

import pytest

from dashboard import planning
from dashboard.intake import import_tracker
from dashboard.store import Store
from dashboard.store.model import Model
from tests.builders import ADMIN, SETTINGS
from tests.planning_department import NOW, Made, held, truth

pytestmark = pytest.mark.proof
TRACKER = Path(__file__).parent / "data" / "tracker.csv"
LOGS, CASES, SEEDS = range(5), 600, range(8)
AIM = 0.80


@pytest.fixture(scope="module")
def model() -> Model:
    return Model(SETTINGS)


@pytest.mark.parametrize("key", planning.QUESTIONS)
def test_the_interval_holds_what_the_change_really_did(key: str, model: Model):
    question, counts = planning.QUESTIONS[key], Counter[bool]()
    for log in LOGS:
        plan = planning.fit(Made(log, CASES).into(model), now=NOW)
        table = planning.answer(plan, question, SEEDS)
        counts.update(held(table, truth(log, question.change, CASES)).values())

    assert counts.total() >= 0.8 * 8 * len(LOGS)  # few logs get no answer …
    assert counts[True] >= AIM * counts.total()  # … and few of the answers are wrong


def test_an_interval_does_not_hold_the_effect_of_another_change(model: Model):
    plan = planning.fit(Made(1, CASES).into(model), now=NOW)

    table = planning.answer(plan, planning.QUESTIONS["more_cases"], SEEDS)
    wrong = held(table, truth(1, planning.QUESTIONS["order_mid_month"].change, CASES))

    assert sum(wrong.values()) < AIM * len(wrong)


def test_one_more_who_is_not_needed_changes_nothing_and_the_answer_says_so(model: Model):
    question = planning.QUESTIONS["one_more_tl"]
    counts = Counter[bool]()
    for log in LOGS:
        plan = planning.fit(Made(log, CASES, alone=False).into(model), now=NOW)
        table = planning.answer(plan, question, SEEDS)
        really = truth(log, question.change, CASES, alone=False)
        counts.update(held(table, really).values())
        assert not any(really.values())

    assert counts[True] >= AIM * counts.total() > 0


def test_the_tracker_is_reproduced(store: Store):
    now = datetime(2026, 10, 30, 19, 30, tzinfo=UTC)
    import_tracker(store, TRACKER.read_bytes(), TRACKER.name, by=ADMIN, now=now)

    checked = planning.check(planning.fit(store, now=now), SEEDS)

    assert checked["is_reproduced"].to_pylist() == [True, True]
