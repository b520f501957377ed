"""The command line's verbs, in the process that was called."""

import csv
import io
import json
import os
import re
import resource
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable, Generator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest

from dashboard import clock, commands
from dashboard.__main__ import main
from dashboard.cases import KINDS, Draft
from dashboard.cli import verbs
from dashboard.cli.arguments import parse
from dashboard.cli.context import Access, Context, Missing, acting
from dashboard.cli.named_files import OwnFiles
from dashboard.errors import InputRefused
from dashboard.files.tables import write_csv, write_json
from dashboard.store import Store
from dashboard.store.duckdb_log import DuckdbLog
from dashboard.store.log import COLUMNS, ZERO, link
from tests.builders import ADMIN, LEAD, MONDAY, form, step_fields

ROOT = Path(__file__).resolve().parent.parent
NOBODY = 65534  # the user without rights, on every POSIX system
VERBS = ("sample", "import", "figure", "events", "report", "verify", "backup", "restore", "erase",
         "ready", "upgrade", "repair-clock")  # fmt: skip
SHEET = """Firm ID,Firm,Move to,Products,Step 1,Step 2,Step 3,Step 4,Step 5,Step 6,Step 7
F1,Juniper Advisors,Local,,10/5/2026 9:00 AM,10/5/2026 9:30 AM,10/5/2026 10:00 AM,,,,
F2,"=cmd()",Local,,10/5/2026 9:00 AM,10/6/2026 9:30 AM,10/7/2026 10:00 AM,10/7/2026 10:01 AM,\
10/7/2026 10:02 AM,10/7/2026 10:03 AM,10/7/2026 10:04 AM
,,Local,,10/5/2026 9:00 AM,,,,,,
"""
AS_OF = "2026-10-30T19:30:00+00:00"


@dataclass
class Said:
    """What a command line came to."""

    code: int
    out: str
    err: str

    @property
    def rows(self) -> list[dict[str, str]]:
        return list(csv.DictReader(io.StringIO(self.out)))


Command = Callable[..., Said]


@pytest.fixture
def command(capfd, monkeypatch, tmp_path: Path) -> Command:
    """Runs a command line in a folder of its own, on the log log.duckdb there."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("CHANGEOVER_LOG", "log.duckdb")

    def run(*argv: str) -> Said:
        code = main(argv)
        return Said(code, *capfd.readouterr())

    return run


@pytest.fixture(scope="module")
def log_of_sheet(tmp_path_factory) -> Path:
    """A log that holds SHEET: one case open, one completed."""
    folder = tmp_path_factory.mktemp("imported")
    (folder / "sheet.csv").write_text(SHEET)
    line = ["import", str(folder / "sheet.csv"), "--db", str(folder / "log.duckdb")]
    assert main([*line, "--as-of", AS_OF]) == 0
    return folder


@pytest.fixture
def imported(command: Command, log_of_sheet: Path) -> Command:
    """The same on a log of one's own that holds SHEET."""
    shutil.copytree(log_of_sheet, Path.cwd(), dirs_exist_ok=True)
    return command


def listed() -> set[str]:
    """The files there are."""
    return {path.name for path in Path().iterdir()}


def head() -> str:
    """How far the log goes."""
    return Path("log.duckdb.head").read_text()


# --- Usage -----------------------------------------------------------------------------------


@pytest.mark.parametrize("verb", VERBS)
def test_every_verb_says_how_it_is_used(verb, capfd):
    with pytest.raises(SystemExit) as ended:
        main([verb, "--help"])

    assert ended.value.code == 0
    assert "--db LOG" in capfd.readouterr().out


def test_the_figures_there_are_can_be_looked_up(capfd):
    with pytest.raises(SystemExit):
        main(["figure", "--help"])

    assert "cycle_times," in capfd.readouterr().out


