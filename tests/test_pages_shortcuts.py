"""Keys for what is done most: what they are on, and where they lead."""

from dashboard import clock, commands
from dashboard.store import Store
from dashboard.ui import shortcuts
from tests.builders import LEAD, form
from tests.test_pages import Browse, browse, live, log, walked

__all__ = ["browse", "live", "log"]  # fixtures


def test_the_case_page_leads_to_the_next_and_the_previous_case_of_today(
    browse: Browse, live: Store
):
    for number in range(3):
        fields = form("local", firm_name=f"Firm {number}")
        commands.open_case(live, "local", fields, by=LEAD, now=clock.now())
    order = live.run("worklist", now=clock.now())["case_id"].to_pylist()
    app = browse("case", id=order[0])
    assert app.button(key=f"go-prev-{order[0]}").disabled

    app.button(key=f"go-next-{order[0]}").click().run()
    assert app.query_params["id"] == order[1]
    app.button(key=f"go-next-{order[1]}").click().run()
    assert app.button(key=f"go-next-{order[2]}").disabled
    app.button(key=f"go-prev-{order[2]}").click().run()

    assert app.query_params["id"] == order[1]


def test_a_closed_case_leads_to_the_first_of_today(browse: Browse, live: Store):
    closed = walked(live, "local", 7).case_id
    first = walked(live, "local", 2).case_id
    app = browse("case", id=closed)
    assert app.button(key=f"go-prev-{closed}").disabled

    app.button(key=f"go-next-{closed}").click().run()

    assert app.query_params["id"] == first


def test_complete_next_and_previous_have_their_keys(browse: Browse, live: Store):
    case = walked(live, "local", 2)
    app = browse("case", id=case.case_id)
    keys = {item.label: item.proto.shortcut for item in app.button if item.proto.shortcut}

    assert set(keys) == {"Complete step 3", "Next case", "Previous case"}
    assert len(set(keys.values())) == 3


def test_the_keys_are_shown_in_a_dialog_on_every_page(browse: Browse):
    for page in ("today", "guide"):
        app = browse(page)
        app.button(key="shortcuts").click().run()

        [shown] = [item for item in app.table if "Find a case" in str(item.value)]
        assert set(shortcuts.KEYS.values()) <= {str(cell) for cell in shown.value.to_numpy().flat}
