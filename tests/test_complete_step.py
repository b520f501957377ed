"""Completing a step: the fixed order, the times, and what each step must record."""

from datetime import timedelta

import pytest

from dashboard import commands
from dashboard.catalogue import Product
from dashboard.errors import FieldsRefused, StaleCase, UnknownCase
from dashboard.instants import to_us
from dashboard.workflows import LOCAL, VIRTUAL_OFFICE, WORKFLOWS, Party
from tests.builders import LEAD, MONDAY, bulk, member, step_fields
from tests.histories import HOUR, MINUTE, History, at_step, desk_with, problems, refused

# --- Order -----------------------------------------------------------------------------------


@pytest.mark.parametrize("path", [LOCAL, VIRTUAL_OFFICE], ids=["local", "vo"])
def test_at_every_step_only_that_step_can_be_completed(path):
    history = History(path.key)

    for due in range(2, path.last + 1):
        history.wait(HOUR)
        for step in {*range(-1, path.last + 3)} - {due}:
            with refused(history, f"Step {step} was not completed", f"step {due} of C-0001"):
                history.act(commands.complete_step, step, {})
        history.complete(due)

    assert history.case.state == "closed"


def test_a_step_cannot_be_completed_twice():
    history = at_step(3).wait(HOUR)

    with refused(history, "Step 2 was not completed", "step 3", "order of steps is fixed"):
        history.complete(2)


def test_nothing_can_be_completed_started_or_handed_over_while_a_case_is_withdrawn():
    history = at_step(5)
    history.act(commands.withdraw_case, "the firm stays")

    with refused(history, "Step 5 was not completed", "withdrawn. Resume it first"):
        history.complete(5)
    with refused(history, "Step 5 was not started", "withdrawn. Resume it first"):
        history.act(commands.start_step, 5)
    with refused(history, "Step 5 was not handed over", "withdrawn. Resume it first"):
        history.act(commands.record_turn, 5)
    history.act(commands.resume_case)
    history.complete(5)


@pytest.mark.parametrize("step", [1, 7, 8])
def test_nothing_can_be_completed_or_started_once_a_case_is_closed(step):
    history = History().closed()

    with refused(history, f"Step {step} was not completed", "closed. Reopen a step first"):
        history.act(commands.complete_step, step, {})
    with refused(history, f"Step {step} was not started", "closed. Reopen a step first"):
        history.act(commands.start_step, step)


def test_a_case_that_does_not_exist_is_named():
    desk = bulk()

    with refused(desk, "no case 'C-0404'", error=UnknownCase):
        commands.complete_step(desk, "C-0404", 2, {}, by=LEAD, now=MONDAY)


def test_a_case_that_somebody_moved_meanwhile_is_stale_and_names_who_did():
    history = at_step(2)
    seen = history.case.version
    history.act(commands.add_note, "called back", by=member(Party.CPT))

    with refused(history, "M. CitrixPortalTech changed case C-0001", error=StaleCase) as caught:
        history.complete(2, version=seen)
    history.complete(2, version=seen + 1)

    assert (caught.value.case_id, caught.value.moved_by) == ("C-0001", "M. CitrixPortalTech")


# --- Times -----------------------------------------------------------------------------------


def test_a_step_cannot_be_completed_in_the_future():
    history = at_step(2)

    with refused(history, "Step 2", "in the future", "Enter a time up to now"):
        history.complete(2, at=history.now + MINUTE)
    history.complete(2, at=history.now)


def test_a_step_cannot_be_completed_before_it_became_current():
    history = at_step(3).wait(HOUR)
    current = history.now - 2 * HOUR  # step 2 was completed then

    with refused(history, "Step 3", "the step became current at 2026-10-05 14:00"):
        history.complete(3, at=current - timedelta(microseconds=1))
    history.complete(3, at=current)

    assert history.case.records[3].completed_us == history.case.records[2].completed_us


def test_a_step_cannot_be_completed_before_work_on_it_began():
    history = at_step(3)
    history.act(commands.start_step, 3)
    history.wait(HOUR)

    with refused(history, "Step 3", "work on it began at 2026-10-05 15:00"):
        history.complete(3, at=history.now - HOUR - MINUTE)
    history.complete(3, at=history.now - HOUR)