def test_help_names_every_verb_and_loads_nothing_heavy():
    script = (
        "import sys, runpy\n"
        "sys.argv = ['dashboard', '--help']\n"
        "try: runpy.run_module('dashboard', run_name='__main__')\n"
        "except SystemExit: print(sorted({'duckdb', 'numpy', 'pyarrow'} & set(sys.modules)))\n"
    )

    said = subprocess.run(
        [sys.executable, "-c", script], cwd=ROOT, capture_output=True, text=True, check=True
    )

    assert said.stdout.endswith("[]\n")
    assert [verb for verb in VERBS if f"\n    {verb}" not in said.stdout] == []


@pytest.mark.parametrize(
    "line",
    [
        "",
        "delete",
        "figure",
        "figure cycle_times --format xml",
        "figure cycle_times --as-of yesterday",
        "figure cycle_times --as-of 2026-10-30T19:30:00",
        "figure cycle_times --param workflow",
        "sample --cases 0",
        "sample --until soon",
        "events",
        "events --format xls -o events.xls",
        "import",
    ],
)
def test_wrong_usage_is_told_from_a_refusal(line, command):
    said = command(*line.split())

    assert said.code == 2
    assert "python -m dashboard" in said.err
    assert listed() == set()


@pytest.mark.parametrize("line", ["figure cycle_times", "events -o -", "verify"])
def test_without_a_log_there_is_nothing_to_read(line, command):
    said = command(*line.split())

    assert said.code == 1
    assert re.match(r"There is no log .*log\.duckdb", said.err)
    assert listed() == set()


def test_a_log_in_postgresql_is_not_taken_for_a_file(command):
    said = command("verify", "--db", "postgresql://user@127.0.0.1:1/log")

    assert said.code == 1
    assert "The log postgresql://user@127.0.0.1:1/log could not be used" in said.err
    assert listed() == set()


# --- Sample ----------------------------------------------------------------------------------


def test_a_sample_is_written_once_and_marked(command):
    first = command("sample", "--cases", "12", "--until", "2026-10-30")
    again = command("sample", "--cases", "12")
    with_real_ones = command("import", "sheet.csv")

    assert first.code == 0
    assert re.search(r"12 cases, .* in \d+ events.*marked as a sample", first.out)
    assert again.code == 1
    assert "holds" in again.err
    assert with_real_ones.code == 1
    store = Store.open(Path("log.duckdb"))
    assert store.settings.is_sample
    last = datetime.fromtimestamp(store.log.last_recorded_us() / 1e6, UTC)
    assert last <= datetime(2026, 10, 30, 4, tzinfo=UTC)  # midnight in New York
    store.close()


def test_the_same_seed_makes_the_same_log(command):
    for name in ("one.duckdb", "two.duckdb"):
        line = f"sample --cases 5 --seed 7 --until 2026-10-30 --db {name}"
        assert command(*line.split()).code == 0

    assert Path("one.duckdb.head").read_text() == Path("two.duckdb.head").read_text()


def test_a_sample_does_not_reach_into_the_future(command):
    said = command("sample", "--until", str(clock.now().date() + timedelta(days=2)))

    assert said.code == 1
    assert "is in the future" in said.err
    assert listed() == set()


def test_no_sheet_is_imported_into_a_sample(command):
    command("sample", "--cases", "5")
    Path("sheet.csv").write_text(SHEET)

    said = command("import", "sheet.csv")

    assert said.code == 1
    assert "sample" in said.err


# --- Import ----------------------------------------------------------------------------------


def test_an_import_says_what_became_of_every_row(command):
    Path("sheet.csv").write_text(SHEET)

    said = command("import", "sheet.csv", "--as-of", AS_OF, "--report", "report.json")

    assert said.code == 0
    assert said.out.startswith("2 accepted, 0 updated, 1 rejected, 0 duplicate.\nRow 4: ")
    report = json.loads(Path("report.json").read_text())
    assert report["summary"] == {"accepted": 2, "updated": 0, "rejected": 1, "duplicate": 0}
    assert [(row["row"], row["verdict"]) for row in report["rows"]] == [
        (2, "accepted"),
        (3, "accepted"),
        (4, "rejected"),
    ]
    assert set(report["rows"][2]) == {"row", "verdict", "reason", "message", "case"}


