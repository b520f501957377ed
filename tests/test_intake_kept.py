"""What an import keeps of a row besides its times, and where."""

from datetime import UTC, datetime, timedelta

import pytest

from dashboard import commands
from dashboard.instants import to_us
from tests.builders import ADMIN
from tests.sheets import NOW, completed, notes, row, take, verdict


def test_what_the_row_says_is_kept_where_a_step_takes_it(store):
    take(
        store,
        row(
            "VO", 11, Products="practice cs | ULTRATAX CS\nMicrosoft  Office", CS_rep="K. Tanaka",
            Team_leader="T. Vance", Sales_rep="G. Stahl", Appointment="10/28/2026 1:00 PM",
            EMS_ticket="EMS-1", Order_no="SO-1", Notes="called back",
        )
        | {"Step 5": "10/28/2026 13:00", "Region": "East", "Floor": "n/a"},
    )  # fmt: skip

    kept = completed(store)
    assert kept[1] == {
        "workflow": "virtual_office",
        "imported": True,
        "fields": {
            "firm_id": "F1", "firm_name": "Birch & Sons", "cs_representative": "K. Tanaka",
            "sales_representative": "G. Stahl",
            "products": ["UltraTax CS", "Practice CS", "Microsoft Office"],
        },
    }  # fmt: skip
    assert kept[2]["fields"] == {"team_leader": "T. Vance"}
    assert kept[4]["fields"] == {
        "appointment": to_us(datetime(2026, 10, 28, 17, 0, tzinfo=UTC)),
    }
    assert kept[8]["fields"] == {"ems_ticket": "EMS-1"}
    assert kept[10]["fields"] == {"order_number": "SO-1"}
    assert [number for number, data in kept.items() if "flags" in data] == []
    assert notes(store) == ["Notes: called back\nRegion: East"]


def test_the_same_fields_go_to_other_steps_on_the_other_path(store):
    take(store, row(done=7, EMS_ticket="EMS-1", Order_no="SO-1"))

    kept = completed(store)
    assert kept[4]["fields"] == {"ems_ticket": "EMS-1"}
    assert kept[6]["fields"] == {"order_number": "SO-1"}


def test_what_belongs_to_later_steps_waits_in_the_note(store):
    later = {"EMS_ticket": "EMS-1", "Appointment": "10/29/2026 8:00 AM"}

    take(store, row("VO", 1, Team_leader="T. Vance", **later))

    assert completed(store)[1]["fields"]["team_leader"] == "T. Vance"  # an owner, known already
    assert notes(store) == ["EMS ticket: EMS-1\nAppointment: 10/29/2026 8:00 AM"]


def test_an_update_keeps_only_what_is_new(store):
    take(store, row(done=3, EMS_ticket="EMS-1", Notes="called back"))

    more = {"EMS_ticket": "EMS-1", "Notes": "called back", "Team_leader": "H. Abebe"}
    more["Order_no"] = "SO-1"
    take(store, row(done=5, **more))

    assert completed(store)[4]["fields"] == {"ems_ticket": "EMS-1"}
    assert notes(store) == ["EMS ticket: EMS-1\nNotes: called back", "Order no.: SO-1"]
    assert store.case("C-0001").fields["team_leader"] == "H. Abebe"
    take(store, row(done=6, **more), row(done=7, **more, Products="Planner CS"))
    assert completed(store)[6]["fields"] == {"order_number": "SO-1"}
    assert store.case("C-0001").fields["products"] == ["Planner CS"]
    assert len(notes(store)) == 2


def test_an_appointment_that_breaks_its_rules_is_kept_and_flagged(store):
    take(store, row("VO", 6, Appointment="10/28/2026 5:00 PM"))

    assert completed(store)[4]["fields"]["appointment"] == to_us(
        datetime(2026, 10, 28, 21, 0, tzinfo=UTC)
    )
    assert completed(store)[4]["flags"] == ["appointment_outside_hours"]
    assert completed(store)[5]["flags"] == ["before_appointment"]
    assert "flags" not in completed(store)[6]


def test_one_appointment_more_than_can_be_held_is_kept_and_flagged(store):
    tuesday = "11/03/2026 10:00 AM"
    commands.change_planning(store, appointments_at_once=1, by=ADMIN, now=NOW - timedelta(days=1))
    rows = [
        row("VO", 4, Firm_ID="F1", Appointment=tuesday),
        row("VO", 4, Firm_ID="F2", Appointment="11/03/2026 1:00 PM"),
        row("VO", 11, Firm_ID="F3", Appointment=tuesday),
        row("VO", 4, Firm_ID="F4", Appointment="11/04/2026 10:00 AM"),
    ]

    take(store, *rows)
    take(store, row("VO", 4, Firm_ID="F5", Appointment="11/04/2026 11:00 AM"))

    flags = [completed(store, f"C-000{number}")[4].get("flags") for number in range(1, 6)]
    assert flags == [None, ["appointment_clash"], None, None, ["appointment_clash"]]


def test_a_step_before_an_appointment_known_from_before_is_flagged(store):
    take(store, row("VO", 4, Appointment="10/28/2026 1:00 PM"))
    take(store, row("VO", 5, Appointment="10/28/2026 1:00 PM", Step_5="10/28/2026 12:59"))

    assert completed(store)[5]["flags"] == ["before_appointment"]
    assert notes(store) == []


@pytest.mark.parametrize("text", ["next week", "12/31/2099 6:00 PM"])
def test_an_appointment_at_the_edge_of_what_can_be_read_is_never_lost(store, text):
    take(store, row("VO", 4, Appointment=text))

    if text == "next week":
        assert completed(store)[4]["flags"] == ["appointment_unreadable"]
        assert notes(store) == [f"Appointment: {text}"]
    else:
        assert completed(store)[4]["flags"] == ["appointment_outside_hours"]


def test_an_appointment_on_a_path_that_has_none_is_a_note(store):
    take(store, row(done=7, Appointment="10/28/2026 1:00 PM"))

    assert notes(store) == ["Appointment: 10/28/2026 1:00 PM"]


def test_products_that_the_catalogue_does_not_have_are_kept_and_flagged(store):
    take(store, row("VO", Products=f"ultratax cs, Onvio, onvio, {'x' * 200}"))

    first = completed(store)[1]
    assert first["fields"]["products"] == ["UltraTax CS", "Onvio", "x" * 119 + "…"]
    assert first["flags"] == ["unknown_product"]
    assert notes(store) == [f"Products: ultratax cs, Onvio, {'x' * 200}"]


def test_what_is_too_long_for_its_field_is_cut_flagged_and_whole_in_the_note(store):
    long = "Birch " * 30
    rows = row(Firm_ID="F" * 50, Firm=long, Notes="z" * 3000)

    take(store, rows)

    form = completed(store)[1]
    assert form["fields"]["firm_id"] == "F" * 39 + "…"
    assert len(form["fields"]["firm_name"]) <= 120
    assert form["flags"] == ["firm_id_cut", "firm_name_cut"]
    first, second = notes(store)
    assert first.startswith(f"Firm ID: {'F' * 50}\nFirm: {long.strip()}\nNotes: zzz")
    assert len(first) == 2000
    assert (first + second).count("z") == 3000
    assert verdict(store, rows) == "duplicate"
