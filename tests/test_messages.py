"""What becomes of the messages that steps call for: called, sent, failed, dropped, undone."""

from typing import Any

import pytest

from dashboard import commands
from dashboard.cases import Letter
from dashboard.commands import Outcome
from dashboard.errors import InputRefused, NotAllowed, StaleCase
from dashboard.instants import to_us
from dashboard.settings import MessageMode
from dashboard.store import Store
from dashboard.workflows import WORKFLOWS, Party
from tests.builders import ADMIN, LEAD, MONDAY, form, member, step_fields
from tests.histories import HOUR, MINUTE, History, desk_with, refused


def history(path: str = "local", **modes: str) -> History:
    """A case whose settings say how these messages go."""
    chosen = {key: MessageMode(mode) for key, mode in modes.items()}
    return History(path, desk=desk_with(messages=chosen))


def letter(history: History, step: int, message: str) -> Letter:
    found = history.case.letter(step, message)
    assert found
    return found


def states(history: History) -> dict[str, str]:
    return {item.message: item.state for item in history.case.letters.values()}


def begin(history: History, step: int, message: str, claim: str = "run") -> Letter:
    history.act(
        commands.begin_sending, letter(history, step, message), "text", by=ADMIN, claim=claim
    )
    return letter(history, step, message)


def end(history: History, item: Letter, outcome: Outcome) -> None:
    history.act(commands.record_outcome, item, outcome, by=ADMIN)


def test_a_completion_calls_for_its_messages_as_the_settings_say():
    case = history(sales_cancelled="sent", cs_cancelled="elsewhere").until(3)

    events = case.complete(3, messages={})

    assert [event.kind for event in events] == ["step_completed", "message_queued"]
    assert states(case) == {"sales_cancelled": "queued"}


def test_a_message_goes_as_the_person_says_rather_than_as_the_settings_do():
    case = history(sales_cancelled="sent").until(3)

    case.complete(3, messages={"sales_cancelled": "outside", "cs_cancelled": "sent"})

    assert states(case) == {"sales_cancelled": "sent", "cs_cancelled": "queued"}
    assert letter(case, 3, "sales_cancelled").is_outside


def test_what_is_entered_long_after_calls_for_nothing():
    case = history(sales_cancelled="sent").until(4)

    assert case.case.letters == {}


def test_send_and_complete_is_one_act():
    case = history(ems_ticket="sent").until(4)

    events = case.complete(4, messages={})

    assert [event.kind for event in events] == ["step_completed", "message_queued"]
    assert events[1].data == {"step": 4, "message": "ems_ticket", "of_version": events[0].version}


def test_completing_says_that_a_drafted_message_which_is_the_step_was_sent():
    case = history().until(4)
    before = case.now - 30 * MINUTE

    case.complete(4, messages={}, at=before)

    sent = letter(case, 4, "ems_ticket")
    assert (sent.state, sent.is_outside, sent.at_us) == ("sent", True, to_us(before))


def test_only_messages_that_the_fields_call_for_are_called():
    case = history("virtual_office", sales_proposal="sent", customer_renewal="sent").until(9)

    case.complete(9, messages={}, new_sales=True, combined_order=True)

    assert states(case) == {"sales_proposal": "queued"}


@pytest.mark.parametrize("messages", [{"welcome": "sent"}, {"sales_cancelled": "by pigeon"}])
def test_a_message_or_a_way_that_does_not_exist_is_refused(messages: dict[str, str]):
    case = history().until(3)

    with refused(case, error=InputRefused):
        case.complete(3, messages=messages)


def test_a_person_states_that_a_drafted_message_was_sent_and_when():
    case = history().until(3)
    case.complete(3, messages={})
    at = case.wait(HOUR).now - 20 * MINUTE

    case.act(commands.send_message, 3, "cs_cancelled", "outside", at=at)

    assert letter(case, 3, "cs_cancelled").at_us == to_us(at)
    assert states(case) == {"sales_cancelled": "drafted", "cs_cancelled": "sent"}


