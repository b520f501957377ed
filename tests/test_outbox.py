"""The outbox against a mail server that takes, refuses, dawdles and hangs up."""

import socket
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from email.parser import BytesParser
from email.policy import default
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dashboard import commands
from dashboard.errors import CommandRefused, InputRefused
from dashboard.messages.courier import Courier
from dashboard.messages.mail import Mail, one_line, plain_text
from dashboard.messages.run import PAUSES
from dashboard.messages.sending import send_waiting
from dashboard.messages.server import MailServer, Security
from dashboard.sample import write_sample
from dashboard.store import Store
from dashboard.workflows import WORKFLOWS
from tests.builders import ADMIN, LEAD, MONDAY
from tests.department import Department
from tests.post_office import PASSWORD, SENDER, USER, PostOffice, post_office


@pytest.fixture
def office(tmp_path: Path) -> Iterator[PostOffice]:
    with post_office(tmp_path) as opened:
        yield opened


@pytest.fixture
def department(store: Store) -> Department:
    return Department(store)


# To whom each message goes, and with which words, beside the firm's name.
WANTED = {
    "local": [
        ("Cancellation form for", "vance@dept.example", ("Practice CS", "C-0001")),
        ("Cancellation for", "reyes@dept.example", ("EMS reinstates",)),
        ("SaaS cancellation for", "ales@dept.example", ("was processed on",)),
        ("Reinstate pre-SaaS", "ems@tickets.example", ("Priority: High", "T-4711", "Practice CS")),
        ("Your renewal", "ann@juniper.example", ("UltraTax CS", "sign the order")),
        ("Proposal needed", "ales@dept.example", ("prepare a proposal",)),
        ("Your licenses are ready", "ann@juniper.example", ("O-0815", "download")),
    ],
    "virtual_office": [
        ("Cancellation form for", "vance@dept.example", ("Please hold the form",)),
        ("is moving to Virtual Office", "cpt@dept.example", ("- UltraTax CS", "- Practice CS")),
        ("Appointment with", "vance@dept.example", ("New York time, EDT",)),
        ("Welcome to Virtual Office", "nell@juniper.example", ("Hello Nell Firmin", "Practice CS")),
        ("is on Virtual Office", "vance@dept.example", ("process the cancellation", (
            "step 7 of "
            "11"
        ))),
        ("Cancellation for", "reyes@dept.example", ("was processed on",)),
        ("SaaS cancellation for", "ales@dept.example", ("was processed on",)),
        ("Reinstate pre-SaaS", "ems@tickets.example", ("Priority: High", "T-4711", "Practice CS")),
        ("Your renewal", "ann@juniper.example", ("UltraTax CS", "sign the order")),
        ("Proposal needed", "ales@dept.example", ("sent to the firm separately",)),
        ("Update licenses", "cpt@dept.example", ("O-0815", "- Practice CS")),
    ],
}  # fmt: skip


@pytest.mark.parametrize("path", WORKFLOWS)
def test_every_message_of_a_path_arrives_once_at_the_right_place(
    path: str, store: Store, tmp_path: Path
):
    department = Department(store)
    with post_office(tmp_path, starttls=True, password=True) as office:
        server = office.server(
            security=Security.STARTTLS, authority=office.authority, user=USER, password=PASSWORD
        )
        case_id = department.open(path)
        while (case := store.case(case_id)).state == "open":
            fields = {field.key for field in case.workflow.step(case.due).fields}
            more = {"new_sales": True, "combined_order": False} if "new_sales" in fields else {}
            department.complete(case_id, **{key: more[key] for key in more if key in fields})
            assert not department.send(server).problems
            department.send(server)

    arrived = office.mails
    assert len(arrived) == len(WANTED[path])
    for (subject, to, words), mail, envelope in zip(
        WANTED[path], arrived, office.envelopes, strict=True
    ):
        body = mail.get_body(("plain",))
        assert body
        text = body.get_content()
        assert subject in mail["Subject"]
        assert "Juniper Advisors" in mail["Subject"]
        assert envelope.rcpt_tos == [to]
        assert [item.addr_spec for item in mail["To"].addresses] == [to]
        assert "Juniper Advisors" in text
        assert all(word in text for word in words), (subject, text)
        assert mail["Reply-To"] == "vance@dept.example"
    assert len({mail["Message-ID"] for mail in arrived}) == len(arrived)
    assert set(department.states(case_id).values()) == {"sent"}


