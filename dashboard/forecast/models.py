"""What a model is, and the plainest ones: quantiles of each step's past."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol, TypeAlias

import numpy as np

from dashboard.forecast.scores import LEVELS
from dashboard.forecast.snapshots import Floats, Integers, Snapshots

# Called between two pieces of work: whoever waits for them may raise, and so end them.
Pause: TypeAlias = Callable[[], object]
FEW = 20  # a step with fewer past rows is told by its whole path


def go_on() -> None:
    """Nobody waits: no pause."""


class Fitted(Protocol):
    """A model that has learnt from a past."""

    def predict(self, rows: Snapshots) -> Floats:
        """Minutes to the finish: one row per row, one column per level, never falling."""
        ...


class Model(Protocol):
    """A way to learn. The same past gives the same forecasts."""

    @property
    def name(self) -> str:
        """What people call it."""
        ...

    def fit(self, past: Snapshots) -> Fitted:
        """Learn from what is known of these rows; at least one must have finished."""
        ...


@dataclass(frozen=True, slots=True)
class Yardstick:
    """The plain quantiles of each step, the median among them; what others have to beat.

    Open cases are left out of it, as anybody with a spreadsheet would leave them out.
    """

    name: str = "median"

    def fit(self, past: Snapshots) -> "Spread":
        rows = past.take(past.is_finished)
        return Spread.of(rows.group, rows.path, rows.minutes)


@dataclass(frozen=True, slots=True)
class Median:
    """The yardstick for use: where a case waits for an appointment, what remains is added to it.

    As a model of its own it is tried as recalibrated, which the yardstick is not.
    """

    name: str = "recalibrated median"

    def fit(self, past: Snapshots) -> "FittedMedian":
        rows = past.take(past.is_finished)
        waiting = rows.take(rows.ahead > 0)
        return FittedMedian(
            Spread.of(rows.group, rows.path, rows.minutes),
            Spread.of(waiting.group, waiting.path, waiting.after) if len(waiting) else None,
        )


@dataclass(frozen=True, slots=True)
class Spread:
    """Quantiles by step; by path where a step has few rows; of all where a path has none."""

    by_group: dict[int, Floats]
    by_path: dict[int, Floats]
    of_all: Floats

    @classmethod
    def of(cls, group: Integers, path: Integers, minutes: Floats) -> "Spread":
        return cls(_quantiles(group, minutes, FEW), _quantiles(path, minutes, 1), _plain(minutes))

    def predict(self, rows: Snapshots) -> Floats:
        found = [
            self.by_group.get(group, self.by_path.get(path, self.of_all))
            for group, path in zip(rows.group.tolist(), rows.path.tolist(), strict=True)
        ]
        return np.array(found).reshape(len(rows), len(LEVELS))


@dataclass(frozen=True, slots=True)
class FittedMedian:
    """What is left by step; and from when a case can go on, of cases that waited to."""

    left: Spread
    after: Spread | None

    def predict(self, rows: Snapshots) -> Floats:
        found = self.left.predict(rows)
        waits = rows.ahead > 0
        if waits.any():
            found[waits] = rows.ahead[waits, None] + self.remaining(rows.take(waits))
        return found

    def remaining(self, rows: Snapshots) -> Floats:
        """What is left of each case once the appointment that it waits for has ended."""
        return (self.after or self.left).predict(rows)


def _quantiles(keys: Integers, minutes: Floats, fewest: int) -> dict[int, Floats]:
    values, counts = np.unique(keys, return_counts=True)
    return {int(key): _plain(minutes[keys == key]) for key in values[counts >= fewest]}


def _plain(minutes: Floats) -> Floats:
    return np.quantile(minutes, LEVELS)
