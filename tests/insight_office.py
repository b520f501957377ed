"""A random log for figures: cases that stand on every edge of days, weeks, months and windows."""

import random
from contextlib import suppress
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from hypothesis import strategies as st

from dashboard import commands
from dashboard.errors import CommandRefused
from dashboard.instants import to_datetime, to_us
from dashboard.settings import FOREVER_US
from dashboard.store import View
from dashboard.store.log import Head, events_table
from dashboard.store.model import Model
from dashboard.workflows import WORKFLOWS
from tests.builders import LEAD, SETTINGS, Walk, bulk, events_of
from tests.drawn import SEEDS, drawn_settings, morning_of, turn_of
from tests.insight_twin import DAY, Twin, midnight

MICROSECOND = timedelta(microseconds=1)


class Office:
    """A random log that ends at `now`: a messy part, and cases that go their way and get done.

    It runs over two month ends, and over a change of clocks where there is one; `turn` is the
    first of the month between them. `drawn` is the seed of what is set, None the defaults.
    """

    def __init__(self, seed: int, plain: int, drawn: int | None = None) -> None:
        self.settings = SETTINGS if drawn is None else drawn_settings(drawn)
        self.turn, self.zone = turn_of(self.settings), ZoneInfo(self.settings.calendar.zone)
        self.start = morning_of(self.settings)
        self.edges = self.turns()
        self.random, self.desk = random.Random(seed), bulk(self.settings)
        last = self.edges[-1]
        self.end = self.random.choice([*self.edges[3:], *[last + 9 * DAY] * 3])
        walk = Walk(self.desk, seed, cases=6, start=self.start)
        while walk.now + timedelta(minutes=1500) < self.end and len(self.desk.drafts) < 90:
            walk.run(1)
        for _ in range(plain):
            self.plain()
        self.now = self.end + self.random.choice([0, 0, 1, 3_600_000_000]) * MICROSECOND
        self.twin = Twin(self.settings, self.desk.drafts, self.now)
        model = Model(self.settings)
        model.apply([events_table(events_of(self.desk.drafts))])
        self.view = View(model, Head.empty())

    def date(self, days: int | None) -> Any:
        """The date so many days after the month turns; None stays None."""
        return None if days is None else self.turn + days * DAY

    def midnight(self, days: int) -> datetime:
        """When that date begins."""
        return midnight(self.date(days), self.zone)

    def turns(self) -> list[datetime]:
        """Instants on which hours, days, windows, weeks, months and promises turn, in order."""
        calendar = self.settings.calendar
        closing = int(calendar.instant(calendar.position([to_us(self.midnight(-4))]))[0])
        set_anew = [item.since_us for item in self.settings.targets if item.since_us != FOREVER_US]
        days = (-4, -1, 0, 1, 2, 24, 30)  # of New York's in 2026 a window begins on the -4th
        return sorted([*map(self.midnight, days), *map(to_datetime, (closing, *set_anew))])

    def plain(self) -> None:
        """A case from a sheet; some wait for a date, rest for a while or are opened again."""
        workflow = self.random.choice(list(WORKFLOWS))
        last = WORKFLOWS[workflow].last
        times = self.times(self.some_start(), last)
        form = {"firm_name": "Granite Tax", "team_leader": self.random.choice(["T", "H"])}
        if self.random.random() < 0.2:
            form["requested_date"] = self.date(self.random.choice([-3, 1, 38])).isoformat()
        appointment = to_us(self.random.choice(self.edges))
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
        near = [edge + offset for edge in (*self.edges, self.end) for offset in offsets]
        ahead = [instant for instant in near if at <= instant <= self.end]
        return self.random.choice(ahead[:5]) if ahead else None

    def some_start(self) -> datetime:
        if self.random.random() < 0.4 and (edge := self.later(self.random.choice(self.edges[:4]))):
            return edge
        return self.start + (self.end - self.start) * self.random.random()


def offices(most: int, least: int = 20) -> st.SearchStrategy[Office]:
    """Offices with so many plain cases, each with settings of its own."""
    return st.builds(Office, st.integers(0, 2**32), st.integers(least, most), SEEDS)
