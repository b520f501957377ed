"""Settings, notices and feedback on the pages: what is saved, what is refused, who may."""

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from streamlit.testing.v1 import AppTest

from dashboard import clock, commands
from dashboard.catalogue import Product
from dashboard.instants import to_us
from dashboard.intake import import_tracker
from dashboard.intake.strangers import strangers
from dashboard.people import Role
from dashboard.settings import Colleague, MessageMode
from dashboard.store import Store
from dashboard.ui import settings_days, sign_in
from dashboard.ui.words import on_the_wall
from dashboard.workdays import Calendar, default_calendar, us_federal
from dashboard.workflows import Party
from tests.builders import ADMIN, LEAD, appointment_after, step_fields
from tests.sheets import csv_of, row
from tests.test_pages import Browse, browse, live, log, marks, said, walked

__all__ = ["browse", "live", "log"]  # fixtures

SECTIONS = (
    "Calendar", "Targets", "Planning", "Catalog", "Messages", "People", "Notices", "Import",
    "Feedback",
)  # fmt: skip
Settings = Callable[..., AppTest]


@pytest.fixture
def settings(browse: Browse) -> Settings:
    """A section of Settings, seen in a role."""

    def seen(section: str, role: str = "Administrator") -> AppTest:
        app = browse("settings", section=section)
        app.selectbox(key="act-as-role").select(role).run()
        assert not app.exception
        return app

    return seen


def key(section: str, part: str, number: int = 0) -> str:
    return f"settings-{section}-{number}-{part}"


def now() -> datetime:
    return clock.now()


def kinds(store: Store, stream: str = "settings") -> list[str]:
    return [event.kind for event in store.stream(stream)]


def type_rows(app: AppTest, editor: str, **edits: Any) -> None:
    """What a table's editor keeps of what was typed into it."""
    rows: dict[str, Any] = {"edited_rows": {}, "added_rows": [], "deleted_rows": []}
    app.session_state[editor] = rows | edits
    app.run()


# --- Each section saves, and says so ---------------------------------------------------------


def test_the_calendar_is_changed_after_its_effect_was_shown(settings: Settings, live: Store):
    walked(live, "local", 3)
    app = settings("Calendar")
    assert not [item for item in app.button if item.label == "Save calendar"]

    app.text_input(key=key("calendar", "Monday")).set_value("9-12, 13:00–17:30").run()
    assert "Preview of changes" in [item.value for item in app.subheader]
    assert kinds(live) == []
    app.button(key=key("calendar", "save")).click().run()

    assert live.settings.calendar.weekly[0] == (("09:00", "12:00"), ("13:00", "17:30"))
    assert live.settings.calendar.exceptions == default_calendar().exceptions
    assert "Calendar saved" in app.success[0].value
    assert app.text_input(key=key("calendar", "Monday", 1)).value == "09:00–12:00, 13:00–17:30"


def test_a_preview_names_limits_attainment_and_appointments(settings: Settings, live: Store):
    walked(live, "local", 3)
    booked = walked(live, "virtual_office", 3)
    coming = {"appointment": appointment_after(now() + timedelta(hours=1))}
    commands.complete_step(live, booked.case_id, 4, coming, by=LEAD, now=now())
    app = settings("Calendar")
    for name in settings_days.WEEKDAYS[:5]:
        app.text_input(key=key("calendar", name)).set_value("17:00–24:00")
    app.run()

    words = " ".join(item.value for item in app.markdown)
    assert "**2 open cases** would get a new due time:" in words
    assert "No cases were completed in the last quarter" in words
    assert "**1 appointment** would then fall outside" in words
    assert app.dataframe[-1].value.columns.tolist() == ["Firm", "Due now", "Due then", "Case"]


