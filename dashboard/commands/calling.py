"""Which messages an event calls for, and how each goes; what waits and is true no more is let go.

A completion calls for its step's messages, a moved appointment for those that told of it, one
that is called off (its step reopened, the case withdrawn) for those that say so.
"""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from dashboard.cases import Case, Letter, Record
from dashboard.commands.drafting import Deed, Entry, when
from dashboard.errors import CommandRefused, InputRefused
from dashboard.settings import MessageMode, Settings
from dashboard.workflows import Message, Step

# How a message goes: one of the modes, or a person says that it was sent outside Changeover.
OUTSIDE = "outside"
HOWS = (*(str(mode) for mode in MessageMode), OUTSIDE)
KINDS = {MessageMode.SENT: "message_queued", MessageMode.DRAFTED: "message_drafted"}
HOUR_US = 3_600_000_000
NO_WAIT, MICROSECOND = timedelta(0), timedelta(microseconds=1)
STANDS_AGAIN = "The appointment is on again."
OPEN = ("queued", "drafted", "failed")  # states of a message that has not gone


def called_by_completion(
    case: Case,
    entry: Entry,
    hows: Mapping[str, str],
    deed: Deed,
    settings: Settings,
    sent_at: datetime | None = None,
    wait: timedelta = NO_WAIT,
) -> list[Entry]:
    """The events of the messages that a completion calls for.

    `hows` says how those named go, the settings how the others do. A message that is the step is
    sent with its completion: where a person sends it, completing says that it was sent. `sent_at`:
    when the others were sent outside, if not with the completion. `wait`: so long Changeover
    keeps those that it sends.
    """
    rules = case.workflow.step(entry.data["step"])
    due = rules.called_for(entry.data.get("fields", {}))
    _check_named(rules, due, hows)
    sent_us = None
    if sent_at is not None:
        bound = case.moves[-1].at_us, f"step {rules.number} became current"
        sent_us = when(replace(deed, at=sent_at), "The sending", bound)
    entries: list[Entry] = []
    for message in due:
        how = hows.get(message.key) or str(settings.message_mode(message.key))
        if message.is_step and how == MessageMode.DRAFTED:
            how = OUTSIDE
        data = data_of(rules.number, message.key, case.version + 1)
        entries += _called(how, data, entry, deed, None if message.is_step else sent_us)
        if wait and how == MessageMode.SENT:
            entries[-1].data["again_us"] = deed.now_us + wait // MICROSECOND
    return entries + _let_go(case, rules, entry, deed)


def called_by_correction(
    case: Case, entry: Entry, hows: Mapping[str, str] | None, deed: Deed, settings: Settings
) -> list[Entry]:
    """The events of the messages that go anew after a correction.

    Those named in `hows`, and all of the step, as the settings say, if it moves an appointment
    that is still to come. One that waits stays the same message: what it says is drafted when it
    goes.
    """
    if hows is None or not (hows or "fields" in entry.data):
        return []
    rules, record = complete(case, entry.data["step"])
    given = entry.data.get("fields", {})
    due = rules.called_for(record.fields | given)
    _check_named(rules, due, hows)
    begins_us = given.get(rules.window.key) if rules.window else None
    is_moved = begins_us is not None and begins_us != case.appointment_us
    if is_moved and case.state != "withdrawn" and _is_to_come(rules, begins_us, deed):
        hows = _as_set(due, settings) | dict(hows)
    entries: list[Entry] = []
    for key, how in hows.items():
        letter = case.letter(rules.number, key)
        of_version = letter.of_version if letter and letter.state in OPEN else case.version + 1
        entries += _called(how, data_of(rules.number, key, of_version), entry, deed)
    return entries


def called_by_undoing(
    case: Case, entry: Entry, hows: Mapping[str, str] | None, deed: Deed, settings: Settings
) -> list[Entry]:
    """The events of the messages that say that an appointment is off, if the entry calls it off.

    One that is over was held: nothing is said of it then.
    """
    if hows is None:
        return []
    rules = case.workflow.window_step
    if rules is None or entry.data.get("step", 0) > rules.number:
        due: tuple[Message, ...] = ()
    else:
        begins_us = case.appointment_us
        if begins_us is None and entry.kind == "step_reopened" and _waiting(case, rules):
            begins_us = case.off_us  # what waits is undone too, and it is still off
        due = rules.off_messages if _is_to_come(rules, begins_us, deed) else ()
    return _called_for_window(case, entry, due, hows, deed, settings)


