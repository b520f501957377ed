"""The figures of Bottlenecks by hand: a few cases whose waiting, work and budgets one can count."""

from collections.abc import Callable
from datetime import UTC, date, datetime
from typing import Any
from zoneinfo import ZoneInfo

import numpy as np
import pyarrow as pa
import pytest

from dashboard import commands
from dashboard.figures import quarters
from dashboard.figures.best_quarter import BEST_QUARTER
from dashboard.figures.budgets import BUDGETS
from dashboard.figures.figure import Scope
from dashboard.store import Store
from dashboard.workflows import WORKFLOWS
from tests.builders import ADMIN, LEAD

NEW_YORK = ZoneInfo("America/New_York")
DECEMBER = datetime(2026, 12, 1, 17, 0, tzinfo=UTC)
MINUTE_US = 60_000_000
LIMIT_US = 3 * 540 * MINUTE_US
HOUR_US = 60 * MINUTE_US
LONGEST = 4  # of the made-up steps, by its place
# 30, 30, 60, 120, 300 and 5 minutes of business time in the steps from the second on.
MORNING = ("10-05 09:00", "10-05 09:30", "10-05 10:00", "10-05 11:00", "10-05 13:00",
           "10-06 09:00", "10-06 09:05")  # fmt: skip

Told = Callable[..., str]


def ny(text: str) -> datetime:
    """New York's wall clock in 2026: "10-05 09:00"."""
    return datetime.strptime(f"2026-{text}", "%Y-%m-%d %H:%M").replace(tzinfo=NEW_YORK)


@pytest.fixture
def tell(store: Store) -> Told:
    """Record a local case from the times of its steps; `started` says when somebody began one."""

    def told(*times: str, started: dict[int, str] | None = None, **form: Any) -> str:
        instants = [ny(text) for text in times]
        fields = {"firm_name": "Juniper Advisors", "team_leader": "T. Vance"} | form
        given: dict[str, Any] = {"by": LEAD, "now": DECEMBER}
        case_id, first = "", 1
        for step in [*sorted(started or {}), len(times) + 1]:
            evidence = commands.Evidence(
                "local", instants[first - 1 : step - 1], form=fields if first == 1 else {},
                first=first,
            )  # fmt: skip
            case = store.case(case_id) if case_id else None
            command_id = f"{store.count_cases()}/{first}"
            events = commands.record_evidence(
                store, evidence, case=case, command_id=command_id, **given
            )
            case_id, first = events[0].stream, step
            if started and step in started:
                commands.start_step(store, case_id, step, at=ny(started[step]), **given)
        return case_id

    return told


def rows(table: pa.Table, *names: str) -> list[tuple[Any, ...]]:
    return [tuple(row[name] for name in names) for row in table.to_pylist()]


def minutes(table: pa.Table, *names: str) -> dict[int, tuple[float, ...]]:
    """Microseconds of each step as minutes."""
    return {row[0]: tuple(us / MINUTE_US for us in row[1:]) for row in rows(table, "step", *names)}


# --- Where the time went ---------------------------------------------------------------------


def test_a_step_is_split_by_the_moment_somebody_started_it(store: Store, tell: Told):
    tell(*MORNING, started={4: "10-05 10:20", 6: "10-06 08:30"})

    table = store.run("step_spread", now=DECEMBER)

    parts = minutes(table, "business_us", "waiting_us", "working_us", "not_split_us")
    assert parts == {
        2: (30.0, 0.0, 0.0, 30.0),  # nobody pressed Start: not split, and not guessed
        3: (30.0, 0.0, 0.0, 30.0),
        4: (60.0, 20.0, 40.0, 0.0),
        5: (120.0, 0.0, 0.0, 120.0),
        6: (300.0, 270.0, 30.0, 0.0),  # 13:00 to 17:00 and 08:00 to 08:30, then to 09:00
        7: (5.0, 0.0, 0.0, 5.0),
    }
    assert rows(table, "step", "n", "n_split")[2] == (4, 1, 1)
    assert table["share"].to_pylist() == pytest.approx([part[0] / 545 for part in parts.values()])