def test_a_holiday_is_dropped_and_single_days_are_added_from_a_date_on(
    settings: Settings, live: Store
):
    app = settings("Calendar")
    since = live.settings.calendar.local_date([to_us(now())])[0].astype(object)
    app.segmented_control(key=key("calendar", "span")).set_value("From a date").run()
    names = app.pills(key=key("calendar", "names-US-None"))
    names.set_value([name for name in names.value or [] if name != "Columbus Day"]).run()
    added = [{"date": "2030-12-24", "hours": "8-12"}, {"date": "2030-12-27"}]
    type_rows(app, key("calendar", "days"), added_rows=added)
    app.button(key=key("calendar", "save")).click().run()

    calendar = live.settings.calendar
    assert [day for day, _ in calendar.later] == [since]
    days = [date(2030, 10, 14), date(2030, 12, 24), date(2030, 12, 25), date(2030, 12, 27)]
    assert calendar.is_business_day(days).tolist() == [True, True, False, False]
    assert calendar.on(days[1]).exceptions[days[1]] == (("08:00", "12:00"),)


def test_targets_of_a_path_are_changed_from_a_date_on(settings: Settings, live: Store):
    app = settings("Targets")
    limit = key("targets-local", "SLA, business days")

    app.number_input(key=limit).set_value(4.5).run()
    app.button(key=key("targets-local", "save")).click().run()

    assert live.settings.targets_at("local", to_us(now())).limit_us == 4.5 * 540 * 60_000_000
    assert live.settings.targets_at("virtual_office", to_us(now())).limit_us == 97_200_000_000
    assert live.settings.targets_at("local", 0).limit_us == 97_200_000_000
    assert "Local targets saved" in app.success[0].value


def test_planning_is_changed(settings: Settings, live: Store):
    app = settings("Planning")
    assert app.button(key=key("planning", "save")).disabled

    app.number_input(key=key("planning", "From")).set_value(4)
    app.number_input(key=key("planning", "Hours until users must sign in again")).set_value(8).run()
    app.button(key=key("planning", "save")).click().run()

    assert (live.settings.window, live.settings.session_hours) == ((4, -1), 8)
    assert "Planning saved" in app.success[0].value


def test_the_catalogue_is_changed_row_by_row(settings: Settings, live: Store):
    before = live.settings.catalogue
    app = settings("Catalog")

    type_rows(
        app, key("catalogue", "products"), edited_rows={0: {"limitation": "Prints a watermark."}},
        added_rows=[{"name": "Portal CS", "family": "Portal", "is_addon": False}], deleted_rows=[1],
    )  # fmt: skip
    app.button(key=key("catalogue", "save")).click().run()

    after = live.settings.catalogue
    assert after[0] == Product(before[0].name, before[0].family, False, "Prints a watermark.")
    assert after[1:-1] == before[2:]
    assert after[-1] == Product("Portal CS", "Portal", False, "")
    assert "Catalog saved" in app.success[0].value


def test_who_sends_a_message_is_chosen(settings: Settings, live: Store):
    app = settings("Messages")

    app.segmented_control(key=key("messages", "tl_form")).set_value(MessageMode.SENT).run()
    app.button(key=key("messages", "save")).click().run()

    assert live.settings.message_mode("tl_form") is MessageMode.SENT
    assert live.settings.message_mode("welcome") is MessageMode.DRAFTED
    assert "senders saved" in app.success[0].value


def test_people_and_mailboxes_are_entered(settings: Settings, live: Store):
    app = settings("People")

    app.text_input(key=key("people", "EMS")).set_value("ems@firm.example").run()
    row = {
        "name": "H. Abebe", "sign_in": "habebe", "email": "h@firm.example",
        "parties": ["Team leader"], "role": "lead",
    }  # fmt: skip
    type_rows(app, key("people", "people"), added_rows=[row])
    app.button(key=key("people", "save")).click().run()

    person = Colleague("H. Abebe", "habebe", "h@firm.example", (Party.TL,), Role.LEAD)
    assert live.settings.people == (person,)
    assert live.settings.mailboxes == {Party.EMS: "ems@firm.example"}
    assert app.data_editor[0].value["name"].tolist() == ["H. Abebe"]