def test_the_appointment_goes_with_a_calendar_file(department: Department, office: PostOffice):
    case_id = department.open("virtual_office")
    department.until(case_id, 4)
    department.complete(case_id)
    department.send(office.server())

    [mail] = office.mails
    [file] = mail.iter_attachments()
    assert (file.get_content_type(), file.get_filename()) == ("text/calendar", "appointment.ics")
    assert file.get_content().startswith("BEGIN:VCALENDAR\r\n")
    assert "SEQUENCE:0" in file.get_content()


def test_a_temporary_refusal_is_tried_again_after_a_while(
    department: Department, office: PostOffice
):
    for count, stage in enumerate(("MAIL", "RCPT", "DATA", "DOT"), start=1):
        case_id = department.one_waits()
        office.moods[stage] = ["451 busy"]

        first = department.send(office.server())
        letter = letter_of(department, case_id)
        assert (first.later, first.sent, letter.state) == (1, 0, "failed"), stage
        assert "451 busy" in letter.reason
        assert department.wait(seconds=PAUSES[0] - 1).send(office.server()).sent == 0
        assert department.wait(seconds=1).send(office.server()).sent == 1

        assert letter_of(department, case_id).state == "sent"
        assert len(office.envelopes) == count


def letter_of(department: Department, case_id: str, message: str = "sales_cancelled") -> Any:
    found = [
        letter for letter in department.store.case(case_id).letters.values()
        if letter.message == message
    ]  # fmt: skip
    return found[-1]


def test_the_pauses_grow_and_in_the_end_a_person_has_to_see_to_it(
    department: Department, office: PostOffice
):
    case_id = department.one_waits()
    office.moods["MAIL"] = ["450 later"] * 20
    waited = []

    while (letter := letter_of(department, case_id)).state != "failed" or letter.again_us:
        department.send(office.server())
        again_us = letter_of(department, case_id).again_us
        if again_us is None:
            break
        pause = next(seconds for seconds in PAUSES if seconds not in waited)
        waited.append(pause)
        department.wait(seconds=pause)

    assert waited == list(PAUSES) == sorted(PAUSES)
    assert letter_of(department, case_id).attempt == len(PAUSES) + 1
    department.wait(days=30)
    assert department.send(office.server()).sent == 0
    commands.send_message(
        department.store, case_id, 3, "sales_cancelled", "sent", by=LEAD, now=department.now
    )
    office.moods.clear()
    assert department.send(office.server()).sent == 1


def test_a_permanent_refusal_is_shown_and_not_tried_again(
    department: Department, office: PostOffice
):
    for stage in ("MAIL", "RCPT", "DATA", "DOT"):
        case_id = department.one_waits()
        office.moods[stage] = ["550 5.1.1 <ales@dept.example>: no such user"]

        report = department.send(office.server())
        department.wait(days=2).send(office.server())

        letter = letter_of(department, case_id)
        assert (report.failed, letter.state, letter.again_us) == (1, "failed", None), stage
        assert "550 5.1.1 (address): no such user" in letter.reason
        kept = "".join(event.data for event in department.store.log.events_of(case_id))
        assert "ales@" not in kept
    assert office.envelopes == []


