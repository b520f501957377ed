"""Backup and restore: a copy taken while people write, and a log made of it."""

import json
import os
import random
import shutil
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Generator
from contextlib import contextmanager
from datetime import datetime, timedelta
from itertools import pairwise
from pathlib import Path

import duckdb
import pytest

from dashboard import clock, commands
from dashboard.__main__ import main
from dashboard.cases import KINDS
from dashboard.cli.listener import Listener
from dashboard.errors import InputRefused, LogRefused
from dashboard.store import Store
from dashboard.store.copies import open_copy
from dashboard.store.head_file import read_head
from dashboard.store.log import Head
from tests.builders import LEAD, MONDAY, form, step_fields
from tests.log_files import compressions, room_for

ROOT = Path(__file__).resolve().parent.parent
WRITERS = 16
OLD = b"the backup of the day before"
CONTACT = "P. Whitcomb, 555-0100"
HOLDER = f"""
import sys, threading
from datetime import UTC, datetime
from pathlib import Path
from dashboard import clock, commands
from dashboard.cli.listener import Listener
from dashboard.store import Store
from tests.builders import LEAD, form

path = Path(sys.argv[1])
store = Store.open(path)
listener = Listener(store, path)
listener.start()
print("holding", flush=True)
stop = threading.Event()

def write(number):
    while not stop.wait(0.1 + number / 64):
        commands.open_case(store, "local", form("local"), by=LEAD, now=clock.now())

threads = [threading.Thread(target=write, args=[number]) for number in range({WRITERS})]
for thread in threads:
    thread.start()
sys.stdin.readline()
stop.set()
for thread in threads:
    thread.join()
listener.stop()
store.close()
"""


@pytest.fixture
def folder(tmp_path: Path, monkeypatch) -> Path:
    """Where the command line is called; temporary files have a folder of their own."""
    for name in ("desk", "logs", "temporary"):
        (tmp_path / name).mkdir()
    monkeypatch.chdir(tmp_path / "desk")
    monkeypatch.setenv("CHANGEOVER_LOG", str(tmp_path / "logs" / "log.duckdb"))
    monkeypatch.setenv("TMPDIR", str(tmp_path / "temporary"))
    monkeypatch.setattr("tempfile.tempdir", None)
    return tmp_path


@pytest.fixture(scope="module")
def kept_log(tmp_path_factory) -> Path:
    """The folder of a log with two cases, one of them with a contact's details; and its backups."""
    folder = tmp_path_factory.mktemp("kept")
    path = folder / "log.duckdb"
    store = Store.open(path)
    fill(store)
    store.close()
    assert main(["backup", str(folder / "kept.backup"), "--db", str(path)]) == 0
    lines = ["events", "--format", "jsonl", "-o", str(folder / "kept.jsonl"), "--db", str(path)]
    assert main(lines) == 0
    return folder


@pytest.fixture
def log(folder: Path, kept_log: Path) -> Path:
    """Such a log of one's own."""
    for name in ("log.duckdb", "log.duckdb.head"):
        shutil.copy(kept_log / name, folder / "logs")
    return folder / "logs" / "log.duckdb"


def fill(store: Store, now: datetime = MONDAY) -> None:
    fields = form("local", contact=CONTACT)
    with store.bulk() as desk:
        first = commands.open_case(desk, "local", fields, by=LEAD, now=now)[0].stream
        commands.open_case(desk, "virtual_office", form("virtual_office"), by=LEAD, now=now)
        for step in range(2, 8):
            at = now + timedelta(hours=step)
            given = step_fields(desk.case(first), step, at)
            commands.complete_step(desk, first, step, given, by=LEAD, now=at)


def many(log: Path) -> None:
    """Enough events that a restore takes its time."""
    store = Store.open(log)
    with store.bulk() as desk:
        for _ in range(400):
            commands.open_case(desk, "local", form("local"), by=LEAD, now=MONDAY + timedelta(1))
    store.close()


def a_case(store: Store) -> None:
    commands.open_case(store, "local", form("local"), by=LEAD, now=clock.now())


def environment(folder: Path) -> dict[str, str]:
    return os.environ | {"TMPDIR": str(folder / "temporary")}


def left_over(folder: Path) -> list[Path]:
    """What a backup leaves beside its file and among the temporary ones."""
    return [*Path().glob(".*.part"), *(folder / "temporary").iterdir()]


