"""Forecasts in the log: stored as they were made, by whom and when, and judged by what came."""

import json
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from dashboard import commands
from dashboard.commands import CaseForecast
from dashboard.errors import InputRefused
from dashboard.forecast import Forecaster, forecast_open, learn, track_record, with_stored
from dashboard.forecasting import keep, keep_daily
from dashboard.instants import to_us
from dashboard.sample import write_sample
from dashboard.store import Store
from dashboard.ui import log_words
from tests.builders import ADMIN, LEAD, MONDAY, form, step_fields

TUESDAY = MONDAY + timedelta(days=1)
HOUR = timedelta(hours=1)
SATURDAY = datetime(2026, 10, 10, 15, tzinfo=UTC)
NOTHING = Forecaster(MONDAY, "boosted", {"local": 0, "virtual_office": 0}, {})


def opened(store: Store, at: datetime = MONDAY) -> str:
    return commands.open_case(store, "local", form("local"), by=LEAD, now=at)[0].stream


def completed(store: Store, at: datetime, ends: datetime) -> str:
    """A local case whose steps are all completed at once."""
    case_id = opened(store, at)
    for step in range(2, 8):
        fields = step_fields(store.case(case_id), step, ends)
        commands.complete_step(store, case_id, step, fields, by=LEAD, now=ends)
    return case_id


def said(case_id: str, minutes: list[int], **more: Any) -> CaseForecast:
    given: dict[str, Any] = {
        "state": "local-2", "model": "boosted", "p10_us": 1, "p50_us": 2, "p90_us": 3,
        "miss_target": 250, "miss_limit": 100,
    }  # fmt: skip
    return CaseForecast(case_id, minutes=minutes, **given | more)


def store_one(store: Store, one: CaseForecast, at: datetime, **more: Any) -> Any:
    given: dict[str, Any] = {
        "version": "boosted-1", "learnt_at": at, "as_of": at, "position": store.position,
        "by": LEAD, "now": at,
    }  # fmt: skip
    return commands.issue_forecast(store, [one], {one.state: [600] * 19}, **given | more)


# --- Storing ---------------------------------------------------------------------------------


def test_a_stored_forecast_holds_whole_numbers_and_what_made_it(store: Store):
    case_id = opened(store)

    [event] = store_one(store, said(case_id, [*range(10, 200, 10)]), TUESDAY, command_id="a click")
    again = store_one(store, said(case_id, [5] * 19), TUESDAY, command_id="a click")

    assert again == [event]
    assert (event.kind, event.stream, event.actor) == ("forecast_issued", "forecasts", LEAD.name)
    data = json.loads(event.data)
    assert data == {
        "version": "boosted-1", "learnt_us": to_us(TUESDAY), "as_of_us": to_us(TUESDAY),
        "log_position": 1, "plain": {"local-2": [600] * 19},
        "cases": [{
            "case": "C-0001", "state": "local-2", "model": "boosted",
            "minutes": [*range(10, 200, 10)], "p10_us": 1, "p50_us": 2, "p90_us": 3,
            "miss_target": 250, "miss_limit": 100,
        }],
    }  # fmt: skip


def test_the_log_tells_of_how_many_cases_a_forecast_was_stored(store: Store):
    [event] = store_one(store, said(opened(store), [5] * 19), TUESDAY)

    row = {"data": event.data, "workflow": None, "kind": event.kind}
    told = log_words.what(row, "America/New_York", {})

    assert told == (
        "Forecast issued · as of Oct 6, 9:00 AM · cases 1 · learned Oct 6, 9:00 AM · "
        "log position 1 · model boosted trees"
    )