def test_a_connection_that_ends_before_the_message_does_is_tried_again(
    department: Department, office: PostOffice
):
    for count, (stage, mood) in enumerate(
        [("MAIL", "drop"), ("RCPT", "delay"), ("DATA", "drop"), ("DATA", "delay")], start=1
    ):
        case_id = department.one_waits()
        office.moods[stage] = [mood]

        report = department.send(office.server(timeout=0.2))
        assert (report.later, letter_of(department, case_id).state) == (1, "failed"), stage
        assert department.wait(minutes=1).send(office.server()).sent == 1

        assert len(office.envelopes) == count


def test_a_connection_that_ends_in_the_middle_of_a_message_never_makes_two_of_it(
    department: Department, office: PostOffice
):
    case_id = department.one_waits()
    office.moods["BODY"] = ["drop"]

    report = department.send(office.server())
    department.wait(minutes=1).send(office.server())

    # whether the end of the message was on its way already is chance
    ends = (report.unknown, letter_of(department, case_id).state, len(office.envelopes))
    assert ends in {(1, "sending", 0), (0, "sent", 1)}


def test_an_answer_that_never_comes_is_left_to_a_person(department: Department, office: PostOffice):
    taken = 0
    for mood in ("drop", "delay", "354 what?"):
        case_id = department.one_waits()
        office.moods["DOT"] = [mood]
        taken += mood != "354 what?"

        report = department.send(office.server(timeout=0.2))
        for _ in range(3):
            department.wait(hours=1).send(office.server())

        assert (report.unknown, letter_of(department, case_id).state) == (1, "sending"), mood
        assert len(office.envelopes) == taken
        assert "please check" in report.problems[0]


def test_what_nobody_knows_goes_again_when_a_person_says_so_under_the_same_id(
    department: Department, office: PostOffice
):
    case_id = department.one_waits()
    office.moods["DOT"] = ["drop"]
    department.send(office.server())

    commands.send_message(
        department.store, case_id, 3, "sales_cancelled", "sent", by=LEAD,
        now=department.wait(minutes=10).now,
    )  # fmt: skip
    department.send(office.server())

    first, second = office.mails
    assert first["Message-ID"] == second["Message-ID"]
    assert letter_of(department, case_id).state == "sent"


def test_a_server_that_cannot_be_spoken_to_leaves_no_trace_and_is_tried_again_at_once(
    store: Store, tmp_path: Path
):
    department = Department(store)
    department.one_waits()
    before = store.head()
    with post_office(tmp_path, starttls=True) as office:
        how = {"security": Security.STARTTLS, "authority": office.authority}
        server = office.server(**how, timeout=0.2)
        for stage, mood in (
            ("EHLO", "drop"), ("EHLO", "delay"), ("STARTTLS", "drop"), ("STARTTLS", "454 not now"),
        ):  # fmt: skip
            slept: list[float] = []
            office.moods[stage] = [mood] * 3
            run = department.run(slept.append)
            report = send_waiting(store, server, run)

            assert "cannot be reached" in report.trouble
            assert store.head() == before
            assert [seconds for seconds in slept if seconds] == list(run.reaching)
        assert department.send(office.server(**how)).sent == 1


def test_nothing_is_said_to_a_server_that_is_not_who_it_should_be(store: Store, tmp_path: Path):
    department = Department(store)
    department.one_waits()
    with post_office(tmp_path, starttls=True, password=True) as office:
        known: dict[str, Any] = {"security": Security.STARTTLS, "user": USER, "password": PASSWORD}
        stranger = department.send(office.server(**known))
        wrong = known | {"authority": office.authority, "password": "guess"}
        unknown = department.send(office.server(**wrong))

    assert "CERTIFICATE_VERIFY_FAILED" in stranger.trouble
    assert "535" in unknown.trouble
    assert "guess" not in unknown.trouble
    assert office.envelopes == []


def test_a_server_that_offers_no_starttls_gets_nothing(department: Department, office: PostOffice):
    department.one_waits()

    report = department.send(office.server(security=Security.STARTTLS))

    assert "STARTTLS" in report.trouble
    assert "MAIL" not in office.said


