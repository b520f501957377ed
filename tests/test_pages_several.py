"""Work in bulk on the pages: one step for many cases, many cases to one team leader, queues."""

from datetime import timedelta
from typing import Any

import pytest
from streamlit.testing.v1 import AppTest

from dashboard import clock, commands
from dashboard.cases import Case
from dashboard.formats import day_text
from dashboard.locales import Locale, Reader, read_by
from dashboard.people import Role
from dashboard.store import Store
from dashboard.ui import handle, pasting, visitor
from dashboard.ui.visitor import local_name
from dashboard.ui.words import on_the_wall
from dashboard.workflows import Party
from tests.builders import ADMIN, LEAD, appointment_after, form, step_fields
from tests.test_pages import Browse, browse, live, log, said

__all__ = ["browse", "live", "log"]
SCOPE = "case-list"


@pytest.fixture
def orders(live: Store) -> list[Case]:
    """Three cases that stand at the order, of both paths, and one that does not."""
    return [
        *(walked(live, "local", 5, f"Firm {number}") for number in range(2)),
        walked(live, "virtual_office", 9, "Firm 2"),
        walked(live, "local", 3, "Elsewhere"),
    ]


def walked(store: Store, workflow: str, done: int, firm: str) -> Case:
    """A case with so many steps complete, begun eight days ago."""
    now = clock.now()
    start = now - timedelta(days=8)
    fields = form(workflow, firm_name=firm, firm_id=f"id {firm}")
    with store.bulk() as desk:
        case_id = commands.open_case(desk, workflow, fields, by=LEAD, now=now, at=start)[0].stream
        for step in range(2, done + 1):
            given = step_fields(desk.case(case_id), step, start)
            at = start if step < 5 else now - timedelta(hours=1)
            commands.complete_step(desk, case_id, step, given, by=LEAD, now=now, at=at)
    return store.case(case_id)


def acting_as(app: AppTest, role: str) -> AppTest:
    """The same page for somebody else."""
    app.selectbox(key=visitor.ROLE).select(role).run()
    assert not app.exception
    return app


def button(app: AppTest, label: str) -> Any:
    [found] = [item for item in app.button if item.label.startswith(label)]
    return found


def opened(browse: Browse, page: str = "cases") -> AppTest:
    """The page with the grid of the orders open."""
    app = browse(page)
    button(app, "Order processed: ").click().run()
    assert not app.exception
    return app


def editor(app: AppTest) -> Any:
    [found] = app.data_editor
    return found


def type_in(app: AppTest, rows: dict[str, dict[str, Any]]) -> None:
    """Type into the rows of these firms, and press."""
    grid = editor(app)
    at = {firm: number for number, firm in enumerate(grid.value["firm"])}
    edited = {at[firm]: cells for firm, cells in rows.items()}
    app.session_state[grid.key] = {"edited_rows": edited, "added_rows": [], "deleted_rows": []}
    button(app, "Complete “").click().run()
    assert not app.exception


def test_a_step_is_completed_for_cases_of_both_paths_at_once(browse, live, orders):
    app = opened(browse)
    assert sorted(editor(app).value["firm"]) == ["Firm 0", "Firm 1", "Firm 2"]

    type_in(app, {f"Firm {number}": {"order_number": f"O-{number}"} for number in range(3)})

    cases = [live.case(case.case_id) for case in orders[:3]]
    assert [case.fields["order_number"] for case in cases] == ["O-0", "O-1", "O-2"]
    assert [case.due for case in cases] == [7, 7, 11]
    assert "Order processed: 3 completed" in app.success[0].value
    assert not app.data_editor


def test_a_refused_row_stays_with_what_was_typed_and_can_be_mended(browse, live, orders):
    app = opened(browse)
    tomorrow = (clock.now() + timedelta(days=1)).strftime("%Y-%m-%d %H:%M")

    type_in(
        app,
        {
            "Firm 0": {"order_number": "O-0"},
            "Firm 1": {"order_number": "O-1", "at": tomorrow},
        },
    )

    assert live.case(orders[0].case_id).due == 7
    assert live.case(orders[1].case_id).due == 6
    assert live.case(orders[2].case_id).due == 10  # nothing was typed for it: it stays as it is
    assert "1 of 2 completed" in app.success[0].value
    case_id = orders[0].case_id.replace("-", r"\-")
    assert f"- Firm 0, {case_id}: Order number O\\-0; " in app.success[0].value
    assert "Firm 1" not in app.success[0].value
    assert "in the future" in app.error[0].value
    held = editor(app).value.set_index("firm")
    assert held.loc["Firm 1", "order_number"] == "O-1"
    assert "in the future" in held.loc["Firm 1", "verdict"]
    assert not held.loc["Firm 2", "verdict"]

    type_in(app, {"Firm 1": {"at": None}})

    assert live.case(orders[1].case_id).fields["order_number"] == "O-1"
    assert editor(app).value["firm"].tolist() == ["Firm 2"]


