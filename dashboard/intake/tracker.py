"""A team leader's tracker sheet brought into the log: all that can be taken, in one transaction."""

import hashlib
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path, PurePath
from uuid import UUID, uuid5
from zoneinfo import ZoneInfo

from dashboard.cases import Case, Draft, Event
from dashboard.commands import record_evidence
from dashboard.commands.appointments import clashes
from dashboard.errors import InputRefused
from dashboard.instants import to_datetime, to_us
from dashboard.intake.columns import FIRM, FIRM_ID
from dashboard.intake.kept import Keeping, clipped
from dashboard.intake.past import has_more
from dashboard.intake.refusals import RowRefused
from dashboard.intake.report import Report, Verdict
from dashboard.intake.rows import Understood, latest_moment, understand
from dashboard.intake.sheet import Row, read_content, read_sheet
from dashboard.people import Person, require
from dashboard.store import Bulk, Store, firm_key
from dashboard.store.desk import Opening
from dashboard.workdays.clocks import clock

# Command ids come from what is imported, so that the same is never stored twice.
NAMESPACE = UUID("0d8a1f5e-7c43-5b0e-9f6b-3f1f5b7a2c64")
NO_GRACE = timedelta(0)
LONGEST_NAME = 200


def import_tracker(
    store: Store,
    source: Path | bytes,
    name: str,
    *,
    by: Person,
    now: datetime,
    zone: str | None = None,
    dry_run: bool = False,
    grace: timedelta = NO_GRACE,
) -> Report:
    """Import a sheet (CSV, XLSX) of one row a case; `name` is what people call the file.

    Times without an offset are local to `zone` (default: the calendar's). Rows that cannot be
    taken are rejected one by one; all others land together. A dry run gives the same verdicts
    and leaves no trace. `now` may lie behind the log's last event by `grace` at most (clocks
    differ, and others write meanwhile); then it is that event's.

    Raises NotAllowed, InputRefused (no such table, a sample log, `now` too early), LogRefused.
    """
    require(by, by.leads, "import a tracker", "a team leader")
    content = read_content(source, name)
    rows = read_sheet(content, name)
    with store.bulk() as desk:
        local = _zone(zone or desk.settings.calendar.zone)
        intake = _Intake(store, desk, by, _checked_now(store, name, now, grace), local)
        report = intake.take_all([row for row in rows if not row.is_blank])
        if dry_run:
            desk.drafts.clear()
            return intake.without_new_cases(report)
        intake.note_file(content, name, report)
    return report


