"""What was typed and not saved: kept while the window is open, said, and discarded on request."""

from typing import Any

import pytest
from streamlit.testing.v1 import AppTest

from dashboard import commands
from dashboard.cases import Case
from dashboard.store import Store
from dashboard.workdays import country_name, holiday_places, state_name
from tests.builders import ADMIN
from tests.test_pages import Browse, browse, dialog, live, log, walked
from tests.test_pages_settings import Settings, key, now, settings, type_rows

__all__ = ["browse", "live", "log", "settings"]  # fixtures

TABLES = (key("catalogue", "products"), key("calendar", "days"))
PORTAL = {"name": "Portal CS", "family": "Portal", "is_addon": False}


def section(app: AppTest, name: str) -> AppTest:
    app.segmented_control(key="section").set_value(name).run()
    assert not app.exception
    return app


def away_and_back(app: AppTest, name: str) -> AppTest:
    """Leave the page for another one and come back to the section."""
    app.switch_page("pages/guide.py").run()
    for table in TABLES:  # a browser forgets what was typed into a table that it no longer shows
        if table in app.session_state:
            del app.session_state[table]
    app.switch_page("pages/settings.py")
    app.query_params["section"] = name
    app.run()
    assert not app.exception
    return app


def rows(app: AppTest, at: int = -1) -> list[dict[str, Any]]:
    """The rows with which a table's editor begins."""
    return app.dataframe[at].value.to_dict("records")


def captions(app: AppTest) -> str:
    return "\n".join(item.value for item in app.caption)


def test_a_half_typed_table_is_there_again_after_the_page_was_left_and_is_saved(
    settings: Settings, live: Store
):
    app = settings("Catalog")
    table = key("catalogue", "products")
    type_rows(app, table, added_rows=[PORTAL], edited_rows={0: {"family": "Tax"}}, deleted_rows=[1])
    left = app.session_state[f"{table}-left"]

    away_and_back(app, "Catalog")

    kept = app.session_state[f"{table}-begins"]
    assert kept == left
    assert kept.num_rows == len(live.settings.catalogue)
    assert "Unsaved changes" in captions(app)
    app.button(key=key("catalogue", "save")).click().run()
    assert (live.settings.catalogue[0].family, live.settings.catalogue[-1].name) == (
        "Tax",
        "Portal CS",
    )
    assert "Unsaved changes" not in captions(app)


def test_what_is_typed_after_coming_back_is_added_to_what_was_typed_before(
    settings: Settings, live: Store
):
    app = settings("Catalog")
    table, count = key("catalogue", "products"), len(live.settings.catalogue)
    type_rows(app, table, added_rows=[PORTAL])

    away_and_back(app, "Catalog")
    type_rows(app, table, edited_rows={count: {"limitation": "None"}})
    app.run()
    app.button(key=key("catalogue", "save")).click().run()

    last = live.settings.catalogue[-1]
    assert (last.name, last.limitation, len(live.settings.catalogue)) == (
        "Portal CS",
        "None",
        count + 1,
    )


def test_the_other_sections_say_where_something_is_not_saved(settings: Settings):
    app = settings("Catalog")
    type_rows(app, key("catalogue", "products"), added_rows=[PORTAL])

    assert "Unsaved changes also in" not in captions(app)
    section(app, "Planning")
    assert "Unsaved changes also in Catalog." in captions(app)
    app.number_input(key=key("planning", "From")).set_value(4).run()
    section(app, "People")
    assert "Unsaved changes also in Catalog and Planning." in captions(app)


def test_what_is_discarded_is_gone_and_nothing_was_saved(settings: Settings, live: Store):
    app = settings("Catalog")
    type_rows(app, key("catalogue", "products"), added_rows=[PORTAL])

    app.button(key=key("catalogue", "discard")).click().run()

    assert "Unsaved changes" not in captions(app)
    assert app.button(key=key("catalogue", "save", 1)).disabled
    assert live.stream("settings") == []
    away_and_back(app, "Catalog")
    assert app.button(key=key("catalogue", "save", 1)).disabled


