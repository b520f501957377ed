"""The one store of this process: opened once, kept for all sessions, exchanged on request.

It hangs on the module, not on Streamlit's cache, which any browser can empty with one message.
"""

import threading
from collections.abc import Callable, Hashable
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any, ParamSpec, TypeVar

import streamlit as st
from cachetools import LRUCache, cached

from dashboard import clock, steady
from dashboard.addresses import Database, Place, default_log, place_of
from dashboard.cli.listener import Listener
from dashboard.errors import LogHeld, LogRefused, Sentence
from dashboard.forecasting import Learner
from dashboard.instants import to_datetime
from dashboard.locales import reads
from dashboard.messages.courier import Courier
from dashboard.store import Store
from dashboard.ui import mail_server
from dashboard.ui.words import plain

P = ParamSpec("P")
T = TypeVar("T")

_open: dict[Place, "Held"] = {}
_opening = threading.RLock()  # whoever opens or closes has it; who finds an open log does not wait
_is_over = threading.Event()
_kept: list[tuple[LRUCache[Hashable, Any], threading.Condition]] = []


@dataclass(frozen=True, slots=True)
class Held:
    """The store, the ear for command lines that want it, who sends what waits, and who learns.

    Without an ear, others can have the log themselves.
    """

    store: Store
    listener: Listener | None
    courier: Courier | None
    learner: Learner

    def close(self) -> None:
        """Let go of the log, once nobody works on it any more."""
        self.learner.stop()
        if self.courier:
            self.courier.stop()
        if self.listener:
            self.listener.stop()
        self.store.close()


def log_place() -> Place:
    """Where the log is: what CHANGEOVER_LOG names, or the one in data/."""
    return place_of(default_log())


def held(place: Place) -> Held:
    """The open store at that place; one for the whole process. Raises LogRefused, LogHeld."""
    if found := _open.get(place):
        return found
    with _opening:
        if _is_over.is_set():
            raise LogRefused("The server is shutting down. Reload this page in a minute.")
        if place not in _open:
            _open[place] = _opened(place)
        return _open[place]


def let_go(place: Place) -> None:
    """Close the store at that place, if it is open, and forget what was computed from it.

    Whoever asks for it then opens it again.
    """
    with _opening:
        if found := _open.pop(place, None):
            found.close()
    for tables, lock in _kept:
        with lock:
            tables.clear()


def end() -> None:
    """Let go of every log for good: whatever still runs in a process that ends opens none again."""
    _is_over.set()
    for place in list(_open):
        let_go(place)


def _opened(place: Place) -> Held:
    if isinstance(place, Path):
        place.parent.mkdir(parents=True, exist_ok=True)
    store = Store.open(place)
    try:
        listener = _listener(store, place)
    except LogRefused:
        store.close()  # otherwise the next try would find the log held by this very process
        raise
    return Held(store, listener, mail_server.courier(store), _learner(store))


def _listener(store: Store, place: Place) -> Listener | None:
    """The ear of a process that alone can have the log; LogRefused if it cannot listen."""
    if isinstance(place, Database):
        return None
    listener = Listener(store, place)
    listener.start()
    return listener


def _learner(store: Store) -> Learner:
    """Who learns from the log as long as this process holds it."""
    started = Learner(store, by=mail_server.CARRIER, clock=clock.now)
    started.start()
    return started


def learner() -> Learner:
    """Who learns from the log; ask only where the store was had."""
    return held(log_place()).learner


def store() -> Store:
    """The store; a page in its place, which says what to do, if the log cannot be had."""
    try:
        found = held(log_place()).store
    except LogRefused as refused:
        st.title("Changeover", anchor=False)
        headline = (
            "The log is in use" if isinstance(refused, LogHeld) else "The log is not available"
        )
        st.error(plain(refused), title=headline, icon=":material/error:")
        st.button("Try again", icon=":material/refresh:", key="try-log-again")
        st.stop()
    reads(found.settings.reader(page_now(found)))
    return found


def write_for_department() -> None:
    """Write dates as the department does, in what runs without its page; nothing without a log."""
    with suppress(LogRefused):
        found = held(log_place()).store
        reads(found.settings.reader(page_now(found)))


def trouble() -> Sentence | None:
    """Why nothing can be stored now, and what to do; None if it can, or nobody knows yet."""
    try:
        return why_read_only(held(log_place()).store)
    except LogRefused:
        return None


def why_read_only(store: Store) -> Sentence | None:
    """Likewise, of a store that is at hand."""
    if full := store.trouble():
        return Sentence(full)
    return steady.behind(clock.now(), _last_recorded(store))


def clock_doubt(store: Store) -> Sentence | None:
    """That the clock may be wrong, for it is days after the last event; only as long as work waits.

    A log that simply rested is left in peace: once the clock is confirmed, nothing waits.
    """
    waits = not store.settings.is_sample and learner().waits
    return steady.rested(clock.now(), _last_recorded(store)) if waits else None


def _last_recorded(store: Store) -> datetime:
    return to_datetime(store.log.last_recorded_us())


def mail_trouble() -> str:
    """Why the mail server cannot be used now, if what waits was to be sent and was not."""
    courier = held(log_place()).courier
    return courier.trouble if courier else ""


def start_empty() -> Path:
    """Put the sample log aside and begin an empty one; returns where the sample is now.

    The files keep their order of names, so that the sample can still be opened as a log. Raises
    LogRefused for one in a database.
    """
    path = log_place()
    if isinstance(path, Database):
        raise LogRefused(
            f"the log {path} is a database, which cannot be renamed from here. Create an empty "
            "one, point CHANGEOVER_LOG to it, and restart the servers."
        )
    with _opening:  # nobody opens it again until its files have their new names
        let_go(path)
        aside = free_name(path)
        for ending in ("", ".wal", ".head", ".drafts"):
            with suppress(FileNotFoundError):
                path.with_name(path.name + ending).rename(aside.with_name(aside.name + ending))
    return aside


def free_name(path: Path) -> Path:
    """A name beside the log's that is not taken: LOG.sample, else LOG.sample-2 and so on."""
    names = [path.with_name(f"{path.name}.sample")]
    while names[-1].exists():
        names.append(path.with_name(f"{path.name}.sample-{len(names) + 1}"))
    return names[-1]


def page_now(store: Store) -> datetime:
    """Now, to the minute, so that figures can be kept; but never before what the log knows."""
    minute = clock.now().replace(second=0, microsecond=0)
    return max(minute, to_datetime(store.log.last_recorded_us()))


def by_key(most: int) -> Callable[[Callable[P, T]], Callable[P, T]]:
    """Keep what a function gave, by its last argument, for the whole process.

    Of many who ask for the same at once one works. What was asked for longest ago goes first.
    """
    tables, lock = LRUCache[Hashable, Any](most), threading.Condition()
    _kept.append((tables, lock))
    return cached(tables, lambda *args: args[-1], condition=lock)
