"""A verb asked for in one process and carried out in the one that holds the log."""

import csv
import json
import os
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Generator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing, contextmanager
from hashlib import sha256
from pathlib import Path
from tempfile import TemporaryFile

import pytest

from dashboard import clock, commands
from dashboard.__main__ import main
from dashboard.cli.arguments import Named, WrongUsage, named, parse
from dashboard.cli.asking import ask
from dashboard.cli.door import Door, is_own, knock
from dashboard.cli.listener import Listener
from dashboard.cli.named_files import OwnFiles, OwnTarget
from dashboard.cli.wire import HEADER, LONGEST, Gone, Wire
from dashboard.errors import InputRefused, LogRefused
from dashboard.owned import identity
from dashboard.store import Store
from tests.builders import LEAD, form

ROOT = Path(__file__).resolve().parent.parent
SHEET = """Firm,Move to,Products,Step 1,Step 2,Step 3,Step 4,Step 5,Step 6,Step 7
Juniper Advisors,Local,,10/5/2026 9:00 AM,10/5/2026 9:30 AM,10/5/2026 10:00 AM,10/5/2026 11:00 AM,\
10/5/2026 12:00 PM,10/5/2026 1:00 PM,10/5/2026 2:00 PM
"""
WRITERS, TURNS = 16, 12
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
    while not stop.wait(0.5 + number / 32):
        commands.open_case(store, "local", form("local"), by=LEAD, now=clock.now())

threads = [threading.Thread(target=write, args=[number]) for number in range({WRITERS})]
for thread in threads:
    thread.start()
sys.stdin.readline()
stop.set()
for thread in threads:
    thread.join()
