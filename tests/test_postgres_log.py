"""The log on PostgreSQL: who may do what, what is refused, and connections that are cut.

What it has in common with every log stands in test_log.py.
"""

import re
import signal
import subprocess
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any
from urllib.parse import quote

import psycopg
import pytest

from dashboard.__main__ import main
from dashboard.addresses import Database
from dashboard.cases import KINDS as ALL_KINDS
from dashboard.errors import LogRefused
from dashboard.sample import write_sample
from dashboard.store import Store, postgres_connections
from dashboard.store.check import drifted
from dashboard.store.log import Head
from dashboard.store.postgres_connections import Connections
from dashboard.store.postgres_log import PostgresLog
from tests.builders import ADMIN, MONDAY
from tests.drafts import KINDS, command, draft, rows
from tests.live import ROOT
from tests.postgres import Server, program

pytestmark = pytest.mark.system
PASSWORD = "correct-horse"
APP = "changeover_app"


def tell(database: Database, statement: str) -> list[tuple[Any, ...]]:
    """Carry out a statement behind Changeover's back."""
    with psycopg.connect(database.url, autocommit=True) as connection:
        cursor = connection.execute(statement.encode())
        return cursor.fetchall() if cursor.description else []


def written(database: Database, commands: int = 3) -> Head:
    """Write a log and close it; its head."""
    log = PostgresLog.open(database, KINDS)
    for number in range(commands):
        log.append(command(number))
    head = log.head()
    log.close()
    return head


def refused(database: Database, match: str) -> str:
    with pytest.raises(LogRefused, match=match) as raised:
        PostgresLog.open(database, KINDS, create=False)
    return str(raised.value)


def run(code: Callable[[], int], capsys: pytest.CaptureFixture[str]) -> tuple[int, str, str]:
    exit_code = code()
    said = capsys.readouterr()
    return exit_code, said.out, said.err


# --- The role of the application -------------------------------------------------------------


def psql(database: Database, file: Path) -> None:
    done = subprocess.run(
        [program("psql"), "-X", "-q", "-d", database.url, "-f", str(file)],
        capture_output=True, text=True, timeout=60,
    )  # fmt: skip
    assert (done.returncode, done.stderr) == (0, "")


@pytest.fixture
def as_app(postgres_server: Server, database: Database) -> Iterator[Database]:
    """The log as the application's own role sees it, set up by the files that are shipped."""
    psql(database, ROOT / "dashboard" / "store" / "postgres.sql")
    psql(database, ROOT / "docs" / "postgres" / "roles.sql")
    yield Database(database.url.replace("owner@", f"{APP}@"))
    postgres_server.tell(f"DROP OWNED BY {APP}", database.name.replace("-", "_"))
    postgres_server.tell(f"DROP ROLE {APP}")


def test_the_applications_role_can_do_all_that_the_application_does(as_app: Database):
    log = PostgresLog.open(as_app, KINDS)
    log.append(command(1))
    log.append(command(2))

    assert log.erase(["ref-1"]) == 1
    assert log.personal(["ref-1", "ref-2"]) == {"ref-2": "<ref-2>"}
    assert log.verify() == log.head() == log.kept()[0]
    assert len(rows(log)) == 6
    log.close()
    assert PostgresLog.accept(as_app, KINDS).position == 6


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE events SET actor = 'x'",
        "DELETE FROM events",
        "TRUNCATE events",
        "DELETE FROM head",
        "INSERT INTO head VALUES (1, 0, '', 0)",
        "UPDATE head SET only_row = 1",
        "UPDATE personal SET value = 'x'",
        "TRUNCATE personal",
        "UPDATE format SET number = 2",
        "CREATE TABLE more (x INTEGER)",
        "CREATE TEMPORARY TABLE more (x INTEGER)",
        "ALTER TABLE events ADD COLUMN x INTEGER",
        "DROP TABLE events",
        "CREATE INDEX more ON events (actor)",
        "CREATE SCHEMA more",
        "CREATE ROLE more",
    ],
)
def test_the_applications_role_can_do_nothing_else(as_app: Database, statement: str):
    before = written(as_app)

    with pytest.raises(psycopg.errors.InsufficientPrivilege):
        tell(as_app, statement)

    log = PostgresLog.open(as_app, KINDS)
    assert log.verify() == before
    log.close()


