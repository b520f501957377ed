"""Each rule of the commands that set things: it refuses, and the same passes once mended."""

from dataclasses import replace
from datetime import date, datetime, timedelta
from functools import partial
from typing import Any

import pytest

from dashboard import commands
from dashboard.catalogue import Product, shipped_catalogue
from dashboard.errors import FieldsRefused, InputRefused, StaleCase
from dashboard.settings import Colleague
from dashboard.workdays import Calendar, default_calendar
from dashboard.workflows import Party
from tests.builders import ADMIN, MONDAY, SETTINGS, bulk, step_fields
from tests.histories import at_step, refused

BEN = replace(ADMIN, name="Ben")
NINE_TO_FIVE = (("09:00", "17:00"),)
WEEK = dict.fromkeys(range(5), NINE_TO_FIVE)
PLAIN = Calendar("America/New_York", WEEK, {})
ULTRATAX = Product("UltraTax CS", "UltraTax", False, "")


def give(desk: Any, command: Any, *args: Any, **named: Any) -> Any:
    """The command, by an administrator on Monday unless it is said otherwise."""
    return command(desk, *args, **({"by": ADMIN, "now": MONDAY} | named))


def refuses(command: Any, words: str, *args: Any, **named: Any) -> None:
    desk = bulk()
    with refused(desk, "Nothing was changed", words, error=InputRefused):
        give(desk, command, *args, **named)


def passes(command: Any, *args: Any, **named: Any) -> None:
    [event] = give(bulk(), command, *args, **named)
    assert event.actor == ADMIN.name


# --- Calendar --------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("words", "calendar", "valid_from"),
    [
        ("never open for 4 hours in a row", Calendar("America/New_York", {}, {}), None),
        (
            "never open for 4 hours in a row",
            Calendar("America/New_York", {0: (("08:00", "11:59"), ("12:00", "15:00"))}, {}),
            None,
        ),
        (
            "never open for 4 hours in a row",
            Calendar("America/New_York", {}, {date(2026, 1, 5): NINE_TO_FIVE}),
            date(2026, 2, 1),
        ),
        ("one time zone throughout", Calendar("America/Chicago", WEEK, {}), date(2026, 11, 2)),
        ("cannot be the first day", PLAIN, date(1985, 1, 1)),
        ("cannot be the first day", PLAIN, date(2200, 1, 1)),
        ("cannot be the first day", PLAIN, datetime(2026, 11, 2)),  # noqa: DTZ001
        ("several calendars", PLAIN.followed_by(date(2027, 1, 1), PLAIN), None),
        ("these hours already apply", default_calendar(), None),
        ("these hours already apply", default_calendar(), date(2026, 11, 2)),
    ],
)
def test_a_calendar_that_cannot_be_is_refused(words, calendar, valid_from):
    refuses(commands.change_calendar, words, calendar, valid_from)


@pytest.mark.parametrize(
    ("calendar", "valid_from"),
    [
        (PLAIN, None),
        (PLAIN, date(2026, 11, 2)),
        (PLAIN, date(1990, 1, 1)),
        (Calendar("America/New_York", {0: (("08:00", "12:00"),)}, {}), None),
        (Calendar("America/Chicago", WEEK, {}), None),
    ],
)
def test_a_mended_calendar_is_kept(calendar, valid_from):
    desk = bulk()

    give(desk, commands.change_calendar, calendar, valid_from, day_minutes=480)

    assert desk.settings.calendar.on(valid_from or date.max) == calendar


def test_going_back_to_the_hours_of_before_is_a_change_while_others_lie_ahead():
    desk = bulk()
    give(desk, commands.change_calendar, PLAIN, date(2026, 11, 2), day_minutes=480)

    give(desk, commands.change_calendar, default_calendar(), date(2026, 10, 12), day_minutes=540)
    with refused(desk, "these hours already apply", error=InputRefused):
        give(desk, commands.change_calendar, default_calendar(), date(2026, 12, 1))

    assert [day for day, _ in desk.settings.calendar.later] == [date(2026, 10, 12)]


@pytest.mark.parametrize("day_minutes", [59, 1441, 360.0, True])
def test_a_length_of_a_day_that_cannot_be_is_refused_with_the_hours(day_minutes):
    words = f"the minutes of a business day cannot be {day_minutes}"

    refuses(commands.change_calendar, words, PLAIN, day_minutes=day_minutes)


