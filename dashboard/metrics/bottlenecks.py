"""The figures of Bottlenecks: one function a query, and the slack that two of them make.

All of them are of completed cases and take the filters of `metrics.Filters`; None means all.
"""

from datetime import datetime
from typing import Unpack

import pyarrow as pa

from dashboard.metrics.insight import Filters
from dashboard.store import View


def step_spread(view: View, *, now: datetime, **filters: Unpack[Filters]) -> pa.Table:
    """Business time of completed cases in each step, waiting and in work, and how it spreads.

    One row per path and step: workflow, step, label, party, n, n_split (of them with a recorded
    Start), n_unrecorded_handover, business_us = waiting_us + working_us + not_split_us, share (of
    all time counted), p50_/p85_/p95_minutes. Open cases are absent, which flatters the step at
    which they wait now.
    """
    return view.run("step_spread", now=now, **filters)


def party_spread(view: View, *, now: datetime, **filters: Unpack[Filters]) -> pa.Table:
    """Business time of completed cases by whose turn it was, the most first.

    One row a party: party, n (cases that it had), business_us, share, p50_/p85_minutes (of those
    n). Where a hand-over inside a step was not recorded the whole step counts for its party,
    which makes that party look slower than it was.
    """
    return view.run("party_spread", now=now, **filters)


def step_budgets(view: View, *, now: datetime, workflow: str | None = None) -> pa.Table:
    """The limit in force at `now`, split over the steps of its path; exact to the microsecond.

    One row per path and step: workflow, step, basis ("set" by an administrator, by "history", or
    "even" without any), n_history, limit_us, budget_us, budget_minutes. History is all completed
    cases, whatever the filters: a measure must not move with what is held against it.

    Source: largest remainders (Hamilton's method), Balinski and Young (2001, Fair Representation).
    """
    return view.run("step_budgets", now=now, workflow=workflow)


def step_cases(
    view: View,
    *,
    now: datetime,
    step: int | None = None,
    part: str | None = None,
    most: int = 5000,
    **filters: Unpack[Filters],
) -> pa.Table:
    """The completed cases behind a step's figure, the longest in it first and at most `most`.

    One row per case and step: case_id, workflow, firm, team_leader, closed_at, step, business_us
    (of that `part`: "waiting", "in work", "not split", None for all of the step),
    business_minutes, case_us, case_minutes, timing, breach_reason. A case of the part counts even
    if the part took no time, as in `step_spread`.
    """
    return view.run("step_cases", now=now, step=step, part=part, most=most, **filters)


def party_cases(
    view: View,
    *,
    now: datetime,
    party: str | None = None,
    most: int = 5000,
    **filters: Unpack[Filters],
) -> pa.Table:
    """The completed cases that a party had, the longest with it first and at most `most`.

    One row per case and party; columns as `step_cases`, with the party in place of the step.
    """
    return view.run("party_cases", now=now, party=party, most=most, **filters)


def slowest_cases(
    view: View, *, now: datetime, most: int = 20, **filters: Unpack[Filters]
) -> pa.Table:
    """The `most` completed cases of the longest business time, with where it went and why.

    One row a case: case_id, workflow, firm, team_leader, closed_at, business_us and _minutes,
    limit_minutes, timing, step, label, step_minutes (the longest step), step_lacks_handover,
    party, party_minutes (who had most of the whole case), breach_reason, breach_comment.
    """
    return view.run("slowest_cases", now=now, most=most, **filters)


def case_steps(
    view: View, *, now: datetime, most: int = 5000, **filters: Unpack[Filters]
) -> pa.Table:
    """Completed cases with their time in every step, at most `most` of a path, evenly taken.

    One row a case: case_id, workflow, quarter (of completion, its first day), n_path (cases of
    the path before any were left out), limit_us, business_us, steps_us (of step 2 and on).
    """
    return view.run("case_steps", now=now, most=most, **filters)
