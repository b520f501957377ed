"""The figures that follow cases on their way once more, the slow and obvious way."""

from collections import defaultdict
from datetime import date, datetime
from typing import Any

from dashboard.instants import to_datetime
from dashboard.workflows import WORKFLOWS
from tests.insight_twin import Told, Twin, month_of, quantile, week_of

Rows = dict[tuple[Any, ...], tuple[Any, ...]]


def ours_us(twin: Twin, told: Told) -> int:
    """A completed case's time without the Customer's turns."""
    turns = [turn for turn in told.turns if turn.party != "Customer"]
    return sum(twin.spent_us(turn, twin.now) for turn in turns)


def twin_clocks(twin: Twin) -> dict[date, tuple[Any, ...]]:
    """Both clocks by month of completion."""
    months: dict[date, list[Told]] = defaultdict(list)
    for told in twin.closed:
        months[month_of(twin.day(told.closed or twin.now))].append(told)
    return {
        month: (
            len(cases),
            *_clock(twin, cases, [twin.us(told) for told in cases]),
            *_clock(twin, cases, [ours_us(twin, told) for told in cases]),
        )
        for month, cases in months.items()
    }


def _clock(twin: Twin, cases: list[Told], sample: list[int]) -> tuple[float, ...]:
    timed = list(zip(cases, sample, strict=True))
    days = [twin.days(told, us) for told, us in timed]
    return (
        quantile(days, 0.5),
        quantile(days, 0.85),
        sum(us <= twin.promised(told).target_us for told, us in timed),
        sum(us <= twin.promised(told).limit_us for told, us in timed),
    )


def completions(told: Told) -> dict[int, datetime]:
    """When each step was completed, as is known now; the form is step 1."""
    done = {
        step: to_datetime(record.completed_us)
        for step, record in told.case.records.items()
        if record.completed_us is not None
    }
    return done | {1: told.opened}


def stood(told: Told, end: datetime) -> int:
    """The step in which the case stood just before `end`: after the last one completed by then."""
    return 1 + max(step for step, at in completions(told).items() if at < end)


def cumulative_flow(twin: Twin, period: str, since: date | None) -> Rows:
    """By (period, path, step): reached, completed, open, withdrawn."""
    cases = [
        told for told in twin.cases
        if not since or told.closed is None or twin.day(told.closed) >= since
    ]  # fmt: skip
    out: Rows = {}
    for name, end, days in twin.periods(week_of if period == "week" else lambda day: day):
        if since and days[-1] < since:
            continue
        begun = week_of(max(days[0], since or days[0])) if period == "week" else name
        for path, workflow in WORKFLOWS.items():
            for step in workflow.steps[1:]:
                own = [told for told in cases if told.path == path and told.opened < end]
                done = [completions(told) for told in own]
                at = [twin.open_at(told, end) for told in own if stood(told, end) == step.number]
                out[begun, path, step.number] = (
                    sum(step.number - 1 in by and by[step.number - 1] < end for by in done),
                    sum(step.number in by and by[step.number] < end for by in done),
                    at.count("open") + at.count("late"),
                    at.count("withdrawn"),
                )
    return out


def cases_at(twin: Twin, end: datetime) -> dict[str, tuple[Any, ...]]:
    """Every case under way just before `end`: step, state, business time until then."""
    states = {"open": "open", "late": "open", "withdrawn": "withdrawn"}
    return {
        told.id: (
            stood(told, end),
            states[state],
            twin.elapsed_us(told.opened, min(end, twin.now)),
        )
        for told in twin.cases
        if (state := twin.open_at(told, end)) in states
    }


def ageing(twin: Twin, most: int) -> dict[str, tuple[Any, ...]]:
    """Each open case's step and age, and the ages at which finished ones left that step."""
    newest = sorted(
        twin.closed,
        key=lambda told: (told.closed or twin.now, told.id),
        reverse=True,
    )[:most]
    ages: dict[tuple[str, int], list[float]] = defaultdict(list)
    for told in newest:
        for step, at in completions(told).items():
            ages[told.path, step].append(twin.days(told, twin.elapsed_us(told.opened, at)))
    rows = {}
    for told in twin.cases:
        if told.case.state == "open":
            step = told.case.current_step or 0
            sample = ages[told.path, step]
            shares = (0.5, 0.85, 0.95)
            cut = [quantile(sample, share) for share in shares] if sample else [None] * 3
            rows[told.id] = (step, twin.us(told), len(sample), *cut)
    return rows
