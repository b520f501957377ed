"""Two servers over one log on PostgreSQL, sixteen writers, and everything between them cut.

Each server is a process of its own with the store that pages would have, and half of the writers.
It tells over a pipe what it was told is stored, and when its model showed which position. Along
the way connections are cut, the database is stopped, in order and as if the power had failed, and
a server is killed and started anew.
"""

import random
import signal
import threading
import time
from collections import Counter
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from itertools import count
from multiprocessing.connection import Connection
from typing import Any

from dashboard import clock, commands
from dashboard.addresses import Database
from dashboard.cases import Draft, Event
from dashboard.errors import DashboardError, LogRefused, UnknownCase
from dashboard.store import Store
from dashboard.store.check import drifted
from dashboard.store.replica import Replica
from tests.builders import LEAD, form, step_fields
from tests.drafts import rows
from tests.log_files import PROCESSES
from tests.postgres import Server, postgres
from tests.replicas import level, tables_of

PROCESSES.set_forkserver_preload(["tests.log_files", "tests.torture.replicas"])
WRITERS = 8  # on each server
LOOK_SECONDS = 0.002  # between two looks at how far a model is
PATIENCE_SECONDS = 120
# At which share of the events which accident happens.
ACCIDENTS = {
    0.1: "connections cut",
    0.2: "connections cut",
    0.3: "database stopped",
    0.45: "connections cut",
    0.5: "server killed",
    0.65: "power of the database failed",
    0.8: "connections cut",
    0.9: "server killed",
}


@dataclass(frozen=True, slots=True)
class Ack:
    """What a writer was told is stored."""

    command_id: str
    position: int
    hash: str


@dataclass
class Told:
    """What the servers said; instants are by the clock that all processes share."""

    acks: list[Ack] = field(default_factory=list)
    committed: list[list[tuple[int, float]]] = field(default_factory=lambda: [[], []])
    shown: list[list[tuple[float, int]]] = field(default_factory=lambda: [[], []])
    tables: dict[int, dict[str, str]] = field(default_factory=dict)
    drifted: dict[int, list[str]] = field(default_factory=dict)


# --- A server --------------------------------------------------------------------------------


def serve(url: str, name: str, pipe: Connection) -> None:
    """Write until told to stop; then come level with the log and tell what the model holds."""
    store, stop = Replica.over(Database(url)), threading.Event()
    speaking = threading.Lock()

    def say(*words: Any) -> None:
        with speaking:
            pipe.send(words)

    append = store.log.append

    def told(drafts: Sequence[Draft]) -> list[Event]:
        events = append(drafts)
        say("committed", events[-1].position, time.monotonic())
        return events

    store.log.append = told  # nobody else learns when that was

    def watch() -> None:
        last = 0
        while not stop.wait(LOOK_SECONDS):
            if (position := store.position) > last:
                last = position
                say("shown", time.monotonic(), position)

    writing = [lambda number=number: write(store, f"{name}-{number}", stop, say)
               for number in range(WRITERS)]  # fmt: skip
    threads = [threading.Thread(target=work) for work in [*writing, watch]]
    for thread in threads:
        thread.start()
    pipe.recv()
    stop.set()
    for thread in threads:
        thread.join()
    pipe.send(("stopped",))
    pipe.recv()  # the others have stopped too
    level(store)
    pipe.send(("tables", tables_of(store), drifted(store)))
    store.close()


def write(store: Store, name: str, stop: threading.Event, say: Callable[..., None]) -> None:
    """Open cases of one's own and take them on, and write on others' cases too."""
    chance, own = random.Random(name), ""
    for number in count():
        if stop.is_set():
            return
        try:
            act, own = _act(store, chance, own)
        except UnknownCase:  # stored, and not shown within a second: the database is away
            time.sleep(LOOK_SECONDS)
            continue
        event = _done(act, f"{name}/{number}", stop)
        if event is not None:
            own = event.stream if event.kind == "case_opened" else own
            say("stored", Ack(event.command_id, event.position, event.hash))


def _act(store: Store, chance: random.Random, own: str) -> tuple[Callable[[str], Any], str]:
    """One event, and the case that one's own is afterwards."""
    known = store.case(own) if own else None
    if known is None or known.current_step is None or chance.random() < 0.15:
        return lambda key: commands.open_case(
            store, "local", form("local"), by=LEAD, now=clock.now(), command_id=key
        ), ""
    if chance.random() < 0.3 and (cases := store.count_cases()) > 1:
        other = f"C-{chance.randint(1, cases):04d}"
        return lambda key: commands.add_note(
            store, other, "seen", by=LEAD, now=clock.now(), command_id=key
        ), own
    step = known.current_step
    return lambda key: commands.complete_step(
        store, own, step, step_fields(known, step, clock.now()), by=LEAD,
        now=clock.now(), command_id=key,
    ), own  # fmt: skip


