"""Where one case stands: its events folded, one after the other.

The rules of the fold: an interval lasts from one turn-passing event (a move) to the next; a
step's time is all its turns over all rounds; a reopening undoes its step and all after it; a
correction replaces an earlier event's time or fields, whenever it is made.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from dashboard.cases.events import MESSAGE_KINDS, Draft, Event
from dashboard.cases.letters import Letter, post, undo
from dashboard.cases.undone import standing
from dashboard.workflows import WORKFLOWS, Step, Workflow

MOVES = frozenset({
    "case_opened", "step_completed", "step_reopened", "case_withdrawn", "case_resumed",
})  # fmt: skip
# A flag: of this time only the date is known.
DATE_ONLY = "date_only"
# A step-4 completion without an appointment: the whole of step 5 counts for its party.
NEVER = -(2**62)


@dataclass(slots=True)
class Move:
    """An event that passes the turn on. `due`: the step that is due after it."""

    version: int
    kind: str
    at_us: int
    due: int
    entry: int  # version of the move by which that step became due
    finished: bool = False  # a reopening that found the case really finished


@dataclass(slots=True)
class Record:
    """The standing record of one step: what holds now, after reopenings and corrections."""

    number: int
    current_us: int
    started_us: int | None = None
    started_version: int | None = None
    completed_us: int | None = None
    completed_version: int | None = None
    fields_version: int = 0  # of the completion, or of the last correction of its fields
    actor: str = ""
    done_by: str | None = None
    fields: dict[str, Any] = field(default_factory=dict[str, Any])
    imported: bool = False
    flags: tuple[str, ...] = ()


@dataclass(slots=True)
class Moment:
    """When a step changed hands, by the entry into the step that it belongs to."""

    version: int
    step: int
    entry: int
    at_us: int


@dataclass(frozen=True, slots=True)
class Booking:
    """What became of the appointment at that version; `begins_us` None: it was called off."""

    version: int
    begins_us: int | None
    reason: str = ""


@dataclass(slots=True)
class Case:
    """One case as the log has it. `version` 0: nothing is known of it."""

    case_id: str
    version: int = 0
    workflow_key: str = ""
    fields: dict[str, Any] = field(default_factory=dict[str, Any])
    moves: list[Move] = field(default_factory=list[Move])
    records: dict[int, Record] = field(default_factory=dict[int, Record])
    moments: dict[int, Moment] = field(default_factory=dict[int, Moment])  # by entry
    windows: dict[int, int] = field(default_factory=dict[int, int])  # by completing version
    actors: dict[int, str] = field(default_factory=dict[int, str])
    letters: dict[tuple[int, str], Letter] = field(default_factory=dict[tuple[int, str], Letter])
    entered_us: int = 0  # when it was recorded first; no correction changes that
    edited_version: int = 0  # of the last event that is more than a message on its way
    bookings: list[Booking] = field(default_factory=list[Booking])
    reopened: bool = False
    imported: bool = False

    @property
    def workflow(self) -> Workflow:
        """The path that the case takes."""
        return WORKFLOWS[self.workflow_key]

    @property
    def due(self) -> int:
        """The step that is due; one more than the last step once all are complete."""
        return self.moves[-1].due

    @property
    def state(self) -> str:
        """One of "open", "withdrawn", "closed"."""
        if self.due > self.workflow.last:
            return "closed"
        return "withdrawn" if self.moves[-1].kind == "case_withdrawn" else "open"

    @property
    def current_step(self) -> int | None:
        """The one step that can be completed now; None once the case is closed."""
        return None if self.state == "closed" else self.due

    @property
    def opened_us(self) -> int:
        """When the form was submitted (step 1), UTC microseconds."""
        return self.moves[0].at_us

    @property
    def closed_us(self) -> int | None:
        """When the last step was completed, if the case is closed."""
        return self.moves[-1].at_us if self.state == "closed" else None

    @property
    def finished_version(self) -> int | None:
        """The reopening that found the case really finished first: from it on it is done again."""
        return next((move.version for move in self.moves if move.finished), None)

    @property
    def appointment_us(self) -> int | None:
        """When the appointment begins that was agreed on and not undone since, if there is one."""
        for record in reversed(self.records.values()):
            if record.completed_us is not None and record.fields.get("appointment"):
                return record.fields["appointment"]
        return None

    @property
    def off_us(self) -> int | None:
        """When the appointment was to begin that is off, as long as there is no other."""
        if not self.bookings or self.bookings[-1].begins_us is not None:
            return None
        return next(
            item.begins_us for item in reversed(self.bookings) if item.begins_us is not None
        )

    @property
    def firm(self) -> str:
        """The firm's name, else its id."""
        return self.fields.get("firm_name") or self.fields.get("firm_id") or ""

    def letter(self, step: int, message: str) -> Letter | None:
        """What became last of that message of a complete step; None if nobody called for it."""
        own = [
            letter
            for letter in self.letters.values()
            if (letter.step, letter.message) == (step, message) and not letter.is_undone
        ]
        return max(own, key=lambda letter: letter.of_version, default=None)

    def told_us(self, step: Step, to: str) -> int | None:
        """The appointment that `to` was told last by a message of the step; None: that it is off.

        Where no message of it was sent, the one before: somebody will have told it otherwise.
        """
        keys = {message.key for message in step.every_message if message.to == to}
        sent = [
            letter.version
            for letter in self.letters.values()
            if letter.step == step.number and letter.message in keys and letter.state == "sent"
        ]
        held = [item.begins_us for item in self.bookings if not sent or item.version < max(sent)]
        if sent:
            return held[-1] if held else None
        return next((us for us in reversed(held[:-1]) if us is not None), None)


