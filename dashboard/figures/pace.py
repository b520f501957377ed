"""What might have been: the window's cases, had the order step kept its pace.

Chance is an argument: the same seed, the same interval.
"""

from collections.abc import Sequence
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from dashboard.figures.figure import Figure, Scope, Tile
from dashboard.figures.remembered import by_rows
from dashboard.findings import Promise, count
from dashboard.formats import FEWEST, NBSP, percent
from dashboard.workflows import WORKFLOWS

Floats = npt.NDArray[np.float64]

Z95 = 1.96
POINT = 0.01
SEED = 1
DRAWS = 300
MOST_DRAWN = 8000  # cases of one draw: of more, a share is drawn and the spread scaled
MEASURES = ("median_minutes", "mean_minutes", "within_limit")
PACE = pa.schema(
    {
        "measure": pa.string(),
        "n": pa.int64(),
        "n_rest": pa.int64(),
        "n_left_out": pa.int64(),
        "actual": pa.float64(),
        "estimated": pa.float64(),
        "effect": pa.float64(),
        "low": pa.float64(),
        "high": pa.float64(),
    }
)


class Sample(NamedTuple):
    """One path's cases: in the window by rising time in the order step, and the rest's times."""

    step: Floats
    others: Floats  # the case's time in all other steps
    limit: Floats
    rest: Floats

    def drawn(self, rng: np.random.Generator, share: float) -> "Sample":
        """As many cases again, or a share of them, drawn with replacement."""
        own, rest = _draw(rng, len(self.step), share), _draw(rng, len(self.rest), share)
        return Sample(self.step[own], self.others[own], self.limit[own], self.rest[rest])


@by_rows
def estimated(table: pa.Table, *, seed: int) -> pa.Table:
    """An estimate: the window's cases, had the order step kept its pace of the rest of the month.

    The effect is on the completed cases whose order step became current in the window. Each
    keeps its time in all other steps; its time in the order step becomes that of the case of the
    same rank in the rest of the month, path by path. effect = estimated − actual.

    One row a measure: measure ("median_minutes", "mean_minutes", "within_limit", a share), n,
    n_rest, n_left_out (cases of paths with fewer than 20 in the window or in the rest), actual,
    estimated, effect, low, high (95 % for the effect). No row if no path has enough cases. What
    it cannot know: whether a quicker order step would have shortened the steps after it, too.

    Sources: the quantile-quantile transformation of Athey and Imbens (2006, Econometrica 74(2),
    431-497); the error by the bootstrap of Efron (1979, Ann. Stat. 7(1), 1-26), of large logs by
    drawing fewer, scaled (Bickel, Götze and van Zwet 1997, Stat. Sinica 7(1), 1-31).
    """
    samples, left_out = _samples(table)
    if not samples:
        return PACE.empty_table()
    n = sum(len(sample.step) for sample in samples)
    n_rest = sum(len(sample.rest) for sample in samples)
    cases = {"n": n, "n_rest": n_rest, "n_left_out": left_out}
    swings = _swings(samples, min(1.0, MOST_DRAWN / (n + n_rest)), np.random.default_rng(seed))
    rows = zip(MEASURES, *_measured(samples), swings, strict=True)
    return pa.Table.from_pylist(
        [_row(*row) | cases for row in rows],
        schema=PACE,
    )


def _row(measure: str, actual: float, estimated: float, swing: float) -> dict[str, Any]:
    effect = estimated - actual
    return {
        "measure": measure, "actual": actual, "estimated": estimated, "effect": effect,
        "low": effect - swing, "high": effect + swing,
    }  # fmt: skip


def _swings(samples: Sequence[Sample], share: float, rng: np.random.Generator) -> list[float]:
    """How far each effect may be off, from its spread over samples drawn from these."""
    draws = np.array([_measured([one.drawn(rng, share) for one in samples]) for _ in range(DRAWS)])
    effects = draws[:, 1] - draws[:, 0]
    return (Z95 * np.sqrt(share) * np.std(effects, axis=0, ddof=1)).tolist()


def _samples(table: pa.Table) -> tuple[list[Sample], int]:
    """The paths with enough cases on both sides, and how many cases of the window are left out."""
    columns = {
        name: table[name].to_numpy() for name in ("step_minutes", "case_minutes", "limit_minutes")
    }
    paths = table["workflow"].to_numpy(zero_copy_only=False)
    near = table["is_window"].to_numpy(zero_copy_only=False).astype(bool)
    samples, left_out = [], 0
    for path in WORKFLOWS:
        own, other = near & (paths == path), ~near & (paths == path)
        if min(own.sum(), other.sum()) < FEWEST:
            left_out += int(own.sum())
            continue
        step, whole, limit = (column[own] for column in columns.values())
        rising = np.argsort(step, kind="stable")
        samples.append(
            Sample(
                step[rising], (whole - step)[rising], limit[rising],
                np.sort(columns["step_minutes"][other]),
            )
        )  # fmt: skip
    return samples, left_out


