"""The fold by hand, where something is undone: reopened, withdrawn, corrected."""

from dashboard.cases import Case, evolve
from tests.paper import AGREED, CPT, CS, CUSTOMER, EMS, ORDERS, TL, Paper, hosted, local, told, us

# --- Reopened --------------------------------------------------------------------------------


def test_a_closed_case_reopened_never_stopped():
    paper = local().done(5, "5 16:00").handed(6, "6 13:00").done(6, "6 15:00").done(7, "6 20:00")
    paper.reopened(6, "8 13:00").done(6, "8 15:00").done(7, "8 16:00")

    assert paper.ledger()[4:] == [
        (6, CUSTOMER, "5 16:00", "6 13:00"),
        (6, ORDERS, "6 13:00", "6 15:00"),
        (7, CUSTOMER, "6 15:00", "6 20:00"),
        (6, ORDERS, "6 20:00", "8 13:00"),  # between closing and reopening: the reopened step's
        (6, ORDERS, "8 13:00", "8 15:00"),
        (7, CUSTOMER, "8 15:00", "8 16:00"),
    ]
    assert (told(paper.case.closed_us), paper.case.reopened) == ("8 16:00", True)


def test_time_between_closing_and_reopening_is_of_the_party_of_the_step_that_is_reopened():
    paper = local().done(5, "5 16:00").done(6, "6 15:00").done(7, "6 20:00").reopened(7, "7 13:00")

    assert paper.ledger()[-2:] == [
        (7, CUSTOMER, "6 20:00", "7 13:00"),
        (7, CUSTOMER, "7 13:00", None),
    ]


def test_no_appointment_divides_the_time_between_closing_and_reopening():
    paper = hosted().done(4, "5 15:00", appointment=us("9 14:00"))  # as only an import can say
    for step in range(5, 12):
        paper.done(step, "6 13:00")
    paper.reopened(5, "12 13:00")

    assert paper.ledger()[-2:] == [
        (5, CPT, "6 13:00", "12 13:00"),
        (5, CPT, "12 13:00", None),
    ]


def test_a_step_done_again_counts_from_when_it_first_became_current():
    paper = local().done(5, "5 16:00").started(6, "5 17:00").reopened(4, "6 13:00")

    case = paper.case
    assert (case.due, case.records.keys()) == (4, {1, 2, 3, 4})
    assert told(case.records[4].current_us) == "5 14:00"
    assert (case.records[4].completed_us, case.records[4].fields) == (None, {})

    case = paper.done(4, "6 14:00").done(5, "6 15:00").case
    assert told(case.records[5].current_us) == "5 14:30"
    assert (told(case.records[6].current_us), case.records[6].started_us) == ("5 16:00", None)


def test_a_moment_belongs_to_the_round_in_which_it_was_recorded():
    paper = local().handed(5, "5 15:00").done(5, "5 16:00").reopened(5, "6 13:00")

    assert paper.ledger()[-1] == (5, CS, "6 13:00", None)
    paper.handed(5, "6 14:00")
    assert paper.ledger()[3:] == [
        (5, EMS, "5 14:30", "5 15:00"),
        (5, CS, "5 15:00", "5 16:00"),
        (6, ORDERS, "5 16:00", "6 13:00"),
        (5, EMS, "6 13:00", "6 14:00"),
        (5, CS, "6 14:00", None),
    ]


def test_a_step_completed_anew_forgets_what_it_said_before_but_not_who_works_on_the_case():
    paper = local().done(5, "5 16:00", new_sales=True, price_verified_by="A. Diaz")
    paper.reopened(2, "6 13:00")
    assert paper.case.fields["team_leader"] == "T. Vance"

    paper.done(2, "6 13:10").done(3, "6 14:00").done(4, "6 15:00").done(
        5, "6 16:00", new_sales=False
    )

    assert paper.case.fields["team_leader"] == "T. Vance"
    assert paper.case.fields["new_sales"] is False
    assert "price_verified_by" not in paper.case.fields


# --- Withdrawn -------------------------------------------------------------------------------


def test_withdrawn_time_is_the_customers_and_marked_and_counts_for_the_step():
    paper = local().withdrawn("5 15:00")

    assert (paper.case.state, paper.case.current_step) == ("withdrawn", 5)
    assert paper.ledger()[3:] == [
        (5, CS, "5 14:30", "5 15:00"),
        (5, CUSTOMER + "*", "5 15:00", None),
    ]

    paper.resumed("7 13:00").done(5, "7 15:00")
    assert paper.case.state == "open"
    assert paper.ledger()[3:] == [
        (5, CS, "5 14:30", "5 15:00"),
        (5, CUSTOMER + "*", "5 15:00", "7 13:00"),
        (5, CS, "7 13:00", "7 15:00"),
        (6, ORDERS, "7 15:00", None),
    ]
    assert told(paper.case.records[5].current_us) == "5 14:30"


def test_a_moment_recorded_before_a_withdrawal_holds_after_it():
    paper = local().handed(5, "5 14:45").withdrawn("5 15:00").resumed("7 13:00")

    assert paper.ledger()[3:] == [
        (5, EMS, "5 14:30", "5 14:45"),
        (5, CS, "5 14:45", "5 15:00"),
        (5, CUSTOMER + "*", "5 15:00", "7 13:00"),
        (5, CS, "7 13:00", None),
    ]


