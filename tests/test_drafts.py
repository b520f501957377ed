"""Drafts: what was typed and not stored is there again, for whoever typed it and nobody else."""

from datetime import timedelta
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest
from streamlit.testing.v1.element_tree import TextArea, TextInput

from dashboard import clock, commands
from dashboard.errors import CommandRefused
from dashboard.store import Store
from dashboard.store.drafts import Drafts, FileDrafts, Typed
from dashboard.ui import handle
from dashboard.ui.visitor import NAME, local_name
from tests.builders import ADMIN, LEAD, MONDAY, form
from tests.test_pages import (
    ENTRY,
    FIRM,
    SECONDS,
    Browse,
    browse,
    dialog,
    live,
    log,
    turn_to,
    walked,
)

__all__ = ["browse", "live", "log"]  # fixtures

TICKET, NOTE, TYPED = "C-0001-4-ems_ticket", "C-0001-note", "EMS-7007"


def drafted(app: AppTest) -> list[str]:
    """What the page says of drafts."""
    return [item.value for item in app.caption if item.value.startswith("Draft from")]


def texts(app: AppTest) -> list[TextInput | TextArea]:
    return [*app.text_input, *app.text_area]


def typed(app: AppTest, key: str, text: str) -> AppTest:
    found = [item for item in texts(app) if item.key == key]
    found[0].set_value(text)
    app.run()
    assert not app.exception
    return app


def opened(case_id: str, key: str, value: str) -> AppTest:
    """A case's page in a new session whose state begins with that."""
    app = AppTest.from_file(str(ENTRY), default_timeout=SECONDS)
    app.session_state[key] = value
    turn_to(app, "case")
    app.query_params["id"] = case_id
    return app.run()


@pytest.fixture
def at_step_4(live: Store) -> str:
    return walked(live, "local", 3).case_id


# --- Where they come back ----------------------------------------------------------------------


def test_what_was_typed_into_a_step_is_there_for_a_session_that_never_saw_it(
    browse: Browse, at_step_4: str
):
    typed(browse("case", id=at_step_4), TICKET, TYPED)

    again = browse("case", id=at_step_4)

    assert again.text_input(key=TICKET).value == TYPED
    assert len(drafted(again)) == 1


def test_it_is_there_after_the_server_was_started_again(browse: Browse, at_step_4: str, log: Path):
    app = browse("case", id=at_step_4)
    app.checkbox(key="C-0001-4-high_priority").check()
    app.text_input(key="C-0001-4-at").set_value("yesterday 4pm")
    typed(app, TICKET, TYPED)

    handle.let_go(log)

    again = browse("case", id=at_step_4)
    assert again.text_input(key=TICKET).value == TYPED
    assert again.checkbox(key="C-0001-4-high_priority").value
    assert again.text_input(key="C-0001-4-at").value == "yesterday 4pm"


def test_it_is_nobody_elses_and_of_no_other_case(browse: Browse, at_step_4: str, live: Store):
    typed(browse("case", id=at_step_4), TICKET, TYPED)
    other = walked(live, "local", 3).case_id

    assert browse("case", id=other).text_input(key=f"{other}-4-ems_ticket").value == ""
    app = opened(at_step_4, NAME, "Somebody else")
    assert app.text_input(key=TICKET).value == ""
    assert drafted(app) == []


def test_once_stored_it_is_gone(browse: Browse, at_step_4: str, live: Store):
    app = typed(browse("case", id=at_step_4), TICKET, TYPED)
    app.checkbox(key="C-0001-4-high_priority").check().run()

    [complete] = [item for item in app.button if item.label == "Complete step 4"]
    complete.click().run()

    assert live.case(at_step_4).due == 5
    assert live.drafts.of(local_name(), clock.now()) == {}
    assert drafted(app) == drafted(browse("case", id=at_step_4)) == []


def test_discarded_it_is_gone_and_the_inputs_hold_what_they_began_with(
    browse: Browse, at_step_4: str, live: Store
):
    typed(browse("case", id=at_step_4), TICKET, TYPED)
    app = browse("case", id=at_step_4)

    app.button(key=f"discard-{at_step_4}-4").click().run()

    assert app.text_input(key=TICKET).value == ""
    assert drafted(app) == []
    assert live.drafts.of(local_name(), clock.now()) == {}
    assert browse("case", id=at_step_4).text_input(key=TICKET).value == ""


def test_nothing_typed_is_no_draft(browse: Browse, at_step_4: str, live: Store):
    app = browse("case", id=at_step_4)
    app.run()
    typed(typed(app, TICKET, TYPED), TICKET, "")

    assert drafted(app) == []
    assert live.drafts.of(local_name(), clock.now()) == {}


def test_what_a_window_sends_to_a_new_session_is_newer_than_the_draft(
    browse: Browse, at_step_4: str
):
    typed(browse("case", id=at_step_4), TICKET, "EMS-7")

    again = opened(at_step_4, TICKET, TYPED)  # as a window that was cut off sends it

    assert again.text_input(key=TICKET).value == TYPED


@pytest.mark.parametrize(
    ("name", "key"),
    [
        ("Withdraw the case", "C-0001-withdraw-{}-reason"),
        ("Reopen a step", "C-0001-reopen-{}-reason"),
        ("Edit case details", "C-0001-amend-{}-contact"),
        ("Correct a step", "C-0001-correct-{}-4-completed-at"),
    ],
)
def test_what_was_typed_into_a_dialog_is_there_in_another_session(
    browse: Browse, live: Store, name: str, key: str
):
    case = walked(live, "local", 4)
    app = dialog(browse, case, name)
    asked = key.format(case.version)
    inputs = [item for item in texts(app) if str(item.key).startswith(asked)]
    typed(app, str(inputs[0].key), "A slip")

    again = dialog(browse, case, name)

    [found] = [item for item in texts(again) if item.key == inputs[0].key]
    assert found.value == "A slip"


