"""The rows of a sheet taken, one after the other, while others go on writing.

Nobody waits for it. What others have written meanwhile is looked up afterwards, and only the rows
that it bears on are taken anew: whoever lands the rest has little left to do.
"""

from collections.abc import Callable, Collection, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from uuid import UUID, uuid5
from zoneinfo import ZoneInfo

from dashboard.cases import Case, Draft, Event
from dashboard.commands import record_evidence
from dashboard.commands.appointments import clashes
from dashboard.instants import to_datetime, to_us
from dashboard.intake.kept import Keeping, clipped
from dashboard.intake.past import has_more
from dashboard.intake.refusals import RowRefused
from dashboard.intake.report import Report, Verdict
from dashboard.intake.rows import Understood, latest_moment, understand
from dashboard.intake.sheet import Row
from dashboard.people import Person
from dashboard.settings import SETTINGS_STREAMS
from dashboard.sheets.columns import FIRM, FIRM_ID
from dashboard.store import Store, case_id_of, firm_key
from dashboard.store.desk import Opening
from dashboard.store.log import write
from dashboard.workdays import LAST_INSTANT
from dashboard.workdays.clocks import clock

# Command ids come from what is imported, so that the same is never stored twice.
NAMESPACE = UUID("0d8a1f5e-7c43-5b0e-9f6b-3f1f5b7a2c64")
FEW = 500  # streams or rows: more are looked at while nobody waits


class Taking:
    """The rows of one sheet, carried out on a desk of their own as far as they can be.

    Raises InputRefused for a zone that there is not.
    """

    def __init__(
        self, store: Store, rows: Sequence[Row], by: Person, now: datetime, zone: str | None
    ) -> None:
        self.store, self.by, self.now = store, by, now
        self._rows, self._zone_name = rows, zone
        self._begin()

    def report(self, names: dict[str, str]) -> Report:
        """What became of each row; `names` are the ids of new cases, which are absent without."""
        return Report(
            [
                replace(row, case=names.get(row.case)) if row.case in self._opened else row
                for row in self._verdicts
                if row is not None
            ]
        )

    def catch_up(self) -> None:
        """Take those rows anew that what others wrote since the last look bears on."""
        seen = self.store.position
        stale = self._stale()
        if stale is None:
            self._begin()
            return
        self._seen = seen
        self._held = self._appointments()
        cases = {row.case for at in stale if (row := self._verdicts[at]) and row.case}
        self.desk.forget(cases, [_opening(row) for at in stale if (row := self._understood(at))])
        for case_id in cases:
            self._notes.pop(case_id, None)
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

    def _begin(self) -> None:
        """Take all rows, by what is set now."""
        self._seen = self.store.position
        self.desk = self.store.trial()
        self.zone = zone_of(self._zone_name or self.desk.settings.calendar.zone)
        self._opened: set[str] = set()
        self._booking: set[int] = set()
        self._notes: dict[str, str] = {}
        self._held = self._appointments()
        self._read = [self._understand(row) for row in self._rows]
        self._verdicts: list[Verdict | None] = [None] * len(self._rows)
        self._by_opening: dict[Opening, list[int]] = {}
        for at, row in enumerate(self._read):
            if isinstance(row, Understood):
                self._by_opening.setdefault(_opening(row), []).append(at)
        self._take_all(range(len(self._rows)))

    def _stale(self) -> list[int] | None:
        """The rows that what was written since the last look bears on; None: perhaps all."""
        changed = self.store.streams_since(self._seen)
        if not SETTINGS_STREAMS.isdisjoint(changed):
            return None
        found = self.store.find_cases(self._by_opening, among=changed) if changed else {}
        rows = {at for opening in found for at in self._by_opening[opening]}
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
        """Carry out what can be of these rows, in the sheet's order."""
        rows = [row for at in places if (row := self._understood(at))]
        openings = {_opening(row) for row in rows}
        self.desk.expect(openings, self.store.find_cases(openings))
        ids = [self._command(row, self.desk.find_case(*_opening(row)))[1] for row in rows]
        self.desk.expect_commands(ids, self.store.log.stored(*ids))
        for at in places:
            self._verdicts[at] = self._take(at)

    def _understood(self, at: int) -> Understood | None:
        row = self._read[at]
        return row if isinstance(row, Understood) else None

    def _understand(self, row: Row) -> Understood | Verdict:
        try:
            return understand(row, self.zone, self.now)
        except RowRefused as refused:
            return self._rejected(row, refused)

    def _take(self, at: int) -> Verdict:
        row = self._read[at]
        if isinstance(row, Verdict):
            return row
        case = self.desk.find_case(*_opening(row))
        try:
            if case is not None and not has_more(row, case, self.zone):
                return Verdict(row.row.number, "duplicate", case.case_id)
        except RowRefused as refused:
            return self._rejected(row.row, refused)
        return self._record(at, row, case)

    def _command(self, row: Understood, case: Case | None) -> tuple[int, str]:
        """The first step that the row adds to its case, and the id of the command that does."""
        first = case.due if case else 1
        added = list(enumerate(map(to_us, row.times), start=1))[first - 1 :]
        seed = [*_opening(row), *(f"{number}={at_us}" for number, at_us in added)]
        return first, str(uuid5(NAMESPACE, "\n".join(map(str, seed))))

    def _record(self, at: int, row: Understood, case: Case | None) -> Verdict:
        first, command_id = self._command(row, case)
        known, notes = (case.fields, self._noted(case.case_id)) if case else ({}, "")
        keeping = Keeping(
            row, self.desk.settings, self.zone, self._clashes(at, case), first, known, notes
        )
        evidence = keeping.evidence()
        stored = record_evidence(
            self.desk, evidence, by=self.by, now=self.now, command_id=command_id, case=case
        )
        case_id = stored[0].stream
        if isinstance(stored[0], Event):  # the very same was imported before
            return Verdict(row.row.number, "duplicate", case_id)
        if case is None:
            self._opened.add(case_id)
        self._notes[case_id] = f"{notes}\n{evidence.note}"
        return Verdict(row.row.number, "updated" if case else "accepted", case_id)

    def _clashes(self, at: int, case: Case | None) -> Callable[[int, int], bool]:
        """Whether an appointment of this case would be one too many."""
        case_id = case.case_id if case else ""

        def asked(us: int, hours: int) -> bool:
            if to_datetime(us) + timedelta(hours=hours) > self.now:
                self._booking.add(at)
            return clashes(self.desk, case_id, us, hours, self.now) > 0

        return asked

    def _rejected(self, row: Row, refused: RowRefused) -> Verdict:
        latest = latest_moment(row, self.zone)
        return Verdict(
            row.number, "rejected", refused.case_id, refused.reason, refused.message,
            to_us(latest) if latest else None,
        )  # fmt: skip

    def _noted(self, case_id: str) -> str:
        """What the case's notes say, those of this sheet included."""
        if case_id not in self._notes:
            events = self.store.history(case_id)
            texts = [event.data["text"] for event in events if event.kind == "note_added"]
            self._notes[case_id] = "\n".join(texts)
        return self._notes[case_id]


def zone_of(name: str) -> ZoneInfo:
    """The zone of that name; InputRefused if there is none."""
    clock(name)
    return ZoneInfo(name)


def _opening(row: Understood) -> Opening:
    """What finds the row's case, if there is one: its firm, path and submission."""
    form = row.workflow.step(1)
    firm = firm_key(
        clipped(row.row.text(FIRM_ID), form.field("firm_id").max_length),
        clipped(row.row.text(FIRM), form.field("firm_name").max_length),
    )
    return firm, row.workflow.key, to_us(row.times[0])
