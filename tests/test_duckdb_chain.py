"""What a log file must hold: nothing that was changed, lost or swapped opens in silence."""

import random
import signal
from pathlib import Path
from typing import Any

import pytest

from dashboard.errors import LogRefused
from dashboard.store import duckdb_chain
from dashboard.store.duckdb_log import DuckdbLog
from dashboard.store.log import ZERO, link
from tests.drafts import BEGINNING_US, KINDS, command, draft, rows
from tests.log_files import (
    Files,
    files,
    lay,
    refused,
    run,
    tamper,
    three_notes,
    write_and_crash,
    written,
)


@pytest.fixture
def path(tmp_path: Path) -> Path:
    folder = tmp_path / "log"
    folder.mkdir()
    return folder / "log.duckdb"


# --- Tampering -------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE events SET data = '{}' WHERE position = 2",
        "UPDATE events SET recorded_us = recorded_us + 1 WHERE position = 3",
        "UPDATE events SET hash = repeat('0', 64) WHERE position = 1",
        "UPDATE events SET ordinal = 1 WHERE position = 3",
        "DELETE FROM events WHERE position = 1",
        "DELETE FROM events WHERE position = 2",
        "UPDATE events SET position = 0 WHERE position = 3",
        "UPDATE events SET position = 9 WHERE position = 3",
        "INSERT INTO events SELECT 4, 'C-2', 1, kind, 0, 0, actor, data, 'x', 0, hash FROM events"
        " WHERE position = 3",
    ],
)
def test_a_changed_event_is_found_and_cannot_be_accepted(path, statement):
    written(path, three_notes())
    tamper(path, statement)

    refused(path, "is damaged: .*accepting cannot fix it")
    with pytest.raises(LogRefused, match="is damaged"):
        DuckdbLog.accept(path, KINDS)


def test_an_event_replaced_with_a_fitting_hash_disagrees_with_the_head(path):
    written(path, [draft(version=1)])
    forged = (1, "C-0001", 1, "note_added", BEGINNING_US, BEGINNING_US, "forger", "{}", "x", 0)
    tamper(
        path,
        f"UPDATE events SET actor = 'forger', data = '{{}}', command_id = 'x', "  # noqa: S608
        f"hash = '{link(ZERO, forged)}'",
    )

    refused(path, "Event 1 .* differs from its head file")


def test_a_long_log_is_checked_in_parts(path, monkeypatch):
    monkeypatch.setattr(duckdb_chain, "CHECKED_AT_ONCE", 4)
    head = written(path, [draft(version=version) for version in range(1, 12)])

    log = DuckdbLog.open(path, KINDS)

    assert log.verify() == head
    log.close()
    for position in (4, 5, 11):
        before = files(path.parent)
        tamper(path, f"UPDATE events SET actor = 'x' WHERE position = {position}")  # noqa: S608
        refused(path, f"event {position} has been altered")
        lay(path.parent, before)


def test_a_log_of_a_later_format_is_refused(path):
    written(path)
    tamper(path, "UPDATE format SET number = 2")

    refused(path, "newer version.* format is 2")


def test_a_log_without_a_format_is_refused(path):
    written(path)
    tamper(path, "DELETE FROM format")

    refused(path, "its format is not recorded")


# --- Damage ----------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def generations(tmp_path_factory: pytest.TempPathFactory) -> list[Files]:
    """Files of one log at three moments, each left by a crash with a write-ahead log."""
    path = tmp_path_factory.mktemp("generations") / "log.duckdb"
    taken: list[Files] = []
    for first in (1, 21, 41):
        log = DuckdbLog.open(path, KINDS)
        for number in range(first, first + 10):
            log.append(command(number))
        log.close()
        assert run(write_and_crash, path, first + 10, first + 20) == -signal.SIGKILL
        taken.append(files(path.parent))
    assert [sorted(one) for one in taken] == [
        ["log.duckdb", "log.duckdb.head", "log.duckdb.wal"]
    ] * 3
    return taken


@pytest.fixture(scope="module")
def whole(generations: list[Files], tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    """What the log of the last generation holds."""
    path = tmp_path_factory.mktemp("whole") / "log.duckdb"
    lay(path.parent, generations[-1])
    log = DuckdbLog.open(path, KINDS)
    refs = [f"ref-{number}" for number in range(1, 61)]
    held = {"rows": rows(log), "refs": refs, "personal": log.personal(refs)}
    log.close()
    assert len(held["rows"]) == 180
    assert len(held["personal"]) == 60
    return held


def opens_whole(path: Path, whole: dict[str, Any]) -> bool:
    """Whether the log opens. If so it must hold everything, if not no file may have changed."""
    before = files(path.parent)
    try:
        log = DuckdbLog.open(path, KINDS)
    except LogRefused:
        assert files(path.parent) == before
        return False
    assert rows(log) == whole["rows"]
    assert log.personal(whole["refs"]) == whole["personal"]
    log.close()
    return True


def test_a_crash_leaves_a_log_that_opens_whole(path, generations, whole):
    lay(path.parent, generations[-1])

    assert opens_whole(path, whole)


@pytest.mark.parametrize("end", ["", ".wal", ".head"])
def test_a_flipped_bit_never_opens_fewer_or_other_events(path, generations, whole, end):
    rng = random.Random(f"flip {end}")
    content = generations[-1][f"log.duckdb{end}"]
    # much of the database is empty, and there no bit means anything
    filled = [at for at, byte in enumerate(content) if byte] if end == "" else range(len(content))
    outcomes: list[bool] = []

    for _ in range(40 if end == ".head" else 80):
        flipped = bytearray(content)
        flipped[rng.choice(filled)] ^= 1 << rng.randrange(8)
        lay(path.parent, generations[-1] | {f"log.duckdb{end}": bytes(flipped)})
        outcomes.append(opens_whole(path, whole))

    # the database also keeps what it does not need to open; of the others every byte counts
    assert not all(outcomes)
    assert end == "" or not any(outcomes)


@pytest.mark.parametrize("end", ["", ".wal", ".head"])
def test_a_shortened_file_never_opens_fewer_or_other_events(path, generations, whole, end):
    rng = random.Random(f"cut {end}")
    content = generations[-1][f"log.duckdb{end}"]
    cuts = [0, 1, len(content) - 1, *(rng.randrange(len(content)) for _ in range(25))]

    for cut in cuts:
        lay(path.parent, generations[-1] | {f"log.duckdb{end}": content[:cut]})
        assert not opens_whole(path, whole)


def test_files_of_different_moments_never_open_fewer_or_other_events(path, generations, whole):
    for database in range(3):
        for wal in (None, 0, 1, 2):
            laid = {"log.duckdb": generations[database]["log.duckdb"]}
            laid["log.duckdb.head"] = generations[-1]["log.duckdb.head"]
            if wal is not None:
                laid["log.duckdb.wal"] = generations[wal]["log.duckdb.wal"]
            lay(path.parent, laid)
            assert opens_whole(path, whole) == (database == wal == 2)


def test_a_lost_file_never_opens_fewer_events(path, generations, whole):
    for lost in generations[-1]:
        lay(path.parent, {name: held for name, held in generations[-1].items() if name != lost})
        assert not opens_whole(path, whole)
