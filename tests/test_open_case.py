"""Opening a case: the cancellation form's rules, refused and then kept."""

from collections.abc import Sequence
from datetime import date, timedelta
from typing import Any

import pytest

from dashboard import commands
from dashboard.cases import Draft
from dashboard.commands.checks import checked
from dashboard.errors import FieldsRefused, InputRefused, StaleCase
from dashboard.instants import to_us
from dashboard.workflows import Asked, Field, FieldKind, Party
from tests.builders import ADMIN, LEAD, MONDAY, SETTINGS, EmptyDesk, bulk, form, member
from tests.histories import HOUR, MINUTE, History, new_york, problems, refused


def opened(path="local", *, now=MONDAY, at=None, desk=None, **values) -> Any:
    """A new case's only event."""
    fields = {key: value for key, value in form(path, **values).items() if value is not ...}
    [event] = commands.open_case(desk or bulk(), path, fields, by=LEAD, now=now, at=at)
    return event


def test_a_case_opened_has_step_1_complete_and_step_2_due():
    case = History("local").case

    assert (case.state, case.current_step) == ("open", 2)
    assert case.records[1].completed_us == case.opened_us == to_us(MONDAY)
    assert case.fields["products"] == ["UltraTax CS"]


@pytest.mark.parametrize(
    ("path", "values", "key", "words"),
    [
        ("local", {"data_backed_up": False}, "data_backed_up", "Confirm this to continue"),
        ("local", {"data_backed_up": ...}, "data_backed_up", "Confirm this to continue"),
        ("local", {"data_backed_up": "yes"}, "data_backed_up", "Confirm this to continue"),
        ("local", {"data_backed_up": 1}, "data_backed_up", "Confirm this to continue"),
        ("virtual_office", {"products": []}, "products", "at least one product"),
        ("virtual_office", {"products": ()}, "products", "at least one product"),
        ("virtual_office", {"products": ...}, "products", "at least one product"),
        ("virtual_office", {"products": ""}, "products", "at least one product"),
        ("virtual_office", {"products": {}}, "products", "a list of products"),
        ("virtual_office", {"products": "UltraTax CS"}, "products", "a list of products"),
        ("local", {"products": ["UltraTax CS", "Onvio"]}, "products", "Onvio is not in the"),
        ("local", {"products": [7, None]}, "products", "7, None is not in the catalog"),
        ("local", {"firm_name": ...}, "firm_name", "Enter the firm's name"),
        ("local", {"firm_name": "   "}, "firm_name", "Enter the firm's name"),
        ("local", {"firm_name": "\u200b\u2060"}, "firm_name", "no visible characters"),
        ("local", {"firm_name": 4711}, "firm_name", "enter text"),
        ("local", {"firm_name": "J" * 121}, "firm_name", "121 characters. Use at most 120"),
        ("local", {"firm_id": "F" * 41}, "firm_id", "41 characters. Use at most 40"),
        ("local", {"firm_name": "Juniper\nAdvisors"}, "firm_name", "on one line"),
        ("local", {"firm_name": "Juniper\x00"}, "firm_name", "control character"),
        ("local", {"firm_name": "Juniper\x1b[31m"}, "firm_name", "control character"),
        ("local", {"firm_name": "Juniper\u2028Advisors"}, "firm_name", "on one line"),
        ("local", {"firm_name": "Juniper\ud800"}, "firm_name", "control character"),
        ("local", {"cs_representative": "A.\tDiaz"}, "cs_representative", "on one line"),
        ("local", {"contact": {"ref": "c"}}, "contact", "enter text"),
        ("local", {"contact_email": "juniper.example"}, "contact_email", "not an e-mail address"),
        ("local", {"contact_email": "a@b"}, "contact_email", "not an e-mail address"),
        ("local", {"contact_email": "a b@firm.com"}, "contact_email", "not an e-mail address"),
        ("local", {"contact_email": "a@b@firm.com"}, "contact_email", "not an e-mail address"),
        ("local", {"contact_email": "a@firm.com, b@firm.com"}, "contact_email", "name@firm.com"),
        ("local", {"contact_email": "Ann <a@firm.com>"}, "contact_email", "name@firm.com"),
        ("local", {"contact_email": "a@firm..com"}, "contact_email", "not an e-mail address"),
        ("local", {"contact_email": "a@" + "f" * 120 + ".com"}, "contact_email", "at most 120"),
        ("local", {"trial_licences": "maybe"}, "trial_licences", "'maybe' is not one of offered"),
        ("local", {"trial_licences": ["used"]}, "trial_licences", "Choose one"),
        ("local", {"requested_date": "2026-10-04"}, "requested_date", "Oct 4 has passed"),
        ("local", {"requested_date": "2028-10-05"}, "requested_date", "more than two years"),
        ("local", {"requested_date": "5 October"}, "requested_date", "not a date. Enter it as"),
        ("local", {"requested_date": "2026-02-30"}, "requested_date", "not a date. Enter it as"),
        ("local", {"requested_date": True}, "requested_date", "not a date. Enter it as"),
        ("local", {"requested_date": MONDAY}, "requested_date", "a time of day"),
        ("local", {"order_number": "A-1"}, "order_number", "no field 'order_number' here"),
        ("local", {"data_backed_up2": True}, "data_backed_up2", "no field"),
    ],
)  # fmt: skip
def test_a_form_that_breaks_a_rule_is_refused_and_names_the_field(path, values, key, words):
    desk = bulk()

    with refused(desk, "The case was not opened.", words, error=FieldsRefused) as caught:
        opened(path, desk=desk, **values)

    assert problems(caught) == {key}