@pytest.mark.parametrize(
    ("one", "more", "why"),
    [
        (said("C-0001", [5] * 18), {}, "is not valid"),
        (said("C-0001", [5] * 18 + [4]), {}, "is not valid"),
        (said("C-0001", [-1] + [5] * 18), {}, "is not valid"),
        (said("C-0001", [5] * 19, miss_limit=1001), {}, "is not valid"),
        (said("C-0001", [5] * 19, p10_us=4), {}, "is not valid"),
        (said("C-0001", [5] * 19), {"as_of": TUESDAY + HOUR}, "is in the future"),
        (said("C-0001", [5] * 19), {"position": 0}, "it covers no open cases"),
    ],
)
def test_what_is_no_forecast_is_refused_and_leaves_no_trace(store: Store, one, more, why):
    opened(store)

    with pytest.raises(InputRefused, match=why):
        store_one(store, one, TUESDAY, **more)

    assert store.stream("forecasts") == []


def test_what_is_kept_is_what_was_shown(store: Store):
    for n in range(3):
        completed(store, MONDAY + n * HOUR, MONDAY + (n + 0.5) * HOUR)
    case_id = opened(store, TUESDAY + 3 * HOUR)
    now = TUESDAY + 4 * HOUR
    learnt = learn(store, now)
    [shown] = forecast_open(store, now, learnt).to_pylist()

    keep(store, learnt, by=ADMIN, now=now)

    [event] = store.stream("forecasts")
    [kept] = event.data["cases"]
    assert kept["case"] == case_id == shown["case_id"]
    assert kept["minutes"] == [round(one) for one in shown["minutes"]]
    assert [kept[f"{name}_us"] for name in ("p10", "p50", "p90")] == [
        to_us(shown[name]) for name in ("p10", "p50", "p90")
    ]
    assert kept["miss_limit"] == round(1000 * shown["p_miss_limit"])
    assert event.data["version"] == "median-2"


# --- Once a day ------------------------------------------------------------------------------


@pytest.fixture
def learnt(store: Store) -> Forecaster:
    """A log with a completed and an open case, and what is learnt from it."""
    completed(store, MONDAY, MONDAY + HOUR)
    opened(store, MONDAY + HOUR)
    return learn(store, MONDAY + 2 * HOUR)


def test_it_is_stored_once_a_day_and_again_on_the_next(store: Store, learnt: Forecaster):
    for at in (2 * HOUR, 3 * HOUR, timedelta(days=1), timedelta(days=1, hours=2)):
        keep_daily(store, learnt, by=ADMIN, now=MONDAY + at)

    stored = store.stream("forecasts")
    assert [event.data["as_of_us"] for event in stored] == [
        to_us(MONDAY + 2 * HOUR), to_us(TUESDAY),
    ]  # fmt: skip


@pytest.mark.parametrize("closed", [MONDAY + timedelta(hours=10), SATURDAY])
def test_nothing_is_stored_by_itself_while_the_department_is_closed(
    store: Store, learnt: Forecaster, closed
):
    assert keep_daily(store, learnt, by=ADMIN, now=closed) == []
    assert store.stream("forecasts") == []


def test_nothing_is_stored_by_itself_in_a_log_that_has_rested_for_a_week(
    store: Store, learnt: Forecaster
):
    keep_daily(store, learnt, by=ADMIN, now=MONDAY + timedelta(days=8))

    assert store.stream("forecasts") == []


def test_nothing_is_stored_by_itself_in_sample_data(tmp_path):
    store = Store.open(tmp_path / "log.duckdb")
    write_sample(store, seed=4, cases=30, until=TUESDAY, by=ADMIN)

    assert keep_daily(store, learn(store, TUESDAY), by=ADMIN, now=TUESDAY) == []
    assert store.stream("forecasts") == []
    store.close()


def test_nothing_is_stored_of_a_path_of_which_nothing_is_known(store: Store):
    opened(store)

    assert keep_daily(store, learn(store, MONDAY), by=ADMIN, now=MONDAY + HOUR) == []


# --- Judged by what came ---------------------------------------------------------------------


