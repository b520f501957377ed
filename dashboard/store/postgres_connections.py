"""Connections to a PostgreSQL database: lent out, tried again, and never told with a password.

The database may be restarted, and connections be cut, at any moment: whatever only asks is asked
again on a new connection.
"""

import os
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
LOCK_SECONDS = 10  # that somebody waits while another server appends; an import may take longer
STATEMENT_SECONDS = 60  # a hundred thousand events are read or written in few
# Whatever the address, the environment or the server's configuration says.
OURS = (
    f"-c lock_timeout={LOCK_SECONDS}s -c statement_timeout={STATEMENT_SECONDS}s "
    "-c client_encoding=UTF8"
)
KEPT = 4  # connections, when nobody uses them
# It took too long: to try again would take as long again.
TOO_LONG = (errors.LockNotAvailable, errors.QueryCanceled)
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
            except psycopg.Error as error:
                connection.close()
                is_worth_it = is_cut(error) and (not is_new or isinstance(error, IN_THE_WAY))
                if number == TRIES or not is_worth_it:
                    raise refusal(self.database, error) from error
                time.sleep(PAUSE_SECONDS * (number - 1))
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
            asked = {**DEFAULTS, **conninfo_to_dict(self.database.url), "client_encoding": "UTF8"}
        except (psycopg.Error, UnicodeError):
            # from None: the library's words quote the address, and so perhaps the password
            raise LogRefused(
                f"The address {self.database} cannot be read. Enter it as "
                "postgresql://user@host:5432/database. Escape special characters, for example "
                "%40 for @."
            ) from None
        theirs = asked.get("options") or os.environ.get("PGOPTIONS", "")
        asked["options"] = f"{theirs} {OURS}".strip()  # of two, the last holds
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


def is_cut(error: BaseException) -> bool:
    """Whether the connection was lost, or another was in the way: then it may be tried again."""
    lost = isinstance(error, psycopg.OperationalError | psycopg.InterfaceError)
    return lost and not isinstance(error, TOO_LONG)


def refusal(database: Database, error: psycopg.Error) -> LogRefused:
    """Why the database did not do it, and what to do."""
    if isinstance(error, errors.InsufficientPrivilege):
        mend = "Grant its role the rights in docs/postgres/roles.sql."
    elif isinstance(error, errors.LockNotAvailable):
        return LogRefused(
            f"Another process has locked the log {database} for {LOCK_SECONDS} seconds. Nothing "
            "was stored: try again in a minute. If nobody is importing, ask your database "
            "administrator; docs/operate.md shows how to find who holds the lock."
        )
    elif isinstance(error, errors.QueryCanceled):
        mend = f"It took longer than {STATEMENT_SECONDS} seconds. Check how busy the database is."
    elif isinstance(error, psycopg.OperationalError | psycopg.InterfaceError):
        mend = "Make sure the database is running and can be reached, then try again."
    else:
        mend = "Try again. If that does not help, run `python -m dashboard verify`."
    return LogRefused(f"The log {database} could not be used ({reason(error)}). {mend}")


def reason(error: psycopg.Error | None) -> str:
    """PostgreSQL's own words, the first line of them."""
    return str(error).partition("\n")[0].strip().rstrip(".:") or type(error).__name__