@pytest.mark.parametrize(
    ("path", "values", "kept"),
    [
        ("local", {"data_backed_up": True}, {"data_backed_up": True}),
        ("virtual_office", {"products": ("UltraTax CS",)}, {"products": ["UltraTax CS"]}),
        ("local", {"products": []}, {}),
        ("local", {"products": ["ToolBox CS", "UltraTax CS", "ToolBox CS"]},
         {"products": ["UltraTax CS", "ToolBox CS"]}),
        ("local", {"firm_name": "  Juniper & Söhne GmbH  "}, {"firm_name": "Juniper & Söhne GmbH"}),
        ("local", {"firm_name": "J" * 120}, {"firm_name": "J" * 120}),
        ("local", {"firm_id": "F" * 40}, {"firm_id": "F" * 40}),
        ("local", {"firm_id": " "}, {}),
        ("local", {"cs_representative": "A. Diaz"}, {"cs_representative": "A. Diaz"}),
        ("local", {"trial_licences": "used"}, {"trial_licences": "used"}),
        ("local", {"requested_date": "2026-10-05"}, {"requested_date": "2026-10-05"}),
        ("local", {"requested_date": date(2026, 10, 9)}, {"requested_date": "2026-10-09"}),
        ("local", {"requested_date": "2028-10-04"}, {"requested_date": "2028-10-04"}),
        ("local", {"requested_date": None}, {}),
    ],
)  # fmt: skip
def test_the_same_form_passes_once_it_is_mended(path, values, kept):
    fields = opened(path, **values).data["fields"]

    assert {key: fields[key] for key in kept} == kept
    assert not (values.keys() - kept.keys()) & fields.keys()


def test_every_problem_of_a_form_is_named_at_once():
    desk = bulk()

    with refused(
        desk, "Enter the firm's name", ("Confirm this to continue"), error=FieldsRefused
    ) as caught:
        commands.open_case(desk, "local", {"contact_email": "x"}, by=LEAD, now=MONDAY)

    assert problems(caught) == {"firm_name", "data_backed_up", "contact_email"}


