"""`report` on the command line: every format, every refusal, through the relay as well."""

import csv
import io
import shutil
from collections.abc import Generator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import openpyxl
import pyarrow.parquet as pq
import pytest

from dashboard import clock, commands
from dashboard.cli.listener import Listener
from dashboard.store import Store
from tests.builders import LEAD
from tests.test_verbs import Command, command

__all__ = ["command"]  # a fixture

AS_OF = "2026-10-30T19:30:00+00:00"
THEN = datetime(2026, 10, 30, 19, 30, tzinfo=UTC)
OCTOBER = ("report", "--month", "2026-10", "--as-of", AS_OF)


@pytest.fixture(scope="module")
def written(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of a log with a case completed in October 2026, and one in July."""
    folder = tmp_path_factory.mktemp("written")
    store = Store.open(folder / "log.duckdb")
    for month, firm in ((7, "=July & Sons"), (10, "Juniper Advisors")):
        start = datetime(2026, month, 6, 13, tzinfo=UTC)
        evidence = commands.Evidence(
            "local", [start + timedelta(hours=n) for n in range(7)], form={"firm_name": firm}
        )
        commands.record_evidence(store, evidence, by=LEAD, now=THEN, command_id=firm)
    store.close()
    return folder


@pytest.fixture
def log(tmp_path: Path, written: Path) -> Path:
    """Such a log of one's own."""
    for name in ("log.duckdb", "log.duckdb.head"):
        shutil.copy(written / name, tmp_path)
    return tmp_path / "log.duckdb"


@pytest.fixture
def held(log: Path) -> Generator[Store]:
    """The same log, held by a process that serves others."""
    store = Store.open(log)
    listener = Listener(store, log)
    listener.start()
    yield store
    listener.stop()
    store.close()


def write_more(log: Path) -> None:
    with_store = Store.open(log)
    commands.amend_case(
        with_store, "C-0002", {"firm_name": "Renamed"}, "a slip", by=LEAD, now=clock.now()
    )
    with_store.close()


def test_every_format_holds_the_case_of_the_month(command: Command, log: Path, tmp_path: Path):
    for kind in ("csv", "xlsx", "pdf", "parquet"):
        assert command(*OCTOBER, "--format", kind, "-o", f"r.{kind}").code == 0

    [row] = csv.DictReader(io.StringIO((tmp_path / "r.csv").read_text()))
    assert (row["firm"], row["business_us"]) == ("Juniper Advisors", str(6 * 3_600_000_000))
    assert (row["as_of"], row["log_position"]) == ("2026-10-30T19:30:00.000000Z", "14")
    assert pq.read_table(tmp_path / "r.parquet")["firm"].to_pylist() == ["Juniper Advisors"]
    cases = openpyxl.load_workbook(tmp_path / "r.xlsx")["Cases"]
    assert cases["B2"].value == "Juniper Advisors"
    assert (tmp_path / "r.pdf").read_bytes().startswith(b"%PDF")


def test_the_same_instant_gives_the_same_bytes_whatever_was_entered_since(
    command: Command, log: Path, tmp_path: Path
):
    for kind in ("csv", "parquet", "xlsx"):
        command(*OCTOBER, "--format", kind, "-o", f"before.{kind}")
    write_more(log)
    for kind in ("csv", "parquet", "xlsx"):
        command(*OCTOBER, "--format", kind, "-o", f"after.{kind}")

    now = command("report", "--month", "2026-10", "--format", "csv", "-o", "-")

    for kind in ("csv", "parquet", "xlsx"):
        before, after = (tmp_path / f"{when}.{kind}" for when in ("before", "after"))
        assert before.read_bytes() == after.read_bytes()
    assert [row["firm"] for row in now.rows] == ["Renamed"]


def test_an_issued_report_is_made_again_by_its_reference(
    command: Command, log: Path, tmp_path: Path
):
    issued = command(*OCTOBER, "--format", "csv", "-o", "issued.csv", "--issue")
    write_more(log)

    again = command("report", "--reference", "R-2026-10-0001", "--format", "csv", "-o", "again.csv")

    assert issued.err == "Issued as R-2026-10-0001.\n"
    assert again.code == 0
    assert (tmp_path / "again.csv").read_bytes() == (tmp_path / "issued.csv").read_bytes()
    command("report", "--reference", "R-2026-10-0001", "--format", "xlsx", "-o", "again.xlsx")
    said = openpyxl.load_workbook(tmp_path / "again.xlsx")["Definitions"]
    assert said["B2"].value == "R-2026-10-0001"


def test_a_quarter_holds_its_three_months_and_a_filter_narrows_it(command: Command, log: Path):
    third = command("report", "--quarter", "2026-Q3", "--format", "csv", "-o", "-")
    other = command(
        "report", "--quarter", "2026-Q3", "--path", "virtual_office", "--format", "csv", "-o", "-"
    )

    assert [row["firm"] for row in third.rows] == ["'=July & Sons"]
    assert (other.code, other.out) == (1, "")


@pytest.mark.parametrize(
    ("words", "why"),
    [
        (("--month", "2026-13"), "'2026-13' is not a month. Enter it as 2026-10"),
        (("--month", "October"), "not a month"),
        (("--quarter", "2026-Q5"), "not a quarter"),
        (("--month", "2999-01"), "2999-01 has not begun"),
        (("--month", "2026-11", "--as-of", AS_OF), "2026-11 has not begun"),
        (("--month", "2026-10", "--as-of", "2999-01-01T00:00:00Z"), "is in the future"),
        (("--month", "2026-08"), "August 2026 has no case"),
        (("--month", "2026-10", "--as-of", "2026-10-30T19:29:00Z"), "has no case"),
        (("--month", "2026-10", "--path", "moon"), "There is no path 'moon'"),
        (("--month", "2026-10", "--team-leader", "Nobody"), "has no cases for both paths, Nobody"),
        (("--reference", "R-2026-10-0001"), "No report 'R-2026-10-0001' was issued"),
        (("--month", "2026-10", "--since", "2999-01-01T00:00:00Z"), "Choose an earlier time"),
        (("--reference", "R", "--issue"), "R is issued already"),
    ],
)
def test_a_refusal_says_why_and_leaves_no_file(
    command: Command, log: Path, tmp_path: Path, words: tuple[str, ...], why: str
):
    said = command("report", *words, "--format", "xlsx", "-o", "r.xlsx")

    assert said.code == 1
    assert why in said.err
    assert [path.name for path in tmp_path.iterdir() if not path.name.startswith("log.")] == []


@pytest.mark.parametrize(
    ("target", "why"),
    [("nowhere/r.pdf", "cannot be written"), ("-", "Only text"), ("log.duckdb", "the log itself")],
)
def test_a_target_that_cannot_be_written_is_refused_before_anything_is_issued(
    command: Command, log: Path, target: str, why: str
):
    said = command(*OCTOBER, "--format", "pdf", "-o", target, "--issue")

    assert (said.code, said.out) == (1, "")
    assert why in said.err
    assert command("figure", "reports_issued").rows == []


def test_a_refused_report_leaves_the_file_of_before(command: Command, log: Path, tmp_path: Path):
    (tmp_path / "r.csv").write_text("kept")

    command("report", "--month", "2026-08", "--format", "csv", "-o", "r.csv")

    assert (tmp_path / "r.csv").read_text() == "kept"


def test_the_process_that_holds_the_log_makes_it_and_the_file_is_here(
    command: Command, held: Store, tmp_path: Path
):
    for kind in ("csv", "xlsx", "parquet"):
        assert command(*OCTOBER, "--format", kind, "-o", f"r.{kind}", "--issue").code == 0

    refused = command("report", "--month", "2026-08", "--format", "xlsx", "-o", "none.xlsx")

    assert openpyxl.load_workbook(tmp_path / "r.xlsx").sheetnames[0] == "Summary"
    assert pq.read_table(tmp_path / "r.parquet").num_rows == 1
    assert len(held.stream("reports")) == 3
    assert (refused.code, (tmp_path / "none.xlsx").exists()) == (1, False)
    assert list(tmp_path.glob(".*.part")) == []


def test_a_sheet_that_comes_again_mended_has_no_rejected_row_any_more(
    command: Command, tmp_path: Path
):
    head = "Firm ID,Firm,Move to,Products,Step 1,Step 2,Step 3,Step 4,Step 5,Step 6,Step 7"
    good = "F1,Juniper Advisors,Local,,10/5/2026 9:00 AM,10/5/2026 9:30 AM,"
    wrong = "F2,Birch & Sons,Local,,10/6/2026 9:00 AM,,10/7/2026 9:00 AM"
    mended = "F2,Birch & Sons,Local,,10/6/2026 9:00 AM,10/6/2026 9:30 AM,10/7/2026 9:00 AM"
    asked = ("figure", "rejected_rows", "--param", "month=2026-10")

    (tmp_path / "sheet.csv").write_text(f"{head}\n{good}\n{wrong}\n")
    assert command("import", "sheet.csv", "--as-of", AS_OF).code == 0
    first = command(*asked, "--as-of", AS_OF)
    september = command("figure", "rejected_rows", "--param", "month=2026-09")
    (tmp_path / "sheet.csv").write_text(f"{head}\n{good}\n{mended}\n")
    command("import", "sheet.csv")

    assert [(row["file"], row["sheet_row"], row["latest_at"]) for row in first.rows] == [
        ("sheet.csv", "3", "2026-10-07T13:00:00.000000Z")
    ]
    assert september.rows == command(*asked).rows == []


def test_month_and_quarter_together_are_wrong_usage(command: Command, log: Path):
    said = command(
        "report", "--month", "2026-10", "--quarter", "2026-Q4", "--format", "csv", "-o", "-"
    )

    assert said.code == 2
    assert "not allowed with" in said.err