def shown(path: Path) -> tuple[Head, object, object]:
    """Head, figures and personal values of a log."""
    store = Store.open(path, create=False)
    try:
        figures = [store.run(name, now=MONDAY) for name in ("case_list", "ledger", "sla_cases")]
        return store.log.verify(), figures, store.log.kept()[1].to_pylist()
    finally:
        store.close()


# --- There and back --------------------------------------------------------------------------


@pytest.mark.parametrize(
    "line",
    [["backup", "kept"], ["events", "--format", "jsonl", "-o", "kept"]],
    ids=["file", "lines"],
)
def test_a_log_comes_back_with_the_same_head_figures_and_personal_details(line, log, folder, capfd):
    assert main(line) == 0

    assert main(["restore", "kept", "--db", "new.duckdb"]) == 0

    assert shown(Path("new.duckdb")) == shown(log)
    assert CONTACT in str(shown(log))
    assert read_head(Path("new.duckdb")) == read_head(log)
    assert shown(log)[0].hash in capfd.readouterr().out
    assert left_over(folder) == []


def test_a_restored_log_goes_on(log):
    main(["backup", "kept"])
    main(["restore", "kept", "--db", "new.duckdb"])

    store = Store.open(Path("new.duckdb"))
    a_case(store)
    store.close()

    head, *_ = shown(Path("new.duckdb"))
    assert head.position == shown(log)[0].position + 1


def test_an_erased_detail_is_in_no_later_backup(log, folder):
    store = Store.open(log)
    store.log.erase([store.case("C-0001").fields["contact"]["ref"]])
    store.close()

    main(["backup", "kept"])
    main(["restore", "kept", "--db", "new.duckdb"])

    assert shown(Path("new.duckdb"))[2] == []
    assert b"Whitcomb" not in Path("kept").read_bytes()


def test_neither_a_backup_nor_what_is_restored_from_it_is_bitpacked(log):
    main(["backup", "kept"])
    main(["restore", "kept", "--db", "new.duckdb"])

    assert "BitPacking" not in compressions(Path("kept")) | compressions(Path("new.duckdb"))


def test_an_empty_log_can_be_backed_up_and_restored(folder):
    Store.open(folder / "logs" / "log.duckdb").close()

    assert main(["backup", "kept"]) == 0
    assert main(["restore", "kept", "--db", "new.duckdb"]) == 0

    assert shown(Path("new.duckdb"))[0] == Head.empty()


def test_a_backup_is_no_log_and_says_what_makes_one_of_it(log, capfd):
    main(["backup", "kept"])

    assert main(["verify", "--db", "kept"]) == 1

    assert "dashboard restore" in capfd.readouterr().err


# --- While people write ----------------------------------------------------------------------


def test_what_sixteen_people_write_meanwhile_is_in_the_backup_up_to_one_moment(log, tmp_path):
    store = Store.open(log)
    stop = threading.Event()

    def write() -> None:
        while not stop.wait(0.05):
            a_case(store)

    threads = [threading.Thread(target=write) for _ in range(WRITERS)]
    for thread in threads:
        thread.start()
    taken: list[tuple[Head, Head, Head]] = []
    for number in range(3):
        before = store.log.head()
        head = store.backup(tmp_path / f"{number}.backup")
        taken.append((before, head, store.log.head()))
    stop.set()
    for thread in threads:
        thread.join()
    live = {
        event["position"]: event["hash"] for part in store.log.read() for event in part.to_pylist()
    }
    store.close()

    for number, (before, head, after) in enumerate(taken):
        assert before.position <= head.position <= after.position
        assert live[head.position] == head.hash
        assert restored(tmp_path / f"{number}.backup", tmp_path / f"{number}.duckdb") == head
    assert len({head for _, head, _ in taken}) > 1


def restored(backup: Path, to: Path) -> Head:
    store = Store.open(to)
    with open_copy(backup, "it", KINDS) as copy:
        store.restore(copy)
    store.close()
    return shown(to)[0]


