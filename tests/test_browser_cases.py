"""A case of each path from New case to the report, in a real browser, with slips on the way."""

import csv
from collections.abc import Mapping
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from dashboard import clock, commands, formats
from dashboard.settings import BUSINESS_DAY_US
from dashboard.store import Store
from tests.builders import LEAD, form
from tests.live import figure, live_app, second_terminal
from tests.screen import Room, Screen
from tests.walks import AT, BACKED_UP, NEW_YORK, Clock, complete, price, ticket

TRACKER = Path(__file__).parent / "data" / "tracker.csv"
pytestmark = pytest.mark.browser


def refuse(screen: Screen, button: str, *words: str, kept: Mapping[str, str] = {}) -> None:
    """The button is pressed, the words stand there, and nothing typed is lost."""
    screen.press(button).says(*words)
    for label, text in kept.items():
        if label == AT or label.startswith("Appointment"):
            assert screen.shown(label) == text
        else:
            screen.holds(label, text)


def first_steps_of_virtual_office(screen: Screen, days: Clock) -> None:
    """Steps 2 to 6, each tried wrongly first."""
    slip = days.at(1, 9)
    screen.moment(AT, slip)
    refuse(
        screen, "Complete step 2", "the step became current", kept={AT: f"{slip:%Y-%m-%d %H:%M}"}
    )
    complete(screen, 2, days.at(1, 10, 30))
    tomorrow = clock.now().astimezone(NEW_YORK) + timedelta(days=1)
    screen.moment(AT, tomorrow)
    refuse(screen, "Complete step 3", "is in the future")
    complete(screen, 3, days.at(1, 11))
    refuse(screen, "Complete step 4", "choose a date and time")
    begins = "Appointment begins (New York)"
    late = days.at(2, 15)
    screen.moment(begins, late)
    refuse(
        screen,
        "Complete step 4",
        "entirely within business hours",
        kept={begins: f"{late:%Y-%m-%d %H:%M}"},
    )
    screen.moment(begins, days.at(2, 8))
    complete(screen, 4, days.at(1, 14))
    screen.fill("NetFirm administrator", "Ada Moreno").fill(
        "NetFirm administrator's e-mail", "ada@firm"
    )
    refuse(
        screen,
        "Complete step 5",
        "is not an e-mail address",
        kept={"NetFirm administrator": "Ada Moreno"},
    )
    screen.fill("NetFirm administrator's e-mail", "ada@juniper.example").moment(AT, days.at(1, 16))
    refuse(
        screen,
        "Complete step 5",
        "the appointment begins at",
        kept={"NetFirm administrator": "Ada Moreno"},
    )
    complete(screen, 5, days.at(2, 12, 15))
    complete(screen, 6, days.at(2, 12, 30))


def last_steps_of_virtual_office(screen: Screen, days: Clock) -> None:
    """Steps 8 to 11."""
    screen.fill("EMS ticket number", "EMS-4711")
    refuse(
        screen,
        "Complete step 8",
        "Confirm this to continue",
        kept={"EMS ticket number": "EMS-4711"},
    )
    screen.tick("The ticket's priority is High")
    complete(screen, 8, days.at(2, 15))
    price(screen)
    refuse(screen, "Complete step 9", "the license for UltraTax is missing")
    screen.tick("VO Setup license present").tick("UltraTax license")
    complete(screen, 9, days.at(3, 9))
    refuse(screen, "Complete step 10", "Enter the order number")
    screen.fill("Order number", "SO-99")
    complete(screen, 10, days.at(3, 13))
    complete(screen, 11, days.at(3, 13, 45))


def test_a_virtual_office_case_is_walked_from_the_form_to_the_report(
    room: Room, tmp_path: Path
) -> None:
    days, log = Clock(), tmp_path / "log.duckdb"
    with live_app(log) as address:
        screen = room.visitor(address)

        screen.open("new_case").pick("Virtual Office CS").fill("Firm", "Juniper Advisors")
        refuse(screen, "Open case", "at least one product", kept={"Firm": "Juniper Advisors"})
        screen.choose("Products to migrate to Virtual Office", "UltraTax CS")
        screen.moment(AT, days.at(1, 10)).press("Open case").says("Step 2: Form routed")
        first_steps_of_virtual_office(screen, days)
        colleague = room.visitor(address).open("case?id=C-0001")
        screen.moment(AT, days.at(2, 12))
        refuse(screen, "Complete step 7", "the step became current")
        complete(screen, 7, days.at(2, 14))
        colleague.moment(AT, days.at(2, 14, 5)).press("Complete step 7")
        colleague.says("changed case C-0001", "Step 8:")  # somebody was quicker: told, and shown
        last_steps_of_virtual_office(colleague, days)

        spent = timedelta(days=2, hours=3, minutes=45) - timedelta(hours=30)  # two nights of 15 h
        assert_counted(screen, log, tmp_path, "Juniper Advisors", spent, days.at(3, 13, 45))
        assert screen.faults == colleague.faults == []


