"""Figures for the people who move cases: what to do next, and where one case stands."""

from datetime import date, datetime

import pyarrow as pa

from dashboard.store import View


def worklist(
    view: View,
    *,
    now: datetime,
    workflow: str | None = None,
    team_leader: str | None = None,
    party: str | None = None,
) -> pa.Table:
    """Every open case, the least business time to its limit first.

    Returns one row a case: whose turn it is at `now` (party), business_us_left (negative once it
    is over the limit), turn_us since the turn began, step_us in the current step over all its
    rounds, timing ("on time", "at risk" over the target, "late" over the limit), day_us (how long
    a business day of the case is). Cases that wait only for the customer's download are in it and
    marked: a page shows them apart. Withdrawn cases are left out.
    """
    return view.run("worklist", now=now, workflow=workflow, team_leader=team_leader, party=party)


def today_counts(
    view: View, *, now: datetime, workflow: str | None = None, team_leader: str | None = None
) -> pa.Table:
    """One row that counts the open cases: open, at_risk, due_today, late, on_us, on_others.

    next_limit_at is the next limit that can still be kept, most_over_us the business time by
    which the worst case is over, whose business days are of most_over_day_us. Cases that wait only
    for the customer's download count as open and in downloads, but neither as at risk nor as late:
    the department cannot hurry them.
    """
    return view.run("today_counts", now=now, workflow=workflow, team_leader=team_leader)


def find_cases(view: View, *, now: datetime, text: str, most: int = 20) -> pa.Table:
    """At most `most` cases for what somebody typed: firm, id, EMS ticket or order number.

    One row a case, whole matches first, then the newest. Capitals, accents, blanks and signs do
    not matter; a text without a letter or digit finds nothing.
    """
    return view.run("find_cases", now=now, text=text, most=most)


def case_list(
    view: View,
    *,
    now: datetime,
    state: str | None = None,
    workflow: str | None = None,
    step: int | None = None,
    party: str | None = None,
    team_leader: str | None = None,
    late: bool | None = None,
    text: str | None = None,
    since: date | None = None,
    until: date | None = None,
) -> pa.Table:
    """All cases, open and ended, that fit; opened in [since, until).

    One row a case: business_us from its opening to its closing, else to `now` (a withdrawn case's
    time goes on), timing against the targets in force when it was opened, day_us (how long its
    business days are). `step` and `party` are empty for closed cases, so choosing either leaves
    them out.
    """
    return view.run(
        "case_list", now=now, state=state, workflow=workflow, step=step, party=party,
        team_leader=team_leader, late=late, text=text, since=since, until=until,
    )  # fmt: skip


def case_turns(view: View, *, now: datetime, case_id: str) -> pa.Table:
    """One case's turns in order of time, began_us and ended_us in business time since it opened.

    A turn that lies ahead (an agreed date) is left out, the one that runs is cut at `now`; so
    business_us adds up to the time that the case has taken.
    """
    return view.run("case_turns", now=now, case_id=case_id)


def case_ledger(view: View, *, now: datetime, case_id: str) -> pa.Table:
    """One case's business time by step and party; adds up to the time that the case has taken.

    lacks_handover marks a step that changes hands, where nobody recorded when: all of it counts
    for the step's own party, which so looks slower than it was.
    """
    return view.run("case_ledger", now=now, case_id=case_id)


def appointments(
    view: View,
    *,
    now: datetime,
    since: datetime | None = None,
    until: datetime | None = None,
    workflow: str | None = None,
    team_leader: str | None = None,
) -> pa.Table:
    """Appointments of open cases that begin in [since, until), the earliest first."""
    return view.run(
        "appointments", now=now, since=since, until=until, workflow=workflow,
        team_leader=team_leader,
    )  # fmt: skip


def follow_ups(
    view: View,
    *,
    now: datetime,
    until: date | None = None,
    workflow: str | None = None,
    team_leader: str | None = None,
) -> pa.Table:
    """Open cases with a follow-up date before `until`, the oldest date first."""
    return view.run("follow_ups", now=now, until=until, workflow=workflow, team_leader=team_leader)


def messages_waiting(
    view: View,
    *,
    now: datetime,
    workflow: str | None = None,
    team_leader: str | None = None,
    party: str | None = None,
) -> pa.Table:
    """Messages that somebody still has to see to, the oldest first.

    One row a message: state is "drafted" (a person is to send it), "queued" or "retrying" (the
    outbox is, the latter from again_at on), "sending", "failed" (a person has to see to it) or
    "unknown": begun and never ended, so perhaps sent. Messages of a reopened step are left out
    unless their sending has begun. `party` is the one whose step calls for the message.
    """
    return view.run(
        "messages_waiting", now=now, workflow=workflow, team_leader=team_leader, party=party
    )


def people_named(view: View, *, now: datetime, party: str | None = None) -> pa.Table:
    """Names of team leaders, CS and Sales representatives, as cases have them, with a count."""
    return view.run("people_named", now=now, party=party)


def step_usual(
    view: View,
    *,
    now: datetime,
    workflow: str | None = None,
    since: date | None = None,
    until: date | None = None,
) -> pa.Table:
    """How long each step usually takes: half_us (median) and most_us (85 of 100) over n cases.

    Business time over all rounds of a step, in cases closed in [since, until). Open cases are
    left out, so while slow ones pile up this understates; with a small n it says little.
    """
    return view.run("step_usual", now=now, workflow=workflow, since=since, until=until)
