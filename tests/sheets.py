"""Tracker sheets made by hand: rows as dictionaries, written as CSV or XLSX."""

import csv
import io
import json
from collections.abc import Iterable, Sequence
from datetime import UTC, datetime
from typing import Any

from openpyxl import Workbook

from dashboard.cases import Draft
from dashboard.intake import Verdict, import_tracker
from dashboard.sheets.columns import COLUMNS, STEPS
from dashboard.store import Store
from tests.builders import LEAD

NOW = datetime(2026, 10, 30, 19, 30, tzinfo=UTC)  # Friday 15:30 in New York


def row(path: str = "Local", done: int = 1, **cells: str) -> dict[str, str]:
    """A row with so many steps completed, hour by hour from 9:00 on Wednesday 28 October.

    Names of cells are those of the columns with `_` for blanks; `Order_no` stands for "Order no.".
    """
    values = {"Firm ID": "F1", "Firm": "Birch & Sons", "Move to": path, "Products": "UltraTax CS"}
    for number in range(done):
        values[STEPS[number]] = f"10/28/2026 {9 + number}:00"
    names = {name: name.replace("_", " ") for name in cells} | {"Order_no": "Order no."}
    return values | {names[name]: text for name, text in cells.items()}


def csv_of(*rows: dict[str, str], header: Sequence[str] = COLUMNS, **how: Any) -> bytes:
    """The rows as a CSV file; columns beyond the known ones come last."""
    more = [name for item in rows for name in item if name not in header]
    columns = [*header, *dict.fromkeys(more)]
    text = io.StringIO()
    writer = csv.writer(text, **how)
    writer.writerow(columns)
    writer.writerows([item.get(name, "") for name in columns] for item in rows)
    return text.getvalue().encode()


def xlsx_of(table: Iterable[Sequence[Any]], title: str = "Tracker") -> bytes:
    """A workbook with one sheet."""
    book = Workbook()
    sheet = book.worksheets[0]
    sheet.title = title
    for cells in table:
        sheet.append(list(cells))
    return saved(book)


def saved(book: Workbook) -> bytes:
    """The workbook as a file."""
    file = io.BytesIO()
    book.save(file)
    return file.getvalue()


def take(store: Store, *rows: Any, now: datetime = NOW, **how: Any) -> list[Verdict]:
    """Import the rows, or the file, and give the verdicts."""
    content = rows[0] if isinstance(rows[0], bytes) else csv_of(*rows)
    return list(import_tracker(store, content, "tracker.csv", by=LEAD, now=now, **how).rows)


def verdict(store: Store, *rows: Any, **how: Any) -> str:
    """The verdict on the last of the rows, or the reason if it was rejected."""
    last = take(store, *rows, **how)[-1]
    return last.reason or last.verdict


def notes(store: Store, case_id: str = "C-0001") -> list[str]:
    """What was noted on a case."""
    return [event.data["text"] for event in store.history(case_id) if event.kind == "note_added"]


def completed(store: Store, case_id: str = "C-0001") -> dict[int, Any]:
    """The data of the events that completed steps, by step."""
    kinds = ("case_opened", "step_completed")
    done = [event for event in store.history(case_id) if event.kind in kinds]
    return {event.data.get("step", 1): event.data for event in done}


def case_events(store: Store) -> list[Draft]:
    """All that the log says of cases."""
    return [
        Draft(
            event["stream"], event["version"], event["kind"], event["occurred_us"],
            event["recorded_us"], event["actor"], json.loads(event["data"]), event["command_id"],
        )
        for batch in store.log.read()
        for event in batch.to_pylist()
        if event["stream"].startswith("C-")
    ]  # fmt: skip
