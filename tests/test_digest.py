"""The daily digest: what it says, to whom it goes, and that it goes once a day."""

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest

from dashboard import commands
from dashboard.__main__ import main
from dashboard.messages.daily import send_digests
from dashboard.messages.digest import digest_day, digests
from dashboard.settings import Colleague
from dashboard.store import Store
from dashboard.workdays import Calendar, default_calendar
from dashboard.workflows import Party
from tests.builders import ADMIN, LEAD, MONDAY
from tests.department import MAILBOXES, PEOPLE, Department
from tests.post_office import PostOffice, post_office

THURSDAY = datetime(2026, 10, 8, 12, 0, tzinfo=UTC)  # 08:00 in New York, three days after MONDAY
CALENDAR = default_calendar()


@pytest.fixture
def office(tmp_path: Path) -> Iterator[PostOffice]:
    with post_office(tmp_path) as opened:
        yield opened


@pytest.fixture
def department(store: Store) -> Department:
    """Three open cases: one late, one due today, one with an appointment."""
    department = Department(store)
    with department.at_once():
        department.until(department.open(firm_name="Late & Sons"), 3)
        department.now = MONDAY + timedelta(hours=5)
        due = department.open(firm_name="Due Ltd")
        department.until(due, 6)  # the Order Team has it
        department.now = MONDAY + timedelta(hours=24)
        hosted = department.open("virtual_office", firm_name="Hosted LLP")
        department.until(hosted, 4)
        department.complete(hosted, {"tl_appointment": "drafted"}, appointment=_at(8, 16))
        commands.follow_up(department.desk, due, date(2026, 10, 8), by=LEAD, now=department.now)
    department.now = THURSDAY
    return department


def _at(day: int, hour: int) -> datetime:
    return datetime(2026, 10, day, hour, tzinfo=UTC)


LEADERS = """\
T. Vance, Thursday, October 8, 2026, 15 business days to month end.

3 open cases: 1 overdue, 1 due today.

Overdue
- C-0001 Late & Sons, step 3 Canceled, Team leader: 4 h 30 m over (due Oct 8, 9:00 AM)

Due today
- C-0002 Due Ltd, step 6 Order processed, Order Team: 30 m left (due Oct 8, 2:00 PM)

Appointments
- Oct 8, 12:00 PM: C-0003 Hosted LLP

Follow-ups
- C-0002 Due Ltd, step 6 Order processed, Order Team, follow up Thu, Oct 8

Waiting longest
- C-0001 Late & Sons, step 3 Canceled, Team leader for 3 d 4 h
- C-0002 Due Ltd, step 6 Order processed, Order Team for 2 d 6 h
- C-0003 Hosted LLP, step 5 Welcome sent, CitrixPortalTech for 1 h 30 m

Unsent messages
- C-0003 Hosted LLP, step 4 Down time set, message to Team leader: to be sent

New York time. Durations are business time.
"""
ORDER_TEAMS = """\
Order Team, Thursday, October 8, 2026, 15 business days to month end.

1 open case: 0 overdue, 1 due today.

Due today
- C-0002 Due Ltd, step 6 Order processed, Order Team: 30 m left (due Oct 8, 2:00 PM)

Waiting longest
- C-0002 Due Ltd, step 6 Order processed, Order Team for 2 d 6 h

New York time. Durations are business time.
"""


def test_a_digest_by_hand(department: Department):
    leader, cpt, orders = digests(
        department.store, now=department.now + timedelta(hours=5, minutes=30)
    )

    assert (leader.whom, leader.mail.to) == ("T. Vance", (("T. Vance", "vance@dept.example"),))
    assert leader.mail.subject == "Today: 1 overdue, 1 due (T. Vance)"
    assert leader.mail.body == LEADERS
    assert orders.mail.body == ORDER_TEAMS
    assert (cpt.whom, orders.whom) == ("CitrixPortalTech", "Order Team")
    assert "- Oct 8, 12:00 PM: C-0003 Hosted LLP" in cpt.mail.body


def test_nothing_is_due_before_opening_and_on_closed_days():
    for day, hour, due in (
        (5, 11, None), (5, 12, date(2026, 10, 5)), (5, 23, date(2026, 10, 5)),
        (10, 15, None), (11, 15, None), (12, 15, None),  # Saturday, Sunday, Columbus Day
    ):  # fmt: skip
        assert digest_day(CALENDAR, _at(day, hour)) == due


def test_a_day_that_opens_at_midnight_has_its_digest_at_once():
    night = Calendar("America/New_York", dict.fromkeys(range(7), (("00:00", "24:00"),)), {})

    assert digest_day(night, datetime(2026, 10, 5, 4, 0, tzinfo=UTC)) == date(2026, 10, 5)