def test_a_role_that_may_not_make_the_tables_is_told_which_file_does(
    postgres_server: Server, database: Database
):
    postgres_server.tell("CREATE ROLE stranger LOGIN")
    stranger = Database(database.url.replace("owner@", "stranger@"))
    try:
        with pytest.raises(LogRefused, match=r"permission denied .* docs/postgres/roles\.sql"):
            PostgresLog.open(stranger, KINDS)
    finally:
        postgres_server.tell("DROP ROLE stranger")


# --- Opening ---------------------------------------------------------------------------------


def test_several_that_make_the_tables_at_once_make_one_log(database: Database):
    with ThreadPoolExecutor(8) as threads:
        logs = list(threads.map(lambda _: PostgresLog.open(database, KINDS), range(8)))

    logs[0].append([draft(version=1)])

    assert {log.head().position for log in logs} == {1}
    for log in logs:
        log.close()


def test_where_there_is_no_log_none_is_made_unless_asked_for(database: Database):
    refused(database, "There is no log in")

    assert tell(database, "SELECT count(*) FROM pg_tables WHERE schemaname = 'public'") == [(0,)]


def test_a_log_of_a_later_format_is_left_alone(database: Database):
    written(database)
    tell(database, "UPDATE format SET number = 2")

    assert "Nothing was changed" in refused(database, "newer version .* format is 2")


def test_a_database_that_cannot_keep_every_text_is_refused(postgres_server: Server):
    postgres_server.tell("CREATE DATABASE log_latin ENCODING 'LATIN1' TEMPLATE template0")

    refused(Database(postgres_server.address("log_latin")), "LATIN1, but a log needs UTF8")


@pytest.mark.parametrize(
    "damage",
    [
        "DELETE FROM events WHERE position = 9",
        "DELETE FROM events WHERE position = 4",
        "DELETE FROM head",
        "UPDATE head SET position = 8",
        "UPDATE head SET hash = 'x'",
        "UPDATE events SET hash = 'x' WHERE position = 9",
    ],
)
def test_a_log_whose_end_is_not_what_its_head_says_is_refused(database: Database, damage: str):
    written(database)
    tell(database, damage)

    refused(database, "Nothing was changed|one row")


@pytest.mark.parametrize(
    "change",
    [
        "UPDATE events SET actor = 'x' WHERE position = 4",
        "UPDATE events SET data = data || ' ' WHERE position = 4",
        "UPDATE events SET command_id = 'x' WHERE position = 4",
        "UPDATE events SET recorded_us = recorded_us + 1 WHERE position = 4",
        "UPDATE events SET hash = 'x' WHERE position = 4",
    ],
)
def test_an_event_that_was_changed_is_seen_when_it_is_read(database: Database, change: str):
    written(database)
    tell(database, change)
    log = PostgresLog.open(database, KINDS)

    for look in (lambda: rows(log), lambda: rows(log, after=3), log.verify):
        with pytest.raises(LogRefused, match="event 4 has been altered"):
            look()
    assert len(rows(log, after=5)) == 4
    log.close()


def test_a_head_that_is_wrong_is_noted_anew_on_request_and_a_broken_chain_is_not(
    database: Database,
):
    head = written(database)
    tell(database, "UPDATE head SET position = 6")

    assert PostgresLog.accept(database, KINDS) == head
    PostgresLog.open(database, KINDS).close()
    tell(database, "UPDATE events SET actor = 'x' WHERE position = 4")
    with pytest.raises(LogRefused, match="event 4 has been altered"):
        PostgresLog.accept(database, KINDS)


