"""The fold by hand: a few cases worked out on paper, to the instant."""

from typing import Any

import pytest

from dashboard.cases import NEVER, Case, Letter, fold
from dashboard.cases.state import Booking
from dashboard.workflows import WORKFLOWS
from tests.builders import events_of
from tests.paper import AGREED, CPT, CS, CUSTOMER, EMS, ORDERS, TL, Paper, hosted, local, told, us

# --- The plain way ---------------------------------------------------------------------------


def test_a_local_case_from_form_to_download():
    paper = local().done(5, "5 16:00").done(6, "6 15:00").done(7, "6 20:00")

    assert paper.ledger() == [
        (2, CS, "5 13:00", "5 13:10"),
        (3, TL, "5 13:10", "5 14:00"),
        (4, TL, "5 14:00", "5 14:30"),
        (5, CS, "5 14:30", "5 16:00"),
        (6, ORDERS, "5 16:00", "6 15:00"),
        (7, CUSTOMER, "6 15:00", "6 20:00"),
    ]
    assert (paper.case.state, paper.case.current_step, paper.case.due) == ("closed", None, 8)
    assert (told(paper.case.opened_us), told(paper.case.closed_us)) == ("5 13:00", "6 20:00")


def test_a_case_of_which_nothing_is_known_has_version_0():
    assert fold("C-0001", []).version == 0


def test_an_open_case_is_still_somebodys_turn():
    paper = local()

    assert paper.ledger()[-1] == (5, CS, "5 14:30", None)
    assert (paper.case.state, paper.case.current_step, paper.case.closed_us) == ("open", 5, None)


def test_steps_completed_at_once_leave_no_turn_of_no_length():
    paper = Paper("local", "5 13:00").done(2, "5 13:00").done(3, "5 14:00").done(4, "5 14:00")

    assert paper.ledger() == [(3, TL, "5 13:00", "5 14:00"), (5, CS, "5 14:00", None)]


def test_drafts_and_stored_events_fold_the_same():
    paper = local().reopened(3, "5 15:00")

    assert fold("C-0001", events_of(paper.drafts)) == paper.case


def test_a_firm_is_called_by_its_name_else_by_its_id():
    assert Paper("local", "5 13:00", firm_name="Juniper", firm_id="F-1").case.firm == "Juniper"
    assert Paper("local", "5 13:00", firm_name="", firm_id="F-1").case.firm == "F-1"
    assert Paper("local", "5 13:00").case.firm == ""


def test_events_beside_the_steps_move_nothing():
    paper = local()
    ledger = paper.ledger()
    paper.add("note_added", "5 15:00", text="called").add("follow_up_set", "5 15:00", date=None)
    paper.add("case_assigned", "5 15:00", fields={"team_leader": "H. Abebe"})
    paper.add("breach_explained", "5 15:00", reason="other", comment="")

    assert paper.ledger() == ledger
    assert (paper.case.version, paper.case.fields["team_leader"]) == (8, "H. Abebe")


# --- Turns inside a step ---------------------------------------------------------------------


def test_local_5_and_6_change_hands_at_the_moments_recorded():
    paper = local().handed(5, "5 15:30").done(5, "5 16:00")
    paper.handed(6, "6 14:00").done(6, "6 15:00")

    assert paper.ledger()[3:] == [
        (5, EMS, "5 14:30", "5 15:30"),
        (5, CS, "5 15:30", "5 16:00"),
        (6, CUSTOMER, "5 16:00", "6 14:00"),
        (6, ORDERS, "6 14:00", "6 15:00"),
        (7, CUSTOMER, "6 15:00", None),
    ]


def test_virtual_office_9_and_10_change_hands_at_the_moments_recorded():
    paper = hosted().done(4, "5 15:00").done(5, "6 13:00").done(6, "6 14:00").done(7, "6 15:00")
    paper.done(8, "6 16:00").handed(9, "6 17:00").done(9, "6 18:00")
    paper.handed(10, "7 13:00").done(10, "7 14:00").done(11, "7 15:00")

    assert paper.ledger()[-5:] == [
        (9, EMS, "6 16:00", "6 17:00"),
        (9, CS, "6 17:00", "6 18:00"),
        (10, CUSTOMER, "6 18:00", "7 13:00"),
        (10, ORDERS, "7 13:00", "7 14:00"),
        (11, ORDERS, "7 14:00", "7 15:00"),
    ]
    assert paper.case.state == "closed"


def test_a_moment_at_either_end_of_its_step_leaves_one_turn():
    at_once, at_last = local().handed(5, "5 14:30"), local().handed(5, "5 16:00")

    assert at_once.done(5, "5 16:00").ledger()[3:4] == [(5, CS, "5 14:30", "5 16:00")]
    assert at_last.done(5, "5 16:00").ledger()[3:4] == [(5, EMS, "5 14:30", "5 16:00")]


