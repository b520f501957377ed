"""What would change if one step ran as in its best quarter: an estimate with an interval.

Pure arithmetic over `case_steps`; chance comes in as a seed.
"""

from collections import Counter
from itertools import groupby
from operator import itemgetter
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from dashboard.figures.remembered import by_rows
from dashboard.formats import FEWEST, MINUTE_US

MOST_CASES = 800  # of a path; more would cost time and hardly narrow the interval
# 1 in 20 that any of 16 steps is smaller than in every one of them by chance.
DRAWS = 320
SHARES = (0.5, 0.85)
MEASURES = ("p50", "p85", "kept")

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]

BEST_QUARTERS = pa.schema(
    {
        "workflow": pa.string(),
        "step": pa.int32(),
        "n": pa.int64(),
        "n_path": pa.int64(),
        "n_quarters": pa.int64(),
        "quarter": pa.date32(),
        "n_quarter": pa.int64(),
        "median_minutes": pa.float64(),
        "quarter_median_minutes": pa.float64(),
        "told_from_chance": pa.bool_(),
        **{
            f"{measure}{kind}{'' if measure == 'kept' else '_minutes'}": pa.float64()
            for measure in MEASURES
            for kind in ("", "_change", "_low", "_high")
        },
    }
)


class Sample(NamedTuple):
    """The cases of one path in order of their quarter; `steps_us` has a column a step.

    `slots` are where the quarters that are compared begin and end in that order.
    """

    steps_us: Ints
    total_us: Ints
    limit_us: Ints
    slots: list[tuple[int, int]]


@by_rows
def estimated(table: pa.Table, *, seed: int, draws: int) -> pa.Table:
    """What completed cases would have taken had one step run as in its best quarter.

    One row per path and step: n (cases estimated from), n_path (all of the path),
    n_quarters (calendar quarters of completion with 20 cases or more), quarter (that of the
    smallest median, its first day), n_quarter, median_minutes, quarter_median_minutes; p50_ and
    p85_minutes of the whole case and kept (share within the limit) as they were, each with
    …_change, …_low and …_high (95%, each step by itself); told_from_chance. A path with fewer
    than two such quarters is absent. Nothing else is changed: that a quicker step would move a
    queue elsewhere, or come with other cases, is not in it.

    Method: each case's time in the step is multiplied by the best quarter's median over the
    median of all, at most 1. The smallest of several medians is small by luck as well: by as
    much as it falls again when cases are drawn anew with replacement, `draws` times, and the best
    quarter chosen anew. The ratio is divided by that, and the interval is of the same draws. If
    the best median is not smaller than in each of `draws` deals of the same times to the quarters
    at random, it may be chance (told_from_chance is false) and the interval reaches to no change.

    Source: bias correction, percentiles and permutation test, Efron and Tibshirani (1993, An
    Introduction to the Bootstrap, 10.2, 13.3 and 15).
    """
    rows: list[dict[str, Any]] = []
    # the figure is in order of the path
    for workflow, group in groupby(table.to_pylist(), key=itemgetter("workflow")):
        cases = list(group)
        shared = {"workflow": workflow, "n": len(cases), "n_path": cases[0]["n_path"]}
        rows += [{**shared, **row} for row in of_path(cases, seed, draws)]
    return pa.Table.from_pylist(rows, schema=BEST_QUARTERS)


