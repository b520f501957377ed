"""A month against the one before: for one mix of paths, and only what stands out is told."""

from datetime import date

import pytest

from bench.month_against_month import MEASURES, is_told
from dashboard import reports
from dashboard.figures import against
from dashboard.figures.against import Change
from dashboard.reports import Asked, read_period, texts
from dashboard.store.model import Model
from tests.builders import SETTINGS
from tests.simulated import NOW, Simulated
from tests.test_findings import plain

MONTHS = [date(2025 + month // 12, month % 12 + 1, 1) for month in range(14)]


def series(n: int, values: list[float]) -> dict[date, tuple[int, float]]:
    return {month: (n, value) for month, value in zip(MONTHS, values, strict=False)}


def wavering(last: float, months: int = 14) -> list[float]:
    """A share that goes up and down by a point, and what it is in the last month."""
    return [0.6 + 0.01 * (month % 2) for month in range(months - 1)] + [last]


def changed(paths: against.Months, months: int = 14) -> Change:
    found = against.change(paths, MONTHS[:months])
    assert found
    return found


def test_more_cases_of_the_quicker_path_are_no_better_month():
    # both paths got worse by a point, but nine of ten cases were of the quick one: 25 points more
    local = series(50, [0.81] * 13 + [0.80])
    slow = series(50, [0.21] * 13 + [0.20])
    local[MONTHS[13]], slow[MONTHS[13]] = (90, 0.80), (10, 0.20)

    found = changed({"local": local, "virtual_office": slow})

    assert found.by == pytest.approx(-0.01)


def test_a_change_like_those_before_is_not_told_and_a_larger_one_is():
    assert not changed({"local": series(50, wavering(0.61))}).is_told
    assert changed({"local": series(50, wavering(0.70))}).is_told
    assert changed({"local": series(50, wavering(0.50))}).by == pytest.approx(-0.10)


def test_under_eight_earlier_months_nothing_is_told():
    assert not changed({"local": series(50, wavering(0.9, 8))}, 8).is_told
    assert changed({"local": series(50, wavering(0.9, 9))}, 9).is_told


def test_a_month_of_few_cases_has_to_differ_by_more():
    usual = series(80, wavering(0.63))
    assert changed({"local": usual}).is_told
    assert not changed({"local": usual | {MONTHS[13]: (20, 0.63)}}).is_told


def test_a_path_that_is_absent_in_a_month_is_left_out_and_named():
    slow = series(5, [0.2] * 14)
    del slow[MONTHS[12]]
    paths = {"local": series(50, wavering(0.61)), "virtual_office": slow}

    found = changed(paths)

    assert (found.left_out, found.by) == (("virtual_office",), pytest.approx(0.01))
    told = against.beside(paths, MONTHS[13], lambda share: f"{share:.0%}")
    assert "Local 61% of 50 (Jan: 60% of 50); Virtual Office 20% of 5 (Jan: no case)." in told
    assert "Not compared, as one month has no case: Virtual Office." in told


def test_without_a_case_in_both_months_there_is_nothing_to_compare():
    assert against.change({"local": series(50, [0.5] * 13)}, MONTHS) is None
    assert against.change({"local": {}}, MONTHS[:1]) is None


def test_changes_are_the_same_every_month_and_none_stands_out():
    assert not changed({"local": series(50, [0.6] * 14)}).is_told


@pytest.mark.proof
def test_months_of_a_department_that_never_changed_have_few_arrows():
    logs = [Simulated(seed, 1500, months=18, shock=0.6) for seed in range(16)]

    told = sum(is_told(log, MEASURES["share within SLA"]) for log in logs)

    assert told <= 4


def test_a_report_says_what_was_before_and_only_what_stands_out():
    model = Model(SETTINGS)
    view = Simulated(1, 1500, months=18).into(model)

    report = reports.make(view, Asked(read_period("2026-06"), NOW))

    chip = plain(texts.figures(report)[1][2])
    assert chip.endswith("% the month before; usual variation")
    assert texts.told(Change(0.011, 9, True, ())) == "1 point higher for one mix of paths"
    assert texts.told(Change(-0.05, 9, True, ())) == "5 points lower for one mix of paths"
