"""Every function that makes sentences of data, tried on the edges of what it may be given.

Of each: what it says of nothing, of one, of ties, where all are equal, in reverse, and of few. A
new sentence has to stand here, or among the figures that `test_sentences` draws from logs.
"""

import random
from collections.abc import Callable, Iterable, Mapping
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pyarrow as pa

from dashboard import findings
from dashboard.figures import (
    against,
    ageing,
    best_quarter,
    bottleneck,
    budgets,
    compare,
    heat,
    kept,
    month_end,
    open_cases,
    opening_days,
    order_queue,
    pace,
    parts,
    safe_hours,
    slowest,
    stages,
    steps,
    trend,
)
from dashboard.figures.against import Change
from dashboard.findings import forecast, what_if, words
from dashboard.forecast.record import SCHEMA
from dashboard.formats import percent
from dashboard.instants import to_us
from dashboard.planning import Desk
from dashboard.planning.answers import ANSWER
from dashboard.reports import texts
from dashboard.settings import BUSINESS_DAY_US, FOREVER_US, Settings, Targets
from tests import test_findings as made
from tests import test_findings_bottlenecks as held
from tests.test_findings_forecast import whole
from tests.test_what_if import answered, checked

EXTREMES = ("none", "one", "ties", "equal", "reversed", "few")
ZONE, CLOSES = "America/New_York", datetime(2026, 11, 30, 22, tzinfo=UTC)
US = to_us(CLOSES)
PROMISE = findings.Promise(BUSINESS_DAY_US, target=2.0, limit=3.0)
Trial = Mapping[str, Any]  # arguments by extreme; a text says why there is none


def days(*expected: float, due: int = 0) -> pa.Table:
    first = date(2026, 11, 23)
    return pa.Table.from_pylist(
        [
            {"day": first + timedelta(days=at), "expected": n, "due_limit": due}
            for at, n in enumerate(expected)
        ],
        schema=pa.schema(
            [("day", pa.date32()), ("expected", pa.float64()), ("due_limit", pa.int64())]
        ),
    )


def record(*rows: Mapping[str, Any]) -> pa.Table:
    return pa.Table.from_pylist([dict(row) for row in rows], schema=SCHEMA)