def test_a_case_that_was_opened_again_is_not_split(store: Store, tell: Told):
    case_id = tell(*MORNING, started={4: "10-05 10:20"})
    given: dict[str, Any] = {"by": LEAD, "now": DECEMBER}
    commands.reopen_step(store, case_id, 7, "a slip", at=ny("10-06 10:00"), **given)
    evidence = commands.Evidence("local", [ny("10-06 11:00")], first=7)
    commands.record_evidence(store, evidence, case=store.case(case_id), command_id="7", **given)

    table = store.run("step_spread", now=DECEMBER)

    assert sum(table["n_split"].to_pylist()) == 0
    assert minutes(table, "business_us", "not_split_us")[7] == (120.0, 120.0)


def test_open_cases_are_no_part_of_it(store: Store, tell: Told):
    tell(*MORNING)
    tell(*MORNING[:5])

    spread = store.run("step_spread", now=DECEMBER)

    assert set(spread["n"].to_pylist()) == {1}
    assert set(store.run("party_spread", now=DECEMBER)["n"].to_pylist()) == {1}


def test_an_unrecorded_hand_over_is_counted_and_a_recorded_one_is_not(store: Store, tell: Told):
    tell(*MORNING)
    case_id = tell(*MORNING[:5])
    given: dict[str, Any] = {"by": LEAD, "now": DECEMBER}
    commands.record_turn(store, case_id, 6, at=ny("10-05 15:00"), **given)
    rest = commands.Evidence("local", [ny(text) for text in MORNING[5:]], first=6)
    commands.record_evidence(store, rest, case=store.case(case_id), command_id="r", **given)

    table = store.run("step_spread", now=DECEMBER)

    lacking = dict(rows(table, "step", "n_unrecorded_handover"))
    assert lacking == {2: 0, 3: 0, 4: 0, 5: 2, 6: 1, 7: 0}


def test_parties_hold_what_the_ledger_says(store: Store, tell: Told):
    tell(*MORNING)
    tell("10-05 09:00", *["10-05 09:00"] * 5, "10-05 10:00")

    table = store.run("party_spread", now=DECEMBER)

    assert rows(table, "party", "n", "business_us") == [
        ("Order Team", 1, 300 * MINUTE_US),
        ("CS representative", 1, 150 * MINUTE_US),
        ("Team leader", 1, 90 * MINUTE_US),
        ("Customer", 2, 65 * MINUTE_US),  # both downloads: 5 and 60 minutes
    ]  # fmt: skip
    assert table["p50_minutes"].to_pylist()[3] == 32.5
    assert sum(table["share"].to_pylist()) == pytest.approx(1)


def test_cases_without_any_time_have_no_shares_and_break_nothing(store: Store, tell: Told):
    tell(*["10-05 09:00"] * 7)

    steps = store.run("step_spread", now=DECEMBER)

    assert set(steps["share"].to_pylist()) == {None}
    assert store.run("party_spread", now=DECEMBER).num_rows == 0
    assert set(store.run("step_budgets", now=DECEMBER)["basis"].to_pylist()) == {"even"}


# --- The cases behind a figure ---------------------------------------------------------------


def test_behind_each_part_of_a_step_stand_as_many_cases_as_it_counts(store: Store, tell: Told):
    split = tell(*MORNING, started={4: "10-05 10:20"})
    whole = tell(*MORNING)

    def behind(part: str | None) -> list[tuple[Any, ...]]:
        table = store.run("step_cases", now=DECEMBER, step=4, part=part)
        return rows(table, "case_id", "business_minutes", "case_minutes")

    assert behind("waiting") == [(split, 20.0, 545.0)]
    assert behind("in work") == [(split, 40.0, 545.0)]
    assert behind("not split") == [(whole, 60.0, 545.0)]
    assert behind(None) == [(split, 60.0, 545.0), (whole, 60.0, 545.0)]


def test_the_slowest_cases_name_step_party_and_reason(store: Store, tell: Told):
    slow = tell(*MORNING[:5], "10-16 09:00", "10-16 09:05")
    tell(*MORNING)
    commands.explain_breach(store, slow, "firm answered late", "away", by=LEAD, now=DECEMBER)

    table = store.run("slowest_cases", now=DECEMBER, most=1)

    # Columbus Day is a holiday: 4 hours, seven whole days and one hour, then the rest
    assert rows(
        table, "case_id", "timing", "step", "step_minutes", "party", "party_minutes",
        "breach_reason", "breach_comment",
    ) == [
        (slow, "late", 6, 4080.0, "Order Team", 4080.0, "firm answered late", "away"),
    ]  # fmt: skip


# --- Budgets ---------------------------------------------------------------------------------


