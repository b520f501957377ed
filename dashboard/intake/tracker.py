"""A team leader's tracker sheet brought into the log: all that can be taken, in one transaction."""

import json
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path, PurePath
from uuid import uuid5
from zoneinfo import ZoneInfo

from dashboard.cases import Draft
from dashboard.errors import InputRefused
from dashboard.instants import to_datetime, to_us
from dashboard.intake.imports import marks, tracker_of
from dashboard.intake.kept import clipped
from dashboard.intake.recording import NAMESPACE, Answers
from dashboard.intake.report import Report, Verdict
from dashboard.intake.said import answered, said
from dashboard.intake.sheet import NO_CHOICES, Row, Sheet, read_tracker
from dashboard.intake.taking import How, Taking, ignored
from dashboard.people import Person, require
from dashboard.sheets.layout import Choices
from dashboard.store import Store

NO_GRACE = timedelta(0)
NO_ANSWERS = Answers()
LONGEST_NAME = 200
ROUNDS = 4  # without others waiting for what is taken anew; then they do


def import_tracker(
    store: Store,
    source: Path | bytes | Sheet,
    name: str,
    *,
    by: Person,
    now: datetime,
    zone: str | None = None,
    dry_run: bool = False,
    grace: timedelta = NO_GRACE,
    choices: Choices = NO_CHOICES,
    answers: Answers = NO_ANSWERS,
    tell: Callable[[int, int], None] = ignored,
) -> Report:
    """Import a tracker (CSV, XLSX); `name` is what people call the file.

    `choices` say what is where in it, `answers` what rows are that look like known cases,
    `tell` hears how many rows of how many were looked at. Times
    without an offset are local to `zone` (default: the calendar's). Rows that cannot be taken are
    rejected one by one; all others land together. A dry run gives the same verdicts and leaves no
    trace. Others go on writing meanwhile, and wait only for what is appended. `now` may lie behind
    the log's last event by `grace` at most (clocks differ, and others write meanwhile); then it is
    that event's.

    Raises NotAllowed, InputRefused (no such table, what is open about it, a sample log, `now` too
    early), LogRefused.
    """
    require(by, by.leads, "import a tracker", "a team leader")
    sheet = source if isinstance(source, Sheet) else read_tracker(source, name, choices)
    checked = _checked_now(store, name, now, grace)
    file = clipped(PurePath(name).name, LONGEST_NAME).encode("utf-8", "replace").decode("utf-8")
    taking = Taking(store, sheet, How(by, checked, zone, answers, file, tell))
    if dry_run:
        return taking.report({})
    return _land(taking, file, name, exact=not grace)


def _land(taking: Taking, file: str, name: str, *, exact: bool) -> Report:
    """Append what was taken, as it is by then; `exact`: others must not have written later."""
    store = taking.store
    drafts: list[Draft] = []
    names: dict[str, str] = {}

    def prepare() -> None:
        nonlocal drafts, names
        taking.catch_up()
        drafts, names = taking.drafts()
        drafts += _note(taking, file)

    def ready(is_last: bool) -> list[Draft] | None:
        # how long the rows took does not count as grace, which is for clocks that differ
        _checked_now(store, name, taking.now, NO_GRACE if exact else timedelta.max)
        if is_last:
            prepare()
        return drafts if is_last or taking.is_current() else None

    for number in range(ROUNDS):
        prepare()
        if store.land(partial(ready, number == ROUNDS - 1)):
            break
    return taking.report(names)


def _note(taking: Taking, file: str) -> list[Draft]:
    """The import itself, recorded once for the same content, read in the same way."""
    sheet, store, report = taking.sheet, taking.store, taking.report({})
    command_id = str(
        uuid5(NAMESPACE, f"{sheet.digest}\n{sheet.how}" if sheet.how else sheet.digest)
    )
    if store.stored(command_id):
        return []
    own = marks(sheet.rows)
    rows = {(row.sheet, n): row for row in sheet.rows for n in (row.number, *row.also)}
    zone = taking.days.zone
    data = {
        "file": file,
        "sha256": sheet.digest,
        **report.summary,
        "rejected_rows": [
            _told(row, report, rows[row.sheet, row.row], zone) for row in report.rejected
        ],
        "answered": answered(sheet.rows, store.stream("imports"), zone),
        "tracker": tracker_of(store.stream("imports"), file, own),
        "marks": own,
        **({"layout": json.loads(sheet.how)} if sheet.how else {}),
    }
    version, now_us = store.version("imports") + 1, to_us(taking.now)
    recorded_us = max(now_us, store.log.last_recorded_us())
    return [
        Draft(
            "imports", version, "tracker_imported", now_us, recorded_us, taking.by.actor, data,
            command_id,
        )
    ]  # fmt: skip


def _told(row: Verdict, report: Report, told: Row, zone: ZoneInfo) -> dict[str, int | str | None]:
    """A rejected row as the log keeps it."""
    known = {"latest_us": row.latest_us} if row.latest_us is not None else {}
    where = {"sheet": row.sheet} if report.is_of_several else {}
    mark = said(told, row.reason, zone)
    return {
        "row": row.row, "reason": row.reason, **known, **where, **({"said": mark} if mark else {}),
    }  # fmt: skip


def _checked_now(store: Store, name: str, now: datetime, grace: timedelta) -> datetime:
    """The instant of the import; InputRefused if this log can take none, or none so early."""
    if store.settings.is_sample:
        raise InputRefused(
            f"{name} was not imported: this log holds sample data, which is never mixed with real "
            "cases. Start an empty log and import the sheet there."
        )
    last = to_datetime(store.log.last_recorded_us())
    if last - now > grace:
        raise InputRefused(
            f"{name} was not imported: {now.astimezone(UTC):%Y-%m-%d %H:%M:%S} UTC is before the "
            f"log's last entry, which was recorded {last:%Y-%m-%d %H:%M:%S} UTC. Import it as of "
            "that instant or a later one."
        )
    return max(now, last)
