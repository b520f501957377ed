"""Databases and empty logs that tests take over from one another, as making one takes 50 ms.

A read model that is closed leaves its database, emptied, to the next one of the same calendar.
A new log is a copy of one that was made before.
"""

from collections.abc import Generator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

import duckdb
import pytest

from dashboard.store import database, duckdb_file, model
from dashboard.workdays import Calendar

OF_THE_CALENDAR = {"calendar", "spans"}  # tables that stay as they are
MOST = 4  # that wait at once
MAKE = duckdb_file._make


class Lent:
    """A connection that is given back when it is closed."""

    def __init__(self, pool: "Pool", calendar: Calendar, real: duckdb.DuckDBPyConnection) -> None:
        self._pool, self._calendar, self._real = pool, calendar, real
        self._is_closed = False

    def __getattr__(self, name: str) -> Any:
        return getattr(self._real, name)

    def close(self) -> None:
        """Leave it to the next one; once, however often it is closed."""
        if not self._is_closed:
            self._is_closed = True
            self._pool.take_back(self._calendar, self._real)


class Pool:
    """Databases by their calendar, the last ones first."""

    def __init__(self) -> None:
        self._waiting: list[tuple[Calendar, duckdb.DuckDBPyConnection]] = []
        self._make = database.database

    def database(self, calendar: Calendar) -> Lent:
        """One that waits, or a new one."""
        for item in self._waiting:
            if item[0] == calendar:
                self._waiting.remove(item)
                return Lent(self, *item)
        return Lent(self, calendar, self._make(calendar))

    def take_back(self, calendar: Calendar, real: duckdb.DuckDBPyConnection) -> None:
        """Empty it for the next one, if it can be: a reader may not have ended."""
        try:
            names = {name for (name,) in real.execute("SHOW TABLES").fetchall()}
            for name in names - OF_THE_CALENDAR:
                real.execute(f"TRUNCATE {name}")
        except duckdb.Error:
            real.close()
            return
        self._waiting.append((calendar, real))
        for _, oldest in self._waiting[:-MOST]:
            oldest.close()
        self._waiting = self._waiting[-MOST:]


@contextmanager
def pooled(folder: Path) -> Generator[None]:
    """Meanwhile databases and empty logs are taken over. `folder` keeps a log to be copied."""
    template = folder / "empty.duckdb"

    def copied(path: Path) -> None:
        if not template.exists():
            MAKE(template)
        with suppress(FileExistsError), path.open("xb") as new:
            new.write(template.read_bytes())

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(model, "database", Pool().database)
        patch.setattr(duckdb_file, "_make", copied)
        yield
