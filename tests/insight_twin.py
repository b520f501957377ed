"""The figures of Throughput, Month end and the SLA report once more, the slow and obvious way.

Plain Python over the fold of each case: no SQL, no numpy, one loop a figure.
"""

import math
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from dashboard.cases import Case, Draft, Turn, fold, turns
from dashboard.instants import to_datetime, to_us
from dashboard.settings import Settings, Targets
from dashboard.workflows import WORKFLOWS

FOREVER = datetime.max.replace(tzinfo=UTC)
DAY = timedelta(days=1)


@dataclass
class Told:
    """What the log tells of one case."""

    case: Case
    turns: list[Turn]
    opened: datetime
    closed: datetime | None

    @property
    def id(self) -> str:
        return self.case.case_id

    @property
    def path(self) -> str:
        return self.case.workflow_key


class Twin:
    """Every figure of a log as it stands at `now`."""

    def __init__(self, settings: Settings, drafts: Iterable[Draft], now: datetime) -> None:
        self.settings, self.calendar, self.now = settings, settings.calendar, now
        self.zone = ZoneInfo(self.calendar.zone)
        streams: dict[str, list[Draft]] = defaultdict(list)
        for draft in drafts:
            streams[draft.stream].append(draft)
        self.cases = [self.told(fold(key, streams[key]), streams[key]) for key in sorted(streams)]
        self.closed = [told for told in self.cases if told.closed]

    def told(self, case: Case, drafts: list[Draft]) -> Told:
        ledger = turns(case, self.requested_us(drafts))
        closed = to_datetime(case.closed_us) if case.closed_us is not None else None
        return Told(case, ledger, to_datetime(case.opened_us), closed)

    def requested_us(self, drafts: list[Draft]) -> int | None:
        held = None
        for draft in drafts:
            day = draft.data.get("fields", {}).get("requested_date")
            if day:
                held = to_us(self.midnight(date.fromisoformat(day)))
            elif day == "":
                held = draft.occurred_us
        return held

    def midnight(self, day: date) -> datetime:
        return midnight(day, self.zone)

    def day(self, instant: datetime) -> date:
        return instant.astimezone(self.zone).date()

    def place(self, day: date) -> int:
        return int(self.calendar.days_to_month_end([day])[0])

    def elapsed_us(self, since: datetime, until: datetime) -> int:
        return self.calendar.elapsed(since, until) // timedelta(microseconds=1)

    def spent_us(self, turn: Turn, until: datetime) -> int:
        """Business time of a turn up to an instant."""
        ended = until if turn.ended_us is None else min(until, to_datetime(turn.ended_us))
        return max(self.elapsed_us(to_datetime(turn.began_us), ended), 0)

    def us(self, told: Told) -> int:
        return self.elapsed_us(told.opened, told.closed or self.now)

    def promised(self, told: Told) -> Targets:
        """What the case is measured against, for good: what held when it was opened."""
        return self.settings.targets_at(told.path, to_us(told.opened))

    def days(self, told: Told, us: int) -> float:
        """Business time in days of the case's own length."""
        return us / self.promised(told).day_us

    def is_near(self, place: int) -> bool:
        """Whether a place in the month lies in the window of its end."""
        first, last = self.settings.window
        return place in range(last, first + 1)

    # --- one figure each ---------------------------------------------------------------------

    def cycle_times(self) -> dict[str, int]:
        return {told.id: self.us(told) for told in self.closed}

    def ledger(self) -> dict[tuple[str, str], int]:
        held: dict[tuple[str, str], int] = defaultdict(int)
        for told in self.closed:
            for turn in told.turns:
                held[told.id, str(turn.party)] += self.spent_us(turn, self.now)
        return dict(held)

    def step_times(self) -> dict[tuple[str, int], int]:
        return {
            (told.id, step): sum(self.spent_us(t, self.now) for t in told.turns if t.step == step)
            for told in self.cases
            for step in told.case.records
        }

    def cycle_percentiles(self, period: str, split: str) -> dict[tuple[Any, Any], list[float]]:
        groups: dict[tuple[Any, Any], list[Told]] = defaultdict(list)
        for told in self.closed:
            begins = {"month": month_of, "week": week_of, "all": lambda _: None}[period](
                self.day(told.closed or self.now)
            )
            groups[begins, told.path if split == "path" else None].append(told)
        return {
            key: [len(group), *self.shares(group, 60e6), *self.shares(group, None)]
            for key, group in groups.items()
        }

    def shares(self, group: list[Told], unit_us: float | None) -> list[float]:
        """Times within which half, 85 and 95 of 100 were done; None: in days of each case."""
        sample = [self.us(told) / (unit_us or self.promised(told).day_us) for told in group]
        return [quantile(sample, share) for share in (0.5, 0.85, 0.95)]

    def open_at(self, told: Told, end: datetime) -> str:
        """What the case is just before `end`: "", "closed", "withdrawn", "open", "late"."""
        if told.opened >= end:
            return ""
        if told.closed and told.closed < end:
            return "closed"
        for turn in told.turns:
            until = FOREVER if turn.ended_us is None else to_datetime(turn.ended_us)
            if turn.is_withdrawn and to_datetime(turn.began_us) < end <= until:
                return "withdrawn"
        is_over = self.is_over(told, end) and not self.is_delivered(told, end)
        return "late" if is_over else "open"

    def is_over(self, told: Told, end: datetime) -> bool:
        """Whether the case is over its limit just before `end`."""
        used = self.elapsed_us(told.opened, min(end, self.now))
        return used > self.promised(told).limit_us

    def is_delivered(self, told: Told, end: datetime) -> bool:
        """Whether just before `end` only the customer's own last step is left."""
        *_, before, last = WORKFLOWS[told.path].steps
        record = told.case.records.get(before.number)
        done_us = record.completed_us if record else None
        return last.party == "Customer" and done_us is not None and to_datetime(done_us) < end

    def periods(self, begins: Any) -> Iterator[tuple[date, datetime, list[date]]]:
        """Each month or week since the first submission: name, end, its days."""
        groups: dict[date, list[date]] = defaultdict(list)
        day, today = self.day(min(told.opened for told in self.cases)), self.day(self.now)
        while day <= today:
            groups[begins(day)].append(day)
            day += DAY
        for name, days in groups.items():
            over = self.now + timedelta(microseconds=1)
            yield name, min(self.midnight(days[-1] + DAY), over), days

    def attainment(self) -> list[tuple[Any, ...]]:
        rows = []
        for name, end, days in self.periods(month_of):
            done = [told for told in self.closed if self.day(told.closed or self.now) in days]
            late = [told for told in self.cases if self.open_at(told, end) == "late"]
            rows.append((
                name,
                len(done),
                sum(self.us(told) <= self.promised(told).target_us for told in done),
                sum(self.us(told) <= self.promised(told).limit_us for told in done),
                sum(self.by_date(told) for told in done),
                len(late),
            ))  # fmt: skip
        return rows

    def by_date(self, told: Told) -> bool:
        """Whether the case was done by the end of as many business dates as its limit has days."""
        return self.day(told.closed or self.now) <= self.last_date(told)

    def last_date(self, told: Told) -> date:
        held = self.promised(told)
        day, to_go = self.day(told.opened), -(-held.limit_us // held.day_us)
        while to_go:
            day += DAY
            to_go -= bool(self.calendar.is_business_day([day])[0])
        return day

    def throughput(self) -> list[tuple[Any, ...]]:
        rows = []
        for name, end, days in self.periods(week_of):
            states = [self.open_at(told, end) for told in self.cases]
            rows.append((
                name,
                sum(self.day(told.opened) in days for told in self.cases),
                sum(self.day(told.closed or self.now) in days for told in self.closed),
                states.count("open") + states.count("late"),
                states.count("late"),
                states.count("withdrawn"),
            ))  # fmt: skip
        return rows

    def steps(self) -> Iterator[tuple[str, int, int, float]]:
        """Completed steps: path, step, place in the month, minutes."""
        for path, step, day, minutes in self.steps_by_day():
            yield path, step, self.place(day), minutes

    def steps_by_day(self) -> Iterator[tuple[str, int, date, float]]:
        """The same with the day on which each became current."""
        spent = self.step_times()
        for told in self.cases:
            for step, record in told.case.records.items():
                if record.completed_us is not None:
                    day = self.day(to_datetime(record.current_us))
                    yield told.path, step, day, spent[told.id, step] / 60e6

    def month_end_steps(self) -> list[tuple[Any, ...]]:
        steps = [((path, step), day, minutes) for path, step, day, minutes in self.steps_by_day()]
        keys = [(path, step.number) for path in sorted(WORKFLOWS) for step in WORKFLOWS[path].steps]
        return self._against_the_rest(steps, keys)

    def month_end_whole(self) -> list[tuple[Any, ...]]:
        cases = [
            ((told.path,), self.day(told.opened), self.us(told) / 60e6) for told in self.closed
        ]
        return self._against_the_rest(cases, [(path,) for path in sorted(WORKFLOWS)])

    def _against_the_rest(
        self, times: Iterable[tuple[Any, date, float]], keys: list[Any]
    ) -> list[tuple[Any, ...]]:
        """Medians of window and rest; month ends are too few to say more in these logs."""
        sides: dict[Any, list[float]] = defaultdict(list)
        ends: dict[Any, list[float]] = defaultdict(list)
        before = set()
        for key, day, minutes in times:
            place = self.place(day)
            end = self.month_end(day)
            sides[key, self.is_near(place)].append(minutes)
            if -5 <= place <= self.settings.window[0] + 5:
                ends[key, end, self.is_near(place)].append(minutes)
                before |= {(key, end)} if place >= 0 else set()
        rows = []
        for key in keys:
            near, rest = sides[key, True], sides[key, False]
            middle, usual = (quantile(side, 0.5) if side else None for side in (near, rest))
            known = sum(
                (of, end, False) in ends and (of, end) in before
                for of, end, is_near in list(ends)
                if of == key and is_near
            )
            assert known < 8
            gap = None if middle is None or usual is None else middle - usual
            rows.append((*key, len(near), len(rest), middle, usual, gap, None, None, False, known,
                         None, None, None, None))  # fmt: skip
        return rows

    def month_end(self, day: date) -> date:
        """The month, by its first day, to whose end a day is counted."""
        following = day
        while not self.calendar.is_business_day([following])[0]:
            following += DAY
        month = following.replace(day=1)
        return (month - DAY).replace(day=1) if self.place(day) < 0 else month

    def only_waits(self, told: Told) -> bool:
        """Whether it is open, and nothing is left but the customer's own last step."""
        return told.closed is None and self.is_delivered(told, self.now + timedelta.resolution)

    def opening_days(self) -> dict[int, tuple[int, int, int]]:
        counts: dict[int, list[int]] = defaultdict(lambda: [0, 0, 0])
        for told in self.cases:
            since, limit_us = self.elapsed_us(told.opened, self.now), self.promised(told).limit_us
            if told.case.state != "withdrawn" and since > limit_us and not self.only_waits(told):
                row = counts[self.place(self.day(told.opened))]
                row[0] += 1
                row[1] += told.closed is not None and self.us(told) <= limit_us
                row[2] += told.closed is None
        return {place: (n, on_time, still) for place, (n, on_time, still) in counts.items()}

    def step_days(self) -> dict[tuple[str, int, int], tuple[int, float, int, float | None]]:
        samples: dict[tuple[str, int, int], list[float]] = defaultdict(list)
        usual: dict[tuple[str, int], list[float]] = defaultdict(list)
        for path, step, place, minutes in self.steps():
            if step > 1:
                samples[path, step, place].append(minutes)
                usual[path, step] += [] if self.is_near(place) else [minutes]
        return {
            (path, step, place): (
                len(sample),
                quantile(sample, 0.5),
                len(usual[path, step]),
                quantile(usual[path, step], 0.5) if usual[path, step] else None,
            )
            for (path, step, place), sample in samples.items()
        }

    def sla_cases(self, month: date | None) -> dict[str, tuple[Any, ...]]:
        over = self.now + timedelta(microseconds=1)
        end = over
        if month:
            end = min(self.midnight(month_of(month.replace(day=1) + 31 * DAY)), over)
        rows = {}
        for told in self.cases:
            state = self.open_at(told, end)
            done = state == "closed"
            in_month = done and (not month or self.day(told.closed or end) >= month)
            if in_month or (state in ("late", "open") and self.is_over(told, end)):
                until = told.closed if done and told.closed else min(end, self.now)
                us = self.elapsed_us(told.opened, until)
                by_date = self.by_date(told) if done else None
                if not done and end > self.midnight(self.last_date(told) + DAY) - DAY / 86_400e6:
                    by_date = False
                held = self.promised(told)
                rows[told.id] = (
                    told.closed if done else None, us, us <= held.target_us, us <= held.limit_us,
                    by_date, *self.slowest(told, until),
                )  # fmt: skip
        return rows

    def our_clock(self) -> dict[str, tuple[int, bool, bool | None]]:
        """Of all cases completed, or open and late now: without the customer's turns."""
        rows = {}
        for case_id in self.sla_cases(None):
            [told] = [told for told in self.cases if told.id == case_id]
            until = told.closed or self.now
            us = sum(self.spent_us(t, until) for t in told.turns if t.party != "Customer")
            ours = [step.number for step in WORKFLOWS[told.path].steps if step.party != "Customer"]
            record = told.case.records.get(ours[-1])
            by_date: bool | None = None
            if record and record.completed_us is not None:
                by_date = self.day(to_datetime(record.completed_us)) <= self.last_date(told)
            elif self.day(self.now) > self.last_date(told):
                by_date = False
            rows[case_id] = (us, us <= self.promised(told).limit_us, by_date)
        return rows

    def slowest(self, told: Told, until: datetime) -> tuple[Any, ...]:
        held: dict[tuple[int, str], int] = defaultdict(int)
        by_step: dict[int, int] = defaultdict(int)
        for turn in told.turns:
            spent = self.spent_us(turn, until)
            held[turn.step, str(turn.party)] += spent
            by_step[turn.step] += spent
        if not held:
            return None, None, None, None
        step = min(by_step, key=lambda number: (-by_step[number], number))
        parties = {party: us for (number, party), us in held.items() if number == step}
        party = min(parties, key=lambda name: (-parties[name], name))
        return step, by_step[step] / 60e6, party, parties[party] / 60e6


def midnight(day: date, zone: ZoneInfo) -> datetime:
    return datetime.combine(day, datetime.min.time(), zone).astimezone(UTC)


def month_of(day: date) -> date:
    return day.replace(day=1)


def week_of(day: date) -> date:
    return day - day.weekday() * DAY


def quantile(sample: list[float], share: float) -> float:
    ranked = sorted(sample)
    rank = share * (len(ranked) - 1)
    below, above = ranked[math.floor(rank)], ranked[math.ceil(rank)]
    return below + (above - below) * (rank - math.floor(rank))
