"""The rows of a sheet taken one by one on a desk of their own, while others go on writing.

Nothing of it lands here. What others write meanwhile is looked up before it does, and the rows
that it bears on are taken anew: whoever lands the rest has little left to do.
"""

from collections.abc import Callable, Collection
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from dashboard.cases import Case, Draft, Event
from dashboard.commands.appointments import clashes
from dashboard.instants import to_datetime, to_us
from dashboard.intake.days import Days
from dashboard.intake.finding import Finder, opening_of
from dashboard.intake.past import Past
from dashboard.intake.recording import Answers, Recorder
from dashboard.intake.refusals import RowRefused
from dashboard.intake.report import Report, Verdict, spread
from dashboard.intake.row import Row
from dashboard.intake.rows import Understood, latest_moment, understand
from dashboard.intake.sheet import Sheet
from dashboard.people import Person
from dashboard.settings import SETTINGS_STREAMS
from dashboard.store import Store, case_id_of
from dashboard.store.desk import Opening
from dashboard.store.log import write
from dashboard.workdays import LAST_INSTANT
from dashboard.workdays.clocks import clock

FEW = 500  # streams or rows: more are looked at while nobody waits
NEW = "a case of this sheet"
EVERY = 250  # rows: so often it is told how far the taking is


def ignored(done: int, of: int) -> None:
    """For those who do not show how far it is."""


@dataclass(frozen=True, slots=True)
class How:
    """How an import is to be carried out. `source` is what it is called in histories.

    `tell` hears how many rows of how many were looked at.
    """

    by: Person
    now: datetime
    zone: str | None = None
    answers: Answers = field(default_factory=Answers)
    source: str = "a tracker"
    tell: Callable[[int, int], None] = ignored


