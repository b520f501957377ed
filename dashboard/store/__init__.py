"""The only package that knows DuckDB and PostgreSQL: the log, the read model, and both together.

One `Store` per process: DuckDB admits a single writing process; over PostgreSQL there may be
several, each with a store of its own. Appends go one at a time.
"""

import threading
import time
from collections.abc import Callable, Generator, Sequence
from contextlib import AbstractContextManager, contextmanager
from datetime import datetime
from pathlib import Path
from typing import Any

import pyarrow as pa

from dashboard.addresses import Database, Place
from dashboard.cases import KINDS, Draft, Event
from dashboard.errors import LogRefused, StaleCase
from dashboard.instants import to_us
from dashboard.settings import Settings, settled
from dashboard.store.copies import Copy, copy_log, open_copy
from dashboard.store.desk import Bulk, Desk, case_id_of, firm_key
from dashboard.store.drafts import Drafts, FileDrafts
from dashboard.store.duckdb_chain import Told
from dashboard.store.duckdb_log import DuckdbLog
from dashboard.store.histories import History
from dashboard.store.log import Head, Log, events_table
from dashboard.store.model import Model
from dashboard.store.naming import Names, names_of
from dashboard.store.room import Disk
from dashboard.store.view import View, build, settings_events

# Positions and targets stand in the model: what changes them has it built anew.
SETTINGS_KINDS = frozenset({"calendar_changed", "hours_changed", "targets_changed"})
OWN_SECONDS = 0.5  # that a writer waits, at most, until much that others wrote is folded in
FEW = 1000  # events that are folded in while others wait
TRIAL = 10**12  # numbers of cases that a trial opens begin here: nobody else gives them