def test_a_note_and_feedback_are_there_in_another_session_and_gone_once_saved(
    browse: Browse, at_step_4: str, live: Store
):
    app = typed(browse("case", id=at_step_4), NOTE, "Call back on Friday")

    again = browse("case", id=at_step_4)
    assert again.text_area(key=NOTE).value == "Call back on Friday"
    [save] = [item for item in again.button if item.label == "Save note"]
    save.click().run()
    assert again.text_area(key=NOTE).value == ""
    assert live.drafts.of(local_name(), clock.now()) == {}

    app = typed(browse("guide"), "feedback-guide-0-text", "More of it")
    assert browse("guide").text_area(key="feedback-guide-0-text").value == "More of it"
    app.button(key="feedback-guide-0-send").click().run()
    assert live.drafts.of(local_name(), clock.now()) == {}


def test_steps_to_catch_up_are_there_in_another_session(browse: Browse, at_step_4: str):
    app = browse("case", id=at_step_4)
    app.session_state["catch-up-C-0001"] = True
    typed(app.run(), "catch-up-C-0001-4-ems_ticket", TYPED)

    again = browse("case", id=at_step_4)
    again.session_state["catch-up-C-0001"] = True
    again.run()

    assert again.text_input(key="catch-up-C-0001-4-ems_ticket").value == TYPED


# --- New case ------------------------------------------------------------------------------------


def test_what_both_paths_ask_for_stays_where_the_path_is_switched(browse: Browse):
    app = typed(browse("new_case"), "new-firm_name", FIRM)

    app.segmented_control(key="new-path").set_value("Virtual Office CS").run()
    assert app.text_input(key="new-firm_name").value == FIRM
    typed(app, "new-firm_id", "F-77")
    app.segmented_control(key="new-path").set_value("Local installation").run()

    assert app.text_input(key="new-firm_id").value == "F-77"
    again = browse("new_case")
    assert again.text_input(key="new-firm_name").value == FIRM
    assert again.text_input(key="new-firm_id").value == "F-77"


def test_what_only_the_other_path_asks_for_is_in_the_draft_too(browse: Browse):
    app = browse("new_case")
    app.segmented_control(key="new-path").set_value("Virtual Office CS").run()
    app.multiselect(key="new-products").set_value(["UltraTax CS"]).run()

    again = browse("new_case")
    typed(again, "new-firm_name", FIRM)
    third = browse("new_case")
    third.segmented_control(key="new-path").set_value("Virtual Office CS").run()

    assert third.multiselect(key="new-products").value == ["UltraTax CS"]
    assert third.text_input(key="new-firm_name").value == FIRM


# --- Beside the log --------------------------------------------------------------------------


def kept(drafts: Drafts, owner: str, place: str, days_ago: float, *about: str) -> None:
    at = MONDAY - timedelta(days=days_ago)
    drafts.keep(owner, place, Typed("{}", about, int(at.timestamp() * 1_000_000)), at)


def test_a_file_of_drafts_is_its_owners_alone_and_gone_after_a_week(tmp_path: Path):
    folder = tmp_path / "log.duckdb.drafts"
    kept(FileDrafts(folder), "ana", "C-0001-4", 8)
    kept(FileDrafts(folder), "ben", "C-0002-4", 6)

    assert FileDrafts(folder).of("ana", MONDAY) == {}
    assert list(FileDrafts(folder).of("ben", MONDAY)) == ["C-0002-4"]
    assert folder.stat().st_mode & 0o777 == 0o700
    assert {path.stat().st_mode & 0o777 for path in folder.iterdir()} == {0o600}

    kept(FileDrafts(folder), "ben", "C-0003-4", 0)
    assert len(list(folder.iterdir())) == 1  # nothing is left of what was kept too long ago


@pytest.mark.parametrize("held", ["nonsense", "[]", '{"owner": 1}', '{"owner": "ana"}',
                                  '{"owner": "ana", "drafts": {"here": [1]}}'])  # fmt: skip
def test_a_damaged_file_of_drafts_keeps_nobody_out(tmp_path: Path, held: str):
    folder = tmp_path / "log.duckdb.drafts"
    folder.mkdir()
    (folder / "ana.json").write_text(held, encoding="utf-8")

    assert FileDrafts(folder).of("ana", MONDAY) == {}


def test_a_damaged_draft_keeps_nobody_out(browse: Browse, at_step_4: str, live: Store):
    now = clock.now()
    for text in ("nonsense", "[]", '{"-ems_ticket": {"hour": 1}}'):
        live.drafts.keep(local_name(), "C-0001-4", Typed(text, (), int(now.timestamp() * 1e6)), now)
        assert browse("case", id=at_step_4).text_input(key=TICKET).value == ""


def test_whoever_erases_a_case_erases_what_people_have_typed_about_it(store: Store):
    given = form("local", contact="Ann Smith-Quetzalcoatl")
    commands.open_case(store, "local", given, by=LEAD, now=MONDAY)
    for owner, case in (("ana", "C-0001"), ("ben", "C-0001"), ("ana", "C-0002")):
        kept(store.drafts, owner, f"{case}-4", 0, case)

    commands.erase_personal(store, "C-0001", by=ADMIN, now=MONDAY)

    assert list(store.drafts.of("ana", MONDAY)) == ["C-0002-4"]
    assert store.drafts.of("ben", MONDAY) == {}
    with pytest.raises(CommandRefused, match="typed about ana and not saved was deleted"):
        commands.erase_personal(store, "ana", by=ADMIN, now=MONDAY)
    assert store.drafts.of("ana", MONDAY) == {}
