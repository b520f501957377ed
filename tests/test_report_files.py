"""The SLA report as a workbook, on paper, as CSV and Parquet: typed, and deaf to formulas."""

import csv
import io
import shutil
import subprocess
import zipfile
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import openpyxl
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from dashboard import commands, reports
from dashboard.files.book import sheet_of
from dashboard.files.tables import as_csv, parquet
from dashboard.reports import Asked, Report, paper, read_period, texts
from dashboard.reports.workbook import xlsx
from dashboard.store import Store
from dashboard.ui.sla_files import csv_of
from tests.builders import LEAD, VIEWER
from tests.hostile import FORMULAS, LINES, NAMES, NUMBERS, TRACKER_NOTE
from tests.test_metrics_insight import DECEMBER, NEW_YORK, ny

LATER = DECEMBER + timedelta(hours=1)
SHEETS = [
    "Summary", "Breaches", "Cases", "Withdrawn", "Rejected rows", "Corrections", "Definitions",
]  # fmt: skip


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Store]:
    """A log whose firms have every name that could do harm; each broke the limit."""
    opened = Store.open(tmp_path_factory.mktemp("hostile") / "log.duckdb")
    with opened.bulk() as desk:
        for number, name in enumerate(NAMES):
            start = ny("10-05 09:00") + timedelta(minutes=number)
            times = [start] * 6 + [ny("10-20 12:00")]
            form = {"firm_name": name, "team_leader": name}
            evidence = commands.Evidence("local", times, form=form)
            [event, *_] = commands.record_evidence(
                desk, evidence, by=LEAD, now=DECEMBER, command_id=f"{number}"
            )
            commands.explain_breach(desk, event.stream, "other", LINES, by=LEAD, now=DECEMBER)
    reports.issue(opened, Asked(read_period("2026-10"), DECEMBER), by=VIEWER, now=DECEMBER)
    commands.correct_step(
        opened, "C-0001", 7, by=LEAD, now=LATER, at=ny("10-20 13:00"), what="completed"
    )
    yield opened
    opened.close()


@pytest.fixture(scope="module")
def report(store: Store) -> Report:
    return reports.whole_report(store, Asked(read_period("2026-10"), LATER))


@pytest.fixture(scope="module")
def names(report: Report) -> list[str]:
    """The firms as the log keeps them, in the order of the report."""
    return report.cases["firm"].to_pylist()


@pytest.fixture(scope="module")
def book(report: Report) -> openpyxl.Workbook:
    return openpyxl.load_workbook(io.BytesIO(xlsx(report)))


# --- The workbook ----------------------------------------------------------------------------


def column(sheet, head: str) -> list[Any]:
    """The cells under a heading."""
    [place] = [cell.column for cell in sheet[1] if str(cell.value).startswith(head)]
    return [row[place - 1] for row in sheet.iter_rows(min_row=2)]


def test_the_workbook_has_a_sheet_for_each_part(book):
    assert book.sheetnames == SHEETS


def test_every_text_of_the_workbook_is_a_text(book, names):
    cells = [cell for sheet in book for row in sheet.iter_rows() for cell in row]

    assert {cell.data_type for cell in cells} <= {"s", "n", "d"}
    assert not any(cell.hyperlink for cell in cells)
    assert [cell.value for cell in column(book["Cases"], "Firm")] == [
        name.replace("\r", "_x000D_") for name in names
    ]
    assert {cell.data_type for cell in column(book["Cases"], "Firm")} == {"s"}
    assert {cell.value for cell in column(book["Cases"], "Comment")} == {LINES}


def test_dates_are_dates_of_the_calendars_zone_and_durations_numbers(book, report):
    row = report.cases.to_pylist()[0]
    sheet = book["Cases"]

    completed, took = column(sheet, "Completed")[0], column(sheet, "Business time")[0]

    assert completed.is_date
    assert completed.value == row["closed_at"].astimezone(NEW_YORK).replace(tzinfo=None)
    assert took.number_format == "[h]:mm"
    assert took.value == timedelta(minutes=row["business_minutes"])