# --- Passwords -------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "address",
    [
        "postgresql://ana:{password}@127.0.0.1:{port}/none",
        "postgresql://ana:{password}@127.0.0.1:1/none",
        "postgresql://ana:{password}/x@127.0.0.1:{port}/none",
        "postgresql://ana@127.0.0.1:{port}/none?passwort={password}",
        "postgresql://ana@127.0.0.1:{port}/none?password={password}",
    ],
)
def test_no_verb_tells_the_password(
    address: str, postgres_server: Server, capsys: pytest.CaptureFixture[str], caplog: Any
):
    url = address.format(password=PASSWORD, port=postgres_server.port)

    code, out, err = run(lambda: main(["verify", "--db", url]), capsys)

    assert (code, out) == (1, "")
    assert "The log postgresql://" in err or "The address postgresql://" in err
    assert PASSWORD not in err + caplog.text


# --- Cut in the middle -----------------------------------------------------------------------


def test_connections_that_are_cut_lose_nothing_and_store_nothing_twice(
    postgres_server: Server, database: Database
):
    log, stop = PostgresLog.open(database, KINDS), threading.Event()

    def write(writer: int) -> int:
        number = 0
        while not stop.is_set():
            wanted = command(1_000_000 * writer + number)
            try:
                log.append(wanted)
            except LogRefused:
                assert len(log.append(wanted)) == 3  # again, as a person would
            number += 1
        return number

    with ThreadPoolExecutor(4) as threads:
        writing = [threads.submit(write, writer) for writer in range(4)]
        for _ in range(20):
            time.sleep(0.05)
            postgres_server.hang_up()
        stop.set()
        acknowledged = sum(one.result() for one in writing)

    assert log.verify() == log.head()
    assert log.head().position == 3 * acknowledged
    log.close()


def test_a_server_that_stops_in_the_middle_of_a_commit_leaves_no_doubt(
    postgres_server: Server, database: Database
):
    log = PostgresLog.open(database, KINDS)
    log.append(command(0))

    with log.alone():
        postgres_server.stop(signal.SIGQUIT)
        with pytest.raises(LogRefused, match="not have been stored: enter it again"):
            log.append(command(1))
    with pytest.raises(LogRefused, match="Make sure the database is running"):
        log.append(command(1))
    postgres_server.start()
    events = log.append(command(1))

    assert [event.position for event in events] == [4, 5, 6]
    assert log.append(command(1)) == events
    assert log.verify().position == 6
    log.close()


def test_a_writer_that_vanishes_with_the_head_locked_holds_nobody_up(database: Database):
    log = PostgresLog.open(database, KINDS)
    gone = psycopg.connect(database.url)
    gone.execute("SELECT * FROM head FOR UPDATE")
    with ThreadPoolExecutor(1) as thread:
        waiting = thread.submit(log.append, command(1))
        time.sleep(0.3)
        assert not waiting.done()

        gone.pgconn.finish()  # as when the process is killed

        assert waiting.result(timeout=10)[-1].position == 3
    log.close()


# --- Held up -----------------------------------------------------------------------------------


HOSTILE = "lock_timeout=0 -c statement_timeout=0 -c client_encoding=LATIN1"


def settings(database: Database) -> list[str]:
    """What the connections of a log on that database are set to."""
    connections = Connections(database)
    try:
        return [
            connections.ask(lambda one, name=name: one.execute(f"SHOW {name}").fetchall()[0][0])
            for name in ("lock_timeout", "statement_timeout", "client_encoding")
        ]
    finally:
        connections.close()


def test_how_long_it_waits_and_in_what_letters_is_ours_to_say(
    database: Database, monkeypatch: pytest.MonkeyPatch
):
    tell(database, "ALTER ROLE owner SET lock_timeout = 0")
    options = quote(f"-c {HOSTILE}")
    by_address = Database(f"{database.url}?client_encoding=LATIN1&options={options}")

    plain, addressed = settings(database), settings(by_address)
    monkeypatch.setenv("PGCLIENTENCODING", "LATIN1")
    monkeypatch.setenv("PGOPTIONS", f"-c {HOSTILE} -c application_name=kept")
    by_environment = settings(database)
    tell(database, "ALTER ROLE owner RESET lock_timeout")

    assert plain == addressed == by_environment == ["10s", "1min", "UTF8"]