def test_names_of_a_tracker_become_people_once_somebody_agrees(settings: Settings, live: Store):
    cells = row("Local", 3, Team_leader="T. Vance", CS_rep="K. Tanaka", Sales_rep="see note")
    import_tracker(live, csv_of(cells), "names.csv", by=LEAD, now=now())
    app = settings("People")
    assert "Names in your cases" in [item.value for item in app.subheader]
    offered = app.data_editor[0]
    assert offered.value["name"].tolist() == ["K. Tanaka", "T. Vance", "see note"]

    type_rows(app, str(offered.key), edited_rows={2: {"add": False}})
    app.button(key=key("suggested", "add")).click().run()

    assert live.settings.people == (
        Colleague("K. Tanaka", parties=(Party.CS,)), Colleague("T. Vance", parties=(Party.TL,)),
    )  # fmt: skip
    assert app.data_editor[0].value["name"].tolist() == ["see note"]
    commands.change_directory(live, [Colleague("SEE note")], {}, by=ADMIN, now=now())
    assert strangers(live, now()) == [
        {"name": "K. Tanaka", "parties": ["CS representative"], "cases": 1},
        {"name": "T. Vance", "parties": ["Team leader"], "cases": 1},
    ]
    viewer = settings("People", "Viewer")
    assert not [item for item in viewer.button if item.key == key("suggested", "add")]


@pytest.mark.parametrize(
    ("section", "name", "table", "rows", "length"),
    [
        ("Catalog", "catalogue", "products", 2_100, 1),
        ("People", "people", "people", 3, 1_000_000),
    ],
)
def test_more_rows_than_a_table_takes_are_refused_with_a_sentence(
    settings: Settings, live: Store, section: str, name: str, table: str, rows: int, length: int
):
    app = settings(section)
    type_rows(
        app,
        key(name, table),
        added_rows=[{"name": f"{n}" + "x" * length} for n in range(rows)],
    )

    assert not app.exception
    assert "a table takes at most 2,000 rows of short text" in " ".join(
        item.value.replace("\\", "") for item in app.markdown
    )
    assert not app.data_editor
    app.button(key=key(name, f"{table}-again")).click().run()
    assert len(app.data_editor) == 1
    assert kinds(live) == kinds(live, "directory") == []


def test_a_notice_is_posted_stands_on_every_page_and_is_ended(
    settings: Settings, live: Store, browse: Browse
):
    case = walked(live, "local", 3)
    app = settings("Notices")
    app.text_area(key=key("notices", "text")).set_value("EMS is *down*").run()
    app.button(key=key("notices", "save")).click().run()
    assert "Notice posted" in app.success[0].value
    assert app.text_area(key=key("notices", "text", 1)).value == ""

    pages = [browse(), browse("guide"), browse("case", id=case.case_id)]
    for page in pages:
        assert any(r"EMS is \*down\*" in item.value for item in page.markdown)

    app.button(key=key("notices", "end-1", 1)).click().run()
    assert "Notice ended" in app.success[0].value
    assert not any("EMS is" in item.value for item in browse().markdown)


def test_a_hot_topic_stands_in_the_guide_only(live: Store, browse: Browse):
    until = (now() + timedelta(days=3)).date()
    commands.post_notice(live, "Trials print", until, kind="hot_topic", by=ADMIN, now=now())

    assert any("Trials print" in item.value for item in browse("guide").markdown)
    assert not any("Trials print" in item.value for item in browse().markdown)


def test_the_import_section_opens_the_dialog_and_lists_what_was_imported(
    settings: Settings, live: Store
):
    steps = ",".join(f"Step {number}" for number in range(1, 8))
    sheet = f"Firm,Move to,Products,{steps}\nGranite Tax,local,,10/5/2026 9:00 AM,,,,,,\n"
    app = settings("Import")
    app.button(key="import-from-settings").click().run()
    app.file_uploader[0].upload("sheet.csv", sheet.encode()).run()
    app.button(key="import-now").click().run()

    listed = settings("Import").table[0].value
    assert live.case("C-0001").firm == "Granite Tax"
    assert listed["Sheet"].tolist() == [r"sheet\.csv"]
    assert listed["Accepted"].tolist() == [1]


# --- Refusals --------------------------------------------------------------------------------


