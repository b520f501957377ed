"""What an SLA report says: every figure of it once, for the screen and for each kind of file."""

from collections.abc import Generator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from functools import cached_property
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from dashboard import formats, metrics
from dashboard.errors import InputRefused, LogRefused
from dashboard.figures import against
from dashboard.figures.against import Change
from dashboard.figures.figure import Scope
from dashboard.findings import Promise, promised
from dashboard.instants import to_us
from dashboard.locales import Reader
from dashboard.metrics.sla_changes import Known
from dashboard.reports.period import Period, read_period
from dashboard.store import Store, View
from dashboard.store.log import Head
from dashboard.workflows import WORKFLOWS

MONTHS_DRAWN = 12
COMPARED = ("within_limit", "within_limit_by_date")
CALENDAR_KINDS = ("calendar_changed", "hours_changed")
TRIES = 5  # to read all figures of a log that others write to meanwhile
Row = Mapping[str, Any]
# What a column of the cases is called where people read it.
COLUMNS = {
    "case_id": "Case",
    "firm": "Firm",
    "workflow": "Path",
    "team_leader": "Team leader",
    "state": "State",
    "opened_at": "Submitted",
    "closed_at": "Completed",
    "business_us": "Business time",
    "our_us": "On our clock",
    "limit_minutes": "SLA",
    "within_target": "Within target",
    "within_limit": "Within SLA",
    "within_limit_by_date": "On time by date",
    "within_target_ours": "Within target, our clock",
    "within_limit_ours": "Within SLA, our clock",
    "within_limit_by_date_ours": "On time by date, our clock",
    "slowest_step": "Slowest step",
    "slowest_party": "Mostly with",
    "breach_reason": "Reason given",
    "breach_comment": "Comment",
    "is_reopened": "Reopened",
    "is_imported": "Imported",
    "is_on_dates": "Rests on dates",
    "is_undecided": "Undecided by dates",
    "waits_for_customer": "Delivered, waiting for download",
}


@dataclass(frozen=True, slots=True)
class Asked:
    """What a report is of, and as known when. The same asked twice is the same report."""

    period: Period
    as_of: datetime
    workflow: str | None = None
    team_leader: str | None = None
    reference: str = ""  # empty: it was not issued

    @property
    def filters(self) -> dict[str, Any]:
        """What narrows every figure."""
        return {"workflow": self.workflow, "team_leader": self.team_leader}

    @property
    def words(self) -> str:
        """The filters as people say them."""
        path = WORKFLOWS[self.workflow].label if self.workflow else "both paths"
        return f"{path}, {self.team_leader or 'all team leaders'}"


@dataclass(frozen=True, slots=True)
class Corrections:
    """What was entered since an earlier state of knowledge; `reference` of its issue, if any."""

    since: datetime
    reference: str
    changes: pa.Table


@dataclass(frozen=True)  # no slots: breaches are kept once they were asked for
class Report:
    """A period's cases and all that is counted of them."""

    asked: Asked
    head: Head
    zone: str
    promise: Promise  # of its cases
    drawn: Promise  # of the cases completed in the months that it draws
    reader: Reader
    is_over: bool
    is_sample: bool  # made up, not to be taken for the department's
    calendar: str  # which business calendar it was measured with
    cases: pa.Table
    counts: list[Row]
    before: dict[tuple[str, str], Row] = field(hash=False)
    changes: dict[str, Change | None] = field(hash=False)  # of a month: against the one before
    months: pa.Table
    percentiles: pa.Table
    withdrawn: pa.Table
    rejected: pa.Table
    corrections: Corrections | None = None

    @property
    def name(self) -> str:
        """The period as a heading says it."""
        return self.asked.period.name

    @property
    def file_name(self) -> str:
        """What its files are called, without an ending."""
        return f"sla_{self.asked.reference or self.asked.period.key}"

    @cached_property
    def breaches(self) -> list[Row]:
        """The cases over their limit, the slowest first."""
        late = self.cases.filter(~pc.field("within_limit") & ~pc.field("waits_for_customer"))
        return late.sort_by([("business_us", "descending"), ("case_id", "ascending")]).to_pylist()

    @property
    def stamped(self) -> pa.Table:
        """The cases as CSV and Parquet have them."""
        return metrics.stamped(self.cases, self.head, self.asked.as_of)


def make(view: View, asked: Asked) -> Report:
    """The report from what the view knows, open cases measured at `asked.as_of`.

    Raises InputRefused if the period has not begun.
    """
    for _ in range(TRIES):
        head = view.head()
        report = _made(view, asked, head)
        if view.head() == head:  # nobody wrote in between: all figures are of one state
            return report
    raise LogRefused(
        "Too many entries are coming in to read a consistent report. Try again, or choose an "
        "earlier time."
    )


