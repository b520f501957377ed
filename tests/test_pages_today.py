"""What stands beside the worklist, and what a case says while the firm's own date is ahead."""

from datetime import timedelta

import pyarrow as pa
from streamlit.testing.v1 import AppTest

from dashboard import clock
from dashboard.store import Store
from dashboard.ui import cards, tables, today
from dashboard.ui.today import FEW_MORE, MOST_LINES
from dashboard.ui.words import day_text
from tests.test_pages import Browse, browse, live, log, said, walked

__all__ = ["browse", "live", "log"]  # fixtures


def folded(app: AppTest) -> list[str]:
    return [item.label for item in app.expander]


def asked_for(store: Store, days: int) -> tuple[str, str]:
    """A case whose firm asked to be cancelled in so many days: its id, and the date as shown."""
    day = clock.now().date() + timedelta(days)
    return walked(store, "local", 2, requested_date=day).case_id, day_text(day)


def test_a_long_group_is_folded_after_its_first_cases(browse: Browse, live: Store):
    for _ in range(MOST_LINES + FEW_MORE + 1):
        walked(live, "local", 6)

    app = browse()

    assert folded(app) == [f"{FEW_MORE + 1} more"]
    before = len(app.main.get("page_link"))
    app.session_state["more-downloads"] = True  # the click that unfolds it
    app.run()

    assert len(app.main.get("page_link")) == before + FEW_MORE + 1


def test_a_group_of_hundreds_is_unfolded_as_far_as_anybody_reads(
    browse: Browse, live: Store, monkeypatch
):
    monkeypatch.setattr(today, "MOST_UNFOLDED", 2)
    for _ in range(MOST_LINES + FEW_MORE + 1):
        walked(live, "local", 6)
    app = browse()
    before = len(app.main.get("page_link"))

    app.session_state["more-downloads"] = True
    app.run()

    assert len(app.main.get("page_link")) == before + 2
    assert f"{FEW_MORE - 1} more on Cases." in [item.value for item in app.caption]


def test_a_group_is_not_folded_for_a_few(browse: Browse, live: Store):
    for _ in range(MOST_LINES + FEW_MORE):
        walked(live, "local", 6)

    app = browse()

    assert folded(app) == []


def test_a_caller_is_told_the_day_that_the_firm_asked_for_and_no_limit(browse: Browse, live: Store):
    case_id, day = asked_for(live, 30)

    app = browse("case", id=case_id)

    [sentence] = [
        item.value for item in app.markdown if ("We received your cancellation form") in item.value
    ]
    assert f"You asked us to cancel on {day}" in sentence
    assert "due" not in sentence
    assert "with your firm" not in sentence


def test_the_clock_of_a_firm_that_asked_for_a_later_day_does_not_take_the_step_from_its_party(
    browse: Browse, live: Store
):
    case_id, day = asked_for(live, 30)

    app = browse("case", id=case_id)

    [turn] = [item.value for item in app.markdown if item.value.startswith("Whose turn")]
    assert f"until the requested cancellation date, {day}" in turn
    assert "The step itself is for the **Team leader**" in turn


def test_completing_a_step_before_the_day_asked_for_says_until_when_the_clock_is_the_firms(
    browse: Browse, live: Store
):
    case_id, day = asked_for(live, 30)
    app = browse("case", id=case_id)

    app.button(key=f"complete-{case_id}-3-{live.case(case_id).version}").click().run()

    assert f"until the cancellation date the firm requested, {day}: step 4" in app.success[0].value


def test_a_page_without_a_case_has_the_find_box_that_it_names(browse: Browse):
    app = browse("case")

    assert "Search for the firm above" in said(app)
    assert app.text_input(key="find").placeholder == "Firm, case, ticket, or order"


def test_of_more_cases_than_are_drawn_the_first_are_and_the_download_has_all(
    browse: Browse, live: Store, monkeypatch
):
    monkeypatch.setattr(tables, "MOST_DRAWN", 2)
    offered: list[pa.Table] = []
    monkeypatch.setattr(cards, "download", lambda table, *_: offered.append(table))
    for _ in range(3):
        walked(live, "local", 2)

    app = browse("cases")

    [table] = app.dataframe
    assert len(table.value) == 2
    assert any(item.value.startswith("Showing the first 2 of 3.") for item in app.caption)
    assert [table.num_rows for table in offered] == [3]
    monkeypatch.setattr(tables, "MOST_DRAWN", 3)
    app.run()
    [table] = app.dataframe
    assert len(table.value) == 3
    assert not any("Showing the first" in item.value for item in app.caption)
