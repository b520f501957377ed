"""The further figures of Month end once more, the slow and obvious way, over the same fold."""

import hashlib
import itertools
import math
from collections import defaultdict
from collections.abc import Iterable, Iterator
from datetime import date
from typing import Any

from dashboard.cases import Draft
from dashboard.instants import to_datetime
from dashboard.workflows import WORKFLOWS, Party
from tests.insight_twin import DAY, FOREVER, Told, Twin

ORDER_STEP = {
    path.key: step.number
    for path in WORKFLOWS.values()
    for step in path.steps
    if step.turn and step.turn.key == "received"
}


def received(drafts: Iterable[Draft]) -> set[tuple[str, int]]:
    """The cases and steps of which a change of hands was ever recorded."""
    return {(draft.stream, draft.data["step"]) for draft in drafts if draft.kind == "turn_recorded"}


def days_over(twin: Twin) -> Iterator[tuple[date, int, list[date]]]:
    """Each business day that is over: its date, its place, it and the days off before it."""
    day, off = min(twin.day(told.opened) for told in twin.cases), []
    while twin.midnight(day + DAY) <= twin.now:
        off.append(day)
        if twin.calendar.is_business_day([day])[0]:
            yield day, twin.place(day), off
            off = []
        day += DAY


def waits(twin: Twin, told: Told, day: date) -> list[Any]:
    """The turns of the order step that the case was in just before the day ended."""
    end = twin.midnight(day + DAY)
    return [
        turn
        for turn in told.turns
        if turn.step == ORDER_STEP[told.path]
        and not turn.is_withdrawn
        and to_datetime(turn.began_us) < end
        and (FOREVER if turn.ended_us is None else to_datetime(turn.ended_us)) >= end
    ]


def month_flow(twin: Twin, known: set[tuple[str, int]]) -> dict[int, tuple[Any, ...]]:
    """Place: days, opened, completed, in the step, median of it, known, with the Order Team."""
    rows: dict[int, list[list[int]]] = defaultdict(list)
    for day, place, span in days_over(twin):
        standing = [(told, turn) for told in twin.cases for turn in waits(twin, told, day)]
        recorded = [pair for pair in standing if (pair[0].id, pair[1].step) in known]
        rows[place].append([
            sum(twin.day(told.opened) in span for told in twin.cases),
            sum(twin.day(told.closed or twin.now) in span for told in twin.closed),
            len(standing),
            len(recorded),
            sum(turn.party == Party.ORDERS for _, turn in recorded),
        ])  # fmt: skip
    return {place: _summed(days) for place, days in rows.items()}