def test_a_drafted_message_may_be_put_into_the_outbox_and_taken_back():
    case = history().until(3)
    case.complete(3, messages={})

    case.act(commands.send_message, 3, "cs_cancelled", "sent")
    assert letter(case, 3, "cs_cancelled").state == "queued"
    case.act(commands.send_message, 3, "cs_cancelled", "drafted")
    assert letter(case, 3, "cs_cancelled").state == "drafted"


def test_what_was_sent_is_not_sent_again():
    case = history().until(3)
    case.complete(3, messages={"cs_cancelled": "outside"})

    for how in ("sent", "drafted", "outside"):
        with refused(case, "nobody should get it twice"):
            case.act(commands.send_message, 3, "cs_cancelled", how)


def test_a_message_of_a_step_that_is_not_complete_is_refused():
    case = history().until(3)

    with refused(case, "Step 3 of C-0001 is not complete"):
        case.act(commands.send_message, 3, "cs_cancelled", "outside")
    with refused(case, "has no message 'welcome'"):
        case.act(commands.send_message, 2, "welcome", "outside")
    with refused(case, "is not a way to send it", error=InputRefused):
        case.act(commands.send_message, 2, "tl_form", "elsewhere")


def test_a_message_cannot_have_been_sent_before_its_step_became_current_or_later_than_now():
    case = history().until(3)
    case.complete(3, messages={})

    with refused(case, "step 3 became current"):
        case.act(commands.send_message, 3, "cs_cancelled", "outside", at=case.now - 5 * HOUR)
    with refused(case, "in the future"):
        case.act(commands.send_message, 3, "cs_cancelled", "outside", at=case.now + HOUR)


def test_a_reopened_step_takes_back_what_waits_and_keeps_what_went():
    case = history(sales_cancelled="sent").until(3)
    case.complete(3, messages={"cs_cancelled": "outside"})

    case.wait(HOUR).act(commands.reopen_step, 3, "wrong firm")

    kept = {item.message: (item.state, item.waits) for item in case.case.letters.values()}
    assert kept == {"sales_cancelled": ("queued", False), "cs_cancelled": ("sent", False)}
    assert case.case.letter(3, "cs_cancelled") is None


def test_a_step_completed_again_calls_for_its_messages_again():
    case = history(sales_cancelled="sent").until(3)
    case.complete(3, messages={})
    end(case, begin(case, 3, "sales_cancelled"), Outcome(True))
    case.wait(HOUR).act(commands.reopen_step, 3, "wrong firm")

    case.wait(HOUR).complete(3, messages={})

    found = [item for item in case.case.letters.values() if item.message == "sales_cancelled"]
    assert [item.state for item in found] == ["sent", "queued"]
    assert letter(case, 3, "sales_cancelled").state == "queued"


def test_a_corrected_appointment_may_be_told_anew():
    case = history("virtual_office", tl_appointment="sent").until(4)
    case.complete(4, messages={})
    first = begin(case, 4, "tl_appointment")
    end(case, first, Outcome(True))
    moved = {
        "appointment": case.desk.settings.calendar.next_windows(case.now + 24 * HOUR, 4, 1)[0][0]
    }

    case.act(commands.correct_step, 4, fields=moved, messages={"tl_appointment": "sent"})

    second = letter(case, 4, "tl_appointment")
    assert (second.state, second.of_version > first.of_version) == ("queued", True)
    assert len(case.case.bookings) == 2


def test_a_message_that_still_waits_stays_one_message_when_the_step_is_corrected():
    case = history("virtual_office").until(4)
    case.complete(4, messages={})
    moved = {
        "appointment": case.desk.settings.calendar.next_windows(case.now + 24 * HOUR, 4, 1)[0][0]
    }

    case.act(commands.correct_step, 4, fields=moved, messages={"tl_appointment": "sent"})

    assert len(case.case.letters) == 1
    assert letter(case, 4, "tl_appointment").state == "queued"


