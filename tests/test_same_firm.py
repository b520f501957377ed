"""A case is not opened twice: open ones of the firm are named, the same form opens one case."""

from datetime import timedelta

import pytest
from streamlit.testing.v1 import AppTest

from dashboard import clock, commands
from dashboard.store import Store
from dashboard.ui import same_firm
from tests.builders import LEAD, form
from tests.test_pages import FIRM, Browse, browse, live, log

__all__ = ["browse", "live", "log"]  # fixtures


def opening(store: Store, minutes_ago: float, path: str = "local", **more: object) -> str:
    at = clock.now() - timedelta(minutes=minutes_ago)
    given = form(path, **{"firm_name": FIRM, **more})
    return commands.open_case(store, path, given, by=LEAD, now=at)[0].stream


def filled_in(app: AppTest, firm: str = FIRM) -> AppTest:
    app.text_input(key="new-firm_name").set_value(firm)
    app.checkbox(key="new-data_backed_up").check()
    app.run()
    assert not app.exception
    return app


def submit(app: AppTest) -> AppTest:
    [button] = [item for item in app.button if item.label == "Open case"]
    button.click().run()
    assert not app.exception
    return app


def named(app: AppTest) -> list[str]:
    """The cases to which the form leads."""
    return [link.value for link in app.page_link if "C\\-" in link.value]


@pytest.mark.parametrize("typed", ["quetz", FIRM, "QUETZALCOATL & daughters", "f-7/7"])
def test_open_cases_of_the_firm_are_named_while_it_is_typed(
    browse: Browse, live: Store, typed: str
):
    opening(live, 5000, firm_id="F-77")
    app = browse("new_case")
    assert named(app) == []

    app.text_input(key="new-firm_name").set_value(typed).run()

    assert len(named(app)) == 1
    assert "1 open case matches" in "\n".join(item.value for item in app.markdown)


@pytest.mark.parametrize("typed", ["", "q", "Juniper", "Daughters"])
def test_no_case_of_another_firm_is_named(browse: Browse, live: Store, typed: str):
    opening(live, 5000)
    commands.withdraw_case(live, opening(live, 5000, firm_name="Juniper"), "They stay", by=LEAD,
                           now=clock.now(), messages={})  # fmt: skip

    app = browse("new_case")
    app.text_input(key="new-firm_name").set_value(typed).run()

    assert named(app) == []


def test_the_same_form_from_another_window_opens_no_second_case_and_says_whose_it_is(
    browse: Browse, live: Store
):
    first = submit(filled_in(browse("new_case")))
    assert first.query_params["id"] == "C-0001"

    second = submit(filled_in(browse("new_case"), FIRM.upper()))

    assert live.count_cases() == 1
    assert second.query_params["id"] == "C-0001"
    assert "opened before" in second.success[0].value


def test_another_form_of_a_firm_whose_case_was_just_opened_is_asked_about_once(
    browse: Browse, live: Store
):
    opening(live, 3)
    app = filled_in(browse("new_case"))

    submit(app)
    assert live.count_cases() == 1
    assert "opened C\\-0001 for" in app.error[0].value
    submit(app)

    assert live.count_cases() == 2
    assert app.query_params["id"] == "C-0002"


@pytest.mark.parametrize(
    ("minutes", "more"), [(60, {}), (3, {"firm_name": "Juniper"}), (3, {"path": "virtual_office"})]
)
def test_an_older_case_another_firm_and_the_other_path_are_no_hindrance(
    browse: Browse, live: Store, minutes: float, more: dict[str, str]
):
    opening(live, minutes, **more)

    submit(filled_in(browse("new_case")))

    assert live.count_cases() == 2


def test_the_same_is_the_same_for_minutes_and_something_else_never():
    now, given = clock.now(), {"firm_name": "Juniper  Advisors", "contact": None, "backed_up": True}
    before, this = same_firm.ids("local", given, now=now)

    alike = {"backed_up": True, "firm_name": "juniper advisors "}
    assert same_firm.ids("local", alike, now=now) == [before, this]
    assert this in same_firm.ids("local", given, now=now + same_firm.SAME)
    assert this not in same_firm.ids("local", given, now=now + 2 * same_firm.SAME)
    assert this not in same_firm.ids("virtual_office", given, now=now)
    assert this not in same_firm.ids("local", {**given, "firm_id": "7"}, now=now)
    assert this not in same_firm.ids("local", given, "yesterday", now=now)
