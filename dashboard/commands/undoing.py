"""Commands that take a case back or let it rest: reopen, withdraw, resume."""

from collections.abc import Mapping
from datetime import datetime

from dashboard.cases import Case
from dashboard.commands.appointments import refuse_lost_appointment
from dashboard.commands.bounds import became_current
from dashboard.commands.calling import called_by_resumption, called_by_undoing
from dashboard.commands.drafting import Deed, Entry, Stored, act, reason_given, when
from dashboard.errors import CommandRefused
from dashboard.people import Person, require
from dashboard.store import Desk


def reopen_step(
    desk: Desk,
    case_id: str,
    step: int,
    reason: str,
    *,
    finished: bool | None = None,
    by: Person,
    now: datetime,
    at: datetime | None = None,
    version: int | None = None,
    command_id: str | None = None,
    messages: Mapping[str, str] | None = None,
) -> Stored:
    """Undo a completed step and all after it; the old completions stay in the history.

    `finished` answers of a closed case whether it was really finished. If so, it keeps its first
    figures and month, and what is done again has a clock of its own; if not, or nobody says, the
    case never stopped. Of an open case there is nothing to answer.

    If an appointment that is still to come is undone with it, the messages that say so are called
    for: `messages` says how each goes, the settings how the others do; None: no message. Raises
    NotAllowed, CommandRefused (step 1, a step not complete, no reason), InputRefused, StaleCase.
    """
    deed = Deed(by, now, at, None, version, command_id)

    def decide(case: Case) -> list[Entry]:
        require(by, by.leads, f"reopen step {step}", "a team leader")
        _refuse_unless_complete(case, step)
        text = reason_given(reason, f"Reopening step {step}")
        at_us = when(deed, f"The reopening of step {step}", became_current(case))
        answer = {} if finished is None or case.state != "closed" else {"finished": finished}
        entry = Entry("step_reopened", at_us, {"step": step, "reason": text, **answer})
        return [entry, *called_by_undoing(case, entry, messages, deed, desk.settings)]

    return act(desk, case_id, deed, decide)


def withdraw_case(
    desk: Desk,
    case_id: str,
    reason: str,
    *,
    by: Person,
    now: datetime,
    at: datetime | None = None,
    version: int | None = None,
    command_id: str | None = None,
    messages: Mapping[str, str] | None = None,
) -> Stored:
    """The firm stays for now: the case rests until it is resumed; the time is the customer's.

    Its appointment is off, and `messages` are as when a step is reopened. Raises NotAllowed,
    CommandRefused (not open, no reason), InputRefused, StaleCase.
    """
    deed = Deed(by, now, at, None, version, command_id)

    def decide(case: Case) -> list[Entry]:
        require(by, by.leads, "withdraw a case", "a team leader")
        if case.state != "open":
            raise CommandRefused(
                f"Case {case_id} cannot be withdrawn: it is already {case.state}. "
                f"{'Resume it' if case.state == 'withdrawn' else 'Reopen a step'} to continue."
            )
        text = reason_given(reason, "Withdrawing a case")
        at_us = when(deed, "The withdrawal", became_current(case))
        entry = Entry("case_withdrawn", at_us, {"reason": text})
        return [entry, *called_by_undoing(case, entry, messages, deed, desk.settings)]

    return act(desk, case_id, deed, decide)


def resume_case(
    desk: Desk,
    case_id: str,
    *,
    by: Person,
    now: datetime,
    at: datetime | None = None,
    version: int | None = None,
    command_id: str | None = None,
    messages: Mapping[str, str] | None = None,
) -> Stored:
    """Take a withdrawn case up again at the step where it stood.

    An appointment that is still to come stands again; `messages` says how it is told to those who
    heard that it is off (None: no message). Raises NotAllowed, CommandRefused (not withdrawn, its
    appointment is taken), InputRefused, StaleCase.
    """
    deed = Deed(by, now, at, None, version, command_id)

    def decide(case: Case) -> list[Entry]:
        require(by, by.leads, "resume a case", "a team leader")
        if case.state != "withdrawn":
            raise CommandRefused(
                f"Case {case_id} cannot be resumed: it is {case.state}. Only withdrawn cases can "
                "be resumed."
            )
        at_us = when(deed, "The resumption", (case.moves[-1].at_us, "it was withdrawn"))
        refuse_lost_appointment(desk, case, now)
        entry = Entry("case_resumed", at_us)
        return [entry, *called_by_resumption(case, entry, messages, deed, desk.settings)]

    with desk.alone():
        return act(desk, case_id, deed, decide)


def _refuse_unless_complete(case: Case, step: int) -> None:
    """Refuse to reopen what is not a complete step of a case that goes on, or the form itself."""
    if step == 1:
        raise CommandRefused(
            "Step 1 cannot be reopened: the form was submitted. Correct its time or fields."
        )
    if case.state == "withdrawn":
        raise CommandRefused(
            f"Step {step} was not reopened: case {case.case_id} is withdrawn. Resume it first."
        )
    if not 1 < step < case.due:
        raise CommandRefused(
            f"Step {step} of {case.case_id} cannot be reopened: it is not complete. "
            f"Complete steps are 1 to {case.due - 1}."
        )