def test_a_moment_recorded_after_a_resumption_counts_for_the_whole_step():
    paper = local().withdrawn("5 15:00").resumed("7 13:00").handed(5, "7 14:00")

    assert paper.ledger()[3:] == [
        (5, EMS, "5 14:30", "5 15:00"),
        (5, CUSTOMER + "*", "5 15:00", "7 13:00"),
        (5, EMS, "7 13:00", "7 14:00"),
        (5, CS, "7 14:00", None),
    ]


def test_an_appointment_that_begins_while_the_case_is_withdrawn_has_begun_when_it_goes_on():
    paper = hosted().done(4, "5 15:00", appointment=us("6 14:00"))
    paper.withdrawn("6 13:00").resumed("6 18:00")

    assert paper.ledger()[3:] == [
        (5, AGREED, "5 15:00", "6 13:00"),
        (5, CUSTOMER + "*", "6 13:00", "6 18:00"),
        (5, CPT, "6 18:00", None),
    ]


def test_withdrawn_time_before_a_requested_date_stays_marked():
    paper = local().withdrawn("5 15:00").resumed("6 13:00")

    assert paper.ledger(requested="7 04:00")[3:] == [
        (5, CUSTOMER, "5 14:30", "5 15:00"),
        (5, CUSTOMER + "*", "5 15:00", "6 13:00"),
        (5, CUSTOMER, "6 13:00", "7 04:00"),
        (5, CS, "7 04:00", None),
    ]


# --- Corrected -------------------------------------------------------------------------------


def test_a_corrected_completion_moves_the_end_of_one_turn_and_the_beginning_of_the_next():
    paper = local().corrected(3, "5 16:00", to="5 13:40")

    assert paper.ledger()[1:3] == [(3, TL, "5 13:10", "5 13:40"), (4, TL, "5 13:40", "5 14:30")]
    assert told(paper.case.records[3].completed_us) == "5 13:40"
    assert told(paper.case.records[4].current_us) == "5 13:40"


def test_a_corrected_opening_moves_the_beginning_of_the_case():
    paper = local().corrected(1, "5 16:00", to="2 20:00")

    assert paper.ledger()[0] == (2, CS, "2 20:00", "5 13:10")
    assert [told(at) for at in (paper.case.opened_us, paper.case.records[1].current_us)] == [
        "2 20:00", "2 20:00"
    ]  # fmt: skip
    assert told(paper.case.records[2].current_us) == "2 20:00"


def test_a_correction_after_a_reopening_mends_the_round_that_it_names():
    paper = local().reopened(3, "5 15:00").done(3, "5 17:00")  # step 3: versions 3 and 6
    paper.corrected(6, "5 18:00", to="5 16:00")

    assert paper.ledger()[1:] == [
        (3, TL, "5 13:10", "5 14:00"),
        (4, TL, "5 14:00", "5 14:30"),
        (5, CS, "5 14:30", "5 15:00"),
        (3, TL, "5 15:00", "5 16:00"),
        (4, TL, "5 16:00", None),
    ]
    # step 4 became current for the first time by the first round
    assert told(paper.case.records[4].current_us) == "5 14:00"


def test_a_correction_made_before_a_reopening_still_counts_after_it():
    paper = local().corrected(3, "5 15:00", to="5 13:40").reopened(4, "5 16:00")

    assert told(paper.case.records[3].completed_us) == "5 13:40"
    assert told(paper.case.records[4].current_us) == "5 13:40"
    assert paper.ledger()[1:3] == [(3, TL, "5 13:10", "5 13:40"), (4, TL, "5 13:40", "5 14:30")]


def test_starts_and_moments_are_corrected_too():
    paper = local().started(5, "5 15:00").handed(5, "5 15:30").done(5, "5 16:00")
    paper.corrected(5, "5 17:00", to="5 14:40").corrected(6, "5 17:00", to="5 14:50")

    assert told(paper.case.records[5].started_us) == "5 14:40"
    assert paper.ledger()[3:5] == [(5, EMS, "5 14:30", "5 14:50"), (5, CS, "5 14:50", "5 16:00")]


def test_the_last_of_several_corrections_holds():
    paper = local().corrected(3, "5 15:00", to="5 13:40").corrected(3, "5 15:10", to="5 13:50")

    assert told(paper.case.records[3].completed_us) == "5 13:50"


def test_a_corrected_field_stands_in_the_record_and_in_the_case():
    paper = local().corrected(2, "5 15:00", team_leader="H. Abebe")

    assert paper.case.records[2].fields == {"team_leader": "H. Abebe"}
    assert paper.case.fields["team_leader"] == "H. Abebe"
    assert told(paper.case.records[2].completed_us) == "5 13:10"


# --- Records ---------------------------------------------------------------------------------


def test_a_record_says_who_entered_a_step_who_did_it_and_whether_it_was_imported():
    paper = Paper("local", "5 13:00")
    paper.add("step_completed", "5 14:00", step=2, done_by="A. Diaz", imported=True, flags=["odd"])

    record = paper.case.records[2]
    assert (record.actor, record.done_by) == ("T. Vance", "A. Diaz")
    assert (record.imported, record.flags) == (True, ("odd",))
    assert not paper.case.imported


def test_the_earliest_start_of_a_step_counts():
    paper = local().started(5, "5 15:00").started(5, "5 14:40").started(5, "5 15:10")

    assert told(paper.case.records[5].started_us) == "5 14:40"


def test_a_case_grows_event_by_event_into_what_they_fold_to_together():
    paper = (
        local().withdrawn("5 15:00").resumed("5 16:00").done(5, "5 17:00").reopened(4, "5 18:00")
    )
    case = Case("C-0001")

    for draft in paper.drafts:
        assert evolve(case, draft) is case

    assert case == paper.case
