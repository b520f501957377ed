"""Drafts for the tests of the log."""

from typing import Any

from dashboard.cases import Draft
from dashboard.store.log import Log

KINDS = frozenset({"case_opened", "note_added", "step_completed"})
BEGINNING_US = 1_790_000_000_000_000
MINUTE_US = 60_000_000


def draft(stream: str = "C-0001", version: int = 1, **changed: Any) -> Draft:
    """A draft whose command id follows from stream and version, recorded in the first minute."""
    values: dict[str, Any] = {
        "kind": "note_added",
        "occurred_us": BEGINNING_US,
        "recorded_us": BEGINNING_US,
        "actor": "T. Vance",
        "data": {"text": f"note {version} – done ✔"},
        "command_id": f"{stream}/{version}",
    }
    return Draft(stream, version, **values | changed)


def rows(log: Log, after: int = 0, known_at_us: int | None = None) -> list[dict[str, Any]]:
    """The log's events as dictionaries."""
    return [row for batch in log.read(after, known_at_us) for row in batch.to_pylist()]


def command(number: int, size: int = 20) -> list[Draft]:
    """A command of three events, one of which keeps a personal value."""
    ref = f"ref-{number}"
    stream = f"C-{number:04d}"
    return [
        draft(stream, 1, command_id=stream, data={"contact": ref}, personal={ref: f"<{ref}>"}),
        draft(stream, 2, command_id=stream, ordinal=1, data={"text": "Ω" * size}),
        draft(stream, 3, command_id=stream, ordinal=2),
    ]