def test_hours_of_another_ordinary_day_ask_for_the_length_of_a_day():
    words = "open for 8\u00a0h, before for 9\u00a0h. Also enter how many minutes a business day has"

    refuses(commands.change_calendar, words, PLAIN, date(2026, 11, 2))
    passes(commands.change_calendar, PLAIN, date(2026, 11, 2), day_minutes=480)


def test_hours_that_leave_an_ordinary_day_as_long_ask_for_nothing():
    week = dict.fromkeys(range(5), (("07:00", "12:00"), ("13:00", "17:00")))
    moved = Calendar("America/New_York", week, {date(2026, 12, 24): ()})

    passes(commands.change_calendar, moved, date(2026, 11, 2))


def test_the_length_of_a_day_alone_can_be_changed_from_a_date_on():
    desk = bulk()

    give(desk, commands.change_calendar, default_calendar(), date(2026, 11, 2), day_minutes=480)

    assert desk.settings.calendar == default_calendar()
    lengths = [(item.workflow, item.day_us // 60_000_000) for item in desk.settings.targets]
    assert lengths == [
        ("local", 540), ("local", 480), ("virtual_office", 540), ("virtual_office", 480)
    ]  # fmt: skip
    with refused(desk, "the settings already say this", error=InputRefused):
        give(desk, commands.change_calendar, default_calendar(), date(2026, 11, 2), day_minutes=480)


def test_targets_for_all_time_ask_for_the_length_of_a_day_that_changes_later():
    desk = bulk()
    give(desk, commands.change_calendar, PLAIN, date(2026, 11, 2), day_minutes=480)

    with refused(desk, "the length of a business day changes later", error=InputRefused):
        give(desk, commands.change_targets, "local", 1, 2)
    give(desk, commands.change_targets, "local", 1, 2, date(2026, 11, 2))
    give(desk, commands.change_targets, "virtual_office", 1, 2, day_minutes=480)

    assert [item.day_us // 60_000_000 for item in desk.settings.targets] == [540, 480, 480]


# --- Targets ---------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("words", "given"),
    [
        ("There is no path 'onvio'", {"workflow": "onvio"}),
        ("the target cannot be 0 business days", {"target_days": 0}),
        ("the target cannot be -1 business days", {"target_days": -1}),
        ("the SLA cannot be 2.1 business days", {"limit_days": 2.1}),
        ("the SLA cannot be 61 business days", {"limit_days": 61}),
        ("the SLA cannot be nan business days", {"limit_days": float("nan")}),
        ("the SLA cannot be inf business days", {"limit_days": float("inf")}),
        ("the SLA cannot be three business days", {"limit_days": "three"}),
        ("is longer than the SLA of 1.75", {"limit_days": 1.75}),
        ("the minutes of a business day cannot be 59", {"day_minutes": 59}),
        ("the minutes of a business day cannot be 1441", {"day_minutes": 1441}),
        ("the minutes of a business day cannot be 540.0", {"day_minutes": 540.0}),
        ("cannot be the first day", {"valid_from": date(1980, 1, 1)}),
        ("the settings already say this", {"limit_days": 3}),
    ],
)
def test_targets_that_cannot_be_are_refused(words, given):
    desk = bulk()
    asked = {"workflow": "local", "target_days": 2, "limit_days": 2.5} | given

    with refused(desk, words, error=InputRefused):
        give(desk, commands.change_targets, **asked)
    give(desk, commands.change_targets, "local", 2, 2.5, day_minutes=60)


def test_a_business_day_keeps_its_length_unless_one_is_given():
    desk = bulk()

    give(desk, commands.change_targets, "local", 2, 3, day_minutes=480)
    [event] = give(desk, commands.change_targets, "local", 1.25, 3, date(2026, 11, 2))

    day_us = 480 * 60_000_000
    assert event.data["day_us"] == day_us
    assert (event.data["target_us"], event.data["limit_us"]) == (day_us * 5 // 4, day_us * 3)


# --- Planning --------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("words", "given"),
    [
        ("a bound of the month-end window cannot be -6", {"window": (2, -6)}),
        ("a bound of the month-end window cannot be 18", {"window": (18, 0)}),
        ("a bound of the month-end window cannot be 1.0", {"window": (1.0, 0)}),
        ("does not include the month's last business day", {"window": (-1, 2)}),
        ("does not include the month's last business day", {"window": (3, 1)}),
        ("does not include the month's last business day", {"window": (-1, -3)}),
        ("appointments held at once cannot be 0", {"appointments_at_once": 0}),
        ("appointments held at once cannot be 1001", {"appointments_at_once": 1001}),
        ("appointments held at once cannot be True", {"appointments_at_once": True}),
        ("until users must sign in again cannot be 0", {"session_hours": 0}),
        ("until users must sign in again cannot be 169", {"session_hours": 169}),
        ("the settings already say this. Change something", {"window": (2, -1)}),
        ("the settings already say this. Change something", {}),
    ],
)
def test_planning_that_cannot_be_is_refused(words, given):
    refuses(commands.change_planning, words, **given)


@pytest.mark.parametrize(
    "given",
    [
        {"window": (0, 0)}, {"window": (17, -5)}, {"appointments_at_once": 1},
        {"appointments_at_once": 1000}, {"session_hours": 1}, {"session_hours": 168},
    ],
)  # fmt: skip
def test_planning_within_its_bounds_is_kept(given):
    passes(commands.change_planning, **given)


# --- Catalogue -------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("words", "products"),
    [
        ("0 products. Enter 1 to 2,000", []),
        ("2001 products", [ULTRATAX] * 2001),
        ("a product's name must be 1 to 120", [replace(ULTRATAX, name=" ")]),
        ("a product's name must be 1 to 120", [replace(ULTRATAX, name="x" * 121)]),
        ("a product's name must be 1 to 120", [replace(ULTRATAX, name="a\nb")]),
        ("the family of UltraTax CS must be 1 to 120", [replace(ULTRATAX, family="")]),
        ("the limitation of UltraTax CS has 2001", [replace(ULTRATAX, limitation="x" * 2001)]),
        ("contains a control character", [replace(ULTRATAX, limitation="a\x00b")]),
        (
            "ultratax cs is entered more than once",
            [ULTRATAX, replace(ULTRATAX, name="ULTRATAX CS ")],
        ),
        ("every product is an add-on", [replace(ULTRATAX, is_addon=True)]),
        ("the settings already say this", list(shipped_catalogue())),
    ],
)
def test_a_catalogue_that_cannot_be_is_refused(words, products):
    refuses(commands.change_catalogue, words, products)


def test_a_mended_catalogue_is_kept_in_its_order():
    desk = bulk()
    limited = Product("Planner CS", "Planner", False, " Ten clients.\r\nNo printing. ")

    give(desk, commands.change_catalogue, [limited, ULTRATAX])

    kept = desk.settings.catalogue
    assert [item.name for item in kept] == ["Planner CS", "UltraTax CS"]
    assert kept[0].limitation == "Ten clients.\nNo printing."


def test_a_product_taken_out_does_not_do_away_with_the_licence_that_it_needs():
    history = at_step(9, "virtual_office", products=["UltraTax CS", "Planner CS"])
    give(history.desk, commands.change_catalogue, [ULTRATAX], now=history.now)

    words = "Planner CS is not in the catalog, so its license is unknown."
    with refused(history, words, error=FieldsRefused):
        history.complete(9, vo_licences=["UltraTax"])
    history.act(commands.amend_case, {"products": ["UltraTax CS"]}, "no planner after all")
    history.complete(9, vo_licences=["UltraTax"])


def test_a_product_put_back_is_licensed_by_its_family():
    history = at_step(9, "virtual_office", products=["Planner CS"])
    give(history.desk, commands.change_catalogue, [ULTRATAX], now=history.now)
    planner = Product("Planner CS", "Planning", False, "")
    give(history.desk, commands.change_catalogue, [ULTRATAX, planner], now=history.now)

    fields = step_fields(history.case, 9, history.now)
    with refused(history, "the license for Planning is missing", error=FieldsRefused):
        history.act(commands.complete_step, 9, fields | {"vo_licences": ["Planner"]})
    history.act(commands.complete_step, 9, fields | {"vo_licences": ["Planning"]})


# --- Messages --------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("words", "modes"),
    [
        ("there is no message 'greeting'", {"greeting": "sent"}),
        ("'by pigeon' is not a way to send welcome", {"welcome": "by pigeon"}),
        ("the settings already say this", {}),
    ],
)
def test_who_sends_messages_is_one_of_three(words, modes):
    refuses(commands.change_messages, words, modes)
    passes(commands.change_messages, {"welcome": "elsewhere"})


