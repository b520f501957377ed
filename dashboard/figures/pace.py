"""What might have been: the window's cases, had the order step kept its pace."""

from collections.abc import Sequence
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from dashboard.figures.figure import Figure, Scope, Tile
from dashboard.figures.month_end import FEWEST_MONTH_ENDS, STATISTICS
from dashboard.figures.remembered import by_rows
from dashboard.figures.students import t_975
from dashboard.findings import Promise, count
from dashboard.findings.words import points
from dashboard.formats import FEWEST, percent
from dashboard.workflows import WORKFLOWS

Floats = npt.NDArray[np.float64]
Integers = npt.NDArray[np.int64]

MEASURES = ("median_minutes", "mean_minutes", "within_limit")
PACE = pa.schema(
    {
        "measure": pa.string(),
        "n": pa.int64(),
        "n_rest": pa.int64(),
        "n_left_out": pa.int64(),
        "n_month_ends": pa.int64(),
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
    end: Integers  # its month end
    rest: Floats
    rest_end: Integers

    @property
    def is_whole(self) -> bool:
        """Whether both sides have a case."""
        return len(self.step) > 0 and len(self.rest) > 0

    def without(self, end: int) -> "Sample":
        """The same without one month end."""
        own, rest = self.end != end, self.rest_end != end
        return Sample(
            self.step[own], self.others[own], self.limit[own], self.end[own],
            self.rest[rest], self.rest_end[rest],
        )  # fmt: skip


@by_rows
def estimated(table: pa.Table) -> pa.Table:
    """An estimate: the window's cases, had the order step kept its pace of the rest of the month.

    The effect is on the completed cases whose order step became current in the window. Each
    keeps its time in all other steps; its time in the order step becomes that of the case of the
    same rank in the rest of the month, path by path. effect = estimated − actual.

    One row a measure: measure ("median_minutes", "mean_minutes", "within_limit", a share), n,
    n_rest, n_left_out (cases of paths with fewer than 20 in the window or in the rest),
    n_month_ends (with cases in the window), actual, estimated, effect, low, high (95% for the
    effect; empty under 8 month ends). No row if no path has enough cases. What it cannot know:
    whether a quicker order step would have shortened the steps after it, too.

    Sources: the quantile-quantile transformation of Athey and Imbens (2006, Econometrica 74(2),
    431-497); the error by leaving out one month end after the other, since cases of one day share
    its luck (the delete-a-group jackknife, Shao and Tu 1995, The Jackknife and Bootstrap, ch. 2).
    """
    samples, left_out = _samples(table)
    if not samples:
        return PACE.empty_table()
    ends = np.unique(np.concatenate([one.end for one in samples]))
    cases = {
        "n": sum(len(sample.step) for sample in samples),
        "n_rest": sum(len(sample.rest) for sample in samples),
        "n_left_out": left_out,
        "n_month_ends": len(ends),
    }
    rows = zip(MEASURES, *_measured(samples), _swings(samples, ends), strict=True)
    return pa.Table.from_pylist([_row(*row) | cases for row in rows], schema=PACE)


def _row(measure: str, actual: float, estimated: float, swing: float | None) -> dict[str, Any]:
    effect = estimated - actual
    return {
        "measure": measure, "actual": actual, "estimated": estimated, "effect": effect,
        "low": None if swing is None else effect - swing,
        "high": None if swing is None else effect + swing,
    }  # fmt: skip


def _swings(samples: Sequence[Sample], ends: Integers) -> list[float] | list[None]:
    """How far each effect may be off, from what becomes of it without one month end each."""
    n = len(ends)
    if n < FEWEST_MONTH_ENDS:
        return [None] * len(MEASURES)
    effects = []
    for end in ends.tolist():
        left = [one for one in (sample.without(end) for sample in samples) if one.is_whole]
        actual, might = _measured(left)
        effects.append(np.subtract(might, actual))
    spread = np.sqrt((n - 1) ** 2 / n) * np.std(effects, axis=0, ddof=1)
    return (t_975(n - 1) * spread).tolist()


def _samples(table: pa.Table) -> tuple[list[Sample], int]:
    """The paths with enough cases on both sides, and how many cases of the window are left out."""
    columns = {
        name: table[name].to_numpy() for name in ("step_minutes", "case_minutes", "limit_minutes")
    }
    paths = table["workflow"].to_numpy(zero_copy_only=False)
    ends = table["month_end"].to_numpy().astype("datetime64[M]").astype(np.int64)
    near = table["is_window"].to_numpy(zero_copy_only=False).astype(bool)
    samples, left_out = [], 0
    for path in WORKFLOWS:
        own, other = (np.flatnonzero(side & (paths == path)) for side in (near, ~near))
        if min(len(own), len(other)) < FEWEST:
            left_out += len(own)
            continue
        step, whole, limit = columns.values()
        own, other = (side[np.argsort(step[side], kind="stable")] for side in (own, other))
        samples.append(
            Sample(step[own], (whole - step)[own], limit[own], ends[own], step[other], ends[other])
        )
    return samples, left_out


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
            f"Not enough cases for an estimate: a path needs {FEWEST} completed cases whose order "
            f"step became current in the window, and {FEWEST} in the rest of the month."
        )
    kept, middle = rows["within_limit"], rows["median_minutes"]
    # as the two shares are shown: a reader who subtracts them finds the same
    gained = round(kept["estimated"], 2) - round(kept["actual"], 2)
    words = (
        f"**{percent(kept['estimated'])}** instead of {percent(kept['actual'])} of "
        f"{count(kept['n'], 'case')} would have been within SLA: {points(gained)}"
    )
    if kept["low"] is None:
        words += (
            f". Based on only {count(kept['n_month_ends'], 'month end')}: a margin of error needs "
            f"{FEWEST_MONTH_ENDS}."
        )
    elif kept["low"] <= 0 <= kept["high"]:
        words += (
            f". Too little data to tell (could be {points(kept['low'])} to {points(kept['high'])})."
        )
    else:
        words += (
            f", with a 95% interval of {points(kept['low'])} to {points(kept['high'])} "
            f"(from {count(kept['n_month_ends'], 'month end')})."
        )
    return (
        f"{words} The median would have been {promise.minutes(middle['estimated'])} instead of "
        f"{promise.minutes(middle['actual'])}."
    )


def tiles(table: pa.Table, scope: Scope) -> list[Tile]:
    rows = {row["measure"]: row for row in table.to_pylist()}
    if not rows:
        return []
    kept = rows["within_limit"]
    times = {"Estimated median": "median_minutes", "Estimated mean": "mean_minutes"}
    return [
        Tile("Estimated within SLA", percent(kept["estimated"]), f"was {percent(kept['actual'])}"),
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
    beside = f" Excludes {left_out} of a path with too few." if kept["n_left_out"] else ""
    return (
        "An estimate, not a measurement, of completed cases whose order step became current in "
        f"the window (n = {kept['n']:,}). Times in all other steps stay the same. In the order "
        "step, each case takes the time of the case with the same rank in the rest of the month "
        f"(n = {kept['n_rest']:,}), path by path. The interval comes from leaving out one month "
        f"end at a time.{beside}"
    )


PACE_OF_MID_MONTH = Figure(
    key="pace",
    question="What if the order step kept its mid-month pace?",
    query="order_times",
    compute=lambda times, _: estimated(times),
    method="An estimate from the rows of this query: dashboard/figures/pace.py pairs the ranks, "
    "and leaves out one month end after the other for the interval. " + STATISTICS,
    says=lambda table, scope: sentence(table, scope.promise),
    tiles=tiles,
    tiles_key="estimates",
    note=note,
)
