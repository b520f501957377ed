"""What is set: the fold of the log's settings, now and as known at an earlier instant."""

from contextlib import suppress
from datetime import date, datetime, timedelta
from typing import Any

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from dashboard import commands
from dashboard.cases import turns
from dashboard.catalogue import Product, shipped_catalogue
from dashboard.errors import InputRefused
from dashboard.instants import to_us
from dashboard.people import Role
from dashboard.settings import (
    MINUTE_US,
    Colleague,
    MessageMode,
    Settings,
    Targets,
    settled,
)
from dashboard.store import Store
from dashboard.workdays import Calendar, default_calendar
from dashboard.workflows import WORKFLOWS, Party
from tests.builders import ADMIN, MONDAY, SETTINGS, bulk, events_of, form
from tests.histories import HOUR, History, new_york

DAY = timedelta(days=1)


def hours(opens: str, closes: str, zone: str = "America/New_York") -> Calendar:
    """Monday to Friday at these hours."""
    return Calendar(zone, dict.fromkeys(range(5), ((opens, closes),)), {})


# --- By hand ---------------------------------------------------------------------------------


def test_what_nobody_set_is_as_shipped():
    assert settled([]) == Settings()
    assert settled([]).message_mode("ems_ticket") is MessageMode.DRAFTED
    assert (SETTINGS.window, SETTINGS.appointments_at_once, SETTINGS.session_hours) == (
        (2, -1), 3, 12,
    )  # fmt: skip
    assert SETTINGS.confirmed_us is None


def test_every_kind_changes_what_it_is_about():
    desk = bulk()
    people = [Colleague("A. Diaz", "diaz", "a.diaz@office.example", (Party.CS,), Role.MEMBER)]
    products = [Product("UltraTax CS", "UltraTax", False, "No e-filing.")]
    who: dict[str, Any] = {"by": ADMIN, "now": MONDAY}

    commands.change_planning(desk, window=(3, -2), session_hours=8, **who)
    commands.change_planning(desk, appointments_at_once=5, **who)
    commands.change_messages(desk, {"ems_ticket": "elsewhere", "welcome": "sent"}, **who)
    commands.change_messages(desk, {"welcome": "drafted"}, **who)
    commands.change_directory(desk, people, {Party.EMS: "ems@office.example"}, **who)
    commands.change_catalogue(desk, products, **who)
    commands.confirm_holidays(desk, **who)
    commands.change_targets(desk, "local", 1.5, 4, date(2026, 11, 2), day_minutes=480, **who)

    held = desk.settings
    assert held == settled(events_of(desk.drafts))
    assert (held.window, held.appointments_at_once, held.session_hours) == ((3, -2), 5, 8)
    assert held.messages == {"ems_ticket": "elsewhere", "welcome": "drafted"}
    assert (held.people, held.mailboxes) == (tuple(people), {Party.EMS: "ems@office.example"})
    assert held.catalogue == tuple(products)
    assert (held.confirmed_by, held.confirmed_us) == ("A. Admin", to_us(MONDAY))
    day_us = 480 * MINUTE_US
    assert held.targets_at("local", to_us(new_york(2, "00:00", month=11) + HOUR)) == Targets(
        "local", to_us(new_york(2, "00:00", month=11) + HOUR), day_us, day_us * 3 // 2, 4 * day_us
    )
    assert held.targets_at("local", to_us(MONDAY)) == Targets("local")
    assert held.targets_at("virtual_office", 2**62) == Targets("virtual_office")


def test_from_the_beginning_a_calendar_is_the_only_one_and_its_zone_the_departments():
    chicago = hours("09:00", "18:00", zone="America/Chicago")
    held = SETTINGS.with_calendar(date(2026, 7, 1), hours("07:00", "16:00"))

    assert held.with_calendar(date.min, chicago).calendar == chicago


# --- The past --------------------------------------------------------------------------------


