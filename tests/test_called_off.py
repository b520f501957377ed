"""An appointment that is moved, called off and on again: what is told to whom, and its file."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest

from dashboard import commands
from dashboard.errors import InputRefused, NotAllowed
from dashboard.messages.digest import digests
from dashboard.messages.drafting import Handoff, handoffs
from dashboard.messages.invitation import invitation
from dashboard.settings import MessageMode
from dashboard.store import Store
from dashboard.workflows import VIRTUAL_OFFICE, WORKFLOWS, Field, FieldKind, Message, Party
from tests.builders import ADMIN, LEAD, SETTINGS, member
from tests.department import FORM, MAILBOXES, PEOPLE, Department
from tests.histories import HOUR, History, desk_with, new_york, refused
from tests.post_office import post_office

TUESDAY, WEDNESDAY, THURSDAY = (new_york(day, "10:00") for day in (6, 7, 8))
KNOWN = replace(SETTINGS, people=PEOPLE, mailboxes=MAILBOXES)
OFF = {"tl_off", "cpt_off"}


def booked(begins: datetime = TUESDAY, modes: Mapping[str, str] | None = None, **more: Any):
    """A case with an appointment, entered on Monday at noon; its message went."""
    chosen = {key: MessageMode(mode) for key, mode in (modes or {}).items()}
    history = History("virtual_office", desk=desk_with(messages=chosen), **(FORM | more)).until(2)
    history.complete(2, team_leader="T. Vance")
    history.until(4).complete(4, appointment=begins, messages={"tl_appointment": "outside"})
    return history.wait(HOUR)


def move(history: History, begins: datetime, **how: Any) -> Any:
    return history.act(commands.correct_step, 4, fields={"appointment": begins}, **how)


def states(history: History) -> dict[str, str]:
    """What waits, and what went, of each message that is not undone; the last of each."""
    found = [item for item in history.case.letters.values() if not item.is_undone]
    return {item.message: item.state for item in sorted(found, key=lambda item: item.of_version)}


def drafted(history: History, message: str) -> Handoff:
    def personal(refs: Sequence[str]) -> Mapping[str, str]:
        held = {ref: value for draft in history.events for ref, value in draft.personal.items()}
        return {ref: held[ref] for ref in refs if ref in held}

    found = handoffs(history.case, 4, settings=KNOWN, personal=personal, now=history.now)
    return next(item for item in found if item.message.key == message)


def entry(history: History) -> dict[str, str]:
    lines = invitation(history.case, at=history.now).replace("\r\n ", "").strip().split("\r\n")
    return dict(line.split(":", 1) for line in lines)


# --- Moved ------------------------------------------------------------------------------------


def test_a_moved_appointment_is_told_anew_with_the_old_time_and_the_new():
    history = booked()

    events = move(history, WEDNESDAY, messages={})

    assert [event.kind for event in events] == ["step_corrected", "message_drafted"]
    handoff = drafted(history, "tl_appointment")
    assert handoff.mail.addresses == ["vance@dept.example"]
    assert handoff.mail.body.startswith(
        "Hello T. Vance,\n\n"
        "Juniper Advisors' appointment has been moved to:\n"
        "Wed, Oct 7, 2026, 10:00 AM to 2:00 PM (New York time, EDT)\n\n"
        "The previous time was:\n"
        "Tue, Oct 6, 2026, 10:00 AM to 2:00 PM (New York time, EDT)\n"
    )


def test_the_old_time_is_the_one_that_the_addressee_was_told():
    history = booked()
    move(history, WEDNESDAY, messages={})  # drafted, and never sent
    move(history, THURSDAY, messages={})

    body = drafted(history, "tl_appointment").mail.body

    assert len([item for item in history.case.letters.values() if item.state == "drafted"]) == 1
    assert "moved to:\nThu, Oct 8" in body
    assert "previous time was:\nTue, Oct 6" in body
    assert "Wed, Oct 7" not in body


def test_an_appointment_moved_back_to_what_was_told_is_not_called_moved():
    history = booked()
    move(history, WEDNESDAY, messages={})
    move(history, TUESDAY, messages={})

    assert "is scheduled for:\nTue, Oct 6" in drafted(history, "tl_appointment").mail.body


@pytest.mark.parametrize(
    ("modes", "messages", "called"),
    [
        ({}, None, []),
        ({}, {"tl_appointment": "elsewhere"}, []),
        ({"tl_appointment": "elsewhere"}, {}, []),
        ({"tl_appointment": "sent"}, {}, ["message_queued"]),
        ({"tl_appointment": "sent"}, {"tl_appointment": "outside"}, ["message_sent"]),
    ],
)
def test_a_moved_appointment_goes_as_the_settings_or_the_person_say(modes, messages, called):
    history = booked(modes=modes)

    events = move(history, WEDNESDAY, messages=messages)

    assert [event.kind for event in events[1:]] == called


def test_what_moves_no_appointment_that_is_to_come_calls_for_nothing():
    history = booked()

    assert len(history.act(commands.correct_step, 4, at=history.now - HOUR, messages={})) == 1
    assert len(move(history, TUESDAY, messages={})) == 1
    history.now = WEDNESDAY
    assert len(move(history, new_york(6, "11:00"), messages={})) == 1  # it was held an hour later


def test_a_start_can_be_corrected_whatever_is_said_of_messages():
    history = booked()
    history.act(commands.start_step, 5)

    for hows in (None, {}):
        at = history.now - HOUR / 2
        how = {"what": "started", "at": at, "messages": hows}
        assert len(history.act(commands.correct_step, 5, **how)) == 1
    with refused(history, "Step 5 of C-0001 is not complete"):
        how = {"what": "started", "at": history.now, "messages": {"welcome": "sent"}}
        history.act(commands.correct_step, 5, **how)


def test_a_correction_calls_for_no_message_that_its_step_does_not_have():
    history = booked()

    with refused(history, "Step 4 has no message welcome", error=InputRefused):
        move(history, WEDNESDAY, messages={"welcome": "sent"})
    with refused(history, "has no message tl_off", error=InputRefused):
        move(history, WEDNESDAY, messages={"tl_off": "sent"})
    move(history, WEDNESDAY, messages={"tl_appointment": "sent"})


# --- Called off -------------------------------------------------------------------------------


@pytest.mark.parametrize("step", [2, 3, 4])
def test_reopening_what_an_appointment_rests_on_calls_for_the_messages_that_it_is_off(step: int):
    history = booked()

    history.act(commands.reopen_step, step, "The firm cannot.", messages={})

    assert states(history) == dict.fromkeys(OFF, "drafted")
    leader, technician = drafted(history, "tl_off"), drafted(history, "cpt_off")
    assert leader.mail.addresses == ["vance@dept.example"]
    assert technician.mail.addresses == ["cpt@dept.example"]
    for handoff in (leader, technician):
        body = handoff.mail.body
        assert handoff.mail.subject == "Appointment with Juniper Advisors canceled"
        assert (
            "It was scheduled for:\nTue, Oct 6, 2026, 10:00 AM to 2:00 PM (New York time, EDT)"
            in body
        )
        assert "Reason: The firm cannot." in body
        assert "when the case reaches that step again." in body
        assert "withdrawn" not in body
        assert body.endswith("Kind regards,\nT. Vance\n")
        assert "METHOD:CANCEL" in handoff.mail.calendar


def test_a_withdrawn_cases_appointment_is_off_too():
    history = booked()

    history.act(commands.withdraw_case, "It stays for now.", messages={})

    assert states(history) == {"tl_appointment": "sent"} | dict.fromkeys(OFF, "drafted")
    body = drafted(history, "cpt_off").mail.body
    assert (
        "The case is withdrawn: the firm is staying for now. Please do not set anything up."
    ) in body
    assert "Schedule a new appointment" not in body


def test_the_calendar_file_takes_the_entry_out_with_the_same_uid_and_a_higher_sequence():
    history = booked()
    before = entry(history)

    history.act(commands.reopen_step, 4, "The firm cannot.")

    after = entry(history)
    assert (before["METHOD"], before["STATUS"], before["SEQUENCE"]) == ("PUBLISH", "CONFIRMED", "0")
    assert (after["METHOD"], after["STATUS"], after["SEQUENCE"]) == ("CANCEL", "CANCELLED", "1")
    assert {key: after[key] for key in ("UID", "DTSTART", "DTEND")} == {
        key: before[key] for key in ("UID", "DTSTART", "DTEND")
    }


def test_each_change_of_the_appointment_has_a_higher_sequence():
    history, seen = booked(), []
    acts: Sequence[tuple[Any, ...]] = (
        (commands.correct_step, 4), (commands.withdraw_case, "x"), (commands.resume_case,),
        (commands.reopen_step, 4, "x"), (commands.complete_step, 4),
    )  # fmt: skip
    for command, *given in acts:
        fields = {"appointment": WEDNESDAY}
        if command is commands.correct_step:
            history.act(command, *given, fields=fields)
        elif command is commands.complete_step:
            history.act(command, *given, fields)
        else:
            history.act(command, *given)
        seen.append((entry(history)["METHOD"], entry(history)["SEQUENCE"]))

    assert seen == [
        ("PUBLISH", "1"), ("CANCEL", "2"), ("PUBLISH", "3"), ("CANCEL", "4"), ("PUBLISH", "5")
    ]  # fmt: skip


@pytest.mark.parametrize("undo", [commands.reopen_step, commands.withdraw_case])
def test_an_appointment_that_was_held_is_not_called_off(undo: Any):
    given = (4, "wrong") if undo is commands.reopen_step else ("wrong",)
    held, running = booked(), booked()
    held.now, running.now = TUESDAY + 4 * HOUR, TUESDAY + 3 * HOUR

    assert len(held.act(undo, *given, messages={})) == 1
    assert len(running.act(undo, *given, messages={})) == 3


def test_reopening_a_later_step_leaves_the_appointment_as_it_is():
    history = booked()
    history.now = TUESDAY + HOUR
    history.complete(5)

    events = history.act(commands.reopen_step, 5, "not sent", messages={})

    assert [event.kind for event in events] == ["step_reopened"]
    assert entry(history)["METHOD"] == "PUBLISH"


def test_what_has_no_appointment_calls_nothing_off():
    local, early = History("local").until(4), History("virtual_office").until(4)

    for history in (local, early):
        assert len(history.act(commands.withdraw_case, "stays", messages={})) == 1
        assert len(history.act(commands.resume_case, messages={})) == 1
        assert len(history.act(commands.reopen_step, 3, "wrong", messages={})) == 1
        with refused(history, "has no message", error=InputRefused):
            history.act(commands.reopen_step, 2, "wrong", messages={"tl_off": "sent"})


def test_how_the_messages_go_that_an_appointment_is_off_can_be_said_and_set():
    modes = {"tl_off": "elsewhere", "cpt_off": "sent"}
    by_settings, by_person = booked(modes=modes), booked(modes=modes)

    by_settings.act(commands.withdraw_case, "stays", messages={})
    by_person.act(commands.withdraw_case, "stays", messages=dict.fromkeys(OFF, "outside"))

    assert states(by_settings) == {"tl_appointment": "sent", "cpt_off": "queued"}
    assert states(by_person) == dict.fromkeys(["tl_appointment", *OFF], "sent")


def test_what_is_off_and_not_told_is_called_for_again_when_more_is_reopened():
    history = booked()
    history.act(commands.reopen_step, 4, "The firm cannot.", messages={"tl_off": "outside"})

    history.act(commands.reopen_step, 3, "Other products.", messages={})

    waiting = [item.message for item in history.case.letters.values() if item.waits]
    assert sorted(waiting) == ["cpt_off", "tl_off"]
    assert "Tue, Oct 6" in drafted(history, "cpt_off").mail.body


def test_a_person_sends_or_drops_a_message_that_it_is_off_and_not_twice():
    history, early = booked(), History("virtual_office").until(4)
    with refused(early, "Step 4 of C-0001 is not complete", "Complete it first"):
        early.act(commands.send_message, 4, "tl_off", "outside")
    with refused(history, "has no message 'tl_off'"):
        history.act(commands.send_message, 4, "tl_off", "outside")
    history.act(commands.reopen_step, 4, "The firm cannot.", messages={})
    went = history.wait(HOUR).now - HOUR / 2

    with refused(history, "cannot send a message of step 4", error=NotAllowed):
        history.act(commands.send_message, 4, "tl_off", "outside", by=member(Party.CS))
    with refused(history, "the appointment was canceled"):
        history.act(commands.send_message, 4, "tl_off", "outside", at=went - HOUR)
    history.act(commands.send_message, 4, "tl_off", "outside", at=went)
    history.act(commands.drop_message, 4, "cpt_off", "told on the phone", by=member(Party.CPT))

    assert states(history) == {"tl_off": "sent", "cpt_off": "dropped"}
    with refused(history, "nobody should get it twice"):
        history.act(commands.send_message, 4, "tl_off", "sent")


# --- On again ---------------------------------------------------------------------------------


def test_another_appointment_lets_go_what_waits_to_say_that_the_first_is_off():
    history = booked()
    history.act(commands.reopen_step, 4, "The firm cannot.", messages={"tl_off": "outside"})

    history.wait(HOUR).complete(4, appointment=WEDNESDAY, messages={})

    assert states(history) == {"tl_off": "sent", "cpt_off": "dropped", "tl_appointment": "drafted"}
    # the team leader heard that it is off, and so of none that is moved
    assert "is scheduled for:\nWed, Oct 7" in drafted(history, "tl_appointment").mail.body


def test_who_heard_nothing_of_the_reopening_is_told_of_a_move():
    history = booked()
    history.act(commands.reopen_step, 4, "The firm cannot.", messages={})

    history.wait(HOUR).complete(4, appointment=WEDNESDAY, messages={})

    assert "moved to:\nWed, Oct 7" in drafted(history, "tl_appointment").mail.body


def test_a_resumed_cases_appointment_is_told_again_to_who_heard_that_it_is_off():
    told, untold = booked(), booked()
    told.act(commands.withdraw_case, "stays", messages=dict.fromkeys(OFF, "outside"))
    untold.act(commands.withdraw_case, "stays", messages={})

    for history in (told, untold):
        history.wait(HOUR).act(commands.resume_case, messages={})

    again = {"tl_appointment": "drafted", "cpt_on": "drafted"}
    assert states(told) == again | dict.fromkeys(OFF, "sent")
    assert "is on again. It is scheduled for:\nTue, Oct 6" in drafted(told, "cpt_on").mail.body
    assert "METHOD:PUBLISH" in drafted(told, "cpt_on").mail.calendar
    told.act(commands.send_message, 4, "cpt_on", "outside")
    assert states(told)["cpt_on"] == "sent"
    assert "is scheduled for:\nTue, Oct 6" in drafted(told, "tl_appointment").mail.body
    assert states(untold) == {"tl_appointment": "sent"} | dict.fromkeys(OFF, "dropped")


def test_an_appointment_corrected_while_the_case_rests_is_told_once_it_is_resumed():
    history = booked()
    history.act(commands.withdraw_case, "stays", messages=dict.fromkeys(OFF, "outside"))

    assert len(move(history, WEDNESDAY, messages={})) == 1
    assert entry(history)["METHOD"] == "CANCEL"
    history.act(commands.resume_case, messages={})

    assert states(history)["tl_appointment"] == "drafted"
    assert "is scheduled for:\nWed, Oct 7" in drafted(history, "tl_appointment").mail.body
    assert (entry(history)["METHOD"], entry(history)["SEQUENCE"]) == ("PUBLISH", "2")


def test_an_appointment_that_is_over_is_not_told_again_when_the_case_is_resumed():
    history = booked()
    history.act(commands.withdraw_case, "stays", messages=dict.fromkeys(OFF, "outside"))
    history.now = TUESDAY + 4 * HOUR

    assert len(history.act(commands.resume_case, messages={})) == 1
    with refused(history, "has no message", error=InputRefused):
        history.act(commands.withdraw_case, "stays", messages={"tl_appointment": "sent"})


# --- By the outbox, in figures and digests ----------------------------------------------------


def test_that_an_appointment_is_off_arrives_once_with_a_file_that_takes_it_out(
    store: Store, tmp_path: Path
):
    department = Department(store)
    keys = dict.fromkeys(OFF, "sent")
    commands.change_messages(store, keys, by=ADMIN, now=department.now)
    case_id = department.open("virtual_office")
    department.until(case_id, 5)
    how = {"by": LEAD, "now": department.now, "messages": {}}
    commands.reopen_step(store, case_id, 4, "The firm cannot.", **how)

    waiting = store.run("messages_waiting", now=department.now).to_pylist()
    with post_office(tmp_path) as office:
        report = department.send(office.server())
        department.send(office.server())

    assert {(row["message"], row["step"], row["state"]) for row in waiting} == {
        (key, 4, "queued") for key in OFF
    }
    assert (report.sent, report.problems) == (2, [])
    assert {mail["To"] for mail in office.mails} == {
        "T Vance <vance@dept.example>", "CitrixPortalTech <cpt@dept.example>"
    }  # fmt: skip
    for mail in office.mails:
        [file] = mail.iter_attachments()
        assert file.get_param("method") == "CANCEL"
        assert "METHOD:CANCEL" in file.get_content()


def test_the_digest_names_what_says_that_an_appointment_is_off(store: Store):
    department = Department(store)
    commands.change_messages(store, dict.fromkeys(OFF, "drafted"), by=ADMIN, now=department.now)
    case_id = department.open("virtual_office")
    department.until(case_id, 5)
    how = {"by": LEAD, "now": department.now, "messages": {}}
    commands.withdraw_case(store, case_id, "stays", **how)

    [technicians] = [item for item in digests(store, now=department.now) if item.mail.to]

    assert technicians.whom == Party.CPT
    assert "message to Team leader: to be sent" in technicians.mail.body
    assert "message to CitrixPortalTech: to be sent" in technicians.mail.body


def test_the_figures_agree_with_the_fold_on_what_waits(store: Store):
    department = Department(store)
    case_id = department.open("virtual_office")
    department.until(case_id, 5)
    how = {"by": LEAD, "messages": {}}
    commands.reopen_step(store, case_id, 4, "The firm cannot.", now=department.now, **how)
    commands.reopen_step(store, case_id, 3, "Other products.", now=department.now, **how)

    rows = store.run("messages_waiting", now=department.now).to_pylist()

    waiting = [item for item in store.case(case_id).letters.values() if item.waits]
    assert len(waiting) == 2
    assert {(row["message"], row["of_version"]) for row in rows} == {
        (item.message, item.of_version) for item in waiting
    }


# --- As data ----------------------------------------------------------------------------------


def test_only_a_step_that_agrees_on_an_appointment_can_have_it_called_off():
    step = replace(VIRTUAL_OFFICE.step(4), fields=(Field("note", "Note", FieldKind.TEXT),))
    others = tuple(
        replace(item, turn=None, not_before="") if item.number == 5 else item
        for item in VIRTUAL_OFFICE.steps
    )

    with pytest.raises(ValueError, match="no appointment that can be canceled"):
        replace(VIRTUAL_OFFICE, steps=(*others[:3], step, *others[4:]))
    mended = replace(step, off_messages=())
    assert replace(VIRTUAL_OFFICE, steps=(*others[:3], mended, *others[4:])).window_step is None


def test_a_message_is_named_once_in_its_path_whatever_calls_for_it():
    for path in WORKFLOWS.values():
        keys = [message.key for step in path.steps for message in step.every_message]
        assert len(set(keys)) == len(keys)
    assert isinstance(VIRTUAL_OFFICE.step(4).off_messages[0], Message)
