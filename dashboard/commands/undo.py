"""Taking back what was just entered, as if it never was: with an event of its own."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from dashboard.cases import MESSAGE_KINDS, UNDOABLE, Case, Draft, standing
from dashboard.commands.calling import STANDS_AGAIN
from dashboard.commands.drafting import Deed, Entry, Stored, act
from dashboard.errors import CommandRefused
from dashboard.people import Person, require
from dashboard.store import Desk

# So long the letters of an act wait, of which a page offers to undo it.
WAIT = timedelta(seconds=10)
# What builds on where the case stands: nothing of it may come after a step that is undone.
PROGRESS = frozenset({
    "case_opened", "step_completed", "step_started", "turn_recorded", "step_corrected",
    "step_reopened", "case_withdrawn", "case_resumed",
})  # fmt: skip


def undo_act(
    desk: Desk,
    case_id: str,
    version: int,
    *,
    by: Person,
    now: datetime,
    command_id: str | None = None,
) -> Stored:
    """Undo what the event of that version says, with the messages that it called for.

    A completion, a start, a handoff, an assignment or a follow-up date, as long as nothing was
    built on it and none of its messages has gone. It counts in no figure then: a case whose last
    step is undone never closed. Raises NotAllowed (somebody else's, and no lead), CommandRefused.
    """
    deed = Deed(by, now, None, None, None, command_id)

    def decide(case: Case) -> list[Entry]:
        events = standing(desk.history(case_id))
        undone = next((item for item in events if item.version == version), None)
        if undone is None or undone.kind not in UNDOABLE:
            raise CommandRefused(
                f"Nothing was undone: that entry of {case_id} does not stand any more, or is of a "
                "kind that stays. Check its history."
            )
        is_own = undone.actor in (by.actor, desk.named(by.actor))
        require(by, is_own or by.leads, "undo what someone else entered", "a team leader")
        if why_not := _why_not(undone, events):
            raise CommandRefused(f"Nothing was undone: {why_not}")
        versions = [version, *(item.version for item in _letters(undone, events))]
        return [Entry("act_undone", max(deed.now_us, undone.occurred_us), {"versions": versions})]

    return act(desk, case_id, deed, decide)


def undoable(history: Sequence[Draft], by: Person, name: str) -> list[Draft]:
    """What of a case's history `by`, who is called `name`, can undo now, the latest first."""
    events = standing(history)
    return [
        item
        for item in reversed(events)
        if item.kind in UNDOABLE
        and (by.leads or item.actor in (by.actor, name))
        and not _why_not(item, events)
    ]


def _why_not(undone: Draft, events: Sequence[Draft]) -> str:
    """Why the event cannot be undone any more; empty if it can."""
    if undone.data.get("imported"):
        return "it came from a tracker. Correct it, or reopen the step."
    later = [item for item in events if item.version > undone.version]
    if any(_builds_on(item, undone) for item in later):
        return "something that builds on it was entered since. Undo that first, or correct it."
    called = [item for item in later if item.data.get("of_version") == undone.version]
    own = {item.version for item in _called_with(undone, events)}
    if any(
        item.kind == "message_sending" or (item.kind == "message_sent" and item.version not in own)
        for item in called
    ):
        return "its message has been sent. Reopen the step instead, with a reason."
    return ""


def _builds_on(item: Draft, undone: Draft) -> bool:
    if undone.kind in PROGRESS:
        return item.kind in PROGRESS
    if undone.kind == "follow_up_set":
        return item.kind == "follow_up_set"
    return "team_leader" in item.data.get("fields", {})


def _letters(undone: Draft, events: Sequence[Draft]) -> list[Draft]:
    """All events of the messages that it called for, and those by which it let others go."""
    own = {item.version: item for item in _called_with(undone, events)}
    for item in events:
        if item.kind in MESSAGE_KINDS and item.data["of_version"] == undone.version:
            own[item.version] = item
    return [own[version] for version in sorted(own)]


def _called_with(undone: Draft, events: Sequence[Draft]) -> list[Draft]:
    """The events of messages that were entered with it, right after it."""
    found: list[Draft] = []
    by_version = {item.version: item for item in events}
    while item := by_version.get(undone.version + len(found) + 1):
        is_own = item.kind in MESSAGE_KINDS and (
            item.data["of_version"] == undone.version
            or (item.kind == "message_dropped" and item.data.get("reason") == STANDS_AGAIN)
        )
        if not is_own or item.recorded_us != undone.recorded_us:
            break
        found.append(item)
    return found
