"""Opening a DuckDB file as a log: what is refused, in which words, without touching a file."""

import os
import shutil
import signal
import tempfile
from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from dashboard.errors import LogHeld, LogRefused
from dashboard.store import duckdb_file
from dashboard.store.duckdb_log import DuckdbLog
from dashboard.store.head_file import MOVING, head_path, read_head, write_head
from dashboard.store.log import Head
from tests.drafts import KINDS, draft, rows
from tests.log_files import (
    PROCESSES,
    files,
    refused,
    room_for,
    run,
    tamper,
    three_notes,
    write_and_crash,
    write_one,
    written,
)

pytestmark = pytest.mark.usefixtures("logs_are_made")
NOBODY = 65534  # the user without rights, on every POSIX system


@pytest.fixture
def path(tmp_path: Path) -> Path:
    folder = tmp_path / "log"
    folder.mkdir()
    return folder / "log.duckdb"


# --- The files -------------------------------------------------------------------------------


def test_a_log_is_a_file_with_its_head_beside_it(path):
    head = written(path, three_notes())

    assert sorted(files(path.parent)) == ["log.duckdb", "log.duckdb.head"]
    assert read_head(path) == head
    assert head.position == 3


def test_a_log_is_found_through_a_link_with_all_its_files(path, tmp_path):
    head = written(path, three_notes())
    (tmp_path / "link.duckdb").symlink_to(path)

    log = DuckdbLog.open(tmp_path / "link.duckdb", KINDS)
    log.close()

    assert log.head() == head
    assert sorted(place.name for place in tmp_path.iterdir()) == ["link.duckdb", "log"]


def test_a_log_that_must_exist_is_not_made(path):
    with pytest.raises(LogRefused, match="There is no log"):
        DuckdbLog.open(path, KINDS, create=False)

    assert files(path.parent) == {}


def test_a_new_log_is_made_whole_or_not_at_all(path):
    with room_for(20_000), pytest.raises(LogRefused, match="cannot be created"):
        DuckdbLog.open(path, KINDS)

    assert files(path.parent) == {}
    assert written(path, three_notes()).position == 3


def test_a_log_that_another_made_meanwhile_is_not_replaced(path, monkeypatch):
    before_making = duckdb_file._check_absence

    def another_is_quicker(place: Path, create: bool) -> None:
        before_making(place, create)
        monkeypatch.undo()
        written(path, three_notes())

    monkeypatch.setattr(duckdb_file, "_check_absence", another_is_quicker)

    assert written(path).position == 3
    assert sorted(files(path.parent)) == ["log.duckdb", "log.duckdb.head"]


def test_a_log_that_another_wrote_while_it_was_checked_is_not_taken(path, monkeypatch):
    head = written(path, [draft(version=1)])
    check = duckdb_file.check_file

    def another_writes(*given: Any) -> Head:
        found = check(*given)
        monkeypatch.undo()
        written(path, [draft(version=2)])
        return found

    monkeypatch.setattr(duckdb_file, "check_file", another_writes)

    with pytest.raises(LogHeld, match="written while it was being opened"):
        written(path)

    assert written(path).position == head.position + 1


def test_processes_that_make_one_log_at_once_lose_nothing(path):
    processes = [PROCESSES.Process(target=write_one, args=(path, number)) for number in range(1, 5)]
    for process in processes:
        process.start()
    for process in processes:
        process.join(timeout=60)

    assert [process.exitcode for process in processes] == [0] * 4
    log = DuckdbLog.open(path, KINDS)
    assert {row["stream"] for row in rows(log)} == {f"C-{number:04d}" for number in range(1, 5)}
    log.close()


# --- What a log is not -----------------------------------------------------------------------


@pytest.mark.parametrize(
    "content", [b"", b"no database", b"\0" * 20_000, b"SQLite format 3\0" * 999]
)
def test_a_file_that_is_no_database_is_refused(path, content):
    path.write_bytes(content)

    refused(path, "cannot be read as a log")


def test_another_database_is_refused(path):
    tamper(path, "CREATE TABLE events (position INTEGER)")

    refused(path, "cannot be read as a log")


def test_a_folder_or_a_pipe_is_refused(path):
    path.mkdir()
    refused(path, "is not a file")
    path.rmdir()
    os.mkfifo(path)

    with pytest.raises(LogRefused, match="is not a file"):
        DuckdbLog.open(path, KINDS)


def test_a_folder_that_does_not_exist_is_refused(path):
    with pytest.raises(LogRefused, match=r"folder .* does not exist"):
        DuckdbLog.open(path.parent / "nowhere" / "log.duckdb", KINDS)


# --- Permissions -----------------------------------------------------------------------------


@contextmanager
def without_privileges() -> Generator[Path]:
    """A folder of a user whom permissions hold, and that user: root is let through anywhere."""
    folder = Path(tempfile.mkdtemp())
    user = os.geteuid()
    if user == 0:
        os.chown(folder, NOBODY, -1)
        os.seteuid(NOBODY)
    try:
        yield folder
    finally:
        os.seteuid(user)
        shutil.rmtree(folder)


@pytest.mark.parametrize(("is_file", "mode"), [(False, 0o500), (True, 0o400), (True, 0o000)])
def test_a_log_that_cannot_be_written_says_so_when_it_is_opened(is_file, mode, path):
    written(path)  # once with privileges, so that everything is imported
    with without_privileges() as folder:
        own = folder / "log.duckdb"
        written(own, three_notes())
        before = files(folder)
        place = own if is_file else folder
        place.chmod(mode)

        with pytest.raises(LogRefused, match="read-only"):
            DuckdbLog.open(own, KINDS)

        place.chmod(0o700)
        assert files(folder) == before