def test_a_row_that_somebody_else_moved_is_refused_and_the_others_are_stored(browse, live, orders):
    app = opened(browse)
    commands.complete_step(
        live, orders[1].case_id, 6, {"order_number": "theirs"}, by=ADMIN, now=clock.now()
    )

    type_in(app, {f"Firm {number}": {"order_number": "ours"} for number in range(2)})

    assert live.case(orders[0].case_id).fields["order_number"] == "ours"
    assert live.case(orders[1].case_id).fields["order_number"] == "theirs"
    assert "A\\. Admin changed case" in app.error[0].value


@pytest.mark.parametrize("text", ["x\ty\n" * 100_000, "x" * 60_000])
def test_a_paste_that_is_too_long_is_refused_with_a_sentence(browse, live, orders, text):
    app = opened(browse)

    app.text_area(key=f"several-{SCOPE}-pasted").set_value(text)
    button(app, "Paste into grid").click().run()

    assert [item.value.replace("\\", "") for item in app.error] == [pasting.TOO_MUCH]
    assert app.text_area(key=f"several-{SCOPE}-pasted").value == ""


def test_lines_pasted_in_another_order_find_their_rows(browse, live, orders):
    app = opened(browse)
    at = on_the_wall(clock.now() - timedelta(minutes=30), live.settings.calendar.zone)
    lines = [f"id Firm 2\tO-2\t{at:%Y-%m-%d %H:%M}", f"{orders[0].case_id}\tO-0", "Mars\tO-9"]

    app.text_area(key=f"several-{SCOPE}-pasted").set_value("\n".join(lines))
    button(app, "Paste into grid").click().run()

    assert "“Mars” matches no case" in app.error[0].value
    assert app.text_area(key=f"several-{SCOPE}-pasted").value == "Mars\tO-9"
    button(app, "Complete “").click().run()
    assert live.case(orders[0].case_id).fields["order_number"] == "O-0"
    assert live.case(orders[2].case_id).fields["order_number"] == "O-2"
    assert live.case(orders[1].case_id).due == 6


def typed_in(app: AppTest, rows: dict[int, dict[str, Any]]) -> AppTest:
    """Type into rows of the grid, and press nothing."""
    app.session_state[editor(app).key] = {
        "edited_rows": rows, "added_rows": [], "deleted_rows": [],
    }  # fmt: skip
    app.run()
    assert not app.exception
    return app


def test_a_grid_with_what_was_typed_is_there_for_a_session_that_never_saw_it_and_is_stored(
    browse, live, orders, log
):
    app = typed_in(opened(browse), {0: {"order_number": "O-0", "at": "1/5/2026 10:00 AM"}})
    first = editor(app).value["firm"][0]
    app.text_area(key=f"several-{SCOPE}-pasted").set_value("Mars\tO-9").run()

    handle.let_go(log)
    again = browse("cases")

    assert again.text_area(key=f"several-{SCOPE}-pasted").value == "Mars\tO-9"
    row = editor(again).value.set_index("firm").loc[first]
    assert row["order_number"] == "O-0"
    assert row["at"] == "1/5/2026 10:00 AM"
    typed_in(again, {0: {"order_number": "O-0", "at": None}})
    button(again, "Complete “").click().run()
    store = handle.held(log).store
    [case] = [store.case(one.case_id) for one in orders if one.firm == first]
    assert case.fields["order_number"] == "O-0"


def test_pasted_rows_and_their_verdicts_are_there_after_the_page_was_loaded_again(
    browse, live, orders
):
    app = opened(browse)
    tomorrow = on_the_wall(clock.now() + timedelta(days=1), live.settings.calendar.zone)
    lines = f"{orders[0].case_id}\tO-0\t{tomorrow:%Y-%m-%d %H:%M}\n{orders[1].case_id}\tO-1"
    app.text_area(key=f"several-{SCOPE}-pasted").set_value(lines)
    button(app, "Paste into grid").click().run()
    button(app, "Complete “").click().run()
    assert live.case(orders[1].case_id).due == 7

    again = browse("cases")

    held = editor(again).value.set_index("firm")
    assert held.loc["Firm 0", "order_number"] == "O-0"
    assert "in the future" in held.loc["Firm 0", "verdict"]
    assert "in the future" in again.error[0].value
    assert "Firm 1" not in held.index
    button(again, "Close").click().run()
    assert not browse("cases").data_editor
    assert live.drafts.of(local_name(), clock.now()) == {}


def test_a_grid_that_nobody_typed_into_is_no_draft(browse, live, orders):
    opened(browse).run()

    assert not browse("cases").data_editor
    assert live.drafts.of(local_name(), clock.now()) == {}


def test_nothing_filled_in_is_said_and_a_row_can_be_taken_out(browse, live, orders):
    app = opened(browse)

    type_in(app, {})
    assert "no row is filled in" in app.error[0].value

    grid = editor(app)
    app.session_state[grid.key] = {"edited_rows": {}, "added_rows": [], "deleted_rows": [0, 1]}
    button(app, "Complete “").click().run()
    assert len(editor(app).value) == 1
    button(app, "Close").click().run()
    assert not app.data_editor


def ticked(app: AppTest, *cases: Case) -> AppTest:
    """Tick these cases in the table of the Cases page."""
    app.session_state[f"{SCOPE}-chosen"] = [case.case_id for case in cases]
    return app.run()


