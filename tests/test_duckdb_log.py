"""The log in a DuckDB file while it is in use: crashes, a full disk, a second process."""

import random
import signal
import threading
import time
from base64 import b64encode
from collections.abc import Callable, Iterator
from multiprocessing.connection import Connection
from pathlib import Path

import duckdb
import pytest

from dashboard.cases import Draft
from dashboard.errors import LogHeld, LogRefused
from dashboard.store import duckdb_file, duckdb_log
from dashboard.store.duckdb_log import DuckdbLog
from dashboard.store.head_file import head_path, read_head, write_head
from dashboard.store.log import Head
from tests.drafts import KINDS, command, draft, rows
from tests.log_files import (
    PROCESSES,
    compressions,
    hold,
    room_for,
    run,
    write_and_crash,
    write_until_killed,
)


@pytest.fixture
def path(tmp_path: Path) -> Path:
    folder = tmp_path / "log"
    folder.mkdir()
    return folder / "log.duckdb"


@pytest.fixture
def opened(path: Path) -> Iterator[Callable[[], DuckdbLog]]:
    """Opens the log at `path`; what is still open at the end is closed."""
    logs: list[DuckdbLog] = []

    def open_log() -> DuckdbLog:
        logs.append(DuckdbLog.open(path, KINDS))
        return logs[-1]

    yield open_log
    for log in logs:
        log.close()


# --- Reading ---------------------------------------------------------------------------------


def test_batches_are_read_one_after_the_other(opened, monkeypatch):
    monkeypatch.setattr(duckdb_log, "BATCH", 4)
    log = opened()
    log.append([draft(version=version) for version in range(1, 12)])

    assert [len(batch) for batch in log.read()] == [4, 4, 3]
    assert [len(batch) for batch in log.read(after=2)] == [4, 4, 1]
    assert [row["position"] for row in rows(log)] == list(range(1, 12))


def test_a_reading_that_began_ends_where_the_log_then_ended(opened):
    log = opened()
    log.append([draft(version=1)])
    batches = log.read()
    first = next(batches)

    log.append([draft(version=2)])

    assert len(first) == 1
    assert list(batches) == []


# --- Crashes ---------------------------------------------------------------------------------


# Large events make the write-ahead log outgrow its limit, so that kills also meet checkpoints.
@pytest.mark.parametrize(("kills", "size"), [(8, 20), (7, 400_000)])
def test_a_killed_process_loses_nothing_that_was_acknowledged(path, kills, size):
    rng = random.Random(size)
    acknowledged = 1

    for _ in range(kills):
        acknowledged = killed_after(path, acknowledged, size, rng.uniform(0, 0.4))
        log = DuckdbLog.open(path, KINDS)
        held = rows(log)
        stored = len(held) // 3
        personal = {f"ref-{number}": f"<ref-{number}>" for number in range(1, stored + 1)}
        assert acknowledged - 1 <= stored <= acknowledged
        assert [row["position"] for row in held] == list(range(1, 3 * stored + 1))
        assert [(row["command_id"], row["ordinal"]) for row in held] == [
            (f"C-{number:04d}", ordinal) for number in range(1, stored + 1) for ordinal in range(3)
        ]
        assert log.personal(list(personal)) == personal
        log.close()
        acknowledged = stored + 1


def killed_after(path: Path, first: int, size: int, seconds: float) -> int:
    """Write commands from `first` on, kill the writer, and return the first not acknowledged."""
    ours, theirs = PROCESSES.Pipe()
    process = PROCESSES.Process(target=write_until_killed, args=(path, first, size, theirs))
    process.start()
    theirs.close()
    reached = ours.recv()
    time.sleep(seconds)
    process.kill()
    process.join()
    return last_said(ours, reached)


def last_said(ours: Connection, reached: int) -> int:
    while ours.poll():
        try:
            reached = ours.recv()
        except EOFError:
            break
    return reached


def test_an_erased_value_does_not_come_back_with_a_shorter_write_ahead_log(path, opened):
    log = opened()
    log.append(command(1))
    log.erase(["ref-1"])
    log.append(command(2))

    wal = path.with_name("log.duckdb.wal")
    assert b"<ref-2>" in wal.read_bytes()
    assert b"ref-1" not in wal.read_bytes()


# --- A second process ------------------------------------------------------------------------


