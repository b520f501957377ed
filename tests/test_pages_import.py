"""The dialog of the import: what is open is asked there, remembered, and counted before it."""

from collections.abc import Callable
from pathlib import Path

import pytest
import streamlit as st
from streamlit.runtime.scriptrunner import StopException
from streamlit.testing.v1 import AppTest

from dashboard import commands
from dashboard.clock import now
from dashboard.instants import to_datetime
from dashboard.intake import import_tracker
from dashboard.store import Store
from dashboard.ui import import_running, importing
from tests.builders import ADMIN, LEAD
from tests.sheets import NOW, csv_of, row
from tests.test_pages import browse, live
from tests.test_pages import log as log

__all__ = ["browse", "live", "log"]  # fixtures
Browse = Callable[..., AppTest]
TRACKERS = Path(__file__).parent / "data" / "trackers"
OPEN = b"""\
Weekly moves
Client,Going to,Submitted,Sent to TL,Region,Reinstated
Granite Tax,Local,5/6/2026 9:00,5/6/2026 10:00,East,
"""


def upload(app: AppTest, content: bytes, name: str = "moves.csv") -> AppTest:
    app.button(key="import-from-empty").click().run()
    app.file_uploader[0].upload(name, content).run()
    assert not app.exception
    return app


def test_what_is_open_is_asked_and_remembered_for_the_next_file(browse: Browse, live: Store):
    app = upload(browse(), OPEN)
    assert any("are its dates month first" in item.value.lower() for item in app.warning)
    assert not any(button.key == "import-now" for button in app.button)

    app.radio(key="import-order").set_value("dmy").run()
    assert not app.warning
    app.segmented_control(key=importing.STEP).set_value(importing.CHECK).run()
    assert any("1 accepted" in item.value for item in app.markdown)
    assert live.count_cases() == 0
    app.text_input(key="import-name").set_value("Weekly moves").run()
    app.button(key="import-now").click().run()

    assert not app.exception
    assert to_datetime(live.case("C-0001").opened_us).month == 6
    assert list(live.settings.layouts) == ["Weekly moves"]
    again = browse("settings", section="Import")
    again.button(key="import-from-settings").click().run()
    again.file_uploader[0].upload("next.csv", OPEN.replace(b"Granite", b"Marble")).run()
    assert any("1 accepted" in item.value for item in again.markdown)
    again.button(key="import-now").click().run()
    assert to_datetime(live.case("C-0002").opened_us).month == 6


def test_a_column_can_be_given_another_field(browse: Browse, live: Store):
    content = OPEN.replace(b"5/6/2026", b"5/16/2026").replace(b"East,", b"East,5/17/2026")
    content = content.replace(b"Region", b"Cancelled").replace(b"East", b"5/16/2026 11:00")
    app = upload(browse(), content)
    assert any("Reinstated" in item.value for item in app.warning)

    [box] = [box for box in app.selectbox if box.label == "Reinstated"]
    box.set_value("note").run()
    app.segmented_control(key=importing.STEP).set_value(importing.CHECK).run()
    app.button(key="import-now").click().run()

    assert not app.exception
    notes = [event.data["text"] for event in live.history("C-0001") if event.kind == "note_added"]
    assert any("Reinstated: 5/17/2026" in text for text in notes)


def test_a_real_tracker_is_imported_in_two_clicks(browse: Browse, live: Store):
    content = (TRACKERS / "real_tl.xlsx").read_bytes()
    app = upload(browse(), content, "real_tl.xlsx")

    shown = next(item.value for item in app.dataframe if "Path" in item.value.columns)
    assert shown["Firm"].tolist()[:2] == ["Maple & Co CPAs", "Bright Tax LLC"]
    assert shown["Step 1"].tolist()[2].startswith("~")
    assert any("totals" in item.value for item in app.caption)
    app.button(key="import-now").click().run()

    assert not app.exception
    assert live.count_cases() == 5


def test_a_row_that_is_likely_known_is_answered_there(browse: Browse, live: Store):
    upload(browse(), (TRACKERS / "noid.csv").read_bytes()).button(key="import-now").click().run()
    app = browse("settings", section="Import")
    app.button(key="import-from-settings").click().run()
    app.file_uploader[0].upload("withid.csv", (TRACKERS / "withid.csv").read_bytes()).run()
    assert any("likely C\\-0001" in item.value for item in app.markdown)

    app.segmented_control(key="likely--2").set_value("The same case").run()
    app.button(key="import-now").click().run()

    assert not app.exception
    assert live.count_cases() == 1
    assert live.case("C-0001").fields["firm_id"] == "F100001"


