"""No sequence of commands and imports breaks a workflow: a machine that tries to."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from dashboard import commands
from dashboard.cases import Draft
from dashboard.catalogue import Product
from dashboard.errors import DashboardError
from dashboard.instants import to_us
from dashboard.people import Person
from dashboard.workdays import Calendar
from dashboard.workflows import WORKFLOWS, Party
from tests.builders import ADMIN, LEAD, MONDAY, VIEWER, bulk, form, member, step_fields
from tests.law import broken

PEOPLE = [LEAD, LEAD, LEAD, ADMIN, VIEWER, member(Party.CS), member(Party.CPT, Party.ORDERS)]
steps = st.integers(-1, 13)
people = st.sampled_from(PEOPLE)
ago = st.one_of(st.none(), st.integers(-120, 6000).map(lambda minutes: timedelta(minutes=minutes)))
rubbish = st.sampled_from([None, "", "x", True, 0, -1, [], ["UltraTax CS"], {"ref": "y"}, 2**70])
hows = st.sampled_from(["sent", "sent", "drafted", "outside", "elsewhere", "by pigeon"])
KEYS = sorted({f.key for w in WORKFLOWS.values() for s in w.steps for f in s.fields} | {"nonsense"})
junk = st.dictionaries(st.sampled_from(KEYS), rubbish, max_size=4)


class Breaker(RuleBasedStateMachine):
    """Commands with right and wrong values, by the right and the wrong people, and imports."""

    def __init__(self) -> None:
        super().__init__()
        self.desk = bulk()
        self.now = MONDAY
        self.ids: list[str] = []
        self.said = ""

    @initialize(workflow=st.sampled_from(sorted(WORKFLOWS)))
    def begin(self, workflow: str) -> None:
        self.ids.append(
            commands.open_case(self.desk, workflow, form(workflow), by=LEAD, now=self.now)[0].stream
        )

    def _try(self, command: Any, *args: Any, **named: Any) -> Any:
        before = len(self.desk.drafts)
        try:
            return command(self.desk, *args, now=self.now, **named)
        except DashboardError as refused:
            self.said = str(refused)
        assert len(self.said) > 20
        assert len(self.desk.drafts) == before, "a refused command left a trace"
        return []

    def _at(self, back: timedelta | None) -> datetime | None:
        return None if back is None else self.now - back

    @rule(minutes=st.integers(0, 4000))
    def time_goes_on(self, minutes: int) -> None:
        self.now += timedelta(minutes=minutes)

    @rule(workflow=st.sampled_from([*WORKFLOWS, "onvio"]), junk=junk, by=people, back=ago)
    def open(self, workflow: str, junk: dict[str, Any], by: Person, back: timedelta | None) -> None:
        fields = form(workflow) | junk
        for draft in self._try(commands.open_case, workflow, fields, by=by, at=self._at(back)):
            self.ids.append(draft.stream)

    @rule(data=st.data(), by=people, back=ago)
    def complete_rightly(self, data: st.DataObject, by: Person, back: timedelta | None) -> None:
        case = self.desk.case(data.draw(st.sampled_from(self.ids)))
        step = case.current_step or case.workflow.last
        fields = step_fields(case, step, self.now - timedelta(days=2))
        self._try(commands.complete_step, case.case_id, step, fields, by=by, at=self._at(back))

    @rule(data=st.data(), by=people, how=hows)
    def complete_and_send(self, data: st.DataObject, by: Person, how: str) -> None:
        case = self.desk.case(data.draw(st.sampled_from(self.ids)))
        step = case.current_step or case.workflow.last
        fields = step_fields(case, step, self.now - timedelta(days=2))
        due = case.workflow.step(step).called_for(fields)
        hows = data.draw(st.sampled_from([{}, {due[0].key: how} if due else {"welcome": how}]))
        self._try(commands.complete_step, case.case_id, step, fields, by=by, messages=hows)

    @rule(data=st.data(), by=people, how=hows, back=ago, drop=st.booleans())
    def see_to_a_message(
        self, data: st.DataObject, by: Person, how: str, back: timedelta | None, drop: bool
    ) -> None:
        case = self.desk.case(data.draw(st.sampled_from(self.ids)))
        step = data.draw(st.sampled_from(case.workflow.steps))
        key = data.draw(st.sampled_from([*(item.key for item in step.messages), "nonsense"]))
        if drop:
            self._try(commands.drop_message, case.case_id, step.number, key, "so", by=by)
            return
        self._try(
            commands.send_message, case.case_id, step.number, key, how, by=by, at=self._at(back)
        )

    @rule(data=st.data(), by=people, is_sent=st.booleans(), back=ago)
    def empty_the_outbox(
        self, data: st.DataObject, by: Person, is_sent: bool, back: timedelta | None
    ) -> None:
        case = self.desk.case(data.draw(st.sampled_from(self.ids)))
        if not case.letters:
            return
        letter = data.draw(st.sampled_from(sorted(case.letters.values(), key=lambda x: x.version)))
        claim = str(len(self.desk.drafts))
        self._try(commands.begin_sending, case.case_id, letter, "text", by=by, claim=claim)
        begun = self.desk.case(case.case_id).letters[letter.of_version, letter.message]
        again_us = None if back is None else to_us(self.now + back)
        outcome = commands.Outcome(is_sent, "busy", again_us)
        if data.draw(st.booleans()):
            self._try(commands.record_outcome, case.case_id, begun, outcome, by=by)

    @rule(data=st.data(), step=steps, junk=junk, by=people, back=ago)
    def complete_wildly(
        self,
        data: st.DataObject,
        step: int,
        junk: dict[str, Any],
        by: Person,
        back: timedelta | None,
    ) -> None:
        case_id = data.draw(st.sampled_from([*self.ids, "C-9999"]))
        self._try(commands.complete_step, case_id, step, junk, by=by, at=self._at(back))

    @rule(data=st.data(), step=steps, by=people, back=ago, start=st.booleans())
    def start_or_turn(
        self, data: st.DataObject, step: int, by: Person, back: timedelta | None, start: bool
    ) -> None:
        case_id = data.draw(st.sampled_from(self.ids))
        command = commands.start_step if start else commands.record_turn
        self._try(command, case_id, step, by=by, at=self._at(back))

    @rule(data=st.data(), first=steps, backs=st.lists(ago, min_size=0, max_size=4), by=people)
    def catch_up(
        self, data: st.DataObject, first: int, backs: list[timedelta | None], by: Person
    ) -> None:
        case = self.desk.case(data.draw(st.sampled_from(self.ids)))
        first = data.draw(st.sampled_from([first, case.due]))
        items = []
        for step, back in enumerate(backs, start=first):
            known = 1 <= step <= case.workflow.last
            fields = step_fields(case, step, self.now - timedelta(days=3)) if known else {}
            items.append(commands.CatchUp(step, self._at(back) or self.now, fields))
        self._try(commands.catch_up, case.case_id, items, by=by)

    @rule(
        data=st.data(), step=steps, by=people, back=ago, junk=junk,
        what=st.sampled_from(["completed", "started", "turn", "odd"]),
    )  # fmt: skip
    def correct(
        self, data: st.DataObject, step: int, by: Person, back: timedelta | None,
        junk: dict[str, Any], what: str,
    ) -> None:  # fmt: skip
        case_id = data.draw(st.sampled_from(self.ids))
        self._try(
            commands.correct_step, case_id, step, by=by, at=self._at(back), fields=junk, what=what
        )

    @rule(data=st.data(), step=steps, by=people, back=ago, reason=st.sampled_from(["", "a slip"]))
    def reopen(
        self, data: st.DataObject, step: int, by: Person, back: timedelta | None, reason: str
    ) -> None:
        case_id = data.draw(st.sampled_from(self.ids))
        self._try(commands.reopen_step, case_id, step, reason, by=by, at=self._at(back))

    @rule(data=st.data(), by=people, back=ago, resume=st.booleans())
    def withdraw_or_resume(
        self, data: st.DataObject, by: Person, back: timedelta | None, resume: bool
    ) -> None:
        case_id = data.draw(st.sampled_from(self.ids))
        if resume:
            self._try(commands.resume_case, case_id, by=by, at=self._at(back))
        else:
            self._try(commands.withdraw_case, case_id, "stays", by=by, at=self._at(back))

    @rule(data=st.data(), junk=junk, by=people)
    def amend(self, data: st.DataObject, junk: dict[str, Any], by: Person) -> None:
        case_id = data.draw(st.sampled_from(self.ids))
        self._try(commands.amend_case, case_id, junk, "why not", by=by)

    @rule(
        data=st.data(), workflow=st.sampled_from(sorted(WORKFLOWS)), first=st.integers(0, 12),
        backs=st.lists(st.integers(-60, 9000), max_size=12), update=st.booleans(),
        tidy=st.booleans(),
    )  # fmt: skip
    def import_row(
        self, data: st.DataObject, workflow: str, first: int, backs: list[int], update: bool,
        tidy: bool,
    ) -> None:  # fmt: skip
        case = self.desk.case(data.draw(st.sampled_from(self.ids))) if update else None
        if tidy:
            backs = sorted(backs, reverse=True)
            first, workflow = (case.due, case.workflow_key) if case else (1, workflow)
        times = [self.now - timedelta(minutes=back) for back in backs]
        evidence = commands.Evidence(workflow, times, first, form={"firm_name": "Birch & Sons"})
        written = self._try(
            commands.record_evidence, evidence, by=LEAD, case=case,
            command_id=str(len(self.desk.drafts)) + str(to_us(self.now)),
        )  # fmt: skip
        self.ids += [draft.stream for draft in written if draft.kind == "case_opened"]

    @rule(
        at_once=st.integers(0, 3), opens=st.integers(6, 12), by=people,
        since=st.none() | st.integers(-9, 9),
        names=st.sets(st.sampled_from(["UltraTax CS", "Onvio"])),
    )  # fmt: skip
    def settle(
        self, at_once: int, opens: int, by: Person, since: int | None, names: set[str]
    ) -> None:
        self._try(commands.change_planning, appointments_at_once=at_once, by=by)
        calendar = Calendar("UTC", dict.fromkeys(range(5), ((f"{opens:02}:00", "17:00"),)), {})
        day = None if since is None else self.now.date() + timedelta(days=since)
        self._try(commands.change_calendar, calendar, day, day_minutes=60 * (17 - opens), by=by)
        self._try(commands.change_targets, "local", opens / 8, opens / 4, day, by=by)
        products = [Product(name, name.split()[0], False, "") for name in sorted(names)]
        self._try(commands.change_catalogue, products, by=by)

    @precondition(lambda self: self.ids)
    @invariant()
    def the_law_is_kept(self) -> None:
        assert broken(self.desk.drafts) == []


TestNobodyBreaksAWorkflow = Breaker.TestCase
TestNobodyBreaksAWorkflow.settings = settings(
    max_examples=120,
    stateful_step_count=50,
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow],
)


def draft(version: int, kind: str, minute: int, **data: Any) -> Draft:
    us = to_us(datetime(2026, 10, 5, 13, minute, tzinfo=UTC))
    return Draft("C-0001", version, kind, us, us, "T. Vance", data, str(version))


OPENED = [draft(1, "case_opened", 0, workflow="local"), draft(2, "step_completed", 1, step=2)]
TOLD = {"step": 2, "message": "tl_form", "of_version": 2}


@pytest.mark.parametrize(
    "events",
    [
        [draft(1, "step_completed", 0, step=2)],
        [draft(1, "case_opened", 0, workflow="local"), draft(2, "step_completed", 1, step=3)],
        [draft(1, "case_opened", 5, workflow="local"), draft(2, "step_completed", 1, step=2)],
        [draft(1, "case_opened", 0, workflow="local"), draft(3, "step_completed", 1, step=2)],
        [draft(1, "case_opened", 0, workflow="local"), draft(2, "case_resumed", 1)],
        [
            draft(1, "case_opened", 0, workflow="local"),
            draft(2, "step_completed", 1, step=2),
            draft(3, "step_corrected", 2, step=1, of_version=1, at_us=2**60),
        ],
        [*OPENED, draft(3, "message_sending", 2, **TOLD)],
        [*OPENED, draft(3, "message_sent", 2, **TOLD)],
        [*OPENED, draft(3, "message_queued", 2, **(TOLD | {"of_version": 1}))],
        [
            *OPENED,
            draft(3, "message_sent", 2, outside=True, **TOLD),
            draft(4, "message_queued", 3, **TOLD),
        ],
        [
            *OPENED,
            draft(3, "message_queued", 2, **TOLD),
            draft(4, "step_reopened", 3, step=2),
            draft(5, "message_sending", 4, **TOLD),
        ],
        [
            *OPENED,
            draft(3, "message_queued", 2, **TOLD),
            draft(4, "message_sending", 3, **TOLD),
            draft(5, "message_sending", 4, **TOLD),
        ],
    ],
)
def test_the_law_finds_what_is_broken(events: list[Draft]) -> None:
    assert broken(events)
