"""Commands that put right what was entered: a step's time or fields, what the form says."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from typing import Any

from dashboard.cases import Case, Record
from dashboard.commands.checks import Asked, Given, checked
from dashboard.commands.drafting import Deed, Entry, Stored, act, reason_given, told, when
from dashboard.commands.progress import became_current
from dashboard.errors import CommandRefused, InputRefused
from dashboard.people import Person, require
from dashboard.settings import Settings
from dashboard.store import Desk
from dashboard.workflows import FieldKind, Party

CORRECTABLE = ("completed", "started", "turn")


def correct_step(
    desk: Desk,
    case_id: str,
    step: int,
    *,
    by: Person,
    now: datetime,
    at: datetime | None = None,
    fields: Mapping[str, Any] | None = None,
    what: str = "completed",
    version: int | None = None,
    command_id: str | None = None,
) -> Stored:
    """Correct the time (`at`) or some fields of a step, or of its start or its turn (`what`).

    The order of the steps holds: a time stays between its neighbours'. Rescheduling an
    appointment is a correction of its step's field. Raises NotAllowed, InputRefused,
    CommandRefused, FieldsRefused, StaleCase.
    """
    deed = Deed(by, now, at, None, version, command_id)

    def decide(case: Case) -> list[Entry]:
        require(by, by.leads, f"correct step {step}", "a team leader")
        of_version = _corrected_version(case, step, what)
        if at is None and not fields:
            raise InputRefused("Nothing was corrected: give the right time or the right fields.")
        data: dict[str, Any] = {"step": step, "of_version": of_version}
        if at is not None:
            data["at_us"] = _corrected_us(case, step, what, deed)
        given = _corrected_fields(case, step, fields or {}, deed, desk.settings)
        if given.data:
            data["fields"] = given.data
        # a correction happens when it is entered; the time that it sets is in its data
        return [Entry("step_corrected", _now_us(case, deed), data, given.personal)]

    return act(desk, case_id, deed, decide)


def amend_case(
    desk: Desk,
    case_id: str,
    fields: Mapping[str, Any],
    reason: str,
    *,
    by: Person,
    now: datetime,
    version: int | None = None,
    command_id: str | None = None,
) -> Stored:
    """Change what the form says: firm, products, contact, owners, requested date.

    `fields` holds only what changes; an empty value empties an optional field. Raises
    NotAllowed, InputRefused, FieldsRefused, CommandRefused (no reason), StaleCase.
    """
    deed = Deed(by, now, None, None, version, command_id)

    def decide(case: Case) -> list[Entry]:
        require(by, by.acts_for(Party.CS), "amend a case", "a CS representative or a team leader")
        if not fields:
            raise InputRefused("Nothing was amended: change at least one field.")
        text = reason_given(reason, "Amending a case")
        _keep_past_request(case, fields, deed, desk.settings)
        given = _amended(case, 1, fields, deed, desk.settings)
        data = {"fields": given.data, "reason": text}
        return [Entry("case_amended", _now_us(case, deed), data, given.personal)]

    return act(desk, case_id, deed, decide)


def _keep_past_request(
    case: Case, fields: Mapping[str, Any], deed: Deed, settings: Settings
) -> None:
    """A requested date that has passed did hold the case up: it cannot be taken back."""
    held, today = case.fields.get("requested_date"), settings.calendar.local_date([deed.now_us])[0]
    if "requested_date" in fields and held and held <= str(today):
        raise CommandRefused(
            f"The requested cancellation date {held} has come already and cannot be changed: "
            "until then it was the customer's turn. Leave it as it is."
        )


def _now_us(case: Case, deed: Deed) -> int:
    return when(replace(deed, at=None), "The correction", became_current(case))


def _corrected_version(case: Case, step: int, what: str) -> int:
    """The version of the event whose time or fields are corrected."""
    record = case.records.get(step)
    found: int | None = None
    if what not in CORRECTABLE:
        raise InputRefused(f"{what!r} cannot be corrected. Choose {', '.join(CORRECTABLE)}.")
    if what == "turn":
        found = next(
            (m.version for m in case.moments.values() if m.entry == _entry(case, step)), None
        )
    elif record is not None:
        found = record.completed_version if what == "completed" else record.started_version
    if found is None:
        raise CommandRefused(
            f"Step {step} of {case.case_id} has nothing to correct there: "
            f"{'it is not complete' if what == 'completed' else 'nobody recorded it'}."
        )
    return found


def _entry(case: Case, step: int) -> int | None:
    """The entry by which the step became current the last time; None if it never did."""
    entries = [move.entry for move in case.moves if move.due == step]
    return entries[-1] if entries else None


def _corrected_us(case: Case, step: int, what: str, deed: Deed) -> int:
    """The new time, checked against the events before and after the one that it corrects."""
    at_us = when(replace(deed, at=deed.at), f"Step {step}", *_lower(case, step, what))
    for bound, words in _upper(case, step, what):
        if bound is not None and at_us > bound:
            raise CommandRefused(
                f"Step {step} cannot be corrected to {told(at_us)}: {words} at {told(bound)}. "
                "Enter that time or an earlier one, or correct the other first."
            )
    return at_us


def _lower(case: Case, step: int, what: str) -> list[tuple[int | None, str]]:
    record = case.records[step]
    if what != "completed":
        return [(_entered_us(case, step), "the step became current")]
    before = [m for m in case.moves if m.version < (record.completed_version or 0)]
    moment = case.moments.get(before[-1].entry) if before else None
    begins = case.fields.get(case.workflow.step(step).not_before)
    return [
        (before[-1].at_us if before else None, "the step became current"),
        (record.started_us, "work on it began"),
        (moment.at_us if moment else None, "it changed hands"),
        (begins, "the appointment begins"),
    ]


def _upper(case: Case, step: int, what: str) -> list[tuple[int | None, str]]:
    record = case.records[step]
    if what != "completed":
        return [(record.completed_us, "the step was completed")]
    after = [m for m in case.moves if m.version > (record.completed_version or 0)]
    following = case.records.get(step + 1)
    moment = case.moments.get(record.completed_version or 0)
    return [
        (after[0].at_us if after else None, "what came next happened"),
        (following.started_us if following else None, f"step {step + 1} was started"),
        (moment.at_us if moment else None, f"step {step + 1} changed hands"),
    ]


def _entered_us(case: Case, step: int) -> int | None:
    """When the step became current the last time."""
    return next((move.at_us for move in case.moves if move.version == _entry(case, step)), None)


def _corrected_fields(
    case: Case, step: int, fields: Mapping[str, Any], deed: Deed, settings: Settings
) -> Given:
    if not fields:
        return Given()
    given = _amended(case, step, fields, deed, settings)
    windows = {
        item.key for item in case.workflow.step(step).fields if item.kind is FieldKind.WINDOW
    }
    for key in windows & given.data.keys():
        done = [r for r in case.records.values() if _begins_with(case, r, key)]
        if done and given.data[key] > (done[0].completed_us or 0):
            raise CommandRefused(
                f"The appointment cannot be moved to {told(given.data[key])}: step "
                f"{done[0].number}, which needs it, was completed at "
                f"{told(done[0].completed_us or 0)}. Reopen that step first."
            )
    return given


def _begins_with(case: Case, record: Record, window: str) -> bool:
    """Whether a completed step may not lie before the window."""
    rules = case.workflow.step(record.number)
    return rules.not_before == window and record.completed_us is not None


def _amended(
    case: Case, step: int, fields: Mapping[str, Any], deed: Deed, settings: Settings
) -> Given:
    """Only the given fields, checked as the step's form checks them; "" where one is emptied."""
    rules = [item for item in case.workflow.step(step).fields if item.key in fields]
    known = {**case.fields, **fields}
    only = {item.key: known.get(item.only_if[0]) for item in rules if item.only_if}
    rules = [
        item
        if not item.only_if or only[item.key] == item.only_if[1]
        else replace(item, required=False)
        for item in rules
    ]
    asked = Asked(settings, deed.now, known, case.workflow.products_field, case.opened_us)
    plain = [replace(item, only_if=None) for item in rules]
    given = checked(f"Case {case.case_id} was not changed.", plain, fields, asked)
    emptied = {item.key: "" for item in rules if item.key not in given.data}
    given.data.update(emptied)
    return given
