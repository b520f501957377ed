"""The texts of messages: to whom, what they say, links and calendar files."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import timedelta
from typing import Any
from urllib.parse import parse_qs, unquote, urlsplit

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dashboard import commands
from dashboard.catalogue import Product
from dashboard.instants import to_datetime
from dashboard.messages.drafting import Handoff, handoffs, reminder
from dashboard.messages.invitation import invitation
from dashboard.messages.mail import Mail, one_line
from dashboard.messages.texts import TEXTS
from dashboard.settings import Colleague, MessageMode, Settings
from dashboard.workflows import WORKFLOWS, Party
from tests.builders import MONDAY, SETTINGS
from tests.department import FIELDS, FORM, MAILBOXES, PEOPLE
from tests.histories import HOUR, History

KNOWN = replace(SETTINGS, people=PEOPLE, mailboxes=MAILBOXES)


def told(history: History, step: int, settings: Settings = KNOWN, **how: Any) -> list[Handoff]:
    """The step's messages."""

    def personal(refs: Sequence[str]) -> Mapping[str, str]:
        held = {ref: value for draft in history.events for ref, value in draft.personal.items()}
        return {ref: held[ref] for ref in refs if ref in held}

    return handoffs(
        history.case, step, settings=settings, personal=personal, now=history.now, **how
    )


def one(history: History, step: int, settings: Settings = KNOWN, **how: Any) -> Handoff:
    [found] = told(history, step, settings, **how)
    return found


def known(path: str = "local", **more: Any) -> History:
    """A case of which everything is known."""
    return History(path, **(FORM | {"firm_id": "F-77"} | more))


def finished(path: str, **more: Any) -> History:
    """One that went all its way."""
    history = known(path, **more)
    for step in history.case.workflow.steps[1:]:
        own = {key: FIELDS[key] for key in FIELDS if key in {f.key for f in step.fields}}
        sales = {"new_sales": True} if "new_sales" in {f.key for f in step.fields} else {}
        history.wait(24 * HOUR).complete(step.number, **own, **sales)
    return history


def test_every_message_has_a_text_and_every_text_its_message():
    steps = [step for path in WORKFLOWS.values() for step in path.steps]
    keys = {message.key for step in steps for message in step.every_message}

    assert TEXTS.keys() == keys


@pytest.mark.parametrize("path", WORKFLOWS)
def test_a_text_is_whole_whatever_is_known(path: str):
    bare = History(path)
    bare.closed()
    for history in (bare, finished(path), finished(path, products=["UltraTax CS"])):
        for step in history.case.workflow.steps:
            for handoff in told(history, step.number):
                paragraphs = handoff.mail.body.strip().split("\n\n")
                assert not any(sign in handoff.mail.body for sign in "{}"), handoff
                assert not any(text.endswith(":") or not text for text in paragraphs), handoff
                assert "Juniper Advisors" in handoff.mail.body
                assert "None" not in handoff.mail.body


def test_a_message_says_which_case_what_to_do_and_who_asks():
    history = known(trial_licences="offered", requested_date="2026-10-20").until(2)
    history.complete(2, team_leader="T. Vance")

    handoff = one(history, 2)

    assert handoff.mail.to == (("T. Vance", "vance@dept.example"),)
    assert handoff.mail.subject == "Cancellation form for Juniper Advisors is waiting"
    assert handoff.mail.body == (
        "Hello T. Vance,\n\n"
        "Juniper Advisors has submitted its cancellation form. It is now with you to process."
        "\n\n"
        "Case: C-0001\n"
        "Firm: Juniper Advisors (F-77)\n"
        "Path: Local installation\n"
        "Submitted: Mon, Oct 5, 2026, 9:00 AM (New York time)\n"
        "Requested cancellation date: Tue, Oct 20, 2026\n"
        "Products: UltraTax CS, Practice CS\n"
        "Trial licenses: offered\n"
        "CS representative: C. Reyes\n"
        "Sales representative: S. Ales\n"
        "Contact at the firm: Ann Birch, 555 0100\n"
        "Contact's e-mail: ann@juniper.example\n\n"
        "Next: step 3 of 7, Cancellation processed (Team leader).\n\n"
        "Kind regards,\n"
        "T. Vance\n"
    )


def test_limitations_of_trial_licences_are_told_where_the_firm_was_offered_them():
    limited = Product("UltraTax CS", "UltraTax", False, "Prints no returns.")
    settings = replace(KNOWN, catalogue=(limited, *SETTINGS.catalogue[1:]))
    for answer, is_told in (("offered", True), ("used", True), ("not needed", False)):
        history = known(trial_licences=answer).until(4)

        for handoff in (one(history, 2, settings), told(history, 3, settings)[1]):
            assert ("- UltraTax CS: Prints no returns." in handoff.mail.body) is is_told


