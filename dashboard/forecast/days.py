"""What forecasts of cases add up to: completions a day, and who is done by an instant."""

from collections.abc import Collection
from datetime import datetime

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from dashboard.forecast.recalibration import places
from dashboard.forecast.scores import LEVELS
from dashboard.forecast.snapshots import MINUTE_US, Floats, Integers
from dashboard.instants import to_us
from dashboard.store import View

TWO_WEEKS = 14
DAYS = pa.schema([
    ("day", pa.date32()), ("expected", pa.float64()), ("spread", pa.float64()),
    ("due_target", pa.int64()), ("due_limit", pa.int64()),
])  # fmt: skip


def expected_days(
    view: View,
    now: datetime,
    forecasts: pa.Table,
    *,
    cases: Collection[str] | None = None,
    ahead: int = TWO_WEEKS,
) -> pa.Table:
    """How many of the cases open now will be completed on each day, against those due on it.

    `cases` says of which; None: of all.
    One row per business day from today on, over `ahead` dates: expected, the sum of the cases'
    chances of finishing on it; spread, its standard deviation if no case waits for another (so
    too small where they queue); due_target and due_limit, open cases whose target or limit falls
    on it, those in rework among them. Cases opened later, and those of which nothing is known, are
    left out of `expected`; cases past their target or limit, or delivered, are due on no day.
    """
    due = view.run("forecast_cases", now=now, with_reworks=True)
    due = due.filter(pc.call_function("invert", [due["is_delivered"]]))
    if cases is not None:
        wanted = pc.field("case_id").isin(pa.array(cases, pa.string()))
        due, forecasts = due.filter(wanted), forecasts.filter(wanted)
    calendar = view.settings.calendar
    today = calendar.local_date([to_us(now)])[0]
    dates = np.arange(today, today + ahead)
    dates = dates[calendar.is_business_day(dates)]
    here = int(calendar.position([to_us(now)])[0])
    closes = calendar.position(calendar.first_instant(dates + 1))
    dates, closes = dates[closes > here], closes[closes > here]
    edges = np.append(here, closes)
    done = np.array([_done(forecasts, (edge - here) / MINUTE_US) for edge in edges])
    shares = np.diff(np.nan_to_num(done), axis=0)
    columns = {
        "day": dates,
        "expected": shares.sum(axis=1),
        "spread": np.sqrt((shares * (1 - shares)).sum(axis=1)),
        "due_target": _due(due["target_pos"].to_numpy(), edges),
        "due_limit": _due(due["limit_pos"].to_numpy(), edges),
    }
    return pa.table(columns, schema=DAYS)


def _due(positions: Integers, edges: Integers) -> Integers:
    """How many fall between each two edges; what falls at a day's close falls on that day."""
    return np.diff(np.searchsorted(np.sort(positions), edges, side="right"))


def done_by(view: View, now: datetime, forecasts: pa.Table, instant: datetime) -> pa.Array:
    """How likely each of the cases is completed by an instant; empty where nothing is known."""
    here, then = view.settings.calendar.position([to_us(now), to_us(instant)]).tolist()
    done = _done(forecasts, (then - here) / MINUTE_US)
    return pa.array(done, mask=np.isnan(done))


def _done(forecasts: pa.Table, minutes: float) -> Floats:
    """The chance of each case to be done within so many minutes from now; NaN: nobody knows."""
    quantiles, earliest = matrix(forecasts["minutes"]), forecasts["earliest_minutes"].to_numpy()
    chance = places(np.maximum(minutes - earliest, 0), quantiles - earliest[:, None])
    return np.where(np.isnan(quantiles[:, 0]), np.nan, np.where(minutes > earliest, chance, 0.0))


def matrix(lists: pa.ChunkedArray) -> Floats:
    """A column of quantiles as rows of them; NaN where a case has none."""
    found = np.full((len(lists), len(LEVELS)), np.nan)
    known = lists.is_valid().to_numpy()
    found[known] = lists.combine_chunks().flatten().to_numpy().reshape(-1, len(LEVELS))
    return found
