"""What happened to one case and where it stands, as the read model holds it."""

import threading
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any

from cachetools import LRUCache

from dashboard.cases import Case, Draft, Event, fold
from dashboard.store.naming import Names

EVENTS_OF_CASE = (
    "SELECT version, kind, occurred.us AS occurred_us, recorded_us, actor, data "
    "FROM events WHERE case_no = $case_no ORDER BY version"
)
MOST = 256  # cases: those that people work on now


@dataclass(frozen=True, slots=True)
class History:
    """The events of a case by version, and the case after them, which nobody changes.

    Both have the names of who acted; `recorded` are the events as they are in the log, with keys.
    """

    recorded: tuple[Draft, ...]
    events: tuple[Draft, ...]
    case: Case

    @classmethod
    def of(cls, recorded: Iterable[Draft], names: Names) -> "History":
        """Folded from at least one event."""
        held = tuple(recorded)
        events = tuple(named(held, names))
        return cls(held, events, fold(held[0].stream, events))


class Histories:
    """Those asked for last, by the number of their case. Safe to use from several threads."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._held = LRUCache[int, History](MOST)
        self._changes = 0

    def get(self, number: int) -> tuple[History | None, int]:
        """The history, if it is held, and a mark for `keep`."""
        with self._lock:
            return self._held.get(number), self._changes

    def keep(self, number: int, history: History, mark: int) -> None:
        """Hold one that was read since that mark was given, unless something was added since."""
        with self._lock:
            if mark == self._changes:
                self._held[number] = history

    def change(self, histories: Mapping[int, History] | None) -> None:
        """Events were added: to these cases alone, or who knows to which."""
        with self._lock:
            self._changes += 1
            if histories is None:
                self._held.clear()
            else:
                self._held.update(histories)


def drafts(stream: str, rows: Iterable[Mapping[str, Any]]) -> list[Draft]:
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


def named(events: Iterable[Draft], names: Names) -> Iterator[Draft]:
    """The events with the names of who acted."""
    for event in events:
        name = names.named(event.actor)
        yield event if name == event.actor else replace(event, actor=name)
