"""One stream of the log as the read model holds it."""

from collections.abc import Iterable, Mapping
from typing import Any

from dashboard.cases import Draft, Event

EVENTS_OF_CASE = (
    "SELECT version, kind, occurred.us AS occurred_us, recorded_us, actor, data "
    "FROM events WHERE case_no = $case_no ORDER BY version"
)


def history(stream: str, rows: Iterable[Mapping[str, Any]]) -> list[Draft]:
    """The events of a stream from rows as `EVENTS_OF_CASE` gives them."""
    return [
        Draft(
            stream,
            row["version"],
            row["kind"],
            row["occurred_us"],
            row["recorded_us"],
            row["actor"],
            Event.parse(row["data"]),
            command_id="",
        )
        for row in rows
    ]
