"""The workflow data against the department's own page, typed by hand once more."""

import re
from dataclasses import dataclass, field

import pytest

from dashboard.workflows import LOCAL, MOST_STEPS, VIRTUAL_OFFICE, WORKFLOWS, Step
from dashboard.workflows import Message as Mail

CUSTOMER, CS, TL, SALES = "Customer", "CS representative", "Team leader", "Sales representative"
CPT, EMS, ORDERS = "CitrixPortalTech", "EMS", "Order Team"
ADMINISTRATOR = "NetFirm administrator"

# The cancellation form: who works on the case, the firm's contact, a requested date, the trial.
FORM_REQUIRED = {"firm_name": "text"}
FORM_OPTIONAL = {
    "firm_id": "text", "cs_representative": "person", "sales_representative": "person",
    "contact": "text", "contact_email": "email", "requested_date": "date",
    "trial_licences": "choice",
}  # fmt: skip
TICKET = {"ems_ticket": "text", "high_priority": "confirm"}
PRICE = {"price_verified": "confirm", "price_verified_by": "person", "new_sales": "yes_no"}


@dataclass(frozen=True)
class Told:
    """One row of the page. Messages are (to, the message is the step, when it is due)."""

    meaning: str  # a pattern that the step's title fits
    turn: str
    required: dict[str, str] = field(default_factory=dict[str, str])
    optional: dict[str, str] = field(default_factory=dict[str, str])
    messages: set[tuple[str, bool, str]] = field(default_factory=set[tuple[str, bool, str]])
    moment: tuple[str, str, str] | None = None  # who had it before, who after, known from
    recorder: str = ""  # where it is not the party whose turn it is


PAGE = {
    "local": [
        Told(
            "form completed and submitted", CUSTOMER,
            FORM_REQUIRED | {"data_backed_up": "confirm"},
            FORM_OPTIONAL | {"products": "products"}, recorder=CS,
        ),
        Told(
            "routed to the team leaders to cancel", CS, {"team_leader": "person"},
            messages={(TL, False, "always")},
        ),
        Told(
            "Cancellation processed", TL,
            messages={(SALES, False, "always"), (CS, False, "always")},
        ),
        Told(
            "High-priority ticket to EMS to reinstate the pre-SaaS products", TL, TICKET,
            messages={(EMS, True, "always")},
        ),
        Told(
            "Renewal generated and sent to the firm", CS, PRICE,
            messages={(CUSTOMER, False, "always"), (SALES, False, "new_sales is yes")},
            moment=(EMS, CS, "somebody says so"),
        ),
        Told(
            "Order returned and processed", ORDERS, {"order_number": "text"},
            messages={(CUSTOMER, False, "always")},
            moment=(CUSTOMER, ORDERS, "somebody says so"),
        ),
        Told("Confirmation received, new licenses downloaded", CUSTOMER, recorder=CS),
    ],
    "virtual_office": [
        Told(
            "form completed and submitted", CUSTOMER, FORM_REQUIRED | {"products": "products"},
            FORM_OPTIONAL | {"firm_zone": "zone"}, recorder=CS,
        ),
        Told(
            "routed to the team leaders to hold", CS, {"team_leader": "person"},
            messages={(TL, False, "always")},
        ),
        Told(
            "CitrixPortalTech told that the firm moves", TL, {"products_to_load": "products"},
            messages={(CPT, True, "always")},
        ),
        Told(
            "Down time scheduled with the user", CPT, {"appointment": "window"},
            messages={(TL, False, "always")},
        ),
        Told(
            "CitrixPortalTech done, Welcome to Virtual Office e-mail sent", CPT,
            {"administrator": "text", "administrator_email": "email"},
            messages={(ADMINISTRATOR, True, "always")},
            moment=("Agreed date", CPT, "appointment"),
        ),
        Told(
            "CitrixPortalTech tells the team leaders that it is complete", CPT,
            messages={(TL, True, "always")},
        ),
        Told(
            "Cancellation processed", TL,
            messages={(SALES, False, "always"), (CS, False, "always")},
        ),
        Told(
            "High-priority ticket to EMS to reinstate the pre-SaaS product", TL, TICKET,
            messages={(EMS, True, "always")},
        ),
        Told(
            "Renewal generated; Sales proposes any new product sales", CS,
            PRICE | {"vo_setup_licence": "confirm", "vo_licences": "families"},
            {"combined_order": "yes_no"},
            messages={
                (CUSTOMER, False, "unless combined_order is yes"),
                (SALES, False, "new_sales is yes"),
            },
            moment=(EMS, CS, "somebody says so"),
        ),
        Told(
            "Order signed and processed", ORDERS, {"order_number": "text"},
            moment=(CUSTOMER, ORDERS, "somebody says so"),
        ),
        Told(
            "CitrixPortalTech notified to update the licenses", ORDERS,
            messages={(CPT, True, "always")},
        ),
    ],
}  # fmt: skip
ROWS = [
    pytest.param(WORKFLOWS[key].steps[place], told, id=f"{key} {place + 1}")
    for key, rows in PAGE.items()
    for place, told in enumerate(rows)
]


def when_due(message: Mail) -> str:
    """A message's condition in words."""
    said = {True: "yes", False: "no"}
    if message.only_if:
        return f"{message.only_if[0]} is {said[message.only_if[1]]}"
    if message.unless:
        return f"unless {message.unless[0]} is {said[message.unless[1]]}"
    return "always"


def fields_of(step: Step, *, required: bool) -> dict[str, str]:
    return {item.key: str(item.kind) for item in step.fields if item.required is required}


# --- The page --------------------------------------------------------------------------------