class _Intake:
    """One sheet on its way into the log."""

    def __init__(self, store: Store, desk: Bulk, by: Person, now: datetime, zone: ZoneInfo) -> None:
        self.store, self.desk, self.by, self.now, self.zone = store, desk, by, now, zone
        self.opened: set[str] = set()
        self.notes: dict[str, str] = {}

    def take_all(self, rows: Sequence[Row]) -> Report:
        """Carry out what can be, in the sheet's order, and say what became of each row."""
        read = [self._read(row) for row in rows]
        openings = {_opening(row) for row in read if isinstance(row, Understood)}
        self.desk.expect(openings, self.store.find_cases(openings))
        return Report([self._take(row) for row in read])

    def without_new_cases(self, report: Report) -> Report:
        """The report of a dry run: cases that it would open have no id that can be looked up."""
        return Report(
            [
                replace(verdict, case=None) if verdict.case in self.opened else verdict
                for verdict in report.rows
            ]
        )

    def note_file(self, content: bytes, name: str, report: Report) -> None:
        """Record the import itself, once for the same content whatever the file is called."""
        digest = hashlib.sha256(content).hexdigest()
        command_id = str(uuid5(NAMESPACE, digest))
        if self.desk.stored(command_id):
            return
        data = {
            "file": clipped(PurePath(name).name, LONGEST_NAME)
            .encode("utf-8", "replace")
            .decode("utf-8"),
            "sha256": digest,
            **report.summary,
            "rejected_rows": [_told(row) for row in report.rejected],
        }
        version, now_us = self.desk.version("imports") + 1, to_us(self.now)
        self.desk.append(
            [
                Draft(
                    "imports", version, "tracker_imported", now_us, now_us, self.by.name, data,
                    command_id,
                )
            ]
        )  # fmt: skip

    def _read(self, row: Row) -> Understood | Verdict:
        try:
            return understand(row, self.zone, self.now)
        except RowRefused as refused:
            return self._rejected(row, refused)

    def _take(self, row: Understood | Verdict) -> Verdict:
        if isinstance(row, Verdict):
            return row
        opening = _opening(row)
        case = self.desk.find_case(*opening)
        try:
            if case is not None and not has_more(row, case, self.zone):
                return Verdict(row.row.number, "duplicate", case.case_id)
        except RowRefused as refused:
            return self._rejected(row.row, refused)
        first = case.due if case else 1
        added = list(enumerate(map(to_us, row.times), start=1))[first - 1 :]
        seed = [*opening, *(f"{number}={at_us}" for number, at_us in added)]
        command_id = str(uuid5(NAMESPACE, "\n".join(map(str, seed))))
        return self._record(row, case, first, command_id)

    def _record(self, row: Understood, case: Case | None, first: int, command_id: str) -> Verdict:
        known, notes = (case.fields, self._notes(case.case_id)) if case else ({}, "")
        keeping = Keeping(
            row, self.desk.settings, self.zone, self._clashes(case), first, known, notes
        )
        evidence = keeping.evidence()
        stored = record_evidence(
            self.desk, evidence, by=self.by, now=self.now, command_id=command_id, case=case
        )
        case_id = stored[0].stream
        if isinstance(stored[0], Event):  # the very same was imported before
            return Verdict(row.row.number, "duplicate", case_id)
        if case is None:
            self.opened.add(case_id)
        self.notes[case_id] = f"{notes}\n{evidence.note}"
        return Verdict(row.row.number, "updated" if case else "accepted", case_id)

    def _clashes(self, case: Case | None) -> Callable[[int, int], bool]:
        """Whether an appointment of this case would be one too many."""
        case_id = case.case_id if case else ""
        return lambda us, hours: clashes(self.desk, case_id, us, hours, self.now) > 0

    def _rejected(self, row: Row, refused: RowRefused) -> Verdict:
        latest = latest_moment(row, self.zone)
        return Verdict(
            row.number, "rejected", refused.case_id, refused.reason, refused.message,
            to_us(latest) if latest else None,
        )  # fmt: skip

    def _notes(self, case_id: str) -> str:
        """What the case's notes say, those of this sheet included."""
        if case_id not in self.notes:
            events = self.store.history(case_id)
            texts = [event.data["text"] for event in events if event.kind == "note_added"]
            self.notes[case_id] = "\n".join(texts)
        return self.notes[case_id]


def _opening(row: Understood) -> Opening:
    """What finds the row's case, if there is one: its firm, path and submission."""
    form = row.workflow.step(1)
    firm = firm_key(
        clipped(row.row.text(FIRM_ID), form.field("firm_id").max_length),
        clipped(row.row.text(FIRM), form.field("firm_name").max_length),
    )
    return firm, row.workflow.key, to_us(row.times[0])


def _told(row: Verdict) -> dict[str, int | str | None]:
    """A rejected row as the log keeps it."""
    known = {"latest_us": row.latest_us} if row.latest_us is not None else {}
    return {"row": row.row, "reason": row.reason, **known}


def _zone(name: str) -> ZoneInfo:
    clock(name)  # refuses a zone that there is not
    return ZoneInfo(name)


def _checked_now(store: Store, name: str, now: datetime, grace: timedelta) -> datetime:
    """The instant of the import; InputRefused if this log can take none, or none so early."""
    if store.settings.is_sample:
        raise InputRefused(
            f"{name} was not imported: this log holds sample data, which is never mixed with "
            "real cases. Start an empty log and import the sheet there."
        )
    last = to_datetime(store.log.last_recorded_us())
    if now + grace < last:
        raise InputRefused(
            f"{name} was not imported: {now.astimezone(UTC):%Y-%m-%d %H:%M:%S} UTC lies before the "
            f"log's last entry, which was recorded {last:%Y-%m-%d %H:%M:%S} UTC. Import it as of "
            "that instant or a later one."
        )
    return max(now, last)
