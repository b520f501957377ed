"""Seconds for a tracker of 10,000 rows: read, checked as the page does, imported.

`PYTHONPATH=. .venv/bin/python bench/import_rows.py [ROWS]`. Once as CSV in Changeover's own form,
once as a workbook in other words with a title, dates alone and two tabs.
"""

import csv
import io
import random
import sys
import tempfile
import time
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from pathlib import Path

import xlsxwriter

from dashboard.intake import import_tracker
from dashboard.intake.sheet import look, sheet_of
from dashboard.people import Person, Role
from dashboard.sheets.columns import COLUMNS, STEPS
from dashboard.store import Store

LEAD = Person("T. Vance", Role.LEAD)
NOW = datetime(2026, 10, 30, 19, 30, tzinfo=UTC)
HEADINGS = (
    "Customer", "Type", "Form received", "Routed to TL", "Cancellation processed",
    "EMS ticket opened", "Renewal sent", "Order processed", "Licenses downloaded", "EMS #", "TL",
)  # fmt: skip


def own_form(rows: int) -> bytes:
    """Each row a case of one to seven steps."""
    lots, text = random.Random(1), io.StringIO()
    out = csv.DictWriter(text, COLUMNS)
    out.writeheader()
    for number in range(rows):
        at = datetime(2025, 1, 6, 9) + timedelta(minutes=lots.randrange(200_000))  # noqa: DTZ001
        row = {"Firm ID": f"F{number}", "Move to": "Local", "Products": "UltraTax CS"}
        for step in STEPS[: lots.randint(1, 7)]:
            row[step] = at.isoformat(" ", "minutes")
            at += timedelta(minutes=lots.randrange(3_000))
        out.writerow(row)
    return text.getvalue().encode()


def other_words(rows: int) -> bytes:
    """Two tabs below a title, dates alone."""
    lots, file = random.Random(2), io.BytesIO()
    with xlsxwriter.Workbook(file, {"in_memory": True}) as book:
        as_day = book.add_format({"num_format": "mm/dd/yyyy"})
        for tab in ("2025", "2026"):
            sheet = book.add_worksheet(tab)
            sheet.write(0, 0, "SaaS moves")
            sheet.write_row(2, 0, HEADINGS)
            for number in range(rows // 2):
                at = datetime(int(tab), 1, 5) + timedelta(days=lots.randrange(250))  # noqa: DTZ001
                line = 3 + number
                sheet.write_string(line, 0, f"Firm {tab} {number}")
                sheet.write_string(line, 1, "Local")
                for step in range(lots.randint(1, 7)):
                    sheet.write_datetime(line, 2 + step, at, as_day)
                    at += timedelta(days=lots.randrange(4))
                sheet.write_string(line, 9, f"EMS-{number}")
                sheet.write_string(line, 10, lots.choice(("T. Vance", "H. Abebe")))
    return file.getvalue()


def measured(name: str, content: bytes) -> None:
    """One line: how long each part took, and what became of the rows."""
    with tempfile.TemporaryDirectory() as folder:
        store = Store.open(Path(folder) / "log.duckdb")
        marks = [time.perf_counter()]
        looked = look(content, name)
        marks.append(time.perf_counter())
        import_tracker(store, sheet_of(looked), name, by=LEAD, now=NOW, dry_run=True)
        marks.append(time.perf_counter())
        report = import_tracker(store, sheet_of(looked), name, by=LEAD, now=NOW)
        marks.append(time.perf_counter())
        store.close()
    read, checked, taken = (after - before for before, after in pairwise(marks))
    print(f"{name}: read {read:.1f} s, checked {checked:.1f} s, imported {taken:.1f} s")
    print(f"  {report.summary}")


def main() -> None:
    rows = int(sys.argv[1]) if len(sys.argv) > 1 else 10_000
    measured("own_form.csv", own_form(rows))
    measured("other_words.xlsx", other_words(rows))


if __name__ == "__main__":
    main()
