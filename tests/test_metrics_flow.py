"""Two clocks, cumulative flow, ageing by hand; and the tracker's figures worked out with pandas."""

import json
from collections.abc import Iterator
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
from pandas.tseries.holiday import USFederalHolidayCalendar
from pandas.tseries.offsets import CustomBusinessDay

from dashboard.intake import import_tracker
from dashboard.store import Store
from tests.builders import ADMIN
from tests.test_metrics_insight import DECEMBER, Told, ny, rows, tell

__all__ = ["tell"]  # a fixture

DATA = Path(__file__).parent / "data"
AS_OF = datetime(2026, 10, 30, 19, 30, tzinfo=UTC)


def test_our_clock_leaves_out_the_customers_turns_by_hand(store: Store, tell: Told):
    tell(
        "local",
        "10-05 09:00",  # form
        "10-05 09:30", "10-05 10:00", "10-05 11:00",  # ours
        "10-05 13:00",  # renewal sent
        "10-06 09:00",  # order processed: all of it the Order Team's
        "10-08 09:00",  # downloaded: two days of the customer's
    )  # fmt: skip

    table = store.run("twin_clocks", now=DECEMBER)

    assert rows(table, "month", "n", "p50_days", "ours_p50_days") == [
        (date(2026, 10, 1), 1, 3.0, 1.0)
    ]
    assert rows(table, "within_target", "within_limit", "ours_within_target") == [(0, 1, 1)]


def test_time_until_a_requested_date_is_not_on_our_clock(store: Store, tell: Told):
    tell("local", "10-05 09:00", "10-08 17:00", requested_date="2026-10-08")

    [row] = store.run("twin_clocks", now=DECEMBER).to_pylist()

    assert row["p50_days"] == pytest.approx(3 + 8 / 9)
    assert row["ours_p50_days"] <= 1.0


def test_cumulative_flow_by_hand(store: Store, tell: Told):
    tell("local", "10-05 09:00", "10-05 10:00", "10-06 10:00", to_end=False)  # stands in step 4
    tell("local", "10-05 09:00", "10-06 11:00")  # done on Tuesday

    table = store.run("cumulative_flow", now=ny("10-06 12:00"), period="day", workflow="local")

    monday, tuesday = date(2026, 10, 5), date(2026, 10, 6)
    standing = {
        (row["period"], row["step"]): (row["reached"], row["completed"], row["open"])
        for row in table.to_pylist()
        if row["open"] or row["step"] == 7
    }
    assert standing == {
        (monday, 3): (2, 1, 1),
        (monday, 7): (1, 0, 1),
        (tuesday, 4): (2, 1, 1),
        (tuesday, 7): (1, 1, 0),
    }


def test_the_cases_behind_a_day_are_those_that_the_flow_counts(store: Store, tell: Told):
    tell("local", "10-05 09:00", "10-05 10:00", "10-06 10:00", to_end=False)

    monday = store.run("cases_at", now=ny("10-06 12:00"), at_end_of=date(2026, 10, 5))
    before = store.run("cases_at", now=ny("10-06 12:00"), at_end_of=date(2026, 10, 4))

    assert rows(monday, "case_id", "step", "business_minutes") == [("C-0001", 3, 480.0)]
    assert before.num_rows == 0


def test_ageing_by_hand(store: Store, tell: Told):
    for hour in (10, 12, 14):
        tell("local", "10-05 09:00", f"10-05 {hour}:00", f"10-05 {hour}:00")
    tell("local", "10-06 09:00", "10-06 09:30", to_end=False)  # stands in step 3

    [row] = store.run("ageing", now=ny("10-06 13:30")).to_pylist()

    assert (row["step"], row["n"], row["age_minutes"], row["age_days"]) == (3, 3, 270.0, 0.5)
    assert row["p50_days"] == 0.0
    assert row["state"] == "on time"


def test_without_finished_cases_an_age_stands_alone(store: Store, tell: Told):
    tell("local", "10-06 09:00", to_end=False)

    [row] = store.run("ageing", now=ny("10-06 12:00")).to_pylist()

    assert (row["n"], row["p85_days"]) == (0, None)


def test_percentiles_can_be_parted_by_team_leader(store: Store, tell: Told):
    tell("local", "10-05 09:00", "10-05 10:00")
    tell("virtual_office", "10-05 09:00", "10-05 12:00", leader="H. Abebe")

    table = store.run("cycle_percentiles", now=DECEMBER, split="team_leader")

    assert rows(table, "team_leader", "workflow", "n", "p50_minutes") == [
        ("H. Abebe", None, 1, 180.0),
        ("T. Vance", None, 1, 60.0),
    ]