def test_there_are_two_paths_of_seven_and_eleven_steps():
    assert {key: path.last for key, path in WORKFLOWS.items()} == {"local": 7, "virtual_office": 11}
    assert {key: len(rows) for key, rows in PAGE.items()} == {"local": 7, "virtual_office": 11}
    assert MOST_STEPS == 11


@pytest.mark.parametrize(("step", "told"), ROWS)
def test_a_step_stands_in_its_place_and_means_what_the_page_says(step, told):
    assert re.search(told.meaning, step.title)


@pytest.mark.parametrize(("step", "told"), ROWS)
def test_a_step_is_the_turn_of_the_party_that_the_page_names(step, told):
    assert str(step.party) == told.turn


@pytest.mark.parametrize(("step", "told"), ROWS)
def test_a_step_is_recorded_by_its_party_and_a_customers_by_the_cs_representative(step, told):
    assert str(step.recorded_by) == (told.recorder or told.turn)


@pytest.mark.parametrize(("step", "told"), ROWS)
def test_a_step_records_what_the_page_lists_and_must_have_what_is_not_optional(step, told):
    assert fields_of(step, required=True) == told.required
    assert fields_of(step, required=False) == told.optional


@pytest.mark.parametrize(("step", "told"), ROWS)
def test_a_step_sends_the_messages_of_the_page_to_whom_it_names(step, told):
    messages = {(str(mail.to), mail.is_step, when_due(mail)) for mail in step.messages}

    assert messages == told.messages
    assert len(step.messages) == len(told.messages)


@pytest.mark.parametrize(("step", "told"), ROWS)
def test_a_step_changes_hands_at_the_moment_that_the_page_names(step, told):
    turn = step.turn
    moment = turn and (turn.before, str(turn.after), turn.from_field or "somebody says so")

    assert moment == told.moment


@pytest.mark.parametrize(
    ("path", "steps"), [(LOCAL, {4}), (VIRTUAL_OFFICE, {3, 5, 6, 8, 11})], ids=["local", "vo"]
)
def test_only_in_these_steps_the_message_is_the_step(path, steps):
    assert {step.number for step in path.steps for m in step.messages if m.is_step} == steps


def test_a_virtual_office_case_is_on_hold_from_step_2_until_step_6_and_a_local_one_never():
    assert VIRTUAL_OFFICE.hold == (2, 6)
    assert LOCAL.hold is None


def test_the_cancellation_of_a_virtual_office_case_is_gated_by_steps_3_to_6_and_nothing_else_is():
    gates = {
        (path.key, step.number): step.gate
        for path in WORKFLOWS.values()
        for step in path.steps
        if step.gate
    }

    assert gates == {("virtual_office", 7): (3, 6)}


def test_only_virtual_office_5_waits_for_its_appointment_of_four_hours():
    waiting = [(step.number, step.not_before) for step in VIRTUAL_OFFICE.steps if step.not_before]

    assert waiting == [(5, "appointment")]
    assert VIRTUAL_OFFICE.step(4).field("appointment").hours == 4
    assert not any(step.not_before for step in LOCAL.steps)


def test_virtual_office_needs_products_and_a_local_case_does_not():
    assert VIRTUAL_OFFICE.products_required
    assert not LOCAL.products_required
    for path in WORKFLOWS.values():
        assert path.step(1).field(path.products_field).required is path.products_required


def test_what_outsiders_are_called_and_reached_by_is_personal_and_nothing_else():
    personal = {
        (path.key, step.number, item.key)
        for path in WORKFLOWS.values()
        for step in path.steps
        for item in step.fields
        if item.personal
    }

    assert personal == {
        ("local", 1, "contact"), ("local", 1, "contact_email"),
        ("virtual_office", 1, "contact"), ("virtual_office", 1, "contact_email"),
        ("virtual_office", 5, "administrator"), ("virtual_office", 5, "administrator_email"),
    }  # fmt: skip


def test_who_works_on_a_case_is_known_whatever_is_reopened():
    for path in WORKFLOWS.values():
        owners = {item.key for step in path.steps for item in step.fields if item.owner}

        assert owners == {"cs_representative", "sales_representative", "team_leader"}


def test_trial_licences_are_offered_used_or_not_needed_and_a_date_may_not_have_passed():
    for path in WORKFLOWS.values():
        form = path.step(1)

        assert form.field("trial_licences").options == ("offered", "used", "not needed")
        assert form.field("requested_date").not_before_today


def test_one_order_to_sign_is_asked_only_if_sales_proposes_something_new():
    assert VIRTUAL_OFFICE.step(9).field("combined_order").only_if == ("new_sales", True)


def test_a_tracker_may_spell_each_path_in_its_ways_and_no_spelling_means_both():
    assert {"local", "local installation"} <= LOCAL.spellings
    assert {"vo", "virtual office", "virtual office cs"} <= VIRTUAL_OFFICE.spellings
    assert not LOCAL.spellings & VIRTUAL_OFFICE.spellings
    for path in WORKFLOWS.values():
        assert all(text == " ".join(text.casefold().split()) for text in path.spellings)


def test_every_text_that_people_read_is_there_once_and_whole():
    for path in WORKFLOWS.values():
        labels = [step.label for step in path.steps]

        assert len(set(labels)) == len(labels)
        for step in path.steps:
            assert step.instruction.endswith(".")
            assert "  " not in step.instruction
            for mail in step.messages:
                mail.subject.format(firm="Juniper Advisors")


def test_a_message_is_named_once_in_its_path():
    for path in WORKFLOWS.values():
        keys = [mail.key for step in path.steps for mail in step.messages]

        assert len(set(keys)) == len(keys)