class Store(View):
    """The log with its read model: what pages read and commands write."""

    def __init__(self, log: Log, disk: Disk | None = None, drafts: Drafts | None = None) -> None:
        self.log = log
        self.drafts = drafts or Drafts()
        self._disk = disk
        self._writing: AbstractContextManager[object] = threading.RLock()
        self._catching_up = threading.Lock()
        self._unseen: dict[str, int] = {}  # streams whose writers did not wait to see their events
        super().__init__(*build(log.read(), self._naming))

    @classmethod
    def open(cls, place: Place, *, create: bool = True) -> "Store":
        """The store over the log at `place`, made if there is none and `create`.

        Raises LogRefused if the log cannot be trusted, LogHeld if another process has it.
        """
        if isinstance(place, Database):
            from dashboard.store.replica import Replica

            return Replica.over(place, create=create)
        log = DuckdbLog.open(place, KINDS, create=create)
        return cls(log, Disk(place), _drafts_beside(place.resolve()))

    def _history(self, case_id: str) -> History:
        """As in `View`; what this store has written of it is there."""
        self._see(case_id)
        return super()._history(case_id)

    def stream(self, name: str) -> list[Draft]:
        """As in `View`; what this store has written of it is there."""
        self._see(name)
        return super().stream(name)

    def version(self, stream: str) -> int:
        """The last version of a stream; 0 if it is empty."""
        self._see(stream)
        rows = self._model.sql(
            "SELECT coalesce(max(version), 0) AS version FROM events WHERE stream = $stream",
            {"stream": stream},
        )
        return rows["version"][0].as_py()

    def next_case_id(self) -> str:
        """An id that no case has yet; two who ask at once get the same, and one is refused."""
        return case_id_of(self.count_cases() + 1)

    def stored(self, command_id: str) -> list[Event]:
        """The events of a command that was carried out before; empty if it was not.

        Whoever asks twice at once sees what was stored, as the one that stored it does.
        """
        events = self.log.stored(command_id)
        if events:
            self._reach(events[-1].position, seconds=OWN_SECONDS)
        return events

    def append(self, drafts: Sequence[Draft]) -> list[Event]:
        """Store the drafts, all or none, and bring the model up to them.

        Raises StaleCase, CommandRefused (the clock was set back), LogRefused (disk).
        """
        events = self._store(drafts)
        # Outside: what others append meanwhile is folded in the same pass, so that a crowd
        # costs little more than one.
        if events:
            self._reach(events[-1].position, events, OWN_SECONDS)
        if events and events[-1].position > self._model.position:
            self._unseen.update((event.stream, event.position) for event in events)
        return events

    def trouble(self) -> str:
        """Why nothing can be stored now, and what to do, as a sentence; empty if all is well."""
        return self._disk.trouble() if self._disk else ""

    def behind(self) -> str:
        """How old what is shown is, as a sentence; empty if it is what the log holds."""
        return ""

    @contextmanager
    def alone(self) -> Generator[None]:
        """Nobody else writes while the block runs, and all that was written before is known."""
        while True:
            # Whoever wrote last may still be folding it in. If that is much, others do not wait.
            self._reach(self.log.head().position)
            with self._writing:
                if self.log.head().position - self._model.position > FEW:
                    continue
                self._reach(self.log.head().position)
                yield
                return

    @contextmanager
    def bulk(self) -> Generator[Bulk]:
        """Many commands as one transaction, which lands when the block ends without an error.

        Other writers wait meanwhile, so that nothing the bulk has read changes under it.
        """
        with self.alone():
            bulk = Bulk(self, self.count_cases(), is_new=not self.position)
            yield bulk
            if bulk.drafts:
                self.append(bulk.drafts)

    def trial(self) -> Bulk:
        """Many commands for which nobody waits: to be thrown away, or to land by `land`.

        What they read may change under them. New cases have ids that nobody else has, and not
        those that they are to get.
        """
        return Bulk(self, TRIAL)

    def land(self, ready: Callable[[], Sequence[Draft] | None]) -> bool:
        """Append what `ready` gives while nobody else writes; whether it gave something, not None.

        Others wait for `ready` and the append, and not until all of it can be read.
        """
        with self.alone():
            drafts = ready()
            events = self._store(drafts) if drafts else []
        if events:
            self._reach(events[-1].position, events)
        return drafts is not None

    def known_at(self, instant: datetime) -> View:
        """What the log knew at `instant`: its longest prefix recorded until then."""
        # … by the names that are known now: who acted then may have been named later
        return View(*build(self.log.read(known_at_us=to_us(instant)), lambda *_: self.names))

    @contextmanager
    def at_rest(self) -> Generator[Model]:
        """The model while nothing is added to it; for checks, which must be quick about it."""
        with self._catching_up:
            yield self._model

    def backup(self, path: Path, told: Told | None = None) -> Head:
        """Copy the log as it stands to a new file and check the copy; returns the head it has.

        Others go on writing meanwhile. Raises LogRefused if there is no room.
        """
        head = copy_log(self.log, path, told)
        with open_copy(path, "The copy", KINDS):
            return head

    def restore(self, copy: Copy) -> Head:
        """Fill the empty log with what a copy holds, all of it or nothing; returns its head.

        Raises LogRefused if the log is not empty or there is no room.
        """
        with self.alone(), self._catching_up:
            # built first: what no model can be made of would not open again either
            kept = copy.personal()
            values = dict(zip(*(kept[name].to_pylist() for name in ("ref", "value")), strict=True))
            model, head = build(
                copy.batches(),
                lambda rows, plain, settings: names_of(rows, values, settings, plain),
            )
            self.log.restore(copy.batches(), copy.personal(), copy.head)
            self._model, self._head = model, head
        return head

    def personal(self, refs: Sequence[str]) -> dict[str, str]:
        """Personal values by their refs; erased ones are absent."""
        return self.log.personal(refs)

    def close(self) -> None:
        """Close the log; the process may not write any more."""
        with self._writing, self._catching_up:
            self.log.close()
            super().close()

    def _see(self, stream: str) -> None:
        """Wait for what was written of the stream, if its writer did not."""
        if position := self._unseen.get(stream):
            self._reach(position)
            self._unseen.pop(stream, None)

    def _store(self, drafts: Sequence[Draft]) -> list[Event]:
        """Append the drafts, and leave the model as it is."""
        try:
            with self._writing:
                return self.log.append(drafts)
        except StaleCase as stale:
            # Whoever tries again must see what was in the way, or it is in the way again.
            self._reach(self.log.head().position)
            if stale.moved_by:
                stale = StaleCase(stale.case_id, stale.version, self.named(stale.moved_by))
            raise stale from None
        except LogRefused:
            if self._disk:
                self._disk.has_refused()
            raise

    def _naming(self, rows: list[dict[str, Any]], plain: list[str], settings: Settings) -> Names:
        refs = [row[name] for row in rows for name in ("name_ref", "email_ref")]
        return names_of(rows, self.log.personal(refs) if refs else {}, settings, plain)

    def _reach(self, end: int, events: Sequence[Event] = (), seconds: float = -1) -> None:
        """Bring the model up to the log's end, which is at `end` or past it.

        `events` are the last ones before `end`, if at hand: then they need not be read again.
        With `seconds` somebody else is left to do it, who has been at it for so long.
        """
        while end > self._model.position and self._catching_up.acquire(timeout=seconds):
            began = time.monotonic()
            try:
                self._fold(end, events)
            finally:
                self._catching_up.release()
            if time.monotonic() - began > OWN_SECONDS / 2:
                end = self.log.head().position  # whoever waited for it may have gone

    def _fold(self, end: int, events: Sequence[Event] = ()) -> None:
        """Likewise, for whoever has `_catching_up`."""
        position = self._model.position
        if end <= position:
            return
        at_hand = bool(events) and events[0].position == position + 1
        is_next = at_hand and end == self.log.head().position
        batches = [events_table(events)] if is_next else list(self.log.read(position))
        if any(_changes_settings(batch) for batch in batches):
            self._model, self._head = build(self.log.read(), self._naming)
            return
        changes = settings_events(batches)
        settings = settled(changes, self.settings) if changes else None
        self._model.apply(batches, settings, naming=self._naming)
        self._head = Head(batches[-1]["position"][-1].as_py(), batches[-1]["hash"][-1].as_py())


def _drafts_beside(path: Path) -> FileDrafts:
    return FileDrafts(path.with_name(f"{path.name}.drafts"))


def _changes_settings(batch: pa.Table) -> bool:
    return not SETTINGS_KINDS.isdisjoint(batch["kind"].unique().to_pylist())


__all__ = [
    "Bulk", "Copy", "Desk", "Store", "Told", "View", "case_id_of", "firm_key", "open_copy",
]  # fmt: skip