def compared(report: Report, view: View, before: Known, reference: str = "") -> Report:
    """The report with what was entered since an earlier state of knowledge."""
    asked = report.asked
    changes = metrics.corrections_since(
        before, Known(view, asked.as_of),
        month=asked.period.first_month, months=asked.period.months, **asked.filters,
    )  # fmt: skip
    return replace(report, corrections=Corrections(before.at, reference, changes))


@contextmanager
def known(store: Store, as_of: datetime) -> Generator[View]:
    """What the log knew at that instant, for the length of the block."""
    view = store.known_at(as_of)
    try:
        yield view
    finally:
        view.close()


def issued(view: View, reference: str, now: datetime) -> tuple[Asked, Head]:
    """What the report of that reference was of, and the log's head then; InputRefused if none."""
    rows = view.run("reports_issued", now=now, reference=reference.strip()).to_pylist()
    if not rows:
        raise InputRefused(
            f"No report {reference!r} was issued. The SLA report page lists the issued reports."
        )
    return _asked(rows[0]), Head(rows[0]["log_position"], rows[0]["log_hash"])


def last_issue(view: View, asked: Asked) -> Asked | None:
    """The last issue of the same report that the view knows and that is older than this one."""
    rows = view.run("reports_issued", now=asked.as_of, period=asked.period.key).to_pylist()
    same = [
        earlier
        for row in rows
        if (earlier := _asked(row)).filters == asked.filters
        and earlier.as_of < asked.as_of
        and earlier.reference != asked.reference
    ]
    return same[-1] if same else None


def _asked(row: Row) -> Asked:
    return Asked(
        read_period(row["period"]), row["as_of"], row["workflow"], row["team_leader"],
        row["reference"],
    )  # fmt: skip


def _made(view: View, asked: Asked, head: Head) -> Report:
    period, now = asked.period, asked.as_of
    cases, before = (_cases(view, asked, part) for part in (period, period.before))
    of_period: dict[str, Any] = {"month": period.first_month, "months": period.months}
    drawn: dict[str, Any] = {
        "since": Period(period.until, MONTHS_DRAWN).before.since,
        "until": period.until,
        **asked.filters,
    }
    return Report(
        asked=asked,
        head=head,
        zone=view.settings.calendar.zone,
        promise=promised(view.settings, asked.workflow, to_us(now), _held(cases)),
        drawn=promised(
            view.settings,
            asked.workflow,
            to_us(now),
            (
                row
                for row in view.run("promises", now=now, **drawn).to_pylist()
                if row["n_completed"]
            ),
        ),
        reader=view.settings.reader(now),
        is_over=_today(view, now) >= period.until,
        is_sample=view.settings.is_sample,
        calendar=_calendar(view),
        cases=cases,
        counts=metrics.sla_summary(cases).to_pylist(),
        before={(row["part"], row["name"]): row for row in metrics.sla_summary(before).to_pylist()},
        changes=_changes(view, asked),
        months=view.run("attainment", now=now, **drawn),
        percentiles=view.run("cycle_percentiles", now=now, split="none", **drawn),
        withdrawn=view.run("withdrawn_cases", now=now, **of_period, **asked.filters),
        rejected=view.run("rejected_rows", now=now, **of_period),
    )


def _cases(view: View, asked: Asked, period: Period) -> pa.Table:
    return metrics.sla_cases(
        view, now=asked.as_of, month=period.first_month, months=period.months, **asked.filters
    )


def _changes(view: View, asked: Asked) -> dict[str, Change | None]:
    """Of a month: how its shares on the customer's clock differ from those of the month before."""
    if asked.period.months > 1:
        return {}
    scope = Scope(view, asked.as_of, {**asked.filters, "until": asked.period.until})
    by_path = {name: against.shares(scope, name) for name in COMPARED}
    return {
        name: against.change(paths, against.months(paths, asked.period.since))
        for name, paths in by_path.items()
    }


def _held(cases: pa.Table) -> list[Row]:
    """What was promised to the cases of the report."""
    minute = formats.MINUTE_US
    return [
        {
            "day_us": row["day_us"],
            "target_us": row["target_minutes"] * minute,
            "limit_us": row["limit_minutes"] * minute,
        }
        for row in cases.select(["day_us", "target_minutes", "limit_minutes"]).to_pylist()
    ]


def _today(view: View, now: datetime) -> date:
    return view.settings.calendar.local_date([to_us(now)])[0].astype(object)


def _calendar(view: View) -> str:
    """The business calendar's version: how often it was set, last when and by whom."""
    changes = [event for event in view.stream("settings") if event.kind in CALENDAR_KINDS]
    if not changes:
        return "version 1, as shipped"
    last = changes[-1]
    day = view.settings.calendar.local_date([last.recorded_us])[0]
    return f"version {len(changes) + 1}, set on {day} by {last.actor}"