def test_importing_a_sheet_twice_changes_nothing(imported):
    before = head()

    said = imported("import", "sheet.csv", "--as-of", AS_OF)

    assert said.out.startswith("0 accepted, 0 updated, 1 rejected, 2 duplicate.")
    assert head() == before


def test_the_importer_is_named_in_the_log(imported):
    said = imported("events", "--format", "jsonl", "-o", "-")

    actors = {json.loads(line)["actor"] for line in said.out.splitlines()}
    assert actors == {acting().name}
    assert acting().name.startswith("cli:")


def test_a_dry_run_stores_nothing_and_makes_no_log(command):
    Path("sheet.csv").write_text(SHEET)

    said = command("import", "sheet.csv", "--dry-run", "--report", "-")

    assert said.code == 0
    assert json.loads(said.out)["summary"]["accepted"] == 2
    assert listed() == {"sheet.csv"}


def test_a_dry_run_on_a_log_leaves_it_as_it_was(imported):
    before = head()
    Path("more.csv").write_text(SHEET.replace("F1", "F3"))

    said = imported("import", "more.csv", "--dry-run")

    assert said.out.startswith("Preview, nothing saved: 1 accepted")
    assert head() == before


@pytest.mark.parametrize(
    ("as_of", "why"),
    [("2026-10-30T19:29:59Z", "before the log's last entry"), ("2199-01-01T00:00:00Z", "future")],
)
def test_an_import_lies_between_the_last_entry_and_now(as_of, why, imported):
    before = head()

    said = imported("import", "sheet.csv", "--as-of", as_of)

    assert said.code == 1
    assert why in said.err
    assert head() == before


def sparse(path: Path) -> None:
    with path.open("wb") as file:
        file.truncate(200_000_000)


BAD_FILES: dict[str, Callable[[Path], Any]] = {
    "an image": lambda path: path.write_bytes(b"\x89PNG\r\n\x1a\n" + bytes(range(256))),
    "an empty file": lambda path: path.write_bytes(b""),
    "other headers": lambda path: path.write_text("Name,Town\nJuniper,Ghent\n"),
    "200 MB": sparse,
    "a folder": lambda path: path.mkdir(),
    "nothing there": lambda path: None,
    "bytes": lambda path: path.write_bytes(b"\x00\xff\xfe" * 1000),
}


@pytest.mark.parametrize("kind", BAD_FILES)
def test_what_is_no_tracker_is_refused_and_no_log_is_made_for_it(kind, command):
    BAD_FILES[kind](Path("sheet.csv"))

    said = command("import", "sheet.csv", "--report", "report.json")

    assert said.code == 1
    assert len(said.err.splitlines()) == 1
    assert "sheet.csv" in said.err
    assert listed() <= {"sheet.csv"}


def test_an_unknown_zone_is_refused_and_no_log_is_made_for_it(command):
    Path("sheet.csv").write_text(SHEET)

    said = command("import", "sheet.csv", "--zone", "Mars/Olympus")

    assert said.code == 1
    assert "Mars/Olympus" in said.err
    assert listed() == {"sheet.csv"}


def test_nothing_is_stored_if_the_report_cannot_be_written(imported):
    before = head()
    Path("more.csv").write_text(SHEET.replace("F1", "F3"))

    said = imported("import", "more.csv", "--report", "nowhere/report.json")

    assert said.code == 1
    assert "nowhere/report.json cannot be written" in said.err
    assert head() == before


def test_the_sheet_itself_is_no_place_for_the_report(imported):
    said = imported("import", "sheet.csv", "--report", "../" + Path.cwd().name + "/sheet.csv")

    assert said.code == 1
    assert Path("sheet.csv").read_text() == SHEET


# --- Figures ---------------------------------------------------------------------------------