def test_a_local_case_is_walked_from_the_form_to_the_report(room: Room, tmp_path: Path) -> None:
    days, log = Clock(), tmp_path / "log.duckdb"
    with live_app(log) as address:
        screen = room.visitor(address)

        screen.open("new_case").pick("Local installation").fill("Firm", "Birch & Sons")
        refuse(screen, "Open case", "Confirm this to continue", kept={"Firm": "Birch & Sons"})
        screen.tick(BACKED_UP).moment(AT, days.at(4, 9))
        screen.press("Open case").says("Step 2: Form routed")
        complete(screen, 2, days.at(4, 9, 15))
        complete(screen, 3, days.at(4, 10))
        ticket(screen, "EMS-12")
        complete(screen, 4, days.at(4, 10, 30))
        screen.moment(AT, days.at(4, 12)).press("EMS has reinstated the products")
        screen.says("Recorded: EMS has reinstated the products")
        price(screen)
        screen.moment(AT, days.at(4, 11))
        refuse(screen, "Complete step 5", "it was handed over")
        complete(screen, 5, days.at(4, 13))
        screen.fill("Order number", "SO-1")
        complete(screen, 6, days.at(5, 9))
        complete(screen, 7, days.at(5, 10, 30))

        spent = timedelta(days=1, hours=1, minutes=30) - timedelta(hours=15)  # one night
        assert_counted(screen, log, tmp_path, "Birch & Sons", spent, days.at(5, 10, 30))
        assert screen.faults == []


def assert_counted(
    screen: Screen, log: Path, folder: Path, firm: str, spent: timedelta, closed: datetime
) -> None:
    """Throughput, the exported CSV and the command line agree on the one case."""
    spent_us = spent // timedelta(microseconds=1)
    screen.open("throughput").says(
        f"Median, {formats.short_month(closed)}", formats.duration(spent_us, BUSINESS_DAY_US)
    )

    screen.open(f"sla_report?month={closed:%B}+{closed.year}")
    exported = folder / "report.csv"
    screen.download("Cases as CSV").save_as(exported)
    with exported.open(encoding="utf-8-sig", newline="") as rows:
        [row] = list(csv.DictReader(rows))
    [case] = figure(log, "cycle_times")  # asked of the running application
    assert (row["case_id"], row["firm"]) == (case["case_id"], firm)
    assert int(row["business_us"]) == case["business_us"] == spent_us
    assert float(row["business_minutes"]) == case["business_minutes"]
    assert row["closed_at"] == case["closed_at"]


def test_a_second_terminal_imports_and_verifies_while_the_app_serves(
    room: Room, tmp_path: Path
) -> None:
    log = tmp_path / "log.duckdb"
    with live_app(log) as address:
        screen = room.visitor(address).open()

        imported = second_terminal(
            log, "import", str(TRACKER), "--as-of", "2026-10-30T19:30:00+00:00"
        )
        verified = second_terminal(log, "verify")

        assert "504 accepted" in imported
        assert "is in order" in verified
        screen.open("cases?state=open").says("12 open cases")
        screen.open("case?id=C-0001").says("Lakeside Accounting LLC")
        assert screen.faults == []


@pytest.mark.parametrize("days", [1, 12, 60])
def test_the_words_of_target_and_limit_stand_apart_on_a_phone(
    room: Room, tmp_path: Path, days: int
) -> None:
    log, now = tmp_path / "log.duckdb", clock.now()
    store = Store.open(log)
    fields, start = form("local"), now - timedelta(days)
    [opened, *_] = commands.open_case(store, "local", fields, by=LEAD, now=now, at=start)
    store.close()
    with live_app(log) as address:
        screen = room.visitor(address, width=390).open(f"case?id={opened.stream}")

        target, limit = (
            screen.page.locator(f".mark.{kind} b").bounding_box() for kind in ("target", "limit")
        )

    assert target
    assert limit
    assert target["x"] > 0
    assert target["x"] + target["width"] < limit["x"]
    assert limit["x"] + limit["width"] < 390
