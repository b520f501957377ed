"""A full disk, seen from the pages: they say so, keep what was typed, and go on by themselves."""

from pathlib import Path

import pytest

from dashboard.store import Store, room
from tests.log_files import room_for
from tests.test_pages import Browse, browse, live, log, walked

__all__ = ["browse", "live", "log"]  # fixtures

TICKET = "EMS-7007"


def size_of_wal(path: Path) -> int:
    wal = path.with_name(path.name + ".wal")
    return wal.stat().st_size if wal.exists() else 0


def test_on_a_full_disk_a_step_is_not_stored_what_was_typed_stays_and_later_it_is_stored(
    browse: Browse, live: Store, log: Path
):
    case = walked(live, "local", 3)
    app = browse("case", id=case.case_id)
    ticket = next(box for box in app.text_input if box.label == "EMS ticket number")
    complete = f"complete-{case.case_id}-4-{case.version}"
    next(box for box in app.checkbox if "High" in box.label).check()

    with room_for(size_of_wal(log)):
        ticket.input(TICKET)
        app.button(key=complete).click().run()

        assert not app.exception
        assert "Nothing is saved" in " ".join(item.value for item in app.error)
        assert live.case(case.case_id).due == 4
        app.run()  # as the next page of anybody
        assert [item.value for item in app.error if "What you type stays here" in item.value]
        app.button(key=complete).click().run()
        assert live.case(case.case_id).due == 4

    app.run()
    assert [item.value for item in app.error if "What you type stays here" in item.value] == []
    assert next(box for box in app.text_input if box.label == ticket.label).value == TICKET
    app.button(key=complete).click().run()
    assert live.case(case.case_id).due == 5
    assert live.log.verify() == live.log.head()


def test_a_disk_that_is_nearly_full_is_read_only_before_anything_is_lost(
    browse: Browse, live: Store, monkeypatch: pytest.MonkeyPatch
):
    case = walked(live, "local", 2)
    app = browse("case", id=case.case_id)
    monkeypatch.setattr(room, "LEAST", 10**18)
    before = live.log.head()

    app.button(key=f"complete-{case.case_id}-3-{case.version}").click().run()

    assert live.log.head() == before
    assert "Nothing was saved" in " ".join(item.value for item in app.error)
    shown = browse()
    assert "What you type stays here" in shown.error[0].value
    monkeypatch.undo()
    assert live.trouble() == ""


def test_a_log_that_may_not_be_written_any_more_is_told(live: Store, log: Path, monkeypatch):
    # the disk was mounted anew, read-only
    monkeypatch.setattr("os.access", lambda *_, **__: False)

    assert "write-protected" in live.trouble()
