"""Commands about the messages that steps call for: who sends each, and what became of it.

Nothing here speaks to a mail server. The outbox does, and says before and after what it does;
whoever asks first has the message, because only one can write the next version of a case.
"""

from dataclasses import dataclass
from datetime import datetime
from uuid import uuid5

from dashboard.cases import Case, Letter
from dashboard.commands.calling import (
    HOWS,
    OUTSIDE,
    complete,
    data_of,
    entries_of,
    off_keys,
    on_again,
)
from dashboard.commands.drafting import OURS, Deed, Entry, Stored, act, reason_given, when
from dashboard.errors import CommandRefused, InputRefused
from dashboard.instants import to_datetime
from dashboard.people import Person, Role, may_complete, require
from dashboard.settings import MessageMode
from dashboard.store import Desk
from dashboard.workflows import Step

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

    So too a message that an appointment is off, as long as it is. "outside" states that it
    was sent, and `at` when. Where it failed, or nobody knows, "sent" means once more; after a
    correction of the step's fields it may go anew. Raises NotAllowed, InputRefused,
    CommandRefused (no such message, sent already, being sent), StaleCase.
    """
    deed = Deed(by, now, at, done_by, version, command_id)

    def decide(case: Case) -> list[Entry]:
        rules, newest, bound = _known(case, step, message)
        require(by, may_complete(by, rules), f"send a message of step {step}", rules.recorded_by)
        if how not in HOWS or how == MessageMode.ELSEWHERE:
            raise InputRefused(
                f"{how!r} is not a way to send it. Choose sent, drafted, or outside."
            )
        letter = case.letter(step, message)
        of_version = _of_version(letter, newest, deed) if letter else newest
        at_us = when(deed, "The sending", bound) if how == OUTSIDE else deed.now_us
        return entries_of(how, data_of(step, message, of_version), at_us, done_by)

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
                f"Step {step} of {case_id} has no unsent message {message!r}. No action is needed."
            )
        text = reason_given(reason, "Dropping a message")
        letter = waiting[-1]
        _refuse_while_sending(letter, deed)
        data = data_of(step, message, letter.of_version) | {"reason": text}
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
                f"The message {letter.message!r} of {case_id} was not sent: someone else has "
                "handled it. Check the case."
            )
        ref = mine.text or str(uuid5(OURS, f"{case.entered_us} {case_id} {mine.version} text"))
        data = data_of(mine.step, mine.message, mine.of_version)
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
                f"The result for message {letter.message!r} of {case_id} was not saved: someone "
                "else has handled it. Check the case."
            )
        data = data_of(mine.step, mine.message, mine.of_version) | {"attempt": mine.attempt}
        if outcome.is_sent:
            data |= {"refused": outcome.refused} if outcome.refused else {}
            return [Entry("message_sent", deed.now_us, data)]
        data["reason"] = outcome.reason
        if outcome.again_us is not None:
            data["again_us"] = outcome.again_us
        return [Entry("message_failed", deed.now_us, data)]

    return act(desk, case_id, deed, decide)


def _known(case: Case, step: int, message: str) -> tuple[Step, int, tuple[int, str]]:
    """The step's rules, the newest event that its message can tell of, since when it can have gone.

    CommandRefused if the step does not call for it.
    """
    letter = case.letter(step, message)
    if letter and message in off_keys(case, step):
        [off] = [move for move in case.moves if move.version == letter.of_version]
        bound = off.at_us, "the appointment was canceled"
        return case.workflow.step(step), letter.of_version, bound
    rules, record = complete(case, step)
    due = (*rules.called_for(record.fields), *on_again(case, step))
    if message not in {item.key for item in due}:
        raise CommandRefused(
            f"Step {step} of {case.case_id} has no message {message!r}. Check its fields and "
            "correct them if they are wrong."
        )
    return rules, record.fields_version, (record.current_us, f"step {step} became current")


def _of_version(letter: Letter, newest: int, deed: Deed) -> int:
    """The event that the message tells of when it goes now; CommandRefused if it has gone."""
    _refuse_while_sending(letter, deed)
    if letter.state == "sent":
        if letter.of_version >= newest:
            raise CommandRefused(
                "The message {message!r} was sent at {at}, and nobody should get it twice. If it "
                "did not arrive, copy its text and send it yourself.",
                message=letter.message,
                at=to_datetime(letter.at_us),
            )
        return newest
    return letter.of_version


def _refuse_while_sending(letter: Letter, deed: Deed) -> None:
    if letter.state == "sending" and deed.now_us < letter.at_us + SENDING_US:
        raise CommandRefused(
            "The message {message!r} is being sent since {since}. "
            "Wait ten minutes, then look what became of it.",
            message=letter.message,
            since=to_datetime(letter.at_us),
        )
