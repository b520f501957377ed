"""The calendar's section: hours, holidays, single days; from when; and what saving would do."""

from dataclasses import dataclass
from datetime import date
from typing import Any
from zoneinfo import available_timezones

import pyarrow as pa
import streamlit as st

from dashboard import clock, commands, formats
from dashboard.errors import InputRefused
from dashboard.instants import to_datetime
from dashboard.locales import input_format
from dashboard.settings import MINUTE_US, Settings
from dashboard.ui import acting, settings_form
from dashboard.ui.page import Page
from dashboard.ui.settings_day import Day, day_input, warn
from dashboard.ui.settings_days import (
    CLOSED,
    WEEKDAYS,
    dates_of,
    holidays_of,
    hours_of,
    kept_names,
    place_of,
    single_days,
    told,
    week_told,
)
from dashboard.ui.settings_form import Edit
from dashboard.ui.settings_preview import preview
from dashboard.ui.words import plain
from dashboard.workdays import (
    FIRST_DATE,
    LAST_DATE,
    Calendar,
    HoursText,
    country_name,
    holiday_places,
    state_name,
)

FROM_A_DATE, FOR_ALL_TIME = "From a date", "For all time"
WHOLE_COUNTRY = "all states"
DAYS = pa.schema({"date": pa.date32(), "hours": pa.string()})
NARROWEST = 138


@dataclass(frozen=True, slots=True)
class Typed:
    """What stands in the inputs: the hours, from when (None: for all time), a day's length."""

    calendar: Calendar
    since: date | None
    day: Day


def calendar_section(page: Page) -> None:
    """Opening hours, holidays, single days, and what a change of them does."""
    held = page.store.settings.calendar
    edit = settings_form.begin(page, "calendar", held)
    _confirmation(edit)
    warn(page)
    left, right = st.columns([3, 2], gap="medium")
    try:
        with left:
            typed = _inputs(edit)
    except InputRefused as refused:
        settings_form.heed_others(edit, held, is_touched=True)
        with right:
            settings_form.mistake([str(refused)])
            settings_form.unsaved(edit)
        return
    is_new = typed.calendar != _standing(edit) or typed.day.is_typed
    settings_form.heed_others(edit, held, is_touched=is_new)
    with right:
        _outcome(edit, typed, is_new or (typed.since is None and bool(held.later)))


def _standing(edit: Edit) -> Calendar:
    """The hours that hold in the end, if nobody changes them again."""
    return edit.began.on(LAST_DATE)


def _outcome(edit: Edit, typed: Typed, is_change: bool) -> None:
    page = edit.page
    if not is_change:
        if not edit.is_locked:
            st.caption("Change hours or days to preview the effect here before you save.")
        return
    preview(page, _changed(page.store.settings, typed), typed.since)
    since = f"from {formats.day_with_year(typed.since)} on" if typed.since else "for all time"
    settings_form.save(
        edit, "Save calendar",
        lambda click: commands.change_calendar(
            acting.desk(), typed.calendar, typed.since, day_minutes=typed.day.minutes,
            by=click.person, now=clock.now(), version=click.version,
            command_id=click.command_id("save", typed.calendar.as_data(), typed.day, typed.since),
        ),
        f"**Calendar saved**, {since}. Due times were recalculated.",
    )  # fmt: skip


def _changed(settings: Settings, typed: Typed) -> Settings:
    """The settings as saving would make them."""
    since, minutes = typed.since or FIRST_DATE, typed.day.minutes
    if minutes is None:
        return settings.with_calendar(since, typed.calendar)
    return settings.with_hours(since, typed.calendar, minutes * MINUTE_US)


def _confirmation(edit: Edit) -> None:
    """Whether somebody has said that these are the department's hours, and the place to say so."""
    settings, calendar = edit.page.store.settings, _standing(edit)
    hours = f"{week_told(calendar.weekly)}, {formats.city(calendar.zone)} time"
    if settings.confirmed_us is not None:
        when = formats.moment(to_datetime(settings.confirmed_us), edit.page.zone)
        who = plain(edit.page.store.named(settings.confirmed_by))
        st.caption(f":material/check: {hours}. Confirmed by {who}, {when}.")
        return
    if edit.is_locked:
        st.caption(f"{hours}. Not confirmed yet.")
        return
    with st.container(border=True, key="card-confirm", gap="xsmall"):
        st.markdown(
            f"**Are these your hours?** {hours}, with the holidays below. All clocks and due "
            "times depend on them. Correct them if needed, save, then confirm."
        )
        settings_form.act(
            edit, "Confirm hours and holidays", "confirm",
            lambda click: commands.confirm_holidays(
                acting.desk(), by=click.person, now=clock.now(), version=click.version,
                command_id=click.command_id("confirm"),
            ),
            "**Hours and holidays confirmed.**",
        )  # fmt: skip


def _inputs(edit: Edit) -> Typed:
    with st.container(border=True, key="card-hours", gap="small"):
        since = _valid_from(edit)
        zone = _zone(edit, since)
        weekly = _week(edit)
        day = day_input(edit, Calendar(zone, weekly, {}), since)
    with st.container(border=True, key="card-holidays", gap="small"):
        st.subheader("Holidays and exceptions", anchor=False)
        closed = _holidays(edit)
        singles = _singles(edit)
    exceptions = {**dict.fromkeys(sorted(closed), ()), **singles}
    return Typed(Calendar(zone, weekly, exceptions), since, day)


