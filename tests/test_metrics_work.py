"""Today, Cases and Case by hand: a few cases whose figures one can count."""

from collections.abc import Callable
from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

import pyarrow as pa
import pytest

from dashboard import commands
from dashboard.store import View
from dashboard.store.desk import Bulk
from dashboard.store.log import Head, events_table
from dashboard.store.model import Model
from tests.builders import LEAD, SETTINGS, bulk, events_of, form, step_fields

NEW_YORK = ZoneInfo("America/New_York")
Walked = Callable[..., str]


def ny(text: str) -> datetime:
    """New York's wall clock in October 2026: "05 09:00"; the 5th is a Monday."""
    return datetime.strptime(f"2026-10-{text}", "%Y-%m-%d %H:%M").replace(tzinfo=NEW_YORK)


NOON = ny("07 12:00")  # a Wednesday


@pytest.fixture
def desk() -> Bulk:
    """A desk in memory, which lets a test tell its cases in any order."""
    return bulk()


def seen(desk: Bulk) -> View:
    """The read model of what was done at the desk."""
    model = Model(SETTINGS)
    model.apply([events_table(events_of(desk.drafts))] if desk.drafts else [])
    return View(model, Head.empty())


@pytest.fixture
def walk(desk: Bulk) -> Walked:
    """Open a case and complete its next steps at the times given; returns its id."""

    def walked(workflow: str, *times: str, leader: str = "T. Vance", **more: Any) -> str:
        opened = commands.open_case(
            desk, workflow, form(workflow, **more), by=LEAD, now=ny(times[0])
        )
        case_id = opened[0].stream
        for step, time in enumerate(times[1:], start=2):
            fields = step_fields(desk.case(case_id), step, ny(time))
            if step == 2:
                fields["team_leader"] = leader
            commands.complete_step(desk, case_id, step, fields, by=LEAD, now=ny(time))
        return case_id

    return walked


def rows(table: pa.Table, *names: str) -> list[tuple[Any, ...]]:
    return [tuple(row[name] for name in names) for row in table.to_pylist()]


# --- The worklist ----------------------------------------------------------------------------


def test_the_worklist_puts_the_least_time_left_first(desk: Bulk, walk: Walked):
    walk("local", "06 09:00", "06 10:00")  # a day and two hours used
    walk("local", "05 09:00", "05 10:00", "05 11:00")  # two days and three hours: over the target
    walk("virtual_office", "01 09:00")  # four days and two hours: over the limit
    walk("local", "07 09:00", *["07 09:00"] * 6)  # closed: absent
    resting = walk("local", "07 09:00", "07 09:30")
    commands.withdraw_case(desk, resting, "stays", by=LEAD, now=ny("07 10:00"))

    table = seen(desk).run("worklist", now=NOON)

    assert rows(table, "case_id", "step", "party", "timing", "business_minutes_left") == [
        ("C-0003", 2, "CS representative", "late", -720.0),
        ("C-0002", 4, "Team leader", "at risk", 360.0),
        ("C-0001", 3, "Team leader", "on time", 900.0),
    ]
    assert rows(table, "limit_at")[2] == (ny("09 09:00"),)
    assert rows(table, "steps_done", "last_step", "step_label") == [
        (1, 11, "Held by TL"),
        (3, 7, "EMS ticket"),
        (2, 7, "Canceled"),
    ]


def test_time_in_a_step_counts_all_its_rounds(desk: Bulk, walk: Walked):
    case_id = walk("local", "05 09:00", "05 10:00", "05 11:00")  # step 3 took one hour
    commands.reopen_step(desk, case_id, 3, "a slip", by=LEAD, now=ny("05 12:00"))

    table = seen(desk).run("worklist", now=ny("05 14:00"))

    # the hour before, the two since; the turn itself began with the reopening
    assert rows(table, "step", "step_us", "turn_us") == [(3, 3 * 3_600_000_000, 2 * 3_600_000_000)]


def test_a_turn_that_lies_ahead_is_nobodys_yet(desk: Bulk, walk: Walked):
    case_id = walk("virtual_office", "05 09:00", "05 09:00", "05 09:00")
    fields = {"appointment": ny("06 13:00")}
    commands.complete_step(desk, case_id, 4, fields, by=LEAD, now=ny("05 10:00"))

    before = seen(desk).run("worklist", now=ny("06 12:00"))
    since = seen(desk).run("worklist", now=ny("06 14:00"))

    assert rows(before, "party", "turn_us") == [("Agreed date", 11 * 3_600_000_000)]
    assert rows(since, "party", "turn_us") == [("CitrixPortalTech", 3_600_000_000)]


