"""The length of a business day: asked for with the hours, and where it does not agree with them."""

from dataclasses import dataclass
from datetime import date

import streamlit as st

from dashboard import findings
from dashboard.commands.planning import asks_for_day
from dashboard.errors import InputRefused
from dashboard.formats import MINUTE_US, duration
from dashboard.instants import to_us
from dashboard.settings import FOREVER_US, Settings
from dashboard.ui.page import Page
from dashboard.ui.settings_form import Edit
from dashboard.workdays import FIRST_DATE, Calendar
from dashboard.workflows import WORKFLOWS

LABEL = "Hours in a business day"
LEAST, MOST = 1.0, 24.0  # hours


@dataclass(frozen=True, slots=True)
class Day:
    """The minutes of a business day to set with the hours; None: lengths stay as they are."""

    minutes: int | None
    is_typed: bool


def day_input(edit: Edit, calendar: Calendar, since: date | None) -> Day:
    """Asks how long a business day is; other hours propose the open time of their ordinary day.

    `calendar` has the hours typed, which are to hold from that date on. InputRefused if there is
    no length and one is needed.
    """
    settings = edit.page.store.settings
    is_asked = asks_for_day(settings, calendar, since or FIRST_DATE)
    proposed_us = calendar.ordinary_us if is_asked else _held_us(settings)
    proposed = min(max(proposed_us / 60 / MINUTE_US, LEAST), MOST) if proposed_us else None
    typed = st.number_input(
        LABEL, LEAST, MOST, proposed, 0.25, key=edit.key(f"day-{proposed_us}"), format="%g",
        disabled=edit.is_locked, persist_state="session", width=200,
        placeholder="" if is_asked else "differs by path",
        help="An SLA of 3 business days is three times this many hours of business time, for "
             "cases opened from the first day on.",
    )  # fmt: skip
    is_typed = typed is not None and typed != proposed
    if is_asked:
        st.caption(
            f"With these hours, a normal day is open for {duration(calendar.ordinary_us, None)}. "
            "Targets and SLAs count business days of the length entered here."
        )
        if typed is None:
            raise InputRefused("Enter the hours in a business day.")
    return Day(round(typed * 60) if typed and (is_asked or is_typed) else None, is_typed)


def warn(page: Page) -> None:
    """Say where a business day is not as long as an ordinary day of the hours."""
    for text in findings.odd_days(page.store.settings, to_us(page.now)):
        st.warning(text, icon=":material/schedule:")


def _held_us(settings: Settings) -> int | None:
    """The length that holds in the end, if nobody changes it; None if the paths differ."""
    lengths = {settings.targets_at(workflow, -FOREVER_US).day_us for workflow in WORKFLOWS}
    return lengths.pop() if len(lengths) == 1 else None