def test_a_figure_is_csv_with_instants_in_utc_and_formulas_defused(imported):
    said = imported("figure", "cycle_times")

    [row] = said.rows
    assert list(row) == [
        "case_id", "workflow", "firm", "opened_at", "closed_at", "business_us", "business_minutes",
        "rework_us", "reworked_at",
    ]  # fmt: skip
    assert row["firm"] == "'=cmd()"
    assert row["opened_at"] == "2026-10-05T13:00:00.000000Z"
    assert row["closed_at"] == "2026-10-07T14:04:00.000000Z"
    assert int(row["business_us"]) == (2 * 540 + 64) * 60_000_000
    assert float(row["business_minutes"]) == 2 * 540 + 64


def test_a_figure_is_an_array_of_objects_in_json(imported):
    said = imported("figure", "cycle_times", "--format", "json")

    [row] = json.loads(said.out)
    assert row["firm"] == "=cmd()"
    assert row["business_us"] == (2 * 540 + 64) * 60_000_000


def test_a_figure_of_nothing_is_an_empty_array_or_a_header(imported):
    nothing = ("figure", "cycle_times", "--param", "workflow=virtual_office")

    assert json.loads(imported(*nothing, "--format", "json").out) == []
    assert imported(*nothing).out.count("\n") == 1


@pytest.mark.parametrize(
    "words",
    [
        ["cycle_times", "--param", "workflow=local", "--param", "since=2026-10-07"],
        ["cycle_times", "--param", "workflow=local", "since=2026-10-07"],
        ["--param", "workflow=local", "cycle_times"],
    ],
)
def test_parameters_may_be_given_in_any_order(words, imported):
    assert len(imported("figure", *words).rows) == 1


@pytest.mark.parametrize(
    ("words", "why"),
    [
        ("nonsense", "Choose one of: .*cycle_times"),
        ("../model/fold", "There is no figure"),
        ("cycle_times --param town=Ghent", "no parameter town. It takes: workflow"),
        ("cycle_times --param figure=x --param self=y", "no parameter figure, self"),
        ("cycle_times --param since=soon", r"since=soon is not a date\. Enter it as 2026-10-30"),
        ("finished_cases --param most=-1", "cannot be computed with these parameters"),
        ("cycle_times --param workflow=cloud", "no path 'cloud'. Choose local or virtual_office"),
        ("worklist --param now=2026-01-01", "Use --as-of"),
        ("cycle_times --as-of 2199-01-01T00:00:00Z", "future"),
    ],
)
def test_a_figure_that_cannot_be_computed_says_why(words, why, imported):
    said = imported("figure", *words.split())

    assert said.code == 1
    assert re.search(why, said.err)
    assert said.out == ""


def test_a_figure_as_of_an_instant_knows_what_was_known_then(imported):
    before = imported("figure", "cycle_times", "--as-of", "2026-10-30T19:29:59.999999Z")
    then = imported("figure", "cycle_times", "--as-of", AS_OF)

    assert before.rows == []
    assert then.out == imported("figure", "cycle_times").out


def test_values_of_every_type_have_one_form():
    table = pa.table(
        {
            "text": ["=1+1", "-", None, "plain\nlines"],
            "at": pa.array([0, 1, None, -1], pa.timestamp("us", "UTC")),
            "local": pa.array([0, 1, None, 2], pa.timestamp("us")),
            "day": [date(2026, 10, 30), None, None, None],
            "share": [0.5, float("nan"), float("inf"), None],
            "sum": pa.array([Decimal(-3), None, None, Decimal(2)], pa.decimal128(38, 0)),
            "late": [True, False, None, True],
            "names": [["a", "=b"], [], None, ["c"]],
        }
    )
    as_json, as_csv = io.StringIO(), io.StringIO()

    write_json(table, as_json)
    write_csv(table, as_csv)

    rows = json.loads(as_json.getvalue())
    assert rows[0] == {
        "text": "=1+1", "at": "1970-01-01T00:00:00.000000Z", "local": "1970-01-01T00:00:00.000000",
        "day": "2026-10-30", "share": 0.5, "sum": -3, "late": True, "names": ["a", "=b"],
    }  # fmt: skip
    assert rows[1]["at"] == "1970-01-01T00:00:00.000001Z"
    assert set(rows[2].values()) == {None}
    assert rows[3]["at"] == "1969-12-31T23:59:59.999999Z"
    cells = list(csv.reader(io.StringIO(as_csv.getvalue())))
    assert cells[1] == [
        "'=1+1", "1970-01-01T00:00:00.000000Z", "1970-01-01T00:00:00.000000", "2026-10-30", "0.5",
        "-3", "true", '["a", "=b"]',
    ]  # fmt: skip
    assert cells[3] == [""] * 8


