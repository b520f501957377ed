"""Commands that put right what was entered: a step's time or fields, what the form says."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from typing import Any

from dashboard.cases import Case, Record
from dashboard.catalogue import families
from dashboard.commands.appointments import alone_if_booking, keep_capacity
from dashboard.commands.bounds import became_current
from dashboard.commands.calling import called_by_correction
from dashboard.commands.checks import Given, checked
from dashboard.commands.drafting import Deed, Entry, Stored, act, reason_given, when
from dashboard.errors import CommandRefused, InputRefused
from dashboard.instants import to_datetime
from dashboard.people import Person, require
from dashboard.settings import Settings
from dashboard.store import Desk
from dashboard.workflows import Asked, FieldKind, Party

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
    messages: Mapping[str, str] | None = None,
) -> Stored:
    """Correct the time (`at`) or some fields of a step, or of its start or its turn (`what`).

    The order of the steps holds: a time stays between its neighbours'. Rescheduling an
    appointment is a correction of its step's field, and the step's messages go anew then, as the
    settings or `messages` say. Of any other correction those go anew that `messages` names. None:
    no message. Raises NotAllowed, InputRefused, CommandRefused, FieldsRefused, StaleCase.
    """
    deed = Deed(by, now, at, None, version, command_id)

    def decide(case: Case) -> list[Entry]:
        require(by, by.leads, f"correct step {step}", "a team leader")
        of_version = _corrected_version(case, step, what)
        if at is None and not fields:
            raise InputRefused("Nothing was corrected. Enter a time or a field to correct.")
        data: dict[str, Any] = {"step": step, "of_version": of_version}
        if at is not None:
            data["at_us"] = _corrected_us(case, step, what, of_version, deed)
        given = _corrected_fields(case, step, what, fields or {}, deed, desk)
        if given.data:
            data["fields"] = given.data
        # a correction happens when it is entered; the time that it sets is in its data
        entry = Entry("step_corrected", _now_us(case, deed), data, given.personal)
        return [entry, *called_by_correction(case, entry, messages, deed, desk.settings)]

    with alone_if_booking(desk, fields):
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
        require(by, by.acts_for(Party.CS), "edit a case", "a CS representative or a team leader")
        if not fields:
            raise InputRefused("Nothing was saved. Change at least one field.")
        text = reason_given(reason, "Editing a case")
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
            f"The requested cancellation date {held} has passed and cannot be changed: until then "
            "it was the customer's turn. Leave it as it is."
        )


def _now_us(case: Case, deed: Deed) -> int:
    return when(replace(deed, at=None), "The correction", became_current(case))


def _corrected_version(case: Case, step: int, what: str) -> int:
    """The version of the event that is corrected: a completion, a start or a moment."""
    record = case.records.get(step)
    found: int | None = None
    if what not in CORRECTABLE:
        raise InputRefused(f"{what!r} cannot be corrected. Choose {', '.join(CORRECTABLE)}.")
    if record is not None and what == "turn":
        moment = case.moments.get(_entry(case, step))
        found = moment.version if moment else None
    elif record is not None:
        found = record.completed_version if what == "completed" else record.started_version
    if found is None:
        raise CommandRefused(
            f"Step {step} of {case.case_id} has nothing to correct there: "
            f"{'it is not complete' if what == 'completed' else 'it was not recorded'}. Record it "
            "first."
        )
    return found


def _entry(case: Case, step: int) -> int:
    """The entry by which the step became current the last time; 0 if it never did."""
    return next((move.entry for move in reversed(case.moves) if move.due == step), 0)


def _corrected_us(case: Case, step: int, what: str, version: int, deed: Deed) -> int:
    """The new time, checked against the events before and after the one that it corrects."""
    after = [move for move in case.moves if move.version > version]
    upper = [(after[0].at_us, "the next entry happened")] if after else []
    if what == "completed":
        upper += _upper(case, step)
    at_us = when(deed, f"Step {step}", *earliest_correction(case, step, what))
    for bound, words in upper:
        if bound is not None and at_us > bound:
            raise CommandRefused(
                "Step {step} cannot be corrected to {at}: {words} at {bound}. "
                "Enter that time or an earlier one, or correct the other first.",
                step=step,
                at=to_datetime(at_us),
                words=words,
                bound=to_datetime(bound),
            )
    return at_us


def earliest_correction(case: Case, step: int, what: str) -> list[tuple[int | None, str]]:
    """What the corrected time cannot come before, each with its words.

    Raises CommandRefused where nothing is recorded that could be corrected.
    """
    version = _corrected_version(case, step, what)
    before = [move for move in case.moves if move.version < version]
    lower: list[tuple[int | None, str]] = []
    if before:
        lower.append((before[-1].at_us, "the step became current"))
    if what == "completed":
        lower += _lower(case, step, before[-1].entry if before else 0)
    return lower


def _lower(case: Case, step: int, entry: int) -> list[tuple[int | None, str]]:
    """What a completion cannot come before, in the round that began with `entry`."""
    moment = case.moments.get(entry)
    return [
        (case.records[step].started_us, "work on it began"),
        (moment.at_us if moment else None, "it was handed over"),
        (case.fields.get(case.workflow.step(step).not_before), "the appointment begins"),
    ]


def _upper(case: Case, step: int) -> list[tuple[int | None, str]]:
    """What a completion cannot come after."""
    following = case.records.get(step + 1)
    moment = case.moments.get(case.records[step].completed_version or 0)
    return [
        (following.started_us if following else None, f"step {step + 1} was started"),
        (moment.at_us if moment else None, f"step {step + 1} was handed over"),
    ]


def _corrected_fields(
    case: Case, step: int, what: str, fields: Mapping[str, Any], deed: Deed, desk: Desk
) -> Given:
    if not fields:
        return Given()
    if what != "completed":
        raise InputRefused(
            f"The fields of step {step} were not corrected: they belong to its completion, which "
            "has its own time. Correct them separately."
        )
    given = _amended(case, step, fields, deed, desk.settings)
    rules = case.workflow.step(step)
    refused = f"Case {case.case_id} was not changed."
    keep_capacity(desk, case, rules, given.data, deed.now, refused)
    windows = {item.key for item in rules.fields if item.kind is FieldKind.WINDOW}
    for key in windows & given.data.keys():
        done = [r for r in case.records.values() if _begins_with(case, r, key)]
        if done and given.data[key] > (done[0].completed_us or 0):
            raise CommandRefused(
                "The appointment cannot be moved to {begins}: step {step}, which needs it, was "
                "completed at {completed}. Reopen that step first.",
                begins=to_datetime(given.data[key]),
                step=done[0].number,
                completed=to_datetime(done[0].completed_us or 0),
            )
    return given


def _begins_with(case: Case, record: Record, window: str) -> bool:
    """Whether a completed step may not lie before the window."""
    rules = case.workflow.step(record.number)
    return rules.not_before == window and record.completed_us is not None


def _amended(
    case: Case, step: int, fields: Mapping[str, Any], deed: Deed, settings: Settings
) -> Given:
    """Only the given fields, checked as the step's form checks them; "" where one is emptied.

    A field that does not apply, or with the change no longer does, is emptied too.
    """
    _keep_past_request(case, fields, deed, settings)
    rules, known = case.workflow.step(step).fields, {**case.fields, **fields}
    idle = {
        item.key
        for item in rules
        if item.only_if and known.get(item.only_if[0]) != item.only_if[1] and item.key in known
    }
    asked = Asked(settings, deed.now, case.fields, case.workflow.products_field, case.opened_us)
    given = checked(
        f"Case {case.case_id} was not changed.",
        [replace(item, only_if=None) for item in rules if item.key in fields.keys() - idle],
        {key: value for key, value in fields.items() if key not in idle},
        asked,
    )
    given.data |= {key: "" for key in idle | fields.keys() if key not in given.data}
    _keep_licences(case, given, settings)
    return given


def _keep_licences(case: Case, given: Given, settings: Settings) -> None:
    """Products cannot be added once a step is complete that had to name all their licences."""
    needed = families(given.data.get(case.workflow.products_field, ()), settings.catalogue)
    for record in case.records.values():
        for item in case.workflow.step(record.number).fields:
            held = record.fields.get(item.key)
            if item.kind is not FieldKind.FAMILIES or held is None:
                continue
            if missing := [family for family in needed if family not in held]:
                raise CommandRefused(
                    f"The products cannot be changed: step {record.number} is complete without "
                    f"the license for {', '.join(missing)}. Reopen that step first."
                )