def closed_case(store: Store) -> History:
    """A local case of Monday 5 October, closed on the same day."""
    history = History("local", desk=store)
    for step in range(2, 8):
        history.wait(HOUR).complete(step)
    return history


def ledger(store: Store) -> list[dict[str, Any]]:
    return store.run("ledger", now=new_york(30, "12:00")).to_pylist()


def test_later_hours_leave_the_past_alone_and_earlier_ones_correct_it(store: Store):
    history = closed_case(store)
    before = ledger(store)
    assert sum(row["business_minutes"] for row in before) == 6 * 60

    later, shorter = hours("10:00", "16:00"), hours("10:00", "14:00")
    now = new_york(6, "09:00")
    commands.change_calendar(store, shorter, date(2026, 10, 6), day_minutes=240, by=ADMIN, now=now)
    assert ledger(store) == before
    commands.change_calendar(store, later, date(2026, 10, 5), day_minutes=360, by=ADMIN, now=now)
    assert sum(row["business_minutes"] for row in ledger(store)) == 5 * 60

    assert turns(store.case(history.case_id)) == turns(history.case)  # instants never move


@given(st.integers(0, 40), st.integers(6, 10))
def test_positions_before_the_first_valid_date_never_move(days, opens):
    first = date(2026, 10, 5) + timedelta(days=days)
    changed = SETTINGS.with_calendar(first, hours(f"{opens:02}:00", "20:00")).calendar
    until = int(SETTINGS.calendar.first_instant([first])[0])
    instants = np.arange(to_us(MONDAY - 30 * DAY), until, 3_600_000_000)

    assert (changed.position(instants) == SETTINGS.calendar.position(instants)).all()


def test_what_was_known_at_an_earlier_instant_is_counted_with_the_settings_of_then(store: Store):
    closed_case(store)
    known = ledger(store)
    then = new_york(6, "09:00")
    commands.change_calendar(store, hours("10:00", "14:00"), day_minutes=240, by=ADMIN, now=then)
    commands.change_planning(store, window=(1, -3), by=ADMIN, now=then + HOUR)
    commands.change_targets(store, "local", 0.25, 0.25, by=ADMIN, now=then + 2 * HOUR)

    past = store.known_at(then - HOUR)

    assert past.settings == SETTINGS
    assert past.run("ledger", now=new_york(30, "12:00")).to_pylist() == known
    assert store.known_at(then + HOUR).settings.window == (1, -3)
    past.close()


def test_targets_hold_for_cases_opened_from_their_date_on(store: Store):
    first = closed_case(store)
    now = first.now
    commands.change_targets(store, "local", 0.25, 0.5, date(2026, 10, 6), by=ADMIN, now=now)
    second = commands.open_case(store, "local", form("local"), by=ADMIN, now=new_york(6, "08:00"))[
        0
    ].stream

    limits = {
        row["case_id"]: row["limit_at"]
        for row in store.run("case_list", now=new_york(7, "12:00")).to_pylist()
    }

    assert limits == {first.case_id: new_york(8, "09:00"), second: new_york(6, "12:30")}


# --- In the store ----------------------------------------------------------------------------


def test_only_what_positions_and_limits_rest_on_has_the_model_built_anew(store: Store):
    who: dict[str, Any] = {"by": ADMIN, "now": MONDAY}
    model = store._model

    commands.change_planning(store, window=(3, -2), **who)
    commands.change_messages(store, {"welcome": "sent"}, **who)
    commands.change_directory(store, [Colleague("A. Diaz")], {}, **who)
    commands.change_catalogue(store, list(reversed(shipped_catalogue())), **who)
    commands.confirm_holidays(store, **who)
    commands.post_notice(store, "Closed early on Friday.", date(2026, 10, 9), **who)
    commands.leave_feedback(store, "The clock is good.", **who)
    assert store._model is model

    commands.change_targets(store, "local", 1, 2, **who)
    assert store._model is not model
    again = store._model
    commands.change_calendar(store, hours("07:00", "16:00"), **who)
    assert store._model is not again