def judged(store: Store, now: datetime) -> list[tuple[float, bool]]:
    """Of each stored forecast that counts: minutes to the finish, or so far; whether it is over."""
    issued = with_stored(NOTHING, store, now).issued
    rows = issued["boosted"].rows if issued else None
    return [] if rows is None else list(zip(rows.minutes, rows.is_finished, strict=True))


def test_a_case_that_has_closed_counts_by_when_it_closed(store: Store):
    case_id = opened(store)
    store_one(store, said(case_id, [60] * 19), MONDAY + HOUR)
    for step in range(2, 8):
        fields = step_fields(store.case(case_id), step, MONDAY + 3 * HOUR)
        commands.complete_step(store, case_id, step, fields, by=LEAD, now=MONDAY + 3 * HOUR)

    issued = with_stored(NOTHING, store, TUESDAY).issued

    assert judged(store, TUESDAY) == [(120.0, True)]
    assert (issued["boosted"].score().mae, issued["median"].score().mae) == (60.0, 480.0)


def test_the_record_says_how_many_forecasts_were_stored_and_are_over(store: Store):
    still_open = opened(store)
    ended = completed(store, MONDAY, MONDAY + 3 * HOUR)
    for case_id in (ended, still_open):
        store_one(store, said(case_id, [60] * 19), MONDAY + 2 * HOUR + timedelta(minutes=58))

    record = track_record(with_stored(NOTHING, store, TUESDAY), store.settings.calendar)

    assert {(row["forecasts"], row["stored"]) for row in record.to_pylist()} == {(1, 1)}


def test_a_case_that_is_open_counts_as_far_as_it_was_watched(store: Store):
    store_one(store, said(opened(store), [60] * 19), MONDAY + HOUR)

    [(minutes, is_over)] = judged(store, MONDAY + 4 * HOUR)

    assert (round(minutes), is_over) == (180, False)


def test_a_case_that_is_withdrawn_counts_as_lost_from_sight(store: Store):
    case_id = opened(store)
    store_one(store, said(case_id, [60] * 19), MONDAY + HOUR)
    commands.withdraw_case(store, case_id, "it stays", by=LEAD, now=MONDAY + 2 * HOUR)

    assert judged(store, TUESDAY) == [(60.0, False)]


def test_a_completion_entered_late_counts_for_a_forecast_that_did_not_know_of_it(store: Store):
    case_id = opened(store)
    store_one(store, said(case_id, [60] * 19), MONDAY + 2 * HOUR)
    for step in range(2, 8):
        fields = step_fields(store.case(case_id), step, MONDAY + 3 * HOUR)
        commands.complete_step(
            store, case_id, step, fields, by=LEAD, now=MONDAY + 3 * HOUR, at=MONDAY + HOUR
        )

    assert judged(store, TUESDAY) == [(0.0, True)]


def test_without_a_stored_forecast_the_trial_stands_as_it_is(store: Store):
    opened(store)

    assert with_stored(NOTHING, store, TUESDAY) is NOTHING


def test_on_their_days_stored_forecasts_stand_in_the_place_of_the_trials(tmp_path):
    store = Store.open(tmp_path / "log.duckdb")
    now = datetime(2026, 10, 30, 15, 30, tzinfo=UTC)
    write_sample(store, seed=3, cases=330, until=now, by=ADMIN)
    tried = learn(store, now, months=1)
    keep(store, tried, by=ADMIN, now=now)

    later = now + HOUR
    counted = with_stored(tried, store, later)

    calendar = store.settings.calendar
    today = calendar.local_date([to_us(now)])[0]
    n = len(store.stream("forecasts")[0].data["cases"])
    for name, issued in counted.issued.items():
        if name in (tried.chosen, "median"):
            own = calendar.local_date(calendar.instant(issued.rows.at)) == today
            before = calendar.local_date(calendar.instant(tried.issued[name].rows.at)) == today
            assert own.sum() == n
            assert issued.is_stored.tolist() == own.tolist()
            assert len(issued.rows) == len(tried.issued[name].rows) - before.sum() + n
            assert issued.score().forecasts > 0
    store.close()
