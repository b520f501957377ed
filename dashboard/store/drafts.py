"""What people were typing and have not stored yet: beside the log, and no part of it.

Whose it is, of which place, which cases it is about, and when it was kept; after a week it is gone.
What cannot be written is remembered as long as this process lives: a draft must keep nobody out.
"""

import hashlib
import json
import logging
import threading
from collections.abc import Iterable
from contextlib import suppress
from datetime import datetime, timedelta
from pathlib import Path
from typing import NamedTuple

from dashboard import owned
from dashboard.instants import to_us

KEPT_FOR = timedelta(days=7)
LARGEST = 1_000_000  # signs of one draft; more is not kept
FOLDERS = 0o700
logger = logging.getLogger(__name__)


class Typed(NamedTuple):
    """What was typed, as text; about which cases; and when it was kept (UTC microseconds)."""

    text: str
    about: tuple[str, ...]
    kept_us: int


class Drafts:
    """Drafts by owner and place, in memory. Safe to use from several threads."""

    def __init__(self) -> None:
        self._held: dict[str, dict[str, Typed]] = {}
        self._lock = threading.Lock()

    def of(self, owner: str, now: datetime) -> dict[str, Typed]:
        """What the owner has typed and not stored, by place."""
        with self._lock:
            held = self._held.get(owner, {})
            return {place: one for place, one in held.items() if one.kept_us >= oldest_us(now)}

    def keep(self, owner: str, place: str, draft: Typed, now: datetime) -> None:
        """Keep it in the place of an earlier one, and forget what anybody kept too long ago."""
        with self._lock:
            for name, held in list(self._held.items()):
                old = [key for key, one in held.items() if one.kept_us < oldest_us(now)]
                self._take_out(name, old)
            if len(draft.text) <= LARGEST:
                self._held.setdefault(owner, {})[place] = draft
                self._put(owner)

    def drop(self, owner: str, place: str) -> None:
        """Forget one: it has been stored, or is not wanted."""
        with self._lock:
            self._take_out(owner, [place])

    def erase(self, of: str) -> int:
        """Forget all that are about that case, or that person's; returns how many there were."""
        with self._lock:
            gone = {
                owner: [key for key, one in held.items() if of == owner or of in one.about]
                for owner, held in self._held.items()
            }
            for owner, places in gone.items():
                self._take_out(owner, places)
            return sum(map(len, gone.values()))

    def _take_out(self, owner: str, places: Iterable[str]) -> None:
        held = self._held.get(owner, {})
        found = [held.pop(place) for place in places if place in held]
        if found:
            if not held:
                del self._held[owner]
            self._put(owner)

    def _put(self, owner: str) -> None:
        """Write what that owner has now; in memory nothing has to be."""


class FileDrafts(Drafts):
    """Drafts in a folder of files, one an owner, which only this process's user may read."""

    def __init__(self, folder: Path) -> None:
        super().__init__()
        self._folder = folder
        with suppress(OSError):  # of earlier versions; it held what was typed, too
            folder.with_suffix(".unfinished").unlink(missing_ok=True)
        for path in sorted(folder.glob("*.json")):
            with suppress(OSError, ValueError, TypeError, AttributeError, KeyError):  # damaged
                said = json.loads(path.read_text("utf-8"))
                self._held[str(said["owner"])] = {
                    str(place): Typed(str(text), tuple(about), int(kept_us))
                    for place, (text, about, kept_us) in said["drafts"].items()
                }

    def _put(self, owner: str) -> None:
        try:
            self._write(owner)
        except OSError as error:
            logger.warning("What somebody was typing is kept in memory: %s", error.strerror)

    def _write(self, owner: str) -> None:
        name = hashlib.sha256(owner.encode(errors="replace")).hexdigest()[:32]
        path, held = self._folder / f"{name}.json", self._held.get(owner)
        if not held:
            path.unlink(missing_ok=True)
            return
        if not self._folder.is_dir():
            self._folder.mkdir(FOLDERS)
            owned.hand_over(self._folder, self._folder.parent)
        aside = path.with_suffix(".new")
        aside.unlink(missing_ok=True)
        with open(aside, "w", encoding="utf-8", opener=owned.opener) as file:
            json.dump({"owner": owner, "drafts": held}, file)
        owned.keep_owner(aside, path)
        aside.replace(path)


def oldest_us(now: datetime) -> int:
    """What was kept before is too old."""
    return to_us(now - KEPT_FOR)
