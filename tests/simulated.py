"""Plain simulated departments whose true month-end effect is known, put straight into the model.

Each step takes a log-normal business time; only the order step takes `slow` times as long if it
becomes current at one of `places`. With `shock` days have luck of their own, step by step: a factor
whose logarithm has that spread, and from a business day to the next keeps 0.8 of itself. Nothing
else tells month end from the rest, so a figure that names another step names chance.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cached_property
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from dashboard import commands
from dashboard.instants import to_datetime, to_us
from dashboard.settings import BUSINESS_DAY_US
from dashboard.store import Store, View
from dashboard.store.database import fill
from dashboard.store.log import Head
from dashboard.store.model import Model
from dashboard.workflows import WORKFLOWS
from tests.builders import LEAD, SETTINGS

SINCE = datetime(2025, 1, 6, 14, 0, tzinfo=UTC)
UNTIL = datetime(2026, 9, 30, 14, 0, tzinfo=UTC)
NOW = datetime(2026, 12, 1, 17, 0, tzinfo=UTC)
LAST_THREE = (0, 1, 2)
PATHS = {workflow: number for number, workflow in enumerate(WORKFLOWS)}
ORDER_STEP = {"local": 6, "virtual_office": 10}
# Usual business minutes of a step; the order step's has a wider spread than the others'.
USUAL = {"local": 120.0, "virtual_office": 90.0}
USUAL_ORDER = 240.0
LIMIT_US = 3 * BUSINESS_DAY_US
KEPT = 0.8  # of a day's luck, the next day
MONTHS_SINCE = datetime(2025, 1, 2, 14, 0, tzinfo=UTC)  # what `months` counts from

Integers = npt.NDArray[np.int64]
Flags = npt.NDArray[np.bool_]


@dataclass(frozen=True)
class Path:
    """One path's cases: positions at which each step became current and was completed."""

    workflow: str
    current: list[Integers]  # from step 2 on
    done: list[Integers]
    unslowed: Integers  # what the order step would have taken at its usual pace
    is_slow: Flags

    @property
    def opened(self) -> Integers:
        return self.current[0]

    @property
    def closed(self) -> Integers:
        return self.done[-1]


class Simulated:
    """So many completed cases; the same seed with another `slow` has the same chance in it."""

    def __init__(
        self, seed: int, cases: int = 3000, *, slow: float = 1.0,
        places: Sequence[int] = LAST_THREE, shock: float = 0.0, months: int | None = None,
    ) -> None:  # fmt: skip
        rng, calendar = np.random.default_rng(seed), SETTINGS.calendar
        self.shock = shock
        since, until = (SINCE, UNTIL) if months is None else span(months)
        first, last = (int(calendar.position([to_us(at)])[0]) for at in (since, until))
        n_local = round(0.6 * cases)
        self.paths = [
            self._path(rng, workflow, np.sort(rng.integers(first, last, n)), slow, places)
            for workflow, n in (("local", n_local), ("virtual_office", cases - n_local))
        ]

    def _path(
        self, rng: np.random.Generator, workflow: str, opened: Integers, slow: float,
        places: Sequence[int],
    ) -> Path:  # fmt: skip
        at, current, done = opened, [], []
        unslowed, is_slow = np.zeros_like(opened), np.zeros(len(opened), dtype=bool)
        for step in range(2, WORKFLOWS[workflow].last + 1):
            is_order = step == ORDER_STEP[workflow]
            usual, spread = (USUAL_ORDER, 0.9) if is_order else (USUAL[workflow], 0.7)
            size = rng.normal(0.0, spread, len(opened))
            if self.shock:
                size += self.shock * luck(rng, at)
            minutes = usual * np.exp(size)
            took = (minutes * 60_000_000).astype(np.int64)
            if is_order:
                unslowed, is_slow = took, np.isin(place(at), places)
                took = np.where(is_slow, (took * slow).astype(np.int64), took)
            current.append(at)
            at = at + took
            done.append(at)
        return Path(workflow, current, done, unslowed, is_slow)

    @cached_property
    def tables(self) -> dict[str, pa.Table]:
        """The rows of `cases`, `steps` and `turns`."""
        parts: dict[str, list[pa.Table]] = {"cases": [], "steps": [], "turns": []}
        number = 1
        for path in self.paths:
            numbers = np.arange(number, number + len(path.opened), dtype=np.int64)
            number += len(numbers)
            parts["cases"].append(pa.table(case_rows(path, numbers)))
            for step, (current, done) in enumerate(zip(path.current, path.done, strict=True), 2):
                rows = step_rows(path, step, numbers, current, done)
                parts["steps"].append(pa.table(rows))
                parts["turns"].append(pa.table(turn_rows(rows)))
        return {name: pa.concat_tables(tables) for name, tables in parts.items()}

    def into(self, model: Model) -> View:
        """A view of the model that holds these cases and no others."""
        for name, table in self.tables.items():
            fill(model._writer, name, table)
        model.position += 1  # tables that the model kept are of another log
        return View(model, Head.empty())

    def record(self, store: Store) -> None:
        """Enter the cases by command, as a tracker's import does."""
        with store.bulk() as desk:
            for path in self.paths:
                for number in range(len(path.opened)):
                    instants = self._instants(path, number)
                    evidence = commands.Evidence(
                        path.workflow, instants, form={"firm_name": f"Firm {number}"}
                    )
                    commands.record_evidence(
                        desk, evidence, by=LEAD, now=NOW, command_id=f"{path.workflow} {number}"
                    )

    def _instants(self, path: Path, number: int) -> list[datetime]:
        positions = [path.opened[number], *(done[number] for done in path.done)]
        return [to_datetime(us) for us in SETTINGS.calendar.instant(positions).tolist()]

    def truth(self, window: tuple[int, int] = (2, -1)) -> dict[str, float]:
        """What the estimate is of, from the slowness itself: usual pace minus what happened.

        Of the cases whose order step became current in the window: how much their median and
        mean time and their share within the limit would differ had nothing been slowed.
        """
        took, might = [], []
        for path in self.paths:
            order = ORDER_STEP[path.workflow] - 2
            at = place(path.current[order])
            near = (at <= window[0]) & (at >= window[1])
            whole = path.closed - path.opened
            gained = path.done[order] - path.current[order] - path.unslowed
            took.append(whole[near])
            might.append((whole - gained)[near])
        return {
            name: after - before
            for (name, before), after in zip(
                measured(np.concatenate(took)).items(),
                measured(np.concatenate(might)).values(),
                strict=True,
            )
        }