def test_a_folder_that_cannot_be_entered_is_refused(path):
    written(path)
    with without_privileges() as folder:
        (folder / "closed").mkdir(mode=0)

        with pytest.raises(LogRefused):
            DuckdbLog.open(folder / "closed" / "log.duckdb", KINDS)
        with pytest.raises(LogRefused):
            DuckdbLog.open(folder / "closed" / "in" / "log.duckdb", KINDS)


def test_a_head_file_that_cannot_be_read_is_refused(path):
    written(path, three_notes())
    head_path(path).unlink()
    head_path(path).mkdir()

    refused(path, "head file .* cannot be read")


# --- Missing parts ---------------------------------------------------------------------------


def test_a_log_without_its_head_is_refused_until_it_is_accepted(path):
    head = written(path, three_notes())
    head_path(path).unlink()

    refused(path, r"3 events, but its head file log.duckdb.head is missing.*verify --accept")
    assert DuckdbLog.accept(path, KINDS) == head

    assert read_head(path) == head
    assert written(path) == head


def test_a_head_without_its_log_is_refused(path):
    written(path, three_notes())
    path.unlink()

    refused(path, "is missing, but files .* still there: log.duckdb.head")


@pytest.mark.parametrize("end", [".wal", ".wal.checkpoint", ".wal.recovery"])
def test_a_write_ahead_log_without_its_log_is_refused(path, end):
    (path.parent / f"log.duckdb{end}").write_bytes(b"what was written last")

    refused(path, f"is missing, but files .* still there: log.duckdb{end}")


def test_an_empty_log_may_lose_either_file(path):
    written(path)
    head_path(path).unlink()
    assert written(path) == Head.empty()

    assert read_head(path) == Head.empty()
    path.unlink()
    assert written(path, three_notes()).position == 3


def test_a_log_ahead_of_its_head_is_accepted_and_the_head_brought_up_to_date(path):
    written(path, [draft(version=1)])
    noted = head_path(path).read_bytes()
    assert run(write_and_crash, path, 2, 3) == -signal.SIGKILL
    head = read_head(path)
    head_path(path).write_bytes(noted)

    log = DuckdbLog.open(path, KINDS)
    log.close()

    assert log.head() == read_head(path) == head
    assert log.head().position == 4


def test_a_head_from_before_the_log_was_last_closed_is_refused_until_it_is_accepted(path):
    written(path, [draft(version=1)])
    noted = head_path(path).read_bytes()
    head = written(path, [draft(version=2)])
    head_path(path).write_bytes(noted)

    # what came after the second event may be missing, and this head would not tell
    refused(path, r"at different times.*the 2 events are all.*backup.*verify --accept")
    assert DuckdbLog.accept(path, KINDS) == head

    assert written(path) == head


def test_a_head_that_does_not_name_the_state_of_its_database_is_accepted(path):
    head = written(path, three_notes())
    write_head(path, head)  # as version 0.1 did
    assert head_path(path).read_bytes().count(b" ") == 2

    assert written(path) == head

    assert head_path(path).read_bytes().count(b" ") == 3


def test_a_log_whose_process_ended_while_events_were_moved_opens(path):
    head = written(path, three_notes())
    write_head(path, head, MOVING)

    assert written(path) == head


def test_a_log_goes_no_further_while_its_events_are_moved(path):
    write_head(path, written(path, [draft(version=1)]), MOVING)
    noted = head_path(path).read_bytes()
    written(path, [draft(version=2)])
    head_path(path).write_bytes(noted)

    refused(path, "at different times")


def test_a_log_behind_its_head_is_refused_until_it_is_accepted(path):
    written(path, three_notes())
    tamper(path, "DELETE FROM events WHERE position = 3")

    refused(path, r"ends at event 2, but it reached event 3.*backup.*verify --accept")
    assert DuckdbLog.accept(path, KINDS).position == 2

    assert written(path, [draft(version=3)]).position == 3


@pytest.mark.parametrize(
    "line",
    [
        b"", b"3", b"3 abc def\n", b"\xff\xfe", b"3 " + b"0" * 64 + b" " + b"0" * 64 + b"\n",
        b"03 " + b"0" * 64 + b" " + b"0" * 64 + b"\n",
    ],
)  # fmt: skip
def test_a_damaged_head_is_refused_until_the_log_is_accepted(path, line):
    head = written(path, three_notes())
    head_path(path).write_bytes(line)

    refused(path, "head file log.duckdb.head is damaged.*verify --accept")
    assert DuckdbLog.accept(path, KINDS) == head

    assert written(path) == head


def test_the_head_of_another_log_is_refused(path, tmp_path):
    written(path, three_notes())
    written(tmp_path / "other.duckdb", [draft("C-0009", version) for version in (1, 2)])
    shutil.copy(head_path(tmp_path / "other.duckdb"), head_path(path))

    refused(path, "Event 2 .* differs from its head file")


def test_accepting_what_is_not_there_is_refused(path):
    with pytest.raises(LogRefused):
        DuckdbLog.accept(path, KINDS)

    assert files(path.parent) == {}


def test_a_head_that_cannot_be_noted_is_not_accepted(path):
    written(path, three_notes())
    head_path(path).unlink()
    path.with_name("log.duckdb.head.new").mkdir()

    with pytest.raises(LogRefused, match="was not written"):
        DuckdbLog.accept(path, KINDS)