def _valid_from(edit: Edit) -> date | None:
    is_first = edit.page.store.settings.confirmed_us is None
    with st.container(horizontal=True, vertical_alignment="bottom", gap="small"):
        span = st.segmented_control(
            "Applies",
            [FROM_A_DATE, FOR_ALL_TIME],
            default=FOR_ALL_TIME if is_first else FROM_A_DATE,
            required=True,
            key=edit.key("span"),
            disabled=edit.is_locked,
            persist_state="session",
            help="A future date leaves the past unchanged. An earlier date, or all time, "
            "recalculates times, including those of completed cases.",
        )
        if span == FOR_ALL_TIME:
            return None
        since = st.date_input(
            "First day", edit.page.today, key=edit.key("since"), disabled=edit.is_locked,
            format=input_format(), width=150, persist_state="session",
            min_value=date(1990, 1, 1), max_value=LAST_DATE,
        )  # fmt: skip
    later = [day for day, _ in edit.began.later]
    if later:
        days = ", ".join(formats.day_with_year(day) for day in later)
        st.caption(
            f"Hours changed earlier on {days}. Anything set from the first day on is replaced."
        )
    return since if isinstance(since, date) else None


def _zone(edit: Edit, since: date | None) -> str:
    held = _standing(edit).zone
    zones = sorted({held, *(name for name in available_timezones() if "/" in name)})
    chosen = st.selectbox(
        "Time zone", zones, zones.index(held), key=edit.key("zone"), persist_state="session",
        disabled=edit.is_locked or since is not None, width=300,
        help="Dates, weeks, and months follow this zone. It can only be set for all time.",
    )  # fmt: skip
    return held if since else chosen


def _week(edit: Edit) -> dict[int, HoursText]:
    held = _standing(edit).weekly
    weekly: dict[int, HoursText] = {}
    with st.grid(4, min_column_width=NARROWEST, gap="small") as grid:
        for day, name in enumerate(WEEKDAYS):
            with grid.cell():
                text = st.text_input(
                    name, told(held.get(day, ())), key=edit.key(name), persist_state="session",
                    disabled=edit.is_locked, placeholder=CLOSED,
                )  # fmt: skip
                try:
                    weekly[day] = hours_of(text or "", name)
                except InputRefused as refused:
                    settings_form.mistake([str(refused)])
                    raise
    return weekly


def _began_with(edit: Edit) -> tuple[str, str | None]:
    exceptions = _standing(edit).exceptions
    closed = frozenset(day for day, hours in exceptions.items() if not hours)
    return place_of(closed, edit.page.today.year + 1)


def _holidays(edit: Edit) -> set[date]:
    """The dates of the holidays chosen, of the place chosen."""
    country, state = _began_with(edit)
    places = holiday_places()
    known = sorted(places, key=country_name)
    with st.container(horizontal=True, gap="small"):
        chosen = st.selectbox(
            "Country", known, known.index(country), key=edit.key("country"),
            disabled=edit.is_locked, width=290, persist_state="session",
            format_func=country_name, help="Enter part of its name or its code",
        )  # fmt: skip
        named = sorted(places[chosen], key=lambda code: state_name(chosen, code))
        states = [WHOLE_COUNTRY, *named]
        first = states.index(state) if state and chosen == country else 0
        part = st.selectbox(
            "State", states, first, key=edit.key(f"state-{chosen}"), disabled=edit.is_locked,
            width=250, persist_state="session",
            format_func=lambda code: code if code == WHOLE_COUNTRY else state_name(chosen, code),
        )  # fmt: skip
    part = None if part == WHOLE_COUNTRY else part
    holidays = holidays_of(chosen, part)
    is_same = (chosen, part) == (country, state)
    kept = kept_names(holidays, _standing(edit).exceptions) if is_same else list(holidays)
    names = st.pills(
        "Closed on", list(holidays), selection_mode="multi", default=kept, disabled=edit.is_locked,
        key=edit.key(f"names-{chosen}-{part}"), persist_state="session",
        help="Includes the observed day when a holiday falls on a weekend",
    )  # fmt: skip
    return dates_of(holidays, names or [])


def _singles(edit: Edit) -> dict[date, HoursText]:
    """Days with hours of their own: extra closures, short days, holidays on which one works."""
    exceptions = _standing(edit).exceptions
    holidays = holidays_of(*_began_with(edit))
    days = single_days(exceptions, holidays, kept_names(holidays, exceptions))
    table = pa.Table.from_pylist(
        [{"date": day, "hours": told(hours)} for day, hours in sorted(days.items())], schema=DAYS
    )
    st.markdown(":small[Extra closures and short days; these override holidays]")
    columns: dict[str, Any] = {
        "date": st.column_config.DateColumn("Date", format=input_format(), width=130),
        "hours": st.column_config.TextColumn(
            "Open", help=f"Hours such as 08:00–12:00; leave empty or enter {CLOSED} for closed"
        ),
    }
    typed = settings_form.rows(edit, table, "days", columns, "Days with special hours")
    found: dict[date, HoursText] = {}
    for row in typed:
        if row["date"] is None:
            raise InputRefused("One exception has hours but no date. Enter its date.")
        day = date.fromisoformat(str(row["date"])[:10])  # a text where there were no rows before
        if day in found:
            raise InputRefused(f"{day} is listed twice. Keep one.")
        found[day] = hours_of(row["hours"] or "", str(day))
    return found
