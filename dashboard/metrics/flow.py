"""The figures of Throughput that follow cases on their way: two clocks, where they stand, age.

They take the filters of `insight`, and None means all.
"""

from datetime import date, datetime
from typing import Unpack

import pyarrow as pa

from dashboard.metrics.insight import Filters
from dashboard.store import View


def twin_clocks(view: View, *, now: datetime, **filters: Unpack[Filters]) -> pa.Table:
    """Each month's completed cases on the customer's clock and on ours.

    One row a month: month, n, p50_days, p85_days, within_target, within_limit, and the same four
    as ours_… without the Customer's turns; days are business days, target and limit the same for
    both. Open cases are absent. Where a hand-over inside a step was not recorded, its whole time
    counts for the step's party: our clock then runs while the customer has it, or the reverse.
    """
    return view.run("twin_clocks", now=now, **filters)


def cumulative_flow(
    view: View, *, now: datetime, period: str = "week", **filters: Unpack[Filters]
) -> pa.Table:
    """How far cases had come at the end of each week or day; the last one ends `now`.

    One row per period, path and step from 2 on: period (its first day), last_date, workflow,
    step, label, party, reached, completed, open, withdrawn; reached = completed + open +
    withdrawn, and completed is the next step's reached. All as is known now: what a reopening
    undid was not complete. Cases completed before `since` are left out.
    """
    return view.run("cumulative_flow", now=now, period=period, **filters)


def ageing(
    view: View, *, now: datetime, most: int = 10_000, **filters: Unpack[Filters]
) -> pa.Table:
    """Each open case's age beside the ages at which completed ones left the same step.

    One row an open case: case_id, workflow, firm, team_leader, step, label, party, opened_at,
    state (against target and limit), age_us, age_minutes, age_days (business time since its
    submission), n, p50_days, p85_days, p95_days. Those are of the newest `most` cases completed
    in [since, until); empty without any. Withdrawn cases are absent.
    """
    return view.run("ageing", now=now, most=most, **filters)


def cases_at(
    view: View,
    *,
    now: datetime,
    at_end_of: date,
    workflow: str | None = None,
    team_leader: str | None = None,
) -> pa.Table:
    """The cases under way at the end of a day, or at `now` if that is earlier, the oldest first.

    One row a case: case_id, workflow, firm, team_leader, step, label, party (of the step in which
    it stood, as is known now), state ("open", "withdrawn"), timing, opened_at, business_us,
    business_minutes (until then). `throughput` and `cumulative_flow` count the same cases.
    """
    return view.run(
        "cases_at", now=now, at_end_of=at_end_of, workflow=workflow, team_leader=team_leader
    )
