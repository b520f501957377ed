"""The simulated department: desks by hand, a queue with a known answer, and what it refuses."""

import random
from dataclasses import replace
from datetime import date

import numpy as np
import pyarrow.compute as pc
import pytest

from dashboard import planning
from dashboard.errors import InputRefused
from dashboard.planning.department import (
    AS_IT_IS,
    DELAY,
    ORDER,
    Arrival,
    Change,
    Counter,
    Order,
    Spells,
    Stage,
    live,
)
from dashboard.planning.desks import count_people, reaction, waits
from dashboard.store import View
from dashboard.store.log import Head
from dashboard.store.model import Model
from tests.builders import SETTINGS
from tests.planning_department import NOW, Made
from tests.simulated import ORDER_STEP

SEEDS = range(1, 7)
NEVER = Spells([])
TL = "Team leader"
ONE_MORE = planning.QUESTIONS["one_more_tl"]


@pytest.fixture(scope="module")
def model() -> Model:
    return Model(SETTINGS)


@pytest.fixture(scope="module")
def plan(model: Model) -> planning.Plan:
    return planning.fit(Made(1, 600).into(model), now=NOW)


def ways(*minutes: float, kind: int = 0) -> list[Stage]:
    return [Stage(kind, each) for each in minutes]


def took(arrivals: list[Arrival], *counters: Counter, window: Spells = NEVER) -> list[float]:
    return [case.minutes for case in live(arrivals, counters, window, AS_IT_IS)]


# --- Desks -----------------------------------------------------------------------------------


def test_a_turn_waits_until_fewer_than_all_people_have_an_earlier_case():
    began, ended = np.array([0.0, 1, 2, 3, 20]), np.array([10.0, 4, 9, 12, 25])

    assert waits(began, ended, 1).tolist() == [0, 9, 8, 7, 0]
    assert waits(began, ended, 2).tolist() == [0, 0, 2, 6, 0]
    assert waits(began, ended, 4).tolist() == [0, 0, 0, 0, 0]


def test_of_a_queue_the_waits_are_found_exactly():
    rng, people = random.Random(3), 3
    free, rows = [0.0] * people, []
    at = 0.0
    for _ in range(400):
        at += rng.expovariate(1.0)
        server = min(range(people), key=lambda number: free[number])
        starts = max(at, free[server])
        free[server] = starts + rng.expovariate(0.4)
        rows.append((at, free[server], starts - at))
    began, ended, really = map(np.array, zip(*rows, strict=True))

    assert waits(began, ended, people) == pytest.approx(really)
    assert (really > 0).mean() > 0.3


def test_people_who_do_one_case_after_the_other_are_told_from_people_who_do_not(model: Model):
    found = {
        alone: planning.fit(Made(2, alone=alone).into(model), now=NOW).desk(TL)
        for alone in (True, False)
    }

    one, other = found[True], found[False]
    assert one.people == other.people == 3
    assert one.error is not None
    assert other.error is not None
    assert one.reaction == pytest.approx(1.0, abs=3 * one.error)
    assert other.reaction == pytest.approx(0.0, abs=3 * other.error)
    assert max(one.error, other.error) < 0.15


def test_a_slow_month_end_is_not_taken_for_a_queue():
    rng = np.random.default_rng(5)
    slow = rng.random(4000) < 0.3
    waited = np.where(slow, 50.0, 1.0) + rng.random(4000)
    time = np.where(slow, 200.0, 60.0) + rng.normal(0, 5, 4000)

    mixed, _ = reaction(time, waited, np.zeros(4000, dtype=np.int64))
    apart, error = reaction(time, waited, slow.astype(np.int64))

    assert mixed > 2
    assert error is not None
    assert abs(apart) < 3 * error


def test_who_stood_in_once_is_no_part_of_the_party():
    person = np.array(["A"] * 30 + ["B"] * 29 + ["C"], dtype=object)
    month = np.array([date(2026, 1, 1)] * 60, dtype=object)

    assert count_people(person, month) == 2
    assert count_people(np.array([None] * 31 + ["A"] * 29, dtype=object), month) == 0
    assert count_people(person[:19], month[:19]) == 0


def test_where_nobody_ever_waited_any_reaction_is_as_likely():
    desk = planning.Desk(TL, 3, error=None)
    drawn = [desk.drawn(np.random.default_rng(seed)) for seed in range(200)]

    assert 0.4 < np.mean(drawn) < 0.6
    assert planning.Desk(TL, 0, error=None).drawn(np.random.default_rng(1)) == 0.0


# --- The department --------------------------------------------------------------------------


def test_one_person_serves_in_the_order_of_coming():
    arrivals = [Arrival(at, 0, ways(10.0), 99, ()) for at in (0.0, 2.0, 30.0)]

    assert took(arrivals, Counter(1, 1.0)) == [10, 18, 10]
    assert took(arrivals, Counter(1, 0.5)) == [10, 14, 10]
    assert took(arrivals, Counter(1, 0.0)) == [10, 10, 10]
    assert took(arrivals, Counter(2, 1.0)) == [10, 10, 10]


def test_one_more_helps_on_her_days_only():
    arrivals = [Arrival(at, 0, ways(10.0), 99, ()) for at in (0.0, 1.0, 40.0, 41.0)]

    assert took(arrivals, Counter(1, 1.0, 1, Spells([(40.0, 50.0)]))) == [10, 19, 10, 10]
    # she comes at 5, while the second case still waits
    assert took(arrivals[:2], Counter(1, 1.0, 1, Spells([(5.0, 50.0)]))) == [10, 14]


def test_spells_that_touch_are_one():
    spells = Spells([(0.0, 10.0), (10.0, 20.0), (40.0, 50.0)])

    assert [spells.holds(at) for at in (0, 10, 19.9, 20, 45)] == [True, True, True, False, True]
    assert [spells.since(at) for at in (15, 20, 60)] == [15, 40, float("inf")]