def test_hours_that_cannot_be_can_be_discarded(settings: Settings):
    app = settings("Calendar")
    app.text_input(key=key("calendar", "Monday")).set_value("nine to five").run()

    app.button(key=key("calendar", "discard")).click().run()

    assert app.text_input(key=key("calendar", "Monday", 1)).value == "08:00–17:00"


def test_single_days_typed_into_an_empty_table_are_kept_as_days(settings: Settings):
    app = settings("Calendar")
    days = key("calendar", "days")
    type_rows(app, days, added_rows=[{"date": "2030-12-24", "hours": "8-12"}])

    away_and_back(app, "Calendar")

    [row] = app.session_state[f"{days}-begins"].to_pylist()
    assert (str(row["date"]), row["hours"]) == ("2030-12-24", "8-12")
    assert "Preview of changes" in [item.value for item in app.subheader]


def test_an_untouched_table_that_was_left_follows_what_somebody_else_set(
    settings: Settings, live: Store
):
    app = settings("Catalog")
    app.run()
    one = [*live.settings.catalogue][:1]
    commands.change_catalogue(live, one, by=ADMIN, now=now())

    away_and_back(app, "Catalog")

    assert app.session_state[f"{key('catalogue', 'products', 1)}-begins"].num_rows == 1
    assert "Unsaved changes" not in captions(app)


def test_who_may_only_read_sees_what_is_set_and_not_what_an_administrator_was_typing(
    settings: Settings,
):
    app = settings("Catalog")
    type_rows(app, key("catalogue", "products"), added_rows=[PORTAL])

    app.selectbox(key="act-as-role").select("Viewer").run()

    assert "Portal CS" not in str([item.value for item in app.dataframe])
    assert "Unsaved changes" not in captions(app)


@pytest.mark.parametrize("name", ["Reopen a step", "Withdraw the case"])
def test_a_reason_is_there_again_after_its_dialog_was_closed(
    browse: Browse, live: Store, name: str
):
    case = walked(live, "local", 4)
    app = dialog(browse, case, name)
    [reason] = [item for item in app.text_area if item.label == "Reason"]
    typed(app, case, str(reason.key))

    app.session_state["case-dialog"] = ""
    app.run()
    app.session_state["case-dialog"] = name
    app.run()

    [again] = [item for item in app.text_area if item.label == "Reason"]
    assert again.value == "a slip"


def typed(app: AppTest, case: Case, place: str) -> None:
    app.session_state[place] = "a slip"
    app.run()
    assert not app.exception


# --- Places by name --------------------------------------------------------------------------


def test_countries_are_offered_by_name_and_found_by_it(settings: Settings):
    app = settings("Calendar")

    country = app.selectbox(key=key("calendar", "country"))

    assert "United States (US)" in country.options
    assert list(country.options) == sorted(country.options)
    assert "New York (NY)" in app.selectbox(key=key("calendar", "state-US")).options
    country.select("Germany (DE)").run()
    assert "Bayern (BY)" in app.selectbox(key=key("calendar", "state-DE")).options


def test_every_place_has_one_name_of_its_own():
    places = holiday_places()

    assert len({country_name(code) for code in places}) == len(places)
    assert all(country_name(code).endswith(f" ({code})") for code in places)
    for country, states in places.items():
        assert len({state_name(country, code) for code in states}) == len(states)
    assert [country_name(code) for code in ("AX", "BA", "HK", "IM")] == [
        "Åland Islands (AX)",
        "Bosnia and Herzegovina (BA)",
        "Hong Kong (HK)",
        "Isle of Man (IM)",
    ]
    assert (state_name("CA", "ON"), state_name("FR", "Zone A")) == ("Ontario (ON)", "Zone A")
    assert country_name("XX") == "XX"
