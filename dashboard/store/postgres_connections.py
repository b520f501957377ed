"""Connections to a PostgreSQL database: lent out, tried again, and never told with a password.

The database may be restarted, and connections be cut, at any moment: whatever only asks is asked
again on a new connection.
"""

import threading
import time
from collections.abc import Callable
from contextlib import suppress
from typing import TypeVar

import psycopg
from psycopg import errors
from psycopg.conninfo import conninfo_to_dict

from dashboard.addresses import Database
from dashboard.errors import LogRefused

Answer = TypeVar("Answer")

# Unless the address says otherwise. In seconds, but for the last: in milliseconds.
DEFAULTS = {
    "connect_timeout": 5,
    "application_name": "changeover",
    "keepalives_idle": 5,
    "keepalives_interval": 2,
    "keepalives_count": 3,
    "tcp_user_timeout": 10_000,
}
KEPT = 4  # connections, when nobody uses them
# Two were in each other's way, or made the tables at the same moment: one of them tries again.
IN_THE_WAY = (errors.SerializationFailure, errors.DeadlockDetected)
TRIES = 10
PAUSE_SECONDS = 0.02  # and each time longer


class Connections:
    """Connections to one database. Safe to use from several threads."""

    def __init__(self, database: Database) -> None:
        self.database = database
        self._idle: list[psycopg.Connection] = []
        self._lock = threading.Lock()
        self._is_closed = False

    def ask(self, work: Callable[[psycopg.Connection], Answer]) -> Answer:
        """What `work` gives on a connection; it may be done again, and so must only read.

        Raises LogRefused.
        """
        connection, answer = self.begin(work)
        self.give_back(connection)
        return answer

    def begin(
        self, work: Callable[[psycopg.Connection], Answer]
    ) -> tuple[psycopg.Connection, Answer]:
        """Likewise, with the connection, which the caller has to give back."""
        for number in range(1, TRIES + 1):
            connection, is_new = self._take()
            try:
                answer = work(connection)
            except (psycopg.OperationalError, psycopg.InterfaceError) as error:
                connection.close()
                if number == TRIES or (is_new and not isinstance(error, IN_THE_WAY)):
                    raise refusal(self.database, error) from error
                time.sleep(PAUSE_SECONDS * (number - 1))
            except psycopg.Error as error:
                connection.close()
                raise refusal(self.database, error) from error
            except BaseException:
                connection.close()
                raise
            else:
                return connection, answer
        raise AssertionError("the last try raises or returns")

    def connect(self) -> psycopg.Connection:
        """A new connection; each statement is a transaction of its own. Raises LogRefused."""
        if self._is_closed:
            raise LogRefused(f"The log {self.database} is closed. Open it again.")
        try:
            asked = {**DEFAULTS, **conninfo_to_dict(self.database.url)}
        except psycopg.Error:
            # from None: the library's words quote the address, and so perhaps the password
            raise LogRefused(
                f"The address {self.database} cannot be read. Write "
                "postgresql://user@host:5432/database; signs that mean something in an address "
                "are written as in %40 for @."
            ) from None
        try:
            return psycopg.connect(autocommit=True, **asked)
        except psycopg.Error as error:
            raise refusal(self.database, error) from error

    def give_back(self, connection: psycopg.Connection) -> None:
        """Keep it for the next who asks, if it is whole."""
        with self._lock:
            if not self._is_closed and not connection.closed and len(self._idle) < KEPT:
                self._idle.append(connection)
                return
        connection.close()

    def close(self) -> None:
        """Let nobody have one any more."""
        with self._lock:
            self._is_closed = True
            idle, self._idle = self._idle, []
        for connection in idle:
            with suppress(psycopg.Error):
                connection.close()

    def _take(self) -> tuple[psycopg.Connection, bool]:
        """A connection, and whether it is new."""
        with self._lock:
            if self._idle:
                return self._idle.pop(), False
        return self.connect(), True


def refusal(database: Database, error: psycopg.Error) -> LogRefused:
    """Why the database did not do it, and what to do."""
    if isinstance(error, errors.InsufficientPrivilege):
        mend = "Give its role the rights in docs/postgres/roles.sql."
    elif isinstance(error, psycopg.OperationalError | psycopg.InterfaceError):
        mend = "See that the database runs and can be reached, then try again."
    else:
        mend = "Try again; if that does not help, run `python -m dashboard verify`."
    return LogRefused(f"The log {database} could not do it ({reason(error)}). {mend}")


def reason(error: psycopg.Error | None) -> str:
    """PostgreSQL's own words, the first line of them."""
    return str(error).partition("\n")[0].strip().rstrip(".:") or type(error).__name__