def test_a_second_terminal_backs_up_what_an_application_holds(log, folder):
    with held_by_another(log, folder) as finish:
        said = [terminal(folder, "backup", f"{number}.backup") for number in range(2)]
        lines = terminal(folder, "events", "--format", "jsonl", "-o", "log.jsonl")
        refused = terminal(folder, "restore", "0.backup")
        finish()

    assert [(one.returncode, one.stderr) for one in (*said, lines)] == [(0, "")] * 3
    assert refused.returncode == 1
    assert "only be restored into an empty log" in refused.stderr
    store = Store.open(log)
    live = {
        event["position"]: event["hash"] for part in store.log.read() for event in part.to_pylist()
    }
    store.close()
    heads = [restored(Path(f"{number}.backup"), Path(f"{number}.duckdb")) for number in range(2)]
    assert main(["restore", "log.jsonl", "--db", "lines.duckdb"]) == 0
    heads.append(shown(Path("lines.duckdb"))[0])
    assert all(one.position < other.position for one, other in pairwise(heads))
    assert [live[head.position] for head in heads] == [head.hash for head in heads]
    assert left_over(folder) == []


@contextmanager
def held_by_another(
    log: Path, folder: Path, script: str = HOLDER
) -> Generator[Callable[[], object]]:
    """Another process holds the log, in which sixteen people write until told to finish."""
    holder = subprocess.Popen(
        [sys.executable, "-c", script, str(log)], env=environment(folder), text=True,
        stdin=subprocess.PIPE, stdout=subprocess.PIPE,
    )  # fmt: skip
    with holder:
        assert holder.stdout
        assert holder.stdout.readline() == "holding\n"
        yield lambda: holder.communicate("\n", timeout=60)
        holder.kill()


def terminal(folder: Path, *line: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "dashboard", *line],
        env=environment(folder), capture_output=True, text=True, check=False, timeout=60,
    )  # fmt: skip


def test_a_log_that_an_application_holds_empty_is_filled_and_seen_at_once(log, folder, capfd):
    main(["backup", "kept"])
    head, *_ = shown(log)
    path = folder / "logs" / "other.duckdb"
    store = Store.open(path)
    listener = Listener(store, path)
    listener.start()

    code = main(["restore", "kept", "--db", str(path)])

    # the application's journal, if an earlier test has set it up, is in JSON
    said = [line for line in capfd.readouterr().err.splitlines() if not line.startswith("{")]
    assert (code, said) == (0, [])
    assert store.head() == store.log.head() == head
    assert store.count_cases() == 2
    a_case(store)
    assert store.count_cases() == 3
    listener.stop()
    store.close()


# --- The old backup --------------------------------------------------------------------------


def test_a_new_backup_takes_the_old_ones_place_and_rights(log, folder):
    Path("kept").write_bytes(OLD)
    Path("kept").chmod(0o640)

    assert main(["backup", "kept"]) == 0

    assert Path("kept").stat().st_mode & 0o777 == 0o640
    assert restored(Path("kept"), Path("new.duckdb")) == shown(log)[0]
    assert left_over(folder) == []


@pytest.mark.parametrize("room", [0, 4_096, 100_000])
def test_without_room_the_old_backup_stays(room, log, folder, monkeypatch):
    Path("kept").write_bytes(OLD)
    store = Store.open(log)
    listener = Listener(store, log)
    listener.start()

    reading, writing = os.pipe()  # which grows, whatever the disk does
    with os.fdopen(writing, "w") as err, monkeypatch.context() as patch, room_for(room):
        patch.setattr(sys, "stderr", err)
        code = main(["backup", "kept"])

    with os.fdopen(reading) as told:
        said = told.read()
    a_case(store)
    listener.stop()
    store.close()
    assert code == 1
    assert "room" in said
    assert Path("kept").read_bytes() == OLD
    assert left_over(folder) == []
    assert main(["backup", "kept"]) == 0


@pytest.mark.parametrize("path", ["", "nowhere/kept", "/", "-"])
def test_where_nothing_can_be_written_nothing_is_copied(path, log, folder, capfd):
    assert main(["backup", path]) == 1

    assert capfd.readouterr().err.count("\n") == 1
    assert left_over(folder) == []


def test_the_log_itself_is_no_place_for_its_backup(log, capfd):
    for name in ("", ".head"):
        assert main(["backup", str(log) + name]) == 1
        assert "belongs to the log" in capfd.readouterr().err
    assert main(["verify"]) == 0


@pytest.mark.parametrize(
    "where",
    [
        "copies.fill",
        "named_files.OwnTarget.write",
        "named_files.OwnTarget.keep",
        "pathlib.Path.replace",
    ],
)
def test_a_backup_that_is_killed_in_the_middle_leaves_the_old_one(where, log, folder):
    Path("kept").write_bytes(OLD)
    script = KILLED.format(where=where) + BACKUP

    said = subprocess.run([sys.executable, "-c", script], env=environment(folder), check=False)

    assert said.returncode == -signal.SIGKILL
    assert Path("kept").read_bytes() == OLD
    assert main(["backup", "kept"]) == 0
    assert restored(Path("kept"), Path("new.duckdb")) == shown(log)[0]