def test_a_store_kept_up_is_one_opened_anew(store: Store, tmp_path):
    who: dict[str, Any] = {"by": ADMIN, "now": MONDAY}
    commands.change_targets(store, "local", 1, 2, **who)
    commands.change_messages(store, {"welcome": "sent"}, **who)
    commands.change_directory(store, [Colleague("A. Diaz")], {Party.CPT: "cpt@o.example"}, **who)
    held, directory = store.settings, store.run("directory", now=MONDAY)
    assert held == store.known_at(MONDAY).settings

    store.close()
    again = Store.open(tmp_path / "log.duckdb")

    assert again.settings == held
    assert again.run("directory", now=MONDAY).equals(directory)
    again.close()


def test_a_bulk_goes_by_the_settings_that_it_has_collected(store: Store):
    with store.bulk() as desk:
        commands.change_planning(desk, session_hours=1, by=ADMIN, now=MONDAY)
        assert desk.settings.session_hours == 1
        assert store.settings.session_hours == 12

    assert store.settings.session_hours == 1


# --- A plain twin ----------------------------------------------------------------------------

dates = st.none() | st.integers(0, 40).map(lambda days: date(2026, 9, 20) + timedelta(days=days))
calendars = st.tuples(
    st.just("calendar"), dates, st.sampled_from(["07:00", "08:00", "09:30"]),
    st.sampled_from(["15:00", "17:00", "24:00"]),
)  # fmt: skip
targets = st.tuples(
    st.just("targets"), st.sampled_from(sorted(WORKFLOWS)), dates, st.integers(1, 8),
    st.integers(8, 12),
)  # fmt: skip
plannings = st.tuples(
    st.just("planning"),
    st.none() | st.tuples(st.integers(0, 17), st.integers(-5, 0)),
    st.none() | st.integers(1, 9),
    st.none() | st.integers(1, 24),
)
messages = st.tuples(
    st.just("messages"),
    st.dictionaries(
        st.sampled_from(["welcome", "ems_ticket", "cpt_move"]), st.sampled_from(list(MessageMode))
    ),
)
catalogues = st.tuples(
    st.just("catalogue"), st.sets(st.sampled_from(["UltraTax CS", "Onvio", "Planner CS"]))
)
directories = st.tuples(
    st.just("directory"),
    st.dictionaries(st.sampled_from(["Ann", "Ben"]), st.sets(st.sampled_from(list(Party)))),
    st.booleans(),
)
confirmed = st.just(("confirm",))
changes = st.lists(
    st.one_of(calendars, targets, plannings, messages, catalogues, directories, confirmed),
    max_size=12,
)


class Twin:
    """The settings once more: every answer by looking through all changes, one after the other."""

    def __init__(self) -> None:
        self.made: list[tuple[Any, ...]] = []

    def last(self, kind: str, place: int, default: Any) -> Any:
        """The last value given at a place of the changes of that kind."""
        given = [change[place] for change in self.made if change[0] == kind]
        return next((value for value in reversed(given) if value is not None), default)

    def hours_on(self, day: date) -> tuple[str, str]:
        """Opening and closing on a Monday to Friday without a holiday."""
        own = [item for item in self.made if item[0] == "calendar"]
        fitting = [item for item in own if item[1] is None or item[1] <= day]
        return fitting[-1][2:] if fitting else ("08:00", "17:00")

    def days_of(self, workflow: str, day: date) -> tuple[int, int]:
        """Quarters of a business day to target and limit, for a case opened on that day."""
        own = [item for item in self.made if item[:2] == ("targets", workflow)]
        fitting = [item for item in own if item[2] is None or item[2] <= day]
        return fitting[-1][3:] if fitting else (8, 12)

    def day_minutes(self, workflow: str, day: date) -> int:
        """The length of a business day, for a case opened on that day: what was set last."""
        length = 540
        for item in self.made:
            if item[0] == "calendar" and (item[1] is None or item[1] <= day):
                length = open_minutes(*item[2:])
            if item[:2] == ("targets", workflow) and (item[2] is None or item[2] <= day):
                length = 540
        return length

    def mode(self, key: str) -> str:
        own = [item[1] for item in self.made if item[0] == "messages" and key in item[1]]
        return own[-1][key] if own else "drafted"