def test_budgets_by_history_are_shares_of_all_time_and_add_up_to_the_limit(
    store: Store, tell: Told
):
    tell(*MORNING)  # 30, 30, 60, 120, 300 and 5 of 545 minutes

    table = store.run("step_budgets", now=DECEMBER, workflow="local")

    budgets = table["budget_us"].to_pylist()
    assert sum(budgets) == LIMIT_US
    assert budgets == pytest.approx(
        [LIMIT_US * part / 545 for part in (30, 30, 60, 120, 300, 5)], abs=1
    )
    assert set(rows(table, "basis", "n_history")) == {("history", 1)}


def test_what_rounding_leaves_over_goes_to_the_largest_remainders(store: Store, tell: Told):
    commands.change_targets(store, "local", 0.25, 0.25, by=ADMIN, now=DECEMBER, day_minutes=60)
    # 7 parts in all of 900,000,000 µs: a part is 128,571,428 and 4/7
    tell("10-05 09:00", "10-05 09:01", "10-05 09:02", *["10-05 09:02"] * 3, "10-05 09:07")

    table = store.run("step_budgets", now=DECEMBER, workflow="local")

    assert table["budget_us"].to_pylist() == [128_571_429, 128_571_428, 0, 0, 0, 642_857_143]


def test_without_history_the_limit_is_split_evenly(store: Store):
    table = store.run("step_budgets", now=DECEMBER)

    assert rows(table, "workflow", "step", "basis", "budget_minutes")[0] == (
        "local", 2, "even", 270.0,
    )  # fmt: skip
    assert table.num_rows == sum(path.last - 1 for path in WORKFLOWS.values())
    assert sum(table["budget_us"].to_pylist()) == 2 * LIMIT_US


def test_budgets_do_not_move_with_the_period_but_slack_does(store: Store, tell: Told):
    tell(*MORNING)
    tell(*(text.replace("10-", "11-") for text in MORNING[:6]), "11-09 09:05")

    october = BUDGETS.table_of(Scope(store, DECEMBER, {"until": date(2026, 11, 1)}))
    ever = BUDGETS.table_of(Scope(store, DECEMBER))

    assert october["budget_us"].to_pylist() == ever["budget_us"].to_pylist()
    budget, p50, p85, slack50, slack85 = rows(
        october, "budget_minutes", "p50_minutes", "p85_minutes", "slack_p50_minutes",
        "slack_p85_minutes",
    )[5]  # fmt: skip
    assert (p50, slack50, slack85) == (5.0, budget - 5, budget - p85)
    assert ever["slack_p85_minutes"][5].as_py() < slack85


def test_budgets_that_were_set_hold_and_keep_their_proportions_under_another_limit(store: Store):
    given: dict[str, Any] = {"by": ADMIN, "now": DECEMBER}
    mine = [part * HOUR_US for part in (1, 2, 3, 4, 14, 3)]
    commands.change_budgets(store, "local", mine, **given)

    set_here = store.run("step_budgets", now=DECEMBER, workflow="local")
    commands.change_targets(store, "local", 2, 4, **given)
    longer = store.run("step_budgets", now=DECEMBER, workflow="local")

    assert set(set_here["basis"].to_pylist()) == {"set"}
    assert set_here["budget_us"].to_pylist() == mine
    assert longer["budget_us"].to_pylist() == pytest.approx([us * 4 / 3 for us in mine], abs=1)
    assert sum(longer["budget_us"].to_pylist()) == LIMIT_US * 4 // 3


# --- What if ---------------------------------------------------------------------------------