class Taking:
    """The rows of one sheet, carried out on a desk of their own as far as they can be.

    Raises InputRefused for a zone that there is not.
    """

    def __init__(self, store: Store, sheet: Sheet, how: How) -> None:
        self.store, self.by, self.now = store, how.by, how.now
        self.sheet, self.how = sheet, how
        self._rows = sheet.rows
        self._begin()

    def report(self, names: dict[str, str]) -> Report:
        """What became of each row; `names` are the ids of new cases, which are absent without."""
        rows = [self._named(row, names) for row in self._verdicts if row is not None]
        sheet = self.sheet
        return Report(spread(rows), sheet.names, sheet.skipped, sheet.aside, sheet.remarks)

    def catch_up(self) -> None:
        """Take those rows anew that what others wrote since the last look bears on."""
        seen = self.store.position
        stale = self._stale()
        if stale is None:
            self._begin()
            return
        changed = self.store.streams_since(self._seen)
        self._seen = seen
        self._held = self._appointments()
        cases = {row.case for at in stale if (row := self._verdicts[at]) and row.case}
        self.desk.forget(cases, [opening_of(row) for at in stale if (row := self._understood(at))])
        self._finder.forget(cases)
        self._finder.add(self.store.heads(among=changed) if changed else [])
        for case_id in cases | changed:
            self._pasts.pop(case_id, None)
        self._take_all(stale)

    def is_current(self) -> bool:
        """Whether nothing was written since that bears on any row, or on what new cases are named.

        To be asked while nobody else writes; looks at few rows at most.
        """
        changed = self.store.streams_since(self._seen)
        is_little = len(changed) <= FEW and "imports" not in changed
        return self._count == self.store.count_cases() and is_little and self._stale() == []

    def drafts(self) -> tuple[list[Draft], dict[str, str]]:
        """What is to land, as the log writes it, and the ids that new cases have there."""
        self._count = self.store.count_cases()
        last_us = self.store.log.last_recorded_us()
        names: dict[str, str] = {}
        for draft in self.desk.drafts:
            if draft.kind == "case_opened":
                names[draft.stream] = case_id_of(self._count + len(names) + 1)
        return [
            write(
                replace(
                    draft,
                    stream=names.get(draft.stream, draft.stream),
                    recorded_us=max(draft.recorded_us, last_us),
                )
            )
            for draft in self.desk.drafts
        ], names

    def _named(self, row: Verdict, names: dict[str, str]) -> Verdict:
        if row.case not in self._opened:
            return row
        name = names.get(str(row.case))
        message = row.message and row.message.replace(str(row.case), name or NEW)
        return replace(row, case=name, message=message)

    def _begin(self) -> None:
        """Take all rows, by what is set now."""
        self._seen = self.store.position
        self.desk = self.store.trial()
        calendar = self.desk.settings.calendar
        self.days = Days(calendar, zone_of(self.how.zone or calendar.zone), self.now)
        self._opened: set[str] = set()
        self._booking: set[int] = set()
        self._pasts: dict[str, Past] = {}
        self._held = self._appointments()
        self._finder = Finder(self.desk, self.days, self.store.heads())
        self._recorder = Recorder(self.desk, self.days, self.how.by, self.how.source)
        self._read = [self._understand(row) for row in self._rows]
        self._verdicts: list[Verdict | None] = [None] * len(self._rows)
        self._by_opening: dict[Opening, list[int]] = {}
        for at, row in enumerate(self._read):
            if isinstance(row, Understood):
                self._by_opening.setdefault(opening_of(row), []).append(at)
        self._take_all(range(len(self._rows)))

    def _stale(self) -> list[int] | None:
        """The rows that what was written since the last look bears on; None: perhaps all."""
        changed = self.store.streams_since(self._seen)
        if not SETTINGS_STREAMS.isdisjoint(changed):
            return None
        found = self.store.find_cases(self._by_opening, among=changed) if changed else {}
        rows = {at for opening in found for at in self._by_opening[opening]}
        if changed:
            heads = self.store.heads(among=changed)
            rows |= self._finder.like(self._by_opening, heads)
        cases = changed | {row.case for at in rows if (row := self._verdicts[at]) and row.case}
        rows |= {at for at, row in enumerate(self._verdicts) if row and row.case in cases}
        if self._booking and changed and self._held != self._appointments():
            rows |= self._booking
        return sorted(rows)

    def _appointments(self) -> dict[str, int]:
        """Others' appointments that are still ahead."""
        since = to_us(self.now - timedelta(days=1))
        return self.store.appointments_between(since, to_us(LAST_INSTANT))

    def _take_all(self, places: Collection[int]) -> None:
        """Carry out what can be of these rows, in the sheet's order.

        A row that looks like an open case is asked about last: others may complete that case.
        """
        rows = [row for at in places if (row := self._understood(at))]
        openings = {opening_of(row) for row in rows}
        found = self.store.find_cases(openings) | self._finder.on_days(rows, self.store)
        self.desk.expect(openings, found)
        told = self.store.histories({case.case_id for case in found.values()} - self._pasts.keys())
        self._pasts |= {case_id: Past().add(events) for case_id, events in told.items()}
        ids = [
            command_id
            for row in rows
            for command_id in self._recorder.ids(row, self.desk.find_case(*opening_of(row)))
        ]
        self.desk.expect_commands(ids, self.store.log.stored(*ids))
        self._take_each(places)

    def _take_each(self, places: Collection[int]) -> None:
        left: list[int] = list(places)
        while left:
            for done, at in enumerate(left):
                if done % EVERY == 0:
                    self.how.tell(done, len(left))
                self._verdicts[at] = self._take(at)
            asked = [at for at in left if (row := self._verdicts[at]) and row.reason == "likely"]
            if len(asked) == len(left):
                return
            left = asked

    def _understood(self, at: int) -> Understood | None:
        row = self._read[at]
        return row if isinstance(row, Understood) else None

    def _understand(self, row: Row) -> Understood | Verdict:
        try:
            return understand(row, self.days)
        except RowRefused as refused:
            return self._rejected(row, refused)

    def _take(self, at: int) -> Verdict:
        row = self._read[at]
        if isinstance(row, Verdict):
            return row
        case = self._finder.case(row)
        try:
            if case is None:
                if known := self._recorder.recorded(row):
                    return self._verdict(row, "duplicate", known)
                case = self._finder.likely(row, self.how.answers)
            past = self._past(case)
            stored = self._recorder.record(row, case, past, self._clashes(at, case))
        except RowRefused as refused:
            return self._rejected(row.row, refused)
        if stored is None or isinstance(stored[0], Event):  # the very same was imported before
            known = stored[0].stream if stored else case.case_id if case else None
            return self._verdict(row, "duplicate", known)
        case_id = stored[0].stream
        if case is None:
            self._opened.add(case_id)
        self._pasts[case_id] = past.add(event for event in stored if isinstance(event, Draft))
        self._finder.changed(case_id)
        return self._verdict(row, "updated" if case else "accepted", case_id)

    def _past(self, case: Case | None) -> Past:
        """What was said of the case, rows of this sheet included."""
        if case is None:
            return Past()
        if case.case_id not in self._pasts:
            self._pasts[case.case_id] = Past().add(self.store.history(case.case_id))
        return self._pasts[case.case_id]

    def _clashes(self, at: int, case: Case | None) -> Callable[[int, int], bool]:
        """Whether an appointment of this case would be one too many."""
        case_id = case.case_id if case else ""

        def asked(us: int, hours: int) -> bool:
            if to_datetime(us) + timedelta(hours=hours) > self.now:
                self._booking.add(at)
            return clashes(self.desk, case_id, us, hours, self.now) > 0

        return asked

    def _verdict(self, row: Understood, verdict: str, case_id: str | None) -> Verdict:
        told = row.row
        remark = None if verdict == "duplicate" else self._recorder.remark(row)
        return Verdict(
            told.number, verdict, case_id, None, remark, sheet=told.sheet, also=told.also,
            raw=told.raw,
        )  # fmt: skip

    def _rejected(self, row: Row, refused: RowRefused) -> Verdict:
        latest = latest_moment(row, self.days)
        return Verdict(
            row.number, "rejected", refused.case_id, refused.reason, refused.message,
            to_us(latest) if latest else None, row.sheet, row.also, row.raw,
        )  # fmt: skip


def zone_of(name: str) -> ZoneInfo:
    """The zone of that name; InputRefused if there is none."""
    clock(name)
    return ZoneInfo(name)