def evolve(case: Case, event: Event | Draft) -> Case:
    """Take one more event of the case into account; returns the same case, changed.

    One by which an act was undone changes what came before: the case is folded anew then.
    """
    data = event.fields() if isinstance(event, Event) else dict(event.data)
    case.version = event.version
    case.actors[event.version] = event.actor
    if event.kind in MESSAGE_KINDS:
        post(case.letters, event, data)
        return case
    case.edited_version = event.version
    if event.kind in MOVES:
        _move(case, event, data)
    elif event.kind == "step_corrected":
        _correct(case, event.version, data)
    elif event.kind == "step_started":
        record = case.records[data["step"]]
        if record.started_us is None or event.occurred_us < record.started_us:
            record.started_us, record.started_version = event.occurred_us, event.version
    elif event.kind == "turn_recorded":
        entry = case.moves[-1].entry
        case.moments[entry] = Moment(event.version, data["step"], entry, event.occurred_us)
    case.fields.update(data.get("fields", {}))
    return case


def fold(case_id: str, events: Iterable[Event | Draft]) -> Case:
    """The case after its events, which must come in order of version; what was undone never was."""
    case, entered = Case(case_id), list(events)
    for event in standing(entered):
        evolve(case, event)
    case.actors = {event.version: event.actor for event in entered}
    return case


def _move(case: Case, event: Event | Draft, data: Mapping[str, Any]) -> None:
    at, version = event.occurred_us, event.version
    if event.kind == "case_opened":
        case.workflow_key = data["workflow"]
        case.entered_us = event.recorded_us
        case.imported = bool(data.get("imported"))
        case.records[1] = Record(1, at)
        _complete(case, 1, event, data)
        due = 2
    elif event.kind == "step_completed":
        _complete(case, data["step"], event, data)
        due = data["step"] + 1
    elif event.kind == "step_reopened":
        due = data["step"]
        case.reopened = True
        undo(case.letters, due)
        agreed_us = case.appointment_us
        case.records = {number: rec for number, rec in case.records.items() if number < due}
        if agreed_us is not None and case.appointment_us is None:
            case.bookings.append(Booking(version, None, data.get("reason", "")))
    else:
        last = case.moves[-1]
        if (agreed_us := case.appointment_us) is not None:
            is_off = event.kind == "case_withdrawn"
            booking = Booking(version, None if is_off else agreed_us, data.get("reason", ""))
            case.bookings.append(booking)
        case.moves.append(Move(version, event.kind, at, last.due, last.entry))
        return
    if due <= case.workflow.last:
        case.records[due] = Record(due, _first_current(case, due, at))
    finished = bool(data.get("finished"))
    case.moves.append(Move(version, event.kind, at, due, version, finished))


def _first_current(case: Case, step: int, at_us: int) -> int:
    """When the step became current for the first time: its time counts from there."""
    return next((move.at_us for move in case.moves if move.due == step), at_us)


def _complete(case: Case, step: int, event: Event | Draft, data: Mapping[str, Any]) -> None:
    for item in case.workflow.step(step).fields:
        # what an undone completion said does not outlast the new one
        if not item.owner:
            case.fields.pop(item.key, None)
    record = case.records[step]
    record.completed_us, record.completed_version = event.occurred_us, event.version
    record.fields_version = event.version
    record.actor, record.done_by = event.actor, data.get("done_by")
    record.fields = dict(data.get("fields", {}))
    record.imported = bool(data.get("imported"))
    record.flags = tuple(data.get("flags", ()))
    case.windows[event.version] = record.fields.get("appointment", NEVER)
    if "appointment" in record.fields:
        case.bookings.append(Booking(event.version, record.fields["appointment"]))


def _correct(case: Case, own_version: int, data: Mapping[str, Any]) -> None:
    version, at_us, fields = data["of_version"], data.get("at_us"), data.get("fields", {})
    if "appointment" in fields:
        case.windows[version] = fields["appointment"]
        if case.state != "withdrawn":  # its resumption agrees on it again
            case.bookings.append(Booking(own_version, fields["appointment"]))
    for record in case.records.values():
        if record.completed_version == version:
            record.fields.update(fields)
            record.fields_version = own_version if fields else record.fields_version
    if at_us is not None:
        _correct_time(case, version, at_us, DATE_ONLY in data.get("flags", ()))


def _correct_time(case: Case, version: int, at_us: int, is_date_only: bool) -> None:
    """Move an event in time, wherever it still counts: in records, moves and moments."""
    for part in (*case.moves, *case.moments.values()):
        if part.version == version:
            part.at_us = at_us
    for record in case.records.values():
        if record.completed_version == version:
            record.completed_us = at_us
            kept = (flag for flag in record.flags if flag != DATE_ONLY)
            record.flags = (*kept, *([DATE_ONLY] if is_date_only else []))
        if record.started_version == version:
            record.started_us = at_us
        record.current_us = _first_current(case, record.number, record.current_us)
    case.records[1].current_us = case.opened_us
