"""Acts that were undone: their events stay in the log and count in nothing that is folded."""

from collections.abc import Iterable
from typing import TypeVar

from dashboard.cases.events import Draft, Event

# What one can undo as if it never was; the longer ways back are reopening and correcting.
UNDOABLE = frozenset({
    "step_completed", "step_started", "turn_recorded", "case_assigned", "follow_up_set",
})  # fmt: skip


Entered = TypeVar("Entered", Event, Draft, Event | Draft)


def standing(events: Iterable[Entered]) -> list[Entered]:
    """The events of one case that stand: without those that were undone."""
    held = list(events)
    undone = {
        version
        for event in held
        if event.kind == "act_undone"
        for version in _data(event)["versions"]
    }
    return [event for event in held if event.version not in undone] if undone else held


def _data(event: Event | Draft) -> dict[str, list[int]]:
    return event.fields() if isinstance(event, Event) else dict(event.data)