def test_a_correction_alone_calls_for_nothing_but_lets_a_person_tell_it():
    case = history().until(4)
    case.complete(4, messages={})
    with refused(case, "nobody should get it twice"):
        case.act(commands.send_message, 4, "ems_ticket", "sent")
    case.wait(HOUR).act(commands.correct_step, 4, fields={"ems_ticket": "T-9"})

    case.act(commands.send_message, 4, "ems_ticket", "sent")

    assert letter(case, 4, "ems_ticket").state == "queued"
    assert len(case.case.letters) == 2


def test_dropping_a_message_needs_a_reason_and_something_that_waits():
    case = history().until(3)
    case.complete(3, messages={"sales_cancelled": "outside"})

    with refused(case, "needs a reason"):
        case.act(commands.drop_message, 3, "cs_cancelled", " ")
    with refused(case, "has no unsent message"):
        case.act(commands.drop_message, 3, "sales_cancelled", "so")
    case.act(commands.drop_message, 3, "cs_cancelled", "told on the phone")

    assert letter(case, 3, "cs_cancelled").state == "dropped"


def test_the_outbox_takes_a_message_once():
    case = history(sales_cancelled="sent").until(3)
    case.complete(3, messages={})
    item = letter(case, 3, "sales_cancelled")
    case.act(commands.begin_sending, item, "text", by=ADMIN, claim="one")

    with refused(case, "someone else has handled it"):
        case.act(commands.begin_sending, item, "text", by=ADMIN, claim="two")
    assert letter(case, 3, "sales_cancelled").attempt == 1


def test_what_is_sent_is_kept_beside_the_log_and_said_again_when_it_is_tried_again():
    case = history(sales_cancelled="sent").until(3)
    case.complete(3, messages={})
    first = begin(case, 3, "sales_cancelled")
    end(case, first, Outcome(False, "busy", to_us(case.now)))
    case.act(
        commands.begin_sending, letter(case, 3, "sales_cancelled"), "other", by=ADMIN, claim="b"
    )

    begun = [draft for draft in case.events if draft.kind == "message_sending"]
    assert [dict(draft.personal) for draft in begun] == [{first.text: "text"}, {}]
    assert [draft.data["attempt"] for draft in begun] == [1, 2]
    assert begun[1].data["text"] == {"ref": first.text}


def test_a_message_to_be_tried_again_waits_for_its_time():
    case = history(sales_cancelled="sent").until(3)
    case.complete(3, messages={})
    item = begin(case, 3, "sales_cancelled")
    end(case, item, Outcome(False, "busy", to_us(case.now + HOUR)))
    failed = letter(case, 3, "sales_cancelled")

    assert not failed.is_due(to_us(case.now))
    assert failed.is_due(to_us(case.now + HOUR))
    with refused(case, "someone else has handled it"):
        case.act(commands.begin_sending, failed, "text", by=ADMIN, claim="b")


def test_while_a_message_is_being_sent_nobody_decides_about_it_and_afterwards_a_person_does():
    case = history(sales_cancelled="sent").until(3)
    case.complete(3, messages={})
    item = begin(case, 3, "sales_cancelled")

    for how in ("sent", "outside"):
        with refused(case, "is being sent since"):
            case.act(commands.send_message, 3, "sales_cancelled", how)
    with refused(case, "is being sent since"):
        case.act(commands.drop_message, 3, "sales_cancelled", "so")
    case.wait(10 * MINUTE).act(commands.send_message, 3, "sales_cancelled", "outside")

    with refused(case, "someone else has handled it"):
        end(case, item, Outcome(True))
    assert letter(case, 3, "sales_cancelled").is_outside


def test_a_message_that_failed_is_sent_anew_when_a_person_says_so():
    case = history(sales_cancelled="sent").until(3)
    case.complete(3, messages={})
    end(case, begin(case, 3, "sales_cancelled"), Outcome(False, "no such user"))
    assert letter(case, 3, "sales_cancelled").reason == "no such user"

    case.act(commands.send_message, 3, "sales_cancelled", "sent")

    again = letter(case, 3, "sales_cancelled")
    assert (again.state, again.text, again.attempt) == ("queued", "", 0)


