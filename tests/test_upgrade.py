"""From one version to the next and back: logs of every format so far, and what is said before."""

import gzip
import json
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from dashboard import clock, commands
from dashboard.__main__ import main
from dashboard.cases import KINDS
from dashboard.store import Store
from dashboard.store.duckdb_log import DuckdbLog
from tests.builders import LEAD
from tests.drafts import draft
from tests.live import ROOT
from tests.log_files import tamper
from tests.write_kept_log import LOGS

KEPT = sorted(path.stem for path in LOGS.glob("*.jsonl"))


@pytest.fixture(params=KEPT)
def kept(request, tmp_path: Path) -> tuple[str, Path]:
    """The name of a log that a version wrote, and its own files, as they were."""
    path = tmp_path / "log.duckdb"
    path.write_bytes(gzip.decompress((LOGS / f"{request.param}.duckdb.gz").read_bytes()))
    shutil.copy(LOGS / f"{request.param}.head", tmp_path / "log.duckdb.head")
    return request.param, path


def noted(name: str) -> dict[str, object]:
    return json.loads((LOGS / f"{name}.json").read_text("utf-8"))


def found(store: Store) -> dict[str, object]:
    head = store.log.verify()
    return {"position": head.position, "hash": head.hash, "cases": store.count_cases()}


def files(folder: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in folder.iterdir()}


def in_a_process_of_its_own(*argv: str) -> str:
    line = [sys.executable, "-m", "dashboard", *argv]
    return subprocess.run(line, cwd=ROOT, capture_output=True, check=True, text=True).stdout


def test_there_is_a_log_of_every_format():
    assert KEPT != []


def test_the_files_of_every_version_open_and_go_as_far_as_they_did(kept):
    name, path = kept

    store = Store.open(path)

    assert found(store) == noted(name)
    assert commands.add_note(store, "C-0002", "Goes on.", by=LEAD, now=clock.now())
    store.close()


def test_the_lines_of_every_version_make_the_same_log_again(tmp_path, capsys):
    for name in KEPT:
        path, again = tmp_path / f"{name}.duckdb", tmp_path / f"{name}.jsonl"
        lines = LOGS / f"{name}.jsonl"

        assert main(["restore", str(lines), "--db", str(path)]) == 0
        assert main(["events", "--format", "jsonl", "-o", str(again), "--db", str(path)]) == 0

        assert again.read_bytes() == lines.read_bytes()  # personal details and all
        store = Store.open(path)
        assert found(store) == noted(name)
        store.close()


def test_what_this_version_will_do_is_said_and_no_file_is_touched(kept, capsys):
    name, path = kept
    before = files(path.parent)

    code = main(["upgrade", "--check", "--db", str(path)])

    said = capsys.readouterr().out
    assert code == 0
    assert files(path.parent) == before
    assert str(noted(name)["hash"]) in said
    assert f"{noted(name)['cases']} cases" in said
    assert "nothing will be converted" in said


def test_a_log_that_is_in_use_is_looked_at_by_a_backup_of_it(kept, tmp_path, capsys):
    name, path = kept
    backup = tmp_path / "backup"
    store = Store.open(path)
    store.backup(backup)

    in_use = main(["upgrade", "--check", "--db", str(path)])
    told = capsys.readouterr()
    by_backup = main(["upgrade", "--check", str(backup), "--db", str(path)])

    store.close()
    assert (in_use, by_backup) == (1, 0)
    assert "make a backup" in told.err
    assert str(noted(name)["hash"]) in capsys.readouterr().out


@pytest.mark.parametrize(
    ("statement", "why"),
    [
        ("UPDATE format SET number = 2", "its format is 2"),
        ("UPDATE events SET kind = 'teleported' WHERE position = 3", "has been altered"),
    ],
)
def test_a_log_that_it_could_not_use_is_refused_before_and_not_touched(
    kept, statement, why, capsys
):
    _, path = kept
    tamper(path, statement)
    before = files(path.parent)

    code = main(["upgrade", "--check", "--db", str(path)])

    assert code == 1
    assert why in capsys.readouterr().err
    assert files(path.parent) == before


def test_going_back_is_refused_untouched_once_a_newer_version_wrote_and_the_lines_bring_it_back(
    kept, tmp_path, capsys
):
    name, path = kept
    lines, older = tmp_path / "before.jsonl", tmp_path / "older.duckdb"
    assert main(["events", "--format", "jsonl", "-o", str(lines), "--db", str(path)]) == 0
    newer = DuckdbLog.open(path, KINDS | {"teleported"})
    newer.append([draft("X", kind="teleported", recorded_us=newer.last_recorded_us())])
    newer.close()
    before = files(path.parent)

    refused = main(["verify", "--db", str(path)])
    why = capsys.readouterr().err
    restored = main(["restore", str(lines), "--db", str(older)])

    assert (refused, restored) == (1, 0)
    assert "written by a newer version" in why
    assert files(path.parent).items() >= before.items()
    store = Store.open(older)
    assert found(store) == noted(name)
    store.close()


def test_a_log_moves_to_another_duckdb_by_its_lines(kept, tmp_path):
    # the other DuckDB is another process; which release it has, the lines do not ask
    name, path = kept
    lines, moved = tmp_path / "log.jsonl", tmp_path / "moved.duckdb"

    in_a_process_of_its_own("events", "--format", "jsonl", "-o", str(lines), "--db", str(path))
    in_a_process_of_its_own("restore", str(lines), "--db", str(moved))
    said = in_a_process_of_its_own("verify", "--db", str(moved))

    assert str(noted(name)["hash"]) in said
