"""Which appointments can still be had, and until when one must be agreed."""

from datetime import datetime

import streamlit as st

from dashboard import formats, metrics
from dashboard.instants import to_us
from dashboard.ui import handle, press
from dashboard.ui.asking import Asking
from dashboard.ui.words import on_the_wall
from dashboard.workdays import time_zones

LOOKED_AT, OFFERED = 30, 4  # windows looked at, some days of them, and those offered


def clocks(now: datetime, zone: str, there: str | None) -> str:
    """How the firm's clock differs: "At 14:10 here it is 13:10 in Chicago."; empty if it does not.

    As at `now`: the clocks of two zones need not change on the same day.
    """
    if not there or there not in time_zones():
        return ""
    here, own = on_the_wall(now, zone), on_the_wall(now, there)
    return (
        f"{formats.time(here)} here is {formats.time(own)} in {formats.city(there)}."
        if here != own
        else ""
    )


def confirm_by(hours: int, now: datetime, case_id: str, limit: datetime | None, zone: str) -> str:
    """By when an appointment must be agreed for the limit to be kept; empty without a limit."""
    if limit is None:
        return ""
    at = formats.moment(limit, zone)
    table = metrics.last_appointment(
        handle.store(), now=now, hours=hours, until=limit, case_id=case_id or None
    )
    if not table.num_rows:
        return (
            ":orange[:material/running_with_errors: No open slot ends before the SLA due "
            f"time, {at}.]"
        )
    by = formats.moment(table["begins_at"][0].as_py(), zone)
    return f":material/timer: **Book by {by} or the SLA will be missed.** It is due {at}."


def free(hours: int, now: datetime, case_id: str) -> list[tuple[datetime, datetime]]:
    """The next windows that can still be had, none overlapping the one before."""
    rows = metrics.free_appointments(
        handle.store(), now=now, hours=hours, count=LOOKED_AT, case_id=case_id or None
    ).to_pylist()
    found: list[tuple[datetime, datetime]] = []
    for row in rows:
        if not found or row["begins_at"] >= found[-1][1]:
            found.append((row["begins_at"], row["ends_at"]))
    return found[:OFFERED]


def offer(hours: int, key: str, asking: Asking) -> None:
    """Buttons of a form that put the next free windows into the input of that key."""
    found = free(hours, asking.now, asking.case_id)
    if not found:
        return
    st.caption("Next open slots:")
    with st.container(horizontal=True, gap="xxsmall", key=f"{key}-free"):
        for begins, ends in found:
            is_late = asking.limit is not None and ends > asking.limit
            # what else was typed stays
            press.button(
                formats.moment(begins, asking.zone),
                _take,
                key,
                on_the_wall(begins, asking.zone),
                key=f"{key}-free-{to_us(begins)}",
                icon=":material/running_with_errors:" if is_late else None,
                help="Ends after the SLA due time." if is_late else None,
            )


def _take(key: str, begins: datetime) -> None:
    st.session_state[key] = begins