def test_the_log_is_refused_to_a_second_process_and_to_a_second_opening(path, opened):
    ours, theirs = PROCESSES.Pipe()
    process = PROCESSES.Process(target=hold, args=(path, theirs))
    process.start()
    assert ours.recv() == Head.empty()

    with pytest.raises(LogHeld, match="Another process is using"):
        opened()
    with pytest.raises(LogHeld):
        DuckdbLog.accept(path, KINDS)
    ours.send("let go")
    process.join()
    log = opened()

    with pytest.raises(LogHeld, match="This process already has"):
        opened()
    # the refused opening must not have dropped the lock
    process = PROCESSES.Process(target=hold, args=(path, theirs))
    process.start()
    process.join()
    assert process.exitcode == 1
    assert log.append([draft()])[0].position == 1


# --- A full disk -----------------------------------------------------------------------------


def size_of(path: Path, end: str = "") -> int:
    return path.with_name(path.name + end).stat().st_size


def large(stream: str, count: int) -> list[Draft]:
    """Drafts of half a megabyte each, which do not compress."""
    rng = random.Random(stream)
    return [
        draft(stream, version, data={"text": b64encode(rng.randbytes(375_000)).decode()})
        for version in range(1, count + 1)
    ]


def before_a_checkpoint(log: DuckdbLog) -> int:
    """Bring the write-ahead log near the size at which DuckDB moves it into the database."""
    for number in range(4):
        log.append(large(f"C-{number}", 8))
    return log.head().position


@pytest.mark.parametrize("room", [0, 10, 300])
@pytest.mark.parametrize("count", [1, 500])
def test_on_a_full_disk_an_append_leaves_no_trace_and_later_ones_work(path, opened, room, count):
    log = opened()
    log.append([draft(version=1)])
    before = rows(log)
    more = [
        draft("C-0002", version, personal={f"{version}": "x"}) for version in range(1, count + 1)
    ]

    with room_for(size_of(path, ".wal") + room), pytest.raises(LogRefused) as refusal:
        log.append(more)

    assert "Nothing was stored" in str(refusal.value)
    assert rows(log) == before
    assert log.personal(["1"]) == {}
    assert log.append(more)[-1].position == count + 1
    log.close()
    assert opened().verify().position == count + 1


@pytest.mark.parametrize("moment", ["BEFORE_HEADER", "BEFORE_TRUNCATE"])
def test_an_append_is_acknowledged_although_the_checkpoint_after_it_fails(
    path, opened, moment, caplog
):
    log = opened()
    last = before_a_checkpoint(log)
    abort_checkpoints(path, moment)

    events = log.append(large("C-9", 3))

    assert [event.position for event in events] == [last + 1, last + 2, last + 3]
    assert "wait in its .wal file" in caplog.text
    # DuckDB was of no more use: the log is opened anew underneath
    assert log.append([draft("C-10", 1)])[0].position == last + 4
    assert log.verify() == read_head(path)
    log.close()
    assert opened().verify().position == last + 4


def abort_checkpoints(path: Path, moment: str) -> None:
    """DuckDB's own means of testing: fail before the database's header is written, or after."""
    with duckdb_file.connect(path, read_only=False) as same:
        same.execute(f"SET GLOBAL debug_checkpoint_abort = '{moment}'")


def test_a_long_log_is_moved_into_its_database_while_it_is_open(path, opened):
    log = opened()
    before_a_checkpoint(log)
    waiting = size_of(path, ".wal")

    log.append(large("C-9", 3))

    assert waiting > 12 * 2**20
    assert not path.with_name("log.duckdb.wal").exists()
    assert log.verify() == read_head(path)


def test_a_log_is_written_without_bitpacking_whenever_its_events_are_moved(path, opened, tmp_path):
    log = opened()
    log.append([draft(version=version) for version in range(1, 300)])
    log.close()
    written_once = compressions(path)
    again = opened()
    again.append(command(2))
    again.erase(["ref-2"])  # moves them too
    again.close()

    copy_as_duckdb_would(path, tmp_path / "plain.duckdb")

    assert "BitPacking" not in written_once | compressions(path)
    assert "BitPacking" in compressions(tmp_path / "plain.duckdb")


def test_a_log_that_was_written_with_bitpacking_goes_on_without(path, opened, tmp_path):
    log = opened()
    log.append([draft(version=version) for version in range(1, 300)])
    log.close()
    with duckdb.connect(str(path)) as as_before:
        as_before.execute("UPDATE events SET ordinal = ordinal")
        as_before.execute("CHECKPOINT")
    before = compressions(path)
    duckdb_file.accept_file(path, KINDS)

    again = opened()
    again.append(command(2))
    again.close()

    assert "BitPacking" in before
    assert "BitPacking" not in compressions(path)
    assert opened().verify().position == 302