def test_mail_goes_over_a_connection_that_is_private_from_the_start(store: Store, tmp_path: Path):
    department = Department(store)
    department.one_waits()
    with post_office(tmp_path, tls=True) as office:
        report = department.send(office.server(security=Security.TLS, authority=office.authority))

    assert (report.sent, report.trouble) == (1, "")


def test_a_lost_connection_stops_only_the_message_that_was_on_it(
    department: Department, office: PostOffice
):
    first, second, third = (department.one_waits() for _ in range(3))
    office.moods["DATA"] = ["ok", "drop"]

    report = department.send(office.server())

    assert (report.sent, report.later) == (2, 1)
    assert [letter_of(department, case_id).state for case_id in (first, second, third)] == [
        "sent", "failed", "sent",
    ]  # fmt: skip


def test_an_address_that_is_missing_is_said_and_can_be_mended(
    department: Department, office: PostOffice
):
    case_id = department.open(sales_representative="N. Nobody")
    department.until(case_id, 3)
    department.complete(case_id, {"cs_cancelled": "elsewhere"})

    assert department.send(office.server()).failed == 1
    assert "N. Nobody is not in the directory" in letter_of(department, case_id).reason
    commands.amend_case(
        department.store, case_id, {"sales_representative": "S. Ales"}, "a slip", by=LEAD,
        now=department.now,
    )  # fmt: skip
    commands.send_message(
        department.store, case_id, 3, "sales_cancelled", "sent", by=LEAD, now=department.now
    )

    assert department.send(office.server()).sent == 1
    assert office.envelopes[0].rcpt_tos == ["ales@dept.example"]


def test_an_address_that_cannot_be_written_to_is_not_kept_in_the_log(
    department: Department, office: PostOffice
):
    case_id = department.open(contact_email="änn@juniper.example")
    department.until(case_id, 5)
    department.complete(case_id)

    assert department.send(office.server()).failed == 1
    reason = letter_of(department, case_id, "customer_renewal").reason
    assert reason.startswith("(address) is not an e-mail address that every mail server accepts")
    assert office.envelopes == []


def test_a_message_that_is_tried_again_says_what_it_said(
    department: Department, office: PostOffice
):
    case_id = department.one_waits()
    office.moods["RCPT"] = ["450 busy"]
    department.send(office.server())
    ref = letter_of(department, case_id).text
    commands.amend_case(
        department.store, case_id, {"firm_name": "Birch & Sons"}, "renamed", by=LEAD,
        now=department.now,
    )  # fmt: skip

    department.wait(minutes=1).send(office.server())

    assert "Juniper Advisors" in office.mails[0]["Subject"]
    assert "Juniper Advisors" in department.store.personal([ref])[ref]


def test_a_message_whose_text_was_erased_is_not_sent(department: Department, office: PostOffice):
    case_id = department.one_waits()
    office.moods["RCPT"] = ["450 busy"]
    department.send(office.server())
    department.store.log.erase([letter_of(department, case_id).text])

    assert department.wait(minutes=1).send(office.server()).failed == 1
    assert letter_of(department, case_id).reason == "its text was erased"


def test_a_message_whose_step_was_reopened_is_not_sent(department: Department, office: PostOffice):
    case_id = department.one_waits()
    commands.reopen_step(department.store, case_id, 3, "wrong firm", by=LEAD, now=department.now)

    assert department.send(office.server()).sent == 0
    assert office.envelopes == []


def test_sample_data_is_never_sent(store: Store, office: PostOffice):
    write_sample(store, seed=1, cases=20, until=MONDAY, by=ADMIN)
    department = Department(store)

    with pytest.raises(CommandRefused, match="sample data"):
        department.send(office.server())