def test_ticked_cases_are_given_to_another_team_leader(browse, live, orders):
    app = ticked(browse("cases"), orders[0], orders[3])

    app.selectbox(key=f"reassign-{SCOPE}-name").set_value(visitor.local_name())
    button(app, "Reassign").click().run()

    leaders = [live.case(case.case_id).fields["team_leader"] for case in orders]
    assert [leader == visitor.local_name() for leader in leaders] == [True, False, False, True]
    assert "2 cases reassigned to" in app.success[0].value
    assert not [item for item in app.button if item.label == "Reassign"]


def test_only_ticked_cases_come_into_the_grid(browse, live, orders):
    app = ticked(browse("cases"), orders[1], orders[3])

    button(app, "Order processed: 1 case").click().run()

    assert editor(app).value["firm"].tolist() == ["Firm 1"]


@pytest.mark.parametrize("role", ["CS representative", "Viewer"])
def test_who_may_not_complete_the_step_or_lead_is_offered_neither(browse, live, orders, role):
    app = ticked(acting_as(browse("cases"), role), *orders)

    assert not app.exception
    labels = [item.label for item in app.button]
    assert not [label for label in labels if label.startswith(("Order processed", "Reassign"))]


# --- The queue of a party on Today -----------------------------------------------------------


def shown_firms(app: AppTest) -> list[list[str]]:
    return [table.value["firm"].tolist() for table in app.dataframe if "firm" in table.value]


def test_a_member_sees_the_partys_queue_and_completes_it_in_one_go(browse, live, orders):
    app = acting_as(browse(), "Order Team")

    assert [sorted(firms) for firms in shown_firms(app)] == [["Firm 0", "Firm 1", "Firm 2"]]
    assert [metric.value for metric in app.metric][::3] == ["3", "0"]

    button(app, "Order processed: 3 cases").click().run()
    type_in(app, {"Firm 0": {"order_number": "O-0"}, "Firm 2": {"order_number": "O-2"}})

    assert live.case(orders[0].case_id).due == 7
    assert live.case(orders[2].case_id).due == 11
    assert live.history(orders[0].case_id)[-2].actor == visitor.local_name()


def test_what_others_hold_but_the_party_records_stands_apart(browse, live):
    walked(live, "local", 6, "Firm 7")

    app = acting_as(browse(), "CS representative")

    assert "Yours to record, now with others (1)" in [item.value for item in app.subheader]
    assert shown_firms(app) == [["Firm 7"]]


def test_an_empty_queue_says_so(browse, live):
    app = acting_as(browse(), "Order Team")

    assert "Nothing is waiting for the Order Team" in said(app)


@pytest.mark.parametrize("role", ["CitrixPortalTech", "Team leader", "Viewer"])
def test_everybody_has_the_week_of_appointments_with_a_calendar_file_each(browse, live, role):
    case = walked(live, "virtual_office", 3, "Firm 9")
    now = clock.now()
    begins = appointment_after(now)
    commands.complete_step(live, case.case_id, 4, {"appointment": begins}, by=LEAD, now=now)

    app = acting_as(browse(), role)

    assert "Appointments in the next seven days (1)" in [item.value for item in app.subheader]
    [ics] = [item for item in app.download_button if item.key == f"ics-{case.case_id}"]
    assert ics.label == ".ics"
    zone = live.settings.calendar.zone
    with read_by(Reader(Locale.US, now.date())):
        assert f"**{day_text(on_the_wall(begins, zone).date())}**" in [
            m.value for m in app.markdown
        ]
    assert "Firm 9" in said(app)


def test_a_member_of_two_parties_chooses_the_queue(browse, live, orders, monkeypatch):
    both = frozenset({Party.CS, Party.ORDERS})
    monkeypatch.setitem(visitor.PRESETS, "Both", (Role.MEMBER, both))
    app = acting_as(browse(), "Both")
    assert "Nothing is waiting for the CS representative" in said(app)

    app.segmented_control(key="queue-party").set_value(Party.ORDERS).run()

    assert not app.exception
    assert len(shown_firms(app)[0]) == 3


def test_downloads_are_completed_together_from_today(browse, live):
    case = walked(live, "local", 6, "Firm 8")

    app = browse()
    button(app, "Licenses downloaded: 1 case").click().run()
    button(app, "Complete “").click().run()

    assert live.case(case.case_id).state == "closed"


def test_a_message_that_is_the_step_counts_as_sent_by_whoever_did_it(browse, live):
    case = walked(live, "local", 3, "Firm 6")

    app = browse("cases")
    button(app, "EMS ticket: 1 case").click().run()
    type_in(app, {"Firm 6": {"ems_ticket": "T-1", "high_priority": True}})

    [letter] = live.case(case.case_id).letters.values()
    assert (letter.message, letter.is_outside) == ("ems_ticket", True)


def test_a_grid_is_not_shown_to_who_may_not_complete_its_step(browse, live, orders):
    app = opened(browse)

    acting_as(app, "Viewer")

    assert not app.data_editor
    assert all(live.case(case.case_id).version == case.version for case in orders)
