"""Questions to the simulated department, and whether it may be asked at all."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from statistics import NormalDist
from typing import Any, NamedTuple

import numpy as np
import pyarrow as pa

from dashboard.errors import InputRefused
from dashboard.planning.chance import run
from dashboard.planning.department import AS_IT_IS, Change
from dashboard.planning.plan import Floats, Plan
from dashboard.workflows import Party

LEVEL = 0.90  # of the intervals
CLOSE_ENOUGH = 0.10  # how far simulated percentiles may lie from the log's
LEAST_FINISHED = 100  # completed cases of a path below which its percentiles prove nothing
MEASURES = ("within_limit", "mean_minutes", "p50_minutes", "p85_minutes")
LEAST_MONTH_ENDS = 3  # fewer cannot say how much one differs from another
LAST_THREE = (2, 1, 0)

CHECK = pa.schema({
    "workflow": pa.string(), "n": pa.int64(), "month_ends": pa.int64(),
    "log_p50_minutes": pa.float64(),
    "simulated_p50_minutes": pa.float64(), "log_p85_minutes": pa.float64(),
    "simulated_p85_minutes": pa.float64(), "is_reproduced": pa.bool_(),
})  # fmt: skip
ANSWER = pa.schema({
    "workflow": pa.string(), "measure": pa.string(), "n": pa.int64(), "base": pa.float64(),
    "changed": pa.float64(), "effect": pa.float64(), "low": pa.float64(), "high": pa.float64(),
    "n_seeds": pa.int64(),
})  # fmt: skip

Progress = Callable[[float], object]


@dataclass(frozen=True, slots=True)
class Question:
    """A change that people ask about."""

    key: str
    label: str
    change: Change

    def answerable(self, plan: Plan, path: int) -> bool:
        """Whether the log holds what the question is about, of that path."""
        if self.change.party and not plan.desk(self.change.party).people:
            return False
        return plan.paths[path].has_both_paces or not self.change.order_at_rest


QUESTIONS = {
    question.key: question
    for question in (
        Question(
            "one_more_tl", "One more team leader in the month’s last three business days",
            Change(party=str(Party.TL), people=1, places=LAST_THREE),
        ),
        Question(
            "order_mid_month", "Order step at its mid-month pace", Change(order_at_rest=True)
        ),
        Question("more_cases", "20% more cases", Change(more_cases=0.20)),
    )
}  # fmt: skip


def _quiet(share: float) -> None:
    """Nobody watches."""


def check(plan: Plan, seeds: Sequence[int]) -> pa.Table:
    """Whether the department, simulated as it is, comes out as the log says it was.

    One row a path: n (completed cases), month_ends, the log's P50 and P85 in business minutes, the
    mean of those simulated with each seed, is_reproduced: both within 10%, of at least 100 cases
    and three month ends.
    """
    _checked_seeds(seeds)
    return _check(plan, np.array([_measured(plan, seed, AS_IT_IS) for seed in seeds]))


class Asked(NamedTuple):
    """What a question found: whether the log is reproduced, and the answer of the paths that are.

    `check` has the rows of `check`, `answer` those of `answer`.
    """

    check: pa.Table
    answer: pa.Table


def answer(plan: Plan, question: Question, seeds: Sequence[int]) -> pa.Table:
    """What a change would do: the department as it is and changed, each with the same seeds.

    One row a path and measure ("within_limit", a share; mean, P50 and P85 in business minutes):
    n (completed cases behind it), base, changed, effect = changed − base (means over the seeds),
    low and high (90% for the effect in as long a time as the log's), n_seeds. No row of a path
    that `check` says is not reproduced, with these very seeds, or of which the log lacks what the
    question is about.
    """
    return ask(plan, question, seeds).answer


def ask(plan: Plan, question: Question, seeds: Sequence[int], progress: Progress = _quiet) -> Asked:
    """`answer` together with the `check` that it rests on; `progress` is told the share done."""
    _checked_seeds(seeds)
    pairs = []
    for done, seed in enumerate(seeds, start=1):
        pairs.append([_measured(plan, seed, change) for change in (AS_IT_IS, question.change)])
        progress(done / len(seeds))
    base, changed = (np.array(side) for side in zip(*pairs, strict=True))
    checked = _check(plan, base)
    rows = [
        {"workflow": row["workflow"], "measure": measure, "n": row["n"]}
        | _effect(base[:, path, at], changed[:, path, at])
        for path, row in enumerate(checked.to_pylist())
        if row["is_reproduced"] and question.answerable(plan, path)
        for at, measure in enumerate(MEASURES)
    ]
    return Asked(checked, pa.Table.from_pylist(rows, schema=ANSWER))


def _checked_seeds(seeds: Sequence[int]) -> None:
    if len(set(seeds)) < 2:
        raise InputRefused(
            f"{len(set(seeds))} seed is too few to tell an effect from luck: give at least 2, "
            "better 20."
        )


def _measured(plan: Plan, seed: int, change: Change) -> list[list[float]]:
    """The measures of each path in one run."""
    finished = run(plan, seed, change)
    paths = np.array([case.path for case in finished])
    minutes = np.array([case.minutes for case in finished])
    kept = minutes <= np.array([case.limit for case in finished])
    return [_four(minutes[paths == at], kept[paths == at]) for at in range(len(plan.paths))]


def _four(minutes: Floats, kept: Any) -> list[float]:
    if not len(minutes):
        return [float("nan")] * len(MEASURES)
    p50, p85 = np.quantile(minutes, [0.5, 0.85])
    return [float(np.mean(kept)), float(np.mean(minutes)), float(p50), float(p85)]


def _check(plan: Plan, measured: Floats) -> pa.Table:
    rows = []
    for at, path in enumerate(plan.paths):
        known = np.quantile(path.minutes, [0.5, 0.85])
        simulated = np.mean(measured[:, at, 2:], axis=0)
        near = np.abs(simulated - known) <= CLOSE_ENOUGH * known
        enough = len(path.minutes) >= LEAST_FINISHED and plan.days.month_ends >= LEAST_MONTH_ENDS
        rows.append({
            "workflow": path.workflow, "n": len(path.minutes),
            "month_ends": plan.days.month_ends,
            "log_p50_minutes": known[0], "simulated_p50_minutes": simulated[0],
            "log_p85_minutes": known[1], "simulated_p85_minutes": simulated[1],
            "is_reproduced": enough and bool(near.all()),
        })  # fmt: skip
    return pa.Table.from_pylist(rows, schema=CHECK)


def _effect(base: Floats, changed: Floats) -> dict[str, Any]:
    """The mean difference of the pairs, and where that of one more such pair would lie."""
    effects, n = changed - base, len(base)
    effect, spread = float(np.mean(effects)), float(np.std(effects, ddof=1))
    swing = _t(n - 1) * spread * np.sqrt(1 + 1 / n)
    return {
        "base": float(np.mean(base)), "changed": float(np.mean(changed)), "effect": effect,
        "low": effect - swing, "high": effect + swing, "n_seeds": n,
    }  # fmt: skip


def _t(freedom: int) -> float:
    """Student's quantile, to its second term (Fisher and Cornish 1960, Technometrics 2(2))."""
    z = NormalDist().inv_cdf((1 + LEVEL) / 2)
    return z + (z**3 + z) / (4 * freedom) + (5 * z**5 + 16 * z**3 + 3 * z) / (96 * freedom**2)
