"""The command that deletes personal values for good. The log itself stays as it is."""

from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import Any

from dashboard.commands.drafting import Deed, Entry, Stored
from dashboard.commands.settling import enact, require_admin
from dashboard.errors import CommandRefused
from dashboard.people import Person
from dashboard.store import Store

STREAM = "erasures"


def erase_personal(
    store: Store,
    stream: str,
    *,
    by: Person,
    now: datetime,
    fields: Sequence[str] = (),
    entry: int | None = None,
) -> Stored:
    """Delete the personal values of a case (or of `feedback`), and note who did it.

    All of them, or those of `fields` only, or of the entry of that number only; and all drafts
    about it, or of that person. Noted first: what a crash leaves undone is done when it is asked
    for again. Raises NotAllowed, CommandRefused (nothing is kept there), LogRefused.
    """
    require_admin(by, "erase personal details")
    found = [
        (key, ref)
        for event in store.log.events_of(stream)
        if entry in (None, event.version)
        for key, ref in _refs(event.fields())
        if not fields or key in fields
    ]
    kept = store.personal([ref for _, ref in found])
    keys = sorted({key for key, ref in found if ref in kept})
    drafts = store.drafts.erase(stream)  # whoever is typing about it keeps what is on the screen
    if not keys:
        raise _nothing(stream, drafts)
    deed = Deed(by, now, None, None, None, None)

    def decide() -> Entry:
        data: dict[str, Any] = {"of": stream, "keys": keys, "values": len(kept)}
        return Entry("personal_erased", deed.now_us, data | ({"entry": entry} if entry else {}))

    stored = enact(store, STREAM, deed, decide)
    store.log.erase(list(kept))
    return stored


def _nothing(stream: str, drafts: int) -> CommandRefused:
    """Why nothing was erased of the log."""
    if drafts:
        return CommandRefused(
            f"What people had typed about {stream} and not saved was deleted. The log has no "
            "such personal detail of it."
        )
    return CommandRefused(
        f"Nothing was erased: {stream} has no such personal detail. Check the case ID, the "
        "field's key, and the entry number; it may already be erased."
    )


def _refs(data: Any, key: str = "") -> Iterator[tuple[str, str]]:
    """What is kept beside the log of an event's data: the key that it stands under, and its ref."""
    if isinstance(data, dict) and data.keys() == {"ref"}:
        yield key, data["ref"]
    elif isinstance(data, dict):
        for name, part in data.items():
            yield from _refs(part, name)
    elif isinstance(data, list):
        for part in data:
            yield from _refs(part, key)
