"""Which model is used: the one that would have done best, learning month by month.

Every model is learnt anew at each origin from what was known then, and forecasts what came
until the next. The yardstick is used unless another beats it by more than chance explains.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np

from dashboard.forecast.beyond import is_beyond_past
from dashboard.forecast.models import Model, Pause, Yardstick, go_on
from dashboard.forecast.recalibration import online
from dashboard.forecast.scores import SURE, Score, gain, score
from dashboard.forecast.snapshots import Flags, Floats, Snapshots, together

LEAST_FINISHED = 100  # cases: with fewer, nothing is learnt
FOLDS = 4  # of the cases, where no past is long enough for a trial
YARDSTICK = Yardstick()


@dataclass(frozen=True, slots=True, eq=False)
class Issued:
    """Forecasts as they would have been made: the model's own, and put right online.

    The yardstick's are never put right. Those that are stored were truly made.
    """

    rows: Snapshots
    own: Floats
    quantiles: Floats
    is_stored: Flags

    def score(self) -> Score:
        """How good they were."""
        return score(self.rows, self.quantiles)


def backtest(
    model: Model, rows: Snapshots, origins: Sequence[int], pause: Pause = go_on
) -> Issued | None:
    """The model's forecasts from the first origin on; the last origin is where they end.

    What would have been extrapolated, being older than all, is left out. None if at no origin
    enough cases had finished to learn from.
    """
    parts, forecasts = [], []
    for origin, until in pairwise(origins):
        pause()
        past = rows.known_before(origin)
        if finished_cases(past) < LEAST_FINISHED:
            continue
        asked = rows.take((origin <= rows.at) & (rows.at < until))
        asked = asked.take(~is_beyond_past(asked, past))
        if len(asked):
            parts.append(asked)
            forecasts.append(model.fit(past).predict(asked))
    if not parts:
        return None
    issued, own = together(parts), np.concatenate(forecasts)
    shown = own if model.name == YARDSTICK.name else online(issued, own)
    return Issued(issued, own, shown, np.zeros(len(issued), dtype=bool))


def backtests(
    models: Sequence[Model], rows: Snapshots, origins: Sequence[int], pause: Pause = go_on
) -> dict[str, Issued]:
    """Every model's forecasts by its name; empty if there is too little to learn from."""
    found = {model.name: backtest(model, rows, origins, pause) for model in models}
    return {name: issued for name, issued in found.items() if issued is not None}


def crossed(models: Sequence[Model], rows: Snapshots, pause: Pause = go_on) -> dict[str, Issued]:
    """Every model's forecasts of cases that it has not learnt from, by its name.

    For want of a past before the first origin: what says which model to use, not how good it is.
    """
    if finished_cases(rows) < LEAST_FINISHED:
        return {}
    found: dict[str, list[Floats]] = {model.name: [] for model in models}
    parts = [rows.take(rows.case % FOLDS == fold) for fold in range(FOLDS)]
    for fold, asked in enumerate(parts):
        past = rows.take(rows.case % FOLDS != fold)
        for model in models:
            pause()
            found[model.name].append(model.fit(past).predict(asked))
    every = together(parts)
    never = np.zeros(len(every), dtype=bool)
    joined = {name: np.concatenate(some) for name, some in found.items()}
    return {name: Issued(every, own, own, never) for name, own in joined.items()}


def choose(issued: Mapping[str, Issued], yardstick: str) -> str:
    """The name of the model to use."""
    if yardstick not in issued:
        return yardstick
    plain = issued[yardstick]
    if not plain.rows.is_finished.any():
        return yardstick
    gains = {
        name: gain(one.rows, one.quantiles, plain.quantiles)
        for name, one in issued.items()
        if name != yardstick
    }
    sure = {name: mean for name, (mean, error) in gains.items() if mean > SURE * error}
    return max(sure, key=lambda name: sure[name], default=yardstick)


def finished_cases(rows: Snapshots) -> int:
    """How many cases are known to have finished."""
    return len(np.unique(rows.case[rows.is_finished]))
