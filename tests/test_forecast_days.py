"""What forecasts of cases add up to, by hand and against a slow twin."""

from datetime import UTC, date, datetime, timedelta

import numpy as np
import pyarrow as pa
import pytest

from dashboard import commands
from dashboard.forecast import done_by, expected_days, forecast_open, learn
from dashboard.sample import write_sample
from dashboard.store import Store
from tests.builders import ADMIN, LEAD, MONDAY, form

OPENS = MONDAY - timedelta(hours=1)  # 08:00 in New York
FRIDAY = datetime(2026, 10, 30, 15, 30, tzinfo=UTC)  # 11:30 in New York, where a day has 9 hours
DAY = 540  # minutes


def opened(store: Store, at: datetime = MONDAY) -> str:
    """An open local case: its target falls two business days later, its limit three."""
    return commands.open_case(store, "local", form("local"), by=LEAD, now=at)[0].stream


def told(**minutes: list[float] | None) -> pa.Table:
    """What is forecast of some cases, by their ids in lower case."""
    ids = [name.upper().replace("_", "-") for name in minutes]
    lists = pa.array(list(minutes.values()), pa.list_(pa.float64()))
    earliest = pa.array(np.zeros(len(ids)))
    return pa.table({
        "case_id": pa.array(ids, pa.string()), "minutes": lists, "earliest_minutes": earliest
    })  # fmt: skip


def evenly(first: float, last: float) -> list[float]:
    """Quantiles of a time that lies anywhere between the two, as likely here as there."""
    return [first + (last - first) * level / 20 for level in range(1, 20)]


def test_a_case_that_is_done_within_two_days_for_sure_is_half_expected_on_each(store: Store):
    opened(store, OPENS)

    table = expected_days(store, OPENS, told(c_0001=evenly(0, 2 * DAY)))

    assert table["day"].to_pylist()[:3] == [date(2026, 10, 5), date(2026, 10, 6), date(2026, 10, 7)]
    # beyond 95% the tail goes on evenly at first, so a little is left for the third day
    assert table["expected"].to_pylist()[0] == pytest.approx(0.5)
    assert table["expected"].to_pylist()[1] == pytest.approx(0.45, abs=0.05)
    assert table["spread"].to_pylist()[0] == pytest.approx(0.5)


def test_completions_of_several_cases_add_up(store: Store):
    for _ in range(3):
        opened(store, OPENS)

    said = told(c_0001=evenly(0, DAY), c_0002=evenly(0, 2 * DAY), c_0003=[9_999.0] * 19)
    table = expected_days(store, OPENS, said)

    assert table["expected"].to_pylist()[0] == pytest.approx(1.45, abs=0.05)
    assert sum(table["expected"].to_pylist()) == pytest.approx(2, abs=0.1)


def test_what_is_due_stands_on_the_day_on_which_the_target_and_the_limit_fall(store: Store):
    opened(store, MONDAY + timedelta(hours=2))
    opened(store, MONDAY + timedelta(hours=2))

    table = expected_days(store, MONDAY + timedelta(hours=3), told(c_0001=None, c_0002=None))

    due = {
        row["day"]: (row["due_target"], row["due_limit"])
        for row in table.to_pylist()
        if row["due_target"] or row["due_limit"]
    }
    assert due == {date(2026, 10, 7): (2, 0), date(2026, 10, 8): (0, 2)}
    assert set(table["expected"].to_pylist()) == {0.0}


def test_a_limit_that_falls_at_a_days_close_is_due_on_that_day(store: Store):
    opened(store, OPENS)  # at opening, so that the limit is the third day's close

    table = expected_days(store, OPENS, told(c_0001=None))

    due = [row["day"] for row in table.to_pylist() if row["due_limit"]]
    assert due == [date(2026, 10, 7)]


def test_only_the_cases_asked_for_are_counted_and_due(store: Store):
    opened(store)
    opened(store)
    said = told(c_0001=evenly(0, 1), c_0002=evenly(0, 1))

    table = expected_days(store, MONDAY, said, cases=["C-0002"])

    assert table["expected"].to_pylist()[0] == pytest.approx(1.0, abs=0.01)
    assert sum(table["due_limit"].to_pylist()) == 1


def test_days_without_business_are_no_rows(store: Store):
    opened(store)

    days = expected_days(store, MONDAY, told(c_0001=None))["day"].to_pylist()

    assert date(2026, 10, 10) not in days  # a Saturday
    assert date(2026, 10, 12) not in days  # Columbus Day
    assert len(days) == 9


def test_nothing_open_is_expected_to_bring_nothing(store: Store):
    table = expected_days(store, MONDAY, told())

    assert set(table["expected"].to_pylist()) == {0.0}
    assert set(table["due_limit"].to_pylist()) == {0}


def test_after_closing_time_today_is_no_day_any_more(store: Store):
    opened(store)
    evening = MONDAY + timedelta(hours=12)

    table = expected_days(store, evening, told(c_0001=evenly(0, DAY)))

    assert table["day"].to_pylist()[0] == date(2026, 10, 6)


def test_who_is_done_by_an_instant_is_told_from_the_time_until_then(store: Store):
    opened(store)
    opened(store)
    said = told(c_0001=evenly(0, 2 * DAY), c_0002=None)

    done = done_by(store, MONDAY, said, MONDAY + timedelta(days=1))

    assert done.to_pylist() == [pytest.approx(0.5), None]


def test_nobody_is_done_by_an_instant_that_has_come(store: Store):
    opened(store)

    done = done_by(store, MONDAY, told(c_0001=evenly(0, DAY)), MONDAY)

    assert done.to_pylist() == [0.0]


def test_on_a_sample_the_days_agree_with_a_twin_that_counts_draws(tmp_path):
    store = Store.open(tmp_path / "log.duckdb")
    write_sample(store, seed=4, cases=60, until=FRIDAY, by=ADMIN)
    forecasts = forecast_open(store, FRIDAY, learn(store, FRIDAY, months=1))
    calendar = store.settings.calendar
    rng = np.random.default_rng(1)

    table = expected_days(store, FRIDAY, forecasts)

    counted = dict.fromkeys(table["day"].to_pylist(), 0.0)
    for minutes in filter(None, forecasts["minutes"].to_pylist()):
        for level in rng.uniform(0, 0.95, 400):  # beyond, the shape of the tail is told
            left = float(np.interp(level, np.arange(20) / 20, [0, *minutes]))
            done = calendar.add(FRIDAY, timedelta(minutes=max(left, 0.001)))
            day = calendar.local_date([int(done.timestamp() * 1e6)])[0].astype(object)
            if day in counted:
                counted[day] += 0.95 / 400
    for row in table.to_pylist():
        assert row["expected"] == pytest.approx(counted[row["day"]], abs=0.25)
    store.close()
