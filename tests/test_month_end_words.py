"""What Month end says of its flow, of what might have been and of the last safe hour."""

from datetime import UTC, datetime
from typing import Any

import pyarrow as pa
import pytest

from dashboard.figures import month_flow, order_queue, safe_hours
from dashboard.figures import pace as pace_figure
from tests.test_findings import THREE_DAYS, plain, table

ZONE = "America/New_York"
WINDOW = (2, -1)
NOW = datetime(2026, 11, 24, 14, 0, tzinfo=UTC)
CLOSES = datetime(2026, 11, 30, 22, 0, tzinfo=UTC)
AFTER = datetime(2026, 12, 31, 22, 0, tzinfo=UTC)


def flow(place: int, n: int = 12, **more: int) -> dict[str, Any]:
    row = {"opened": 24, "completed": 12, "in_step": 36, "known": 0, "with_party": 0} | more
    return {"days_to_month_end": place, "n_days": n, **row, "in_step_mean": row["in_step"] / n}


def test_the_flow_of_the_window_is_set_against_the_rest():
    text = month_flow.sentence(table(flow(10), flow(2, opened=60), flow(0, opened=36)), WINDOW)

    assert plain(text) == (
        "On an average business day of the window 4.0 cases are opened and 1.0 completed, in the "
        "rest of the month 2.0 and 1.0."
    )


def test_one_part_of_the_month_alone_is_compared_with_nothing():
    assert month_flow.sentence(table(flow(10)), WINDOW).startswith(
        "This period covers only one part"
    )


def test_a_single_month_end_may_be_an_exception():
    text = month_flow.sentence(table(flow(10, n=1), flow(0, n=1)), WINDOW)

    assert text.endswith("Based on only 1 month end, which may have been an exception.")


def test_the_queue_is_said_where_it_is_longest_and_against_the_rest():
    text = order_queue.sentence(table(flow(10), flow(0, in_step=120), flow(-1, in_step=60)), WINDOW)

    assert plain(text) == (
        "The order step’s queue is longest on the month’s last business day, of 3 days: 10.0 "
        "cases at the end of an average day (n = 12 days). In the window it is 7.5, in the rest of "
        "the month 3.0. Receipt of signed orders was not recorded, so it is not known whose turn "
        "it was."
    )
    assert "Order Team" not in text


@pytest.mark.parametrize(
    ("known", "words"),
    [
        (36, "Where receipt was recorded, 50% were with the Order Team"),
        (18, "Where receipt was recorded (50% of cases), 100% were with"),
    ],
)
def test_the_order_team_is_named_only_where_receipt_was_recorded(known: int, words: str):
    text = order_queue.sentence(table(flow(10, known=known, with_party=18)), WINDOW)

    assert words in plain(text)


def test_an_empty_queue_is_said_to_be_empty():
    text = order_queue.sentence(table(flow(10, in_step=0), flow(0, in_step=0)), WINDOW)

    assert text == "No case was in the order step at the end of any day."


def pace(measure: str, actual: float, estimated: float, low: float, high: float) -> dict[str, Any]:
    return {
        "measure": measure, "n": 80, "n_rest": 200, "n_left_out": 0, "actual": actual,
        "estimated": estimated, "effect": estimated - actual, "low": low, "high": high,
        "n_month_ends": 12,
    }  # fmt: skip


MEDIAN = pace("median_minutes", 1620.0, 1080.0, -700.0, -380.0)


def test_the_estimate_comes_with_its_interval_in_points():
    text = pace_figure.sentence(
        table(MEDIAN, pace("within_limit", 0.5, 0.65, 0.08, 0.22)), THREE_DAYS
    )

    assert plain(text) == (
        "65% instead of 50% of 80 cases would have been within SLA: +15 points, with a "
        "95% interval of +8 points to +22 points (from 12 month ends). The median would have "
        "been 2 d instead of 3 d."
    )


def test_an_estimate_whose_interval_holds_nothing_may_be_chance():
    text = pace_figure.sentence(
        table(MEDIAN, pace("within_limit", 0.5, 0.52, -0.04, 0.08)), THREE_DAYS
    )

    assert "Too little data to tell (could be −4 points to +8 points)" in plain(text)


def test_an_estimate_from_few_month_ends_says_from_how_many():
    row = pace("within_limit", 0.5, 0.51, 0.0, 0.0)
    row |= {"low": None, "high": None, "n": 1, "n_month_ends": 1}

    text = plain(pace_figure.sentence(table(MEDIAN, row), THREE_DAYS))

    assert text.startswith(
        "51% instead of 50% of 1 case would have been within SLA: +1 point. Based on only 1 "
        "month end: a margin of error needs 8."
    )


def test_without_enough_cases_there_is_no_estimate():
    text = pace_figure.sentence(pa.table({"measure": []}), THREE_DAYS)

    assert text.startswith("Not enough cases for an estimate: a path needs 20")


def hour(closes: datetime, safe: datetime | None, n: int = 40) -> dict[str, Any]:
    return {
        "workflow": "local", "closes_at": closes, "safe_at": safe, "days_to_month_end": 3, "n": n,
        "needed_minutes": 540.0,
    }  # fmt: skip


def safe(*rows: dict[str, Any]) -> str:
    return plain(safe_hours.sentence(table(*rows), NOW, ZONE, 0.85, THREE_DAYS))


def test_the_last_safe_hour_says_until_when_and_on_what_it_rests():
    ahead = datetime(2026, 11, 25, 19, 10, tzinfo=UTC)

    assert safe(hour(CLOSES, ahead), hour(AFTER, ahead)) == (
        "To be done by Nov 30, 5:00 PM, a case on the local path should be submitted by Nov 25, "
        "2:10 PM. Of the 40 cases opened around that day, 85% took no longer than 1 d."
    )


def test_an_hour_that_has_passed_gives_way_to_that_of_the_next_month_end():
    over = datetime(2026, 11, 20, 19, 0, tzinfo=UTC)
    later = datetime(2026, 12, 21, 19, 0, tzinfo=UTC)

    text = safe(hour(CLOSES, over), hour(AFTER, later))

    assert (
        "done by Dec 31, 5:00 PM, a case on the local path should be submitted by Dec 21, 2:00 PM"
        in text
    )
    assert "(for Nov 30, 5:00 PM, that time has passed)" in text


def test_few_cases_and_slow_ones_are_told_apart():
    assert safe(hour(CLOSES, None, 7)).startswith("Not enough cases on the local path: at most 7")
    assert safe(hour(CLOSES, None, 40)).startswith("From no day of the month were 85% of the")
    assert safe_hours.sentence(table(), NOW, ZONE, 0.85, THREE_DAYS).startswith("The calendar has")