@pytest.mark.parametrize("where", ["copies.fill", "dashboard.store.open_copy"])
def test_a_holder_killed_in_the_middle_of_a_backup_leaves_the_old_one(where, log, folder):
    Path("kept").write_bytes(OLD)
    script = KILLED.format(where=where) + HOLDER

    with held_by_another(log, folder, script):
        said = terminal(folder, "backup", "kept")

    assert said.returncode == 1
    assert "ended before this was finished" in said.stderr
    assert Path("kept").read_bytes() == OLD
    assert not list(Path().glob(".*.part"))
    assert main(["backup", "kept"]) == 0
    assert main(["verify"]) == 0


def test_an_interrupted_backup_leaves_the_old_one_and_nothing_else(log, folder):
    Path("kept").write_bytes(OLD)
    with held_by_another(log, folder) as finish:
        caller = subprocess.Popen(
            [sys.executable, "-c", INTERRUPTED + BACKUP], env=environment(folder),
            stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True,
        )  # fmt: skip
        _, err = caller.communicate(timeout=60)
        finish()

    assert caller.returncode == 130
    assert "Stopped" in err
    assert Path("kept").read_bytes() == OLD
    assert left_over(folder) == []


INTERRUPTED = """
import os, signal
from dashboard.cli import named_files

signal.signal(signal.SIGINT, signal.default_int_handler)  # in the background it would be ignored

def keep(target, keeping=named_files.OwnTarget.keep):
    os.kill(os.getpid(), signal.SIGINT)
    keeping(target)

named_files.OwnTarget.keep = keep
"""
KILLED = """
import os, pathlib, signal
import dashboard.store
from dashboard.store import copies
from dashboard.cli import named_files

def die(*args, **kwargs):
    os.kill(os.getpid(), signal.SIGKILL)

{where} = die
"""
BACKUP = """
import sys
from dashboard.__main__ import main
sys.exit(main(["backup", "kept"]))
"""


# --- What is restored, and into what ---------------------------------------------------------


def test_a_log_that_holds_events_is_left_alone(log, capfd):
    main(["backup", "kept"])
    before = shown(log)

    assert main(["restore", "kept"]) == 1

    assert "--db" in capfd.readouterr().err
    assert shown(log) == before


def test_a_log_of_which_only_the_head_is_left_is_not_restored_over(log, capfd):
    main(["backup", "kept"])
    log.unlink()

    assert main(["restore", "kept"]) == 1
    assert "move those files away" in capfd.readouterr().err
    log.with_name(f"{log.name}.head").unlink()

    assert main(["restore", "kept"]) == 0
    assert main(["verify"]) == 0


def test_a_damaged_backup_is_read_as_it_was_or_not_at_all(kept_log, tmp_path):
    whole = (kept_log / "kept.backup").read_bytes()
    with open_copy(kept_log / "kept.backup", "it", KINDS) as copy:
        held = copy.head, list(copy.batches()), copy.personal()
    rng = random.Random(7)
    refused = 0

    for turn in range(120):
        content = bytearray(whole)
        if turn % 4:
            content[rng.randrange(len(content))] ^= 1 << rng.randrange(8)
        else:
            del content[rng.randrange(len(content)) :]
        place = tmp_path / f"{turn}.backup"
        place.write_bytes(content)
        try:
            with open_copy(place, "it", KINDS) as copy:
                assert (copy.head, list(copy.batches()), copy.personal()) == held
        except InputRefused:
            refused += 1

    assert refused > 30  # all that were cut; a bit may be one that nothing is kept in


@pytest.mark.parametrize(
    "change",
    [
        "DELETE FROM events WHERE position = (SELECT max(position) FROM events)",
        "DELETE FROM events WHERE position = 2",
        "UPDATE events SET data = replace(data, 'Juniper', 'Jupiter')",
        "UPDATE events SET actor = 'somebody' WHERE position = 3",
        "UPDATE backup SET hash = repeat('0', 64)",
        "UPDATE backup SET format = 2",
        "DELETE FROM backup",
        "DROP TABLE personal",
        "ALTER TABLE events DROP COLUMN ordinal",
        "UPDATE events SET kind = 'from_the_future'",
    ],
)
def test_a_backup_that_was_changed_is_refused(change, kept_log, folder, capfd):
    shutil.copy(kept_log / "kept.backup", "kept")
    with duckdb.connect("kept") as connection:
        connection.execute(change)

    assert main(["restore", "kept", "--db", "new.duckdb"]) == 1

    assert "Nothing was changed" in capfd.readouterr().err
    assert not Path("new.duckdb").exists()


