"""Asking when something happened: typed, or one of the times that are often meant.

One input for every such time; `typed_times` reads it. No picker opens over what stands below.
"""

from collections.abc import Iterable
from datetime import datetime

import streamlit as st

from dashboard import clock, formats
from dashboard.errors import InputRefused
from dashboard.instants import to_datetime
from dashboard.ui import drafts, typed_times
from dashboard.ui.typed_times import LONGEST, MINUTE
from dashboard.workdays import Calendar

TOLD = "Leave empty for now. Not in the future or before the step began."


def ask(label: str, key: str, zone: str, told: str = TOLD, stands: str = "") -> None:
    """The input, with what stands there; `told` says what it means if it is left empty."""
    drafts.watch({key: stands})
    st.text_input(
        f"{label} ({formats.city(zone)})", stands, key=key, max_chars=LONGEST, placeholder="now",
        help=f"{told} {examples()}", persist_state="session",
    )  # fmt: skip


def examples() -> str:
    """How a time can be typed."""
    date = typed_times.example()
    return f"For example: 3:15p, 15 min ago, yesterday 4pm, at opening, {date}."


def ask_or_choose(label: str, key: str, calendar: Calendar, now: datetime) -> None:
    """Likewise, and beneath it the times that are often meant, one click each."""
    ask(label, key, calendar.zone)
    offered = list(typed_times.quick(calendar, now))
    drafts.watch({_quick(key): None})
    st.pills(
        f"{label}: quick times", offered, key=_quick(key), label_visibility="collapsed",
        persist_state="session",
    )  # fmt: skip


def said(key: str) -> str:
    """What was typed or chosen there; empty: nothing. InputRefused if it is both."""
    typed = str(st.session_state.get(key) or "").strip()
    chosen: str = st.session_state.get(_quick(key)) or ""
    if typed and chosen and typed != chosen:
        raise InputRefused(
            "“{typed}” is typed and “{chosen}” is chosen as the time. Clear one of them.",
            typed=typed,
            chosen=chosen,
        )
    return typed or chosen


def read(text: str, calendar: Calendar, bounds: Iterable[int | None] = ()) -> datetime | None:
    """The instant that was said; None: now. A minute means any instant within it.

    `bounds` are what it cannot come before: one that lies in the minute is taken. InputRefused for
    what is no time, and for one that the clocks were put forward over.
    """
    instant = typed_times.read(text, calendar, clock.now())
    if instant is None:
        return None
    last = max((to_datetime(us) for us in bounds if us is not None), default=instant)
    return last if instant < last < instant + MINUTE else instant


def forget(key: str) -> None:
    """Empty the input: what was typed has been stored."""
    for one in (key, _quick(key)):
        st.session_state.pop(one, None)


def _quick(key: str) -> str:
    return f"{key}-quick"
