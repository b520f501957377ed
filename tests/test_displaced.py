"""A log whose file is taken away, or changed for another, while it is in use."""

from pathlib import Path

import pytest

from dashboard.errors import LogRefused
from dashboard.store import Store
from dashboard.store.duckdb_log import DuckdbLog
from dashboard.store.room import Disk
from tests.drafts import KINDS, command, draft
from tests.log_files import files


@pytest.fixture
def path(tmp_path) -> Path:
    return tmp_path / "log.duckdb"


@pytest.fixture
def log(path):
    opened = DuckdbLog.open(path, KINDS)
    opened.append(command(0))
    yield opened
    opened.close()


def test_nothing_is_stored_in_a_file_that_was_removed(log, path):
    path.unlink()

    with pytest.raises(LogRefused, match=r"log\.duckdb is no longer where it was"):
        log.append(command(1))

    assert log.head().position == len(command(0))
    assert log.stored(command(1)[0].command_id) == []


def test_nothing_is_stored_or_noted_once_another_log_has_its_place(log, path, tmp_path):
    other = tmp_path / "other" / "log.duckdb"
    other.parent.mkdir()
    DuckdbLog.open(other, KINDS).close()
    path.rename(tmp_path / "moved.duckdb")
    for name in ("log.duckdb", "log.duckdb.head"):
        (other.parent / name).replace(tmp_path / name)
    before = files(tmp_path)

    for act in (lambda: log.append(command(1)), lambda: log.erase(["any"]), log.verify):
        with pytest.raises(LogRefused, match="no longer the file in use"):
            act()
    log.close()

    assert files(tmp_path)["log.duckdb.head"] == before["log.duckdb.head"]
    assert files(tmp_path)["log.duckdb"] == before["log.duckdb"]
    assert files(tmp_path)["moved.duckdb"] == before["moved.duckdb"]


def test_a_file_that_is_put_back_goes_on_by_itself(log, path, tmp_path):
    path.rename(tmp_path / "moved.duckdb")
    with pytest.raises(LogRefused):
        log.append(command(1))
    (tmp_path / "moved.duckdb").rename(path)

    log.append(command(1))
    log.close()

    again = DuckdbLog.open(path, KINDS)
    assert again.head().position == len(command(0) + command(1))
    again.close()


def test_pages_say_that_it_is_gone_and_not_that_it_is_write_protected(path, tmp_path):
    Store.open(path).close()
    disk = Disk(path)
    well = disk.trouble()

    path.rename(tmp_path / "moved.duckdb")
    gone = disk.trouble()
    path.write_bytes(b"another")
    replaced = disk.trouble()

    assert well == ""
    assert "is no longer where it was" in gone
    assert "is no longer the file in use" in replaced


def test_what_a_removed_log_holds_can_still_be_saved(path, tmp_path):
    store = Store.open(path)
    store.append([draft()])
    path.unlink()

    head = store.backup(tmp_path / "copy")

    assert head == store.log.head()
    assert (tmp_path / "copy").exists()
    store.close()
