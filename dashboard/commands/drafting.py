"""What every command does: look up, check who and when, append. Refused leaves no trace."""

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID, uuid5

from dashboard.cases import Case, Draft, Event
from dashboard.errors import CommandRefused, InputRefused, StaleCase
from dashboard.instants import to_datetime, to_us
from dashboard.people import Person, is_reserved
from dashboard.store import Desk
from dashboard.workdays import FIRST_INSTANT
from dashboard.workflows import is_one_line

Stored = list[Event] | list[Draft]

OURS = UUID("6f1d3a52-5c0e-4c55-9b57-0c8f6e1f7a3d")  # the namespace of ids made here
CLOCKS_DIFFER_US = 300_000_000  # two clocks of one office differ by less than five minutes
LONGEST_NAME = 120
TRIES = 20  # of many who write at the same moment, one after the other gets through


@dataclass(frozen=True, slots=True)
class Deed:
    """Who does it, when it is recorded, when it happened, who did it, under which command id."""

    by: Person
    now: datetime
    at: datetime | None = None
    done_by: str | None = None
    version: int | None = None
    command_id: str | None = None

    def __post_init__(self) -> None:
        if self.done_by:
            name_given(self.done_by, "Nothing was recorded", "who did it")

    @property
    def now_us(self) -> int:
        """When the command is given."""
        return to_us(self.now)


@dataclass(slots=True)
class Entry:
    """One event that a command wants to write; `personal` maps a field's key to its value.

    `kept` maps refs that stand in `data` already to the values that lie beside the log.
    """

    kind: str
    at_us: int
    data: dict[str, Any] = field(default_factory=dict[str, Any])
    personal: Mapping[str, str] = field(default_factory=dict[str, str])
    done_by: str | None = None
    kept: Mapping[str, str] = field(default_factory=dict[str, str])


def act(desk: Desk, case_id: str, deed: Deed, decide: Callable[[Case], Sequence[Entry]]) -> Stored:
    """Carry out a command on one case: `decide` checks the case and says what happens.

    The same command id given again returns the events stored the first time. Raises what
    `decide` raises, UnknownCase, and StaleCase if the case moved since `deed.version`.
    """
    if deed.command_id and (stored := desk.stored(deed.command_id)):
        return stored
    case = desk.case(case_id)
    edited = case.edited_version
    if deed.version is not None and not edited <= deed.version <= case.version:
        raise StaleCase(case_id, edited, case.actors.get(edited))
    for _ in range(TRIES - 1):
        try:
            return desk.append(drafts(case_id, case.version, deed, decide(case)))
        except StaleCase:
            # A message that went its way meanwhile changes nothing that the person saw.
            case = desk.case(case_id)
            if case.edited_version != edited:
                raise
    return desk.append(drafts(case_id, case.version, deed, decide(case)))


def drafts(
    stream: str, version: int, deed: Deed, entries: Sequence[Entry], ordinal: int = 0
) -> list[Draft]:
    """The entries as drafts, versions counted on from `version`.

    A command without an id is known by what it says: by whom, when, what, after which version.
    """
    if not (command_id := deed.command_id):
        said = json.dumps([[entry.kind, entry.at_us, entry.data] for entry in entries])
        command_id = str(uuid5(OURS, f"{stream} {version} {deed.by.actor} {deed.now_us} {said}"))
    return [
        _draft(stream, version + number, deed, entry, (command_id, ordinal + number - 1))
        for number, entry in enumerate(entries, start=1)
    ]


def _draft(stream: str, version: int, deed: Deed, entry: Entry, key: tuple[str, int]) -> Draft:
    # Where personal values lie follows from the command: the same one again, the same refs.
    refs = {field: str(uuid5(OURS, f"{key[0]} {key[1]} {field}")) for field in entry.personal}
    data: dict[str, Any] = entry.data | ({"done_by": entry.done_by} if entry.done_by else {})
    if refs:
        data["fields"] = data["fields"] | {field: {"ref": ref} for field, ref in refs.items()}
    personal = {refs[field]: value for field, value in entry.personal.items()} | dict(entry.kept)
    recorded_us = max(deed.now_us, entry.at_us)
    return Draft(
        stream, version, entry.kind, entry.at_us, recorded_us, deed.by.actor, data, *key, personal
    )


def when(deed: Deed, what: str, *bounds: tuple[int | None, str]) -> int:
    """The instant at which it happened: `deed.at`, else now.

    Refused after now, before the calendar begins, or before any of the bounds (instant, its
    words). An instant not given that a bound lies just ahead of (clocks differ) is the bound's.
    """
    earliest = [(us, words) for us, words in bounds if us is not None]
    if deed.at is None:
        near = [us for us, _ in earliest if us < deed.now_us + CLOCKS_DIFFER_US]
        at_us = max([deed.now_us, *near])
    elif (at_us := to_us(deed.at)) > deed.now_us:
        raise CommandRefused(
            "{what} cannot have happened at {at}: that is in the future. Enter a time up to now.",
            what=what,
            at=to_datetime(at_us),
        )
    if at_us < to_us(FIRST_INSTANT):
        raise CommandRefused(
            "{what}: {at} is too long ago. Check the year.", what=what, at=to_datetime(at_us)
        )
    for us, words in earliest:
        if at_us < us:
            raise CommandRefused(
                "{what} cannot have happened at {at}: {words} at {bound}. "
                "Enter that time or a later one.",
                what=what,
                at=to_datetime(at_us),
                words=words,
                bound=to_datetime(us),
            )
    return at_us


def name_given(name: str, what: str, whom: str) -> str:
    """The name, stripped; InputRefused if it is empty, too long or more than one line."""
    stripped = name.strip()
    if not is_one_line(stripped) or not 0 < len(stripped) <= LONGEST_NAME:
        raise InputRefused(
            f"{what}: {whom} must be a name of 1 to {LONGEST_NAME} characters on one line. Enter "
            "it again."
        )
    if is_reserved(stripped):
        raise InputRefused(
            f"{what}: {whom} cannot be {stripped!r}, which is reserved for Changeover. Enter a "
            "person's name."
        )
    return stripped


def reason_given(text: str | None, what: str) -> str:
    """The reason, stripped; CommandRefused if there is none or it is too long."""
    reason = (text or "").strip()
    if not reason:
        raise CommandRefused(f"{what} needs a reason. Enter a few words.")
    if len(reason) > 500:
        raise CommandRefused(f"{what}: the reason has {len(reason)} characters. Use at most 500.")
    return reason