def span(months: int) -> tuple[datetime, datetime]:
    """So many whole months, from January 2025 on."""
    year, month = divmod(months, 12)
    return MONTHS_SINCE, MONTHS_SINCE.replace(year=2025 + year, month=1 + month, day=1)


def luck(rng: np.random.Generator, positions: Integers) -> npt.NDArray[np.float64]:
    """Of each position's business day, with a spread of 1, days one after the other alike."""
    days = positions // BUSINESS_DAY_US
    days -= days.min()
    drawn = rng.normal(0.0, 1.0, int(days.max()) + 1)
    for day in range(1, len(drawn)):
        drawn[day] = KEPT * drawn[day - 1] + (1 - KEPT**2) ** 0.5 * drawn[day]
    return drawn[days]


def measured(us: Integers) -> dict[str, float]:
    """The three measures of these times."""
    return {
        "median_minutes": float(np.median(us)) / 60e6,
        "mean_minutes": float(np.mean(us)) / 60e6,
        "within_limit": float(np.mean(us <= LIMIT_US)),
    }


def place(positions: Integers) -> Integers:
    """Where in the month the days of these positions are."""
    calendar = SETTINGS.calendar
    return calendar.days_to_month_end(calendar.local_date(calendar.instant(positions)))


def month_end(positions: Integers) -> npt.NDArray[np.str_]:
    """To which month's end those days are counted: "2025-09"."""
    day = SETTINGS.calendar.local_date(SETTINGS.calendar.instant(positions))
    return (day.astype("datetime64[M]") - (place(positions) < 0)).astype(str)


def instants(positions: Integers) -> pa.Array:
    us = SETTINGS.calendar.instant(positions)
    return pa.array(us, pa.timestamp("us")).cast(pa.timestamp("us", "UTC"))


def days(positions: Integers) -> Any:
    return SETTINGS.calendar.local_date(SETTINGS.calendar.instant(positions))


def case_rows(path: Path, numbers: Integers) -> dict[str, Any]:
    """Columns of `cases`."""
    n = len(numbers)
    return {
        "case_no": numbers,
        "case_id": [f"C-{number:07d}" for number in numbers.tolist()],
        "workflow": [path.workflow] * n,
        "path": np.full(n, PATHS[path.workflow]),
        "state": ["closed"] * n,
        "firm": ["Granite Tax"] * n,
        "opened_at": instants(path.opened),
        "opened_pos": path.opened,
        "opened_date": days(path.opened),
        "closed_at": instants(path.closed),
        "closed_pos": path.closed,
        "closed_date": days(path.closed),
        "day_us": np.full(n, BUSINESS_DAY_US),
        "target_us": np.full(n, 2 * BUSINESS_DAY_US),
        "limit_us": np.full(n, LIMIT_US),
    }


def step_rows(
    path: Path, step: int, numbers: Integers, current: Integers, done: Integers
) -> dict[str, Any]:
    """Columns of `steps`."""
    n, workflow = len(numbers), path.workflow
    return {
        "case_no": numbers,
        "step": np.full(n, step),
        "party": [str(WORKFLOWS[workflow].step(step).party)] * n,
        "current_at": instants(current),
        "current_pos": current,
        "current_date_local": days(current),
        "completed_at": instants(done),
        "completed_pos": done,
        "business_us": done - current,
        "lacks_handover": np.full(n, step == ORDER_STEP[workflow]),
        "path": np.full(n, PATHS[workflow]),
        "place": place(current),
        "completed_date": days(done),
        "closed_date": days(path.closed),
        "is_reopened": np.zeros(n, dtype=bool),
    }


def turn_rows(steps: dict[str, Any]) -> dict[str, Any]:
    """Columns of `turns`: the step's party has it from beginning to end."""
    return {
        "case_no": steps["case_no"],
        "version": steps["step"],
        "step": steps["step"],
        "party": steps["party"],
        "is_withdrawn": np.zeros(len(steps["step"]), dtype=bool),
        "began_at": steps["current_at"],
        "ended_at": steps["completed_at"],
        "began_pos": steps["current_pos"],
        "ended_pos": steps["completed_pos"],
        "path": steps["path"],
        "closed_date": steps["closed_date"],
    }


def named(steps: pa.Table) -> set[tuple[str, int]]:
    """The steps that month_end_steps tells from chance."""
    return {(row["workflow"], row["step"]) for row in steps.to_pylist() if row["told_from_chance"]}


def held(measures: pa.Table, truth: dict[str, float]) -> list[str]:
    """The measures of mid_month_pace whose interval holds the true effect."""
    return [
        row["measure"]
        for row in measures.to_pylist()
        if row["low"] is not None and row["low"] <= truth[row["measure"]] <= row["high"]
    ]
