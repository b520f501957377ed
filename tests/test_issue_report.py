"""Issuing a report, making it again by its reference, and what entries changed since."""

from datetime import date, timedelta
from typing import Any

import pytest

from dashboard import commands, reports
from dashboard.errors import InputRefused, LogRefused
from dashboard.people import Person, Role
from dashboard.reports import Asked, read_period
from dashboard.store import Store
from dashboard.ui.sla_files import csv_of
from tests.builders import ADMIN, LEAD, VIEWER
from tests.test_metrics_insight import DECEMBER, Told, ny, tell

__all__ = ["tell"]  # a fixture

OCTOBER = read_period("2026-10")
LATER = DECEMBER + timedelta(hours=1)


def asked(as_of=DECEMBER, **more: Any) -> Asked:
    return Asked(OCTOBER, as_of, **more)


def changes(store: Store, as_of=LATER, since=None) -> list[tuple[Any, ...]]:
    report = reports.whole_report(store, asked(as_of), since)
    table = report.corrections.changes.to_pylist() if report.corrections else []
    names = ("case_id", "what", "column", "old", "new", "entries")
    return [tuple(row[name] for name in names) for row in table]


# --- Issuing ---------------------------------------------------------------------------------


def test_references_count_on_over_all_periods(store: Store, tell: Told):
    tell("local", "10-05 09:00", "10-06 10:30")

    first = reports.issue(store, asked(), by=VIEWER, now=DECEMBER)
    second = reports.issue(store, Asked(read_period("2026-Q4"), DECEMBER), by=LEAD, now=LATER)

    assert (first.reference, second.reference) == ("R-2026-10-0001", "R-2026-Q4-0002")
    assert [event.actor for event in store.stream("reports")] == [VIEWER.name, LEAD.name]


def test_an_issued_report_says_what_it_was_of(store: Store, tell: Told):
    tell("local", "10-05 09:00", "10-06 10:30", leader="T. Vance")
    wanted = asked(workflow="local", team_leader="T. Vance")

    made = reports.issue(store, wanted, by=VIEWER, now=LATER)
    again, head = reports.issued(store, made.reference, LATER)

    assert again == made == Asked(OCTOBER, DECEMBER, "local", "T. Vance", "R-2026-10-0001")
    with reports.known(store, DECEMBER) as view:
        assert view.head() == head


def test_what_was_known_then_never_grows_once_a_report_was_issued(store: Store, tell: Told):
    case_id = tell("local", "10-05 09:00", "10-06 10:30")
    made = reports.issue(store, asked(), by=VIEWER, now=DECEMBER)

    # entered at the very instant of the report: the log records it after the issue
    commands.add_note(store, case_id, "at the same microsecond", by=LEAD, now=DECEMBER)

    with reports.known(store, DECEMBER) as view:
        assert view.head() == reports.issued(store, made.reference, LATER)[1]


def test_the_same_command_issues_once(store: Store, tell: Told):
    tell("local", "10-05 09:00", "10-06 10:30")

    twice = [
        reports.issue(store, asked(), by=VIEWER, now=DECEMBER, command_id="a click")
        for _ in range(2)
    ]

    assert twice[0] == twice[1]
    assert len(store.stream("reports")) == 1


@pytest.mark.parametrize(
    ("period", "more", "why"),
    [
        ("2026-13", {}, "not a month or quarter"),
        ("October", {}, "not a month or quarter"),
        ("2026-10", {"workflow": "moon"}, "no path 'moon'"),
        ("2026-10", {"as_of": LATER}, "is in the future"),
        ("2026-10", {"position": 0}, "nothing was known"),
    ],
)
def test_what_cannot_be_made_again_is_not_issued(store: Store, period, more, why):
    given: dict[str, Any] = {"as_of": DECEMBER, "position": 1, "log_hash": "0" * 64} | more

    with pytest.raises(InputRefused, match=why):
        commands.issue_report(store, period, **given, by=ADMIN, now=DECEMBER)

    assert store.stream("reports") == []


def test_a_reference_that_nobody_gave_is_refused(store: Store):
    with pytest.raises(InputRefused, match="No report 'R-2026-10-0007' was issued"):
        reports.issued(store, "R-2026-10-0007", DECEMBER)


def test_a_report_from_another_log_is_not_made_again(store: Store, tell: Told):
    tell("local", "10-05 09:00", "10-06 10:30")
    [event] = commands.issue_report(
        store, "2026-10", as_of=DECEMBER, position=1, log_hash="f" * 64, by=VIEWER, now=LATER
    )
    foreign, _ = reports.issued(store, "R-2026-10-0001", LATER)

    with pytest.raises(LogRefused, match="cannot be reproduced"):
        reports.whole_report(store, foreign)

    assert event.kind == "report_issued"


def test_every_role_may_issue(store: Store, tell: Told):
    tell("local", "10-05 09:00", "10-06 10:30")

    for role in Role:
        reports.issue(store, asked(), by=Person(role, role), now=DECEMBER)

    assert [event.actor for event in store.stream("reports")] == list(Role)


# --- Made again ------------------------------------------------------------------------------


def test_a_report_made_again_is_the_same_byte_for_byte_whatever_was_entered_since(
    store: Store, tell: Told
):
    case_id = tell("local", "10-05 09:00", "10-06 10:30")
    tell("virtual_office", "10-07 09:00", "10-21 09:00")
    made = reports.issue(store, asked(), by=VIEWER, now=DECEMBER)
    before = reports.whole_report(store, made)

    commands.correct_step(
        store, case_id, 7, by=LEAD, now=LATER, at=ny("10-19 10:30"), what="completed"
    )
    commands.amend_case(store, case_id, {"firm_name": "Renamed"}, "a slip", by=LEAD, now=LATER)
    commands.reopen_step(store, "C-0002", 9, "a slip", by=LEAD, now=LATER)
    after = reports.whole_report(store, reports.issued(store, made.reference, LATER)[0])

    assert csv_of(after) == csv_of(before)
    assert after == before
    now = reports.whole_report(store, asked(LATER))
    assert now.counts[0]["n"] == 1
    assert csv_of(now) != csv_of(before)