def test_a_person_who_decided_while_the_server_dawdled_stops_nothing_else(
    department: Department, office: PostOffice
):
    first, second = department.one_waits(), department.one_waits()
    decisions = [first]

    def decide() -> None:
        for case_id in decisions:
            decisions.remove(case_id)
            commands.send_message(
                department.store, case_id, 3, "sales_cancelled", "outside", by=LEAD,
                now=department.wait(minutes=10).now,
            )  # fmt: skip

    office.at_stage["DOT"] = decide
    report = department.send(office.server())

    assert (report.unknown, report.sent) == (1, 1)
    assert "someone else has handled it" in report.problems[0]
    assert letter_of(department, first).is_outside
    assert letter_of(department, second).state == "sent"


def test_two_who_empty_the_outbox_at_once_send_each_message_once(
    department: Department, office: PostOffice
):
    ids = [department.one_waits() for _ in range(4)]
    runs = [department.run() for _ in range(3)]

    with ThreadPoolExecutor() as pool:
        reports = list(
            pool.map(lambda run: send_waiting(department.store, office.server(), run), runs)
        )

    assert sum(report.sent for report in reports) == len(office.envelopes) == 4
    assert {letter_of(department, case_id).state for case_id in ids} == {"sent"}


def test_of_two_claims_with_one_clock_and_one_name_only_one_holds(department: Department):
    case_id = department.one_waits()
    letter = letter_of(department, case_id)
    how = {"by": ADMIN, "now": department.now}
    commands.begin_sending(department.store, case_id, letter, "text", **how, claim="one")

    with pytest.raises(CommandRefused, match="someone else has handled it"):
        commands.begin_sending(department.store, case_id, letter, "text", **how, claim="two")


def test_the_courier_sends_what_is_put_into_the_outbox_while_it_runs(
    department: Department, office: PostOffice
):
    courier = Courier(
        department.store, office.server(), by=ADMIN, clock=lambda: department.now, claim="c",
        every=0.05,
    )  # fmt: skip
    courier.start()
    try:
        case_id = department.one_waits()
        until = time.monotonic() + 10
        while not office.envelopes and time.monotonic() < until:
            time.sleep(0.01)
    finally:
        courier.stop()

    assert letter_of(department, case_id).state == "sent"
    assert courier.trouble == ""


def test_the_courier_sends_nothing_while_the_clock_is_days_ahead(
    department: Department, office: PostOffice
):
    case_id = department.one_waits()
    ahead = department.now + timedelta(days=2)
    courier = Courier(
        department.store, office.server(), by=ADMIN, clock=lambda: ahead, claim="c", every=0.01,
        monotonic=lambda: 0.0,
    )  # fmt: skip
    recorded = department.store.log.last_recorded_us()
    courier.start()
    until = time.monotonic() + 10
    while not courier.trouble and time.monotonic() < until:
        time.sleep(0.01)
    courier.stop()

    assert "until this machine’s clock is confirmed" in courier.trouble
    assert letter_of(department, case_id).state == "queued"
    assert office.envelopes == []
    assert department.store.log.last_recorded_us() == recorded


def test_the_courier_says_why_it_cannot_and_stops_when_it_is_told_to(department: Department):
    with socket.socket() as nobody:
        nobody.bind(("127.0.0.1", 0))
        server = PostOffice(nobody.getsockname()[1]).server(timeout=0.2)
        courier = Courier(
            department.store, server, by=ADMIN, clock=lambda: department.now, claim="c", every=0.01
        )
        department.one_waits()
        courier.start()
        begun = time.monotonic()
        courier.stop()

    assert time.monotonic() - begun < 5


# --- Nobody but the addressee --------------------------------------------------------------------

INJECTED = "Evil & Sons\r\nBcc: spy@else.example\r\n\r\nGo away"


