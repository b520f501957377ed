"""Learning from the log: which model would have done best, and that model with all that is known.

Slow on purpose and never on a page's way: seconds to a minute. Whoever shows forecasts learns
once a day in the background and asks the result as often as needed.
"""

from dataclasses import dataclass, field
from datetime import datetime

import numpy as np

from dashboard.forecast import beyond
from dashboard.forecast.backtest import (
    LEAST_FINISHED,
    YARDSTICK,
    Issued,
    backtests,
    choose,
    crossed,
)
from dashboard.forecast.beyond import Seen
from dashboard.forecast.boosted import MOST_ROWS, Boosted, Usual
from dashboard.forecast.history import looked_at, seen
from dashboard.forecast.models import Fitted, FittedMedian, Median, Model, Pause, go_on
from dashboard.forecast.moves import PATHS, Moves, read_moves
from dashboard.forecast.nearest import FittedNearest, Nearest
from dashboard.forecast.recalibration import Recalibration, learnt_at
from dashboard.forecast.scores import LEVELS
from dashboard.forecast.snapshots import Floats, Snapshots
from dashboard.instants import to_us
from dashboard.settings import Settings
from dashboard.store import View
from dashboard.workdays import Calendar

VERSION = 2  # of what the models are given and how they are set; part of every stored forecast
MONTHS = 6  # that the models are tried on
TRIAL_ROWS = 6_000  # that a fit of the trial learns from: in half the time hardly worse


@dataclass(frozen=True, slots=True, eq=False)
class Forecaster:
    """What was learnt at `learnt_at`. `chosen` names the model; "median" means no skill.

    `issued` are the trial's forecasts by model; `finished` counts the completed cases of each
    path. A path with fewer than 100 is told by the median, one with none not at all. A
    case that is older in its step than any completed one was is extrapolated.
    """

    learnt_at: datetime
    chosen: str
    finished: dict[str, int]
    issued: dict[str, Issued]
    fitted: Fitted | None = None
    plain: Fitted | None = None
    median: FittedMedian | None = None
    nearest: FittedNearest | None = None
    usual: Usual | None = None
    recalibration: Recalibration = field(default_factory=Recalibration.none)
    seen: Seen = field(default_factory=lambda: Seen({}, {}, {}))

    @property
    def version(self) -> str:
        """What made the forecast, for whoever stores it."""
        return f"{self.chosen}-{VERSION}"

    def model_for(self, path: str) -> str:
        """The model that is used for a path; empty if nothing is known of it."""
        if self._is_learnt(path):
            return self.chosen
        return YARDSTICK.name if self.finished.get(path) and self.median else ""

    def models_used(self, rows: Snapshots) -> list[str]:
        """The model behind each row's forecast; empty where there is none."""
        told = zip(_names(rows), self.seen.is_beyond(rows).tolist(), strict=True)
        return [beyond.NAME if is_old else self.model_for(path) for path, is_old in told]

    def quantiles(self, rows: Snapshots) -> Floats:
        """Minutes of business time to the finish at each level; NaN where nothing is known."""
        found = np.full((len(rows), len(LEVELS)), np.nan)
        used = np.array(self.models_used(rows), dtype=object)
        if (old := used == beyond.NAME).any():
            found[old] = self.seen.extrapolated(rows.take(old))
        told = (used != "") & ~old
        learnt = told & np.array([self._is_learnt(path) for path in _names(rows)], dtype=bool)
        if self.median and (few := told & ~learnt).any():
            found[few] = self.median.predict(rows.take(few))
        if self.fitted and learnt.any():
            asked = rows.take(learnt)
            found[learnt] = self.recalibration.apply(asked.ahead, self.fitted.predict(asked))
        return found

    def plain_quantiles(self, rows: Snapshots) -> Floats:
        """The same as the yardstick alone would say, whatever model is used."""
        if self.plain is None:
            return np.full((len(rows), len(LEVELS)), np.nan)
        return self.plain.predict(rows)

    def _is_learnt(self, path: str) -> bool:
        return self.fitted is not None and self.finished.get(path, 0) >= LEAST_FINISHED


def learn(
    view: View,
    now: datetime,
    *,
    seed: int = 0,
    months: int = MONTHS,
    model: str = "",
    pause: Pause = go_on,
) -> Forecaster:
    """Try every model on the last months, and fit the best on all that is known at `now`.

    `model` names one to fit without a trial: then nothing is recalibrated either.
    `pause` is called every second or so; what it raises ends the learning.
    """
    moves = read_moves(view, now)
    return learn_from(moves, view.settings, now, seed=seed, months=months, model=model, pause=pause)


def learn_from(
    moves: Moves,
    settings: Settings,
    now: datetime,
    *,
    seed: int = 0,
    months: int = MONTHS,
    model: str = "",
    pause: Pause = go_on,
) -> Forecaster:
    """The same from the ways of all cases until now."""
    rows, finished = looked_at(moves, settings, now), moves.finished_cases()
    if not rows.is_finished.any():
        return Forecaster(now, YARDSTICK.name, finished, {})
    enough = rows.take(np.isin(_names(rows), _learnable(finished)))
    issued: dict[str, Issued] = {}
    tried = list(_models(seed, TRIAL_ROWS, pause).values())
    if not model:
        begins = origins(settings.calendar, now, months)
        issued = backtests(tried, enough, begins, pause)
    chosen = model or choose(issued or crossed(tried, enough, pause), YARDSTICK.name)
    median = Median().fit(rows)
    return Forecaster(
        learnt_at=now,
        chosen=chosen,
        finished=finished,
        issued=issued,
        fitted=_fitted(_models(seed, MOST_ROWS, pause)[chosen], enough, median),
        plain=YARDSTICK.fit(rows),
        median=median,
        nearest=Nearest().fit(rows),
        usual=Usual.of(rows),
        recalibration=_learnt(issued.get(chosen), rows.seen),
        seen=seen(moves, settings),
    )


def origins(calendar: Calendar, now: datetime, months: int) -> list[int]:
    """Where the last months begin, as positions, and now.

    The position with which a month begins is also that of the evening before, when no time runs.
    """
    us = to_us(now)
    month = calendar.local_date([us]).astype("datetime64[M]")[0]
    firsts = np.arange(month - months + 1, month + 1).astype("datetime64[D]")
    begins = np.minimum(calendar.first_instant(firsts), us)
    return (calendar.position(np.append(begins, us)) + 1).tolist()


def _models(seed: int, most_rows: int, pause: Pause) -> dict[str, Model]:
    models: tuple[Model, ...] = (
        YARDSTICK,
        Median(),
        Nearest(),
        Boosted(seed, most_rows, pause=pause),
    )
    return {model.name: model for model in models}


def _fitted(model: Model, rows: Snapshots, median: FittedMedian) -> Fitted | None:
    if not rows.is_finished.any():
        return None
    return median if model.name == YARDSTICK.name else model.fit(rows)


def _learnt(issued: Issued | None, seen: int) -> Recalibration:
    if issued is None or issued.quantiles is issued.own:
        return Recalibration.none()
    return learnt_at(seen, issued.rows, issued.own)


def _learnable(finished: dict[str, int]) -> list[str]:
    return [path for path, count in finished.items() if count >= LEAST_FINISHED]


def _names(rows: Snapshots) -> list[str]:
    known = list(PATHS)
    return [known[number] for number in rows.path.tolist()]