def test_while_the_moment_of_an_open_step_is_not_recorded_the_step_is_its_partys():
    paper = local()

    assert paper.ledger()[-1] == (5, CS, "5 14:30", None)
    paper.handed(5, "5 15:30")
    assert paper.ledger()[-2:] == [(5, EMS, "5 14:30", "5 15:30"), (5, CS, "5 15:30", None)]


# --- The appointment -------------------------------------------------------------------------


def test_until_the_appointment_begins_it_is_nobodys_turn():
    paper = hosted().done(4, "5 15:00", appointment=us("6 14:00")).done(5, "6 17:00")

    assert paper.ledger()[2:] == [
        (4, CPT, "5 14:00", "5 15:00"),
        (5, AGREED, "5 15:00", "6 14:00"),
        (5, CPT, "6 14:00", "6 17:00"),
        (6, CPT, "6 17:00", None),
    ]


def test_an_appointment_ahead_reaches_into_the_future_of_an_open_case():
    paper = hosted().done(4, "5 15:00", appointment=us("6 14:00"))

    assert paper.ledger()[3:] == [(5, AGREED, "5 15:00", "6 14:00"), (5, CPT, "6 14:00", None)]


def test_an_appointment_that_had_begun_when_it_was_entered_is_cpts_from_the_start():
    paper = hosted().done(4, "5 18:00", appointment=us("5 14:00")).done(5, "5 19:00")

    assert paper.ledger()[3:4] == [(5, CPT, "5 18:00", "5 19:00")]


def test_without_an_appointment_the_whole_step_is_cpts():
    paper = hosted().done(4, "5 15:00").done(5, "6 17:00")

    assert paper.case.windows[4] == NEVER
    assert paper.ledger()[3:4] == [(5, CPT, "5 15:00", "6 17:00")]


def test_an_appointment_after_the_completion_leaves_cpt_nothing():
    # only an import can say so; the log keeps what happened
    paper = hosted().done(4, "5 15:00", appointment=us("7 14:00")).done(5, "6 17:00")

    assert paper.ledger()[3:4] == [(5, AGREED, "5 15:00", "6 17:00")]


@pytest.mark.parametrize("is_done", [False, True])
def test_an_appointment_rescheduled_counts_as_it_stands_now_even_after_step_5(is_done):
    paper = hosted().done(4, "5 15:00", appointment=us("6 14:00"))
    end = None
    if is_done:
        paper.done(5, "6 18:00")
        end = "6 18:00"

    paper.corrected(4, "6 19:00", appointment=us("7 13:00"))
    paper.corrected(4, "6 19:30", appointment=us("6 16:00"))

    assert paper.ledger()[3:5] == [(5, AGREED, "5 15:00", "6 16:00"), (5, CPT, "6 16:00", end)]
    assert paper.case.fields["appointment"] == us("6 16:00")
    assert paper.case.records[4].fields["appointment"] == us("6 16:00")


def test_each_round_waits_for_the_appointment_of_its_own():
    paper = hosted().done(4, "5 15:00", appointment=us("6 14:00"))
    paper.reopened(4, "6 12:00").done(4, "6 13:00", appointment=us("8 13:00")).done(5, "8 15:00")

    assert paper.ledger()[2:] == [
        (4, CPT, "5 14:00", "5 15:00"),
        (5, AGREED, "5 15:00", "6 12:00"),
        (4, CPT, "6 12:00", "6 13:00"),
        (5, AGREED, "6 13:00", "8 13:00"),
        (5, CPT, "8 13:00", "8 15:00"),
        (6, CPT, "8 15:00", None),
    ]


def test_step_5_reopened_alone_keeps_the_appointment():
    paper = hosted().done(4, "5 15:00", appointment=us("6 14:00")).done(5, "6 15:00")
    paper.reopened(5, "6 16:00").done(5, "6 17:00")

    assert paper.ledger()[4:] == [
        (5, CPT, "6 14:00", "6 15:00"),
        (6, CPT, "6 15:00", "6 16:00"),
        (5, CPT, "6 16:00", "6 17:00"),
        (6, CPT, "6 17:00", None),
    ]


# --- A requested date ------------------------------------------------------------------------


def test_until_a_requested_date_every_turn_is_the_customers_whatever_step_is_current():
    paper = local().done(5, "7 16:00")

    assert paper.ledger(requested="7 04:00") == [
        (2, CUSTOMER, "5 13:00", "5 13:10"),
        (3, CUSTOMER, "5 13:10", "5 14:00"),
        (4, CUSTOMER, "5 14:00", "5 14:30"),
        (5, CUSTOMER, "5 14:30", "7 04:00"),
        (5, CS, "7 04:00", "7 16:00"),
        (6, ORDERS, "7 16:00", None),
    ]