def test_each_reader_gets_one_a_day(department: Department, office: PostOffice):
    server = office.server()
    for hour in (12, 13, 20):
        department.now = _at(8, hour)
        send_digests(department.store, server, department.run())
    department.now = _at(9, 14)
    send_digests(department.store, server, department.run())

    arrived = [(envelope.rcpt_tos, mail["Date"][:11]) for envelope, mail in
               zip(office.envelopes, office.mails, strict=True)]  # fmt: skip
    assert arrived == [
        ([f"{whom}@dept.example"], f"{day} Oct")
        for day in ("Thu, 08", "Fri, 09")
        for whom in ("vance", "cpt", "orders")
    ]


def test_none_goes_out_on_a_closed_day(department: Department, office: PostOffice):
    department.now = _at(10, 15)

    report = send_digests(department.store, office.server(), department.run())

    assert "closed" in report.summary
    assert office.envelopes == []


def test_a_digest_that_may_have_gone_is_not_sent_again(department: Department, office: PostOffice):
    office.moods["DOT"] = ["drop"]

    first = send_digests(department.store, office.server(), department.run())
    second = send_digests(department.store, office.server(), department.wait(hours=2).run())

    assert (first.unknown, first.sent) == (1, 2)
    assert (second.sent, len(office.envelopes)) == (0, 3)


def test_a_digest_that_was_put_off_is_tried_again_the_same_day(
    department: Department, office: PostOffice
):
    office.moods["RCPT"] = ["451 later"]

    first = send_digests(department.store, office.server(), department.run())
    at_once = send_digests(department.store, office.server(), department.run())
    later = send_digests(department.store, office.server(), department.wait(minutes=1).run())

    assert (first.later, first.sent, at_once.sent, later.sent) == (1, 2, 0, 1)


def test_a_party_without_a_mailbox_is_written_to_by_its_people(
    department: Department, office: PostOffice
):
    people = (*PEOPLE, Colleague("O. One", email="one@dept.example", parties=(Party.ORDERS,)),
              Colleague("O. Two", email="two@dept.example", parties=(Party.ORDERS,)))  # fmt: skip
    boxes = {party: box for party, box in MAILBOXES.items() if party is not Party.ORDERS}
    commands.change_directory(department.store, people, boxes, by=ADMIN, now=department.now)
    office.moods["RCPT"] = ["ok", "ok", "ok", "550 no such user"]

    report = send_digests(department.store, office.server(), department.run())

    assert office.envelopes[2].rcpt_tos == ["one@dept.example"]
    assert report.sent == 3
    assert "1 of the addresses were refused" in report.problems[0]
    [sent] = [event for event in department.store.stream("digests") if event.data.get("refused")]
    assert (sent.kind, sent.data["refused"]) == ("digest_sent", 1)


def test_with_a_temporary_refusal_of_one_addressee_nobody_gets_it_yet(
    department: Department, office: PostOffice
):
    people = (*PEOPLE, Colleague("O. One", email="one@dept.example", parties=(Party.ORDERS,)),
              Colleague("O. Two", email="two@dept.example", parties=(Party.ORDERS,)))  # fmt: skip
    boxes = {party: box for party, box in MAILBOXES.items() if party is not Party.ORDERS}
    commands.change_directory(department.store, people, boxes, by=ADMIN, now=department.now)
    office.moods["RCPT"] = ["ok", "ok", "ok", "450 greylisted"]

    report = send_digests(department.store, office.server(), department.run())
    assert (report.sent, report.later, len(office.envelopes)) == (2, 1, 2)
    send_digests(department.store, office.server(), department.wait(minutes=1).run())

    assert office.envelopes[2].rcpt_tos == ["one@dept.example", "two@dept.example"]


def test_a_reader_without_an_address_is_named(department: Department, office: PostOffice):
    commands.change_directory(department.store, (), MAILBOXES, by=ADMIN, now=department.now)

    report = send_digests(department.store, office.server(), department.run())

    assert report.sent == 2
    assert report.problems == [
        "T. Vance: T. Vance is not in the directory. Add the address in Settings."
    ]


def test_the_verb_writes_the_digests(tmp_path: Path, capsys: pytest.CaptureFixture[str]):
    log = tmp_path / "verb.duckdb"
    store = Store.open(log)
    Department(store).one_waits()
    store.close()

    code = main(["digest", "--db", str(log)])

    out, err = capsys.readouterr()
    assert (code, err) == (0, "")
    assert "overdue" in out
    assert "C-0001 Juniper Advisors" in out