# --- Directory -------------------------------------------------------------------------------

ANN = Colleague("Ann", "ann", "ann@office.example", (Party.CS,))


@pytest.mark.parametrize(
    ("words", "people", "mailboxes"),
    [
        ("a person's name must be 1 to 120", [replace(ANN, name="")], {}),
        ("the sign-in of Ann must be 0 to 120", [replace(ANN, sign_in="a\tb")], {}),
        ("'ann' is not an e-mail address (Ann", [replace(ANN, email="ann")], {}),
        ("Cooks is not a party (Ann)", [replace(ANN, parties=("Cooks",))], {}),
        ("'boss' is not a role (Ann)", [replace(ANN, role="boss")], {}),
        ("the name ann is entered more than once", [ANN, Colleague("ANN")], {}),
        ("the sign-in ann is entered more than once", [ANN, Colleague("Ben", "ANN")], {}),
        ("2001 people is too many. Enter at most 2,000", [ANN] * 2001, {}),
        ("Customer cannot have a mailbox", [ANN], {Party.CUSTOMER: "a@b.example"}),
        ("'nobody' is not an e-mail address", [ANN], {Party.EMS: "nobody"}),
        ("the directory's entries already say this", [], {Party.EMS: ""}),
    ],
)
def test_a_directory_that_cannot_be_is_refused(words, people, mailboxes):
    refuses(commands.change_directory, words, people, mailboxes)
    passes(commands.change_directory, [ANN, Colleague("Ben")], {Party.EMS: "ems@o.example"})


