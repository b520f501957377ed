"""The bulk form of open and complete: what a tracker sheet knows of a case that went its way.

Order, times and steps are checked as always. What a sheet does not hold is marked as imported
and not invented; what breaks a field's rule is kept and flagged, for it happened.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from dashboard.cases import Case
from dashboard.commands.drafting import Deed, Entry, Stored, drafts
from dashboard.errors import CommandRefused
from dashboard.instants import to_us
from dashboard.people import Person, require
from dashboard.store import Desk
from dashboard.workdays import FIRST_INSTANT, LAST_INSTANT
from dashboard.workflows import WORKFLOWS, FieldKind, Workflow


@dataclass(frozen=True, slots=True)
class Change:
    """What a sheet says otherwise of a step that is complete: fields, or its time and flags."""

    step: int
    fields: Mapping[str, Any] = field(default_factory=dict[str, Any])
    at: datetime | None = None
    flags: Sequence[str] = ()


@dataclass(frozen=True, slots=True)
class Evidence:
    """One case as a sheet has it. `times`: of steps first, first + 1, … as aware datetimes.

    `changes` are of steps that the case has already, `owners` who works on it now; `withdrawn`
    is when the firm withdrew after all this. `source` is what changes are said to come from.
    """

    workflow: str
    times: Sequence[datetime]
    first: int = 1
    form: Mapping[str, Any] = field(default_factory=dict[str, Any])
    fields: Mapping[int, Mapping[str, Any]] = field(default_factory=dict[int, dict[str, Any]])
    flags: Mapping[int, Sequence[str]] = field(default_factory=dict[int, list[str]])
    notes: Sequence[str] = ()
    done_by: Mapping[int, str] = field(default_factory=dict[int, str])
    changes: Sequence[Change] = ()
    owners: Mapping[str, Any] = field(default_factory=dict[str, Any])
    withdrawn: datetime | None = None
    source: str = "a tracker"


def record_evidence(
    desk: Desk,
    evidence: Evidence,
    *,
    by: Person,
    now: datetime,
    command_id: str,
    case: Case | None = None,
) -> Stored:
    """Open a case from a sheet (no `case`), or add what it has not yet: steps, changes, notes.

    Returns the events, whose stream is the case's id. Raises NotAllowed, CommandRefused: a
    step out of order, before its predecessor, after now, or on a case that is not open.
    """
    require(by, by.leads, "import a tracker", "a team leader")
    if stored := desk.stored(command_id):
        return stored
    deed = Deed(by, now, None, None, None, command_id)
    _check(evidence, case, deed)
    case_id = case.case_id if case else desk.next_case_id()
    changed = _changes(evidence, case, deed)
    entries = [
        _entry(evidence, number, to_us(at))
        for number, at in enumerate(evidence.times, start=evidence.first)
    ]
    if evidence.withdrawn:
        data = {"reason": f"Withdrawn, says {evidence.source}", "imported": True}
        entries.append(Entry("case_withdrawn", to_us(evidence.withdrawn), data))
    # a time that was put right comes before the steps that it makes room for
    entries = [*changed, *entries]
    for text in evidence.notes:
        entries.append(Entry("note_added", deed.now_us, {"text": text, "imported": True}))
    return desk.append(drafts(case_id, case.version if case else 0, deed, entries))


def earliest_us(case: Case, moved: Mapping[int, int] | None = None) -> int:
    """The instant before which the current step of an open case cannot have been completed.

    `moved`: new times of steps that are about to be corrected.
    """
    record, moment = case.records[case.due], case.moments.get(case.moves[-1].entry)
    last, before = case.moves[-1], case.records.get(case.due - 1)
    at_us = last.at_us
    if before is not None and before.completed_version == last.version:
        at_us = (moved or {}).get(case.due - 1, at_us)
    bounds = (at_us, record.started_us, moment.at_us if moment else None)
    return max(us for us in bounds if us is not None)


def _changes(evidence: Evidence, case: Case | None, deed: Deed) -> list[Entry]:
    """What puts the case's fields and times as the sheet has them now."""
    entries: list[Entry] = []
    for change in evidence.changes if case else ():
        fields = {"fields": dict(change.fields)} if change.fields else {}
        if change.step == 1 and change.at is None:
            reason = f"Changed in {evidence.source}"
            data = {**fields, "reason": reason, "imported": True}
            entries.append(Entry("case_amended", deed.now_us, data))
            continue
        record = case.records[change.step] if case else None
        told: dict[str, Any] = {"at_us": to_us(change.at)} if change.at else {}
        if change.flags:
            told["flags"] = [*change.flags]
        data = {"step": change.step, "of_version": record.completed_version if record else 0}
        entries.append(
            Entry("step_corrected", deed.now_us, {**data, **told, **fields, "imported": True})
        )
    if evidence.owners:
        data = {"fields": dict(evidence.owners), "imported": True}
        entries.append(Entry("case_assigned", deed.now_us, data))
    return entries


