"""What a log is, whichever database keeps it: its bytes, its hash chain, what it promises.

A log only grows. Each event's hash covers the one before, so a log that lost, changed or
swapped an event says so. Python and SQL compute the same chain: see `chain_text`.
"""

import hashlib
import json
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from operator import attrgetter
from typing import Any, NamedTuple, Protocol

import pyarrow as pa

from dashboard.cases import Draft, Event
from dashboard.errors import CommandRefused, InputRefused, StaleCase
from dashboard.instants import to_datetime

# A batch as `read` gives it; the chain covers the columns before the hash, in this order.
SCHEMA = pa.schema(
    {
        "position": pa.int64(),
        "stream": pa.string(),
        "version": pa.int32(),
        "kind": pa.string(),
        "occurred_us": pa.int64(),
        "recorded_us": pa.int64(),
        "actor": pa.string(),
        "data": pa.string(),
        "command_id": pa.string(),
        "ordinal": pa.int32(),
        "hash": pa.string(),
    }
)
COLUMNS = tuple(SCHEMA.names[:-1])
ZERO = "0" * 64  # what the first event's hash covers in place of a hash before it
BATCH = 100_000  # events
CLOCK_GRACE_US = 5 * 60 * 1_000_000  # two clocks of one office differ by less
LARGEST = 2**63 - 1  # what every reader of the JSON text takes as an integer


class Head(NamedTuple):
    """How far a log goes: the position and hash of its last event."""

    position: int
    hash: str

    @classmethod
    def empty(cls) -> "Head":
        """The head of a log without events."""
        return cls(0, ZERO)


class Tip(NamedTuple):
    """Where the next event goes: after this head, recorded no earlier than this."""

    head: Head
    recorded_us: int


@dataclass(frozen=True, slots=True)
class Written(Draft):
    """A draft with what takes longest about an append: texts that are the same wherever it goes.

    `before` and `after` are what the chain covers beside the instant at which it is recorded.
    """

    text: str = ""  # its data
    before: str = ""
    after: str = ""


class Log(Protocol):
    """An append-only log with one order. Safe to use from several threads."""

    def append(self, drafts: Sequence[Draft]) -> list[Event]:
        """Store the drafts, all or none, and return them as events.

        A draft whose command id and ordinal are stored already is not stored again: its stored
        event is returned in its place. A draft recorded a little before the last event (clocks
        differ) takes that event's instant.

        Raises StaleCase, CommandRefused (the clock was set back), InputRefused (a value that
        cannot be stored), LogRefused (the log cannot be written); ValueError for a kind of event
        that the log was not told of when it was opened.
        """
        ...

    def head(self) -> Head:
        """Position and hash of the last event."""
        ...

    def last_recorded_us(self) -> int:
        """When the last event was recorded; 0 if there is none."""
        ...

    def read(self, after: int = 0, known_at_us: int | None = None) -> Iterator[pa.Table]:
        """Batches of events after that position, in order; columns as in SCHEMA.

        With `known_at_us`, only the longest prefix of the log recorded until then.
        """
        ...

    def stored(self, *command_ids: str) -> list[Event]:
        """The events of these commands, in order; of one never carried out there are none."""
        ...

    def events_of(self, stream: str) -> list[Event]:
        """The events of one stream, by version."""
        ...

    def personal(self, refs: Sequence[str]) -> dict[str, str]:
        """Personal values by their refs; erased ones are absent."""
        ...

    def erase(self, refs: Sequence[str]) -> int:
        """Delete personal values for good, and return how many there were."""
        ...

    def hashes(self, positions: Sequence[int]) -> dict[int, str]:
        """The hashes of the events at these positions; those that there are not are absent."""
        ...

    def kept(self) -> tuple[Head, pa.Table]:
        """The head, and all personal values (ref, value) as they were when it was reached."""
        ...

    def restore(self, batches: Iterable[pa.Table], personal: pa.Table, head: Head) -> None:
        """Fill an empty log with what another one held, all of it or nothing.

        `batches` are as `read` gives them, checked, and end in `head`; `personal` as in `kept`.
        Raises LogRefused if the log is not empty or cannot be written.
        """
        ...

    def verify(self, told: Callable[[int, int], object] | None = None) -> Head:
        """Check every event and the head; LogRefused if anything is wrong.

        Others may write meanwhile. `told` hears how many events of how many are checked.
        """
        ...

    def close(self) -> None:
        """Let the log go; closing twice is fine."""
        ...


def canonical_json(data: Mapping[str, Any]) -> str:
    """One text for one meaning: sorted keys, no spaces, integers only.

    Raises InputRefused for what has no such text: floats, NUL, lone surrogates.
    """
    named = dict(data)
    _check_value(named)
    return json.dumps(named, sort_keys=True, separators=(",", ":"), ensure_ascii=False)


def chain_text(columns: Iterable[object]) -> str:
    """The bytes that a hash covers: of each column its length in bytes, a colon, its text."""
    texts = map(str, columns)
    return "".join(f"{len(text.encode())}:{text}" for text in texts)


