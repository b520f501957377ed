"""Kill -9 at random moments: nothing acknowledged is lost, nothing torn, nothing stored twice.

A process of its own works on the log and tells over a pipe how far the log went with each thing
that it was told is stored. It is killed, and the log is opened again.
"""

import os
import random
import shutil
import signal
import tempfile
import threading
import time
from collections import Counter
from collections.abc import Callable, Generator
from contextlib import contextmanager
from dataclasses import dataclass, field
from itertools import count
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any

from dashboard import clock, commands
from dashboard.__main__ import main
from dashboard.cases import KINDS, Event
from dashboard.cli.listener import Listener
from dashboard.intake import import_tracker
from dashboard.store import Store, duckdb_log, open_copy
from dashboard.store.duckdb_log import DuckdbLog
from dashboard.store.head_file import MOVING, read_head, read_note
from dashboard.store.log import Head
from dashboard.workdays import Calendar
from tests.builders import ADMIN, LEAD, form
from tests.drafts import command, rows
from tests.log_files import PROCESSES
from tests.sheets import csv_of, row

PROCESSES.set_forkserver_preload(["tests.log_files", "tests.torture.crashes"])
WRITERS = 4
ROWS = 20  # of an imported sheet
LONG = 4_000  # events: then a new log is begun, so that opening it takes no longer and longer
OFTEN = 60_000  # bytes: so kills also meet the moving of events into the database
MOST_SECONDS = 0.5


@dataclass
class Told:
    """What the working process said before it was killed."""

    heads: dict[int, str] = field(default_factory=dict)

    def listen(self, pipe: Connection) -> None:
        """Take what is in the pipe, though the process at its other end has gone."""
        while pipe.poll():
            try:
                position, hash_ = pipe.recv()
            except EOFError:
                return
            if position:
                self.heads[position] = hash_


class Speaker:
    """The working process's end of the pipe; several threads use it."""

    def __init__(self, pipe: Connection) -> None:
        self._pipe = pipe
        self._speaking = threading.Lock()

    def say(self, position: int, hash_: str = "") -> None:
        with self._speaking:
            self._pipe.send((position, hash_))

    def stored(self, events: list[Event] | Any) -> None:
        self.say(events[-1].position, events[-1].hash)


# --- What the working process does -----------------------------------------------------------


def work(activity: str, path: Path, seed: int, pipe: Connection) -> None:
    """Do it until killed."""
    os.nice(5)
    if seed % 2:
        duckdb_log.MOVE_AT = OFTEN
    said = Speaker(pipe)
    said.say(0)
    ACTIVITIES[activity](path, seed, said)


def append(path: Path, seed: int, said: Speaker) -> None:
    """Four threads, each command of three events and a personal value."""
    log = DuckdbLog.open(path, KINDS)
    numbers = count(log.head().position + 1)
    size = random.Random(seed).choice([20, 20, 2_000])

    def write() -> None:
        while True:
            said.stored(log.append(command(next(numbers), size)))

    _at_once(write)


def bring_in(path: Path, seed: int, said: Speaker) -> None:
    """Sheets of twenty cases each, every case a new one."""
    store = Store.open(path)
    for number in count(store.count_cases()):
        sheet = [
            row("Local", 3, Firm_ID=f"F{number}-{one}", Firm=f"Firm {one}") for one in range(ROWS)
        ]
        import_tracker(store, csv_of(*sheet), f"{number}.csv", by=LEAD, now=clock.now())
        said.say(*store.head())


def settle(path: Path, seed: int, said: Speaker) -> None:
    """Calendar changes, each of which has the model built anew, between new cases."""
    store = Store.open(path)
    for number in count(store.version("settings")):
        hours = dict.fromkeys(range(5), ((f"{6 + number % 6:02}:00", "18:00"),))
        calendar = Calendar("America/New_York", hours, {})
        now = clock.now()
        said.stored(commands.change_calendar(store, calendar, day_minutes=540, by=ADMIN, now=now))
        said.stored(commands.open_case(store, "local", form("local"), by=LEAD, now=now))


def back_up(path: Path, seed: int, said: Speaker) -> None:
    """One backup after the other to one file, while four threads open cases."""
    store = Store.open(path)
    Listener(store, path).start()

    def write() -> None:
        while True:
            now = clock.now()
            said.stored(commands.open_case(store, "local", form("local"), by=LEAD, now=now))

    threading.Thread(target=_at_once, args=(write,), daemon=True).start()
    os.dup2(os.open(os.devnull, os.O_WRONLY), 1)
    while True:
        main(["backup", str(_backup_of(path)), "--db", str(path)])


def build(path: Path, seed: int, said: Speaker) -> None:
    """Open the log and build the model, again and again; begin the log if there is none."""
    while True:
        Store.open(path).close()


ACTIVITIES: dict[str, Callable[[Path, int, Speaker], None]] = {
    "append": append, "import": bring_in, "calendar": settle, "backup": back_up, "build": build,
}  # fmt: skip