def _done(act: Callable[[str], Any], key: str, stop: threading.Event) -> Any:
    """Do it, again while the log refuses, as a person would; None if it is refused for good."""
    until = time.monotonic() + PATIENCE_SECONDS
    while True:
        try:
            return act(key)[-1]
        except LogRefused:
            if stop.is_set() or time.monotonic() > until:
                return None
            time.sleep(0.05)
        except DashboardError:
            return None  # another one was quicker


# --- The race --------------------------------------------------------------------------------


class Race:
    """Two servers at work on one database."""

    def __init__(self, url: str) -> None:
        self.told, self._url = Told(), url
        self._starts = count()
        self._pipes: dict[int, Connection] = {}
        self._processes: dict[int, Any] = {}
        for place in (0, 1):
            self._begin(place)

    def _begin(self, place: int) -> None:
        ours, theirs = PROCESSES.Pipe()
        name = f"server {place}.{next(self._starts)}"
        process = PROCESSES.Process(target=serve, args=(self._url, name, theirs), daemon=True)
        process.start()
        theirs.close()
        self._pipes[place], self._processes[place] = ours, process

    def listen(self, seconds: float = 0.05) -> None:
        """Take what was said until now, and wait so long."""
        time.sleep(seconds)
        for place in (0, 1):
            self._take(place)

    def kill(self, place: int) -> None:
        """Kill -9 a server, and start it anew."""
        self._processes[place].kill()
        self._processes[place].join()
        assert self._processes[place].exitcode == -signal.SIGKILL
        with suppress(EOFError, OSError):
            self._take(place)
        self._begin(place)

    def end(self) -> None:
        """Have both stop, come level and tell."""
        for sign in ("stopped", "tables"):
            for pipe in self._pipes.values():
                pipe.send("go on")
            for place in (0, 1):
                self._await(place, sign)
        for process in self._processes.values():
            process.join(PATIENCE_SECONDS)
            assert process.exitcode == 0

    def _await(self, place: int, sign: str) -> None:
        until = time.monotonic() + PATIENCE_SECONDS
        while self._take(place) != sign:
            assert time.monotonic() < until, f"server {place} does not answer"
            time.sleep(0.01)

    def _take(self, place: int) -> str:
        """All that the server has said; the last word, if it is one that was waited for."""
        sign = ""
        while not sign and self._pipes[place].poll():
            match self._pipes[place].recv():
                case ("stored", ack):
                    self.told.acks.append(ack)
                case ("committed", position, at):
                    self.told.committed[place].append((position, at))
                case ("shown", at, position):
                    self.told.shown[place].append((at, position))
                case ("tables", tables, wrong):
                    self.told.tables[place], self.told.drifted[place] = tables, wrong
                    sign = "tables"
                case (said,):
                    sign = said
        return sign


def race(server: Server, events: int, seed: int, accidents: dict[float, str]) -> Counter[str]:
    """So many events on two servers with these accidents; AssertionError if anything is wrong."""
    chance, tally = random.Random(seed), Counter[str]()
    database = Database(server.database())
    running = Race(database.url)
    due = sorted(accidents.items())
    until = time.monotonic() + PATIENCE_SECONDS + events / 10
    while len(running.told.acks) < events or due:
        assert time.monotonic() < until, f"{len(running.told.acks)} events only"
        running.listen()
        if due and len(running.told.acks) >= due[0][0] * events:
            _, accident = due.pop(0)
            _happen(accident, server, running, chance)
            tally[accident] += 1
    running.end()
    return tally + look(database, running.told)


def _happen(accident: str, server: Server, running: Race, chance: random.Random) -> None:
    if accident == "connections cut":
        server.hang_up()
    elif accident == "server killed":
        running.kill(chance.randrange(2))
    else:
        server.stop(signal.SIGINT if accident == "database stopped" else signal.SIGQUIT)
        running.listen(chance.uniform(0.2, 1.5))
        server.start()


def look(database: Database, told: Told) -> Counter[str]:
    """What is in the log and on the servers is what was acknowledged, once and in order."""
    store = Replica.over(database)
    held = rows(store.log)
    at = {event["position"]: event for event in held}
    assert store.log.verify().position == len(held)
    assert [event["position"] for event in held] == list(range(1, len(held) + 1))
    for ack in told.acks:  # nothing lost, nothing moved
        assert at[ack.position]["hash"] == ack.hash
        assert at[ack.position]["command_id"] == ack.command_id
    once = Counter(event["command_id"] for event in held)
    assert set(once.values()) <= {1}
    lost = len({ack.command_id for ack in told.acks} - set(once))
    assert (lost, told.drifted) == (0, {0: [], 1: []})
    assert told.tables[0] == told.tables[1] == tables_of(store)
    for shown in told.shown:  # forward only, but for a server that began anew
        assert all(position <= len(held) for _, position in shown)
    store.close()
    return Counter({"events": len(held), "acknowledged": len(told.acks)})


def replicate_often(events: int, seed: int) -> Counter[str]:
    """So many events; every accident that there is."""
    with postgres() as server:
        return race(server, events, seed, ACCIDENTS)
