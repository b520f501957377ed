"""What cases are told against is what was promised to them, not what is promised today."""

from datetime import date

import pytest

from dashboard import commands, reports
from dashboard.figures import at_a_glance, kept, missed, trend
from dashboard.figures.figure import Scope
from dashboard.reports import Asked, read_period, texts
from dashboard.reports.workbook import _count_columns
from dashboard.store import Store
from tests.builders import ADMIN
from tests.test_findings import plain
from tests.test_metrics_insight import DECEMBER, Told, ny, tell

__all__ = ["tell"]  # a fixture


@pytest.fixture
def changed(store: Store, tell: Told) -> Store:
    """October's cases took 2.5 days of 3, November's 1.5 and 2.5 of 2: a new SLA in between."""
    for _ in range(4):
        tell("local", "10-05 08:00", "10-07 12:30")
    for path in ("local", "virtual_office"):
        commands.change_targets(store, path, 1, 2, date(2026, 11, 1), by=ADMIN, now=DECEMBER)
    tell("local", "11-03 08:00", "11-04 12:30")
    tell("local", "11-03 08:00", "11-05 12:30")
    return store


def test_a_report_names_the_sla_of_its_own_cases(changed: Store):
    october, november = (
        reports.make(changed, Asked(read_period(month), DECEMBER))
        for month in ("2026-10", "2026-11")
    )

    assert plain(texts.figures(october)[1][0]) == "Within 3 d, exact"
    assert plain(texts.figures(november)[1][0]) == "Within 2 d, exact"
    assert [plain(column.head) for column in _count_columns(october)[2:4]] == [
        "Within 2 d", "Within 3 d",
    ]  # fmt: skip
    assert [row["part"] for row in october.counts if row["part"] == "sla"] == []


def test_a_report_over_several_slas_shows_each(changed: Store):
    quarter = reports.make(changed, Asked(read_period("2026-Q4"), DECEMBER))

    assert texts.figures(quarter)[1][0] == "Within SLA, exact"
    told = {
        plain(texts.part_name(row)): (row["within_limit"], row["n"])
        for row in quarter.counts
        if row["part"] == "sla"
    }
    assert told == {"SLA 2 d, target 1 d": (1, 2), "SLA 3 d, target 2 d": (4, 4)}
    assert "each case’s own" in texts.exact(quarter)


def test_sentences_name_it_only_where_it_is_one(changed: Store):
    scope = Scope(changed, DECEMBER)
    months = scope.run("attainment")

    assert plain(missed.MISSED.says(months, scope)) == (
        "1 of 6 completed cases missed their SLA. By the SLA in force: within 2 d 50% of 2, "
        "within 3 d 100% of 4."
    )
    october = scope.narrowed(until=date(2026, 11, 1))
    assert "0 of 4 completed cases took more than 3 d." in plain(
        missed.MISSED.says(months, october)
    )
    assert plain(kept.KEPT.says(months, scope)) == (
        "November: 50% within SLA, 100% by date, of 2 cases: too few to compare."
    )


def test_the_newest_months_tile_names_its_own_sla(changed: Store):
    def label(scope: Scope) -> str:
        figure = at_a_glance.AT_A_GLANCE
        return plain(at_a_glance.tiles(figure.table_of(scope), scope)[2].label)

    assert label(Scope(changed, DECEMBER)) == "Within 2 d, Nov"
    assert label(Scope(changed, ny("11-02 09:00")).narrowed(until=date(2026, 11, 1))) == (
        "Within 3 d, Oct"
    )


def test_no_month_is_drawn_against_an_sla_that_its_cases_never_had(changed: Store):
    figure = trend.TREND
    scope = figure.first(Scope(changed, DECEMBER))

    rows = figure.rows(figure.table_of(scope), scope).to_pylist() if figure.rows else []

    assert {row["limit"] for row in rows} == {None}