def test_a_refusal_keeps_what_was_typed(settings: Settings, live: Store):
    app = settings("People")
    app.text_input(key=key("people", "EMS")).set_value("nobody").run()
    type_rows(app, key("people", "people"), added_rows=[{"name": "H. Abebe"}])
    app.button(key=key("people", "save")).click().run()

    assert "is not an e\\-mail address \\(EMS\\)" in app.error[0].value
    assert app.text_input(key=key("people", "EMS")).value == "nobody"
    assert kinds(live, "directory") == []

    app.text_input(key=key("people", "EMS")).set_value("ems@firm.example").run()
    app.button(key=key("people", "save")).click().run()

    assert not app.error
    assert [item.name for item in live.settings.people] == ["H. Abebe"]


@pytest.mark.parametrize(
    ("text", "why"),
    [("8 to noon", "hours for Monday"), ("17:00–08:00", "close at"), ("25:00–26:00", "no time")],
)
def test_hours_that_cannot_be_are_told_at_once_and_nothing_can_be_saved(
    settings: Settings, text: str, why: str
):
    app = settings("Calendar")

    app.text_input(key=key("calendar", "Monday")).set_value(text).run()

    assert any(why in item for item in marks(app))
    assert app.text_input(key=key("calendar", "Monday")).value == text
    assert not [item for item in app.button if item.label == "Save calendar"]


def test_a_target_beyond_the_limit_is_told_at_once(settings: Settings):
    app = settings("Targets")

    app.number_input(key=key("targets-local", "Target, business days")).set_value(5.0).run()

    assert any("is longer than the SLA" in item for item in marks(app))


def test_an_empty_notice_is_refused_and_its_dates_stay(settings: Settings, live: Store):
    app = settings("Notices")
    later = now().date() + timedelta(days=20)
    app.date_input(key=key("notices", "last")).set_value(later).run()
    app.button(key=key("notices", "save")).click().run()

    assert "has 0 characters" in app.error[0].value
    assert app.date_input(key=key("notices", "last")).value == later
    assert kinds(live, "notices") == []


def test_who_saves_what_somebody_else_changed_meanwhile_is_told_and_loses_nothing(
    settings: Settings, live: Store
):
    app = settings("Planning")
    app.number_input(key=key("planning", "From")).set_value(4).run()
    commands.change_planning(live, appointments_at_once=7, by=ADMIN, now=now())

    app.button(key=key("planning", "save")).click().run()
    assert "A\\. Admin changed the settings" in app.error[0].value
    assert live.settings.window == (2, -1)
    assert app.number_input(key=key("planning", "From")).value == 4

    app.button(key=key("planning", "keep-mine")).click().run()
    app.button(key=key("planning", "save")).click().run()
    assert live.settings.window == (4, -1)


def test_untouched_inputs_follow_what_somebody_else_sets(settings: Settings, live: Store):
    app = settings("Planning")
    commands.change_planning(live, appointments_at_once=7, by=ADMIN, now=now())
    app.run()

    label = "Appointments CitrixPortalTech can hold at once"
    assert app.number_input(key=key("planning", label, 1)).value == 7
    assert not app.error


def test_a_change_in_another_section_is_in_nobodys_way(settings: Settings, live: Store):
    app = settings("Planning")
    app.number_input(key=key("planning", "From")).set_value(4).run()
    commands.change_messages(live, {"welcome": "sent"}, by=ADMIN, now=now())
    app.run()
    app.button(key=key("planning", "save")).click().run()

    assert live.settings.window == (4, -1)


# --- Who may ---------------------------------------------------------------------------------


@pytest.mark.parametrize("section", SECTIONS)
@pytest.mark.parametrize("role", ["Viewer", "Order Team", "Team leader"])
def test_only_an_administrator_is_offered_a_change(
    settings: Settings, live: Store, section: str, role: str
):
    commands.leave_feedback(live, "a secret wish", by=LEAD, now=now())
    app = settings(section, role)

    offered = {item.label for item in app.button if not item.disabled}
    assert offered <= {"Keyboard", *(["Import a tracker"] if role == "Team leader" else [])}
    assert any("dministrator" in item.value for item in app.caption) or section == "Import"
    assert "a secret wish" not in said(app)
    inputs = [
        *app.text_input, *app.number_input, *app.date_input, *app.text_area, *app.pills,
        *app.segmented_control,
    ]  # fmt: skip
    own = [item for item in inputs if str(item.key).startswith("settings-")]
    assert all(item.disabled for item in own if item.key != "settings-path")


