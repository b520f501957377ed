"""A PostgreSQL of the tests' own: made, started, stopped and thrown away by them."""

import os
import shutil
import signal
import subprocess
import tempfile
import time
from collections.abc import Generator
from contextlib import contextmanager
from itertools import count
from pathlib import Path
from typing import Any

import psycopg

from tests.live import free_port

OWNERS = ("postgres", "nobody")  # it refuses to run as root
START_SECONDS = 60
STOP_SECONDS = 30
SETTINGS = ("listen_addresses=127.0.0.1", "max_connections=100")


class Server:
    """One server; `database` makes a new, empty database on it and gives its address."""

    def __init__(self, folder: Path, fsync: str) -> None:
        self.folder, self.port, self._fsync = folder, free_port(), fsync
        self._data = folder / "data"
        self._numbers = count(1)
        self._process: subprocess.Popen[Any] | None = None
        self._run("initdb", "-D", str(self._data), "-U", "owner", "-A", "trust", "-E", "UTF8",
                  "--locale=C", "-N")  # fmt: skip

    def start(self) -> None:
        """Start it, and wait until it answers."""
        options = [f"port={self.port}", f"unix_socket_directories={self.folder}",
                   f"fsync={self._fsync}", *SETTINGS]  # fmt: skip
        words = [part for option in options for part in ("-c", option)]
        with (self.folder / "said").open("ab") as said:
            started = self._process = subprocess.Popen(
                [program("postgres"), "-D", str(self._data), *words],
                stdout=said, stderr=said, cwd=self.folder, **unprivileged(),
            )  # fmt: skip
        deadline = time.monotonic() + START_SECONDS
        while True:
            try:
                psycopg.connect(self.address("postgres"), connect_timeout=2).close()
                return
            except psycopg.OperationalError:
                if time.monotonic() > deadline or started.poll() is not None:
                    raise
                time.sleep(0.05)

    def stop(self, how: signal.Signals = signal.SIGINT) -> None:
        """Stop it: at once, but in order; with SIGQUIT as if the power had failed."""
        if self._process:
            self._process.send_signal(how)
            self._process.wait(STOP_SECONDS)
            self._process = None

    def address(self, database: str, user: str = "owner") -> str:
        """The address of a database."""
        return f"postgresql://{user}@127.0.0.1:{self.port}/{database}"

    def database(self) -> str:
        """The address of a new, empty database."""
        name = f"log_{next(self._numbers)}"
        self.tell(f"CREATE DATABASE {name}")
        return self.address(name)

    def tell(self, statement: str, database: str = "postgres") -> list[tuple[Any, ...]]:
        """Carry out a statement as the owner of everything, and give what it answers."""
        with psycopg.connect(self.address(database), autocommit=True) as connection:
            cursor = connection.execute(statement.encode())
            return cursor.fetchall() if cursor.description else []

    def hang_up(self) -> int:
        """End every connection to its databases but this one; returns how many there were."""
        return len(self.tell(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity "
            "WHERE datname LIKE 'log_%' AND pid <> pg_backend_pid()"
        ))  # fmt: skip

    def _run(self, name: str, *words: str) -> None:
        done = subprocess.run(
            [program(name), *words], capture_output=True, text=True, cwd=self.folder,
            **unprivileged(),
        )  # fmt: skip
        if done.returncode:
            raise RuntimeError(f"{name} did not work:\n{done.stdout}{done.stderr}")


@contextmanager
def postgres(fsync: str = "off") -> Generator[Server]:
    """A server that runs for the length of the block.

    Processes are killed by the tests, not the machine: unless something is measured, nothing needs
    to reach the disk.
    """
    # not below the tests' own folder, which nobody but this user may enter
    folder = Path(tempfile.mkdtemp(prefix="changeover-postgres-"))
    try:
        if owner := unprivileged().get("user"):
            shutil.chown(folder, owner)
        server = Server(folder, fsync)
        try:
            server.start()
            yield server
        finally:
            server.stop()
    finally:
        shutil.rmtree(folder)


def unprivileged() -> dict[str, Any]:
    """What has a process run as somebody else than root."""
    if os.geteuid():
        return {}
    known = [name for name in OWNERS if _exists(name)]
    return {"user": known[0], "group": _group(known[0]), "extra_groups": []}


def program(name: str) -> str:
    """Where a program of PostgreSQL is: Debian keeps those of a server out of the way."""
    places = sorted(Path("/usr/lib/postgresql").glob(f"*/bin/{name}"))
    found = shutil.which(name) or (str(places[-1]) if places else None)
    if found is None:
        raise RuntimeError(f"There is no {name}. On Debian: apt-get install postgresql")
    return found


def _exists(name: str) -> bool:
    import pwd

    try:
        pwd.getpwnam(name)
    except KeyError:
        return False
    return True


def _group(name: str) -> int:
    import pwd

    return pwd.getpwnam(name).pw_gid