def test_the_order_step_takes_what_its_part_of_the_month_takes():
    way = [Stage(DELAY, 30.0), Stage(ORDER, 0)]
    arrivals = [Arrival(at, 0, way, 99, [Order(near=100.0, rest=7.0)]) for at in (0.0, 60.0)]
    window = Spells([(80.0, 95.0)])

    assert took(arrivals, window=window) == [37, 130]
    quick = live(arrivals, [], window, Change(order_at_rest=True))
    assert [case.minutes for case in quick] == [37, 37]


def test_a_queue_of_chance_is_as_long_as_the_theory_says():
    # M/M/1: the mean time in the system is 1 / (1/work - 1/gap)
    rng = random.Random(11)
    arrivals, at = [], 0.0
    for _ in range(60_000):
        at += rng.expovariate(1 / 10)
        arrivals.append(Arrival(at, 0, ways(rng.expovariate(1 / 6)), 99, ()))

    assert np.mean(took(arrivals, Counter(1, 1.0))) == pytest.approx(15, rel=0.05)


# --- Fitting and answering -------------------------------------------------------------------


def test_the_ways_of_the_cases_add_up_to_their_times(plan: planning.Plan):
    for path in plan.paths:
        sums = [
            sum(path.orders[int(s.minutes)] if s.kind == ORDER else s.minutes for s in way)
            for way in path.ways
        ]
        assert sums == pytest.approx(path.minutes.tolist())


def test_every_case_comes_in_on_its_day(plan: planning.Plan, model: Model):
    made = Made(1, 600)
    held = [(day, case) for day, cases in enumerate(plan.days.cases) for case in cases]

    assert len(held) == 600
    assert [path.workflow for path in plan.paths] == list(ORDER_STEP)
    assert sum(path == 0 for _, (_, path, _) in held) == len(next(made.paths()).opened)
    assert all(0 <= offset <= plan.days.ends[day] - plan.days.begins[day]
               for day, (offset, _, _) in held)  # fmt: skip


def test_the_same_seeds_give_the_same_answer_and_others_another(plan: planning.Plan):
    one, again = (planning.answer(plan, ONE_MORE, SEEDS) for _ in range(2))
    other = planning.answer(plan, ONE_MORE, range(10, 16))

    assert one == again
    assert one != other


def test_a_path_that_is_not_reproduced_gets_no_answer(plan: planning.Plan):
    local, virtual = plan.paths
    wrong = replace(plan, paths=[replace(local, minutes=local.minutes * 1.15), virtual])

    asked = planning.ask(wrong, ONE_MORE, SEEDS)

    assert asked.check["is_reproduced"].to_pylist() == [False, True]
    assert set(asked.answer["workflow"].to_pylist()) == {"virtual_office"}
    assert planning.check(plan, SEEDS)["is_reproduced"].to_pylist() == [True, True]


def test_few_cases_prove_nothing(model: Model):
    plan = planning.fit(Made(4, 150).into(model), now=NOW)

    asked = planning.ask(plan, planning.QUESTIONS["more_cases"], SEEDS)

    assert max(asked.check["n"].to_pylist()) < 100
    assert not any(asked.check["is_reproduced"].to_pylist())
    assert asked.answer.num_rows == 0


def test_an_empty_log_has_nothing_to_simulate(model: Model):
    empty = Model(SETTINGS)

    plan = planning.fit(View(empty, Head.empty()), now=NOW)

    assert planning.ask(plan, ONE_MORE, SEEDS).check.num_rows == 0
    empty.close()


def test_without_names_of_team_leaders_one_more_of_them_is_no_question(plan: planning.Plan):
    nameless = [replace(desk, people=0) if desk.party == TL else desk for desk in plan.desks]

    asked = planning.ask(replace(plan, desks=nameless), ONE_MORE, SEEDS)

    assert asked.answer.num_rows == 0


def test_more_people_shorten_and_more_cases_lengthen_where_there_is_a_queue(plan: planning.Plan):
    def mean(key: str) -> list[float]:
        table = planning.answer(plan, planning.QUESTIONS[key], SEEDS)
        return table.filter(pc.field("measure") == "mean_minutes")["effect"].to_pylist()

    assert max(mean("one_more_tl")) < 0
    assert max(mean("order_mid_month")) < 0
    assert min(mean("more_cases")) > 0


def test_of_a_large_log_the_newest_cases_are_taken_but_half_a_year_at_least(model: Model):
    view = Made(1, 600).into(model)
    whole = planning.fit(view, now=NOW)

    part = planning.fit(view, now=NOW, most=500)
    half_a_year = planning.fit(view, now=NOW, most=10)

    n = sum(len(path.ways) for path in part.paths)
    assert whole.newest == 0
    assert 500 <= n < 520  # whole days
    assert part.newest == n
    assert half_a_year.days.month_ends in (6, 7)  # the last case came at the end of September
    assert half_a_year.newest < 500


def test_two_month_ends_say_nothing_of_a_third(model: Model):
    view = Made(1, 1200).into(model)
    # 29 May and 30 June 2026 are the two month ends
    plan = planning.fit(view, now=NOW, since=date(2026, 5, 1), until=date(2026, 7, 15))

    checked = planning.check(plan, SEEDS)

    assert checked["month_ends"].to_pylist() == [2, 2]
    assert min(checked["n"].to_pylist()) >= 100
    assert not any(checked["is_reproduced"].to_pylist())


def test_one_seed_is_refused_with_a_way_out(plan: planning.Plan):
    with pytest.raises(InputRefused, match="give at least 2, better 20"):
        planning.check(plan, [3])