# --- Events ----------------------------------------------------------------------------------


@pytest.fixture
def history(command: Command) -> Command:
    """A log with a start, a correction, a reopening and a contact's name."""
    store = Store.open(Path("log.duckdb"))
    fields = form("local", contact="P. Whitcomb, 555-0100")
    case_id = commands.open_case(store, "local", fields, by=LEAD, now=MONDAY)[0].stream
    for step in (2, 3, 4):
        now = MONDAY + timedelta(hours=step)
        if step == 3:
            commands.start_step(store, case_id, 3, by=LEAD, now=now)
        given = step_fields(store.case(case_id), step, now)
        commands.complete_step(
            store, case_id, step, given, by=LEAD, now=now, done_by="H. Abebe" if step == 2 else None
        )
    now = MONDAY + timedelta(hours=5)
    at = MONDAY + timedelta(hours=1)
    commands.correct_step(store, case_id, 2, by=LEAD, now=now, at=at)
    commands.reopen_step(store, case_id, 4, "a slip", by=LEAD, now=now)
    given = step_fields(store.case(case_id), 4, now)
    commands.complete_step(store, case_id, 4, given, by=LEAD, now=now + timedelta(hours=1))
    store.close()
    return command


def test_the_lines_hold_the_whole_log_and_its_chain(history):
    said = history("events", "--format", "jsonl", "-o", "log.jsonl")

    assert (said.code, said.out, said.err) == (0, "", "")
    events = [json.loads(line) for line in Path("log.jsonl").read_text().splitlines()]
    assert len(events) == int(head().split()[0])
    assert list(events[0]) == [*COLUMNS, "hash", "personal"]
    before = ZERO
    for event in events:
        before = link(before, (event[name] for name in COLUMNS))
        assert event["hash"] == before
    assert list(events[0]["personal"].values()) == ["P. Whitcomb, 555-0100"]
    assert [event["personal"] for event in events[1:]] == [{}] * (len(events) - 1)


def test_an_erased_detail_stays_erased(history):
    store = Store.open(Path("log.duckdb"))
    store.log.erase([store.case("C-0001").fields["contact"]["ref"]])
    store.close()

    said = history("events", "--format", "jsonl", "-o", "-")

    assert "Whitcomb" not in said.out
    assert json.loads(said.out.splitlines()[0])["personal"] == {}


def test_the_table_of_events_has_the_names_that_other_tools_know(history):
    said = history("events", "-o", "-")

    rows = said.rows
    assert list(rows[0])[:6] == [
        "case:concept:name", "concept:name", "time:timestamp", "lifecycle:transition",
        "org:resource", "org:role",
    ]  # fmt: skip
    assert [
        (row["concept:name"], row["lifecycle:transition"], row["time:timestamp"][11:16])
        for row in rows
    ] == [
        ("1 Form submitted", "complete", "13:00"),
        ("2 Routed to TL", "complete", "14:00"),  # as corrected
        ("3 Canceled", "start", "16:00"),
        ("3 Canceled", "complete", "16:00"),
        ("4 EMS ticket", "complete", "17:00"),  # undone by the reopening
        ("4 EMS ticket", "complete", "19:00"),
    ]
    assert [row["stands"] for row in rows] == ["true"] * 4 + ["false", "true"]
    assert [row["org:resource"] for row in rows[:3]] == ["T. Vance", "H. Abebe", "T. Vance"]
    assert rows[0]["org:role"] == "Customer"
    assert {row["case:firm"] for row in rows} == {"Juniper Advisors"}


