"""The Log page and the backup section: what is found, what is told to whom, what is made."""

import json
import re
from datetime import timedelta
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from dashboard import commands
from dashboard.cases import KINDS
from dashboard.people import Person, Role
from dashboard.store import Store, open_copy
from dashboard.ui import log as log_page
from dashboard.ui import made_files
from dashboard.ui.log_words import what
from tests.builders import LEAD, MONDAY, form, step_fields
from tests.test_pages import browse, live
from tests.test_pages import log as log

__all__ = ["browse", "live", "log"]  # fixtures
CONTACT = "P. Whitcomb, 555-0100"
OTHER = Person("H. Abebe", Role.LEAD)


@pytest.fixture
def filled(live: Store) -> Store:
    """Two cases: of Juniper with a contact and two steps done, and of Sycamore."""
    fields = form("local", firm_name="Juniper Advisors", contact=CONTACT)
    commands.open_case(live, "local", fields, by=LEAD, now=MONDAY)
    fields = form("virtual_office", firm_name="Sycamore & Sons")
    commands.open_case(live, "virtual_office", fields, by=OTHER, now=MONDAY)
    for step in (2, 3):
        now = MONDAY + timedelta(hours=step)
        given = step_fields(live.case("C-0001"), step, now)
        commands.complete_step(live, "C-0001", step, given, by=OTHER, now=now, done_by="R. Sato")
    return live


def shown(app: AppTest) -> list[dict[str, object]]:
    """The rows of the table."""
    return app.dataframe[0].value.to_dict("records")


def positions(app: AppTest) -> list[object]:
    return [row["Position"] for row in shown(app)]


def act_as(app: AppTest, role: str) -> AppTest:
    app.session_state["act-as-role"] = role
    return app.run()


# --- What is shown ---------------------------------------------------------------------------


def test_every_event_is_told_with_who_when_place_and_hash_newest_first(browse, filled: Store):
    rows = shown(browse("log"))

    assert [row["Position"] for row in rows] == [4, 3, 2, 1]
    assert rows[0]["What"].startswith("Step completed: 3 ")  # type: ignore[attr-defined]
    assert [row["Case"] for row in rows] == ["C-0001", "C-0001", "C-0002", "C-0001"]
    assert [row["Firm"] for row in rows[2:]] == ["Sycamore & Sons", "Juniper Advisors"]
    assert [row["Done by"] for row in rows] == ["R. Sato", "R. Sato", OTHER.name, LEAD.name]
    assert rows[0]["Recorded by"] == OTHER.name
    assert re.fullmatch(r"\w{3} \d+, \d{4}, \d+:\d\d:\d\d [AP]M", str(rows[0]["Happened"]))
    assert rows[0]["Hash"] == filled.head().hash


@pytest.mark.parametrize(
    ("params", "found"),
    [
        ({"kind": "Step completed"}, [4, 3]),
        ({"stream": "C-0002"}, [2]),
        ({"stream": "c-0002"}, [2]),
        ({"stream": "2"}, [2]),
        ({"actor": "H. Abebe"}, [4, 3, 2]),
        ({"by": "R. Sato"}, [4, 3]),
        ({"text": "sycamore"}, [2]),
        ({"text": "JUNIPER", "by": "T. Vance"}, [1]),
        ({"when": "Recorded at any time"}, [4, 3, 2, 1]),
        ({"kind": "no such kind"}, [4, 3, 2, 1]),
    ],
)
def test_filters_in_the_address_find(params, found, browse, filled: Store):
    assert positions(browse("log", **params)) == found


@pytest.mark.parametrize("params", [{"text": "555-0100"}, {"stream": "C-0009"}])
def test_what_fits_nothing_says_so(params, browse, filled: Store):
    """A personal field stands beside the log: nobody finds by it what he may not see."""
    app = browse("log", **params)

    assert not app.dataframe
    assert any("No events match" in item.value for item in app.markdown)


def test_nothing_recorded_today_is_found_in_a_log_of_last_year(browse, filled: Store):
    assert not browse("log", when="Recorded today").dataframe


@pytest.mark.parametrize(
    ("role", "told"),
    [("Team leader", CONTACT), ("Viewer", "(personal)"), ("Order Team", "(personal)")],
)
def test_personal_details_are_told_to_those_who_lead(role, told, browse, filled: Store):
    rows = shown(act_as(browse("log"), role))

    assert told in str(rows[-1]["What"])
    assert (CONTACT in str(rows)) == (told == CONTACT)