def test_until_a_requested_date_it_is_the_customers_turn(desk: Bulk, walk: Walked):
    walk("local", "05 09:00", "05 10:00", requested_date="2026-10-08")

    before = seen(desk).run("worklist", now=NOON)
    since = seen(desk).run("worklist", now=ny("08 09:00"))

    assert rows(before, "party", "step") == [("Customer", 3)]
    assert rows(since, "party", "step") == [("Team leader", 3)]


def test_the_hold_shows_from_step_2_until_step_6_is_complete(desk: Bulk, walk: Walked):
    held = [walk("virtual_office", "05 09:00", *["05 09:00"] * done) for done in (0, 1, 2)]
    commands.catch_up(
        desk,
        walk("virtual_office", "05 08:00", "05 08:00", "05 08:00"),
        [
            commands.CatchUp(4, ny("05 08:00"), {"appointment": ny("05 08:00")}),
            commands.CatchUp(
                5,
                ny("05 12:00"),
                {"administrator": "N. Wexler", "administrator_email": "n@w.example"},
            ),
            commands.CatchUp(6, ny("05 12:00")),
        ],
        by=LEAD,
        now=ny("05 12:00"),
    )
    walk("local", "05 09:00", "05 09:00", "05 09:00")

    table = seen(desk).run("worklist", now=NOON)

    assert {row["case_id"] for row in table.to_pylist() if row["is_on_hold"]} == set(held)


def test_the_worklist_can_be_narrowed(desk: Bulk, walk: Walked):
    walk("local", "05 09:00", "05 10:00", leader="H. Abebe")
    walk("virtual_office", "05 09:00", "05 10:00")
    walk("virtual_office", "05 09:00")

    def found(**wanted: Any) -> list[str]:
        return seen(desk).run("worklist", now=NOON, **wanted)["case_id"].to_pylist()

    assert found(workflow="local") == ["C-0001"]
    assert found(team_leader="T. Vance") == ["C-0002"]
    assert found(party="CS representative") == ["C-0003"]
    assert found(workflow="local", party="CS representative") == []


# --- Today's figures -------------------------------------------------------------------------


def test_todays_figures_count_each_case_where_it_belongs(desk: Bulk, walk: Walked):
    walk("local", "01 09:00")  # late by four hours
    walk("local", "02 11:00", "02 11:00")  # falls due today at 11:00 … and passed an hour ago
    walk("local", "02 14:00", "02 14:00")  # falls due today at 14:00
    walk("local", "07 09:00")  # on time
    walk("local", "01 09:00", *["01 09:00"] * 5)  # waits only for the customer's download

    [counts] = seen(desk).run("today_counts", now=NOON).to_pylist()

    assert counts["open"] == 5
    assert (counts["late"], counts["most_over_us"]) == (2, 12 * 3_600_000_000)
    assert (counts["at_risk"], counts["due_today"], counts["downloads"]) == (1, 1, 1)
    assert counts["next_limit_at"] == ny("07 14:00")
    assert (counts["on_us"], counts["on_others"]) == (4, 1)


def test_an_empty_log_counts_nothing(desk: Bulk):
    [counts] = seen(desk).run("today_counts", now=NOON).to_pylist()

    assert (counts["open"], counts["late"], counts["next_limit_at"]) == (0, 0, None)


# --- Finding ---------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "typed",
    [
        "juniper",
        "JUNIPER  adv",
        "béla",
        "Bela",
        "c-0001",
        "C 0001",
        "f-77",
        "ems12",
        "EMS-12 3",
        "so9",
    ],
)
def test_a_case_is_found_by_what_is_said_on_the_telephone(desk: Bulk, walk: Walked, typed: str):
    case_id = walk(
        "local", "05 09:00", "05 09:00", "05 09:00",
        firm_name="Juniper Advisors & Béla", firm_id="F-77",
    )  # fmt: skip
    for step, fields in ((4, {"ems_ticket": "EMS-123"}), (6, {"order_number": "SO 99"})):
        given = step_fields(desk.case(case_id), step, NOON) | fields
        if step == 6:
            five = step_fields(desk.case(case_id), 5, NOON)
            commands.complete_step(desk, case_id, 5, five, by=LEAD, now=ny("05 10:00"))
        commands.complete_step(desk, case_id, step, given, by=LEAD, now=ny("05 10:00"))
    walk("local", "05 09:00", firm_name="Granite Tax")

    assert seen(desk).run("find_cases", now=NOON, text=typed)["case_id"].to_pylist() == [case_id]