# --- Files -----------------------------------------------------------------------------------


def test_an_output_appears_whole_or_not_at_all(imported):
    Path("events.csv").write_text("what was there before")
    Path("events.csv").chmod(0o640)

    failed = imported("events", "-o", "events.csv", "--db", "other.duckdb")
    kept = Path("events.csv").read_text()
    written = imported("events", "-o", "events.csv")

    assert failed.code == 1
    assert kept == "what was there before"
    assert written.code == 0
    assert Path("events.csv").read_text().startswith("case:concept:name")
    assert Path("events.csv").stat().st_mode & 0o777 == 0o640
    assert [name for name in listed() if name.endswith(".part")] == []


@pytest.mark.parametrize("name", ["log.duckdb", "./log.duckdb.head", "link", "log.duckdb.sock"])
def test_no_output_overwrites_the_log(name, imported):
    Path("link").symlink_to("log.duckdb")
    before = Path("log.duckdb").stat().st_ino

    said = imported("events", "-o", name)

    assert said.code == 1
    assert "belongs to the log" in said.err
    assert Path("log.duckdb").stat().st_ino == before
    assert imported("verify").code == 0


def test_the_log_is_no_sheet(imported):
    said = imported("import", "log.duckdb")

    assert said.code == 1
    assert "belongs to the log" in said.err


def test_an_output_through_a_link_keeps_the_link(imported):
    Path("real").mkdir()
    Path("link.csv").symlink_to("real/events.csv")

    assert imported("events", "-o", "link.csv").code == 0

    assert Path("link.csv").is_symlink()
    assert Path("real/events.csv").read_text().startswith("case:concept:name")


def test_a_pipe_is_written_as_it_is(imported):
    os.mkfifo("pipe")
    reader = subprocess.Popen(["cat", "pipe"], stdout=subprocess.PIPE, text=True)

    said = imported("events", "-o", "pipe")

    out, _ = reader.communicate(timeout=30)
    assert said.code == 0
    assert out.startswith("case:concept:name")
    assert Path("pipe").is_fifo()


def test_a_sheet_may_come_through_a_pipe(command):
    os.mkfifo("pipe")
    Path("sheet.csv").write_text(SHEET)
    with subprocess.Popen("cat sheet.csv > pipe", shell=True):
        said = command("import", "pipe")

    assert said.code == 0
    assert said.out.startswith("2 accepted")


def test_a_full_disk_leaves_the_old_file(imported):
    script = (
        "import resource, sys\n"
        "from dashboard.cli.named_files import OwnFiles\n"
        "from pathlib import Path\n"
        "from dashboard.errors import InputRefused\n"
        "resource.setrlimit(resource.RLIMIT_FSIZE, (1000, 1000))\n"
        "target = OwnFiles(Path('log.duckdb')).create('events.csv')\n"
        "try:\n"
        "    target.write(b'x' * 100_000)\n"
        "    target.keep()\n"
        "except InputRefused as refusal: print(refusal)\n"
        "finally: target.drop()\n"
    )
    Path("events.csv").write_text("what was there before")

    said = subprocess.run(
        [sys.executable, "-c", script],
        capture_output=True,
        text=True,
        check=True,
    )

    assert "events.csv cannot be written" in said.stdout
    assert Path("events.csv").read_text() == "what was there before"
    assert [name for name in listed() if name.endswith(".part")] == []


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


def test_what_may_not_be_written_is_refused():
    with without_privileges() as folder:
        files = OwnFiles(folder / "log.duckdb")
        (folder / "old.csv").write_text("old")
        (folder / "old.csv").chmod(0o400)
        with pytest.raises(InputRefused, match="write-protected"):
            files.create(str(folder / "old.csv"))
        folder.chmod(0o500)
        with pytest.raises(InputRefused, match=r"new.csv cannot be written"):
            files.create(str(folder / "new.csv"))
        folder.chmod(0o700)

        assert (folder / "old.csv").read_text() == "old"


