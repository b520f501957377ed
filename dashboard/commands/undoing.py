"""Commands that take a case back or let it rest: reopen, withdraw, resume."""

from datetime import datetime

from dashboard.cases import Case
from dashboard.commands.appointments import refuse_lost_appointment
from dashboard.commands.drafting import Deed, Entry, Stored, act, reason_given, when
from dashboard.commands.progress import became_current
from dashboard.errors import CommandRefused
from dashboard.people import Person, require
from dashboard.store import Desk


def reopen_step(
    desk: Desk,
    case_id: str,
    step: int,
    reason: str,
    *,
    by: Person,
    now: datetime,
    at: datetime | None = None,
    version: int | None = None,
    command_id: str | None = None,
) -> Stored:
    """Undo a completed step and all after it; the old completions stay in the history.

    Raises NotAllowed, CommandRefused (step 1, a step not complete, no reason), StaleCase.
    """
    deed = Deed(by, now, at, None, version, command_id)

    def decide(case: Case) -> list[Entry]:
        require(by, by.leads, f"reopen step {step}", "a team leader")
        if step == 1:
            raise CommandRefused(
                "Step 1 cannot be reopened: the form was submitted. Correct its time or fields."
            )
        if case.state == "withdrawn":
            raise CommandRefused(
                f"Step {step} was not reopened: case {case_id} is withdrawn. Resume it first."
            )
        if not 1 < step < case.due:
            raise CommandRefused(
                f"Step {step} of {case_id} cannot be reopened: it is not complete. "
                f"Complete steps are 1 to {case.due - 1}."
            )
        text = reason_given(reason, f"Reopening step {step}")
        at_us = when(deed, f"The reopening of step {step}", became_current(case))
        return [Entry("step_reopened", at_us, {"step": step, "reason": text})]

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
) -> Stored:
    """The firm stays for now: the case rests until it is resumed; the time is the customer's.

    Raises NotAllowed, CommandRefused (not open, no reason), StaleCase.
    """
    deed = Deed(by, now, at, None, version, command_id)

    def decide(case: Case) -> list[Entry]:
        require(by, by.leads, "withdraw a case", "a team leader")
        if case.state != "open":
            raise CommandRefused(
                f"Case {case_id} cannot be withdrawn: it is {case.state} already. "
                f"{'Resume it' if case.state == 'withdrawn' else 'Reopen a step'} if it goes on."
            )
        text = reason_given(reason, "Withdrawing a case")
        at_us = when(deed, "The withdrawal", became_current(case))
        return [Entry("case_withdrawn", at_us, {"reason": text})]

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
) -> Stored:
    """Take a withdrawn case up again at the step where it stood.

    Raises NotAllowed, CommandRefused (not withdrawn, its appointment is taken), StaleCase.
    """
    deed = Deed(by, now, at, None, version, command_id)

    def decide(case: Case) -> list[Entry]:
        require(by, by.leads, "resume a case", "a team leader")
        if case.state != "withdrawn":
            raise CommandRefused(
                f"Case {case_id} cannot be resumed: it is {case.state}. "
                "Only a withdrawn case can be; look at where it stands now."
            )
        at_us = when(deed, "The resumption", (case.moves[-1].at_us, "it was withdrawn"))
        refuse_lost_appointment(desk, case, now)
        return [Entry("case_resumed", at_us, {})]

    with desk.alone():
        return act(desk, case_id, deed, decide)
