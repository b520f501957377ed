"""A random log for figures: cases that stand on every edge of days, weeks, months and windows."""

import random
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from typing import Any

from dashboard import commands
from dashboard.errors import CommandRefused
from dashboard.instants import to_us
from dashboard.store import View
from dashboard.store.log import Head, events_table
from dashboard.store.model import Model
from dashboard.workflows import WORKFLOWS
from tests.builders import LEAD, SETTINGS, Walk, bulk, events_of
from tests.insight_twin import Twin

# A Monday; the walks and the plain cases run from here over two month ends and a change of clocks.
START = datetime(2026, 10, 26, 12, 0, tzinfo=UTC)
# Instants on which windows, days, weeks, months and opening hours turn, in New York.
EDGES = [
    datetime(2026, 10, 27, 21, 0, tzinfo=UTC),  # closing time, three business days to go
    datetime(2026, 10, 28, 4, 0, tzinfo=UTC),  # midnight: the window opens
    datetime(2026, 10, 31, 4, 0, tzinfo=UTC),  # Saturday: the next month's first business day
    datetime(2026, 11, 1, 4, 0, tzinfo=UTC),  # the month turns, then the clocks do
    datetime(2026, 11, 2, 5, 0, tzinfo=UTC),  # the week turns
    datetime(2026, 11, 3, 5, 0, tzinfo=UTC),  # the window has closed
    datetime(2026, 11, 25, 5, 0, tzinfo=UTC),  # it opens again, over Thanksgiving
    datetime(2026, 12, 1, 5, 0, tzinfo=UTC),
]
MICROSECOND = timedelta(microseconds=1)


class Office:
    """A random log that ends at `now`: a messy part, and cases that go their way and get done."""

    def __init__(self, seed: int, plain: int) -> None:
        self.random, self.desk = random.Random(seed), bulk()
        self.end = self.random.choice([*EDGES[3:], *[EDGES[-1] + timedelta(days=9)] * 3])
        walk = Walk(self.desk, seed, cases=6, start=START)
        while walk.now + timedelta(minutes=1500) < self.end and len(self.desk.drafts) < 90:
            walk.run(1)
        for _ in range(plain):
            self.plain()
        self.now = self.end + self.random.choice([0, 0, 1, 3_600_000_000]) * MICROSECOND
        self.twin = Twin(SETTINGS, self.desk.drafts, self.now)
        model = Model(SETTINGS)
        model.apply([events_table(events_of(self.desk.drafts))])
        self.view = View(model, Head.empty())

    def plain(self) -> None:
        """A case from a sheet; some wait for a date, rest for a while or are opened again."""
        workflow = self.random.choice(list(WORKFLOWS))
        last = WORKFLOWS[workflow].last
        times = self.times(self.some_start(), last)
        form = {"firm_name": "Granite Tax", "team_leader": self.random.choice(["T", "H"])}
        if self.random.random() < 0.2:
            form["requested_date"] = self.random.choice(["2026-10-29", "2026-11-02", "2026-12-09"])
        appointment = to_us(self.random.choice(EDGES))
        fields = {4: {"appointment": appointment}} if workflow == "virtual_office" else {}
        case_id = self.tell(commands.Evidence(workflow, times, form=form, fields=fields))
        after, case = self.later(times[-1]), self.desk.case(case_id)
        if self.random.random() < 0.3 or after is None:
            return
        done: dict[str, Any] = {"by": LEAD, "now": after, "at": after}
        if case.state == "open":
            commands.withdraw_case(self.desk, case_id, "stays", **done)
            if (again := self.later(after)) and self.random.random() < 0.6:
                with suppress(CommandRefused):  # its appointment may be taken by now
                    commands.resume_case(self.desk, case_id, by=LEAD, now=again, at=again)
        elif self.random.random() < 0.4:
            step = self.random.randint(2, last)
            commands.reopen_step(self.desk, case_id, step, "a slip", **done)
            self.tell(
                commands.Evidence(workflow, self.times(after, last - step + 1), first=step), case_id
            )

    def tell(self, evidence: commands.Evidence, case_id: str | None = None) -> str:
        case = self.desk.case(case_id) if case_id else None
        drafts = commands.record_evidence(
            self.desk, evidence, by=LEAD, now=self.end, command_id=f"{len(self.desk.drafts)}",
            case=case,
        )  # fmt: skip
        return drafts[0].stream

    def times(self, at: datetime, most: int) -> list[datetime]:
        """Up to `most` instants from `at` on, none after the end, some exactly on an edge."""
        out = [at]
        while len(out) < most and self.random.random() < 0.97:
            following = self.later(at) if self.random.random() < 0.15 else None
            at = following or at + timedelta(minutes=self.random.choice([0, 3, 45, 200, 700, 1500]))
            if at > self.end:
                break
            out.append(at)
        return out

    def later(self, at: datetime) -> datetime | None:
        """A turn of the calendar at or after `at`, a microsecond off at most."""
        offsets = [MICROSECOND * offset for offset in (-1, 0, 0, 1)]
        near = [edge + offset for edge in (*EDGES, self.end) for offset in offsets]
        ahead = [instant for instant in near if at <= instant <= self.end]
        return self.random.choice(ahead[:5]) if ahead else None

    def some_start(self) -> datetime:
        if self.random.random() < 0.4 and (edge := self.later(self.random.choice(EDGES[:4]))):
            return edge
        return START + (self.end - START) * self.random.random()
