"""How good forecasts have been, by the month in which they were made, beside the yardstick."""

from datetime import date

import numpy as np
import pyarrow as pa

from dashboard.forecast.backtest import Issued
from dashboard.forecast.learning import YARDSTICK, Forecaster
from dashboard.forecast.models import Pause, go_on
from dashboard.forecast.scores import Score, score
from dashboard.forecast.snapshots import Integers, Snapshots
from dashboard.workdays import Calendar

DRAWS = 200  # of cases with replacement, for an interval of 95%
BOUNDS = (0.025, 0.975)
SCHEMA = pa.schema(
    [
        ("month", pa.date32()), ("model", pa.string()), ("cases", pa.int64()),
        ("forecasts", pa.int64()), ("stored", pa.int64()), ("mae", pa.float64()),
        ("mae_low", pa.float64()), ("mae_high", pa.float64()), ("crps", pa.float64()),
        ("crps_low", pa.float64()), ("crps_high", pa.float64()), ("coverage80", pa.float64()),
        ("coverage80_low", pa.float64()), ("coverage80_high", pa.float64()),
        ("width80", pa.float64()), ("coverage90", pa.float64()), ("width90", pa.float64()),
    ]
)  # fmt: skip
BOUNDED = ("mae", "crps", "coverage80")


def track_record(
    forecaster: Forecaster, calendar: Calendar, *, seed: int = 0, pause: Pause = go_on
) -> pa.Table:
    """The trial's forecasts by month of issue, of the model used and of the yardstick.

    One row per month and model, and one a model over all months (month empty). Of
    the `forecasts`, whose cases have finished, `stored` were stored as they were made; the others
    are the trial's. Errors and widths
    in business minutes, coverages as shares; `…_low` and `…_high` bound 95% of what cases drawn
    anew would give. Open cases count as censored (see `scores`), so the newest month rests on
    fewer cases, each of them standing for more. Empty if nothing could be tried.
    """
    shown = dict.fromkeys((YARDSTICK.name, forecaster.chosen))
    rows = [
        row
        for model in shown
        if model in forecaster.issued
        for row in _rows(model, forecaster.issued[model], calendar, seed, pause)
    ]
    return pa.Table.from_pylist(rows, schema=SCHEMA)


def _rows(
    model: str, issued: Issued, calendar: Calendar, seed: int, pause: Pause
) -> list[dict[str, date | str | int | float | None]]:
    dates = calendar.local_date(calendar.instant(issued.rows.at))
    months = dates.astype("datetime64[M]")
    parts: list[tuple[date | None, Integers]] = [(None, np.arange(len(months)))]
    for month in np.unique(months):
        parts.append((month.astype("datetime64[D]").item(), np.flatnonzero(months == month)))
    found = []
    for month, places in parts:
        pause()
        rows, quantiles = issued.rows.take(places), issued.quantiles[places]
        own = score(rows, quantiles)
        stored = int((issued.is_stored[places] & rows.is_finished).sum())
        row = {
            "month": month, "model": model, "cases": len(np.unique(rows.case)),
            "forecasts": own.forecasts, "stored": stored, "mae": own.mae, "crps": own.crps,
            "coverage80": own.coverage80, "width80": own.width80, "coverage90": own.coverage90,
            "width90": own.width90,
        }  # fmt: skip
        found.append(row | _bounds(rows, quantiles, seed))
    return found


def _bounds(rows: Snapshots, quantiles: np.ndarray, seed: int) -> dict[str, float]:
    """Between what the scores lie if the cases are drawn anew."""
    rng = np.random.default_rng(seed)
    cases, of_case = np.unique(rows.case, return_inverse=True)
    by_case = np.split(np.argsort(of_case, kind="stable"), np.cumsum(np.bincount(of_case))[:-1])
    scores: list[Score] = []
    for _ in range(DRAWS):
        drawn = np.concatenate([by_case[n] for n in rng.integers(0, len(cases), len(cases))])
        scores.append(score(rows.take(drawn), quantiles[drawn]))
    found = {}
    for name in BOUNDED:
        values = np.array([getattr(one, name) for one in scores])
        known = values[~np.isnan(values)]  # a draw without a finished case says nothing
        low, high = np.quantile(known, BOUNDS) if len(known) else (np.nan, np.nan)
        found |= {f"{name}_low": float(low), f"{name}_high": float(high)}
    return found
