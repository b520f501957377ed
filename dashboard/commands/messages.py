"""Commands about the messages that steps call for: who sends each, and what became of it.

Nothing here speaks to a mail server. The outbox does, and says before and after what it does;
whoever asks first has the message, because only one can write the next version of a case.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import uuid5

from dashboard.cases import Case, Letter, Record
from dashboard.commands.drafting import OURS, Deed, Entry, Stored, act, reason_given, told, when
from dashboard.errors import CommandRefused, InputRefused
from dashboard.people import Person, Role, may_complete, require
from dashboard.settings import MessageMode, Settings
from dashboard.store import Desk
from dashboard.workflows import Message, Step

# How a message goes: one of the modes, or a person says that it was sent outside Changeover.
OUTSIDE = "outside"
HOWS = (*(str(mode) for mode in MessageMode), OUTSIDE)
KINDS = {MessageMode.SENT: "message_queued", MessageMode.DRAFTED: "message_drafted"}
# Longer than any attempt of the outbox can take: a sending older than this has no known end.
SENDING_US = 600_000_000


@dataclass(frozen=True, slots=True)
class Outcome:
    """How an attempt ended. `refused`: addresses that the server did not take, others it did.

    Not sent: `reason` says why, `again_us` when it is tried again (None: not without a person).
    """

    is_sent: bool
    reason: str = ""
    again_us: int | None = None
    refused: int = 0


def called_by_completion(
    case: Case, entry: Entry, hows: Mapping[str, str], deed: Deed, settings: Settings
) -> list[Entry]:
    """The events of the messages that a completion calls for.

    `hows` says how those named go, the settings how the others do. A message that is the step is
    sent with its completion: where a person sends it, completing says that it was sent.
    """
    rules = case.workflow.step(entry.data["step"])
    due = rules.called_for(entry.data.get("fields", {}))
    _check_named(rules, due, hows)
    entries: list[Entry] = []
    for message in due:
        how = hows.get(message.key) or str(settings.message_mode(message.key))
        if message.is_step and how == MessageMode.DRAFTED:
            how = OUTSIDE
        entries += _called(how, _data(rules.number, message.key, case.version + 1), entry, deed)
    return entries


def called_by_correction(
    case: Case, entry: Entry, hows: Mapping[str, str], deed: Deed
) -> list[Entry]:
    """The events of the messages named in `hows`, which go anew after a correction.

    One that still waits stays the same message: what it says is drafted when it goes.
    """
    rules, record = _complete(case, entry.data["step"])
    _check_named(rules, rules.called_for(record.fields | entry.data.get("fields", {})), hows)
    entries: list[Entry] = []
    for key, how in hows.items():
        letter = case.letter(rules.number, key)
        is_open = letter is not None and letter.state in ("queued", "drafted", "failed")
        of_version = letter.of_version if letter and is_open else case.version + 1
        entries += _called(how, _data(rules.number, key, of_version), entry, deed)
    return entries


def send_message(
    desk: Desk,
    case_id: str,
    step: int,
    message: str,
    how: str,
    *,
    by: Person,
    now: datetime,
    at: datetime | None = None,
    done_by: str | None = None,
    version: int | None = None,
    command_id: str | None = None,
) -> Stored:
    """Say how a complete step's message goes: "sent" by Changeover, "drafted" or "outside".

    "outside" states that it was sent, and `at` when. Where it failed, or nobody knows, "sent" means
    once more; after a correction of the step's fields it may go anew. Raises NotAllowed,
    InputRefused, CommandRefused (no such message, sent already, being sent), StaleCase.
    """
    deed = Deed(by, now, at, done_by, version, command_id)

    def decide(case: Case) -> list[Entry]:
        rules, record = _complete(case, step)
        require(by, may_complete(by, rules), f"send a message of step {step}", rules.recorded_by)
        if how not in HOWS or how == MessageMode.ELSEWHERE:
            raise InputRefused(f"{how!r} is no way to send it. Choose sent, drafted or outside.")
        if message not in {item.key for item in rules.called_for(record.fields)}:
            raise CommandRefused(
                f"Step {step} of {case_id} calls for no message {message!r}. Look at what its "
                "fields say, and correct them if they are wrong."
            )
        of_version = record.fields_version
        if (letter := case.letter(step, message)) is not None:
            of_version = _of_version(letter, record, deed)
        bound = (record.current_us, f"step {step} became current")
        at_us = when(deed, "The sending", bound) if how == OUTSIDE else deed.now_us
        return _entries(how, _data(step, message, of_version), at_us, done_by)

    return act(desk, case_id, deed, decide)


def drop_message(
    desk: Desk,
    case_id: str,
    step: int,
    message: str,
    reason: str,
    *,
    by: Person,
    now: datetime,
    version: int | None = None,
    command_id: str | None = None,
) -> Stored:
    """Nobody needs the message any more, or what became of it: it waits no longer.

    Raises NotAllowed, CommandRefused (it does not wait, it is being sent, no reason), StaleCase.
    """
    deed = Deed(by, now, None, None, version, command_id)

    def decide(case: Case) -> list[Entry]:
        rules = case.workflow.step(step)
        require(by, may_complete(by, rules), f"drop a message of step {step}", rules.recorded_by)
        own = [
            item for item in case.letters.values() if (item.step, item.message) == (step, message)
        ]
        waiting = [item for item in own if item.waits]
        if not waiting:
            raise CommandRefused(
                f"No message {message!r} of step {step} of {case_id} waits. Leave it as it is."
            )
        text = reason_given(reason, "Dropping a message")
        letter = waiting[-1]
        _refuse_while_sending(letter, deed)
        data = _data(step, message, letter.of_version) | {"reason": text}
        return [Entry("message_dropped", deed.now_us, data)]

    return act(desk, case_id, deed, decide)


def begin_sending(
    desk: Desk, case_id: str, letter: Letter, text: str, *, by: Person, now: datetime, claim: str
) -> Stored:
    """Take a message that waits, before a mail server hears of it: nobody else sends it then.

    `text` is what is sent, kept beside the log; a message that is tried again says what it said.
    `claim` is the run's own, so that no other's event is taken for this one. Raises NotAllowed,
    CommandRefused (somebody else was quicker, or it is not due).
    """
    deed = Deed(by, now, None, None, None, f"{claim} {case_id} {letter.version}")

    def decide(case: Case) -> list[Entry]:
        require(by, by.role is Role.ADMIN, "empty the outbox", "an administrator")
        mine = case.letters.get((letter.of_version, letter.message))
        if mine is None or mine.version != letter.version or not mine.is_due(deed.now_us):
            raise CommandRefused(
                f"The message {letter.message!r} of {case_id} is not to be sent now: somebody "
                "else has seen to it. Look at the case."
            )
        ref = mine.text or str(uuid5(OURS, f"{case.entered_us} {case_id} {mine.version} text"))
        data = _data(mine.step, mine.message, mine.of_version)
        data |= {"attempt": mine.attempt + 1, "text": {"ref": ref}}
        kept = {} if mine.text else {ref: text}
        return [Entry("message_sending", deed.now_us, data, kept=kept)]

    return act(desk, case_id, deed, decide)


def record_outcome(
    desk: Desk,
    case_id: str,
    letter: Letter,
    outcome: Outcome,
    *,
    by: Person,
    now: datetime,
) -> Stored:
    """Keep how the attempt that `begin_sending` began ended.

    Raises NotAllowed, CommandRefused (a person decided otherwise meanwhile).
    """
    deed = Deed(by, now)

    def decide(case: Case) -> list[Entry]:
        require(by, by.role is Role.ADMIN, "empty the outbox", "an administrator")
        mine = case.letters[letter.of_version, letter.message]
        if mine.version != letter.version or mine.state != "sending":
            raise CommandRefused(
                f"What became of the message {letter.message!r} of {case_id} was not kept: "
                "somebody has seen to it meanwhile. Look at the case."
            )
        data = _data(mine.step, mine.message, mine.of_version) | {"attempt": mine.attempt}
        if outcome.is_sent:
            data |= {"refused": outcome.refused} if outcome.refused else {}
            return [Entry("message_sent", deed.now_us, data)]
        data["reason"] = outcome.reason
        if outcome.again_us is not None:
            data["again_us"] = outcome.again_us
        return [Entry("message_failed", deed.now_us, data)]

    return act(desk, case_id, deed, decide)


def _data(step: int, message: str, of_version: int) -> dict[str, Any]:
    return {"step": step, "message": message, "of_version": of_version}


def _check_named(rules: Step, due: Sequence[Message], hows: Mapping[str, str]) -> None:
    if strays := hows.keys() - {message.key for message in due}:
        raise InputRefused(
            f"Step {rules.number} calls for no message {', '.join(sorted(strays))} here. "
            f"It calls for: {', '.join(message.key for message in due) or 'none'}."
        )


def _called(how: str, data: dict[str, Any], entry: Entry, deed: Deed) -> list[Entry]:
    """A message's event beside that of the entry by which it is called for."""
    at_us = entry.at_us if how == OUTSIDE else max(deed.now_us, entry.at_us)
    return _entries(how, data, at_us, entry.done_by)


