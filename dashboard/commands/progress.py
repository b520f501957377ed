"""Commands that take a case forward: open, start, record a turn, complete, catch up."""

from collections.abc import Mapping, Sequence
from contextlib import suppress
from copy import deepcopy
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Any

from dashboard.cases import Case, evolve
from dashboard.commands.appointments import alone_if_booking, keep_capacity
from dashboard.commands.bounds import became_current, earliest
from dashboard.commands.calling import NO_WAIT, called_by_completion
from dashboard.commands.checks import checked
from dashboard.commands.drafting import TRIES, Deed, Entry, Stored, act, drafts, when
from dashboard.errors import CommandRefused, FieldsRefused, InputRefused, StaleCase
from dashboard.instants import to_datetime
from dashboard.people import Person, may_complete, require
from dashboard.settings import Settings
from dashboard.store import Desk
from dashboard.workflows import WORKFLOWS, Asked, Party, Step


def open_case(
    desk: Desk,
    workflow: str,
    fields: Mapping[str, Any],
    *,
    by: Person,
    now: datetime,
    at: datetime | None = None,
    done_by: str | None = None,
    command_id: str | None = None,
) -> Stored:
    """Open a case: the cancellation form was submitted, step 1 is complete.

    `fields` are the values of the first step's fields. The new case's id is the stream of the
    event returned. Raises NotAllowed, InputRefused (no such path), FieldsRefused, CommandRefused.
    """
    require(by, by.acts_for(Party.CS), "open a case", "a CS representative")
    if workflow not in WORKFLOWS:
        raise InputRefused(f"There is no path {workflow!r}. Choose {' or '.join(WORKFLOWS)}.")
    if command_id and (stored := desk.stored(command_id)):
        return stored
    path, deed = WORKFLOWS[workflow], Deed(by, now, at, done_by, None, command_id)
    step = path.step(1)
    given = checked(
        "The case was not opened.", step.fields, fields,
        Asked(desk.settings, now, fields, path.products_field),
    )  # fmt: skip
    at_us = when(deed, "Submission of the form")
    entry = Entry(
        "case_opened", at_us, {"workflow": workflow, "fields": given.data}, given.personal, done_by
    )
    for _ in range(TRIES - 1):
        with suppress(StaleCase):  # another case took the id at the same moment
            return desk.append(drafts(desk.next_case_id(), 0, deed, [entry]))
    return desk.append(drafts(desk.next_case_id(), 0, deed, [entry]))


def start_step(
    desk: Desk,
    case_id: str,
    step: int,
    *,
    by: Person,
    now: datetime,
    at: datetime | None = None,
    done_by: str | None = None,
    version: int | None = None,
    command_id: str | None = None,
) -> Stored:
    """Record that somebody began to work on the current step: it is in work from then on.

    Raises NotAllowed, CommandRefused (not the current step, started already), StaleCase.
    """
    deed = Deed(by, now, at, done_by, version, command_id)

    def decide(case: Case) -> list[Entry]:
        rules = current(case, step, "started")
        require(by, may_complete(by, rules), f"start step {step}", rules.recorded_by)
        if (started_us := case.records[step].started_us) is not None:
            raise CommandRefused(
                "Step {step} of {case} was not started: it was started at {since}. Complete it "
                "when it is done.",
                step=step,
                case=case_id,
                since=to_datetime(started_us),
            )
        at_us = when(deed, f"The start of step {step}", became_current(case))
        return [Entry("step_started", at_us, {"step": step}, done_by=done_by)]

    return act(desk, case_id, deed, decide)


def record_turn(
    desk: Desk,
    case_id: str,
    step: int,
    *,
    by: Person,
    now: datetime,
    at: datetime | None = None,
    done_by: str | None = None,
    version: int | None = None,
    command_id: str | None = None,
) -> Stored:
    """Record the moment inside the current step at which it changed hands.

    Raises NotAllowed, CommandRefused (no such moment, recorded already), StaleCase.
    """
    deed = Deed(by, now, at, done_by, version, command_id)

    return act(desk, case_id, deed, lambda case: [_turning(case, step, deed)])


def complete_step(
    desk: Desk,
    case_id: str,
    step: int,
    fields: Mapping[str, Any],
    *,
    by: Person,
    now: datetime,
    at: datetime | None = None,
    done_by: str | None = None,
    version: int | None = None,
    command_id: str | None = None,
    messages: Mapping[str, str] | None = None,
    wait: timedelta = NO_WAIT,
) -> Stored:
    """Complete the current step with the values of its fields, and call for its messages.

    `messages` says how each goes ("sent" by Changeover, "drafted", "elsewhere", "outside"); those
    not named go as the settings say. None: no message, for what is entered long after. Those that
    Changeover sends `wait` so long, while the completion can still be undone. Raises
    NotAllowed, CommandRefused (not the current step, a time that cannot be), InputRefused (no
    such message), FieldsRefused (a rule of the step), StaleCase.
    """
    deed = Deed(by, now, at, done_by, version, command_id)

    def decide(case: Case) -> list[Entry]:
        entry = completion(case, step, fields, deed, desk.settings)
        _keep_capacity(desk, case, entry, now)
        if messages is None:
            return [entry]
        settings = desk.settings
        return [entry, *called_by_completion(case, entry, messages, deed, settings, wait=wait)]

    with alone_if_booking(desk, fields):
        return act(desk, case_id, deed, decide)