Lines = list[str]


@pytest.mark.parametrize(
    "spoil",
    [
        lambda lines: lines[:2] + lines[3:],
        lambda lines: [*lines[:-2], lines[-1], lines[-2]],
        lambda lines: [*lines, lines[-1]],
        lambda lines: [line.replace("Juniper", "Jupiter") for line in lines],
        lambda lines: [*lines[:-1], lines[-1][:-5]],
        lambda lines: [*lines, "{}"],
        lambda lines: [*lines, "[1]"],
        lambda lines: [*lines, '"text"'],
        lambda lines: [*lines, "[" * 100_000],
        lambda lines: [lines[0].replace('"version": 1', '"version": "1"'), *lines[1:]],
        lambda lines: [lines[0].replace('"version": 1', '"version": 99999999999999999999')],
        lambda lines: [lines[0].replace('"position": 1', '"position": null')],
        lambda lines: [lines[0].replace('"actor": "', '"actor": "\\ud800')],
        lambda lines: ["Case,Firm", "1,2"],
        lambda lines: ["\udcff\udcfe"],
    ],
)
def test_lines_that_are_not_those_of_a_log_are_refused(
    spoil: Callable[[Lines], Lines], kept_log, folder, capfd
):
    shutil.copy(kept_log / "kept.jsonl", "kept")
    lines = spoil(Path("kept").read_text().splitlines())
    Path("kept").write_text("\n".join(lines) + "\n", errors="surrogateescape")

    assert main(["restore", "kept", "--db", "new.duckdb"]) == 1

    said = capfd.readouterr().err
    assert said.startswith("kept is no")
    assert "Nothing was changed" in said
    assert not Path("new.duckdb").exists()


def test_what_is_not_there_is_not_restored(folder, capfd):
    assert main(["restore", "nowhere"]) == 1

    assert "nowhere cannot be read" in capfd.readouterr().err
    assert left_over(folder) == []


def test_a_restore_without_room_stores_nothing_and_works_once_there_is_room(log, tmp_path):
    main(["backup", "kept"])
    store = Store.open(Path("new.duckdb"))

    with open_copy(Path("kept"), "kept", KINDS) as copy:
        with room_for(500), pytest.raises(LogRefused, match="Nothing was stored"):
            store.restore(copy)
        assert store.head() == store.log.head() == Head.empty()
        assert store.restore(copy) == copy.head
    store.close()

    assert shown(Path("new.duckdb")) == shown(log)


@pytest.mark.parametrize("seed", range(3))
def test_a_restore_that_is_killed_leaves_all_or_nothing(seed, log, folder):
    many(log)
    main(["backup", "kept"])
    head, *_ = shown(log)
    restoring = subprocess.Popen(
        [sys.executable, "-m", "dashboard", "restore", "kept", "--db", "new.duckdb"],
        env=environment(folder), stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
    )  # fmt: skip
    time.sleep(random.Random(seed).uniform(0.6, 2.4))
    restoring.send_signal(signal.SIGKILL)
    restoring.wait(60)

    if Path("new.duckdb").exists() and shown(Path("new.duckdb"))[0] != Head.empty():
        assert shown(Path("new.duckdb"))[0] == head
    else:
        assert main(["restore", "kept", "--db", "new.duckdb"]) == 0
        assert shown(Path("new.duckdb"))[0] == head


def test_personal_details_that_are_no_texts_are_refused(log):
    main(["events", "--format", "jsonl", "-o", "kept"])
    first, *rest = Path("kept").read_text().splitlines()
    row = json.loads(first)
    row["personal"] = {"ref": 5}
    Path("kept").write_text("\n".join([json.dumps(row), *rest]))

    assert main(["restore", "kept", "--db", "new.duckdb"]) == 1


def test_a_copy_is_checked_before_anybody_reads_it(tmp_path):
    (tmp_path / "kept").write_bytes(b"x" * 8 + b"DUCK" + b"y" * 5_000)

    with (
        pytest.raises(InputRefused, match="not a complete backup"),
        open_copy(tmp_path / "kept", "kept", KINDS),
    ):
        pass