def test_a_step_cannot_be_completed_before_it_changed_hands():
    history = at_step(5)
    history.act(commands.record_turn, 5)
    history.wait(HOUR)

    with refused(history, "Step 5", "it was handed over at 2026-10-05 17:00"):
        history.complete(5, at=history.now - HOUR - MINUTE)
    history.complete(5, at=history.now - HOUR)


def test_two_clocks_of_one_office_may_differ_by_less_than_five_minutes():
    history = at_step(3)
    history.complete(3)
    completed = history.case.records[3].completed_us or 0

    history.wait(-timedelta(minutes=4)).complete(4)
    history.wait(-timedelta(minutes=1))
    with refused(history, "Step 5", "the step became current"):
        history.complete(5)

    assert history.case.records[4].completed_us == completed


# --- What the steps record -------------------------------------------------------------------

VO, LO = "virtual_office", "local"
RULES = [
    ((LO, 2), {"team_leader": ""}, "team_leader", "Enter "),
    ((LO, 2), {"team_leader": "T\x07"}, "team_leader", "control character"),
    ((LO, 2), {"team_leader": "T" * 121}, "team_leader", "at most 120"),
    ((LO, 2), {"ems_ticket": "E-1"}, "ems_ticket", "no field 'ems_ticket' here"),
    ((LO, 4), {"ems_ticket": ""}, "ems_ticket", "Enter the"),
    ((LO, 4), {"ems_ticket": "E" * 41}, "ems_ticket", "at most 40"),
    ((LO, 4), {"high_priority": False}, "high_priority", "Confirm this to continue"),
    ((LO, 5), {"price_verified": False}, "price_verified", "Confirm this to continue"),
    ((LO, 5), {"price_verified_by": None}, "price_verified_by", "Enter "),
    ((LO, 5), {"new_sales": None}, "new_sales", "choose yes or no"),
    ((LO, 5), {"new_sales": "no"}, "new_sales", "choose yes or no"),
    ((LO, 5), {"vo_setup_licence": True}, "vo_setup_licence", "no field"),
    ((LO, 6), {"order_number": " "}, "order_number", "Enter the"),
    ((LO, 6), {"order_number": "8" * 41}, "order_number", "at most 40"),
    ((LO, 6), {"order_number": 4711}, "order_number", "enter text"),
    ((VO, 2), {"team_leader": None}, "team_leader", "Enter "),
    ((VO, 3), {"products_to_load": []}, "products_to_load", "at least one product"),
    ((VO, 3), {"products_to_load": ["Word"]}, "products_to_load", "Word is not in the catalog"),
    ((VO, 5), {"administrator": ""}, "administrator", "Enter the"),
    ((VO, 5), {"administrator_email": "ann"}, "administrator_email", "not an e-mail address"),
    ((VO, 5), {"administrator_email": ""}, "administrator_email", "Enter the"),
    ((VO, 8), {"ems_ticket": None}, "ems_ticket", "Enter the"),
    ((VO, 8), {"high_priority": None}, "high_priority", "Confirm this to continue"),
    ((VO, 9), {"price_verified": None}, "price_verified", "Confirm this to continue"),
    ((VO, 9), {"price_verified_by": ""}, "price_verified_by", "Enter "),
    ((VO, 9), {"new_sales": 1}, "new_sales", "choose yes or no"),
    ((VO, 9), {"new_sales": True, "combined_order": "x"}, "combined_order", "choose yes or no"),
    ((VO, 9), {"vo_setup_licence": False}, "vo_setup_licence", "Confirm this to continue"),
    ((VO, 9), {"vo_licences": []}, "vo_licences", "the license for UltraTax is missing"),
    ((VO, 9), {"vo_licences": None}, "vo_licences", "the license for UltraTax is missing"),
    ((VO, 9), {"vo_licences": ["Planner"]}, "vo_licences", "the license for UltraTax is missing"),
    ((VO, 9), {"vo_licences": "UltraTax"}, "vo_licences", "a list of families"),
    ((VO, 9), {"vo_licences": True}, "vo_licences", "a list of families"),
    ((VO, 10), {"order_number": ""}, "order_number", "Enter the"),
]  # fmt: skip