def _entry(evidence: Evidence, number: int, at_us: int) -> Entry:
    data: dict[str, Any] = {"imported": True}
    fields = dict(evidence.fields.get(number, {}))
    if number == 1:
        data["workflow"] = evidence.workflow
        fields |= evidence.form
    else:
        data["step"] = number
    if fields or number == 1:
        data["fields"] = fields
    if flags := [*evidence.flags.get(number, ())]:
        data["flags"] = flags
    kind = "case_opened" if number == 1 else "step_completed"
    return Entry(kind, at_us, data, done_by=evidence.done_by.get(number))


def _check(evidence: Evidence, case: Case | None, deed: Deed) -> None:
    """Refuse what would break the workflow; the sheet's rows are told why before this."""
    path = WORKFLOWS[evidence.workflow]
    if case is not None and case.workflow is not path:
        raise CommandRefused(
            f"Nothing was added: case {case.case_id} is on the {case.workflow.short} path, not "
            f"{path.short}. Fix the path in the sheet."
        )
    _check_times(evidence, case, deed, path)
    _check_fields(evidence, path)


def _check_times(evidence: Evidence, case: Case | None, deed: Deed, path: Workflow) -> None:
    due = case.current_step if case else 1
    is_more = bool(evidence.changes or evidence.owners or evidence.notes)
    if case is not None and is_more and not evidence.times and not evidence.withdrawn:
        return
    if case is not None and case.state != "open":
        raise CommandRefused(
            f"Nothing was added: case {case.case_id} is {case.state}. "
            f"{'Resume it' if case.state == 'withdrawn' else 'Reopen a step'} first."
        )
    last = evidence.first + len(evidence.times) - 1
    if (not evidence.times and not evidence.withdrawn) or evidence.first != due or last > path.last:
        raise CommandRefused(
            f"Steps {evidence.first} to {last} cannot be added: step {due} is next, and the path "
            f"ends with step {path.last}. Fix the sheet."
        )
    moved = {change.step: to_us(change.at) for change in evidence.changes if change.at}
    before = earliest_us(case, moved) if case else to_us(FIRST_INSTANT)
    for at in (*evidence.times, *([evidence.withdrawn] if evidence.withdrawn else [])):
        at_us = to_us(at)
        if not before <= at_us <= deed.now_us:
            raise CommandRefused(
                f"Nothing was added: a step at {at} is before the previous step or in the future. "
                "Fix the time in the sheet."
            )
        before = at_us


def _check_fields(evidence: Evidence, path: Workflow) -> None:
    every = [item for step in path.steps for item in step.fields]
    windows = {item.key for item in every if item.kind is FieldKind.WINDOW}
    personal = {item.key for item in every if item.personal}
    changed = (change.fields for change in evidence.changes)
    for fields in (evidence.form, *evidence.fields.values(), *changed):
        if personal & fields.keys():
            raise CommandRefused(
                "Nothing was added: personal values stay out of the log. Enter them on the case."
            )
        if not all(_is_instant(fields[key]) for key in windows & fields.keys()):
            raise CommandRefused(
                "Nothing was added: an appointment must be a time in UTC microseconds. Correct it."
            )


def _is_instant(value: object) -> bool:
    """Whether the calendar knows the instant; one outside would keep the model from being built."""
    return type(value) is int and to_us(FIRST_INSTANT) <= value <= to_us(LAST_INSTANT)