def _draw(rng: np.random.Generator, n: int, share: float) -> npt.NDArray[np.int64]:
    """Rising numbers of cases, drawn with replacement."""
    size = max(round(n * share), FEWEST)
    return np.repeat(np.arange(n), np.bincount(rng.integers(0, n, size), minlength=n))


def _measured(samples: Sequence[Sample]) -> tuple[list[float], list[float]]:
    """The measures as they were, and at the pace of the rest."""
    limit = np.concatenate([one.limit for one in samples])
    actual = np.concatenate([one.others + one.step for one in samples])
    might = np.concatenate([one.others + at_pace(one.step, one.rest) for one in samples])
    return _three(actual, limit), _three(might, limit)


def at_pace(step: Floats, rest: Floats) -> Floats:
    """The value of the same rank among `rest` for each of `step`; both are sorted."""
    ranks = (np.arange(len(step)) + 0.5) / len(step)
    return np.interp(ranks, (np.arange(len(rest)) + 0.5) / len(rest), rest)


def _three(minutes: Floats, limit: Floats) -> list[float]:
    kept = np.mean(minutes <= limit)
    return [float(np.median(minutes)), float(np.mean(minutes)), float(kept)]


def sentence(measures: pa.Table, promise: Promise) -> str:
    """From mid_month_pace: what the order step at its mid-month pace would have changed."""
    rows = {row["measure"]: row for row in measures.to_pylist()}
    if not rows:
        return (
            f"Not enough cases for an estimate: it needs {FEWEST} completed cases of a path whose "
            f"order step became current in the window, and {FEWEST} in the rest of the month."
        )
    kept, middle = rows["within_limit"], rows["median_minutes"]
    # as the two shares are shown: a reader who subtracts them finds the same
    gained = round(kept["estimated"], 2) - round(kept["actual"], 2)
    words = (
        f"**{percent(kept['estimated'])}** instead of {percent(kept['actual'])} of these "
        f"{kept['n']:,} cases would have kept the limit: {_points(gained)} points, with a "
        f"95{NBSP}% interval from {_points(kept['low'])} to {_points(kept['high'])}. Half would "
        f"have been done within {promise.minutes(middle['estimated'])} instead of "
        f"{promise.minutes(middle['actual'])}."
    )
    if kept["low"] <= 0 <= kept["high"]:
        words += " The difference in the share may be chance."
    return words


def _points(share: float) -> str:
    points = round(share / POINT)
    return f"{'−' if points < 0 else '+' if points > 0 else ''}{abs(points)}"


def tiles(table: pa.Table, scope: Scope) -> list[Tile]:
    rows = {row["measure"]: row for row in table.to_pylist()}
    if not rows:
        return []
    kept = rows["within_limit"]
    times = {"Estimated median": "median_minutes", "Estimated mean": "mean_minutes"}
    return [
        Tile("Estimated in limit", percent(kept["estimated"]), f"was {percent(kept['actual'])}"),
        *(
            Tile(
                label,
                scope.promise.minutes(rows[name]["estimated"]),
                f"was {scope.promise.minutes(rows[name]['actual'])}",
            )
            for label, name in times.items()
        ),
    ]


def note(table: pa.Table, _scope: Scope) -> str:
    rows = {row["measure"]: row for row in table.to_pylist()}
    if not rows:
        return ""
    kept = rows["within_limit"]
    left_out = count(kept["n_left_out"], "case")
    beside = f" Left out: {left_out} of a path with too few." if kept["n_left_out"] else ""
    return (
        "An estimate, not a measurement: of the completed cases whose order step became "
        f"current in the window (n = {kept['n']:,}) each keeps its time in all other steps, "
        "and its time in the order step becomes that of the case of the same rank in the rest "
        f"of the month (n = {kept['n_rest']:,}), path by path. The intervals hold the effect "
        f"in 95 of 100 such months.{beside}"
    )


PACE_OF_MID_MONTH = Figure(
    key="pace",
    question="What if the order step kept its mid-month pace?",
    query="order_times",
    compute=lambda times, _: estimated(times, seed=SEED),
    method="An estimate from the rows of this query: dashboard/figures/pace.py pairs the ranks and "
    "draws the cases anew for the intervals.",
    says=lambda table, scope: sentence(table, scope.promise),
    tiles=tiles,
    tiles_key="estimates",
    note=note,
)