@pytest.mark.parametrize(("at", "values", "key", "words"), RULES)
def test_a_step_that_breaks_a_rule_is_refused_and_passes_once_it_is_mended(at, values, key, words):
    path, step = at
    history = at_step(step, path)

    what = f"Step {step} was not completed."
    with refused(history, what, words, error=FieldsRefused) as caught:
        history.complete(step, **values)
    history.complete(step)

    assert problems(caught) == {key}
    assert history.case.due == step + 1


def test_every_required_field_of_every_step_is_missed():
    for path in WORKFLOWS.values():
        history = History(path.key)
        for step in path.steps[1:]:
            required = {item.key for item in step.fields if item.required}
            history.wait(HOUR)
            if required:
                with refused(history, error=FieldsRefused) as caught:
                    history.act(commands.complete_step, step.number, {})
                assert problems(caught) == required
            history.complete(step.number)


def test_each_family_of_the_products_to_be_migrated_needs_its_licence():
    products = ["UltraTax CS", "Planner CS", "Microsoft Office", "Microsoft Exchange"]
    history = at_step(9, VO, products=products)
    needed = ["UltraTax", "Planner", "Microsoft"]

    for held in (needed[:2], needed[1:], [needed[0], needed[2]]):
        [missing] = set(needed) - set(held)
        with refused(history, f"the license for {missing} is missing", error=FieldsRefused):
            history.complete(9, vo_licences=held)
    history.complete(9, vo_licences=[*needed, "ToolBox"])

    assert history.case.records[9].fields["vo_licences"] == needed


def test_a_family_within_the_name_of_another_does_not_stand_for_it():
    catalogue = (
        Product("Tax", "Tax", is_addon=False, limitation=""),
        Product("Tax Plus", "Tax Plus", is_addon=False, limitation=""),
    )
    desk = desk_with(catalogue=catalogue)
    history = History(VO, desk=desk, products=["Tax", "Tax Plus"])
    history.until(9)

    with refused(history, "the license for Tax is missing", error=FieldsRefused):
        history.complete(9, vo_licences=["Tax Plus"])
    history.complete(9, vo_licences=["Tax", "Tax Plus"])


def test_products_amended_before_the_renewal_need_their_licences_too():
    history = at_step(9, VO)
    history.act(commands.amend_case, {"products": ["UltraTax CS", "Planner CS"]}, "one more")

    with refused(history, "the license for Planner is missing", error=FieldsRefused):
        history.complete(9, vo_licences=["UltraTax"])
    history.complete(9, vo_licences=["UltraTax", "Planner"])


def test_a_combined_order_is_kept_only_where_sales_proposes_something_new():
    plain, combined = at_step(9, VO), at_step(9, VO)

    plain.complete(9, new_sales=False, combined_order=True)
    combined.complete(9, new_sales=True, combined_order=True)

    assert "combined_order" not in plain.case.records[9].fields
    assert combined.case.records[9].fields["combined_order"] is True


def test_the_administrators_name_and_address_are_kept_beside_the_log():
    history = at_step(5, VO)
    history.complete(5, administrator="Ann Birch", administrator_email="ann@juniper.example")

    event = history.events[-1]
    refs = {key: value["ref"] for key, value in event.data["fields"].items()}
    assert event.personal == {
        refs["administrator"]: "Ann Birch",
        refs["administrator_email"]: "ann@juniper.example",
    }
    assert "Ann" not in str(event.data)


def test_a_completion_keeps_when_it_happened_when_it_was_entered_and_who_did_it():
    history = at_step(2).wait(HOUR)
    values = step_fields(history.case, 2, history.now)
    happened = history.now - 30 * MINUTE

    history.act(commands.complete_step, 2, values, at=happened, done_by="A. Diaz")

    event = history.events[-1]
    assert (event.occurred_us, event.recorded_us) == (to_us(happened), to_us(history.now))
    assert (event.actor, event.data["done_by"]) == ("T. Vance", "A. Diaz")
    assert history.case.records[2].done_by == "A. Diaz"
