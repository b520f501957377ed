"""Issuing a report, and making one again: by the same instant, the same period and filters."""

from dataclasses import replace
from datetime import datetime

from dashboard import commands
from dashboard.cases import Event
from dashboard.errors import InputRefused, LogRefused
from dashboard.instants import to_us
from dashboard.metrics.sla_changes import Known
from dashboard.people import Person
from dashboard.reports.content import (
    Asked,
    Report,
    compared,
    issued,
    known,
    last_issue,
    make,
)
from dashboard.store import Store, View
from dashboard.store.log import Head


def whole_report(store: Store, asked: Asked, since: datetime | None = None) -> Report:
    """The report as known at `asked.as_of`, with what was entered since.

    Since the instant given, else since the last issue of the same report; without either there
    is nothing to compare. Raises InputRefused (no such period, no case, `since` not earlier) and
    LogRefused (the log is not the one that the report was issued from).
    """
    with known(store, asked.as_of) as view:
        if asked.reference:
            _check_head(view, asked, issued(store, asked.reference, asked.as_of)[1])
        report = make(view, asked)
        check_cases(report)
        earlier = last_issue(view, asked) if since is None else None
        if since is None and earlier is None:
            return report
        return _since_then(store, view, report, since, earlier)


def _since_then(
    store: Store, view: View, report: Report, since: datetime | None, earlier: Asked | None
) -> Report:
    """The report with what was entered since an instant, or since an earlier issue."""
    at = since or (earlier.as_of if earlier else report.asked.as_of)
    check_since(report, at)
    with known(store, at) as before:
        return compared(report, view, Known(before, at), earlier.reference if earlier else "")


def issue(
    store: Store, asked: Asked, *, by: Person, now: datetime, command_id: str | None = None
) -> Asked:
    """Keep that this report was issued; returns it with its reference.

    Nobody else writes meanwhile, and the event is recorded after the report's instant: so what
    was known at that instant can never grow afterwards.
    """
    with store.alone():
        if store.log.last_recorded_us() <= to_us(asked.as_of):
            head = store.head()
        else:
            with known(store, asked.as_of) as view:
                head = view.head()
        [stored] = commands.issue_report(
            store, asked.period.key, as_of=asked.as_of, position=head.position,
            log_hash=head.hash, by=by, now=now, command_id=command_id, **asked.filters,
        )  # fmt: skip
    data = stored.fields() if isinstance(stored, Event) else stored.data
    return replace(asked, reference=data["reference"])


def check_since(report: Report, since: datetime) -> None:
    """Raise InputRefused if nothing can have been entered between that instant and the report's."""
    if since >= report.asked.as_of:
        raise InputRefused(
            "Nothing was entered since {since}: the report is as known at {as_of}. Choose an "
            "earlier time.",
            since=since,
            as_of=report.asked.as_of,
        )


def check_cases(report: Report) -> None:
    """Raise InputRefused if the report has no case at all."""
    if not report.cases.num_rows:
        raise InputRefused(
            f"{report.name} has no cases for {report.asked.words} that were completed, or open "
            "and overdue. Choose another period or wider filters."
        )


def _check_head(view: View, asked: Asked, head: Head) -> None:
    if view.head() != head:
        raise LogRefused(
            f"The report {asked.reference} cannot be reproduced: it was issued from a log that "
            f"ended at position {head.position:,} with hash {head.hash}, and this one has "
            f"{view.head().hash} at {view.head().position:,}. Run `python -m dashboard verify`."
        )