def _at_once(write: Callable[[], None]) -> None:
    threads = [threading.Thread(target=write) for _ in range(WRITERS)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()


def _backup_of(path: Path) -> Path:
    return path.with_name("kept.backup")


# --- The kill, and what is then looked at ----------------------------------------------------


def kill_often(kills: int, seed: int, activities: tuple[str, ...] = ()) -> Counter[str]:
    """So many kills, the activities in turn; AssertionError on the first thing that is wrong."""
    rng = random.Random(seed)
    tally: Counter[str] = Counter()
    heads: dict[str, Head] = {}
    names = activities or tuple(ACTIVITIES)
    with _folder() as folder:
        for number in range(kills):
            activity = names[number % len(names)]
            path = folder / activity / "log.duckdb"
            if not path.parent.exists():
                path.parent.mkdir()
            tally += kill_once(activity, path, heads.get(activity, Head.empty()), rng)
            heads[activity] = _head(path)
            tally[f"killed in {activity}"] += 1
    return tally


def kill_once(activity: str, path: Path, before: Head, rng: random.Random) -> Counter[str]:
    """Work, kill, open, look; the log had that head before."""
    ours, theirs = PROCESSES.Pipe()
    process = PROCESSES.Process(
        target=work, args=(activity, path, rng.randrange(2**32), theirs), daemon=True
    )
    process.start()
    theirs.close()
    ours.recv()
    told, until = Told(), time.monotonic() + rng.uniform(0, MOST_SECONDS)
    # the first thing stored begins the clock as often as the start does, or few would be killed
    # in the middle of it
    if activity != "build" and rng.random() < 0.85 and ours.poll(30):
        until = time.monotonic() + rng.uniform(0, MOST_SECONDS)
    while (left := until - time.monotonic()) > 0:
        ours.poll(left)
        told.listen(ours)
    process.kill()
    process.join()
    assert process.exitcode == -signal.SIGKILL, f"{activity} ended by itself"
    told.listen(ours)
    return look(activity, path, before, told)


def look(activity: str, path: Path, before: Head, told: Told) -> Counter[str]:
    """Open what was left; whatever is not as it was acknowledged is an AssertionError."""
    tally: Counter[str] = Counter({"acknowledged": len(told.heads)})
    if not path.exists():
        assert not told.heads
        assert not before.position
        return tally + Counter({"no log yet": 1})
    note = read_note(path)
    log = DuckdbLog.open(path, KINDS)
    held = rows(log)
    hashes = {event["position"]: event["hash"] for event in held}
    refs = [f"ref-{number}" for number in range(1, 2 * len(held) + 2 * WRITERS)]
    kept = log.personal(refs)
    log.close()
    assert not before.position or hashes[before.position] == before.hash
    assert {at: hashes.get(at) for at in told.heads} == told.heads
    acknowledged = max(told.heads, default=before.position)
    _whole(activity, held, kept, acknowledged)
    if note:
        tally["log ahead of its head file"] += note.head.position < len(held)
        tally["killed while events were moved"] += note.state == MOVING
    tally["stored, not acknowledged"] += len(held) > acknowledged
    if activity != "append":  # those events are of no case
        store = Store.open(path)
        assert store.count_cases() == sum(event["kind"] == "case_opened" for event in held)
        store.close()
    if activity == "backup":
        tally += _backup(path, hashes)
    if len(held) > LONG and activity != "build":
        shutil.rmtree(path.parent)
    return tally


def _whole(activity: str, held: list[dict[str, Any]], kept: dict[str, str], last: int) -> None:
    """No command is there in part or twice, and only what was under way was not acknowledged."""
    of_command = Counter(event["command_id"] for event in held)
    keys = {(event["command_id"], event["ordinal"]) for event in held}
    assert len(keys) == len(held)
    under_way = {event["command_id"] for event in held if event["position"] > last}
    if activity == "append":
        assert set(of_command.values()) <= {3}
        assert {f"ref-{int(one.removeprefix('C-'))}" for one in of_command} == set(kept)
    elif activity == "import":
        assert not held or held[-1]["kind"] == "tracker_imported"
        sheets = sum(event["kind"] == "tracker_imported" for event in held)
        assert sum(event["kind"] == "case_opened" for event in held) == ROWS * sheets
        under_way = {event["position"] for event in held if event["position"] > last
                     and event["kind"] == "tracker_imported"}  # fmt: skip
    assert len(under_way) <= WRITERS


def _backup(path: Path, hashes: dict[int, str]) -> Counter[str]:
    """The backup is a whole one of this log, if one was ever finished."""
    if not _backup_of(path).exists():
        return Counter({"no backup yet": 1})
    with open_copy(_backup_of(path), "the backup", KINDS) as copy:
        assert not copy.head.position or hashes[copy.head.position] == copy.head.hash
    return Counter({"whole backup": 1})


def _head(path: Path) -> Head:
    """What the log just looked at ends with; it was closed, and so noted."""
    return (read_head(path) if path.exists() else None) or Head.empty()


@contextmanager
def _folder() -> Generator[Path]:
    with tempfile.TemporaryDirectory(prefix="torture-") as name:
        yield Path(name)