@pytest.mark.parametrize("typed", ["", "  ", "&", "%", "_", "granite", "'; DROP TABLE cases"])
def test_what_is_in_no_case_finds_nothing(desk: Bulk, walk: Walked, typed: str):
    walk("local", "05 09:00")

    assert seen(desk).run("find_cases", now=NOON, text=typed).num_rows == 0


def test_the_best_match_comes_first_and_then_the_newest(desk: Bulk, walk: Walked):
    walk("local", "05 09:00", firm_name="Old Granite")
    walk("local", "05 10:00", firm_name="Granite Tax")
    walk("local", "05 09:00", firm_name="Granite")
    walk("local", "05 11:00", firm_name="Granite Books")

    found = seen(desk).run("find_cases", now=NOON, text="granite")
    two = seen(desk).run("find_cases", now=NOON, text="granite", most=2)

    assert found["case_id"].to_pylist() == ["C-0003", "C-0004", "C-0002", "C-0001"]
    assert two["case_id"].to_pylist() == ["C-0003", "C-0004"]


# --- The list of all cases -------------------------------------------------------------------


def test_the_list_holds_open_closed_and_withdrawn_cases(desk: Bulk, walk: Walked):
    walk("local", "05 09:00", *["05 11:00"] * 6)
    walk("local", "01 09:00", "01 09:00")
    resting = walk("virtual_office", "06 09:00")
    commands.withdraw_case(desk, resting, "stays", by=LEAD, now=ny("06 10:00"))

    table = seen(desk).run("case_list", now=NOON)

    assert rows(table, "case_id", "state", "step", "party", "timing", "business_minutes") == [
        ("C-0003", "withdrawn", 2, "Customer", "on time", 720.0),
        ("C-0002", "open", 3, "Team leader", "late", 2340.0),
        ("C-0001", "closed", None, None, "on time", 120.0),
    ]


@pytest.mark.parametrize(
    ("wanted", "found"),
    [
        ({"state": "closed"}, ["C-0001"]),
        ({"step": 3}, ["C-0002"]),
        ({"party": "CS representative"}, ["C-0003"]),
        ({"late": True}, ["C-0002"]),
        ({"late": False, "state": "open"}, ["C-0003"]),
        ({"text": "gran ite"}, ["C-0003"]),
        ({"workflow": "virtual_office"}, ["C-0003"]),
        ({"team_leader": "H. Abebe"}, ["C-0002"]),
        ({"since": date(2026, 10, 5), "until": date(2026, 10, 6)}, ["C-0001"]),
    ],
)
def test_the_list_can_be_narrowed(
    desk: Bulk, walk: Walked, wanted: dict[str, Any], found: list[str]
):
    walk("local", "05 09:00", *["05 11:00"] * 6)
    walk("local", "01 09:00", "01 09:00", leader="H. Abebe")
    walk("virtual_office", "06 09:00", firm_name="Granite Tax")

    assert seen(desk).run("case_list", now=NOON, **wanted)["case_id"].to_pylist() == found


# --- One case --------------------------------------------------------------------------------


def test_the_ledger_adds_up_and_marks_an_unrecorded_hand_over(desk: Bulk, walk: Walked):
    case_id = walk("local", "05 09:00", "05 10:00", "05 12:00", "05 13:00", "06 09:00")
    commands.record_turn(desk, case_id, 6, by=LEAD, now=ny("06 11:00"))

    table = seen(desk).run("case_ledger", now=ny("06 15:00"), case_id=case_id)

    hour = 3_600_000_000
    assert rows(table, "step", "party", "business_us", "lacks_handover") == [
        (2, "CS representative", hour, False),
        (3, "Team leader", 2 * hour, False),
        (4, "Team leader", hour, False),
        (5, "CS representative", 5 * hour, True),  # EMS's part of it was not recorded
        (6, "Customer", 2 * hour, False),
        (6, "Order Team", 4 * hour, False),
    ]
    assert sum(table["business_us"].to_pylist()) == 15 * hour


