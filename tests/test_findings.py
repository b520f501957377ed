"""Findings say what the table says, on how many cases, and nothing that chance explains."""

from datetime import date
from typing import Any

import pyarrow as pa
import pytest

from dashboard import findings
from dashboard.figures import (
    compare,
    heat,
    keeping_up,
    kept,
    missed,
    month_end,
    open_cases,
    opening_days,
    trend,
)
from dashboard.formats import NBSP
from dashboard.settings import Settings, Targets

DAY_US = 540 * 60_000_000
THREE_DAYS = findings.Promise(DAY_US, target=2.0, limit=3.0)


def plain(text: str) -> str:
    return text.replace(NBSP, " ").replace("**", "")


def table(*rows: dict[str, Any]) -> pa.Table:
    return pa.Table.from_pylist(list(rows))


def month(number: int, n: int, p50: float, p85: float = 4.0) -> dict[str, Any]:
    return {"period": date(2026, number, 1), "n": n, "p50_days": p50, "p85_days": p85}


def attained(number: int, n: int, within: int, by_date: int = 0, late: int = 0) -> dict[str, Any]:
    return {
        "month": date(2026, number, 1), "n": n, "within_limit": within,
        "within_limit_by_date": by_date, "open_late": late,
    }  # fmt: skip


def week(open_at_end: int, late: int = 0) -> dict[str, Any]:
    return {"open_at_end": open_at_end, "late_at_end": late, "opened": 4, "completed": 3}


def step(number: int, near: float, rest: float, low: float | None, high: float | None) -> Any:
    told = low is not None and high is not None and (low > 0 or high < 0)
    return {
        "workflow": "local", "step": number, "n_window": 40, "n_rest": 90,
        "median_window_minutes": near, "median_rest_minutes": rest,
        "difference_minutes": near - rest, "low_minutes": low, "high_minutes": high,
        "told_from_chance": told,
        "n_month_ends": 5 if low is None else 14,
        "factor": None if low is None else near / rest,
        "factor_low": None if low is None else 1 + low / rest,
        "factor_high": None if high is None else 1 + high / rest,
        "least_factor": None if low is None else 1.4,
    }  # fmt: skip


def day(days: int, factor: float) -> dict[str, Any]:
    return {
        "workflow": "local", "step": 6, "days_to_month_end": days, "n": 12, "n_month_ends": 9,
        "factor": factor,
    }  # fmt: skip


ORDER_STEP = step(6, 900.0, 300.0, 420.0, 780.0)
QUIET_STEP = step(3, 60.0, 50.0, -20.0, 40.0)


# --- The promise -----------------------------------------------------------------------------


def test_both_paths_have_one_promise_while_their_targets_agree():
    longer = Targets("local", since_us=0, limit_us=4 * DAY_US)
    settings = Settings(targets=(*Settings().targets, longer))

    agreed = findings.promised(Settings(), None, 1, ())
    differing = findings.promised(settings, None, 1, ())
    local = findings.promised(settings, "local", 1, ())

    assert (agreed.target, agreed.limit) == (2.0, 3.0)
    assert (differing.target, differing.limit) == (2.0, None)
    assert plain(differing.within) == "within SLA"
    assert plain(differing.limit_words) == "the SLA"
    assert plain(local.limit_words) == "4 d"


# --- Throughput ------------------------------------------------------------------------------


def test_the_trend_counts_only_months_with_enough_cases():
    months = table(month(8, 5, 9.0), month(9, 30, 2.5), month(10, 30, 3.2, 4.6))

    assert plain(trend.sentence(months, THREE_DAYS, "month")) == (
        "The median was over 3 d in 1 of 2 months with 20 cases or more. "
        "In October 85% took 4 d 5 h or less (30 cases)."
    )


@pytest.mark.parametrize(("half_days", "which"), [(2.5, "within"), (3.5, "over")])
def test_the_trend_of_a_single_month_counts_no_months(half_days, which):
    months = table(month(10, 30, half_days, 4.6))

    assert plain(trend.sentence(months, THREE_DAYS, "month")) == (
        f"The median is {which} 3 d. In October 85% took 4 d 5 h or less (30 cases)."
    )


def test_a_trend_of_few_cases_says_so_and_claims_nothing():
    text = trend.sentence(table(month(10, 19, 2.0)), THREE_DAYS, "week")

    assert text == "No week has 20 completed cases: one more case could move any of the marks."


