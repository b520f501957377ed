"""Builders: a desk without a log, people, and random histories made through the commands."""

import random
from collections.abc import Iterable, Sequence
from contextlib import AbstractContextManager, nullcontext
from datetime import UTC, datetime, timedelta
from typing import Any

from dashboard import commands
from dashboard.cases import Case, Draft, Event
from dashboard.errors import CommandRefused, UnknownCase
from dashboard.people import Person, Role
from dashboard.settings import Settings
from dashboard.store.desk import Bulk
from dashboard.store.log import ZERO, canonical_json
from dashboard.workflows import VIRTUAL_OFFICE, WORKFLOWS, FieldKind, Party

MONDAY = datetime(2026, 10, 5, 13, 0, tzinfo=UTC)  # 09:00 in New York
LEAD = Person("T. Vance", Role.LEAD)
ADMIN = Person("A. Admin", Role.ADMIN)
VIEWER = Person("V. Viewer", Role.VIEWER)
SETTINGS = Settings()


def member(*parties: Party) -> Person:
    """A member of those parties."""
    return Person("M. " + "/".join(parties), Role.MEMBER, frozenset(parties))


class EmptyDesk:
    """A desk below a bulk that holds nothing, for tests that need no log."""

    def __init__(self, settings: Settings = SETTINGS) -> None:
        self.settings = settings

    def case(self, case_id: str) -> Case:
        raise UnknownCase(case_id)

    def history(self, case_id: str) -> list[Draft]:
        raise UnknownCase(case_id)

    def version(self, stream: str) -> int:
        return 0

    def next_case_id(self) -> str:
        return "C-0001"

    def find_case(self, firm_key: str, workflow: str, opened_us: int) -> Case | None:
        return None

    def stream(self, name: str) -> list[Draft]:
        return []

    def named(self, actor: str) -> str:
        return actor

    def appointments_between(self, begins_us: int, ends_us: int) -> dict[str, int]:
        return {}

    def alone(self) -> AbstractContextManager[None]:
        return nullcontext()

    def stored(self, command_id: str) -> list[Event]:
        return []

    def append(self, drafts: Sequence[Draft]) -> list[Event]:
        raise AssertionError("nothing lands here")


def bulk(settings: Settings = SETTINGS) -> Bulk:
    """A desk that keeps everything in memory."""
    return Bulk(EmptyDesk(settings), 0)


def events_of(drafts: Iterable[Draft], after: int = 0) -> list[Event]:
    """The drafts as events with positions, unhashed."""
    return [
        Event(
            number, draft.stream, draft.version, draft.kind, draft.occurred_us, draft.recorded_us,
            draft.actor, canonical_json(draft.data), draft.command_id, draft.ordinal, ZERO,
        )
        for number, draft in enumerate(drafts, start=after + 1)
    ]  # fmt: skip


def form(workflow: str, **more: Any) -> dict[str, Any]:
    """What New case needs at least."""
    values: dict[str, Any] = {"firm_name": "Juniper Advisors", "products": ["UltraTax CS"]}
    if workflow == "local":
        values["data_backed_up"] = True
    return values | more


def appointment_after(instant: datetime, settings: Settings = SETTINGS) -> datetime:
    """The next four hours of business time."""
    return settings.calendar.next_windows(instant, 4, 1)[0][0]


def step_fields(
    case: Case, step: int, now: datetime, settings: Settings = SETTINGS
) -> dict[str, Any]:
    """Values that keep all rules of the step."""
    products = case.fields.get("products", ["UltraTax CS"])
    every = {
        FieldKind.TEXT: "A-123", FieldKind.EMAIL: "admin@firm.example", FieldKind.CONFIRM: True,
        FieldKind.YES_NO: False, FieldKind.PERSON: "R. Castellano", FieldKind.PRODUCTS: products,
    }  # fmt: skip
    values: dict[str, Any] = {}
    for item in case.workflow.step(step).fields:
        if item.kind is FieldKind.WINDOW:
            values[item.key] = appointment_after(now, settings)
        elif item.kind is FieldKind.FAMILIES:
            values[item.key] = [product.family for product in settings.catalogue]
        elif item.required:
            values[item.key] = every[item.kind]
    return values


ACTIONS = (
    ["complete"] * 9
    + ["start", "turn", "turn", "reopen", "withdraw", "correct", "correct", "reschedule"]
    + ["amend", "requested", "note", "assign", "follow_up", "explain", "catch_up", "undo"]
)