def _summed(days: list[list[int]]) -> tuple[Any, ...]:
    opened, completed, standing, known, party = zip(*days, strict=True)
    ranked = sorted(standing)
    middle = (ranked[(len(ranked) - 1) // 2] + ranked[len(ranked) // 2]) / 2
    return len(days), sum(opened), sum(completed), sum(standing), middle, sum(known), sum(party)


def flow_cases(twin: Twin, kind: str, place: int) -> dict[str, int]:
    """How often each case is counted at a place."""
    counts: dict[str, int] = defaultdict(int)
    for day, at, span in days_over(twin):
        if at != place:
            continue
        for told in twin.cases:
            counts[told.id] += {
                "opened": int(twin.day(told.opened) in span),
                "completed": int(told.closed is not None and twin.day(told.closed) in span),
                "in_step": len(waits(twin, told, day)),
            }[kind]
    return {case_id: n for case_id, n in counts.items() if n}


def order_times(twin: Twin) -> list[tuple[Any, ...]]:
    """Path, in the window, minutes in the order step, minutes of the whole case."""
    spent = twin.step_times()
    return sorted(
        (
            told.path,
            twin.is_near(twin.place(twin.day(to_datetime(record.current_us)))),
            spent[told.id, step] / 60e6,
            twin.us(told) / 60e6,
        )
        for told in twin.closed
        for step, record in told.case.records.items()
        if step == ORDER_STEP[told.path]
    )


def finishing_times(twin: Twin, share: float) -> dict[tuple[str, int], tuple[Any, ...]]:
    """Path and place: cases, of them open, the time within which so many of them were done."""
    counted = [told for told in twin.cases if told.case.state != "withdrawn"]
    last = max((twin.place(twin.day(told.opened)) for told in counted), default=-1)
    rows = {}
    for path in WORKFLOWS:
        for place in range(last + 1):
            times = [
                twin.us(told) if told.closed else math.inf
                for told in counted
                if told.path == path
                and abs(twin.place(twin.day(told.opened)) - place) <= 1
                and twin.elapsed_us(told.opened, twin.now)
                > (place + 1) * twin.promised(told).day_us
            ]
            if times:
                needed = sorted(times)[max(math.ceil(share * len(times) - 1e-9), 1) - 1]
                still = sum(time == math.inf for time in times)
                rows[path, place] = len(times), still, None if needed == math.inf else needed
    return rows


def completed_steps(twin: Twin) -> list[tuple[str, int, int, str, int]]:
    """Path, step, the place at which it became current, case and time of each completed step."""
    spent = twin.step_times()
    return [
        (told.path, step, twin.place(twin.day(to_datetime(record.current_us))), told.id,
         spent[told.id, step])
        for told in twin.cases
        for step, record in told.case.records.items()
        if record.completed_us is not None
    ]  # fmt: skip


def opening_cases(twin: Twin, place: int) -> dict[str, tuple[int, bool]]:
    """The cases opened at a place whose limit has passed: their time, and whether it was kept."""
    return {
        told.id: (
            twin.us(told),
            told.closed is not None and twin.us(told) <= twin.promised(told).limit_us,
        )
        for told in twin.cases
        if told.case.state != "withdrawn"
        and twin.place(twin.day(told.opened)) == place
        and twin.elapsed_us(told.opened, twin.now) > twin.promised(told).limit_us
        and not twin.only_waits(told)
    }


def month_end_days(twin: Twin) -> dict[tuple[str, int, int], tuple[int, int, float]]:
    """By path, step and place in the window: steps, month ends, and the mean factor over these."""
    low, high = -5, twin.settings.window[0] + 5
    sizes: dict[tuple[str, int, date, int | None], list[float]] = defaultdict(list)
    for path, step, day, minutes in twin.steps_by_day():
        place = twin.place(day)
        if step > 1 and low <= place <= high:
            at = place if twin.is_near(place) else None  # None: around the window
            sizes[path, step, twin.month_end(day), at].append(math.log(minutes + 1))
    found: dict[tuple[str, int, int], list[tuple[int, float]]] = defaultdict(list)
    for (path, step, end, place), own in list(sizes.items()):
        around = sizes.get((path, step, end, None))
        if place is not None and around:
            effect = sum(own) / len(own) - sum(around) / len(around)
            found[path, step, place].append((len(own), effect))
    return {
        key: (sum(n for n, _ in each), len(each), math.exp(sum(of for _, of in each) / len(each)))
        for key, each in found.items()
    }


def at_pace(step: list[float], rest: list[float]) -> list[float]:
    """Each time's counterpart of the same rank in the rest, between neighbours by proportion."""
    ranked, known = sorted(step), sorted(rest)
    out = []
    for value_rank in range(len(ranked)):
        rank = (value_rank + 0.5) / len(ranked) * len(known) - 0.5
        below = min(max(math.floor(rank), 0), len(known) - 1)
        above = min(below + 1, len(known) - 1)
        part = min(max(rank - below, 0.0), 1.0)
        out.append(known[below] + (known[above] - known[below]) * part)
    return out


def judged(looks: dict[Any, dict[Any, float]]) -> dict[Any, tuple[bool, float, float | None]]:
    """By look, of its values by month end: whether it is told, its mean, how far that may be off.

    The other way round than SQL: counts the sign patterns by which any look is as large.
    """
    ends = sorted({end for look in looks.values() for end in look})
    largest = sorted(
        max(size([signs[end] * of_end for end, of_end in look.items()]) for look in looks.values())
        for signs in (dict(zip(ends, pattern, strict=True)) for pattern in patterns(len(ends)))
    )
    reached = largest[-(len(largest) // 20) - 1]
    rows = {}
    for key, look in looks.items():
        values = list(look.values())
        middle, n = sum(values) / len(values), len(values)
        spread = sum((value - middle) ** 2 for value in values)
        as_large = sum(other >= size(values) - 1e-9 for other in largest)
        swing = reached * math.sqrt(spread / (n * (n - reached**2))) if n > reached**2 else None
        rows[key] = as_large <= len(largest) // 20, middle, swing
    return rows


def size(values: list[float]) -> float:
    return abs(sum(values)) / math.sqrt(sum(value**2 for value in values))


def patterns(n: int) -> Iterator[tuple[int, ...]]:
    if n <= 11:
        yield from ((1, *signs) for signs in itertools.product((1, -1), repeat=n - 1))
        return
    for number in range(1024):
        digest = hashlib.md5(str(number).encode(), usedforsecurity=False).digest()
        bits = int.from_bytes(digest[8:], "little") if number else 0
        yield tuple(-1 if bits >> (end % 60) & 1 else 1 for end in range(n))