def test_turns_stand_end_to_end_and_leave_out_what_lies_ahead(desk: Bulk, walk: Walked):
    case_id = walk("virtual_office", "05 09:00", "05 09:00", "05 11:00")
    fields = {"appointment": ny("06 13:00")}
    commands.complete_step(desk, case_id, 4, fields, by=LEAD, now=ny("05 12:00"))

    table = seen(desk).run("case_turns", now=ny("05 16:00"), case_id=case_id)

    hour = 3_600_000_000
    assert rows(table, "step", "party", "began_us", "ended_us") == [
        (3, "Team leader", 0, 2 * hour),
        (4, "CitrixPortalTech", 2 * hour, 3 * hour),
        (5, "Agreed date", 3 * hour, 7 * hour),
    ]


def test_a_step_usually_takes_what_it_took_in_closed_cases(desk: Bulk, walk: Walked):
    walk("local", "05 09:00", "05 10:00", *["05 11:00"] * 5)
    walk("local", "05 09:00", "05 12:00", *["05 12:00"] * 5)
    walk("local", "05 09:00", "05 16:00")  # open: absent

    table = seen(desk).run("step_usual", now=NOON)

    hour = 3_600_000_000
    assert rows(table, "step", "n", "half_us", "most_us")[:2] == [
        (2, 2, 2 * hour, 2.7 * hour),
        (3, 2, hour // 2, 0.85 * hour),
    ]


# --- Beside the worklist ---------------------------------------------------------------------


def test_an_appointment_counts_until_a_reopening_undoes_it(desk: Bulk, walk: Walked):
    kept = walk("virtual_office", "05 09:00", "05 09:00", "05 09:00")
    undone = walk("virtual_office", "05 09:00", "05 09:00", "05 09:00")
    later = walk("virtual_office", "05 09:00", "05 09:00", "05 09:00")
    for case_id, begins in ((kept, "06 13:00"), (undone, "06 08:00"), (later, "07 08:00")):
        fields = {"appointment": ny(begins)}
        commands.complete_step(desk, case_id, 4, fields, by=LEAD, now=ny("05 10:00"))
    commands.reopen_step(desk, undone, 4, "the firm asks", by=LEAD, now=ny("05 11:00"))

    table = seen(desk).run("appointments", now=NOON, since=ny("06 00:00"), until=ny("07 00:00"))
    everything = seen(desk).run("appointments", now=NOON)

    assert rows(table, "case_id", "appointment_at") == [(kept, ny("06 13:00"))]
    assert everything["case_id"].to_pylist() == [kept, later]


def test_a_follow_up_shows_on_its_day_and_after_until_it_is_cleared(desk: Bulk, walk: Walked):
    due, ahead, cleared = (walk("local", "05 09:00") for _ in range(3))
    for case_id, day in (
        (due, date(2026, 10, 6)),
        (ahead, date(2026, 10, 8)),
        (cleared, NOON.date()),
    ):
        commands.follow_up(desk, case_id, day, by=LEAD, now=ny("05 10:00"))
    commands.follow_up(desk, cleared, None, by=LEAD, now=ny("05 10:00"))

    table = seen(desk).run("follow_ups", now=NOON, until=date(2026, 10, 8))

    assert rows(table, "case_id", "follow_up") == [(due, date(2026, 10, 6))]


def test_names_are_told_by_what_people_are_in_the_cases(desk: Bulk, walk: Walked):
    walk("local", "05 09:00", "05 09:00", cs_representative="K. Tanaka")
    walk("local", "05 09:00", "05 09:00", sales_representative="G. Stahl")

    table = seen(desk).run("people_named", now=NOON)

    assert rows(table, "party", "name", "cases") == [
        ("CS representative", "K. Tanaka", 1),
        ("Sales representative", "G. Stahl", 1),
        ("Team leader", "T. Vance", 2),
    ]
    leaders = seen(desk).run("people_named", now=NOON, party="Team leader")
    assert leaders["name"].to_pylist() == ["T. Vance"]


def test_names_of_cases_are_suggested_with_all_their_parties(desk: Bulk, walk: Walked):
    walk("local", "05 09:00", "05 09:00", cs_representative="K. Tanaka")
    walk("local", "05 09:00", "05 09:00", cs_representative=" t. vance", sales_representative="G")

    table = seen(desk).run("people_suggested", now=NOON)

    assert rows(table, "name", "parties", "cases") == [
        ("T. Vance", ["CS representative", "Team leader"], 2),
        ("G", ["Sales representative"], 1),
        ("K. Tanaka", ["CS representative"], 1),
    ]
