"""Gradient-boosted quantiles: small forests for levels, over what was known at the instant.

The settings were chosen on validation parts of training data: shallow trees with large leaves,
since durations are noisy and a deep tree takes the noise for a rule.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cache
from typing import TYPE_CHECKING, Any

import numpy as np
from threadpoolctl import ThreadpoolController

from dashboard.forecast.models import Pause, go_on
from dashboard.forecast.scores import LEVELS, MIDDLE, finished_weights
from dashboard.forecast.snapshots import Floats, Snapshots

if TYPE_CHECKING:
    from sklearn.ensemble import HistGradientBoostingRegressor

TREES: dict[str, Any] = {
    "max_iter": 120, "learning_rate": 0.1, "max_leaf_nodes": 6, "min_samples_leaf": 50,
    "max_bins": 63, "early_stopping": False,
}  # fmt: skip
# The levels that have a forest; those between lie between their neighbours.
GROWN = (0, 1, 3, 5, 7, 9, 11, 13, 15, 17, 18)
# More rows than this make the fit slower and hardly better; they are drawn by the seed.
MOST_ROWS = 20_000


@dataclass(frozen=True, slots=True)
class Boosted:
    """Learns from finished cases, each weighted for those lost from sight (see `scores`).

    What is learnt is the time from when a case can go on: what remains after an appointment does
    not depend on how far ahead it was booked.
    """

    seed: int = 0
    most_rows: int = MOST_ROWS
    name: str = "boosted"
    pause: Pause = field(default=go_on, compare=False)

    def fit(self, past: Snapshots) -> "FittedBoosted":
        from sklearn.ensemble import HistGradientBoostingRegressor

        weights = finished_weights(past.after, past.is_finished)
        rows = np.flatnonzero(weights)
        if len(rows) > self.most_rows:
            rng = np.random.default_rng(self.seed)
            rows = np.sort(rng.choice(rows, self.most_rows, replace=False))
        features, minutes, weights = past.features[rows], past.after[rows], weights[rows]
        # what is known of no row tells nothing, and has no bins for scikit-learn to make
        features[:, np.isnan(features).all(axis=0)] = 0.0
        forests: list[HistGradientBoostingRegressor] = []
        for level in LEVELS[[*GROWN]]:
            self.pause()
            forest = HistGradientBoostingRegressor(
                loss="quantile", quantile=level, random_state=self.seed, **TREES
            )
            # One thread: the pages need the other cores, and small forests gain nothing by more.
            with _threads().limit(limits=1):
                forests.append(forest.fit(features, minutes, sample_weight=weights))
        return FittedBoosted(tuple(forests))


@dataclass(frozen=True, slots=True, eq=False)
class FittedBoosted:
    """A forest per level; where two of them cross, their answers change places."""

    forests: "tuple[HistGradientBoostingRegressor, ...]"

    def predict(self, rows: Snapshots) -> Floats:
        with _threads().limit(limits=1):
            columns = [forest.predict(rows.features) for forest in self.forests]
        grown = np.sort(np.maximum(np.column_stack(columns), 0), axis=1)
        left = np.empty((len(rows), len(LEVELS)))
        left[:, GROWN] = grown
        between = np.setdiff1d(np.arange(len(LEVELS)), GROWN)
        left[:, between] = (left[:, between - 1] + left[:, between + 1]) / 2
        return rows.ahead[:, None] + left

    def medians(self, features: Floats) -> Floats:
        """The median alone from when a case can go on, for features as they might have been."""
        with _threads().limit(limits=1):
            return np.maximum(self.forests[GROWN.index(MIDDLE)].predict(features), 0)


@dataclass(frozen=True, slots=True, eq=False)
class Usual:
    """What is usual in each step: the median of each feature over its past."""

    by_group: dict[int, Floats]

    @classmethod
    def of(cls, past: Snapshots) -> "Usual":
        return cls(
            {int(one): _medians(past.features[past.group == one]) for one in np.unique(past.group)}
        )

    def replaced(self, rows: Snapshots, names: Sequence[str]) -> Floats:
        """The rows' features, the named ones as is usual; as they are in a step without a past."""
        features = rows.features.copy()
        columns = [rows.names.index(name) for name in names]
        for group, usual in self.by_group.items():
            features[np.ix_(rows.group == group, columns)] = usual[columns]
        return features


def _medians(features: Floats) -> Floats:
    """Of each column, of what is known in it; unknown where nothing is."""
    known = ~np.isnan(features).all(axis=0)
    found = np.full(features.shape[1], np.nan)
    found[known] = np.nanmedian(features[:, known], axis=0)
    return found


@cache
def _threads() -> ThreadpoolController:
    """What says how many threads forests take; to find it anew costs more than a prediction."""
    return ThreadpoolController()