def test_the_current_steps_message_is_drafted_from_what_is_typed():
    history = known("virtual_office").until(3)
    typed = {"products_to_load": ["UltraTax CS", "Microsoft Office"]}

    handoff = one(history, 3, typed=typed, sender="Ana")

    assert "Products:\n- UltraTax CS\n- Microsoft Office\n" in handoff.mail.body
    assert handoff.mail.body.endswith("Kind regards,\nAna\n")
    assert handoff.mail.addresses == ["cpt@dept.example"]
    assert one(history, 3).mail.body.endswith("Team leader: R. Castellano\n")  # nobody signs yet


def test_the_address_that_is_typed_is_the_one_that_is_written_to():
    history = known("virtual_office").until(5)
    typed = {"administrator": "Nell Firmin", "administrator_email": "nell@juniper.example"}

    assert one(history, 5).missing.startswith("No e-mail address on this case")
    assert one(history, 5, typed=typed).mail.to == (("Nell Firmin", "nell@juniper.example"),)


@pytest.mark.parametrize(
    ("sales", "combined", "keys"),
    [
        (False, None, ["customer_renewal"]),
        (True, False, ["customer_renewal", "sales_proposal"]),
        (True, True, ["sales_proposal"]),
    ],
)
def test_who_is_written_to_depends_on_what_the_step_recorded(
    sales: bool, combined: bool | None, keys: list[str]
):
    history = known("virtual_office").until(9)
    history.complete(9, new_sales=sales, combined_order=combined)

    found = told(history, 9)

    assert [handoff.message.key for handoff in found] == keys
    if combined is not None:
        proposal = found[-1].mail.body
        assert ("will be added to your proposal" in proposal) is combined
        assert ("sent to the firm separately" in proposal) is not combined


@pytest.mark.parametrize(
    ("settings", "changes", "why"),
    [
        (replace(KNOWN, people=()), {}, "T. Vance is not in the directory. Add the address"),
        (replace(KNOWN, people=(Colleague("t. vance"),)), {}, "has no e-mail address. Add"),
        (replace(KNOWN, people=(Colleague("T. Vance", email="vance@dept.example\n"),)), {},
         "is not an e-mail address that every mail server accepts"),
        (replace(KNOWN, people=(Colleague("T.  VANCE", email="v@dept.example"),)), {}, ""),
    ],
)  # fmt: skip
def test_an_address_is_looked_up_by_name_and_never_guessed(
    settings: Settings, changes: dict[str, Any], why: str
):
    history = known(**changes).until(2)
    history.complete(2, team_leader="T. Vance")

    handoff = one(history, 2, settings)

    assert why in handoff.missing
    assert bool(handoff.mail.to) is not bool(why)


def test_what_else_can_be_missing_is_said():
    history = History("local").until(6)
    missing = {
        handoff.message.key: handoff.missing
        for step in (3, 4, 5) for handoff in told(history, step, SETTINGS)
    }  # fmt: skip

    assert missing == {
        "sales_cancelled": (
            "No Sales representative on this case. Edit the case details or reassign it."
        ),
        "cs_cancelled": "No CS representative on this case. Edit the case details or reassign it.",
        "ems_ticket": "No address for EMS. Add it in Settings.",
        "customer_renewal": "No e-mail address on this case. Add the contact's e-mail to the case.",
    }


def test_a_handoff_says_who_sends_it_and_what_became_of_it():
    settings = replace(KNOWN, messages={"cs_cancelled": MessageMode.ELSEWHERE})
    history = known().until(3)
    history.complete(3, messages={"sales_cancelled": "outside"})

    sales, cs = told(history, 3, settings)

    assert (sales.mode, sales.letter and sales.letter.state) == (MessageMode.DRAFTED, "sent")
    assert cs.mode is MessageMode.ELSEWHERE


def test_the_reminder_asks_the_firm_about_its_download():
    history = known().until(7)
    held = {ref: value for draft in history.events for ref, value in draft.personal.items()}

    handoff = reminder(history.case, settings=KNOWN, personal=lambda refs: held, sender="C. Reyes")

    assert handoff.mail.addresses == ["ann@juniper.example"]
    assert "have been ready since Mon, Oct 5, 2026, 2:00 PM (New York time)" in handoff.mail.body


# --- Copies and links ----------------------------------------------------------------------------


def test_the_copy_holds_all_of_it():
    mail = Mail((("T. Vance", "vance@dept.example"),), "Hello", "One\nTwo\n")

    assert mail.copy == "To: T. Vance <vance@dept.example>\nSubject: Hello\n\nOne\nTwo\n"


@given(st.text(max_size=60), st.text(max_size=200))
def test_a_mailto_link_hands_over_the_subject_and_the_text(subject: str, body: str):
    link = Mail((("Ann", "ann+b@firm.example"),), f"x{subject}", f"x{body}").mailto

    parts = urlsplit(link)
    asked = parse_qs(parts.query)

    assert unquote(parts.path) == "ann+b@firm.example"
    assert "\r" not in link
    assert "\n" not in link
    assert asked["subject"][0].split() == one_line(f"x{subject}").split()
    assert len(link) <= 1900


