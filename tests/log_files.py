"""Log files for tests: written, tampered with, held and left behind by processes of their own."""

import multiprocessing
import os
import resource
import shutil
import signal
import time
from collections.abc import Callable, Generator
from contextlib import contextmanager
from multiprocessing.connection import Connection
from pathlib import Path

import duckdb
import pytest

from dashboard.cases import Draft
from dashboard.errors import LogHeld, LogRefused
from dashboard.store.duckdb_log import DuckdbLog
from dashboard.store.log import Head
from tests.drafts import KINDS, command, draft

Files = dict[str, bytes]
PROCESSES = multiprocessing.get_context("forkserver")  # DuckDB's threads do not survive a fork
PROCESSES.set_forkserver_preload(["tests.log_files"])


def written(path: Path, *batches: list[Draft]) -> Head:
    """Write a log, close it, and return its head."""
    log = DuckdbLog.open(path, KINDS)
    for batch in batches:
        log.append(batch)
    log.close()
    return log.head()


def three_notes() -> list[Draft]:
    return [draft(version=version) for version in (1, 2, 3)]


def files(folder: Path) -> Files:
    """Every file below the folder with its bytes. The log must not be open in this process."""
    return {
        str(found.relative_to(folder)): found.read_bytes()
        for found in sorted(folder.rglob("*"))
        if found.is_file()
    }


def lay(folder: Path, laid: Files) -> None:
    """Make the folder hold these files and no others."""
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir()
    for name, content in laid.items():
        (folder / name).write_bytes(content)


def compressions(path: Path) -> set[str]:
    """How DuckDB wrote the events in a file that nobody holds."""
    with duckdb.connect(str(path), read_only=True) as connection:
        found = connection.execute("SELECT DISTINCT compression FROM pragma_storage_info('events')")
        return {name for (name,) in found.fetchall()}


def refused(path: Path, match: str = "") -> LogRefused:
    """The refusal to open the log, which touched no file."""
    before = files(path.parent)
    with pytest.raises(LogRefused, match=match) as raised:
        DuckdbLog.open(path, KINDS)
    assert files(path.parent) == before
    return raised.value


def tamper(path: Path, *statements: str) -> None:
    """Change a closed log behind Changeover's back."""
    with duckdb.connect(str(path)) as connection:
        for statement in statements:
            connection.execute(statement)


@contextmanager
def room_for(size: int) -> Generator[None]:
    """A disk on which no file grows beyond `size` bytes."""
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))


def run(target: Callable[..., None], *args: object) -> int | None:
    """Run it in a process of its own, and return how that ended."""
    process = PROCESSES.Process(target=target, args=args)
    process.start()
    process.join(timeout=60)
    return process.exitcode


def write_until_killed(path: Path, first: int, size: int, acknowledged: Connection) -> None:
    """Append command after command, and tell of each that it is stored."""
    log = DuckdbLog.open(path, KINDS)
    acknowledged.send(first)
    for number in range(first, 1_000_000):
        log.append(command(number, size))
        acknowledged.send(number + 1)


def write_and_crash(path: Path, first: int, until: int) -> None:
    """Append the commands from `first` until `until`, and end without closing anything."""
    log = DuckdbLog.open(path, KINDS)
    for number in range(first, until):
        log.append(command(number))
    os.kill(os.getpid(), signal.SIGKILL)


def write_one(path: Path, number: int) -> None:
    """Append one command as soon as nobody else holds the log."""
    while True:
        try:
            log = DuckdbLog.open(path, KINDS)
        except LogHeld:
            time.sleep(0.02)
            continue
        log.append(command(number))
        log.close()
        return


def hold(path: Path, said: Connection) -> None:
    """Hold the log until told to let go."""
    log = DuckdbLog.open(path, KINDS)
    said.send(log.head())
    said.recv()
    log.close()
