"""A case that somebody else moves while one has its page open: what counts is what was drawn."""

from streamlit.testing.v1 import AppTest

from dashboard import clock, commands
from dashboard.cases import Case
from dashboard.people import Person, Role
from dashboard.store import Store
from tests.builders import LEAD, step_fields
from tests.test_pages import Browse, browse, live, log, walked

__all__ = ["browse", "live", "log"]  # fixtures

BEN = Person("Ben Castellano", Role.LEAD)


def typing(browse: Browse, case: Case) -> AppTest:
    """The page of a case at its EMS ticket, the form filled in but not sent."""
    app = browse("case", id=case.case_id)
    fill(app, case)
    return app


def fill(app: AppTest, case: Case) -> None:
    app.text_input(key=f"{case.case_id}-4-ems_ticket").set_value("EMS-1")
    app.checkbox(key=f"{case.case_id}-4-high_priority").check()


def starts(store: Store, case: Case) -> None:
    commands.start_step(store, case.case_id, 4, by=BEN, now=clock.now())


def complete(app: AppTest, case: Case, version: int) -> AppTest:
    return app.button(key=f"complete-{case.case_id}-4-{version}").click().run()


def notes(app: AppTest) -> list[str]:
    return [
        item.value for item in app.markdown if ("changed this case in the meantime") in item.value
    ]


def test_a_page_older_than_a_colleagues_start_is_refused_and_completes_at_the_second_try(
    browse: Browse, live: Store
):
    case = walked(live, "local", 3)
    app = typing(browse, case)
    starts(live, case)

    complete(app, case, case.version)

    assert live.case(case.case_id).due == 4
    assert "Ben Castellano changed case" in app.error[0].value
    assert app.text_input(key=f"{case.case_id}-4-ems_ticket").value == "EMS-1"
    assert notes(app) == []  # it was said once

    complete(app, case, live.case(case.case_id).version)

    assert live.case(case.case_id).due == 5
    assert live.case(case.case_id).fields["ems_ticket"] == "EMS-1"


def test_a_page_drawn_anew_says_who_moved_the_case_before_its_form_counts(
    browse: Browse, live: Store
):
    case = walked(live, "local", 3)
    app = typing(browse, case)
    starts(live, case)

    app.run()  # as by a click elsewhere on the page

    assert [note.split("**")[1] for note in notes(app)] == [
        "Ben Castellano changed this case in the meantime."
    ]
    assert notes(app.run())  # it stands until it was read
    app.button(key=f"{case.case_id}-seen-read").click().run()
    assert notes(app) == []
    fill(app, case)
    complete(app, case, live.case(case.case_id).version)
    assert live.case(case.case_id).due == 5


def test_a_form_drawn_before_is_refused_though_the_page_was_drawn_anew_in_another_window(
    browse: Browse, live: Store
):
    case = walked(live, "local", 3)
    older, newer = typing(browse, case), typing(browse, case)
    starts(live, case)
    newer.run()

    complete(older, case, case.version)

    assert "Ben Castellano changed case" in older.error[0].value
    assert live.case(case.case_id).due == 4


def test_nothing_is_said_of_what_one_did_oneself_or_of_a_message_on_its_way(
    browse: Browse, live: Store
):
    case = walked(live, "local", 3)
    app = typing(browse, case)

    app.button(key=f"start-{case.case_id}-4-{case.version}").click().run()

    assert live.case(case.case_id).records[4].started_us
    assert notes(app.run()) == []


def test_who_comes_back_to_a_case_later_is_told_nothing_new(browse: Browse, live: Store):
    case = walked(live, "local", 3)
    app = browse("case", id=case.case_id)
    app.switch_page("pages/guide.py").run()
    starts(live, case)

    app.switch_page("pages/case.py")
    app.query_params["id"] = case.case_id
    app.run()

    assert app.title
    assert notes(app) == []


def test_the_step_that_a_colleague_completed_is_not_the_one_that_is_completed_here(
    browse: Browse, live: Store
):
    case = walked(live, "local", 3)
    app = typing(browse, case)
    now = clock.now()
    commands.complete_step(live, case.case_id, 4, step_fields(case, 4, now), by=LEAD, now=now)

    app.run()

    assert len(notes(app)) == 1
    assert live.case(case.case_id).due == 5
