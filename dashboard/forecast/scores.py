"""How good forecasts were. Cases that are still open count by what is known of them.

A score of finished cases alone would flatter whoever forecasts too little: the quick ones finish
first. So each finished row stands for itself and for rows like it that were lost from sight
before they could take as long (inverse probability of censoring).
"""

from dataclasses import dataclass

import numpy as np

from dashboard.forecast.snapshots import Flags, Floats, Integers, Snapshots

LEVELS: Floats = np.arange(1, 20) / 20  # of the quantiles that every model gives
MIDDLE = 9  # the column of the median
EIGHTY = (1, 17)  # the columns between which 80% are to fall
NINETY = (0, 18)
SURE = 2.0  # standard errors by which one has to be better than another
MOST_WEIGHT = 5.0  # one row may stand for so many: more would let a few decide


@dataclass(frozen=True, slots=True)
class Score:
    """Errors in the unit of the forecasts; coverage as a share."""

    forecasts: int
    mae: float
    crps: float
    coverage80: float
    width80: float
    coverage90: float
    width90: float


def losses(minutes: Floats, quantiles: Floats) -> Floats:
    """Twice the mean pinball loss over all levels, a row each: near the CRPS."""
    error = minutes[:, None] - quantiles
    return 2 * np.maximum(LEVELS * error, (LEVELS - 1) * error).mean(axis=1)


def score(rows: Snapshots, quantiles: Floats) -> Score:
    """The errors of these forecasts, whose cases have finished or count as censored."""
    weights = finished_weights(rows.minutes, rows.is_finished)
    used = weights > 0
    minutes, quantiles, weights = rows.minutes[used], quantiles[used], weights[used]
    if not used.any():
        return Score(0, *[float("nan")] * 6)

    def mean(values: Floats | Flags) -> float:
        return float(np.average(values, weights=weights))

    def between(low: int, high: int) -> tuple[float, float]:
        lows, highs = quantiles[:, low], quantiles[:, high]
        return mean((lows <= minutes) & (minutes <= highs)), mean(highs - lows)

    mae = mean(np.abs(minutes - quantiles[:, MIDDLE]))
    crps = mean(losses(minutes, quantiles))
    return Score(int(used.sum()), mae, crps, *between(*EIGHTY), *between(*NINETY))


def finished_weights(minutes: Floats, is_finished: Flags) -> Floats:
    """How many rows each finished one stands for; 0 for the others.

    One over the probability (Kaplan and Meier) that a row is watched for so long.
    """
    order = np.lexsort((~is_finished, minutes))  # at one instant, finishing comes first
    at_risk = np.arange(len(minutes), 0, -1)
    # the probability just before each row: its own loss from sight comes after
    kept = np.cumprod(np.append(1.0, 1 - ~is_finished[order] / at_risk))[:-1]
    weights = np.empty(len(minutes))
    weights[order] = is_finished[order] / np.maximum(kept, 1 / MOST_WEIGHT)
    return weights


def gain(rows: Snapshots, better: Floats, worse: Floats) -> tuple[float, float]:
    """By how much `better` has the lower CRPS, and the standard error of that.

    Forecasts of one case share its fate, so cases are what the error is taken over.
    """
    weights = finished_weights(rows.minutes, rows.is_finished)
    difference = weights * (losses(rows.minutes, worse) - losses(rows.minutes, better))
    mean = difference.sum() / weights.sum()
    surplus = _by_case(rows.case, difference - mean * weights)
    return float(mean), float(np.sqrt((surplus**2).sum()) / weights.sum())


def _by_case(case: Integers, values: Floats) -> Floats:
    _, places = np.unique(case, return_inverse=True)
    return np.bincount(places, values).astype(np.float64)
