"""Amendments: what the form says is put right, under the rules of the form."""

from datetime import date

import pytest

from dashboard import commands
from dashboard.errors import FieldsRefused, InputRefused
from tests.histories import History, at_step, new_york, refused


def amend(history: History, reason: str = "the firm says so", **fields) -> None:
    history.act(commands.amend_case, fields, reason)


def test_an_amendment_changes_only_what_it_names():
    history = at_step(4, firm_id="F-1", trial_licences="used")

    amend(history, firm_name="Juniper & Co", cs_representative="A. Diaz")

    fields = history.case.fields
    assert (fields["firm_name"], fields["cs_representative"]) == ("Juniper & Co", "A. Diaz")
    assert (fields["firm_id"], fields["trial_licences"]) == ("F-1", "used")


def test_an_amendment_needs_a_reason_and_a_change():
    history = at_step(4)

    with refused(history, "Editing a case needs a reason"):
        amend(history, " ", firm_id="F-1")
    with refused(history, "Nothing was saved", error=InputRefused):
        amend(history)


@pytest.mark.parametrize(
    ("path", "fields", "words"),
    [
        ("local", {"firm_name": ""}, "Enter the firm's name"),
        ("local", {"firm_name": "a\nb"}, "on one line"),
        ("local", {"data_backed_up": False}, "Confirm this to continue"),
        ("virtual_office", {"products": []}, "at least one product"),
        ("virtual_office", {"products": ()}, "at least one product"),
        ("local", {"products": ["Onvio"]}, "Onvio is not in the catalog"),
        ("local", {"contact_email": "ann"}, "not an e-mail address"),
        ("local", {"requested_date": "2026-10-04"}, "has passed"),
        ("local", {"team_leader": "H. Abebe"}, "no field 'team_leader' here"),
    ],
)
def test_an_amendment_keeps_the_rules_of_the_form(path, fields, words):
    history = at_step(4, path)

    with refused(history, "Case C-0001 was not changed.", words, error=FieldsRefused):
        amend(history, **fields)


@pytest.mark.parametrize("empty", ["", None])
def test_an_optional_field_can_be_emptied(empty):
    history = at_step(4, firm_id="F-1", contact="Ann Birch", requested_date="2026-10-09")

    amend(history, firm_id=empty, contact=empty, requested_date=empty, products=[])

    fields = history.case.fields
    assert (fields["firm_id"], fields["contact"], fields["requested_date"]) == ("", "", "")
    assert fields["products"] == ""


def test_a_requested_date_that_has_come_is_kept():
    history = at_step(2, requested_date=date(2026, 10, 7))
    history.now = new_york(6, "23:59")
    amend(history, requested_date="2026-10-08")
    history.now = new_york(8, "00:00")

    words = "The requested cancellation date 2026-10-08 has passed"
    for changed in ("2026-10-12", "", None):
        with refused(history, words, "Leave it as it is"):
            amend(history, requested_date=changed)
        with refused(history, words, "Leave it as it is"):
            history.act(commands.correct_step, 1, fields={"requested_date": changed})
    amend(history, firm_id="F-1")

    assert history.case.fields["requested_date"] == "2026-10-08"


def test_a_product_cannot_be_added_once_the_licences_are_complete():
    history = at_step(10, "virtual_office", products=["UltraTax CS", "Microsoft Office"])
    more = ["UltraTax CS", "Planner CS"]

    words = "step 9 is complete without the license for Planner. Reopen that step first"
    with refused(history, "The products cannot be changed", words):
        amend(history, products=more)
    with refused(history, "The products cannot be changed", words):
        history.act(commands.correct_step, 1, fields={"products": more})
    amend(history, products=["UltraTax CS", "Microsoft Exchange"])  # of a family that is there
    history.act(commands.reopen_step, 9, "one product more")
    amend(history, products=more)
    history.complete(9, vo_licences=["UltraTax", "Planner"])


def test_a_closed_or_withdrawn_case_can_still_be_put_right():
    closed, withdrawn = History().closed(), at_step(4)
    withdrawn.act(commands.withdraw_case, "the firm stays")

    for history in (closed, withdrawn):
        state = history.case.state
        amend(history, firm_name="Juniper & Co")
        history.act(commands.correct_step, 3, at=new_york(5, "11:00"))

        assert history.case.state == state
        assert history.case.firm == "Juniper & Co"