def of_path(cases: list[dict[str, Any]], seed: int, draws: int) -> list[dict[str, Any]]:
    """A row for each step; none with fewer than two quarters to compare."""
    cases = sorted(cases, key=lambda row: row["quarter"])
    quarters = [row["quarter"] for row in cases]
    slots = [(quarters.index(day), quarters.index(day) + n) for day, n in Counter(quarters).items()]
    sample = Sample(
        _column(cases, "steps_us"),
        _column(cases, "business_us"),
        _column(cases, "limit_us"),
        [(begin, end) for begin, end in slots if end - begin >= FEWEST],
    )
    if len(sample.slots) < 2:
        return []
    drawn, dealt = draws_of(len(cases), slots, seed, draws)
    before = measured(sample.total_us[drawn], sample.limit_us[drawn])
    rows = []
    for column in range(sample.steps_us.shape[1]):
        step_us = sample.steps_us[:, column]
        medians = [float(np.median(step_us[begin:end])) for begin, end in sample.slots]
        begin, end = sample.slots[int(np.argmin(medians))]
        told = is_told(sample, column, dealt)
        row = {
            "step": column + 2,
            "n_quarters": len(sample.slots),
            "quarter": quarters[begin],
            "n_quarter": end - begin,
            "median_minutes": float(np.median(step_us)) / MINUTE_US,
            "quarter_median_minutes": min(medians) / MINUTE_US,
            "told_from_chance": told,
        }
        rows.append(row | _told(before[0], changed(sample, column, drawn) - before, is_told=told))
    return rows


def _column(cases: list[dict[str, Any]], name: str) -> Ints:
    return np.array([row[name] for row in cases], np.int64)


def _told(before: Floats, changes: Floats, *, is_told: bool) -> dict[str, float]:
    """Estimate and interval of each measure; what may be chance reaches to no change."""
    row: dict[str, float] = {}
    for place, measure in enumerate(MEASURES):
        ending, unit = ("", 1.0) if measure == "kept" else ("_minutes", MINUTE_US)
        low, high = np.quantile(changes[1:, place], [0.025, 0.975])
        if not is_told:
            low, high = min(low, 0.0), max(high, 0.0)
        for kind, value in (
            ("", before[place]),
            ("_change", changes[0, place]),
            ("_low", low),
            ("_high", high),
        ):
            row[f"{measure}{kind}{ending}"] = float(value) / unit
    return row


def draws_of(n: int, slots: list[tuple[int, int]], seed: int, draws: int) -> tuple[Ints, Ints]:
    """Cases drawn anew within their quarter, and dealt to them anew; the first row as they are."""
    chance, as_is = np.random.default_rng(seed), np.arange(n)
    drawn = [chance.integers(begin, end, (draws, end - begin)) for begin, end in slots]
    dealt = chance.permuted(np.tile(as_is, (draws, 1)), axis=1)
    return np.vstack([as_is, np.hstack(drawn)]), np.vstack([as_is, dealt])


def measured(total_us: Ints | Floats, limit_us: Ints) -> Floats:
    """P50, P85 and the share within the limit, a row a draw."""
    within = np.quantile(total_us, SHARES, axis=1)
    return np.column_stack([*within, (total_us <= limit_us).mean(axis=1)])


def changed(sample: Sample, column: int, drawn: Ints) -> Floats:
    """The measures with the step as in the best quarter, a row a draw."""
    step_us = sample.steps_us[:, column]
    ratio = best_ratios(step_us, drawn, sample.slots)
    luck = ratio[1:].mean() / ratio[0] if ratio[0] else 1.0
    quicker = 1 - np.minimum(ratio / luck, 1)
    total = sample.total_us[drawn] - quicker[:, None] * step_us[drawn]
    return measured(total, sample.limit_us[drawn])


def is_told(sample: Sample, column: int, dealt: Ints) -> bool:
    """Whether the best quarter's median is smaller than that of any random deal."""
    ratio = best_ratios(sample.steps_us[:, column], dealt, sample.slots)
    return bool(ratio[0] < ratio[1:].min())


def best_ratios(step_us: Ints, order: Ints, slots: list[tuple[int, int]]) -> Floats:
    """The smallest quarter's median over the median of all, a row a draw; 1 if that is nothing."""
    times = step_us[order]
    everywhere = np.median(times, axis=1)
    best = np.min([np.median(times[:, begin:end], axis=1) for begin, end in slots], axis=0)
    return np.divide(best, everywhere, out=np.ones_like(best), where=everywhere > 0)