def copy_as_duckdb_would(path: Path, to: Path) -> None:
    """The same events by a connection that is told nothing."""
    with duckdb.connect(str(to)) as plain:
        plain.execute(f"ATTACH '{path}' AS log (READ_ONLY)")
        plain.execute("CREATE TABLE events AS FROM log.events")


def test_without_room_for_the_head_nothing_is_moved_when_the_log_is_closed(path, opened):
    log = opened()
    log.append(command(1))
    in_the_way = path.with_name("log.duckdb.head.new")
    in_the_way.mkdir()

    log.close()

    assert size_of(path, ".wal") > 0
    in_the_way.rmdir()
    assert opened().verify().position == 3


def test_a_log_that_does_not_open_again_says_so_and_goes_on_once_it_does(path, opened):
    log = opened()
    last = before_a_checkpoint(log)
    abort_checkpoints(path, "BEFORE_HEADER")
    log.append(large("C-9", 3))
    noted = head_path(path).read_bytes()
    head_path(path).write_bytes(b"damaged")

    with pytest.raises(LogRefused, match="is damaged"):
        log.append([draft("C-10", 1)])
    with pytest.raises(LogRefused, match="is damaged"):
        rows(log)

    head_path(path).write_bytes(noted)
    assert len(rows(log)) == last + 3
    assert log.append([draft("C-10", 1)])[0].position == last + 4


def read_until(done: threading.Event, log: DuckdbLog, wrong: list[object]) -> None:
    while not done.is_set():
        try:
            if len(seen := rows(log)) < 3:
                wrong.append(seen)
        except LogRefused as error:
            if not isinstance(error.__cause__, duckdb.FatalException):
                wrong.append(error)


def test_readers_outlast_a_database_that_must_be_opened_anew(path, opened):
    log = opened()
    log.append(command(1))
    wrong: list[object] = []
    done = threading.Event()
    readers = [threading.Thread(target=read_until, args=(done, log, wrong)) for _ in range(3)]
    for reader in readers:
        reader.start()

    for number in range(2, 6):
        log.append(command(number))
        with room_for(size_of(path)), pytest.raises(LogRefused):
            log.erase([f"ref-{number}"])
    done.set()
    for reader in readers:
        reader.join(timeout=30)

    assert wrong == []
    assert log.verify().position == 15
    assert log.erase(["ref-1"]) == 1


def test_a_database_is_opened_anew_only_when_nobody_uses_it(path, opened):
    log = opened()
    log.append(command(1))
    seen: list[int] = []
    reader = threading.Thread(target=lambda: seen.append(len(rows(log))))

    with log._reading():
        with room_for(size_of(path)), pytest.raises(LogRefused):
            log.erase(["ref-1"])
        reader.start()
        reader.join(timeout=0.2)
        assert reader.is_alive()
    reader.join(timeout=30)

    assert seen == [3]


def test_a_log_opens_on_a_full_disk_and_can_be_read(path, opened):
    assert run(write_and_crash, path, 1, 4) == -signal.SIGKILL

    with room_for(1):
        log = opened()

        assert len(rows(log)) == 9
        with pytest.raises(LogRefused, match="Nothing was stored"):
            log.append(command(4))

    assert log.append(command(4))[-1].position == 12


# --- The head --------------------------------------------------------------------------------


def test_the_head_is_noted_with_each_append(path, opened):
    log = opened()

    for version in (1, 2):
        log.append([draft(version=version)])
        assert read_head(path) == log.head()


def test_a_head_that_cannot_be_noted_does_not_undo_an_append(path, opened, caplog):
    log = opened()
    noted = read_head(path)
    in_the_way = path.with_name("log.duckdb.head.new")
    in_the_way.mkdir()

    first = log.append([draft(version=1)])

    assert "could not be noted" in caplog.text
    assert read_head(path) == noted
    assert log.verify() == log.head() == Head(1, first[0].hash)
    in_the_way.rmdir()
    log.append([draft(version=2)])
    assert read_head(path) == log.head()


def test_a_head_that_could_not_be_noted_is_noted_when_the_log_is_closed(path, opened):
    log = opened()
    in_the_way = path.with_name("log.duckdb.head.new")
    in_the_way.mkdir()
    log.append([draft(version=1)])
    in_the_way.rmdir()

    log.close()

    assert read_head(path) == log.head()


def test_verify_finds_a_head_file_that_does_not_fit(path, opened):
    log = opened()
    log.append([draft(version=1)])
    write_head(path, Head(7, "a" * 64))

    with pytest.raises(LogRefused, match="ends at event 1, but it reached event 7"):
        log.verify()

    write_head(path, log.head())
    assert log.verify() == log.head()