def test_a_firm_whose_name_holds_a_header_cannot_write_one(
    department: Department, office: PostOffice
):
    # New case and the import refuse such a name; what the log holds is not believed all the same.
    evidence = commands.Evidence(
        "local", [department.now] * 2,
        form={"firm_name": INJECTED, "sales_representative": "S. Ales"},
        fields={2: {"team_leader": "T. Vance"}},
    )  # fmt: skip
    [opened, _] = commands.record_evidence(
        department.store, evidence, by=ADMIN, now=department.now, command_id="row 2"
    )
    department.complete(opened.stream, {"cs_cancelled": "elsewhere"})
    department.send(office.server())

    [mail], [envelope] = office.mails, office.envelopes
    assert envelope.rcpt_tos == ["ales@dept.example"]
    assert mail["Bcc"] is None
    assert mail["Subject"] == "SaaS cancellation for Evil & Sons Bcc: spy@else.example Go away"


signs = st.characters(codec="utf-8") | st.sampled_from('\r\n\x00\x0b\x85\u2028,;<>@"\\()=?_')
texts = st.text(signs, max_size=60)


@given(name=texts, subject=texts, body=texts)
def test_whatever_names_and_texts_hold_the_header_says_what_it_should(
    name: str, subject: str, body: str
):
    mail = Mail(((name, "ann@firm.example"),), subject, body)

    data = mail.message(
        sender=("Changeover", "us@dept.example"), message_id="<1@dept.example>", at=MONDAY
    )

    read = BytesParser(policy=default).parsebytes(data)
    assert [item.addr_spec for item in read["To"].addresses] == ["ann@firm.example"]
    assert sorted(read.keys()) == sorted([
        "From", "To", "Subject", "Date", "Message-ID", "Auto-Submitted", "Content-Type",
        "Content-Transfer-Encoding", "MIME-Version",
    ])  # fmt: skip
    assert read["Subject"].split() == one_line(subject).split()
    assert read.get_content().replace("\r\n", "\n").rstrip("\n") == plain_text(body).rstrip("\n")


@pytest.mark.parametrize(
    "address",
    ["a@b.example\r\nBcc: c@d.example", "a@b.example, c@d.example", "a b@c.example",
     "<a@b.example>",
     "ä@b.example", "a@b.example>", "", "a", "a@", "a@b.example\x00"],
)  # fmt: skip
def test_an_address_that_is_none_is_refused(address: str):
    mail = Mail((("", address),), "Hello", "Text")

    with pytest.raises(InputRefused, match=r"cannot be created|was not created"):
        mail.message(sender=("", "us@dept.example"), message_id="<1@dept.example>", at=MONDAY)


# --- The settings of the server ------------------------------------------------------------------


def test_a_server_is_read_from_secrets():
    table = {"host": "mail.example", "port": 465, "security": "tls", "sender": SENDER,
             "user": "me", "password": "secret", "timeout": 10}  # fmt: skip

    server = MailServer.from_table(table)

    assert (server.address, server.name, server.domain) == (
        "changeover@dept.example", "Changeover", "dept.example",
    )  # fmt: skip
    assert "secret" not in repr(server)


@pytest.mark.parametrize(
    "wrong",
    [{"host": ""}, {"port": 0}, {"port": "25"}, {"port": True}, {"timeout": 61}, {"timeout": 0},
     {"sender": "us"}, {"sender": "a@b.example\nBcc: c@d.example"}, {"security": "maybe"},
     {"security": "none"}, {"security": "none", "host": "10.0.0.1"}, {"tls": True}, {"password": 1},
     {"authority": "/nowhere"}, {"security": "none", "host": "localhost", "user": "me"}],
)  # fmt: skip
def test_settings_that_cannot_be_used_are_refused_with_what_to_do(wrong: dict[str, Any]):
    table = {"host": "mail.example", "sender": SENDER, "password": PASSWORD} | wrong

    with pytest.raises(InputRefused, match=r"No mail is sent: \[smtp\]") as caught:
        MailServer.from_table(table)
    assert PASSWORD not in str(caught.value)


def test_without_tls_only_this_machine_may_be_spoken_to():
    for host in ("localhost", "127.0.0.1", "127.0.0.9", "::1"):
        MailServer(host, SENDER, security=Security.NONE)
