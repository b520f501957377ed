"""A department that writes: a store whose directory is filled, and cases taken through it."""

from collections.abc import Callable, Generator
from contextlib import contextmanager
from datetime import datetime, timedelta
from typing import Any

from dashboard import commands
from dashboard.cases import Case
from dashboard.messages.run import Report, Run
from dashboard.messages.sending import send_waiting
from dashboard.messages.server import MailServer
from dashboard.settings import Colleague
from dashboard.store import Store
from dashboard.workflows import WORKFLOWS, Party
from tests.builders import ADMIN, LEAD, MONDAY, form, step_fields

PEOPLE = (
    Colleague("T. Vance", email="vance@dept.example", parties=(Party.TL,)),
    Colleague("C. Reyes", email="reyes@dept.example", parties=(Party.CS,)),
    Colleague("D. Moss", email="moss@dept.example", parties=(Party.CS,)),
    Colleague("S. Ales", email="ales@dept.example", parties=(Party.SALES,)),
)
MAILBOXES = {
    Party.CPT: "cpt@dept.example",
    Party.EMS: "ems@tickets.example",
    Party.ORDERS: "orders@dept.example",
}
KEYS = [m.key for path in WORKFLOWS.values() for step in path.steps for m in step.messages]
FORM = {
    "cs_representative": "C. Reyes", "sales_representative": "S. Ales",
    "contact": "Ann Birch, 555 0100", "contact_email": "ann@juniper.example",
    "products": ["UltraTax CS", "Practice CS"],
}  # fmt: skip
FIELDS = {
    "team_leader": "T. Vance", "administrator": "Nell Firmin",
    "administrator_email": "nell@juniper.example", "ems_ticket": "T-4711",
    "order_number": "O-0815", "price_verified_by": "C. Reyes",
}  # fmt: skip


class Department:
    """Takes cases through their steps, an hour each; its clock is its own."""

    def __init__(self, store: Store, now: datetime = MONDAY) -> None:
        self.store, self.now, self.runs = store, now, 0
        self.desk: Any = store
        with self.at_once():
            commands.change_directory(self.desk, PEOPLE, MAILBOXES, by=ADMIN, now=now)
            sent = dict.fromkeys(KEYS, "sent")
            commands.change_messages(self.desk, sent, by=ADMIN, now=now)

    @contextmanager
    def at_once(self) -> Generator[None]:
        """All that is done in the block is stored together, which is quicker."""
        with self.store.bulk() as self.desk:
            yield
        self.desk = self.store

    def wait(self, **time: float) -> "Department":
        """Let time go by."""
        self.now += timedelta(**time)
        return self

    def open(self, path: str = "local", **more: Any) -> str:
        """A new case."""
        fields = form(path, **(FORM | more))
        return commands.open_case(self.desk, path, fields, by=LEAD, now=self.now)[0].stream

    def complete(self, case_id: str, messages: Any = None, **more: Any) -> Case:
        """Complete the case's current step, an hour later."""
        case = self.desk.case(case_id)
        step = case.workflow.step(case.due)
        known = step_fields(case, step.number, self.wait(hours=1).now)
        if step.not_before:
            self.now = max(self.now, self.now + timedelta(days=1))
        fields = known | {key: FIELDS[key] for key in known if key in FIELDS} | more
        commands.complete_step(
            self.desk, case_id, step.number, fields, by=LEAD, now=self.now,
            messages={} if messages is None else messages,
        )  # fmt: skip
        return self.desk.case(case_id)

    def until(self, case_id: str, step: int) -> Case:
        """Complete what comes before the step, without a message."""
        while (case := self.desk.case(case_id)).due < step:
            due = case.workflow.step(case.due).messages
            self.complete(case_id, dict.fromkeys((m.key for m in due if not m.only_if), "outside"))
        return case

    def one_waits(self) -> str:
        """A case of which one message, to Sales, is in the outbox."""
        with self.at_once():
            case_id = self.open()
            self.until(case_id, 3)
            self.complete(case_id, {"cs_cancelled": "elsewhere"})
        return case_id

    def run(self, sleep: Callable[[float], object] = lambda seconds: None) -> Run:
        """One run of the outbox."""
        self.runs += 1
        return Run(ADMIN, lambda: self.now, sleep, f"run {self.runs}")

    def send(self, server: MailServer) -> Report:
        """Empty the outbox."""
        return send_waiting(self.store, server, self.run())

    def states(self, case_id: str) -> dict[str, str]:
        """What became of the case's messages."""
        letters = self.store.case(case_id).letters.values()
        return {letter.message: letter.state for letter in letters}