def test_a_requested_date_ahead_of_an_open_case_hands_the_turn_over_when_it_comes():
    paper = local()

    assert paper.ledger(requested="9 04:00")[3:] == [
        (5, CUSTOMER, "5 14:30", "9 04:00"),
        (5, CS, "9 04:00", None),
    ]


def test_a_requested_date_before_the_form_changes_nothing():
    paper = local().done(5, "5 16:00")

    assert paper.ledger(requested="5 13:00") == paper.ledger()
    assert paper.ledger(requested="5 04:00") == paper.ledger()


def test_a_requested_date_after_the_end_makes_all_of_it_the_customers():
    paper = local().done(5, "5 16:00").done(6, "6 15:00").done(7, "6 20:00")

    parties = {party for _, party, _, _ in paper.ledger(requested="9 04:00")}

    assert parties == {CUSTOMER}
    assert paper.ledger(requested="9 04:00")[-1][3] == "6 20:00"


def test_a_moment_before_the_requested_date_takes_effect_when_that_comes():
    before, after = local().handed(5, "5 15:00"), local().handed(5, "7 12:00")

    assert before.ledger(requested="7 04:00")[3:] == [
        (5, CUSTOMER, "5 14:30", "7 04:00"),
        (5, CS, "7 04:00", None),
    ]
    assert after.ledger(requested="7 04:00")[3:] == [
        (5, CUSTOMER, "5 14:30", "7 04:00"),
        (5, EMS, "7 04:00", "7 12:00"),
        (5, CS, "7 12:00", None),
    ]


# --- Letters ---------------------------------------------------------------------------------


def letter(state: str, **known: Any) -> Letter:
    return Letter("tl_form", 2, of_version=2, version=3, called_us=0, state=state, **known)


def test_a_letter_waits_until_it_was_sent_or_dropped_and_undone_only_if_its_end_is_not_known():
    states = ("queued", "drafted", "sending", "sent", "failed", "dropped")

    assert [it for it in states if letter(it).waits] == ["queued", "drafted", "sending", "failed"]
    assert [it for it in states if letter(it, is_undone=True).waits] == ["sending"]


def test_changeover_sends_what_is_queued_and_what_failed_from_the_instant_it_said():
    states = ("queued", "drafted", "sending", "sent", "failed", "dropped")

    assert [it for it in states if letter(it).is_due(5)] == ["queued"]
    assert [it for it in states if letter(it, again_us=5).is_due(5)] == ["queued", "failed"]
    assert [it for it in states if letter(it, again_us=6).is_due(5)] == []  # still to be undone
    assert [it for it in states if letter(it, again_us=5, is_undone=True).is_due(5)] == []


def test_somebody_was_told_the_appointment_that_stood_when_the_last_message_to_them_was_sent():
    step = WORKFLOWS["virtual_office"].step(4)
    case = Case(
        "C-0001", bookings=[Booking(4, 10), Booking(6, None), Booking(8, 30), Booking(10, 40)]
    )

    told_so_far = []
    for version, state in ((5, "sent"), (7, "sent"), (9, "sent"), (11, "failed")):
        case.letters[version, "tl_appointment"] = Letter(
            "tl_appointment", 4, version, version, 0, state
        )
        told_so_far.append(case.told_us(step, TL))

    assert told_so_far == [10, None, 30, 30]


def test_where_no_message_was_sent_the_appointment_before_this_one_was_told_otherwise():
    step = WORKFLOWS["virtual_office"].step(4)
    bookings = [Booking(4, 10), Booking(6, 20), Booking(8, None), Booking(10, 40)]

    told_before = [Case("C-0001", bookings=bookings[:n]).told_us(step, TL) for n in range(5)]

    assert told_before == [None, None, 10, 20, 20]


def test_an_appointment_is_off_from_when_it_was_called_off_until_there_is_another():
    bookings = [Booking(4, 10), Booking(6, 20), Booking(8, None), Booking(9, None), Booking(10, 40)]

    off = [Case("C-0001", bookings=bookings[:n]).off_us for n in range(6)]

    assert off == [None, None, None, 20, 20, None]


def test_a_reopening_before_the_appointment_and_a_withdrawal_call_it_off_until_it_stands_again():
    paper = hosted().done(4, "5 15:00", appointment=us("6 14:00")).done(5, "6 15:00")
    paper.reopened(5, "6 16:00").withdrawn("6 17:00").resumed("6 18:00").reopened(3, "6 19:00")

    assert [(item.version, told(item.begins_us)) for item in paper.case.bookings] == [
        (4, "6 14:00"), (7, None), (8, "6 14:00"), (9, None),
    ]  # fmt: skip