def test_a_mailbox_is_emptied_by_leaving_it_out():
    desk = bulk()
    give(desk, commands.change_directory, [ANN], {Party.EMS: "ems@o.example"})

    give(desk, commands.change_directory, [ANN], {})

    assert desk.settings.mailboxes == {}


# --- All of them -----------------------------------------------------------------------------

EVERY = [
    (partial(commands.change_calendar, day_minutes=480), (PLAIN,)),
    (commands.change_targets, ("local", 1, 2)),
    (commands.change_messages, ({"welcome": "sent"},)),
    (commands.change_catalogue, ([ULTRATAX],)),
    (commands.change_directory, ([ANN], {})),
    (commands.confirm_holidays, ()),
]


@pytest.mark.parametrize(("command", "args"), EVERY)
def test_the_same_submit_twice_is_stored_once(store, command, args):
    first = give(store, command, *args, command_id="save")
    second = give(store, command, *args, command_id="save", now=MONDAY + timedelta(hours=1))

    assert second == first
    assert store.head().position == 1


@pytest.mark.parametrize(("command", "args"), EVERY)
def test_who_saves_over_what_somebody_changed_meanwhile_is_told_who(store, command, args):
    give(store, commands.change_planning, session_hours=8)
    give(store, commands.change_directory, [Colleague("Cy")], {})
    stream = "directory" if command is commands.change_directory else "settings"
    seen = store.version(stream)
    if stream == "directory":
        give(store, commands.change_directory, [], {}, by=BEN)
    else:
        give(store, commands.change_planning, session_hours=9, by=BEN)
    head = store.head()

    with pytest.raises(StaleCase, match=f"^Ben changed the {stream}.* while you were working"):
        give(store, command, *args, version=seen)
    assert store.head() == head
    give(store, command, *args, version=store.version(stream))


def test_who_changes_other_things_at_once_loses_nothing(store):
    give(store, commands.change_messages, {"welcome": "sent"})
    give(store, commands.change_messages, {"ems_ticket": "elsewhere"}, by=BEN)

    assert store.settings.messages == {"welcome": "sent", "ems_ticket": "elsewhere"}


def test_events_hold_nothing_but_texts_and_whole_numbers():
    desk = bulk()
    for command, args in EVERY:
        give(desk, command, *args)
    give(desk, commands.change_planning, window=(3, -2))

    def plain(value: Any) -> bool:
        if isinstance(value, dict):
            return all(type(key) is str and plain(item) for key, item in value.items())
        if isinstance(value, list):
            return all(map(plain, value))
        return type(value) in (str, int, bool)

    assert all(plain(dict(draft.data)) for draft in desk.drafts)
    assert desk.settings != SETTINGS
