"""The command that issues an SLA report: it keeps what the report can be made again from."""

import re
from datetime import datetime

from dashboard.commands.drafting import Deed, Entry, Stored
from dashboard.commands.settling import enact
from dashboard.errors import InputRefused
from dashboard.instants import to_datetime, to_us
from dashboard.people import Person
from dashboard.store import Desk
from dashboard.workflows import WORKFLOWS

PERIOD = re.compile(r"\d{4}-(0[1-9]|1[0-2]|Q[1-4])")
STREAM = "reports"


def issue_report(
    desk: Desk,
    period: str,
    *,
    as_of: datetime,
    position: int,
    log_hash: str,
    workflow: str | None = None,
    team_leader: str | None = None,
    by: Person,
    now: datetime,
    command_id: str | None = None,
) -> Stored:
    """Give a report its reference, as in R-2026-10-0003; everybody may, viewers too.

    `period` is a month (2026-10) or a quarter (2026-Q4); the report shows the log's prefix that
    was known at `as_of`, which ends at `position` with `log_hash`. The event is recorded after
    that instant, so that this prefix never grows. Raises InputRefused (no period or path, an
    instant to come, an empty log).
    """
    deed = Deed(by, now, None, None, None, command_id)

    def decide() -> Entry:
        as_of_us = to_us(as_of)
        _check(period, workflow, position)
        _check_instant(as_of_us, deed)
        data = {
            "reference": f"R-{period}-{desk.version(STREAM) + 1:04d}",
            "period": period,
            "workflow": workflow,
            "team_leader": team_leader,
            "as_of_us": as_of_us,
            "log_position": position,
            "log_hash": log_hash,
        }
        return Entry("report_issued", max(deed.now_us, as_of_us + 1), data)

    return enact(desk, STREAM, deed, decide)


def _check_instant(as_of_us: int, deed: Deed) -> None:
    if as_of_us > deed.now_us:
        raise InputRefused(
            "The report was not issued: {as_of} is in the future. Choose a time up to now.",
            as_of=to_datetime(as_of_us),
        )


def _check(period: str, workflow: str | None, position: int) -> None:
    if not PERIOD.fullmatch(period):
        raise InputRefused(
            f"The report was not issued: {period!r} is not a month or quarter. Enter 2026-10 or "
            "2026-Q4."
        )
    if workflow is not None and workflow not in WORKFLOWS:
        raise InputRefused(
            f"The report was not issued: there is no path {workflow!r}. Choose "
            f"{' or '.join(WORKFLOWS)}."
        )
    if position < 1:
        raise InputRefused(
            "The report was not issued: nothing was known at that time. Choose a later one."
        )
