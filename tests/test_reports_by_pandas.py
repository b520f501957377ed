"""The report of a tracker against figures counted from the sheet by pandas alone.

Nothing here uses the product's calendar, fold or queries: business time is counted in minutes from
a list of open minutes, dates with pandas' own business days.
"""

import io
import json
from collections.abc import Iterator
from datetime import UTC, date, datetime
from typing import Any

import pandas as pd
import pytest

from dashboard import intake, reports
from dashboard.files.tables import write_csv
from dashboard.reports import Asked, Period, Report
from dashboard.store import Store
from tests.builders import ADMIN
from tests.tracker_frame import BUSINESS_DAY, DATA, DAY, local_dates, minutes_between, read

TRACKER = DATA / "tracker.csv"
NOW = datetime(2026, 10, 30, 19, 30, tzinfo=UTC)
OCTOBER = Period(date(2026, 10, 1))
STEPS = [f"Step {number}" for number in range(1, 12)]


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Store]:
    opened = Store.open(tmp_path_factory.mktemp("tracker") / "log.duckdb")
    intake.import_tracker(opened, TRACKER.read_bytes(), TRACKER.name, by=ADMIN, now=NOW)
    yield opened
    opened.close()


@pytest.fixture(scope="module")
def report(store: Store) -> Report:
    return reports.whole_report(store, Asked(OCTOBER, NOW))


@pytest.fixture(scope="module")
def sheet() -> Any:
    """The tracker's accepted rows, times as instants, and what follows from them."""
    rows: Any = pd.read_csv(TRACKER, dtype=str, keep_default_na=False, encoding="utf-8-sig")
    verdicts: Any = pd.DataFrame(json.loads((DATA / "tracker_key.json").read_text())["rows"])
    rows = rows[(verdicts["verdict"] == "accepted").to_numpy()].reset_index(drop=True)
    told = verdicts[verdicts["verdict"] == "accepted"].reset_index(drop=True)
    rows["path"] = told["workflow"]
    rows["opened"] = pd.to_datetime(told["opened_at"])
    rows["closed"] = pd.to_datetime(told["closed_at"])
    rows["minutes"] = told["business_minutes"].astype(float)
    return rows


def of_october(sheet: Any) -> Any:
    done = sheet[local_dates(sheet["closed"]).dt.to_period("M") == pd.Period("2026-10")].copy()
    # the third business date after the date of submission
    last_dates = local_dates(done["opened"]).map(lambda day: day + 3 * BUSINESS_DAY)
    done["by_date"] = local_dates(done["closed"]) <= last_dates
    local = done["path"] == "local"
    ours = done["closed"].where(~local, pd.to_datetime(done["Step 6"].map(read), utc=True))
    done["ours"] = minutes_between(done["opened"], ours)
    done["ours_by_date"] = local_dates(ours) <= last_dates
    return done


def test_the_counts_of_october_are_those_of_the_sheet(report: Report, sheet: Any):
    done = of_october(sheet)

    row = report.counts[0]

    assert row["n"] == len(done) > 20
    assert minutes_between(done["opened"], done["closed"]).tolist() == done["minutes"].tolist()
    assert [row[name] for name in ("within_target", "within_limit", "within_limit_by_date")] == [
        (done["minutes"] <= 2 * DAY).sum(), (done["minutes"] <= 3 * DAY).sum(),
        done["by_date"].sum(),
    ]  # fmt: skip
    assert [row[name] for name in ("within_target_ours", "within_limit_ours")] == [
        (done["ours"] <= 2 * DAY).sum(), (done["ours"] <= 3 * DAY).sum(),
    ]  # fmt: skip
    assert row["within_limit_by_date_ours"] == done["ours_by_date"].sum()
    assert [row[f"p{level}_minutes"] for level in (50, 85, 95)] == pytest.approx(
        done["minutes"].quantile([0.5, 0.85, 0.95]).tolist()
    )


def test_open_and_late_are_the_rows_without_an_end_that_are_over_the_limit(
    report: Report, sheet: Any
):
    unfinished = sheet[sheet["closed"].isna()]
    late = minutes_between(unfinished["opened"], pd.Timestamp(NOW)) > 3 * DAY

    assert report.counts[0]["open_late"] == late.sum() > 0


def test_each_path_team_leader_and_the_month_before_are_those_of_the_sheet(
    report: Report, sheet: Any
):
    done = of_october(sheet)
    kept = done["minutes"] <= 3 * DAY
    september = sheet[local_dates(sheet["closed"]).dt.to_period("M") == pd.Period("2026-09")]

    counted = {(row["part"], row["name"]): (row["n"], row["within_limit"]) for row in report.counts}

    expected = {("all", ""): (len(done), kept.sum())}
    for part, column in (("workflow", "path"), ("team_leader", "Team leader")):
        for name, group in done.groupby(done[column].str.strip()):
            expected[part, str(name)] = (len(group), kept[group.index].sum())
    assert {key: value for key, value in counted.items() if value[0]} == expected
    before = report.before["all", ""]
    assert (before["n"], before["within_limit"]) == (
        len(september), (september["minutes"] <= 3 * DAY).sum()
    )  # fmt: skip


def test_every_months_attainment_is_that_of_the_sheet(report: Report, sheet: Any):
    months = local_dates(sheet["closed"]).dt.to_period("M")
    kept = (sheet["minutes"] <= 3 * DAY).groupby(months).agg(["size", "sum"])

    drawn = {f"{row['month']:%Y-%m}": (row["n"], row["within_limit"])
             for row in report.months.to_pylist()}  # fmt: skip

    assert len(drawn) == 12
    assert drawn == {month: tuple(kept.loc[pd.Period(month)]) for month in drawn}


def test_rejected_rows_of_the_month_are_counted_by_their_latest_time(report: Report, sheet: Any):
    rows: Any = pd.read_csv(TRACKER, dtype=str, keep_default_na=False, encoding="utf-8-sig")
    key: Any = json.loads((DATA / "tracker_key.json").read_text())["rows"]
    rejected = [number for number, row in enumerate(key) if row["verdict"] == "rejected"]
    times = rows[STEPS].iloc[rejected].map(read).apply(pd.to_datetime, utc=True)
    latest = local_dates(times.max(axis=1)).dt.to_period("M")

    dated = [row for row in report.rejected.to_pylist() if row["latest_at"]]

    assert len(dated) == (latest == pd.Period("2026-10")).sum() > 0


def test_the_csv_read_by_pandas_counts_to_the_same(report: Report):
    out = io.StringIO()
    write_csv(report.stamped, out)

    table: Any = pd.read_csv(io.StringIO(out.getvalue()), parse_dates=["opened_at", "closed_at"])

    done = table[table["state"] == "closed"]
    assert len(done) == report.counts[0]["n"]
    assert done["within_limit"].sum() == report.counts[0]["within_limit"]
    assert table["log_hash"].unique().tolist() == [report.head.hash]
    assert table["business_minutes"].tolist() == (table["business_us"] / 60e6).tolist()