class Walk:
    """A random department: acts on a desk through the commands; refusals are part of it.

    `answers`: to whether a closed case was really finished, when a step of it is reopened.
    """

    answers: Sequence[bool | None] = (None,)

    def __init__(self, desk: Any, seed: int, cases: int = 4, start: datetime = MONDAY) -> None:
        self.desk, self.random, self.most, self.now = desk, random.Random(seed), cases, start
        self.ids: list[str] = []
        self.refused = 0
        self.done = 0

    def run(self, acts: int) -> "Walk":
        """Try so many acts, time going on between them."""
        for _ in range(acts):
            self.now += timedelta(minutes=self.random.choice([0, 1, 7, 60, 300, 1500]))
            try:
                self.act()
                self.done += 1
            except CommandRefused:
                self.refused += 1
        return self

    def act(self) -> None:
        """One random act on a random case."""
        if (len(self.ids) < self.most and self.random.random() < 0.25) or not self.ids:
            workflow = self.random.choice(list(WORKFLOWS))
            drafts = commands.open_case(
                self.desk, workflow, form(workflow), by=LEAD, now=self.now, at=self.some_time(None)
            )
            self.ids.append(drafts[0].stream)
            return
        case = self.desk.case(self.random.choice(self.ids))
        action = self.random.choice(ACTIONS) if case.state != "withdrawn" else "resume"
        getattr(self, f"_{action}")(case)

    def some_time(self, case: Case | None) -> datetime | None:
        """Now, or an instant since the last move."""
        if self.random.random() < 0.5:
            return None
        since = self.now - timedelta(minutes=30)
        if case:
            since = datetime.fromtimestamp(case.moves[-1].at_us / 1e6, UTC)
        return since + (self.now - since) * self.random.choice([0, 0.5, 1])

    def _step(self, case: Case) -> int:
        return case.current_step or case.workflow.last

    def _filled(self, case: Case, step: int, now: datetime) -> dict[str, Any]:
        return step_fields(case, step, now, self.desk.settings)

    def _complete(self, case: Case) -> None:
        step = self._step(case)
        fields = self._filled(case, step, self.now) if case.current_step else {}
        commands.complete_step(
            self.desk, case.case_id, step, fields, by=LEAD, now=self.now, at=self.some_time(case)
        )

    def _start(self, case: Case) -> None:
        commands.start_step(
            self.desk, case.case_id, self._step(case), by=LEAD, now=self.now,
            at=self.some_time(case),
        )  # fmt: skip

    def _turn(self, case: Case) -> None:
        commands.record_turn(
            self.desk, case.case_id, self._step(case), by=LEAD, now=self.now,
            at=self.some_time(case),
        )  # fmt: skip

    def _reopen(self, case: Case) -> None:
        step = self.random.randint(1, case.workflow.last)
        commands.reopen_step(
            self.desk, case.case_id, step, "a slip", by=LEAD, now=self.now, at=self.some_time(case),
            finished=self.random.choice(self.answers) if len(self.answers) > 1 else self.answers[0],
        )  # fmt: skip

    def _withdraw(self, case: Case) -> None:
        commands.withdraw_case(
            self.desk, case.case_id, "stays", by=LEAD, now=self.now, at=self.some_time(case)
        )

    def _resume(self, case: Case) -> None:
        if self.random.random() < 0.2:
            self._complete(case)  # refused: a withdrawn case rests
        commands.resume_case(
            self.desk, case.case_id, by=LEAD, now=self.now, at=self.some_time(case)
        )

    def _correct(self, case: Case) -> None:
        what = self.random.choice(["completed", "completed", "started", "turn"])
        moves = sorted(move.at_us for move in case.moves)
        at_us = self.random.choice(moves) + self.random.choice([0, 60_000_000, -60_000_000])
        commands.correct_step(
            self.desk, case.case_id, self.random.randint(1, self._step(case)), by=LEAD,
            now=self.now, at=datetime.fromtimestamp(at_us / 1e6, UTC), what=what,
        )  # fmt: skip

    def _reschedule(self, case: Case) -> None:
        if case.workflow is VIRTUAL_OFFICE:
            day = self.now + timedelta(days=self.random.randint(-3, 3))
            commands.correct_step(
                self.desk, case.case_id, 4, by=LEAD, now=self.now,
                fields={"appointment": appointment_after(day, self.desk.settings)},
            )  # fmt: skip

    def _amend(self, case: Case) -> None:
        commands.amend_case(
            self.desk, case.case_id, {"firm_id": "F1"}, "known now", by=LEAD, now=self.now
        )

    def _requested(self, case: Case) -> None:
        day = (self.now + timedelta(days=self.random.randint(0, 9))).date().isoformat()
        commands.amend_case(
            self.desk, case.case_id, {"requested_date": self.random.choice([day, day, ""])},
            "the firm asks", by=LEAD, now=self.now,
        )  # fmt: skip

    def _note(self, case: Case) -> None:
        commands.add_note(self.desk, case.case_id, "called back", by=LEAD, now=self.now)

    def _assign(self, case: Case) -> None:
        name = self.random.choice(["H. Abebe", "T. Vance"])
        commands.assign_cases(self.desk, [case.case_id], name, by=LEAD, now=self.now)

    def _follow_up(self, case: Case) -> None:
        day = self.random.choice([None, (self.now + timedelta(days=2)).date()])
        commands.follow_up(self.desk, case.case_id, day, by=LEAD, now=self.now)

    def _undo(self, case: Case) -> None:
        history = self.desk.history(case.case_id)
        found = commands.undoable(history, LEAD, LEAD.name)
        version = found[0].version if found else self.random.randint(1, case.version)
        commands.undo_act(self.desk, case.case_id, version, by=LEAD, now=self.now)

    def _explain(self, case: Case) -> None:
        commands.explain_breach(self.desk, case.case_id, "other", "", by=LEAD, now=self.now)

    def _catch_up(self, case: Case) -> None:
        since, step = datetime.fromtimestamp(case.moves[-1].at_us / 1e6, UTC), self._step(case)
        steps = [
            commands.CatchUp(number, since + (self.now - since) * share)
            for number, share in ((step, 0.3), (step + 1, 0.6))
            if number <= case.workflow.last
        ]
        filled = [
            commands.CatchUp(item.step, item.at, self._filled(case, item.step, since))
            for item in steps
        ]
        commands.catch_up(self.desk, case.case_id, filled, by=LEAD, now=self.now)