def test_where_paths_differ_the_trend_does_not_speak_of_a_limit():
    text = trend.sentence(table(month(10, 40, 2.0)), findings.Promise(DAY_US), "week")

    assert plain(text) == "In the week of Oct 1 85% took 4 d or less (40 cases)."


def test_open_late_cases_are_named_beside_the_completed_ones():
    months = table(attained(9, 10, 8, late=4), attained(10, 5, 5, late=1))

    assert plain(missed.sentence(months, THREE_DAYS)) == (
        "2 of 15 completed cases took more than 3 d. 1 open case is also overdue."
    )


def test_the_newest_month_is_compared_with_the_best_only_if_it_has_enough_cases():
    few = table(attained(9, 40, 30), attained(10, 9, 3, 6), attained(11, 0, 0))
    enough = table(attained(9, 40, 30), attained(10, 20, 10, 12))
    best = table(attained(9, 40, 10), attained(10, 20, 10, 12))

    assert plain(kept.sentence(few)) == (
        "October: 33% within SLA, 67% by date, of 9 cases: too few to compare."
    )
    assert plain(kept.sentence(enough)).endswith(
        "; the highest of 2 months with 20 cases or more was 75% in September 2026."
    )
    assert plain(kept.sentence(best)).endswith("of 20 cases.")


def test_what_is_open_is_compared_with_the_weeks_before():
    before = [week(count) for count in (3, 5, 4, 6)]

    assert plain(open_cases.sentence(table(*before, week(9, 2)))) == (
        "9 cases open, 2 overdue. More than at the end of any of the 4 weeks before."
    )
    assert plain(open_cases.sentence(table(*before, week(1)))) == (
        "1 case open. Half of the 4 weeks before ended with 5 or more."
    )
    assert plain(open_cases.sentence(table(week(1)))) == "1 case open."


def test_keeping_up_speaks_of_full_weeks_only():
    assert keeping_up.sentence([]) == "No full week yet."
    assert plain(keeping_up.sentence([week(1)])) == (
        "Over the last full week, 4 cases were opened and 3 completed."
    )
    assert plain(keeping_up.sentence([week(1)] * 9)) == (
        "Over the last 4 full weeks, 16 cases were opened and 12 completed."
    )


# --- Month end -------------------------------------------------------------------------------


def test_the_headline_names_the_step_that_can_be_told_from_chance_and_no_other():
    found = month_end.headline(table(QUIET_STEP, ORDER_STEP), THREE_DAYS)

    assert plain(found.text) == (
        "Around month end step 6 (Order processed) of the local path takes 3.0 times as long as on "
        "the days around it."
    )
    assert plain(found.why) == (
        "Statistically significant over 14 month ends. The 95% interval, for all 2 steps at once, "
        "is 2.4 to 3.6 times. Median of all its cases: 1 d 6 h in the window (40 cases), 5 h in "
        "the rest of the month (90 cases)."
    )
    assert "step 3" not in found.text + found.why


def test_the_effect_by_day_stands_beside_and_a_diluting_day_is_a_suggestion():
    days = table(day(2, 2.4), day(1, 2.6), day(0, 2.0), day(-1, 0.99))

    found = month_end.headline(table(QUIET_STEP, ORDER_STEP), THREE_DAYS, days)

    assert plain(found.why).endswith(
        "By day: 2 business days before month end 2.4×, 1 business day before month end 2.6×, on "
        "the month’s last business day 2.0×, on business day 1 of the month 1.0×. A window without "
        "the day on business day 1 of the month would show a larger effect: a suggestion "
        "from these numbers, not a tested result."
    )
    even = table(day(1, 2.6), day(0, 2.0))
    assert "suggestion" not in month_end.headline(table(ORDER_STEP), THREE_DAYS, even).why


def test_of_few_month_ends_it_is_said_what_could_not_have_been_seen():
    few = table(ORDER_STEP | {"n_month_ends": 9}, QUIET_STEP | {"least_factor": 1.9})
    none = table(ORDER_STEP | {"told_from_chance": False, "least_factor": None})

    assert plain(month_end.headline(few, THREE_DAYS).why).endswith(
        "Effects are detected from about 1.40 times as long in the steadiest step, and from 1.9 "
        "times in the one that varies most; smaller ones would be missed."
    )
    assert "no effect could have been detected" in month_end.headline(none, THREE_DAYS).why


