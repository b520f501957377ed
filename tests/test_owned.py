"""Whose the files are, and who may read them: what a command line and a log leave behind."""

import os
import shutil
import tempfile
from collections.abc import Callable, Generator
from contextlib import contextmanager
from pathlib import Path

import pytest

from dashboard import owned
from dashboard.__main__ import main
from dashboard.cli import verbs
from dashboard.cli.named_files import OwnFiles
from dashboard.errors import LogHeld
from dashboard.store.duckdb_log import DuckdbLog
from tests.drafts import KINDS, command

pytestmark = pytest.mark.usefixtures("logs_are_made")
NOBODY = 65534  # the user without rights, on every POSIX system
WRITING = [
    ("backup", "copy"),
    ("events", "--format", "jsonl", "-o", "log.jsonl"),
    ("events", "-o", "log.csv"),
    ("restore", "copy", "--db", "again.duckdb"),
]


@contextmanager
def umask(mask: int) -> Generator[None]:
    """The umask that a shell begins with, which the block may change."""
    old = os.umask(mask)
    try:
        yield
    finally:
        os.umask(old)


def rights(folder: Path) -> dict[str, str]:
    """What others than its owner may do to each file of a folder; those with whom they may."""
    return {
        found.name: oct(found.stat().st_mode & 0o777)
        for found in folder.rglob("*")
        if found.is_file() and found.stat().st_mode & 0o077
    }


def owners(folder: Path) -> dict[str, int]:
    return {found.name: found.stat().st_uid for found in folder.rglob("*")}


@pytest.fixture
def folder() -> Generator[Path]:
    """A folder of the service's user: of another one than this, where root runs the tests."""
    made = Path(tempfile.mkdtemp())
    if os.geteuid() == owned.ROOT:
        os.chown(made, NOBODY, NOBODY)
    yield made
    shutil.rmtree(made)


@pytest.fixture
def run(folder, monkeypatch) -> Callable[..., int]:
    monkeypatch.chdir(folder)
    monkeypatch.setenv("CHANGEOVER_LOG", "log.duckdb")
    return lambda *argv: main(argv)


def test_nothing_that_the_command_line_writes_is_anybody_elses_to_read(folder, run):
    with umask(0):
        codes = [run("sample", "--cases", "3"), *(run(*argv) for argv in WRITING)]

    assert set(codes) == {0}
    assert {"copy", "log.jsonl", "log.csv", "again.duckdb.head"} <= {*owners(folder)}
    assert rights(folder) == {}


def test_a_log_in_use_has_nothing_that_others_can_read(folder):
    with umask(0):
        log = DuckdbLog.open(folder / "log.duckdb", KINDS)
        log.append(command(0))
        seen = owners(folder), rights(folder)
        log.close()

    assert {"log.duckdb", "log.duckdb.wal", "log.duckdb.head"} <= {*seen[0]}
    assert seen[1] == {}


def test_a_log_that_was_everybodys_is_its_owners_once_it_is_opened(folder):
    DuckdbLog.open(folder / "log.duckdb", KINDS).close()
    for found in folder.iterdir():
        found.chmod(0o644)

    DuckdbLog.open(folder / "log.duckdb", KINDS).close()

    assert rights(folder) == {}


def test_an_output_that_was_everybodys_is_so_no_more(folder):
    place = folder / "log.jsonl"
    place.write_text("of last night")
    place.chmod(0o644)

    target = OwnFiles(folder / "log.duckdb").create(str(place))
    target.write(b"of tonight")
    target.keep()

    assert place.stat().st_mode & 0o777 == 0o640


def test_run_once_as_root_it_takes_no_file_from_the_services_user(folder, run):
    service = folder.stat().st_uid

    codes = [run("sample", "--cases", "3"), run("backup", "copy"), run("backup", "copy")]
    log = DuckdbLog.open(folder / "used.duckdb", KINDS)
    log.append(command(0))
    made = owners(folder)
    log.close()

    assert codes == [0, 0, 0]
    assert "used.duckdb.wal" in made
    assert set(made.values()) == {service}


def test_a_file_that_root_replaces_stays_whose_it_was(folder, tmp_path):
    (tmp_path / "copy").write_text("of last night")
    service = folder.stat().st_uid
    os.chown(tmp_path / "copy", service, -1)

    target = OwnFiles(tmp_path / "log.duckdb").create(str(tmp_path / "copy"))
    target.write(b"of tonight")
    target.keep()

    assert (tmp_path / "copy").stat().st_uid == service
    assert (tmp_path / "copy").read_text() == "of tonight"


def test_who_is_not_the_user_of_the_process_that_holds_the_log_is_told_whom_to_be(
    folder, run, capsys, monkeypatch
):
    # The socket lies there, and is another user's: all that root's crontab finds.
    run("sample", "--cases", "3")
    (folder / "log.duckdb.sock").touch()
    uid = os.geteuid()
    user = owned.user_name(NOBODY if uid == owned.ROOT else uid)
    if uid == owned.ROOT:
        os.chown(folder / "log.duckdb.sock", NOBODY, -1)
    else:
        monkeypatch.setattr(os, "geteuid", lambda: uid + 1)
    monkeypatch.setattr(verbs, "run", held)

    code = run("backup", "copy")
    said = capsys.readouterr().err

    assert code == 1
    assert f"sudo -u {user}" in said
    assert f"crontab -u {user}" in said


def held(*_: object) -> int:
    raise LogHeld("Another process holds the log.")
