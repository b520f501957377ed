"""What the log keeps: the kinds of event, and an event before and after it has its place."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

# A kind never changes its meaning; a new meaning is a new kind.
CASE_KINDS = frozenset({
    "case_opened",  # workflow, fields; imported, flags
    "step_started",  # step
    "turn_recorded",  # step: the moment at which the step changed hands
    "step_completed",  # step, fields; imported, flags
    "step_corrected",  # step, of_version, at_us and/or fields
    "step_reopened",  # step, reason
    "case_withdrawn",  # reason
    "case_resumed",
    "case_amended",  # fields, reason
    "case_assigned",  # fields: owners
    "note_added",  # text
    "follow_up_set",  # date, or null to clear it
    "breach_explained",  # reason, comment
})  # fmt: skip
OTHER_KINDS = frozenset({
    "sample_marked",  # settings: this log is made up; seed, cases
    "tracker_imported",  # imports: file, counts, rejected rows
    "calendar_changed",  # settings: valid_from, calendar
    "targets_changed",  # settings: workflow, target_us, limit_us
})  # fmt: skip
KINDS = CASE_KINDS | OTHER_KINDS


@dataclass(frozen=True, slots=True)
class Draft:
    """An event before it has a place in the log; `personal` maps a ref in `data` to its value."""

    stream: str
    version: int
    kind: str
    occurred_us: int
    recorded_us: int
    actor: str
    data: Mapping[str, Any]
    command_id: str
    ordinal: int = 0
    personal: Mapping[str, str] = field(default_factory=dict[str, str])


@dataclass(frozen=True, slots=True)
class Event:
    """One row of the log; `data` is canonical JSON text, instants are UTC microseconds."""

    position: int
    stream: str
    version: int
    kind: str
    occurred_us: int
    recorded_us: int
    actor: str
    data: str
    command_id: str
    ordinal: int
    hash: str

    def fields(self) -> dict[str, Any]:
        """The event's data as a dictionary."""
        return self.parse(self.data)

    @staticmethod
    def parse(data: str) -> dict[str, Any]:
        """Data of an event from its canonical text."""
        return json.loads(data)
