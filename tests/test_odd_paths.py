"""Paths that somebody has, and few expect: no UTF-8, or too long for a socket."""

import os
from collections.abc import Callable
from pathlib import Path

import pytest

from dashboard.__main__ import main
from dashboard.cli.listener import Listener
from dashboard.store import Store

NO_UTF8 = os.fsdecode(b"s\xff")


@pytest.fixture
def run(tmp_path, monkeypatch, capfd) -> Callable[..., tuple[int, str]]:
    """Runs a command line in a folder of its own; its exit code and standard error."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("CHANGEOVER_LOG", "log.duckdb")

    def command(*argv: str) -> tuple[int, str]:
        code = main(argv)
        return code, capfd.readouterr().err

    return command


@pytest.mark.usefixtures("logs_are_made")
def test_a_log_whose_name_is_no_utf8_is_refused_in_words(run, tmp_path):
    (tmp_path / NO_UTF8).mkdir()
    (tmp_path / NO_UTF8 / "empty.duckdb").touch()

    for said in (
        run("sample", "--cases", "2", "--db", NO_UTF8 + ".duckdb"),
        run("verify", "--db", f"{NO_UTF8}/empty.duckdb"),
        run("verify", "--accept", "--db", f"{NO_UTF8}/empty.duckdb"),
        run("upgrade", "--check", f"{NO_UTF8}/empty.duckdb"),
    ):
        assert said[0] == 1
        assert "is not UTF-8. Rename it" in said[1]
    assert [found.name for found in tmp_path.iterdir()] == [NO_UTF8]


def test_outputs_and_inputs_may_have_any_name_in_either_process(run, tmp_path):
    Store.open(tmp_path / "log.duckdb").close()
    alone = run("backup", NO_UTF8)
    store = Store.open(tmp_path / "log.duckdb")
    listener = Listener(store, tmp_path / "log.duckdb")
    listener.start()
    try:
        served = run("backup", NO_UTF8), run("restore", NO_UTF8, "--db", "new.duckdb")
        missing = run("import", NO_UTF8 + ".csv"), run("backup", f"{NO_UTF8}/in-a-file")
    finally:
        listener.stop()
        store.close()

    assert [alone[0], *(code for code, _ in served)] == [0, 0, 0]
    assert [code for code, _ in missing] == [1, 1]
    assert "cannot be read: No such file" in missing[0][1]
    assert "cannot be written" in missing[1][1]


def test_a_folder_for_temporary_files_that_is_no_utf8_is_refused_in_words(
    run, tmp_path, monkeypatch
):
    Store.open(tmp_path / "log.duckdb").close()
    (tmp_path / NO_UTF8).mkdir()
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path / NO_UTF8))

    code, said = run("backup", "copy")

    assert code == 1
    assert "Name another folder in TMPDIR" in said
    assert not Path("copy").exists()


@pytest.mark.parametrize("length", [103, 104, 107, 108, 109, 240])
def test_a_log_too_deep_for_a_socket_is_served_all_the_same(run, tmp_path, length):
    folder = tmp_path
    while (missing := length - len(str(folder / "log.duckdb.sock"))) > 1:
        folder /= "d" * min(missing - 1, 200)
    folder.mkdir(parents=True, exist_ok=True)
    log = folder / "log.duckdb"
    store = Store.open(log)
    listener = Listener(store, log)
    listener.start()
    try:
        said = run("ready", "--db", str(log))
    finally:
        listener.stop()
        store.close()

    assert said == (0, "")