def test_an_erased_detail_is_told_as_erased(browse, filled: Store):
    filled.log.erase([filled.case("C-0001").fields["contact"]["ref"]])

    assert "(erased)" in str(shown(browse("log"))[-1]["What"])


def test_pages_lead_to_the_oldest_event_and_back(browse, filled: Store, monkeypatch):
    monkeypatch.setattr(log_page, "AT_ONCE", 3)
    app = browse("log")

    older = positions(app.button(key="log-older").click().run())
    newer = positions(app.button(key="log-newer").click().run())

    assert (older, newer) == ([1], [4, 3, 2])


def test_other_filters_begin_at_the_newest_event(browse, filled: Store, monkeypatch):
    monkeypatch.setattr(log_page, "AT_ONCE", 3)
    app = browse("log")
    app.button(key="log-older").click().run()

    app.selectbox(key="by").set_value("R. Sato").run()

    assert positions(app) == [4, 3]


def test_every_kind_of_event_has_words():
    row = {"data": json.dumps({"reason": "why", "at_us": 1_790_000_000_000_000}), "workflow": None}

    told = {kind: what({**row, "kind": kind}, "UTC", None) for kind in KINDS}

    assert all(text.endswith("reason why · at Sep 21, 2:13 PM") for text in told.values())
    assert told["step_completed"].startswith("Step completed · ")


# --- What is done ----------------------------------------------------------------------------


def test_the_chain_is_verified_on_a_click(browse, filled: Store):
    app = browse("log")
    assert not app.success

    app.button(key="log-verify").click().run()

    assert "4 events" in app.success[0].value
    assert filled.head().hash in app.success[0].value


def test_a_log_whose_head_file_is_another_ones_is_not_called_whole(browse, filled: Store, log):
    head = log.with_name(f"{log.name}.head")
    kept = head.read_bytes()
    head.write_bytes(b"nonsense")

    app = browse("log").button(key="log-verify").click().run()

    assert "damaged" in app.error[0].value
    assert not app.success
    head.write_bytes(kept)


def test_a_file_is_made_on_a_click_and_not_before(browse, filled: Store):
    app = browse("log")
    assert not app.get("download_button") or all(
        "Download changeover" not in item.proto.label for item in app.get("download_button")
    )

    app.button(key="log-file-make").click().run()

    made = app.session_state["log-file"]
    assert made.name.endswith(".csv")
    assert made.content().count(b"\n") == 5
    assert len(made.content()) == made.size
    labels = [item.proto.label for item in app.get("download_button")]
    assert any(label.startswith(f"Download {made.name}") for label in labels)


@pytest.mark.parametrize(("role", "offered"), [("Administrator", True), ("Team leader", False)])
def test_the_form_with_personal_details_is_an_administrators(role, offered, browse, filled: Store):
    app = act_as(browse("log"), role)

    assert ("JSONL" in app.segmented_control(key="form").options) == offered


def test_a_backup_is_an_administrators_and_can_be_restored(browse, filled: Store, tmp_path: Path):
    app = act_as(browse("settings", section="Backup"), "Team leader")
    assert "backup-file-make" not in [item.key for item in app.button]
    app = act_as(app, "Administrator")

    app.button(key="backup-file-make").click().run()

    (tmp_path / "kept").write_bytes(app.session_state["backup-file"].content())
    with open_copy(tmp_path / "kept", "kept", KINDS) as copy:
        assert copy.head == filled.head()


def test_a_file_too_large_for_a_browser_is_made_on_the_server(browse, filled: Store, monkeypatch):
    monkeypatch.setattr(made_files, "MOST_BYTES", 10)

    app = browse("log").button(key="log-file-make").click().run()

    assert any("python -m dashboard events --format csv" in item.value for item in app.caption)


def test_a_file_that_cannot_be_made_says_why_and_is_not_offered():
    def page() -> None:
        from dashboard.errors import LogRefused
        from dashboard.ui.made_files import Wanted, offer

        def make(file: object, told: object) -> None:
            raise LogRefused("There is no room.")

        offer(Wanted("a.csv", "text/csv", "Make it", "events", make, "command", "Ann"), "file")

    app = AppTest.from_function(page).run()

    app.button(key="file-make").click().run()

    assert "There is no room" in app.error[0].value
    assert "file" not in app.session_state
