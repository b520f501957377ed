"""What a status column says: withdrawn with its date, or a word that the steps must bear out."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from dashboard.intake.days import Days
from dashboard.intake.moments import Told, Unreadable, read_told
from dashboard.intake.refusals import RowRefused
from dashboard.intake.row import Row
from dashboard.sheets import dates
from dashboard.sheets.cells import is_nothing
from dashboard.sheets.columns import STATUS, STEPS
from dashboard.workflows import LOCAL, Workflow

WITHDRAWN = re.compile(r"withdr[ae]wn?\b|withdrew\b", re.IGNORECASE)
CLOSED = re.compile(r"(?:closed|completed?|done|finished)\b", re.IGNORECASE)
CANCELED = re.compile(r"cancell?ed\b", re.IGNORECASE)
HOLD = re.compile(r"on hold\b|hold\b|held\b", re.IGNORECASE)
OPEN = re.compile(r"(?:open|in progress|active|new|started|wip|ongoing|pending)\W*", re.IGNORECASE)
BETWEEN = re.compile(r"^[\s:,;(–—-]*(?:on|at|as of)?\s*|[\s)]*$")


@dataclass(frozen=True, slots=True)
class Standing:
    """What the status says of the case. `remark`: what is worth keeping of it as a note."""

    withdrawn: datetime | None = None
    remark: str = ""


def standing_of(row: Row, workflow: Workflow, told: Sequence[Told], days: Days) -> Standing:
    """What the row's status says. Raises RowRefused (`status`) where the steps say otherwise."""
    text = " ".join(row.cells.get(STATUS, "").split())
    if is_nothing(text):
        return Standing()
    if found := WITHDRAWN.match(text):
        return Standing(withdrawn=_withdrawn(row, text[found.end() :], workflow, told, days))
    if "withdr" in row.name(STATUS).casefold() and dates.read(text):
        return Standing(withdrawn=_withdrawn(row, text, workflow, told, days))
    done = len(told)
    cancels = 3 if workflow is LOCAL else 7
    for pattern, needed in ((CLOSED, workflow.last), (CANCELED, cancels)):
        if pattern.match(text):
            if done < needed:
                raise _refused(
                    row, text, f"{row.name(STEPS[done])} is empty: fill in when the steps up to "
                    f"{row.name(STEPS[needed - 1])} were completed, or change the status",
                )  # fmt: skip
            return Standing(remark=_rest(pattern, text))
    if (HOLD.match(text) or OPEN.fullmatch(text)) and done == workflow.last:
        raise _refused(row, text, "every step is complete: empty the times of those that are not, "
                       "or change the status")  # fmt: skip
    return Standing(remark="" if OPEN.fullmatch(text) else text)


def _rest(pattern: re.Pattern[str], text: str) -> str:
    """What is said besides the word itself: kept with it."""
    found = pattern.match(text)
    return text if found and text[found.end() :].strip(" .!") else ""


def _withdrawn(
    row: Row, rest: str, workflow: Workflow, told: Sequence[Told], days: Days
) -> datetime:
    text = row.cells.get(STATUS, "")
    when = BETWEEN.sub("", rest)
    if not when:
        raise _refused(
            row, text, "it does not say when: write the date beside it, as in Withdrawn 10/9/2026"
        )
    try:
        item = read_told(when, days.zone, row.order)
    except Unreadable as wrong:
        raise _refused(row, text, f"its date {str(wrong).rstrip('.')}") from wrong
    if len(told) == workflow.last:
        raise _refused(row, text, "every step is complete: empty the status or the last step")
    if days.day_of(item) > days.local(days.now) or (item.at and item.at > days.now):
        raise _refused(row, text, "its date is in the future")
    at = days.settled([*told, item])[-1]
    if at < days.settled(told)[-1] or days.day_of(item) < days.day_of(told[-1]):
        raise _refused(row, text, "its date is before the last step: fix the one that is wrong")
    return at


def _refused(row: Row, text: str, why: str) -> RowRefused:
    return RowRefused("status", f"{row.name(STATUS)} ({text[:60]}): {why}.")