listener.stop()
print(store.count_cases(), flush=True)
store.close()
"""


@pytest.fixture
def path(tmp_path: Path, monkeypatch) -> Path:
    """The log; the caller is in another folder than it is."""
    for name in ("logs", "desk"):
        (tmp_path / name).mkdir()
    monkeypatch.chdir(tmp_path / "desk")
    monkeypatch.setenv("CHANGEOVER_LOG", str(tmp_path / "logs" / "log.duckdb"))
    return tmp_path / "logs" / "log.duckdb"


@pytest.fixture
def held(path: Path) -> Generator[Store]:
    """The log, held and listened for by this process."""
    with held_log(path) as store:
        yield store


@contextmanager
def held_log(path: Path) -> Generator[Store]:
    store = Store.open(path)
    listener = Listener(store, path)
    listener.start()
    try:
        yield store
    finally:
        listener.stop(grace=0)
        store.close()


def asked(path: Path, *argv: str) -> tuple[int | None, str, str]:
    """Exit code, output and errors of a command line put to the holder."""
    return put(OwnFiles(path), path, *argv)


def put(files: OwnFiles, path: Path, *argv: str) -> tuple[int | None, str, str]:
    """Likewise, by a caller with these files."""
    try:
        words = named(parse(argv))
    except WrongUsage:  # a caller of another version
        words = Named([], [])
    with TemporaryFile("w+") as out, TemporaryFile("w+") as err:
        code = ask(path, argv, words, out=out, err=err, files=files)
        out.seek(0)
        err.seek(0)
        return code, out.read(), err.read()


def knocked(path: Path) -> socket.socket:
    """A caller who has been let in."""
    caller = knock(path)
    assert caller
    Wire(caller).send({"log": identity(path)})
    assert Wire(caller).receive() == {"held": True}
    return caller


def a_case(store: Store) -> str:
    now = clock.now()
    return commands.open_case(store, "local", form("local"), by=LEAD, now=now)[0].stream


# --- Two processes ---------------------------------------------------------------------------


def test_a_second_terminal_works_while_sixteen_people_write(path):
    Path("sheet.csv").write_text(SHEET)
    lines = [
        "import sheet.csv --report report.json",
        "figure cycle_times --format json",
        "verify",
        "events -o events.csv",
        "events --format jsonl -o events.jsonl",
    ]
    holder = subprocess.Popen(
        [sys.executable, "-c", HOLDER, str(path)],
        text=True,
        stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
    )  # fmt: skip
    with holder:
        assert holder.stdout
        assert holder.stdout.readline() == "holding\n"
        said = [terminal(line) for line in lines]
        cases, trouble = holder.communicate("\n", timeout=60)

    assert trouble == ""
    assert [one.stderr for one in said] == [""] * len(lines)
    assert [one.returncode for one in said] == [0] * len(lines)
    assert said[0].stdout == "1 accepted, 0 updated, 0 rejected, 0 duplicate.\n"
    assert json.loads(Path("report.json").read_text())["summary"]["accepted"] == 1
    assert [row["business_us"] for row in json.loads(said[1].stdout)] == [5 * 3_600_000_000]
    assert "is in order" in said[2].stdout
    assert len(list(csv.DictReader(Path("events.csv").read_text().splitlines()))) > 7
    assert len(Path("events.jsonl").read_text().splitlines()) > 8
    assert main(["verify"]) == 0
    store = Store.open(path)
    assert store.count_cases() == int(cases)
    store.close()


def terminal(line: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "dashboard", *line.split()],
        capture_output=True, text=True, check=False, timeout=60,
    )  # fmt: skip


def test_a_holder_killed_leaves_a_log_that_the_next_one_opens(path):
    with subprocess.Popen(
        [sys.executable, "-c", HOLDER, str(path)],
        stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
    ) as holder:  # fmt: skip
        assert holder.stdout
        holder.stdout.readline()
        holder.kill()

    assert path.with_name("log.duckdb.sock").exists()
    assert asked(path, "verify") == (None, "", "")
    assert main(["verify"]) == 0
    assert not path.with_name("log.duckdb.sock").exists()


def test_an_import_serves_others_while_it_holds_the_log(path):
    """A command line that holds the log listens as the application does."""
    Path("sheet.csv").write_text(SHEET)
    os.mkfifo("report")
    line = [sys.executable, "-m", "dashboard", "import", "sheet.csv", "--report", "report"]
    with subprocess.Popen(line, stdout=subprocess.DEVNULL) as importing:
        sock = path.with_name("log.duckdb.sock")
        until = time.monotonic() + 30
        while not sock.exists() and time.monotonic() < until:
            time.sleep(0.02)  # it holds the log now, until somebody reads its report
        code, out, _ = asked(path, "figure", "cycle_times")
        with Path("report").open() as report:
            assert json.load(report)["summary"]["accepted"] == 1

    assert (code, out.count("\n")) == (0, 1)
    assert importing.returncode == 0
    assert not sock.exists()


# --- What comes back -------------------------------------------------------------------------


def test_the_exit_code_and_both_streams_come_back(held, path):
    done = asked(path, "figure", "cycle_times")
    refused = asked(path, "figure", "nonsense")
    unknown_there = asked(path, "teleport")

    assert done[0] == 0
    assert done[1].startswith("case_id,workflow")
    assert refused[:2] == (1, "")
    assert "There is no figure 'nonsense'" in refused[2]
    assert unknown_there[:2] == (2, "")
    assert "teleport" in unknown_there[2]


def test_the_command_line_asks_the_holder(held, path, capfd):
    a_case(held)

    assert main(["events", "-o", "-"]) == 0

    assert capfd.readouterr().out.count("\n") == 2


def test_files_are_those_of_the_one_who_asked(held, path):
    Path("sheet.csv").write_text(SHEET)

    imported = asked(path, "import", "sheet.csv", "--report", "report.json")
    written = asked(path, "events", "-o", "events.csv")

    assert imported == (0, "1 accepted, 0 updated, 0 rejected, 0 duplicate.\n", "")
    assert written == (0, "", "")
    assert {place.name for place in Path().iterdir()} == {"sheet.csv", "report.json", "events.csv"}
    assert Path("events.csv").read_text().count("\n") == 8


@pytest.mark.parametrize(
    ("line", "why"),
    [
        ("import nothing.csv", "nothing.csv cannot be read"),
        ("import sheet.csv --report nowhere/report.json", "nowhere/report.json cannot be written"),
        ("events -o {log}", "belongs to the log"),
        ("import {log}", "belongs to the log"),
        ("events -o .", "cannot be written"),
    ],
)
def test_what_the_caller_cannot_read_or_write_is_refused(line, why, held, path):
    Path("sheet.csv").write_text(SHEET)
    before = held.head()

    code, out, err = asked(path, *line.format(log=path).split())

    assert (code, out) == (1, "")
    assert why in err
    assert held.head() == before


def test_a_refused_verb_leaves_the_old_file(held, path):
    Path("report.json").write_text("old")
    Path("sheet.csv").write_text(SHEET)
    as_of = "2026-10-05T00:00:00Z"
    a_case(held)

    code, _, _ = asked(path, "import", "sheet.csv", "--as-of", as_of, "--report", "report.json")

    assert code == 1
    assert Path("report.json").read_text() == "old"
    assert len(list(Path().iterdir())) == 2


def test_a_large_sheet_and_a_large_answer_get_through(held, path):
    header, row = SHEET.splitlines()
    firms = [sha256(bytes([number // 256, number % 256])).hexdigest() for number in range(400)]
    rows = [f"{row.replace('Juniper', firm)},{'x' * 5000}" for firm in firms]
    Path("sheet.csv").write_text("\n".join([f"{header},Remark", *rows]))

    assert asked(path, "import", "sheet.csv")[0] == 0
    code, out, _ = asked(path, "events", "--format", "jsonl", "-o", "-")

    assert code == 0
    assert len(out) > 1_000_000
    assert len(out.splitlines()) == held.head().position


def test_what_a_held_log_has_to_accept_is_told(held, path):
    code, _, err = asked(path, "verify", "--accept")

    assert code == 1
    assert "nothing to accept" in err


def test_many_may_ask_at_once(held, path):
    with ThreadPoolExecutor(WRITERS) as people:
        asking = [people.submit(asked, path, "figure", "cycle_times") for _ in range(WRITERS)]
        for _ in range(TURNS):
            a_case(held)

    assert {one.result()[0] for one in asking} == {0}


# --- One end leaves --------------------------------------------------------------------------


def test_a_caller_who_leaves_harms_nobody(held, path):
    a_case(held)
    for _ in range(5):
        knocked(path).close()
        with knocked(path) as caller, Path("out").open("wb") as out:
            request = {"argv": ["events", "-o", "-"], "reads": [], "writes": []}
            Wire(caller).send(request, [out.fileno(), out.fileno()])

    assert asked(path, "verify")[0] == 0


@pytest.mark.parametrize(
    "request_",
    [
        {"argv": ["verify"], "reads": [], "writes": []},
        {"argv": ["import", "s.csv"], "reads": [["s.csv", ""]], "writes": []},
        {"argv": ["verify"], "reads": [1]},
    ],
)
def test_a_request_that_lends_too_little_is_hung_up_on(request_, held, path):
    lent = [] if request_["argv"] == ["verify"] and "writes" in request_ else [1, 1]
    with knocked(path) as caller:
        Wire(caller).send(request_, lent)
        with pytest.raises(Gone):
            Wire(caller).receive()

    assert asked(path, "verify")[0] == 0


@pytest.mark.parametrize("nonsense", [b"", b"GET / HTTP/1.1\r\n\r\n", b"\0\0\0\5[1,2]"])
def test_nonsense_harms_nobody(nonsense, held, path):
    caller = knock(path)
    assert caller
    with caller:
        caller.sendall(nonsense)

    assert asked(path, "verify")[0] == 0


@contextmanager
def holder_who(path: Path, answers: Callable[[Wire], object]) -> Generator[None]:
    """A listening process that answers one request in its own way, then leaves."""
    path.touch()
    door = Door(path)

    def serve() -> None:
        caller, _ = door.socket.accept()
        with caller:
            wire = Wire(caller)
            wire.receive()
            answers(wire)
            for number in wire.lent:
                os.close(number)

    serving = threading.Thread(target=serve)
    serving.start()
    yield
    serving.join()
    door.close()


def test_a_holder_who_ends_in_the_middle_is_told(path):
    def half(wire: Wire) -> None:
        wire.send({"held": True})
        wire.receive()
        os.write(wire.lent[2], b"half of it")

    with holder_who(path, half), pytest.raises(LogRefused, match="Run the command again"):
        asked(path, "events", "-o", "events.csv")

    assert list(Path().iterdir()) == []


def test_a_holder_who_ends_before_anything_came_did_nothing(path):
    with holder_who(path, lambda wire: None):
        assert asked(path, "verify") == (None, "", "")


def test_a_file_that_got_no_room_is_refused_in_the_end(held, path, monkeypatch):
    a_case(held)
    with Path("/dev/full").open("wb") as full:
        monkeypatch.setattr(OwnTarget, "fileno", lambda target: full.fileno())
        code, _, err = asked(path, "events", "-o", "events.csv")

    assert code == 1
    assert "events.csv cannot be written: No space left" in err
    assert list(Path().iterdir()) == []


def test_an_output_that_got_no_room_is_told(held, path):
    a_case(held)
    with Path("/dev/full").open("w") as full, Path("err").open("w+") as err:
        argv = ["events", "-o", "-"]
        code = ask(path, argv, Named([], []), out=full, err=err, files=OwnFiles(path))

    assert code == 1
    assert "The output could not be written: No space left" in Path("err").read_text()


def test_what_cannot_be_put_in_its_place_in_the_end_is_refused(held, path, monkeypatch):
    def gone(aside: Path, place: Path) -> None:
        raise FileNotFoundError(2, "its folder is gone")

    monkeypatch.setattr(Path, "replace", gone)
    with pytest.raises(InputRefused, match=r"events.csv cannot be written: its folder is gone"):
        asked(path, "events", "-o", "events.csv")

    assert list(Path().iterdir()) == []


def test_a_sheet_comes_and_a_report_goes_through_pipes(held, path):
    Path("sheet.csv").write_text(SHEET)
    os.mkfifo("in")
    os.mkfifo("out")
    with (
        subprocess.Popen("cat sheet.csv > in", shell=True),
        subprocess.Popen(["cat", "out"], stdout=subprocess.PIPE, text=True) as reader,
    ):
        code, said, _ = asked(path, "import", "in", "--report", "out")
        report, _ = reader.communicate(timeout=30)

    assert (code, said) == (0, "1 accepted, 0 updated, 0 rejected, 0 duplicate.\n")
    assert json.loads(report)["summary"]["accepted"] == 1
    assert Path("out").is_fifo()


def test_what_came_through_a_pipe_before_the_log_was_held_by_another_is_not_lost(held, path):
    Path("sheet.csv").write_text(SHEET)
    os.mkfifo("in")
    files = OwnFiles(path)
    with subprocess.Popen("cat sheet.csv > in", shell=True):
        files.read("in", 1_000_000)

    code, said, _ = put(files, path, "import", "in")

    assert (code, said[:10]) == (0, "1 accepted")


def test_a_reader_who_leaves_early_is_no_error_either(held, path):
    for _ in range(3):
        a_case(held)
    reading, writing = os.pipe()
    os.close(reading)
    with os.fdopen(writing, "w") as out, Path("err").open("w+") as err:
        argv = ["events", "-o", "-"]
        code = ask(path, argv, Named([], []), out=out, err=err, files=OwnFiles(path))

    assert code == 0
    assert Path("err").read_text() == ""


def test_a_listener_that_stops_cuts_off_whoever_does_not_read(path):
    store = Store.open(path)
    listener = Listener(store, path)
    listener.start()
    with store.bulk() as desk:
        for _ in range(3000):
            commands.open_case(desk, "local", form("local"), by=LEAD, now=clock.now())
    reading, writing = os.pipe()
    with knocked(path) as caller, os.fdopen(reading, "rb") as read, os.fdopen(writing) as out:
        request = {"argv": ["events", "--format", "jsonl", "-o", "-"], "reads": [], "writes": []}
        Wire(caller).send(request, [out.fileno(), out.fileno()])
        assert read.read(1) == b"{"  # and no more is read

        began = time.monotonic()
        listener.stop(grace=0.2)

    assert 0.2 <= time.monotonic() - began < 5
    store.close()


def test_a_listener_that_was_never_started_has_nothing_to_stop(held, path):
    Listener(held, path).stop()

    assert asked(path, "verify")[0] == 0


def test_a_holder_that_ends_without_a_word_takes_its_door_with_it(path):
    script = (
        "import sys\n"
        "from pathlib import Path\n"
        "from dashboard.cli.listener import Listener\n"
        "from dashboard.store import Store\n"
        "path = Path(sys.argv[1])\n"
        "Listener(Store.open(path), path).start()\n"
        "print(path.with_name('log.duckdb.sock').exists())\n"
    )

    ended = subprocess.run(
        [sys.executable, "-c", script, str(path)],
        capture_output=True, text=True, check=True, timeout=60,
    )  # fmt: skip

    assert (ended.stdout, ended.stderr) == ("True\n", "")
    assert not path.with_name("log.duckdb.sock").exists()


# --- Who holds the log -----------------------------------------------------------------------


def test_a_log_that_is_about_to_be_let_go_is_waited_for(path, capsys):
    store = Store.open(path)
    closing_it = threading.Timer(0.5, store.close)
    closing_it.start()

    code = main(["figure", "cycle_times"])

    closing_it.join()
    assert code == 0
    assert capsys.readouterr().err == ""


def test_a_holder_who_does_not_listen_is_waited_for_only_so_long(path, capsys, monkeypatch):
    monkeypatch.setattr("dashboard.cli.main.PATIENCE_SECONDS", 0.2)
    with closing(Store.open(path)):
        code = main(["figure", "cycle_times"])

    assert code == 1
    assert "did not answer within 0.2 seconds" in capsys.readouterr().err


def test_another_log_put_in_its_place_is_not_mistaken_for_it(held, path):
    path.rename(path.with_name("old.duckdb"))
    path.touch()

    assert asked(path, "verify") == (None, "", "")


# --- The door --------------------------------------------------------------------------------


def test_the_door_is_the_owners_alone_whatever_the_umask(path):
    old = os.umask(0)
    try:
        with held_log(path):
            mode = path.with_name("log.duckdb.sock").stat().st_mode
    finally:
        os.umask(old)

    assert mode & 0o777 == 0o600


def test_another_users_process_is_not_let_in(held, path, monkeypatch):
    one, other = socket.socketpair()
    with one, other:
        assert is_own(one)
        mine = os.geteuid()
        monkeypatch.setattr(os, "geteuid", lambda: mine + 1)
        assert not is_own(one)
        assert knock(path) is None


def test_what_a_crash_left_is_replaced_and_nothing_stays_behind(path):
    path.with_name("log.duckdb.sock").write_text("left by a crash")

    with held_log(path):
        assert asked(path, "verify")[0] == 0

    left = {place.name for place in path.parent.iterdir()}
    assert left == {"log.duckdb", "log.duckdb.head"}


@pytest.mark.parametrize("is_temporary_folder_long", [False, True])
def test_a_path_too_long_for_a_socket_gets_one_elsewhere(
    is_temporary_folder_long, path, monkeypatch
):
    deep = path.parent / ("x" * 90)
    deep.mkdir()
    if is_temporary_folder_long:
        monkeypatch.setattr("tempfile.tempdir", str(deep))
    long = deep / "log.duckdb"

    with held_log(long):
        pointer = long.with_name("log.duckdb.sock")
        shelter = Path(pointer.read_text()).parent
        rights = pointer.stat().st_mode & 0o777, shelter.stat().st_mode & 0o777
        answer = asked(long, "verify")

    assert rights == (0o600, 0o700)
    assert answer[0] == 0
    assert not shelter.exists()
    assert {place.name for place in deep.iterdir()} == {"log.duckdb", "log.duckdb.head"}


def test_where_there_can_be_no_door_that_is_told(path):
    with pytest.raises(LogRefused, match="No other process can be served"):
        Door(path.parent / "nowhere" / "log.duckdb")


@pytest.mark.parametrize(
    "sent", [HEADER.pack(LONGEST + 1), HEADER.pack(3) + b"xyz", HEADER.pack(3) + b"[1]"]
)
def test_what_is_no_message_ends_the_conversation(sent):
    one, other = socket.socketpair()
    with one, other:
        one.sendall(sent)
        with pytest.raises(Gone):
            Wire(other).receive()
