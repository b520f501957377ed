"""Commands beside the steps: who owns a case, notes, follow-up dates, why a limit was missed."""

from collections.abc import Sequence
from datetime import date, datetime

from dashboard.cases import Case
from dashboard.commands.bounds import became_current
from dashboard.commands.drafting import (
    CLOCKS_DIFFER_US,
    Deed,
    Entry,
    Stored,
    act,
    drafts,
    name_given,
    reason_given,
)
from dashboard.errors import CommandRefused, InputRefused
from dashboard.people import Person, Role, require
from dashboard.store import Desk

LONGEST_NOTE = 2000
# What people may give as the reason for a missed limit; the comment says the rest.
BREACH_REASONS = (
    "firm answered late",
    "order processing at month end",
    "EMS was slow to reinstate",
    "no earlier appointment",
    "pricing or proposal took longer",
    "entered late, done in time",
    "other",
)


def assign_cases(
    desk: Desk,
    case_ids: Sequence[str],
    team_leader: str,
    *,
    by: Person,
    now: datetime,
    command_id: str | None = None,
) -> Stored:
    """Give the cases to a team leader: all of them or none.

    Raises NotAllowed, InputRefused (no case, no name), UnknownCase, StaleCase.
    """
    require(by, by.leads, "reassign cases", "a team leader")
    if not case_ids:
        raise InputRefused("Nothing was reassigned. Select at least one case.")
    name = name_given(team_leader, "Nothing was reassigned", "the team leader")
    if command_id and (stored := desk.stored(command_id)):
        return stored
    deed = Deed(by, now, None, None, None, command_id)
    out = []
    for ordinal, case_id in enumerate(dict.fromkeys(case_ids)):
        case = desk.case(case_id)
        entry = Entry("case_assigned", _at(case, deed), {"fields": {"team_leader": name}})
        out += drafts(case_id, case.version, deed, [entry], ordinal)
    return desk.append(out)


def add_note(
    desk: Desk,
    case_id: str,
    text: str,
    *,
    by: Person,
    now: datetime,
    command_id: str | None = None,
) -> Stored:
    """Keep a note on the case, of at most 2,000 characters.

    Raises NotAllowed, InputRefused (empty, too long), UnknownCase.
    """
    deed = Deed(by, now, None, None, None, command_id)

    def decide(case: Case) -> list[Entry]:
        require(by, by.role is not Role.VIEWER, "write a note", "a member of the department")
        note = text.replace("\x00", "").strip()
        if not note or len(note) > LONGEST_NOTE:
            raise InputRefused(
                f"The note was not saved: it has {len(note)} characters. Use 1 to {LONGEST_NOTE}."
            )
        return [Entry("note_added", _at(case, deed), {"text": note})]

    return act(desk, case_id, deed, decide)


def follow_up(
    desk: Desk,
    case_id: str,
    day: date | None,
    *,
    by: Person,
    now: datetime,
    command_id: str | None = None,
) -> Stored:
    """Set the date on which the case shows under *follow up today*; None clears it.

    Raises NotAllowed, CommandRefused (the date has passed), UnknownCase.
    """
    deed = Deed(by, now, None, None, None, command_id)

    def decide(case: Case) -> list[Entry]:
        require(by, by.leads, "set a follow-up date", "a team leader")
        today = desk.settings.calendar.local_date([deed.now_us])[0].astype(object)
        if day is not None and day < today:
            raise CommandRefused(
                "{day} has passed. Choose {today} or a later date.", day=day, today=today
            )
        return [Entry("follow_up_set", _at(case, deed), {"date": day.isoformat() if day else None})]

    return act(desk, case_id, deed, decide)


def explain_breach(
    desk: Desk,
    case_id: str,
    reason: str,
    comment: str = "",
    *,
    by: Person,
    now: datetime,
    command_id: str | None = None,
) -> Stored:
    """Say why the case missed its limit: one of BREACH_REASONS, and a comment.

    Raises NotAllowed, InputRefused (no such reason), UnknownCase.
    """
    deed = Deed(by, now, None, None, None, command_id)

    def decide(case: Case) -> list[Entry]:
        require(by, by.leads, "explain a missed SLA", "a team leader")
        if reason not in BREACH_REASONS:
            raise InputRefused(
                f"{reason!r} is not one of the reasons. Choose {', '.join(BREACH_REASONS)}."
            )
        said = reason_given(comment, "The comment") if comment.strip() else ""
        return [Entry("breach_explained", _at(case, deed), {"reason": reason, "comment": said})]

    return act(desk, case_id, deed, decide)


def _at(case: Case, deed: Deed) -> int:
    return max(deed.now_us, min(became_current(case)[0], deed.now_us + CLOCKS_DIFFER_US))