def called_by_resumption(
    case: Case, entry: Entry, hows: Mapping[str, str] | None, deed: Deed, settings: Settings
) -> list[Entry]:
    """The events of the messages by which an appointment is on again that was told to be off."""
    if hows is None:
        return []
    rules = case.workflow.window_step
    if rules is None or not _is_to_come(rules, case.appointment_us, deed):
        return _called_for_window(case, entry, (), hows, deed, settings)
    untold: list[Message] = []
    standing = rules.called_for(case.records[rules.number].fields)
    for message in (*standing, *rules.again_messages):
        letter = case.letter(rules.number, message.key)
        is_told = case.told_us(rules, message.to) == case.appointment_us
        if not is_told and not (letter and letter.waits):
            untold.append(message)
    called = _called_for_window(case, entry, untold, hows, deed, settings)
    return called + _let_go(case, rules, entry, deed)


def on_again(case: Case, step: int) -> tuple[Message, ...]:
    """The messages by which the step's appointment is on again, if it is and somebody is told."""
    if case.off_us is not None:
        return ()
    rules = case.workflow.step(step)
    return tuple(item for item in rules.again_messages if case.letter(step, item.key))


def off_keys(case: Case, step: int) -> set[str]:
    """The messages of the step that say that its appointment is off, as long as it is."""
    if case.off_us is None:
        return set()
    return {message.key for message in case.workflow.step(step).off_messages}


def complete(case: Case, step: int) -> tuple[Step, Record]:
    """The step's rules and record; CommandRefused unless it is complete."""
    record = case.records.get(step)
    if record is None or record.completed_us is None:
        raise CommandRefused(
            f"Step {step} of {case.case_id} is not complete, so it has no messages yet. Complete "
            "it first."
        )
    return case.workflow.step(step), record


def data_of(step: int, message: str, of_version: int) -> dict[str, Any]:
    """What every event of a message says."""
    return {"step": step, "message": message, "of_version": of_version}


def entries_of(
    how: str, data: dict[str, Any], at_us: int, done_by: str | None = None
) -> list[Entry]:
    """The event by which a message goes like that; none where another system sends it."""
    if how not in HOWS:
        raise InputRefused(f"{how!r} is not a way to send a message. Choose {', '.join(HOWS)}.")
    if how == MessageMode.ELSEWHERE:
        return []
    if how == OUTSIDE:
        return [Entry("message_sent", at_us, data | {"outside": True}, done_by=done_by)]
    return [Entry(KINDS[MessageMode(how)], at_us, data)]


def _called_for_window(
    case: Case,
    entry: Entry,
    due: Sequence[Message],
    hows: Mapping[str, str],
    deed: Deed,
    settings: Settings,
) -> list[Entry]:
    """The events of these messages of the appointment's step."""
    rules = case.workflow.window_step or case.workflow.step(1)
    _check_named(rules, due, hows)
    entries: list[Entry] = []
    for key, how in (_as_set(due, settings) | dict(hows)).items():
        entries += _called(how, data_of(rules.number, key, case.version + 1), entry, deed)
    return entries


def _called(
    how: str, data: dict[str, Any], entry: Entry, deed: Deed, sent_us: int | None = None
) -> list[Entry]:
    """A message's event beside that of the entry by which it is called for."""
    if how == OUTSIDE:
        at_us = entry.at_us if sent_us is None else sent_us
    else:
        at_us = max(deed.now_us, entry.at_us)
    return entries_of(how, data, at_us, entry.done_by)


def _let_go(case: Case, rules: Step, entry: Entry, deed: Deed) -> list[Entry]:
    """An appointment stands again: what waits to say that it is off is not true any more."""
    return [
        Entry(
            "message_dropped", max(deed.now_us, entry.at_us),
            data_of(letter.step, letter.message, letter.of_version) | {"reason": STANDS_AGAIN},
        )
        for letter in _waiting(case, rules)
    ]  # fmt: skip


def _waiting(case: Case, rules: Step) -> list[Letter]:
    """What has not gone yet of what says that the step's appointment is off."""
    keys = {message.key for message in rules.off_messages}
    return [
        letter
        for letter in case.letters.values()
        if letter.message in keys and letter.state in OPEN and not letter.is_undone
    ]


def _is_to_come(rules: Step, begins_us: int | None, deed: Deed) -> bool:
    """Whether there is an appointment, and it is not over yet."""
    if begins_us is None or rules.window is None:
        return False
    return begins_us + rules.window.hours * HOUR_US > deed.now_us


def _as_set(due: Sequence[Message], settings: Settings) -> dict[str, str]:
    """How these messages go by the settings."""
    return {message.key: str(settings.message_mode(message.key)) for message in due}


def _check_named(rules: Step, due: Sequence[Message], hows: Mapping[str, str]) -> None:
    if strays := hows.keys() - {message.key for message in due}:
        raise InputRefused(
            f"Step {rules.number} has no message {', '.join(sorted(strays))} here. It has: "
            f"{', '.join(message.key for message in due) or 'none'}."
        )