def test_only_an_administrator_empties_the_outbox():
    case = history(sales_cancelled="sent").until(3)
    case.complete(3, messages={})
    item = letter(case, 3, "sales_cancelled")

    with refused(case, "cannot empty the outbox", error=NotAllowed):
        case.act(commands.begin_sending, item, "text", by=LEAD, claim="a")
    begun = begin(case, 3, "sales_cancelled")
    with refused(case, "cannot empty the outbox", error=NotAllowed):
        case.act(commands.record_outcome, begun, Outcome(True), by=LEAD)


def test_messages_on_their_way_do_not_disturb_who_looks_at_the_case(store: Store):
    case_id = commands.open_case(store, "local", form("local"), by=LEAD, now=MONDAY)[0].stream
    hows = {"tl_form": "sent"}
    fields = {"team_leader": "T. Vance"}
    commands.complete_step(store, case_id, 2, fields, by=LEAD, now=MONDAY, messages=hows)
    seen = store.case(case_id).version
    [item] = store.case(case_id).letters.values()
    commands.begin_sending(store, case_id, item, "t", by=ADMIN, now=MONDAY, claim="a")

    commands.complete_step(store, case_id, 3, {}, by=LEAD, now=MONDAY, version=seen)

    with pytest.raises(StaleCase, match=r"T\. Vance"):
        commands.complete_step(store, case_id, 3, {}, by=LEAD, now=MONDAY, version=seen)


class Interrupted:
    """A store to which the outbox writes just before each append of somebody else."""

    def __init__(self, store: Store, meanwhile: Any) -> None:
        self._store, self._meanwhile = store, meanwhile

    def __getattr__(self, name: str) -> Any:
        return getattr(self._store, name)

    def append(self, drafts: Any) -> Any:
        meanwhile, self._meanwhile = self._meanwhile, lambda: None
        meanwhile()
        return self._store.append(drafts)


def test_a_message_sent_in_the_very_moment_of_a_click_does_not_refuse_it(store: Store):
    case_id = commands.open_case(store, "local", form("local"), by=LEAD, now=MONDAY)[0].stream
    hows = {"tl_form": "sent"}
    fields = {"team_leader": "T. Vance"}
    commands.complete_step(store, case_id, 2, fields, by=LEAD, now=MONDAY, messages=hows)
    [item] = store.case(case_id).letters.values()
    desk: Any = Interrupted(
        store,
        lambda: commands.begin_sending(store, case_id, item, "t", by=ADMIN, now=MONDAY, claim="a"),
    )

    commands.complete_step(
        desk, case_id, 3, {}, by=LEAD, now=MONDAY, messages={"cs_cancelled": "sent"}
    )

    case = store.case(case_id)
    assert [item.state for item in case.letters.values()] == ["sending", "drafted", "queued"]
    assert {item.of_version for item in case.letters.values() if item.step == 3} == {
        case.records[3].completed_version
    }


def test_members_send_the_messages_of_their_own_steps():
    case = history().until(3)
    case.complete(3, messages={})

    with refused(case, "cannot send a message of step 3", error=NotAllowed):
        case.act(commands.send_message, 3, "cs_cancelled", "outside", by=member(Party.CS))
    case.act(commands.send_message, 3, "cs_cancelled", "outside", by=member(Party.TL))


@pytest.mark.parametrize("path", WORKFLOWS)
def test_a_whole_case_calls_for_every_message_once(path: str):
    case = history(path)
    for step in case.case.workflow.steps[1:]:
        fields = step_fields(case.case, step.number, case.wait(HOUR).now)
        fields |= {"new_sales": True} if any(f.key == "new_sales" for f in step.fields) else {}
        case.act(commands.complete_step, step.number, fields, messages={})

    called = [item.message for item in case.case.letters.values()]
    assert called == [m.key for step in case.case.workflow.steps for m in step.messages]
