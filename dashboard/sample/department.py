"""The simulated department: one queue of what happens, and everything entered by command.

What is entered comes from one queue in order of the instant at which it is entered, so the
log's recorded times never go back; a command meets the case as it stands then.
"""

import heapq
import random
from collections.abc import Callable, Iterator
from datetime import datetime
from functools import partial
from itertools import count
from typing import Any
from uuid import UUID, uuid5

from dashboard.commands import CatchUp, catch_up, complete_step, open_case
from dashboard.commands.drafting import Stored
from dashboard.people import Person
from dashboard.sample import pace, staff
from dashboard.sample.matters import Matter, filled
from dashboard.sample.office import Office
from dashboard.sample.resources import Appointments, OrderTeam
from dashboard.store import Desk
from dashboard.workflows import Party, Step

SAMPLE = UUID("0d5c1c1e-8a4b-4f5e-9d0a-51c9b0b7e2f6")  # the namespace of the sample's command ids
Command = Callable[..., Stored]


class Department:
    """Its clock, its people, what is short there, and what they enter."""

    def __init__(self, desk: Desk, office: Office, seed: int, cases: int) -> None:
        self.desk = desk
        self.office = office
        self.rng = random.Random(seed)
        self.orders = OrderTeam(office, cases, self.rng)
        self.appointments = Appointments(office, cases, self.rng)
        self.open: dict[str, Matter] = {}
        self._seed = seed
        self._commands = count(1)
        self._order = count()
        self._queue: list[tuple[datetime, int, Callable[[datetime], None]]] = []

    def at(self, instant: datetime, action: Callable[[datetime], None]) -> None:
        """Let `action` happen at `instant`."""
        heapq.heappush(self._queue, (instant, next(self._order), action))

    def live(self, at: datetime, life: Iterator[datetime]) -> None:
        """Let a life begin at `at`; it goes on at each instant that it yields."""

        def go_on(now: datetime) -> None:
            if (following := next(life, None)) is not None:
                self.at(max(following, now), go_on)

        self.at(at, go_on)

    def run(self) -> None:
        """Let everything happen that happens until the end."""
        while self._queue and self._queue[0][0] <= self.office.until:
            instant, _, action = heapq.heappop(self._queue)
            action(instant)

    def command_id(self) -> str:
        """The id of the next command."""
        return str(uuid5(SAMPLE, f"{self._seed} {next(self._commands)}"))

    def open_case(self, matter: Matter, entered: datetime) -> None:
        """The representative enters the form that arrived."""
        fields = filled(matter.path.step(1), matter, self.rng)
        stored = open_case(
            self.desk, matter.path.key, fields, by=matter.representative, now=entered,
            at=matter.submitted, command_id=self.command_id(),
        )  # fmt: skip
        matter.case_id = stored[0].stream
        self.open[matter.case_id] = matter

    def enter(
        self, matter: Matter, command: Command, *args: Any, by: Person, when: datetime
    ) -> None:
        """Have somebody enter what happened `when`; most do at once, some the next morning."""
        now, who, values = when, by, {}
        if self.rng.random() < pace.ENTERED_LATE:
            now = self.later(when)
            when = max(when.replace(second=0), matter.happened)
            if self.rng.random() < 0.5:
                who = matter.leader
        matter.happened, matter.entered = when, max(now, matter.entered)
        if who is not by:
            values["done_by"] = by.name
        if when < matter.entered:
            values["at"] = when
        self._push(matter, command, args, who, matter.entered, values)

    def beside(
        self, matter: Matter, command: Command, *args: Any, by: Person, when: datetime,
        **values: Any,
    ) -> None:  # fmt: skip
        """Have somebody enter what is no step, once all is entered that happened before."""
        self._push(matter, command, args, by, max(when, matter.entered), values)

    def complete(self, matter: Matter, step: Step, at: datetime) -> None:
        """Have the step's completion entered, or kept for entering it with the others."""
        by, fields = self.doer(matter, step), filled(step, matter, self.rng)
        first, last = pace.CAUGHT_UP[matter.path.key]
        if not matter.is_caught_up or not first <= step.number <= last:
            self.enter(matter, complete_step, step.number, fields, by=by, when=at)
            return
        matter.happened = max(at.replace(second=0), matter.happened)
        matter.to_catch_up.append(CatchUp(step.number, matter.happened, fields, by.name))
        if step.number == last:
            matter.entered = max(self.later(at), matter.entered)
            args = (matter.to_catch_up,)
            self._push(matter, catch_up, args, matter.leader, matter.entered, {})

    def doer(self, matter: Matter, step: Step) -> Person:
        """Who does, or at least enters, the step."""
        return {
            Party.CS: matter.representative,
            Party.TL: matter.leader,
            Party.CPT: matter.technician,
            Party.ORDERS: self.rng.choice(staff.CLERKS),
        }[step.recorded_by]

    def later(self, at: datetime) -> datetime:
        """Later the same day or in the next morning: when late entries are made."""
        if self.rng.random() < 0.5:
            return self.office.after(at, self.rng.uniform(0.7, 4))
        return self.office.after(self.office.shift_after(at).opens, self.rng.uniform(0.1, 1))

    def _push(
        self, matter: Matter, command: Command, args: tuple[Any, ...], by: Person,
        entered: datetime, values: dict[str, Any],
    ) -> None:  # fmt: skip
        self.at(entered, partial(self._carry_out, matter, command, args, by, values))

    def _carry_out(
        self, matter: Matter, command: Command, args: tuple[Any, ...], by: Person,
        values: dict[str, Any], now: datetime,
    ) -> None:  # fmt: skip
        identity = self.command_id()
        command(self.desk, matter.case_id, *args, by=by, now=now, command_id=identity, **values)