# --- The tracker with pandas, from its answers file ------------------------------------------


@pytest.fixture(scope="module")
def tracked(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Store]:
    store = Store.open(tmp_path_factory.mktemp("tracker") / "log.duckdb")
    import_tracker(store, DATA / "tracker.csv", "tracker.csv", by=ADMIN, now=AS_OF)
    yield store
    store.close()


@pytest.fixture(scope="module")
def frame() -> Any:
    """The accepted rows as the answers file has them: times in UTC, and the local dates."""
    key = json.loads((DATA / "tracker_key.json").read_text("utf-8"))
    cases: Any = pd.DataFrame([row for row in key["rows"] if row["verdict"] == "accepted"])
    for name in ("opened", "closed"):
        cases[f"{name}_at"] = pd.to_datetime(cases[f"{name}_at"], utc=True)
        wall = cases[f"{name}_at"].dt.tz_convert("America/New_York").dt.tz_localize(None)
        cases[f"{name}_on"] = wall.dt.normalize()
    return cases


def test_the_trackers_cycle_times_are_those_of_its_answers_file(tracked: Store, frame: Any):
    table = tracked.run("cycle_times", now=AS_OF)

    done = frame[frame["closed"]]
    assert sorted(table["business_minutes"].to_pylist()) == pytest.approx(
        sorted(done["business_minutes"])
    )


@pytest.mark.parametrize(("period", "rule"), [("month", "M"), ("week", "W-SUN")])
def test_the_trackers_percentiles_are_those_of_pandas(
    tracked: Store, frame: Any, period: str, rule: str
):
    table = tracked.run("cycle_percentiles", now=AS_OF, period=period)

    done = frame[frame["closed"]]
    begins = done["closed_on"].dt.to_period(rule).dt.start_time.dt.date
    parts = done.groupby([begins, done["workflow"]])["business_minutes"]
    wanted = parts.quantile([0.5, 0.85, 0.95]).unstack()
    found: Any = table.to_pandas().set_index(["period", "workflow"])
    assert list(found.index) == list(wanted.index)
    assert found["n"].tolist() == parts.size().tolist()
    for name, share in (("p50", 0.5), ("p85", 0.85), ("p95", 0.95)):
        assert found[f"{name}_minutes"].tolist() == pytest.approx(wanted[share].tolist())


def test_the_trackers_attainment_is_that_of_pandas(tracked: Store, frame: Any):
    table: Any = tracked.run("attainment", now=AS_OF).to_pandas()

    done = frame[frame["closed"]].copy()
    holidays = USFederalHolidayCalendar().holidays("2024-12-01", "2027-01-31")
    three_days = CustomBusinessDay(3, holidays=list(holidays))
    done["by_date"] = done["closed_on"] <= [day + three_days for day in done["opened_on"]]
    done["target"], done["limit"] = (done["business_minutes"] <= days * 540 for days in (2, 3))
    months = done.groupby(done["closed_on"].dt.to_period("M").dt.start_time.dt.date)
    wanted = months[["target", "limit", "by_date"]].sum().assign(n=months.size())
    found = table[table["n"] > 0].set_index("month")
    assert list(found.index) == list(wanted.index)
    for ours, theirs in (
        ("n", "n"), ("within_target", "target"), ("within_limit", "limit"),
        ("within_limit_by_date", "by_date"),
    ):  # fmt: skip
        assert found[ours].tolist() == wanted[theirs].tolist()


def test_the_trackers_throughput_and_work_in_progress_are_those_of_pandas(
    tracked: Store, frame: Any
):
    table = tracked.run("throughput", now=AS_OF).to_pylist()

    for row in table:
        monday: Any = pd.Timestamp(row["week"])
        following = monday + pd.Timedelta(days=7)
        end: Any = min(following.tz_localize("America/New_York"), pd.Timestamp(AS_OF))
        open_then = (frame["opened_at"] < end) & ~(frame["closed_at"] < end)
        assert row["opened"] == frame["opened_on"].between(monday, following, "left").sum()
        assert row["completed"] == frame["closed_on"].between(monday, following, "left").sum()
        assert row["open_at_end"] == open_then.sum()
    assert table[-1]["open_at_end"] == 12
