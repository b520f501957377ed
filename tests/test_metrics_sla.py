"""The SLA report's counts: of one table of cases, by path and by team leader."""

from datetime import UTC, datetime
from typing import Any

import pyarrow as pa
import pytest

from dashboard import metrics
from dashboard.metrics.sla import KEPT, MARKS
from dashboard.store import Store

NOW = datetime(2026, 11, 2, 12, 0, tzinfo=UTC)


def case(
    minutes: float,
    workflow: str = "local",
    leader: str | None = "T",
    state: str = "closed",
    limit: float = 1620.0,
) -> dict[str, Any]:
    return {
        "workflow": workflow, "team_leader": leader, "state": state, "business_minutes": minutes,
        "within_target": minutes <= 1080, "within_limit": minutes <= 1620,
        "within_limit_by_date": minutes <= 1800, "within_target_ours": minutes <= 1100,
        "within_limit_ours": minutes <= 1700, "within_limit_by_date_ours": minutes <= 2000,
        "is_reopened": minutes == 1500, "is_imported": True, "is_on_dates": minutes > 1500,
        "is_undecided": minutes == 1700, "day_us": 540 * 60_000_000,
        "target_minutes": 1080.0, "limit_minutes": limit, "waits_for_customer": False,
    }  # fmt: skip


def test_several_slas_are_counted_apart_and_one_is_not():
    table = pa.Table.from_pylist([case(1000.0), case(2000.0), case(1000.0, limit=2160.0)])

    rows = metrics.sla_summary(table).to_pylist()

    assert [(row["name"], row["n"]) for row in rows if row["part"] == "sla"] == [
        ("2 3", 2), ("2 4", 1),
    ]  # fmt: skip
    assert "sla" not in metrics.sla_summary(table.slice(0, 2))["part"].to_pylist()


def test_cases_are_counted_whole_by_path_and_by_team_leader():
    table = pa.Table.from_pylist([
        case(1000.0), case(1500.0, leader=None), case(1700.0, "virtual_office"),
        case(3000.0, state="open"),
    ])  # fmt: skip

    rows = metrics.sla_summary(table).to_pylist()

    kept = ("part", "name", "n", "within_target", "within_limit", "within_limit_by_date")
    assert [tuple(row[name] for name in (*kept, "open_late")) for row in rows] == [
        ("all", "", 3, 1, 2, 3, 1),
        ("workflow", "local", 2, 1, 2, 2, 1),
        ("workflow", "virtual_office", 1, 0, 0, 1, 0),
        ("team_leader", "", 1, 0, 1, 1, 0),
        ("team_leader", "T", 2, 1, 1, 2, 1),
    ]


def test_percentiles_are_of_completed_cases_and_interpolated():
    table = pa.Table.from_pylist([case(1.0), case(2.0), case(4.0), case(9000.0, state="open")])

    [row, *_] = metrics.sla_summary(table).to_pylist()

    assert [row[name] for name in ("p50_minutes", "p85_minutes")] == pytest.approx([2.0, 3.4])


def test_a_month_without_cases_has_counts_and_no_percentiles(store: Store):
    summary = metrics.sla_summary(metrics.sla_cases(store, now=NOW, month="2026-10"))

    assert summary.to_pylist() == [
        dict.fromkeys(summary.column_names)
        | {"part": "all", "name": ""}
        | dict.fromkeys(("n", "open_late", "delivered", "surely_within_limit", *KEPT, *MARKS), 0)
    ]


def test_each_row_of_a_report_says_from_which_log_it_came(store: Store):
    table = metrics.sla_cases(store, now=NOW)

    stamped = metrics.stamped(table, store.head(), NOW)

    assert stamped.column_names[:7] == [
        "case_id", "workflow", "firm", "opened_at", "closed_at", "business_us", "business_minutes",
    ]  # fmt: skip
    assert stamped.column_names[-3:] == ["as_of", "log_position", "log_hash"]