def test_a_mailto_link_that_would_be_too_long_says_so_instead_of_being_cut():
    link = Mail((("", "ann@firm.example"),), "Hello", "word " * 600).mailto

    assert len(link) < 1900
    assert "too long to transfer" in unquote(link)


def test_what_is_kept_is_read_back():
    mail = Mail((("Ann", "a@b.example"), ("", "c@d.example")), "Ü", "One\nTwo", "BEGIN:")

    assert Mail.loads(mail.dumps()) == mail


# --- Appointments --------------------------------------------------------------------------------


def entries(text: str) -> dict[str, str]:
    """An iCalendar file's lines, unfolded and parted."""
    assert text.endswith("\r\n")
    assert all(len(line.encode()) <= 75 for line in text.split("\r\n"))
    lines = text.replace("\r\n ", "").strip().split("\r\n")
    return dict(line.split(":", 1) for line in lines)


def booked(**more: Any) -> History:
    return known("virtual_office", **more).until(5)


def test_an_appointment_as_a_calendar_file():
    history = booked()
    begins = history.case.fields["appointment"]

    read = entries(invitation(history.case, at=history.now))

    assert read["DTSTART"] == "20261005T160000Z"
    assert read["DTEND"] == "20261005T200000Z"
    assert read["DTSTAMP"] == f"{history.now:%Y%m%dT%H%M%SZ}"
    assert read["SEQUENCE"] == "0"
    assert read["SUMMARY"] == "Down time of Juniper Advisors: Virtual Office CS"
    assert f"{to_datetime(begins):%Y%m%dT%H%M%SZ}" == read["DTSTART"]


def test_a_calendar_file_names_who_holds_the_appointment():
    case, at = booked().case, MONDAY
    known_to = replace(SETTINGS, mailboxes={Party.CPT: "cpt@dept.example"})

    with_address = invitation(case, at=at, settings=known_to)

    assert "\r\nORGANIZER;CN=CitrixPortalTech:mailto:cpt@dept.example\r\n" in with_address
    assert "\r\nORGANIZER;CN=CitrixPortalTech:invalid:nomail\r\n" in invitation(case, at=at)


def test_a_firms_blank_that_does_not_break_stays_in_the_calendar_file():
    case = booked().case
    case.fields["firm_name"] = "Juniper\u00a0Advisors\u2007\x07"

    read = entries(invitation(case, at=MONDAY))

    assert read["SUMMARY"] == "Down time of Juniper\u00a0Advisors\u2007: Virtual Office CS"


def test_a_moved_appointment_replaces_the_one_before():
    history = booked()
    before = entries(invitation(history.case, at=history.now))
    later = SETTINGS.calendar.next_windows(history.now + 48 * HOUR, 4, 1)[0][0]

    history.act(commands.correct_step, 4, fields={"appointment": later})

    after = entries(invitation(history.case, at=history.now))
    assert (after["UID"], after["SEQUENCE"]) == (before["UID"], "1")
    assert after["DTSTART"] == f"{later:%Y%m%dT%H%M%SZ}"
    assert "has been moved to:\nWed, Oct 7, 2026, 1:00 PM to 5:00 PM (" in one(history, 4).mail.body


def test_an_appointment_set_anew_after_a_reopening_is_the_same_entry():
    history = booked()
    before = entries(invitation(history.case, at=history.now))
    history.act(commands.reopen_step, 4, "the firm cannot")
    off = entries(invitation(history.case, at=history.now))

    history.wait(timedelta(days=1)).complete(4)

    after = entries(invitation(history.case, at=history.now))
    assert (off["UID"], off["METHOD"], off["SEQUENCE"]) == (before["UID"], "CANCEL", "1")
    assert (after["UID"], after["METHOD"], after["SEQUENCE"]) == (before["UID"], "PUBLISH", "2")


def test_two_cases_have_two_entries():
    first, second = booked(), booked()
    second.case.entered_us += 1  # of another log

    assert (
        entries(invitation(first.case, at=first.now))["UID"]
        != entries(invitation(second.case, at=second.now))["UID"]
    )


@given(st.text(min_size=1, max_size=100))
def test_whatever_a_firm_is_called_the_calendar_file_has_its_lines(name: str):
    history = BOOKED
    history.case.fields["firm_name"] = f"A{name}"

    read = entries(invitation(history.case, at=history.now))

    assert list(read)[:6] == ["BEGIN", "VERSION", "PRODID", "CALSCALE", "METHOD", "UID"]
    assert len(read) == 15
    plain = read["SUMMARY"].replace("\\,", "").replace("\\;", "").replace("\\\\", "")
    assert not any(sign in plain for sign in ",;")


BOOKED = booked()


def test_a_local_case_has_no_appointment():
    history = known()

    assert invitation(history.case, at=history.now) == ""
