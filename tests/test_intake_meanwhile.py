"""An import while others write: nobody waits for its look, and what they wrote is heeded."""

import threading
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest

from dashboard import commands
from dashboard.catalogue import Product
from dashboard.errors import InputRefused
from dashboard.store import Store
from tests.builders import ADMIN, LEAD, form
from tests.sheets import NOW, completed, csv_of, notes, row, take, verdict


class Meanwhile(Store):
    """A store in which somebody writes at a moment of an import: while its rows are looked at."""

    act: Callable[[], object] | None = None

    def find_cases(self, openings, among=None):
        found = super().find_cases(openings, among)
        if among is None and (act := self.act):
            self.act = None
            other = threading.Thread(target=act)
            other.start()
            other.join(30)
            assert not other.is_alive(), "the other person waits for the import"
        return found


@pytest.fixture
def busy(tmp_path: Path):
    opened = Meanwhile.open(tmp_path / "busy.duckdb")
    yield opened
    opened.close()


@pytest.mark.parametrize("dry_run", [True, False])
def test_others_write_while_the_rows_of_a_sheet_are_looked_at(busy, dry_run):
    take(busy, row(Firm_ID="F0"))
    busy.act = lambda: commands.add_note(busy, "C-0001", "Called.", by=LEAD, now=NOW)

    taken = take(busy, *(row(Firm_ID=f"F{number}") for number in range(3)), dry_run=dry_run)

    assert notes(busy) == ["Called."]
    assert [item.verdict for item in taken] == ["duplicate", "accepted", "accepted"]
    assert busy.count_cases() == (1 if dry_run else 3)


def test_a_case_opened_meanwhile_takes_its_number_and_no_row_is_lost(busy):
    busy.act = lambda: commands.open_case(busy, "local", form("local"), by=LEAD, now=NOW)

    taken = take(busy, row(Firm_ID="F1"), row(Firm_ID="F2", done=3))

    assert [item.case for item in taken] == ["C-0002", "C-0003"]
    assert busy.case("C-0003").due == 4
    assert busy.case("C-0003").fields["firm_id"] == "F2"


def test_a_row_whose_case_was_moved_on_meanwhile_is_looked_at_again_and_others_are_not(busy):
    take(busy, row(Firm_ID="F1"), row(Firm_ID="F2"))
    busy.act = lambda: take(busy, row(Firm_ID="F1", done=4), row(Firm_ID="F3"))

    taken = take(busy, *(row(Firm_ID=f"F{number}", done=2) for number in (1, 2, 3, 4)))

    assert [item.verdict for item in taken] == ["duplicate", "updated", "updated", "accepted"]
    assert [item.case for item in taken] == ["C-0001", "C-0002", "C-0003", "C-0004"]
    assert [busy.case(f"C-000{number}").due for number in (1, 2, 3, 4)] == [5, 3, 3, 3]


def test_the_same_sheet_imported_twice_at_once_is_stored_once(busy):
    content = csv_of(row(Firm_ID="F1"), row(Firm_ID="F2", done=2))
    busy.act = lambda: take(busy, content)

    assert [item.verdict for item in take(busy, content)] == ["duplicate", "duplicate"]
    assert busy.count_cases() == 2
    assert len(busy.log.events_of("imports")) == 1


def test_settings_changed_meanwhile_hold_for_every_row(busy):
    busy.act = lambda: commands.change_catalogue(
        busy, (Product("Abacus", "Abacus", False, ""),), by=ADMIN, now=NOW
    )

    take(busy, row(Products="Abacus"))

    assert "flags" not in completed(busy)[1]


def test_an_appointment_that_others_took_meanwhile_is_flagged(busy):
    booked = row("VO", 4, Firm_ID="F1", Appointment="11/03/2026 10:00 AM")
    most = busy.settings.appointments_at_once
    busy.act = lambda: take(busy, *(booked | {"Firm ID": f"G{n}"} for n in range(most)))

    take(busy, booked)

    flags = [completed(busy, f"C-000{n}")[4].get("flags") for n in range(1, most + 2)]
    assert flags == [None] * most + [["appointment_clash"]]


def test_an_import_as_of_an_instant_is_refused_if_others_have_written_later_by_then(busy):
    later = NOW + timedelta(minutes=1)
    busy.act = lambda: commands.open_case(busy, "local", form("local"), by=LEAD, now=later)

    with pytest.raises(InputRefused, match="is before the log's last entry"):
        take(busy, row())
    assert busy.count_cases() == 1
    busy.act = lambda: commands.open_case(
        busy, "local", form("local", firm_id="F9"), by=LEAD, now=NOW + timedelta(hours=1)
    )
    assert verdict(busy, row(), now=later, grace=timedelta(minutes=5)) == "accepted"


def test_a_writer_does_not_wait_until_all_that_was_imported_can_be_read(busy):
    take(busy, row(Firm_ID="F0"))
    again = threading.Thread(
        target=lambda: commands.add_note(busy, "C-0001", "Again.", by=LEAD, now=NOW)
    )
    with busy.at_rest():  # the model is being brought up, for as long as this lasts
        commands.add_note(busy, "C-0001", "Called.", by=LEAD, now=NOW)
        assert busy.log.head().position == busy.position + 1
        again.start()  # the same case again: what was written of it has to be known first
    again.join(30)
    assert notes(busy) == ["Called.", "Again."]