@dataclass(frozen=True, slots=True)
class CatchUp:
    """One of several steps entered at once; `turned_at`: when it changed hands, if known.

    `messages` as for `complete_step`, `sent_at` when those were sent that were sent outside and
    are not the step itself (by default with the completion).
    """

    step: int
    at: datetime
    fields: Mapping[str, Any] = field(default_factory=dict[str, Any])
    done_by: str | None = None
    turned_at: datetime | None = None
    messages: Mapping[str, str] | None = None
    sent_at: datetime | None = None


def catch_up(
    desk: Desk,
    case_id: str,
    steps: Sequence[CatchUp],
    *,
    by: Person,
    now: datetime,
    version: int | None = None,
    command_id: str | None = None,
    wait: timedelta = NO_WAIT,
) -> Stored:
    """Complete several consecutive steps, each with its own time: all of them or none.

    `wait` is as in complete_step. Raises as complete_step does; FieldsRefused names its fields
    `<step>.<field>`.
    """
    if not steps:
        raise InputRefused("Nothing was caught up. Enter at least one step and its time.")
    deed = Deed(by, now, None, None, version, command_id)

    def decide(case: Case) -> list[Entry]:
        trial, entries = deepcopy(case), []
        for item in steps:
            own = replace(deed, at=item.at, done_by=item.done_by)
            for entry in _caught_up(trial, item, own, desk.settings):
                _keep_capacity(desk, trial, entry, now, f"{item.step}.")
                called = _called(trial, item, entry, own, desk.settings, wait)
                for draft in drafts(case_id, trial.version, own, [entry, *called]):
                    evolve(trial, draft)
                entries += [entry, *called]
        return entries

    with alone_if_booking(desk, *(item.fields for item in steps)):
        return act(desk, case_id, deed, decide)


def _turning(case: Case, step: int, deed: Deed) -> Entry:
    """The moment inside the current step, checked: who, whether there is one, once, time."""
    rules = current(case, step, "handed over")
    if rules.turn is None or rules.turn.from_field:
        raise CommandRefused(
            f"Step {step} of {case.case_id} has no handoff to record: "
            f"{'the appointment decides it' if rules.turn else 'it has only one party'}. Leave it "
            "empty."
        )
    allowed = deed.by.acts_for(rules.turn.after)
    require(deed.by, allowed, f"record {rules.turn.key}", rules.turn.after)
    if (moment := case.moments.get(case.moves[-1].entry)) is not None:
        raise CommandRefused(
            "“{turn}” is already recorded at {at}. Correct that time if it is wrong.",
            turn=rules.turn.label,
            at=to_datetime(moment.at_us),
        )
    at_us = when(deed, f"“{rules.turn.label}”", became_current(case))
    return Entry("turn_recorded", at_us, {"step": step}, done_by=deed.done_by)


def _keep_capacity(desk: Desk, case: Case, entry: Entry, now: datetime, prefix: str = "") -> None:
    """Refuse a completion whose appointment clashes with those of other cases."""
    if entry.kind == "step_completed":
        step = case.workflow.step(entry.data["step"])
        refused = f"Step {step.number} was not completed."
        keep_capacity(desk, case, step, entry.data.get("fields", {}), now, refused, prefix)


def _caught_up(case: Case, item: CatchUp, deed: Deed, settings: Settings) -> list[Entry]:
    entries: list[Entry] = []
    if item.turned_at is not None:
        turned = replace(deed, at=item.turned_at, done_by=None)
        entries.append(_turning(case, item.step, turned))
        case = evolve(deepcopy(case), drafts(case.case_id, case.version, deed, entries)[0])
    try:
        entries.append(completion(case, item.step, item.fields, deed, settings))
    except FieldsRefused as refused:
        problems = {f"{item.step}.{key}": text for key, text in refused.problems.items()}
        raise FieldsRefused(f"Step {item.step} was not completed.", problems) from refused
    return entries


def _called(
    case: Case, item: CatchUp, entry: Entry, deed: Deed, settings: Settings, wait: timedelta
) -> list[Entry]:
    """The messages that a step caught up calls for."""
    if item.messages is None or entry.kind != "step_completed":
        return []
    return called_by_completion(case, entry, item.messages, deed, settings, item.sent_at, wait)


def completion(
    case: Case, step: int, fields: Mapping[str, Any], deed: Deed, settings: Settings
) -> Entry:
    """The completion of the current step, checked: who, order, time, fields, rules."""
    rules = current(case, step, "completed")
    require(deed.by, may_complete(deed.by, rules), f"complete step {step}", rules.recorded_by)
    given = checked(
        f"Step {step} was not completed.", rules.fields, fields,
        Asked(settings, deed.now, case.fields, case.workflow.products_field, case.opened_us),
    )  # fmt: skip
    at_us = when(deed, f"Step {step}", *earliest(case))
    begins = case.fields.get(rules.not_before) if rules.not_before else None
    if begins is not None and at_us < begins:
        raise CommandRefused(
            "Step {step} was not completed: the appointment begins at {begins}. Complete the step "
            "once it has begun, or correct the appointment.",
            step=step,
            begins=to_datetime(begins),
        )
    data = {"step": step} | ({"fields": given.data} if given.data else {})
    return Entry("step_completed", at_us, data, given.personal, deed.done_by)


def current(case: Case, step: int, done: str) -> Step:
    """The step's rules if it is the one that can be `done` now; CommandRefused otherwise."""
    if case.state != "open":
        way = "Resume it" if case.state == "withdrawn" else "Reopen a step"
        raise CommandRefused(
            f"Step {step} was not {done}: case {case.case_id} is {case.state}. {way} first."
        )
    if step != case.current_step:
        raise CommandRefused(
            f"Step {step} was not {done}: step {case.current_step} of {case.case_id} is current, "
            "and the order of steps is fixed. Complete that step first."
        )
    return case.workflow.step(step)