def test_a_client_that_was_told_latin1_stores_and_reads_every_letter(
    database: Database, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setenv("PGCLIENTENCODING", "LATIN1")
    log = PostgresLog.open(database, KINDS)
    log.append([draft(data={"text": "Ω 高 ✔"}, personal={"ref": "Zoë Ωμέγα"})])

    assert "Ω 高 ✔" in rows(log)[0]["data"]
    assert log.personal(["ref"]) == {"ref": "Zoë Ωμέγα"}
    assert log.verify().position == 1
    log.close()


def test_a_row_lock_that_somebody_keeps_ends_in_words_and_stores_nothing(
    database: Database, monkeypatch: pytest.MonkeyPatch
):
    log = PostgresLog.open(database, KINDS)
    log.append(command(0))
    log._connections.close()
    monkeypatch.setattr(postgres_connections, "OURS", "-c lock_timeout=200ms")
    log._connections = Connections(database)

    with psycopg.connect(database.url) as kept:
        kept.execute("SELECT * FROM head FOR UPDATE")
        began = time.monotonic()
        with pytest.raises(LogRefused, match=r"locked the log"):
            log.append(command(1))
        with pytest.raises(LogRefused, match=r"locked the log"), log.alone():
            pass
        took = time.monotonic() - began

    assert took < 5  # each waits once, and not ten times
    assert log.head().position == 3
    assert log.append(command(1))[0].position == 4
    log.close()


def test_a_statement_that_takes_too_long_ends_in_words(
    database: Database, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(postgres_connections, "OURS", "-c statement_timeout=100ms")
    connections = Connections(database)

    with pytest.raises(LogRefused, match="longer than 60 seconds"):
        connections.ask(lambda one: one.execute("SELECT pg_sleep(30)").fetchall())

    connections.close()


def test_a_socket_whose_path_is_too_long_is_named():
    place = "/" + "s" * 107

    with pytest.raises(LogRefused, match="too long"):
        PostgresLog.open(Database(f"postgresql:///log?host={quote(place, safe='')}"), KINDS)


# --- From one kind of log to the other -------------------------------------------------------


def test_a_log_moved_from_a_file_to_postgresql_and_back_keeps_its_head(
    tmp_path: Path, database: Database, capsys: pytest.CaptureFixture[str]
):
    first, second = tmp_path / "first.duckdb", tmp_path / "second.duckdb"
    store = Store.open(first)
    write_sample(store, seed=3, cases=40, until=MONDAY, by=ADMIN)
    head = store.head()
    store.close()

    def verb(*words: str) -> str:
        code, out, err = run(lambda: main(list(words)), capsys)
        assert (code, err) == (0, ""), words
        return out

    verb("backup", str(tmp_path / "a"), "--db", str(first))
    verb("restore", str(tmp_path / "a"), "--db", database.url)
    verb("backup", str(tmp_path / "b"), "--db", database.url)
    verb("restore", str(tmp_path / "b"), "--db", str(second))

    told = [verb("verify", "--db", place) for place in (str(first), database.url, str(second))]
    assert {re.findall(r"[0-9a-f]{64}", one)[0] for one in told} == {head.hash}
    assert verb("figure", "worklist", "--db", database.url, "--as-of", "2026-11-01T00:00:00Z") == (
        verb("figure", "worklist", "--db", str(first), "--as-of", "2026-11-01T00:00:00Z")
    )
    assert f"{head.position} events are in order" in verb(
        "upgrade", "--check", "--db", database.url
    )
    code, _, err = run(lambda: main(["restore", str(tmp_path / "a"), "--db", database.url]), capsys)
    assert (code, "can only be restored into an empty log" in err) == (1, True)
    moved = Store.open(database)
    assert drifted(moved) == []
    assert moved.log.kept()[1].num_rows > 0
    moved.close()


def test_a_sample_is_written_into_an_empty_database(
    database: Database, capsys: pytest.CaptureFixture[str]
):
    words = ["sample", "--cases", "20", "--seed", "2", "--db", database.url]

    code, out, err = run(lambda: main(words), capsys)

    assert (code, err) == (0, "")
    assert "20 cases" in out
    log = PostgresLog.open(database, ALL_KINDS)
    assert log.verify().position > 100
    log.close()