def cases_of(seed: int, factor: float, n: int = 480) -> list[dict[str, Any]]:
    """Cases of six steps; in one of six quarters the longest takes `factor` of its usual time."""
    chance = np.random.default_rng(seed)
    which = chance.integers(0, 6, n)
    hours = chance.lognormal(0, 0.8, (n, 6)) * np.array([1, 2, 1, 4, 6, 3])
    hours[:, LONGEST] *= np.where(which == 2, factor, 1)
    times = (hours * HOUR_US).astype(np.int64)
    return [
        {
            "quarter": date(2025 + int(q) // 4, 1 + 3 * (int(q) % 4), 1),
            "limit_us": LIMIT_US,
            "business_us": int(own.sum()),
            "steps_us": own.tolist(),
        }
        for q, own in zip(which, times, strict=True)
    ]


def truth(factor: float) -> tuple[float, ...]:
    """What P50 and P85 in minutes, and the share within the limit, change by, of many cases."""
    many = cases_of(0, factor, 60_000)
    steps = np.array([row["steps_us"] for row in many])
    in_best = np.array([row["quarter"] == date(2025, 7, 1) for row in many])
    ratio = np.median(steps[in_best, LONGEST]) / np.median(steps[:, LONGEST]) if factor < 1 else 1.0
    before = steps.sum(axis=1)
    after = before - (1 - ratio) * steps[:, LONGEST]
    p50, p85 = (
        (np.quantile(after, share) - np.quantile(before, share)) / MINUTE_US
        for share in (0.5, 0.85)
    )
    return float(p50), float(p85), float((after <= LIMIT_US).mean() - (before <= LIMIT_US).mean())


def estimate(seed: int, factor: float, draws_seed: int | None = None) -> dict[str, Any]:
    """The estimate for the longest step alone."""
    cases = cases_of(seed, factor)
    for row in cases:
        row["steps_us"] = [row["steps_us"][LONGEST]]
    chance = seed if draws_seed is None else draws_seed
    [row] = quarters.of_path(cases, chance, quarters.DRAWS)
    return row


@pytest.mark.proof
@pytest.mark.parametrize("factor", [1.0, 0.6])
def test_the_estimate_covers_a_known_effect_in_90_of_100_seeds(factor: float):
    known, names = truth(factor), ("p50_{}_minutes", "p85_{}_minutes", "kept_{}")
    covered = np.zeros(3)

    for seed in range(100):
        found = estimate(seed, factor)
        covered += [
            found[name.format("low")] - 1e-9 <= true <= found[name.format("high")] + 1e-9
            for name, true in zip(names, known, strict=True)
        ]

    assert covered.min() >= 90


def test_where_quarters_do_not_differ_hardly_any_of_six_steps_is_told():
    told = 0
    for seed in range(20):
        steps = quarters.of_path(cases_of(seed, 1.0), seed, quarters.DRAWS)
        told += any(row["told_from_chance"] for row in steps)

    assert told <= 1  # of 20 seeds


def test_a_quarter_that_was_truly_better_is_told_and_named():
    found = estimate(3, 0.4)

    assert found["told_from_chance"]
    assert found["quarter"] == date(2025, 7, 1)
    assert found["p50_high_minutes"] < 0
    assert found["p50_low_minutes"] <= found["p50_change_minutes"] <= found["p50_high_minutes"]
    assert found["kept_low"] > 0


def test_the_same_seed_gives_the_same_estimate_and_another_seed_another():
    once, again = estimate(1, 0.6), estimate(1, 0.6)
    other = estimate(1, 0.6, draws_seed=2)

    assert once == again
    assert once["p85_low_minutes"] != other["p85_low_minutes"]
    assert once["median_minutes"] == other["median_minutes"]


def test_a_step_whose_usual_time_is_nothing_can_change_nothing():
    cases = [{**row, "steps_us": [0, *row["steps_us"][1:]]} for row in cases_of(1, 1.0)]
    for row in cases:
        row["business_us"] = sum(row["steps_us"])

    first = quarters.of_path(cases, 1, 50)[0]

    assert [first[f"p85_{end}_minutes"] for end in ("change", "low", "high")] == [0, 0, 0]
    assert not first["told_from_chance"]


def test_it_takes_two_quarters_with_twenty_cases(store: Store, tell: Told):
    many = [row for row in cases_of(1, 1.0) if row["quarter"] < date(2025, 7, 1)]
    one = [row for row in many if row["quarter"] == date(2025, 1, 1)]
    other = [row for row in many if row["quarter"] > date(2025, 1, 1)]
    tell(*MORNING)

    assert quarters.of_path([*one[:20], *other[:20]], 1, 10)
    assert quarters.of_path([*one[:20], *other[:19]], 1, 10) == []
    assert BEST_QUARTER.table_of(Scope(store, DECEMBER)).num_rows == 0


def test_of_many_cases_every_so_manieth_is_taken_of_each_path(store: Store, tell: Told):
    ids = [tell(*MORNING) for _ in range(7)]

    table = store.run("case_steps", now=DECEMBER, most=3)

    assert table["case_id"].to_pylist() == [ids[2], ids[4], ids[6]]
    assert set(table["n_path"].to_pylist()) == {7}
    assert table["steps_us"][0].as_py() == [part * MINUTE_US for part in (30, 30, 60, 120, 300, 5)]