def test_the_csv_says_as_of_position_and_hash_last_and_no_reference(store: Store, tell: Told):
    tell("local", "10-05 09:00", "10-06 10:30")
    made = reports.issue(store, asked(), by=VIEWER, now=DECEMBER)

    head, line = csv_of(reports.whole_report(store, made)).decode().splitlines()

    assert head.split(",")[:7] == [
        "case_id", "workflow", "firm", "opened_at", "closed_at", "business_us", "business_minutes",
    ]  # fmt: skip
    assert head.split(",")[-3:] == ["as_of", "log_position", "log_hash"]
    assert line.split(",")[-3] == "2026-12-01T17:00:00.000000Z"
    assert "R-2026" not in line


# --- Corrections since -----------------------------------------------------------------------


def test_a_report_that_was_never_issued_has_nothing_to_compare(store: Store, tell: Told):
    tell("local", "10-05 09:00", "10-06 10:30")

    assert reports.whole_report(store, asked()).corrections is None


def test_corrections_say_old_and_new_of_each_case(store: Store, tell: Told):
    case_id = tell("local", "10-05 09:00", "10-06 10:30")
    tell("local", "10-05 09:00", "10-07 10:30")
    reports.issue(store, asked(), by=VIEWER, now=DECEMBER)

    commands.correct_step(
        store, case_id, 7, by=LEAD, now=LATER, at=ny("10-06 11:30"), what="completed"
    )

    assert changes(store) == [
        (case_id, "changed", "closed_at", "2026-10-06T14:30:00.000000Z",
         "2026-10-06T15:30:00.000000Z", "step_corrected"),
        (case_id, "changed", "business_us", "37800000000", "41400000000", "step_corrected"),
    ]  # fmt: skip


def test_a_case_that_leaves_the_report_and_one_that_joins_it_are_named(store: Store, tell: Told):
    leaves = tell("local", "10-05 09:00", "10-06 10:30")
    joins = tell("local", "10-30 09:00", "11-02 10:30")
    commands.issue_report(
        store, "2026-10", as_of=DECEMBER, position=1, log_hash="0" * 64, by=VIEWER, now=DECEMBER
    )

    commands.correct_step(
        store, leaves, 7, by=LEAD, now=LATER, at=ny("11-06 10:30"), what="completed"
    )
    commands.correct_step(
        store, joins, 7, by=LEAD, now=LATER, at=ny("10-30 10:30"), what="completed"
    )

    told = {row[0]: row[1:5] for row in changes(store) if row[2] == "state"}
    assert told == {leaves: ("changed", "state", "closed", "open"),
                    joins: ("added", "state", "", "closed")}  # fmt: skip


def test_a_reason_and_a_new_name_are_corrections_too_and_a_note_is_none(store: Store, tell: Told):
    late = tell("local", "10-05 09:00", "10-29 10:30")
    other = tell("local", "10-05 09:00", "10-06 10:30")
    reports.issue(store, asked(), by=VIEWER, now=DECEMBER)

    commands.explain_breach(store, late, "other", "the firm's server", by=LEAD, now=LATER)
    commands.add_note(store, other, "called back", by=LEAD, now=LATER)

    assert [row[:5] for row in changes(store)] == [
        (late, "changed", "breach_reason", "", "other"),
        (late, "changed", "breach_comment", "", "the firm's server"),
    ]


def test_other_targets_are_corrections_of_every_case_that_they_change(store: Store, tell: Told):
    case_id = tell("local", "10-05 09:00", "10-06 10:30")
    reports.issue(store, asked(), by=VIEWER, now=DECEMBER)

    commands.change_targets(store, "local", 1, 1, date(2026, 10, 1), by=ADMIN, now=LATER)

    assert ("changed", "within_limit", "true", "false", "settings") in {
        row[1:] for row in changes(store) if row[0] == case_id
    }


def test_the_last_issue_of_the_same_report_is_what_counts(store: Store, tell: Told):
    case_id = tell("local", "10-05 09:00", "10-06 10:30")
    reports.issue(store, asked(), by=VIEWER, now=DECEMBER)
    commands.amend_case(store, case_id, {"firm_name": "Renamed"}, "a slip", by=LEAD, now=LATER)
    reports.issue(store, asked(LATER, workflow="local"), by=VIEWER, now=LATER)  # another report
    end = LATER + timedelta(hours=1)

    first = changes(store, end)
    reports.issue(store, asked(end), by=VIEWER, now=end)
    then = changes(store, end + timedelta(hours=1))

    assert [row[2] for row in first] == ["firm"]
    assert then == []


def test_since_any_instant_before_the_report(store: Store, tell: Told):
    tell("local", "10-05 09:00", "10-06 10:30")

    rows = changes(store, DECEMBER, since=DECEMBER - timedelta(hours=1))

    assert [row[:5] for row in rows] == [("C-0001", "added", "state", "", "closed")]
    with pytest.raises(InputRefused, match="Choose an earlier time"):
        changes(store, DECEMBER, since=DECEMBER)


def test_a_case_that_only_grew_older_is_no_correction(store: Store, tell: Told):
    tell("local", "10-05 09:00", "10-05 09:00", to_end=False)

    assert changes(store, DECEMBER, since=DECEMBER - timedelta(hours=1)) != []
    assert [row for row in changes(store, LATER, since=DECEMBER) if row[0] == "C-0001"] == []