def test_today_is_the_day_on_the_wall_of_the_calendar_and_not_in_utc():
    late = new_york(5, "21:00")  # already the 6th in UTC
    desk = bulk()

    assert opened(now=late, requested_date="2026-10-05").data["fields"]["requested_date"]
    with refused(desk, "Oct 4 has passed. Choose Oct 5", error=FieldsRefused):
        opened(now=late, desk=desk, requested_date="2026-10-04")


def test_personal_values_are_kept_beside_the_log_and_only_refs_in_it():
    event = opened(contact="Ann Birch, 555-0101", contact_email="ann@juniper.example")
    refs = {key: event.data["fields"][key]["ref"] for key in ("contact", "contact_email")}

    assert event.personal == {
        refs["contact"]: "Ann Birch, 555-0101",
        refs["contact_email"]: "ann@juniper.example",
    }
    assert "Ann" not in str(event.data)
    assert "ann@" not in str(event.data)
    assert len(set(refs.values())) == 2


def test_a_path_that_does_not_exist_is_refused():
    desk = bulk()

    with refused(desk, "no path 'onvio'", "local or virtual_office", error=InputRefused):
        commands.open_case(desk, "onvio", form("local"), by=LEAD, now=MONDAY)


def test_a_form_can_be_entered_late_but_not_ahead_of_its_time():
    desk = bulk()
    submitted = MONDAY - 20 * HOUR

    with refused(desk, "Submission of the form", "2026-10-05 13:01", "in the future"):
        opened(desk=desk, at=MONDAY + MINUTE)
    event = opened(desk=desk, at=submitted)

    assert event.recorded_us - event.occurred_us == timedelta(hours=20) / timedelta(microseconds=1)


def test_a_year_mistyped_by_a_century_is_refused():
    desk = bulk()

    with refused(desk, "too long ago. Check the year"):
        opened(desk=desk, at=MONDAY.replace(year=1926))


def test_an_instant_without_a_zone_is_refused():
    desk = bulk()

    with refused(desk, "has no zone", error=InputRefused):
        opened(desk=desk, at=MONDAY.replace(tzinfo=None))


@pytest.mark.parametrize("name", ["x" * 121, "A.\nDiaz", "  "])
def test_who_did_it_must_be_a_name(name):
    desk = bulk()

    with refused(desk, "who did it must be a name", error=InputRefused):
        commands.open_case(desk, "local", form("local"), by=LEAD, now=MONDAY, done_by=name)


def test_who_did_it_is_told_beside_who_recorded_it():
    representative = member(Party.CS)
    desk = bulk()
    commands.open_case(
        desk, "local", form("local"), by=representative, now=MONDAY, done_by="A. Diaz"
    )

    [event] = desk.drafts
    assert (event.actor, event.data["done_by"]) == (representative.name, "A. Diaz")


class Crowded(EmptyDesk):
    """A desk at which others take the next id first, so many times."""

    def __init__(self, others: int) -> None:
        super().__init__()
        self.others = others

    def append(self, drafts: Sequence[Draft]) -> list[Any]:
        if self.others:
            self.others -= 1
            raise StaleCase(drafts[0].stream, 1)
        return list(drafts)


def test_who_is_second_to_open_a_case_takes_the_next_id_and_gives_up_in_the_end():
    assert opened(desk=Crowded(19)).kind == "case_opened"

    with pytest.raises(StaleCase):
        opened(desk=Crowded(20))


def test_a_confirmation_that_is_optional_may_be_left_open():
    item = Field("told", "The firm was told", FieldKind.CONFIRM, required=False)
    asked = Asked(SETTINGS, MONDAY, {}, "products")

    given = [checked("", [item], {"told": value}, asked).data for value in (True, False, None)]

    assert given == [{"told": True}, {"told": False}, {}]


def test_cases_are_numbered_in_the_order_in_which_they_are_opened():
    desk = bulk()

    ids = [
        commands.open_case(desk, path, form(path), by=ADMIN, now=MONDAY)[0].stream
        for path in ("local", "virtual_office", "local")
    ]

    assert ids == ["C-0001", "C-0002", "C-0003"]
