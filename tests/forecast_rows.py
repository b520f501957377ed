"""Snapshots made by hand or by a seed, for tests of the forecast models."""

from typing import Any

import numpy as np

from dashboard.forecast.snapshots import MINUTE_US, NEVER, PATH, Snapshots


def snapshots(
    minutes: Any, *, at: Any = 0, group: Any = PATH + 2, seen: int | None = None, **more: Any
) -> Snapshots:
    """One row per number of minutes until a case finishes; NaN: withdrawn or open, see `until`.

    Every row is a case of its own that has just come into its state, unless `more` says else.
    """
    minutes = np.asarray(minutes, dtype=float)
    count = len(minutes)
    start = np.broadcast_to(np.asarray(at, dtype=np.int64) * MINUTE_US, count)
    known = ~np.isnan(minutes)
    until = np.where(known, start + (np.nan_to_num(minutes) * MINUTE_US).astype(np.int64), NEVER)
    columns: dict[str, Any] = {
        "case": np.arange(1, count + 1),
        "group": np.broadcast_to(np.asarray(group), count),
        "at": start,
        "since": start,
        "began": start,
        "moved": until,
        "until": until,
        "finishes": known,
        "like": np.zeros((count, 1)),
        "features": np.zeros((count, 1)),
        "names": ("nothing",),
        "seen": int(until[known].max(initial=0)) + 1 if seen is None else seen * MINUTE_US,
    }
    return Snapshots(**(columns | more))


def random_rows(rng: np.random.Generator, count: int = 300) -> Snapshots:
    """Cases of three steps over a hundred days, whose length follows a feature and chance."""
    at = np.sort(rng.integers(0, 100 * 1440, count))
    feature = rng.uniform(0, 1, count)
    minutes = 200 + 2000 * feature + rng.exponential(300, count)
    group = PATH + rng.integers(2, 5, count)
    return snapshots(
        minutes, at=at, group=group, like=feature[:, None], features=feature[:, None],
        names=("feature",),
    )  # fmt: skip