def test_the_head_stays_in_sight_and_each_column_can_be_filtered(book):
    for name in ("Breaches", "Cases"):
        assert book[name].freeze_panes == "C2"
        assert book[name].auto_filter.ref.startswith("A1:")


def test_a_breach_has_one_row(book, report):
    assert [cell.value for cell in column(book["Breaches"], "Case")] == [
        row["case_id"] for row in report.breaches
    ]
    assert len(report.breaches) == len(NAMES)


def test_the_charts_draw_the_cells_of_the_months(report):
    with zipfile.ZipFile(io.BytesIO(xlsx(report))) as parts:
        charts = [parts.read(name).decode() for name in parts.namelist() if "/charts/chart" in name]

    assert len(charts) == 2
    assert all("<c:f>Summary!$" in chart for chart in charts)


def test_definitions_say_what_is_needed_to_make_it_again(book, report):
    said = {row[0].value: row[1].value for row in book["Definitions"].iter_rows()}

    assert said["Log hash"] == report.head.hash
    assert said["Log position"] == f"{report.head.position:,}"
    assert said["Filters"] == "both paths, all team leaders"
    assert said["Business calendar"] == "version 1, as shipped"
    assert "2026-12-01T18:00:00.000000Z" in said["As known at"]
    assert {"Cycle time", "Our clock", "On time by date", "Open and overdue"} <= said.keys()


def test_corrections_since_the_last_issue_are_listed(book):
    [row, *_] = list(book["Corrections"].iter_rows(min_row=2, values_only=True))

    assert row[0] == "C-0001"
    assert row[3:6] == ("Completed", "Oct 20, 12:00 PM", "Oct 20, 1:00 PM")


def test_the_same_report_gives_the_same_bytes(report):
    assert xlsx(report) == xlsx(report)
    assert parquet(report.stamped) == parquet(report.stamped)


def test_a_report_with_next_to_nothing_in_it_is_a_workbook_and_a_paper_too(store: Store):
    alone = reports.make(store, Asked(read_period("2026-09"), ny("10-01 09:00")))

    assert openpyxl.load_workbook(io.BytesIO(xlsx(alone))).sheetnames == SHEETS
    assert paper.pdf(alone).startswith(b"%PDF")


def test_any_table_becomes_a_workbook_of_typed_cells():
    table = pa.table({
        "words": ["=1+1", None], "at": pa.array([ny("10-05 09:00")] * 2, pa.timestamp("us", "UTC")),
        "n": [1, 2], "share": [0.5, None], "yes": [True, False],
    })  # fmt: skip

    [sheet] = openpyxl.load_workbook(
        io.BytesIO(sheet_of(table, "America/New_York", DECEMBER))
    ).worksheets

    nine = ny("10-05 09:00").replace(tzinfo=None)
    assert list(sheet.iter_rows(values_only=True)) == [
        ("words", "at (America/New_York)", "n", "share", "yes"),
        ("=1+1", nine, 1, 0.5, "yes"),
        (None, nine, 2, None, "no"),
    ]
    assert sheet["A2"].data_type == "s"


def test_a_report_of_sample_data_says_so(report):
    made_up = replace(report, is_sample=True)

    said = openpyxl.load_workbook(io.BytesIO(xlsx(made_up)))["Definitions"]

    assert said["B1"].value == "SLA report, October 2026, of made-up sample data"
    assert texts.beside(made_up).startswith("Made-up sample data.")
    assert "sample" not in texts.beside(report)


# --- CSV and Parquet -------------------------------------------------------------------------


def test_a_csv_cell_that_would_be_a_formula_begins_with_an_apostrophe(report, names):
    rows = list(csv.DictReader(io.StringIO(csv_of(report).decode(), newline="")))

    told = [row["firm"] for row in rows]
    assert told == [f"'{name}" if name[:1] in "=+-@\t\r" else name for name in names]
    assert {row["breach_comment"] for row in rows} == {LINES}


