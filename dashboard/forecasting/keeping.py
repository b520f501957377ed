"""Forecasts into the log, as they were made: on demand, and by themselves once a day."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any
from uuid import uuid5

from dashboard import commands
from dashboard.commands import CaseForecast
from dashboard.commands.drafting import OURS, Stored
from dashboard.forecast import Forecaster, forecast_open
from dashboard.instants import to_datetime, to_us
from dashboard.people import Person
from dashboard.store import Store

# A log in which nothing was recorded for longer is one that somebody looks at, not works with.
RECENT = timedelta(days=7)


def keep(
    store: Store,
    forecaster: Forecaster,
    *,
    by: Person,
    now: datetime,
    command_id: str | None = None,
) -> Stored:
    """Forecast every open case now and store that; raises NotAllowed, InputRefused.

    Cases of a path without a completed case have no forecast, and are left out.
    """
    position = store.position
    told = [row for row in forecast_open(store, now, forecaster).to_pylist() if row["model"]]
    return commands.issue_forecast(
        store,
        [_case(row) for row in told],
        {_state(row): _whole(row["plain_minutes"]) for row in told},
        version=forecaster.version,
        learnt_at=forecaster.learnt_at,
        as_of=now,
        position=position,
        by=by,
        now=now,
        command_id=command_id,
    )


def keep_daily(store: Store, forecaster: Forecaster, *, by: Person, now: datetime) -> Stored:
    """Store today's forecast, if it is to be and is not yet; returns what was stored today.

    Not while the department is closed; not in sample data, whose firms nobody serves; and not in
    a log that has rested for a week: an old one, or one into which an earlier time is still to be
    imported, which a later record would forbid.
    """
    calendar = store.settings.calendar
    recorded = to_datetime(store.log.last_recorded_us())
    if store.settings.is_sample or not calendar.is_open(now, now) or now - recorded > RECENT:
        return []
    today = calendar.local_date([to_us(now)])[0]
    command_id = str(uuid5(OURS, f"forecast {today}"))
    if stored := store.stored(command_id):
        return stored
    if not any(forecaster.model_for(path) for path in _open_paths(store, now)):
        return []
    return keep(store, forecaster, by=by, now=now, command_id=command_id)


def _open_paths(store: Store, now: datetime) -> set[str]:
    return set(store.run("forecast_cases", now=now)["workflow"].to_pylist())


def _state(row: Mapping[str, Any]) -> str:
    return f"{row['workflow']}-{row['step']}"


def _case(row: Mapping[str, Any]) -> CaseForecast:
    return CaseForecast(
        case_id=row["case_id"],
        state=_state(row),
        model=row["model"],
        minutes=_whole(row["minutes"]),
        p10_us=to_us(row["p10"]),
        p50_us=to_us(row["p50"]),
        p90_us=to_us(row["p90"]),
        miss_target=round(1000 * row["p_miss_target"]),
        miss_limit=round(1000 * row["p_miss_limit"]),
    )


def _whole(minutes: list[float]) -> list[int]:
    return [round(one) for one in minutes]
