"""The SLA report in a real browser: issued with a click, and its files as they are downloaded."""

import csv
from datetime import datetime
from pathlib import Path

import openpyxl
import pyarrow.parquet as pq
import pytest

from tests.live import live_app, second_terminal
from tests.screen import Room

TRACKER = Path(__file__).parent / "data" / "tracker.csv"
AS_OF = "2026-10-30T19:30:00+00:00"
pytestmark = pytest.mark.browser


def test_files_from_the_page_are_those_of_the_command_line(room: Room, tmp_path: Path) -> None:
    log = tmp_path / "log.duckdb"
    with live_app(log) as address:
        screen = room.visitor(address).open()
        second_terminal(log, "import", str(TRACKER), "--as-of", AS_OF)
        screen.open("sla_report?month=October+2026")
        screen.moment("As known at", datetime(2026, 10, 30, 15, 30))  # noqa: DTZ001 - the wall's
        screen.says("of 35 completed cases met the SLA")

        files = {}
        for label in ("Report as XLSX", "Report as PDF", "Cases as CSV", "Cases as Parquet"):
            made = screen.download(label)
            files[label] = tmp_path / made.suggested_filename
            made.save_as(files[label])
        asked = ("--month", "2026-10", "--as-of", AS_OF, "--format", "csv")
        second_terminal(log, "report", *asked, "-o", str(tmp_path / "ours.csv"))
        screen.press("Issue report").press("Issue this report").says("R-2026-10-0001")

        assert files["Cases as CSV"].read_bytes() == (tmp_path / "ours.csv").read_bytes()
        with files["Cases as CSV"].open(newline="") as lines:
            assert len(list(csv.DictReader(lines))) == 37
        assert openpyxl.load_workbook(files["Report as XLSX"])["Cases"].max_row == 38
        assert files["Report as PDF"].read_bytes().startswith(b"%PDF")
        assert pq.read_table(files["Cases as Parquet"]).num_rows == 37
        assert screen.faults == []