def test_a_pages_download_defuses_as_the_command_line_does(report):
    assert as_csv(report.stamped).encode() == csv_of(report)


def test_parquet_keeps_every_value_and_its_type(report):
    table = pq.read_table(io.BytesIO(parquet(report.stamped)))

    assert table.equals(report.stamped)
    assert table.schema.field("closed_at").type == pa.timestamp("us", "UTC")


# --- Paper -----------------------------------------------------------------------------------


def test_text_is_never_read_as_markup(report):
    made = paper.pdf(report)  # #panic() among the names would end this with an error

    assert made.startswith(b"%PDF")
    assert made == paper.pdf(report)


@pytest.mark.system
def test_the_paper_says_every_name_as_it_is(report, tmp_path: Path):
    (tmp_path / "report.pdf").write_bytes(paper.pdf(report))

    text = run("pdftotext", "-layout", str(tmp_path / "report.pdf"), "-", cwd=tmp_path)

    for name in ("#sys.inputs", "] #panic() [", "= Heading", 'Comma, "Quote" & Sons', "+1+1"):
        assert name in " ".join(text.split()), name
    assert report.head.hash in text
    assert "page 1 of" in " ".join(text.split())


# --- In LibreOffice --------------------------------------------------------------------------


def run(*argv: str, cwd: Path) -> str:
    done = subprocess.run(argv, cwd=cwd, capture_output=True, text=True, check=True, timeout=180)
    return done.stdout


def opened_by_office(source: Path, sheet: int) -> list[list[str]]:
    """The cells of a sheet as LibreOffice shows them, after it has computed whatever it would."""
    office = shutil.which("soffice")
    assert office, "LibreOffice is needed: apt-get install libreoffice-calc"
    profile = f"-env:UserInstallation={(source.parent / 'profile').as_uri()}"
    options = f"csv:Text - txt - csv (StarCalc):44,34,76,1,,0,false,true,false,false,false,{sheet}"
    reading = ["--infilter=CSV:44,34,76,1"] if source.suffix == ".csv" else []  # UTF-8, commas
    said = run(
        office, profile, "--headless", *reading, "--convert-to", options, "--outdir",
        str(source.parent / "shown"), str(source), cwd=source.parent,
    )  # fmt: skip
    assert "repair" not in said.lower()
    [made] = (source.parent / "shown").glob("*.csv")
    with made.open(encoding="utf-8", newline="") as lines:
        rows = list(csv.reader(lines))
    made.unlink()
    return rows


@pytest.mark.system
def test_office_opens_the_workbook_and_runs_nothing(report, names, tmp_path: Path):
    (tmp_path / "report.xlsx").write_bytes(xlsx(report))

    cases = opened_by_office(tmp_path / "report.xlsx", 3)
    summary = opened_by_office(tmp_path / "report.xlsx", 1)

    place = cases[0].index("Firm")
    shown = [row[place] for row in cases[1:]]
    assert [plain(text) for text in shown] == [plain(name) for name in names]
    [whole] = [row for row in summary if row and row[0] == "All"]
    assert whole[1:4] == [str(len(NAMES)), "0%", "0%"]


@pytest.mark.system
def test_office_opens_the_csv_and_runs_nothing(report, names, tmp_path: Path):
    (tmp_path / "cases.csv").write_bytes(csv_of(report))

    cases = opened_by_office(tmp_path / "cases.csv", 0)

    place = cases[0].index("firm")
    for row, name in zip(cases[1:], names, strict=True):
        assert name in NUMBERS or plain(row[place].removeprefix("'")) == plain(name)
        assert not row[place].startswith(FORMULAS) or row[place].startswith("'")


def test_one_of_the_names_is_a_note_of_the_tracker():
    tracker = Path(__file__).parent / "data" / "tracker.csv"

    with tracker.open(encoding="utf-8-sig", newline="") as lines:
        assert TRACKER_NOTE in {row["Notes"] for row in csv.DictReader(lines)}


def plain(text: str) -> str:
    """A text without the control characters that no cell shows."""
    return " ".join(text.replace("_x000D_", "").split())