def test_without_a_difference_no_step_is_named_anywhere():
    steps = table(QUIET_STEP, step(6, 310.0, 300.0, -50.0, 70.0))
    cells = table(cell(6, 0, 40, 3.0))

    found = month_end.headline(steps, THREE_DAYS)
    texts = [*found, heat.sentence(cells, steps, (2, -1)), compare.sentence(steps)]

    assert not [text for text in texts if "Order processed" in text or "step 6" in text]
    assert found.text == "No month-end effect shows in any step."
    assert plain(found.why).startswith("Judged over 14 month ends, 2 steps at once. Effects are")


def test_too_few_cases_are_no_finding():
    found = month_end.headline(table(step(6, 900.0, 300.0, None, None)), THREE_DAYS)

    assert found.text == "There are too few month ends to tell."
    assert "here no step has more than 5" in found.why


def test_the_differences_that_can_be_told_come_with_their_factor():
    assert plain(compare.sentence(table(QUIET_STEP, ORDER_STEP))) == (
        "In the window step 6 (Order processed) of the local path takes 3.0× as long. "
        "For the other 1 there is too little data to tell."
    )


@pytest.mark.parametrize(
    ("low", "verdict"),
    [
        (5.0, "statistically significant (1.00 to 1.8 times as long)"),
        (-5.0, "too little data to tell (could be 1.00 to 1.8 times as long)"),
        (None, "too few month ends to tell (5)"),
    ],
)
def test_whole_cases_are_compared_with_a_verdict(low: float | None, verdict: str):
    row = step(6, 1620.0, 1080.0, low, 900.0) | {"told_from_chance": low == 5.0}

    text = plain(month_end.whole(table(row), THREE_DAYS))

    assert text.startswith(
        "On the local path, half of the cases opened in the window took 3 d or less, and half of "
        "the others 2 d (40 and 90 completed): "
    )
    assert verdict in text


def place(days: int, n: int, share: float, told: bool = False, months: int = 12) -> dict[str, Any]:
    return {
        "days_to_month_end": days, "n": n, "share": share, "n_months": months,
        "told_from_chance": told,
    }  # fmt: skip


def test_opening_days_that_differ_are_named_and_of_how_many():
    days = table(place(5, 4, 0.0), place(2, 30, 0.3, told=True), place(1, 30, 0.6))

    assert plain(opening_days.sentence(days, 0.5)) == (
        "Significantly lower than the 50% of all cases within SLA: 30% of 30 cases opened 2 "
        "business days before month end (of 3 days compared, month by month and path by path)."
    )


def test_the_lowest_of_many_opening_days_is_named_only_if_it_differs():
    quiet = table(place(5, 30, 0.2), place(2, 30, 0.6))
    better = table(place(5, 30, 0.2), place(2, 30, 0.9, told=True))

    assert plain(opening_days.sentence(quiet, 0.5)).startswith("No day did measurably worse")
    assert opening_days.sentence(better, 0.5) == opening_days.sentence(quiet, 0.5)
    few = table(place(0, 30, 0.1, months=7))
    assert opening_days.sentence(few, 0.5).startswith("Too few months to compare")


def cell(number: int, days: int, n: int, times: float | None) -> dict[str, Any]:
    return {
        "workflow": "local", "step": number, "days_to_month_end": days, "n": n,
        "times_usual": times,
    }  # fmt: skip


def test_the_heat_map_counts_days_of_a_step_that_differs_and_names_no_strongest():
    cells = table(
        cell(6, 2, 9, 0.9), cell(6, 1, 12, 2.5), cell(6, 0, 3, 9.0), cell(6, 8, 30, 1.1),
        cell(3, 0, 40, 4.0),
    )  # fmt: skip

    assert plain(heat.sentence(cells, table(QUIET_STEP, ORDER_STEP), (2, -1))) == (
        "Step 6 (Order processed) of the local path takes longer than its usual median on 1 of 2 "
        "days of the window, on 1 of 1 outside it (days with 5 cases or more)."
    )
    few = table(cell(6, 0, 3, 9.0))
    assert heat.sentence(few, table(ORDER_STEP), (2, -1)).startswith(
        "No step that differs has a day"
    )


@pytest.mark.parametrize(
    ("days", "words"),
    [
        (0, "on the month’s last business day"),
        (-2, "on business day 2 of the month"),
        (1, "1 business day before month end"),
    ],
)
def test_places_in_the_month_are_said_in_words(days: int, words: str):
    assert findings.place(days) == words