def test_what_may_not_be_read_is_refused():
    with without_privileges() as folder:
        (folder / "sheet.csv").write_text(SHEET)
        (folder / "sheet.csv").chmod(0)

        with pytest.raises(InputRefused, match=r"sheet.csv cannot be read"):
            OwnFiles(folder / "log.duckdb").read(str(folder / "sheet.csv"), 1000)


def test_a_reader_who_leaves_early_is_no_error(imported):
    said = subprocess.run(
        f"'{sys.executable}' -m dashboard events --format jsonl -o - | head -c 10",
        shell=True,
        capture_output=True,
        text=True,
        check=True,
    )

    assert said.stdout == '{"position'
    assert said.stderr == ""


def test_an_output_that_cannot_be_written_is_told(imported):
    most = 50_000_000
    with Path("out.csv").open("w") as out:
        out.seek(most)
        said = subprocess.run(
            [sys.executable, "-m", "dashboard", "figure", "cycle_times"],
            stdout=out,
            stderr=subprocess.PIPE,
            text=True,
            check=False,
            preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (most, most)),
        )

    assert said.returncode == 1
    assert "could not be written" in said.stderr
    assert "Traceback" not in said.stderr


# --- Verify ----------------------------------------------------------------------------------


def test_a_log_in_order_is_told_with_its_head(imported):
    said = imported("verify")

    position, hash_, *_ = head().split()
    assert said.code == 0
    assert f"{position} events" in said.out
    assert hash_ in said.out


def test_a_log_without_its_head_is_accepted_only_when_asked_to(imported):
    Path("log.duckdb.head").unlink()

    refused = imported("verify")
    accepted = imported("verify", "--accept")

    assert refused.code == 1
    assert "--accept" in refused.err
    assert accepted.code == 0
    assert imported("verify").code == 0


@pytest.mark.parametrize(
    "line", ["verify", "figure cycle_times", "import sheet.csv", "events -o -"]
)
def test_a_damaged_log_is_refused_and_left_as_it_is(line, imported):
    data = bytearray(Path("log.duckdb").read_bytes())
    for place in range(20_000, len(data), 1000):
        data[place] ^= 0xFF
    Path("log.duckdb").write_bytes(data)

    said = imported(*line.split())

    assert said.code == 1
    assert "Traceback" not in said.err
    assert Path("log.duckdb").read_bytes() == bytes(data)


def test_a_log_of_a_newer_version_is_refused(imported):
    log = DuckdbLog.open(Path("log.duckdb"), KINDS | {"case_teleported"})
    now = log.last_recorded_us()
    log.append([Draft("C-0001", 4, "case_teleported", now, now, "T. Vance", {}, "one")])
    log.close()
    before = Path("log.duckdb").read_bytes()

    said = imported("figure", "cycle_times")

    assert said.code == 1
    assert "newer" in said.err
    assert Path("log.duckdb").read_bytes() == before


def test_a_model_that_has_drifted_from_the_log_is_told(store, capfd):
    opened = commands.open_case(store, "local", form("local"), by=LEAD, now=MONDAY)

    class Held(Access):
        name = "log.duckdb"

        @contextmanager
        def open(self, missing: Missing = "refuse") -> Generator[Store]:
            yield store

        def accept(self) -> None:
            raise AssertionError("nobody asked for it")

    files = OwnFiles(Path("log.duckdb"))
    context = Context(sys.stdout, sys.stderr, MONDAY, ADMIN, files, Held())
    in_order = verbs.run(parse(["verify"]), context)
    with store.at_rest() as model:
        model.sql("UPDATE cases SET firm = 'somebody else'")
    wrong = verbs.run(parse(["verify"]), context)

    assert (in_order, wrong) == (0, 1)
    assert f"of {opened[0].stream} is not what it says" in capfd.readouterr().err