def test_rejected_rows_are_told_in_words(browse: Browse, live: Store):
    app = upload(browse(), (TRACKERS / "05_status_withdrawn.csv").read_bytes())

    rejected = next(item.value for item in app.dataframe if "Reason" in item.value.columns)
    assert rejected["Reason"].tolist() == ["Status does not fit"]
    assert "does not say when" in rejected["What to do"].tolist()[0]


def test_a_doubtful_encoding_is_asked_there(browse: Browse, live: Store):
    steps = ",".join(f"Step {number}" for number in range(1, 8))
    text = f"Firm,Move to,Products,{steps}\nMüller,local,,10/5/2026 9:00 AM,,,,,,\n"
    app = upload(browse(), text.encode("mac_roman"))

    app.radio(key="import-encoding").set_value("mac_roman").run()
    app.button(key="import-now").click().run()

    assert not app.exception
    assert live.case("C-0001").firm == "Müller"


@pytest.fixture
def remembered(live: Store) -> Store:
    layout = {
        "sheets": [
            {
                "name": "", "header_row": 1, "form": "wide", "path": "local", "date_order": "dmy",
                "columns": [{"column": "A", "header": "Client", "field": "firm"}],
            }
        ]
    }  # fmt: skip
    commands.remember_layout(live, "Weekly", layout, by=ADMIN, now=now())
    return live


def test_remembered_layouts_are_renamed_and_forgotten_in_settings(
    browse: Browse, remembered: Store
):
    app = browse("settings", section="Import")
    app.selectbox(key="act-as-role").select("Administrator").run()
    [box] = [box for box in app.text_input if box.label == "Name" and box.value == "Weekly"]
    box.set_value("Monthly").run()
    next(button for button in app.button if button.label == "Rename").click().run()
    assert not app.exception
    assert list(remembered.settings.layouts) == ["Monthly"]

    next(button for button in app.button if button.label == "Forget").click().run()
    assert remembered.settings.layouts == {}


# --- How far it is ---------------------------------------------------------------------------


def test_how_far_a_tracker_is_is_told_while_its_rows_are_taken(store: Store):
    told: list[tuple[int, int]] = []
    sheet = csv_of(*(row("Local", 1, Firm_ID=f"F{number}") for number in range(600)))

    import_tracker(store, sheet, "t.csv", by=LEAD, now=NOW, tell=lambda *at: told.append(at))

    assert told == [(0, 600), (250, 600), (500, 600)]


def test_a_click_elsewhere_counts_once_what_was_begun_is_done(monkeypatch: pytest.MonkeyPatch):
    class Bar:
        def progress(self, *_: object) -> None:
            raise StopException

        def empty(self) -> None:
            pytest.fail("the page is another one by now")

    done: list[str] = []
    monkeypatch.setattr(st, "progress", lambda *_: Bar())

    def carry_out() -> None:
        with import_running.shown("Importing") as tell:
            tell(0, 2)
            tell(1, 2)
            done.append("imported")

    with pytest.raises(StopException):
        carry_out()

    assert done == ["imported"]


def test_a_case_says_which_tracker_it_came_from_and_what_is_a_date(browse: Browse, live: Store):
    content = b"Client,Going to,Submitted,Sent to TL\nGranite Tax,Local,5/16/2026,5/17/2026 10:00\n"
    import_tracker(live, content, "moves.csv", by=LEAD, now=now())
    case = live.case("C-0001")

    app = browse("case", id="C-0001")
    app.session_state["picked-C-0001"] = (1, case.version)
    app.run()

    [told] = [item.value for item in app.markdown if "To check" in item.value]
    assert "imported from moves.csv. To check: only the date is known" in told.replace("\\", "")
    history = [text.replace("\\", "") for text in app.table[-1].value["What"]]
    assert [text.partition(" :")[0] for text in history][-2:] == [
        "**2 Routed to TL: completed** (from moves.csv)",
        "**Form submitted** (from moves.csv, date only)",
    ]