def _entries(how: str, data: dict[str, Any], at_us: int, done_by: str | None = None) -> list[Entry]:
    if how not in HOWS:
        raise InputRefused(f"{how!r} is no way to send a message. Choose {', '.join(HOWS)}.")
    if how == MessageMode.ELSEWHERE:
        return []
    if how == OUTSIDE:
        return [Entry("message_sent", at_us, data | {"outside": True}, done_by=done_by)]
    return [Entry(KINDS[MessageMode(how)], at_us, data)]


def _complete(case: Case, step: int) -> tuple[Step, Record]:
    """The step's rules and record; CommandRefused unless it is complete."""
    record = case.records.get(step)
    if record is None or record.completed_us is None:
        raise CommandRefused(
            f"Step {step} of {case.case_id} is not complete, so nothing is to be sent of it yet. "
            "Complete it first."
        )
    return case.workflow.step(step), record


def _of_version(letter: Letter, record: Record, deed: Deed) -> int:
    """The event that the message tells of when it goes now; CommandRefused if it has gone."""
    _refuse_while_sending(letter, deed)
    if letter.state == "sent":
        if letter.of_version >= record.fields_version:
            raise CommandRefused(
                f"The message {letter.message!r} was sent at {told(letter.at_us)}, and nobody "
                "should get it twice. If it did not arrive, copy its text and send it yourself."
            )
        return record.fields_version
    return letter.of_version


def _refuse_while_sending(letter: Letter, deed: Deed) -> None:
    if letter.state == "sending" and deed.now_us < letter.at_us + SENDING_US:
        raise CommandRefused(
            f"The message {letter.message!r} is being sent since {told(letter.at_us)}. "
            "Wait ten minutes, then look what became of it."
        )