def _number_text(number: int) -> str:
    """Likewise, of one number."""
    text = str(number)
    return f"{len(text)}:{text}"


def link(previous_hash: str, columns: Iterable[object]) -> str:
    """The hash of an event with these columns (as in COLUMNS) that follows `previous_hash`."""
    return hashlib.sha256((previous_hash + chain_text(columns)).encode()).hexdigest()


def write(draft: Draft) -> Written:
    """The draft with its texts; InputRefused for a value that cannot be stored."""
    if isinstance(draft, Written):
        return draft
    for text in (draft.stream, draft.kind, draft.actor, draft.command_id):
        check_text(text)
    text = canonical_json(draft.data)
    return Written(
        draft.stream, draft.version, draft.kind, draft.occurred_us, draft.recorded_us, draft.actor,
        draft.data, draft.command_id, draft.ordinal, draft.personal, text,
        chain_text((draft.stream, draft.version, draft.kind, draft.occurred_us)),
        chain_text((draft.actor, text, draft.command_id, draft.ordinal)),
    )  # fmt: skip


def place(
    drafts: Iterable[Draft],
    tip: Tip,
    versions: Mapping[str, int],
    stored: Mapping[tuple[str, int], Event],
) -> list[Event]:
    """The drafts as events that follow `tip`; one that is `stored` is given as it is there.

    `versions` says how far each stream goes. Raises as `Log.append` does.
    """
    placed = dict(stored)
    reached: dict[str, int] = {}
    events: list[Event] = []
    for draft in drafts:
        key = draft.command_id, draft.ordinal
        if key not in placed:
            held = reached.get(draft.stream) or versions.get(draft.stream, 0)
            if draft.version != held + 1:
                raise StaleCase(draft.stream, draft.version)
            event = _follow(draft, tip)
            tip = Tip(Head(event.position, event.hash), event.recorded_us)
            reached[draft.stream] = draft.version
            placed[key] = event
        events.append(placed[key])
    return events


def check_text(text: str) -> None:
    """Raise InputRefused for a text that no log can keep."""
    try:
        unfit = b"\0" in text.encode()
    except UnicodeEncodeError:
        unfit = True
    if unfit:
        raise InputRefused(
            f"The text {text!r} contains a character that cannot be stored (shown as \\x00 or "
            "\\ud800 to \\udfff). Remove it, or type the text again."
        )


def events_table(events: Iterable[Event]) -> pa.Table:
    """Events as a batch of `Log.read`."""
    rows = list(events)
    columns = {name: list(map(attrgetter(name), rows)) for name in SCHEMA.names}
    return pa.table(columns, schema=SCHEMA)


def _follow(draft: Draft, tip: Tip) -> Event:
    recorded_us = _recorded_us(draft, tip.recorded_us)
    if draft.occurred_us > recorded_us:
        raise CommandRefused(
            f"An event at {_told(draft.occurred_us)} cannot be recorded at {_told(recorded_us)}, "
            "before it happened. Enter a time up to now."
        )
    held, position = write(draft), tip.head.position + 1
    at, recorded = _number_text(position), _number_text(recorded_us)
    covered = f"{tip.head.hash}{at}{held.before}{recorded}{held.after}"
    return Event(
        position, draft.stream, draft.version, draft.kind, draft.occurred_us, recorded_us,
        draft.actor, held.text, draft.command_id, draft.ordinal,
        hash=hashlib.sha256(covered.encode()).hexdigest(),
    )  # fmt: skip


def _recorded_us(draft: Draft, last_us: int) -> int:
    if last_us - draft.recorded_us >= CLOCK_GRACE_US:
        raise CommandRefused(
            f"This would be recorded at {_told(draft.recorded_us)}, but the last entry in the log "
            f"is from {_told(last_us)}, and entries must be in order. Correct this machine's "
            "clock, or enter a later time. If the clock was ahead back then, see "
            "docs/operate.md, The clock."
        )
    return max(draft.recorded_us, last_us)


def _told(us: int) -> str:
    return f"{to_datetime(us):%Y-%m-%d %H:%M:%S} UTC"


def _check_value(value: object) -> None:
    match value:
        case None | bool():
            pass
        case str():
            check_text(value)
        case int():
            if abs(value) > LARGEST:
                raise InputRefused(f"The number {value} is too large to be stored. Shorten it.")
        case list() | tuple():
            _check_all(value)
        case dict():
            _check_names(value)
            _check_all(value.values())
        case _:
            raise InputRefused(
                f"{value!r} cannot be stored: the log takes text, whole numbers, yes or no, "
                "lists, and named values. Enter one of these."
            )


def _check_all(values: Iterable[object]) -> None:
    for value in values:
        _check_value(value)


def _check_names(names: Iterable[object]) -> None:
    for name in names:
        if not isinstance(name, str):
            raise InputRefused(f"{name!r} cannot name a value in the log: names must be text.")
        check_text(name)
