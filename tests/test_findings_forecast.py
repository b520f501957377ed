"""What forecasts say in sentences, checked word by word on tables written by hand."""

from datetime import UTC, date, datetime
from typing import Any

import pyarrow as pa
import pytest

from dashboard.findings import Promise
from dashboard.findings import forecast as words
from dashboard.forecast.record import SCHEMA
from dashboard.settings import BUSINESS_DAY_US

ZONE = "America/New_York"
PROMISE = Promise(BUSINESS_DAY_US, target=2, limit=3)
CLOSES = datetime(2026, 11, 30, 22, tzinfo=UTC)


def whole(model: str, mae: float, crps: float, forecasts: int = 50) -> dict[str, Any]:
    figures = dict.fromkeys(SCHEMA.names[4:], 0.8)
    return figures | {
        "month": None, "model": model, "cases": 30, "forecasts": forecasts, "mae": mae,
        "crps": crps, "coverage80_low": 0.75, "coverage80_high": 0.85, "coverage90": 0.91,
    }  # fmt: skip


def told(*rows: dict[str, Any]) -> str:
    record = pa.Table.from_pylist(list(rows), schema=SCHEMA)
    return words.record(record, PROMISE).replace("\u00a0", " ")


@pytest.mark.parametrize(
    ("share", "said", "drawn"),
    [
        (None, "not known", None), (0.0, "0%", 0), (0.004, "under 1%", 0.01),
        (0.5, "50%", 0.5), (0.994, "over 99%", 0.99), (1.0, "100%", 1),
    ],
)  # fmt: skip
def test_only_what_is_certain_is_told_and_drawn_as_certain(share, said, drawn):
    assert words.chance(share).replace("\u00a0", " ") == said
    assert words.hundredths(share) == drawn


def test_cases_at_risk_are_added_up_and_those_past_the_limit_stand_apart():
    assert words.at_risk(1, [0.6, 0.25, None]) == (
        "1 case is already overdue. Of the other 2 open cases about **0.8** will miss the "
        "SLA; 1 more likely than not. Of 1 nothing can be said yet."
    )
    assert words.at_risk(0, []) == "No case is open."


def test_the_coming_days_are_added_up_and_the_best_is_named():
    days = pa.table({
        "day": [date(2026, 11, 23), date(2026, 11, 24)], "expected": [1.2, 2.0],
        "due_limit": [3, 1],
    })  # fmt: skip

    assert words.coming_days(days, 5) == (
        "Of the 5 open cases about **3.2** will be completed by Tue, Nov 24, the most on one day "
        "about 2.0, on Tue, Nov 24. In that time the SLAs of 4 fall due."
    )
    even = days.set_column(1, "expected", pa.array([1.5, 1.5]))
    assert "Nov 24, no day more than another." in words.coming_days(even, 5)
    assert words.coming_days(days, 1, 2).startswith("Of the 1 open case with a forecast about")
    assert words.coming_days(days, 0, 2) == "No open case of these has a forecast yet."


def test_a_model_that_beats_the_median_is_said_to_by_how_much():
    assert told(whole("median", 600, 400), whole("boosted", 540, 300)) == (
        "Forecasts missed the finish by **1 d** on average, the plain median of each step by 1 d "
        "1 h: 10% better, and 25% as a whole range. Of its 80% ranges **80%** held (between "
        "75% and 85%), 91% of the 90% ones."
    )


@pytest.mark.parametrize(
    "rows",
    [
        [whole("median", 600, 400)],
        [whole("median", 600, 400), whole("nearest", 600, 390)],
        [whole("median", 600, 400), whole("nearest", 500, 410)],
    ],
)
def test_no_skill_is_said_where_there_is_none(rows):
    assert told(*rows).startswith("**No skill**: nothing tried beats the plain median")


def test_without_a_finished_forecast_nothing_is_claimed():
    assert told().startswith("Forecast accuracy is not known")
    assert told(whole("median", float("nan"), float("nan"), 0)).startswith(
        "Forecast accuracy is not known"
    )


def test_little_is_known_of_paths_under_a_hundred_cases():
    finished = {"local": 99, "virtual_office": 0}

    assert words.little({"local": 100, "virtual_office": 100}, finished) == ""
    assert words.little(finished, finished) == (
        "Only 99 cases of the local path are completed, too few to learn from (100 are needed): "
        "its forecasts are the plain spread of what its cases needed. No case of the Virtual "
        "Office path is completed: nothing is known of it."
    )


def test_a_case_is_told_with_its_range_and_its_chances():
    instants = {f"p{n}": datetime(2026, 11, 24, 9 + n // 10, tzinfo=UTC) for n in (10, 50, 90)}
    row = instants | {
        "p_miss_target": 0.4, "p_miss_limit": 0.125, "longest_minutes": None, "is_delivered": False,
    }  # fmt: skip

    said = words.expected(row, ZONE, PROMISE).replace("\u00a0", " ")

    assert said == (
        "Expected **Nov 24, 9:00 AM**; 80% of such cases finish between Nov 24, 5:00 AM and "
        "Nov 24, 1:00 PM. Chance of missing the target 40%, the limit 12%."
    )
    late = words.expected(row | {"p_miss_target": 1.0, "p_miss_limit": 1.0}, ZONE, PROMISE)
    assert late.endswith("1:00 PM.")
    delivered = words.expected(row | {"is_delivered": True}, ZONE, PROMISE)
    assert delivered.endswith("1:00 PM. Delivered, waiting for download: neither at risk nor late.")


def test_a_case_older_than_all_is_told_that_none_is_like_it():
    instants = {f"p{n}": datetime(2026, 11, 24, 9 + n // 10, tzinfo=UTC) for n in (10, 50, 90)}
    row = instants | {
        "p_miss_target": 1.0, "p_miss_limit": 0.9, "longest_minutes": 540.0, "workflow": "local",
        "finished_cases": 312, "is_delivered": False,
    }  # fmt: skip

    said = words.expected(row, ZONE, PROMISE).replace("\u00a0", " ")

    assert said == (
        "**No comparable case**: this one has been in its step longer than any of the 312 "
        "completed cases of the local path (at most 1 d). Extrapolated, not learned from such "
        "cases: **Nov 24, 9:00 AM**, between Nov 24, 5:00 AM and Nov 24, 1:00 PM, if the longest "
        "stays in this step tail off beyond the longest as they do below it. Chance of missing "
        "the limit 90%."
    )
    one = words.expected(row | {"finished_cases": 1}, ZONE, PROMISE)
    assert "longer than the one completed case of the local path" in one
    assert words.between("Mon", "Tue", None) == "Mon – Tue"
    assert words.between("Mon", "Tue", 540.0) == "Mon – Tue (extrapolated)"
    assert words.between("", "", None) == ""


def test_what_drives_a_forecast_is_named_with_its_sign():
    drivers = [{"driver": "waited", "minutes": 90.0}, {"driver": "queue", "minutes": -30.0}]

    assert words.driven(drivers, PROMISE).replace("\u00a0", " ") == (
        "Against what is usual in this step the time it has waited in this step adds 1 h 30 m, how "
        "many cases are open takes off 30 m."
    )
    assert words.driven([], PROMISE).startswith("Nothing about this case")


def test_who_meets_month_end_is_added_up():
    assert words.by_month_end([0.9, 0.4, None], CLOSES, ZONE) == (
        "Of 2 open cases about **1.3** will be completed by Nov 30, 5:00 PM; 1 more likely not."
    )
    assert words.by_month_end([None], CLOSES, ZONE).startswith("No open case of these")
