"""Writes tests/data/logs/NAME.*: a log as this version writes it; every later one must open it.

Run `python -m tests.write_kept_log VERSION` once, when a version that writes something new is
released (a new kind of event, another format). Never write over a log that is there.
"""

import gzip
import json
import sys
from datetime import date, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory

from dashboard import commands
from dashboard.__main__ import main as command_line
from dashboard.instants import to_datetime
from dashboard.store import Store
from dashboard.workdays import Calendar
from tests.builders import ADMIN, LEAD, MONDAY, VIEWER, form, step_fields

LOGS = Path(__file__).resolve().parent / "data" / "logs"
SHEET = """Firm ID,Firm,Move to,Products,Step 1,Step 2,Step 3,Step 4,Step 5,Step 6,Step 7
F1,Juniper Advisors,Local,,10/5/2026 9:00 AM,10/5/2026 9:30 AM,10/5/2026 10:00 AM,,,,
,,Local,,10/5/2026 9:00 AM,,,,,,
"""
BEGIN, LATER = MONDAY - timedelta(days=60), MONDAY + timedelta(days=30)


def main(name: str) -> None:
    """Write NAME.jsonl, NAME.duckdb.gz, NAME.head and NAME.json: how far it goes, what it shows."""
    LOGS.mkdir(exist_ok=True)
    with TemporaryDirectory() as folder:
        path = Path(folder) / "log.duckdb"
        store = Store.open(path)
        worked_on(store)
        settled(store)
        store.close()
        sheet = path.with_name("sheet.csv")
        sheet.write_text(SHEET)
        db = ["--db", str(path)]
        line = [
            "import",
            str(sheet),
            *db,
            "--as-of",
            (LATER + timedelta(hours=1)).isoformat(),
        ]
        assert command_line(line) == 0
        assert command_line(["erase", "C-0002", *db]) == 0
        jsonl = LOGS / f"{name}.jsonl"
        assert command_line(["events", "--format", "jsonl", "-o", str(jsonl), *db]) == 0
        store = Store.open(path)
        told = {
            "position": store.head().position,
            "hash": store.head().hash,
            "cases": store.count_cases(),
        }
        store.close()
        (LOGS / f"{name}.json").write_text(json.dumps(told) + "\n")
        (LOGS / f"{name}.head").write_bytes(path.with_name("log.duckdb.head").read_bytes())
        (LOGS / f"{name}.duckdb.gz").write_bytes(gzip.compress(path.read_bytes(), 9, mtime=0))


def worked_on(store: Store) -> None:
    """Cases of both paths at every step, with all that can happen to one."""
    now = BEGIN
    for workflow, last in (
        ("local", 11),
        ("local", 5),
        ("virtual_office", 11),
        ("virtual_office", 6),
    ):
        case_id = commands.open_case(
            store,
            workflow,
            form(workflow, contact="Ann Smith", contact_email="ann@firm.example"),
            by=LEAD,
            now=now,
        )[0].stream
        for number in range(2, last + 1):
            case = store.case(case_id)
            begins = to_datetime(case.appointment_us or 0)
            now = max(now + timedelta(hours=4), begins + timedelta(hours=1))
            if case.state != "open" or number > case.workflow.last:
                break
            values = step_fields(case, number, now)
            commands.complete_step(store, case_id, number, values, by=LEAD, now=now)
    who = {"by": LEAD, "now": now}
    commands.add_note(store, "C-0002", "Called back.", **who)
    commands.follow_up(store, "C-0002", now.date() + timedelta(days=7), **who)
    commands.amend_case(store, "C-0002", {"firm_name": "Renamed & Sons"}, "a typing error", **who)
    commands.reopen_step(store, "C-0002", 5, reason="the wrong file", **who)
    commands.withdraw_case(store, "C-0004", reason="they stay", **who)
    commands.resume_case(store, "C-0004", **who)


def settled(store: Store) -> None:
    """What is set, posted and said beside the cases."""
    who = {"by": ADMIN, "now": LATER}
    week = dict.fromkeys(range(5), (("09:00", "17:00"),))
    commands.change_calendar(
        store, Calendar("America/New_York", week, {}), date(2026, 12, 1), day_minutes=480, **who
    )
    commands.change_targets(store, "local", target_days=12, limit_days=15, **who)
    commands.change_planning(store, session_hours=8, **who)
    commands.change_messages(store, {"welcome": "sent"}, **who)
    commands.confirm_holidays(store, **who)
    commands.post_notice(store, "Portal closed on Friday.", LATER.date() + timedelta(days=3), **who)
    commands.end_notice(store, 1, **who)
    commands.leave_feedback(
        store, "Quicker, please.", contact="x@example.com", page="Today", by=VIEWER, now=LATER
    )
    head = store.head()
    commands.issue_report(
        store, "2026-10", as_of=LATER, position=head.position, log_hash=head.hash, by=VIEWER,
        now=LATER + timedelta(seconds=1),
    )  # fmt: skip


if __name__ == "__main__":
    main(sys.argv[1])