@pytest.mark.parametrize("role", ["Viewer", "CitrixPortalTech", "Team leader"])
def test_who_was_an_administrator_when_the_page_was_drawn_is_refused_afterwards(
    settings: Settings, live: Store, role: str
):
    app = settings("Planning")
    app.number_input(key=key("planning", "From")).set_value(4).run()

    app.selectbox(key="act-as-role").select(role)
    app.button(key=key("planning", "save")).click().run()

    assert not app.exception
    assert kinds(live) == []
    assert live.settings.window == (2, -1)


# --- First run -------------------------------------------------------------------------------


def first_run(app: AppTest) -> bool:
    return any("Hours and holidays are not confirmed yet" in item.value for item in app.markdown)


def test_the_first_run_asks_until_hours_and_holidays_are_confirmed(
    settings: Settings, live: Store, browse: Browse
):
    assert first_run(browse())
    assert first_run(settings("Planning"))
    assert not first_run(settings("Calendar", "Viewer"))
    assert not first_run(settings("Calendar", "Order Team"))

    app = settings("Calendar")
    app.button(key=key("calendar", "confirm")).click().run()

    assert live.settings.confirmed_us is not None
    assert "holidays confirmed" in app.success[0].value
    assert not first_run(app)
    assert not first_run(browse("guide"))


# --- Feedback --------------------------------------------------------------------------------


def test_feedback_is_left_from_the_guide_and_read_by_an_administrator(
    settings: Settings, browse: Browse, live: Store
):
    app = browse("guide")
    app.text_area(key="feedback-guide-0-text").set_value("More *hot* topics")
    app.text_input(key="feedback-guide-0-contact").set_value("ext. 12").run()
    app.button(key="feedback-guide-0-send").click().run()

    assert "Thank you" in app.success[0].value
    assert app.text_area(key="feedback-guide-1-text").value == ""
    assert live.stream("feedback")[0].data["page"] == "Guide"
    read = settings("Feedback")
    assert any(r"More \*hot\* topics" in item.value for item in read.markdown)
    assert any(r"ext\. 12" in item.value for item in read.caption)


def test_feedback_is_within_reach_of_every_page_and_of_a_viewer(browse: Browse, live: Store):
    app = browse("cases")
    app.selectbox(key="act-as-role").select("Viewer").run()
    app.session_state["feedback"] = True
    app.run()
    app.text_area(key="feedback-head-0-text").set_value("Wider columns").run()
    app.button(key="feedback-head-0-send").click().run()

    assert live.stream("feedback")[0].data["page"] == "Cases"


def test_who_fills_in_the_trap_learns_nothing_and_leaves_nothing(browse: Browse, live: Store):
    app = browse("guide")
    app.text_area(key="feedback-guide-0-text").set_value("Buy now")
    app.text_input(key="feedback-guide-0-website").set_value("http://x.example").run()
    app.button(key="feedback-guide-0-send").click().run()

    assert "Thank you" in app.success[0].value
    assert live.stream("feedback") == []


def test_too_much_feedback_is_refused_and_its_text_stays(browse: Browse):
    app = browse("guide")
    for number in range(4):
        app.text_area(key=f"feedback-guide-{number}-text").set_value("Again").run()
        app.button(key=f"feedback-guide-{number}-send").click().run()

    assert "too many messages came in within a minute" in app.error[0].value
    assert app.text_area(key="feedback-guide-3-text").value == "Again"


# --- Appointments, sessions ------------------------------------------------------------------


