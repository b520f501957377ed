"""Small ways out: what a closed or resting case offers, what goes with the next act, searches."""

import pytest

from dashboard import clock, commands
from dashboard.store import Store
from tests.builders import LEAD, form, step_fields
from tests.test_pages import Browse, browse, live, log, walked

__all__ = ["browse", "live", "log"]  # fixtures


def test_an_error_goes_when_another_act_succeeds(browse: Browse, live: Store):
    case = walked(live, "local", 2)
    app = browse("case", id=case.case_id)
    app.text_input(key=f"{case.case_id}-3-at").set_value("never")
    app.button(key=f"complete-{case.case_id}-3-{case.version}").click().run()
    assert app.error

    app.text_area(key=f"{case.case_id}-note").set_value("called")
    app.button(key=f"keep-note-{case.version}").click().run()

    assert not app.error
    assert "Note saved" in app.success[0].value


def closed_with_drafts(store: Store) -> str:
    case = walked(store, "local", 2)
    for step in range(3, 8):
        case = store.case(case.case_id)
        commands.complete_step(
            store, case.case_id, step, step_fields(case, step, clock.now()), by=LEAD,
            now=clock.now(), messages={},
        )  # fmt: skip
    return case.case_id


def test_a_closed_case_with_unsent_messages_has_something_left_to_do(browse: Browse, live: Store):
    case_id = closed_with_drafts(live)
    waiting = sum(letter.waits for letter in live.case(case_id).letters.values())
    assert waiting > 1

    app = browse("case", id=case_id)

    said = [item.value for item in app.subheader]
    assert f"{waiting} unsent messages" in said
    assert "Nothing left to do" not in said

    [mark] = [item for item in app.button if item.label == "Mark all as sent"]
    mark.click().run()
    assert not [letter for letter in live.case(case_id).letters.values() if letter.waits]
    assert "Nothing left to do" in [item.value for item in app.subheader]


def test_a_withdrawn_case_is_resumed_with_one_click(browse: Browse, live: Store):
    case = walked(live, "local", 3)
    commands.withdraw_case(live, case.case_id, "the firm stays", by=LEAD, now=clock.now())
    app = browse("case", id=case.case_id)

    app.button(key="resume-case").click().run()

    assert live.case(case.case_id).state == "open"
    assert "Case resumed" in app.success[0].value


@pytest.mark.parametrize("text", ["V.O.", "VO", "v o", "Virtual Office", "virtual"])
def test_the_path_is_found_by_its_name_in_every_search(live: Store, text: str):
    virtual = walked(live, "virtual_office", 2).case_id
    now = clock.now()
    volta = form("local", firm_name="Volta Partners")
    local = commands.open_case(live, "local", volta, by=LEAD, now=now)[0].stream

    found = [row["case_id"] for row in live.run("find_cases", now=now, text=text).to_pylist()]
    listed = live.run("case_list", now=now, text=text)["case_id"].to_pylist()
    logged = set(live.run("log_events", now=now, text=text)["stream"].to_pylist())

    assert virtual in found
    assert virtual in listed
    assert virtual in logged
    by_firm = text.replace(".", "").replace(" ", "").lower() == "vo"
    assert (local in found) is by_firm
    if by_firm:
        assert found.index(local) < found.index(virtual)  # a firm of that name comes first


def test_a_text_that_names_no_path_finds_none_by_it(live: Store):
    walked(live, "virtual_office", 2)

    assert not live.run("find_cases", now=clock.now(), text="vir x").num_rows


def test_todays_import_is_there_once_cases_exist(browse: Browse, live: Store):
    walked(live, "local", 3)

    app = browse()

    assert "import-beside-cases" in [item.key for item in app.button]
