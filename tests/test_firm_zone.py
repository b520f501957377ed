"""The firm's own time zone: checked, amended, and its clock beside the department's."""

from datetime import UTC, datetime

import pytest

from dashboard import commands
from dashboard.cases import Draft, fold
from dashboard.errors import FieldsRefused
from dashboard.instants import to_us
from dashboard.messages.drafting import handoffs
from dashboard.messages.invitation import invitation
from dashboard.store import Store
from dashboard.ui import agreed
from dashboard.workflows import FieldKind, appointments
from tests.builders import LEAD, MONDAY, SETTINGS, form, step_fields
from tests.histories import History, new_york, problems, refused

HERE, CHICAGO, PHOENIX = "America/New_York", "America/Chicago", "America/Phoenix"
TUESDAY = new_york(6, "10:00")


@pytest.mark.parametrize(
    "zone", ["Chicago", "america/chicago", "EST5", "UTC+1", 5, True, ["America/Chicago"]]
)
def test_what_is_no_time_zone_is_refused(zone):
    history = History("virtual_office")
    given = form("virtual_office", firm_name="Alder", firm_zone=zone)

    words = (
        "The case was not opened.",
        ("is not a time zone. Enter its name, such as America/Chicago."),
    )
    with refused(history.desk, *words, error=FieldsRefused) as caught:
        commands.open_case(history.desk, "virtual_office", given, by=LEAD, now=MONDAY)
    mended = given | {"firm_zone": CHICAGO}
    commands.open_case(history.desk, "virtual_office", mended, by=LEAD, now=MONDAY)

    assert problems(caught) == {"firm_zone"}


def test_a_local_case_has_no_use_for_it():
    with pytest.raises(FieldsRefused, match="There is no field 'firm_zone' here"):
        History("local", firm_zone=CHICAGO)


def test_it_can_be_amended_and_emptied():
    history = History("virtual_office")

    with refused(history, "is not a time zone", error=FieldsRefused):
        history.act(commands.amend_case, {"firm_zone": "Chicago"}, "they said so")
    history.act(commands.amend_case, {"firm_zone": CHICAGO}, "they said so")
    assert history.case.fields["firm_zone"] == CHICAGO
    history.act(commands.amend_case, {"firm_zone": ""}, "they moved")

    assert not history.case.fields["firm_zone"]


def test_a_case_of_a_log_without_it_opens_as_before():
    fields = {"firm_name": "Alder", "products": ["UltraTax CS"]}
    data = {"workflow": "virtual_office", "fields": fields}
    draft = Draft("C-1", 1, "case_opened", to_us(MONDAY), to_us(MONDAY), "A", data, "1")

    case = fold("C-1", [draft])

    assert case.fields.get("firm_zone") is None
    assert case.state == "open"


def booked(store: Store, begins: datetime, **more: str) -> str:
    """A case with that appointment."""
    given = form("virtual_office", **more)
    case_id = commands.open_case(store, "virtual_office", given, by=LEAD, now=MONDAY)[0].stream
    for step in (2, 3, 4):
        values = step_fields(store.case(case_id), step, MONDAY)
        values |= {"appointment": begins} if step == 4 else {}
        commands.complete_step(store, case_id, step, values, by=LEAD, now=MONDAY)
    return case_id


def test_the_weeks_appointments_say_it_as_it_stands(store: Store):
    plain, far, amended = (
        booked(store, TUESDAY, **more)
        for more in ({}, {"firm_zone": PHOENIX}, {"firm_zone": PHOENIX})
    )
    for zone in (CHICAGO, ""):
        change = {"firm_zone": zone}
        commands.amend_case(store, amended, change, "as they said", by=LEAD, now=MONDAY)
        rows = store.run("appointments", now=MONDAY).to_pylist()

        zones = {row["case_id"]: row["firm_zone"] for row in rows}
        assert zones == {plain: None, far: PHOENIX, amended: zone or None}


@pytest.mark.parametrize(
    ("there", "told"),
    [
        (None, "Oct 6, 10:00 AM–2:00 PM"),
        ("", "Oct 6, 10:00 AM–2:00 PM"),
        (HERE, "Oct 6, 10:00 AM–2:00 PM"),
        ("America/Detroit", "Oct 6, 10:00 AM–2:00 PM"),  # another name, the same clock
        ("Mars/Olympus", "Oct 6, 10:00 AM–2:00 PM"),  # of a log written where it was known
        (CHICAGO, "Oct 6, 10:00 AM–2:00 PM, in Chicago 9:00 AM–1:00 PM"),
        (PHOENIX, "Oct 6, 10:00 AM–2:00 PM, in Phoenix 7:00 AM–11:00 AM"),
        ("Asia/Tokyo", "Oct 6, 10:00 AM–2:00 PM, in Tokyo Oct 6, 11:00 PM–3:00 AM"),
        ("Pacific/Auckland", "Oct 6, 10:00 AM–2:00 PM, in Auckland Oct 7, 3:00 AM–7:00 AM"),
    ],
)
def test_an_appointment_is_told_on_both_clocks_where_they_differ(there, told):
    said = appointments.words(to_us(TUESDAY), 4, HERE, there)

    assert said == told.replace("Tokyo Oct 6, ", "Tokyo ")


def test_the_clocks_are_compared_as_they_are_at_that_instant():
    summer, winter = datetime(2026, 7, 1, 18, tzinfo=UTC), datetime(2026, 12, 1, 18, tzinfo=UTC)

    assert agreed.clocks(summer, HERE, PHOENIX) == "2:00 PM here is 11:00 AM in Phoenix."
    assert agreed.clocks(winter, HERE, PHOENIX) == "1:00 PM here is 11:00 AM in Phoenix."
    assert agreed.clocks(winter, HERE, "America/Detroit") == ""
    assert agreed.clocks(winter, HERE, None) == ""


def test_messages_tell_both_and_the_calendar_file_stays_in_utc():
    histories = [
        History("virtual_office", **more).until(4)
        for more in ({}, {"firm_zone": CHICAGO}, {"firm_zone": HERE})
    ]
    bodies, files = [], []
    for history in histories:
        history.complete(4, appointment=TUESDAY)
        [handoff] = handoffs(
            history.case, 4, settings=SETTINGS, personal=lambda refs: {}, now=history.now
        )
        bodies.append(handoff.mail.body)
        files.append(invitation(history.case, at=history.now))

    here = "Tue, Oct 6, 2026, 10:00 AM to 2:00 PM (New York time, EDT)\n"
    both = f"{here}Tue, Oct 6, 2026, 9:00 AM to 1:00 PM (Chicago time, CDT)\n"
    assert both in bodies[1]
    assert all(here in body and "Chicago" not in body for body in (bodies[0], bodies[2]))
    assert len(set(files)) == 1
    assert "DTSTART:20261006T140000Z" in files[0]


def test_a_form_asks_for_it_once_and_needs_no_answer():
    history = History("virtual_office")
    zones = [f for s in history.case.workflow.steps for f in s.fields if f.kind is FieldKind.ZONE]

    assert [(item.key, item.required) for item in zones] == [("firm_zone", False)]
    assert history.until(5).case.due == 5