def test_the_next_free_windows_are_one_click_and_a_clash_is_marked(browse: Browse, live: Store):
    taken = walked(live, "virtual_office", 4, firm_id="F-1")
    case = walked(live, "virtual_office", 3)
    commands.change_planning(live, appointments_at_once=1, by=ADMIN, now=now())
    scope, zone = f"{case.case_id}-4", live.settings.calendar.zone
    begins_us = taken.appointment_us
    assert begins_us is not None
    begins = datetime.fromtimestamp(begins_us / 1e6, UTC)
    app = browse("case", id=case.case_id)
    offered = [item for item in app.button if f"{scope}-appointment-free-" in str(item.key)]
    assert len(offered) == 4
    assert all(str(begins_us) not in str(item.key) for item in offered)

    given = step_fields(case, 4, now())
    for item in case.workflow.step(4).fields:
        if item.key == "appointment":
            continue
        if isinstance(value := given.get(item.key), bool):
            app.checkbox(key=f"{scope}-{item.key}").set_value(value)
    app.datetime_input(key=f"{scope}-appointment").set_value(on_the_wall(begins, zone))
    app.button(key=f"complete-{scope}-{case.version}").click().run()
    assert any("can hold 1 at once" in item for item in marks(app))
    assert live.case(case.case_id).due == 4

    app.button(key=str(offered[0].key)).click().run()
    app.button(key=f"complete-{scope}-{case.version}").click().run()
    assert live.case(case.case_id).due == 5
    assert f"free-{live.case(case.case_id).appointment_us}" in str(offered[0].key)


def test_a_session_lasts_as_long_as_the_setting_says(live: Store):
    assert sign_in.session() == timedelta(hours=12)

    commands.change_planning(live, session_hours=2, by=ADMIN, now=now())

    assert sign_in.session() == timedelta(hours=2)


# --- Hours and holidays in words -------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "hours"),
    [
        ("08:00–17:00", (("08:00", "17:00"),)),
        (" 8 - 12:30, 13 to 17 ", (("08:00", "12:30"), ("13:00", "17:00"))),
        ("0:00–24:00", (("00:00", "24:00"),)),
        ("8:00 AM–12:00 PM, 1 PM to 5:30 p.m.", (("08:00", "12:00"), ("13:00", "17:30"))),
        ("12 AM – 12 PM", (("00:00", "12:00"),)),
        ("closed", ()),
        ("", ()),
    ],
)
def test_hours_are_read_as_people_write_them(text: str, hours: tuple[tuple[str, str], ...]):
    assert settings_days.hours_of(text, "Monday") == hours
    assert settings_days.hours_of(settings_days.told(hours), "Monday") == hours


@pytest.mark.parametrize("place", [("US", None), ("DE", "BY"), ("CA", "ON"), ("GB", "SCT")])
def test_the_place_whose_holidays_a_calendar_has_is_found(place: tuple[str, str | None]):
    holidays = settings_days.holidays_of(*place)
    closed = frozenset(settings_days.dates_of(holidays, holidays))

    country, state = settings_days.place_of(closed, 2027)

    found = settings_days.holidays_of(country, state)
    assert settings_days.kept_names(found, closed) == list(found)
    assert country == place[0]


def test_what_holidays_do_not_explain_are_single_days():
    exceptions = us_federal(1990, 2100) | {
        date(2030, 12, 24): (("08:00", "12:00"),),
        date(2030, 12, 25): (("08:00", "10:00"),),
        date(2030, 12, 27): (),
    }
    calendar = Calendar("America/New_York", {}, exceptions)
    holidays = settings_days.holidays_of("US", None)
    names = settings_days.kept_names(holidays, calendar.exceptions)

    assert names == list(holidays)
    assert list(settings_days.single_days(calendar.exceptions, holidays, names)) == [
        date(2030, 12, 24), date(2030, 12, 25), date(2030, 12, 27),
    ]  # fmt: skip


def test_a_week_is_told_in_few_words():
    weekly = {0: (("08:00", "17:00"),), 1: (("08:00", "17:00"),), 4: (("08:00", "12:00"),)}

    assert settings_days.week_told(weekly) == "Mon–Tue 8:00 AM–5:00 PM; Fri 8:00 AM–12:00 PM"
