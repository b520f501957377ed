"""What became of the messages that steps call for: each is a letter, kept with its case.

A letter tells of one event: the completion of its step, or a later correction of its fields.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from dashboard.cases.events import Draft, Event

# A letter's state follows from its last event. "sending": begun, and no end of it is known.
STATES = {
    "message_queued": "queued",
    "message_drafted": "drafted",
    "message_sending": "sending",
    "message_sent": "sent",
    "message_failed": "failed",
    "message_dropped": "dropped",
}
Letters = dict[tuple[int, str], "Letter"]


@dataclass(slots=True)
class Letter:
    """One message of a step. `of_version`: the event that it tells of.

    `version` and `at_us` are those of its last event. A failed one with `again_us` is tried again
    by Changeover from then on; one that is queued waits until then. `is_undone`: its step was
    reopened.
    """

    message: str
    step: int
    of_version: int
    version: int
    called_us: int
    state: str = ""
    at_us: int = 0
    actor: str = ""
    attempt: int = 0
    again_us: int | None = None
    reason: str = ""
    text: str = ""  # the ref of what is being sent
    is_outside: bool = False
    is_undone: bool = False

    @property
    def waits(self) -> bool:
        """Whether somebody still has to see to it."""
        return self.state not in ("sent", "dropped") and (
            self.state == "sending" or not self.is_undone
        )

    def is_due(self, now_us: int) -> bool:
        """Whether Changeover has to send it by now."""
        if self.is_undone or self.state not in ("queued", "failed"):
            return False
        if self.again_us is None:
            return self.state == "queued"
        return self.again_us <= now_us


def post(letters: Letters, event: Event | Draft, data: Mapping[str, Any]) -> None:
    """Take one more event of a message into account."""
    key = data["of_version"], data["message"]
    letter = letters.get(key)
    if letter is None:
        letter = Letter(key[1], data["step"], key[0], event.version, event.occurred_us)
        letters[key] = letter
    letter.state = STATES[event.kind]
    letter.version, letter.at_us, letter.actor = event.version, event.occurred_us, event.actor
    letter.attempt = data.get("attempt", 0)
    letter.again_us = data.get("again_us")
    letter.reason = data.get("reason", "")
    letter.is_outside = data.get("outside", False)
    if event.kind == "message_queued":
        letter.text = ""  # what is sent now is drafted anew
    elif "text" in data:
        letter.text = data["text"]["ref"]


def undo(letters: Letters, step: int) -> None:
    """The step and all after it were reopened: what waits to be sent of them is not sent."""
    for letter in letters.values():
        if letter.step >= step:
            letter.is_undone = True