def open_minutes(opens: str, closes: str) -> int:
    minutes = [int(text[:2]) * 60 + int(text[3:]) for text in (opens, closes)]
    return minutes[1] - minutes[0]


def carry_out(desk: Any, change: tuple[Any, ...], now: datetime) -> None:
    """Give the command for a change; one that changes nothing is refused."""
    who: dict[str, Any] = {"by": ADMIN, "now": now}
    match change:
        case ("calendar", since, opens, closes):
            minutes = open_minutes(opens, closes)
            commands.change_calendar(desk, hours(opens, closes), since, day_minutes=minutes, **who)
        case ("targets", workflow, since, target, limit):
            commands.change_targets(
                desk, workflow, target / 4, limit / 4, since, day_minutes=540, **who
            )
        case ("planning", window, at_once, session):
            commands.change_planning(
                desk, window=window, appointments_at_once=at_once, session_hours=session, **who
            )
        case ("messages", modes):
            commands.change_messages(desk, modes, **who)
        case ("catalogue", names):
            products = [Product(name, name.split()[0], False, "") for name in sorted(names)]
            commands.change_catalogue(desk, products, **who)
        case ("directory", people, has_box):
            listed = [Colleague(name, "", "", tuple(sorted(p))) for name, p in people.items()]
            boxes = {Party.CPT: "cpt@office.example"} if has_box else {}
            commands.change_directory(desk, listed, boxes, **who)
        case _:
            commands.confirm_holidays(desk, **who)


@given(changes)
def test_the_fold_agrees_with_its_twin(made):
    desk, twin = bulk(), Twin()
    for minute, change in enumerate(made):
        with suppress(InputRefused):  # it changes nothing, or is no catalogue
            carry_out(desk, change, MONDAY + timedelta(minutes=minute))
        twin.made.append(change if change != ("catalogue", set()) else ("none",))

    held = settled(events_of(desk.drafts))

    assert held == desk.settings
    for number in range(0, 44, 3):
        day = date(2026, 9, 18) + timedelta(days=number)
        if day.weekday() < 5 and day != date(2026, 10, 12):
            [own] = held.calendar.on(day).weekly[day.weekday()]
            assert own == twin.hours_on(day)
        for workflow in WORKFLOWS:
            opened = int(default_calendar().first_instant([day])[0]) + 1
            item = held.targets_at(workflow, opened)
            assert item.day_us == twin.day_minutes(workflow, day) * MINUTE_US
            quarters = (4 * item.target_us // item.day_us, 4 * item.limit_us // item.day_us)
            assert quarters == twin.days_of(workflow, day)
    assert held.window == twin.last("planning", 1, (2, -1))
    assert held.appointments_at_once == twin.last("planning", 2, 3)
    assert held.session_hours == twin.last("planning", 3, 12)
    assert {item.name for item in held.catalogue} == twin.last(
        "catalogue", 1, {item.name for item in shipped_catalogue()}
    )
    for key in ("welcome", "ems_ticket", "cpt_move"):
        assert held.message_mode(key) == twin.mode(key)
    assert {item.name: set(item.parties) for item in held.people} == twin.last("directory", 1, {})
    assert bool(held.mailboxes) == twin.last("directory", 2, False)
    confirmed_at = [minute for minute, change in enumerate(made) if change == ("confirm",)]
    last = to_us(MONDAY + timedelta(minutes=confirmed_at[-1])) if confirmed_at else None
    assert held.confirmed_us == last