def forecasted(**more: Any) -> dict[str, Any]:
    instants = {f"p{n}": datetime(2026, 11, 24, 9 + n // 10, tzinfo=UTC) for n in (10, 50, 90)}
    row = {
        "p_miss_target": 0.4, "p_miss_limit": 0.1, "longest_minutes": None, "workflow": "local",
        "finished_cases": 300, "is_delivered": False,
    }  # fmt: skip
    return instants | row | more


def promises(*kept_of: tuple[int, int, float]) -> list[dict[str, Any]]:
    return [
        {
            "day_us": BUSINESS_DAY_US, "target_us": BUSINESS_DAY_US,
            "limit_us": round(limit * BUSINESS_DAY_US), "within_limit": kept, "n_completed": n,
        }
        for kept, n, limit in kept_of
    ]  # fmt: skip


def desk(people: int, reaction: float, error: float | None, turns: int, busy: float) -> Desk:
    return Desk("Team leader", people, reaction, error, turns, busy)


def lasting(*hours: int) -> Settings:
    """A department whose business days last so many hours, one target after the other."""
    lengths = [hour * 3_600_000_000 for hour in hours]
    return Settings(
        targets=tuple(
            Targets(key, at or FOREVER_US, us, 2 * us, 3 * us)
            for at, us in enumerate(lengths)
            for key in ("local", "virtual_office")
        )
    )


NOTHING = "there is always something to say it of"
SINGLE = "it is said of one thing"
ONE_TABLE = ANSWER.empty_table()

# All six of each.
TRIED: dict[Callable[..., Any], Trial] = {
    forecast.at_risk: {
        "none": (0, []), "one": (1, [0.4], 1), "ties": (0, [0.5, 0.5]), "equal": (0, [1.0] * 3),
        "reversed": (3, [], 2), "few": (1, [0.2, None]),
    },
    forecast.coming_days: {
        "none": (days(), 3), "one": (days(0.2, due=1), 1), "ties": (days(1.0, 2.0, 2.0), 5),
        "equal": (days(1.0, 1.0), 2, 1), "reversed": (days(3.0, 2.0, 1.0, due=2), 9),
        "few": (days(0.0, 0.0), 0, 2),
    },
    forecast.record: {
        "none": (record(), PROMISE),
        "one": (record(whole("median", 600, 400) | {"cases": 1}), PROMISE),
        "ties": (record(whole("median", 600, 400), whole("boosted", 600, 400)), PROMISE),
        "equal": (record(whole("median", 0, 0), whole("boosted", 0, 0)), PROMISE),
        "reversed": (record(whole("median", 500, 300), whole("boosted", 600, 400)), PROMISE),
        "few": (
            record(whole("median", 600, 400), whole("boosted", 540, 300) | {"cases": 19}), PROMISE,
        ),
    },
    forecast.little: {
        "none": ({}, ["local"]), "one": ({"local": 1}, ["local"]),
        "ties": ({"local": 99, "virtual_office": 99}, ["local", "virtual_office"]),
        "equal": ({"local": 100, "virtual_office": 100}, ["local", "virtual_office"]),
        "reversed": ({"local": 5000, "virtual_office": 0}, ["local", "virtual_office"]),
        "few": ({"local": 19}, ["local"]),
    },
    forecast.expected: {
        "none": NOTHING,
        "one": (forecasted(longest_minutes=540.0, finished_cases=1), ZONE, PROMISE),
        "ties": (forecasted(p_miss_target=1.0, p_miss_limit=1.0), ZONE, PROMISE),
        "equal": (forecasted(p_miss_target=0.4, p_miss_limit=0.4), ZONE, PROMISE),
        "reversed": (forecasted(is_delivered=True), ZONE, PROMISE),
        "few": (forecasted(longest_minutes=540.0, finished_cases=19), ZONE, PROMISE),
    },
    forecast.driven: {
        "none": ([], PROMISE), "one": ([{"driver": "waited", "minutes": 1.0}], PROMISE),
        "ties": ([{"driver": name, "minutes": 60.0} for name in ("waited", "queue")], PROMISE),
        "equal": ([{"driver": name, "minutes": 60.0} for name in forecast.DRIVERS], PROMISE),
        "reversed": ([{"driver": "queue", "minutes": -60.0}], PROMISE),
        "few": ([{"driver": "month_end", "minutes": 15.0}], PROMISE),
    },
    forecast.by_month_end: {
        "none": ([], CLOSES, ZONE), "one": ([0.4], CLOSES, ZONE), "ties": ([0.5] * 2, CLOSES, ZONE),
        "equal": ([1.0] * 3, CLOSES, ZONE), "reversed": ([0.0] * 3, CLOSES, ZONE),
        "few": ([None, 0.9], CLOSES, ZONE),
    },
    what_if.what_if: {
        "none": (ONE_TABLE, PROMISE), "one": (answered(0.01, -1, -1, -1), PROMISE),
        "ties": (answered(0.0, 0, 0, 0, spread=1), PROMISE),
        "equal": (answered(0.0, 0, 0, 0), PROMISE),
        "reversed": (answered(-0.1, 60, 120, 90), PROMISE),
        "few": (answered(0.01, -6, -12, 9, spread=2), PROMISE),
    },
    what_if.silent: {
        "none": (checked(n=0, is_good=False), ONE_TABLE, "one_more_tl", PROMISE),
        "one": (checked(n=1, is_good=False), ONE_TABLE, "one_more_tl", PROMISE),
        "ties": (checked(month_ends=1, is_good=False), ONE_TABLE, "one_more_tl", PROMISE),
        "equal": (checked(), ONE_TABLE, "order_mid_month", PROMISE),
        "reversed": (checked(p85=15.0, is_good=False), ONE_TABLE, "one_more_tl", PROMISE),
        "few": (checked(n=99, is_good=False), ONE_TABLE, "one_more_tl", PROMISE),
    },
    what_if.proved: {
        "none": (checked(is_good=False), PROMISE), "one": (checked(n=1), PROMISE),
        "ties": (pa.concat_tables([checked(), checked()]), PROMISE), "equal": (checked(), PROMISE),
        "reversed": (checked(p85=10.0), PROMISE), "few": (checked(n=19), PROMISE),
    },
    what_if.leaders: {
        "none": (desk(0, 0.0, None, 0, 0.0),), "one": (desk(1, 0.9, 0.05, 100, 0.2),),
        "ties": (desk(2, 0.5, 0.2, 100, 0.5),), "equal": (desk(3, 0.0, None, 1000, 1.0),),
        "reversed": (desk(3, -0.4, 0.1, 1000, 0.2),), "few": (desk(3, 0.0, None, 30, 0.01),),
    },
    words.split: {
        "none": ([],), "one": (promises((1, 1, 3.0)),), "ties": (promises((1, 2, 2), (1, 2, 3)),),
        "equal": (promises((5, 5, 2), (7, 7, 3)),), "reversed": (promises((0, 5, 2), (0, 0, 3)),),
        "few": (promises((1, 1, 2), (0, 1, 3)),),
    },
    words.odd_days: {
        "none": (Settings(), US), "one": (lasting(8), US), "ties": (lasting(8, 8), US),
        "equal": (lasting(9), US), "reversed": (lasting(24), US), "few": (lasting(1), US),
    },
    words.place: {
        "none": (0,), "one": (1,), "ties": SINGLE, "equal": SINGLE, "reversed": (-1,), "few": (2,),
    },
    words.step: {
        "none": NOTHING, "one": ({"workflow": "local", "step": 6},), "ties": SINGLE,
        "equal": SINGLE, "reversed": ({"workflow": "virtual_office", "step": 11},), "few": SINGLE,
    },
    words.period: {
        "none": NOTHING, "one": (date(2026, 11, 2), "week"), "ties": SINGLE, "equal": SINGLE,
        "reversed": (date(2026, 11, 1), "month"), "few": SINGLE,
    },
    words.differing: {
        "none": NOTHING, "one": (True, False), "ties": SINGLE, "equal": (True, True),
        "reversed": (False, True), "few": (False, False),
    },
    words.of_few: {
        "none": (0, "case"), "one": (1, "case"), "ties": SINGLE, "equal": (20, "case"),
        "reversed": SINGLE, "few": (19, "case"),
    },
}  # fmt: skip


def flowing(days: int, n: int, in_step: int, known: int = 0) -> dict[str, Any]:
    return {
        "days_to_month_end": days, "n_days": n, "opened": n, "completed": n, "in_step": in_step,
        "in_step_mean": in_step / n, "known": known, "with_party": known // 2,
    }  # fmt: skip


def aged(step: int, age: float, n: int = 40) -> dict[str, Any]:
    return {"workflow": "local", "step": step, "n": n, "age_days": age, "p85_days": 2.0}


def stood(step: int, n: int) -> dict[str, Any]:
    own = {"workflow": "local", "step": step, "party": "EMS", "completed": 0}
    return own | {"period": date(2026, 10, 5), "open": n}


def safe(day: int, n: int, minutes: float | None) -> dict[str, Any]:
    at = datetime(2026, 11, day, 14, tzinfo=UTC)
    return {
        "workflow": "local", "closes_at": at, "safe_at": at if minutes else None, "n": n,
        "needed_minutes": minutes,
    }  # fmt: skip


def paced(low: float | None, high: float | None, ends: int = 12) -> list[dict[str, Any]]:
    shared = {"n": 30, "n_month_ends": ends, "low": low, "high": high, "n_rest": 90}
    return [
        {"measure": "within_limit", "actual": 0.5, "estimated": 0.6, **shared},
        {"measure": "median_minutes", "actual": 900.0, "estimated": 800.0, **shared},
    ]


def halves(*days: float, n: int = 40) -> list[dict[str, Any]]:
    return [{"workflow": "local", "p50_days": one, "n": n} for one in days]


LATE = {"timing": "late", "breach_reason": "forgotten"}
WINDOW, ORDER, QUIET = (2, -1), made.ORDER_STEP, made.QUIET_STEP
SURE = made.step(7, 900.0, 300.0, 420.0, 780.0)
AT_ONCE = made.table(ORDER, SURE, ORDER | {"step": 5}, ORDER | {"step": 4}, ORDER | {"step": 2})
SPLIT = {"n_split": 30, "waiting_us": held.HOUR_US, "working_us": held.HOUR_US}
THREE = findings.Promise(BUSINESS_DAY_US, target=2.0, limit=3.0)

# What logs at the edge do not bring about: (function, extreme, arguments).
FURTHER: tuple[tuple[Callable[..., Any], str, tuple[Any, ...]], ...] = (
    (ageing.sentence, "one", (made.table(aged(3, 9.0), aged(4, 1.0, n=3)),)),
    (ageing.sentence, "ties", (made.table(aged(3, 9.0), aged(4, 9.0), aged(4, 1.0)),)),
    (ageing.sentence, "equal", (made.table(aged(3, 9.0), aged(3, 9.0)),)),
    (ageing.sentence, "reversed", (made.table(aged(3, 0.1), aged(4, 0.1)),)),
    (ageing.sentence, "few", (made.table(aged(3, 9.0, n=19)),)),
    (best_quarter.sentence, "none", (made.table(), "p85", THREE)),
    (best_quarter.sentence, "one", (made.table(held.best(6, -540.0)), "p85", THREE)),
    (best_quarter.sentence, "ties", (made.table(*[held.best(6, -540.0)] * 2), "kept", THREE)),
    (best_quarter.sentence, "few", (made.table(held.best(6, -9.0, told=False)), "p85", THREE)),
    (budgets.sentence, "one", (made.table(held.slack(6, -400.0)), THREE)),
    (budgets.sentence, "ties", (made.table(*[held.slack(6, -400.0)] * 2), THREE)),
    (compare.sentence, "none", (made.table(QUIET | {"factor": None}),)),
    (compare.sentence, "one", (made.table(ORDER, QUIET),)),
    (compare.sentence, "equal", (AT_ONCE,)),
    (heat.sentence, "none", (made.table(made.cell(6, 0, 4, 9.0)), made.table(ORDER), WINDOW)),
    (
        heat.sentence, "equal",
        (made.table(*(made.cell(6, at, 9, 1.0) for at in (9, 0))), made.table(ORDER), WINDOW),
    ),
    (kept.sentence, "few", (made.table(made.attained(9, 19, 3)),)),
    (
        kept.sentence, "ties",
        (made.table(*(made.attained(at, 20, n) for at, n in ((8, 20), (9, 20), (10, 2)))),),
    ),
    (month_end.headline, "none", (made.table(QUIET | {"factor": None}), THREE)),
    (month_end.headline, "few", (made.table(ORDER, QUIET), THREE)),
    (month_end.headline, "equal", (made.table(ORDER, SURE), THREE)),
    (
        month_end.headline, "one",
        (
            made.table(ORDER), THREE,
            made.table(*(made.day(at, n) for at, n in ((2, 4.0), (1, 5.0), (-1, 1.0)))),
        ),
    ),
    (open_cases.sentence, "ties", (made.table(*[made.week(3)] * 5),)),
    (open_cases.sentence, "reversed", (made.table(*(made.week(n) for n in (1, 1, 2, 2, 9))),)),
    (opening_days.sentence, "one", (made.table(made.place(2, 30, 0.3, told=True)), 0.5)),
    (opening_days.sentence, "ties", (made.table(*[made.place(2, 30, 0.3, told=True)] * 2), 0.5)),
    (order_queue.sentence, "one", (made.table(flowing(0, 1, 1, 1)), WINDOW)),
    (
        order_queue.sentence, "ties",
        (made.table(*(flowing(at, 9, n, 2) for at, n in ((9, 9), (0, 18), (1, 18)))), WINDOW),
    ),
    (order_queue.sentence, "equal", (made.table(flowing(9, 9, 9), flowing(0, 9, 9)), WINDOW)),
    (pace.sentence, "none", (made.table(), THREE)),
    (pace.sentence, "few", (made.table(*paced(None, None, 7)), THREE)),
    (pace.sentence, "equal", (made.table(*paced(-0.1, 0.1)), THREE)),
    (pace.sentence, "one", (made.table(*paced(0.05, 0.15)), THREE)),
    (parts.sentence, "few", (halves(1.0, n=19), [], THREE)),
    (parts.sentence, "ties", (halves(1.0), halves(2.0, 2.0), THREE)),
    (parts.sentence, "reversed", (halves(1.0), halves(3.0, 2.0), THREE)),
    (safe_hours.sentence, "none", (made.table(safe(30, 40, None)), CLOSES, ZONE, 0.85, THREE)),
    (
        safe_hours.sentence, "few",
        (made.table(safe(30, 19, None)), CLOSES - timedelta(days=3), ZONE, 0.85, THREE),
    ),
    (
        safe_hours.sentence, "one",
        (made.table(safe(30, 40, 600.0)), CLOSES - timedelta(days=3), ZONE, 0.85, THREE),
    ),
    (stages.sentence, "ties", (made.table(stood(2, 2), stood(3, 2)), None)),
    (steps.sentence, "one", (made.table(held.step(3, "EMS", 1.0, n=1, **SPLIT | {"n_split": 1})),)),
    (
        steps.sentence, "ties",
        (made.table(*(held.step(at, "EMS", 0.5, **SPLIT) for at in (3, 4))),),
    ),
    (
        against.beside, "one",
        (
            {"local": {date(2026, 10, 1): (3, 0.5), date(2026, 9, 1): (2, 0.5)},
             "virtual_office": {date(2026, 10, 1): (1, 1.0)}},
            date(2026, 10, 1), str,
        ),
    ),
    (ageing.sentence, "one", (made.table(aged(3, 9.0)),)),
    (bottleneck.headline, "one", (made.table(held.step(2, "EMS", 1.0, n=1)), held.ORDERS, THREE)),
    (
        bottleneck.headline, "ties",
        (made.table(*(held.step(at, "EMS", 0.5) for at in (2, 3))), held.ORDERS, THREE),
    ),
    (budgets.sentence, "few", (made.table(held.slack(6, 1.0, n=19)), THREE)),
    (compare.sentence, "few", (made.table(QUIET),)),
    (month_end.headline, "reversed", (made.table(QUIET), THREE)),
    (month_end.least_seen, "ties", ([ORDER, SURE],)),
    (month_end.least_seen, "reversed", ([ORDER, SURE | {"least_factor": 9.0}],)),
    (month_end.whole, "none", (made.table(), THREE)),
    (month_end.whole, "one", (made.table(ORDER), THREE)),
    (month_end.whole, "equal", (made.table(QUIET), THREE)),
    (month_end.whole, "few", (made.table(QUIET | {"factor": None}), THREE)),
    (opening_days.sentence, "equal", (made.table(*[made.place(2, 30, 0.5)] * 2), 0.5)),
    (pace.note, "one", (made.table(*(row | {"n_left_out": 1} for row in paced(0, 1))), None)),
    (
        safe_hours.sentence, "reversed",
        (
            made.table(safe(27, 40, 600.0), safe(30, 40, 600.0)),
            CLOSES - timedelta(days=3), ZONE, 0.85, THREE,
        ),
    ),
    (slowest.sentence, "one", (made.table(held.long(90) | LATE),)),
    (slowest.sentence, "reversed", (made.table(held.long(90) | LATE | {"timing": "on time"}),)),
    (slowest.sentence, "ties", (made.table(*[held.long(90) | LATE] * 2),)),
    (stages.sentence, "none", (made.table(stood(2, 0)), None)),
    (texts.told, "one", (Change(0.01, 9, True, ()),)),
    (texts.told, "reversed", (Change(-0.2, 9, True, ()),)),
    (texts.told, "equal", (Change(0.0, 9, False, ()),)),
    (texts.part_name, "one", ({"part": "sla", "name": "2 3"},)),
    (trend.sentence, "one", (made.table(made.month(9, 40, 2.0)), THREE, "month")),
    (
        trend.sentence, "few",
        (made.table(made.month(9, 19, 2.0), made.month(10, 20, 4.0)), THREE, "month"),
    ),
)  # fmt: skip


def said(function: Callable[..., Any], args: tuple[Any, ...]) -> list[str]:
    """What a function says: one text or several."""
    found: Any = function(*args)
    return [found] if isinstance(found, str) else list(found)


def drawn(seed: int) -> Iterable[tuple[str, str]]:
    """What the functions of forecasts say of random data, with the data."""
    rng = random.Random(seed)
    shares = [rng.choice([None, 0.0, 0.5, 1.0, rng.random()]) for _ in range(rng.randint(0, 6))]
    late, delivered = rng.randint(0, 2), rng.randint(0, 2)
    yield f"{late} {shares} {delivered}", forecast.at_risk(late, shares, delivered)
    yield f"{shares}", forecast.by_month_end(shares, CLOSES, ZONE)
    expected = [
        rng.choice([0.0, 1.0, round(3 * rng.random(), 2)]) for _ in range(rng.randint(0, 5))
    ]
    table = days(*expected, due=rng.randint(0, 2))
    yield f"{expected}", forecast.coming_days(table, rng.randint(0, 3), rng.randint(0, 2))


def holds(seed: int) -> None:
    """What they say of that data is true, counted anew."""
    rng = random.Random(seed)
    shown = [rng.choice([0.0, 1.0, 2.0, 3 * rng.random()]) for _ in range(rng.randint(2, 5))]
    text = forecast.coming_days(days(*shown), 3)
    most = max(round(one, 1) for one in shown)
    same = sum(round(one, 1) == most for one in shown)
    assert ("no day more than another" in text) == (same == len(shown))
    assert (f"about {most:.1f}, on" in text) == (same < len(shown))
    assert ("other day" in text) == (1 < same < len(shown))
    shares = [rng.choice([0.0, 0.5, 1.0]) for _ in range(rng.randint(1, 6))]
    likely = sum(one > 0.5 for one in shares)
    assert f"; {likely or 'none'} more likely than not." in forecast.at_risk(0, shares)
    kept_of = [rng.choice([0, 5, 10, 20]) for _ in range(5)]
    months = [made.attained(at, 20, n) for at, n in enumerate(kept_of, 1)]
    told = kept.sentence(made.table(*months))
    best = max(kept_of)
    assert ("the highest of 5 months" in told) == (kept_of[-1] < best)
    assert ("other month" in told) == (kept_of[-1] < best and kept_of.count(best) > 1)
    stand = [rng.randint(0, 3) for _ in range(4)]
    where = stages.sentence(made.table(*(stood(at, n) for at, n in enumerate(stand, 2))), None)
    assert where.startswith("No cases are open") == (not any(stand))
    assert not any(stand) or where.startswith(f"**{max(stand)} of ")
    waits = [rng.randint(0, 3) * held.HOUR_US for _ in range(3)]
    split = [held.step(at, "EMS", 0.3, n_split=9, waiting_us=us) for at, us in enumerate(waits, 2)]
    part = f"; {percent(max(waits) / sum(waits))} of that before" if any(waits) else "0%"
    assert part in steps.sentence(made.table(*split))
