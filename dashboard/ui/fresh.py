"""Whether an open page still shows how things stand: looked at every few seconds.

A page that was left open draws itself anew when the day is over, or the office opens or closes.
When somebody enters something it says so and offers to draw itself anew: nothing moves under the
pointer, and nothing that is being typed is disturbed.
"""

from dataclasses import dataclass
from datetime import date, datetime

import streamlit as st

from dashboard.errors import LogRefused
from dashboard.store import Store
from dashboard.ui import guard, handle, head

LOOK_SECONDS = 5  # also how soon an open page notices that its visitor has left
NEWER = "Something has been entered since this page was drawn"


@dataclass(frozen=True, slots=True)
class Drawn:
    """What a page was drawn for: how far the log was, the day, and whether the office was open."""

    position: int
    day: date
    is_open: bool


def drawn_for(store: Store, now: datetime) -> Drawn:
    """What a page is drawn for at that instant."""
    is_open = store.settings.calendar.is_open(now, now)
    return Drawn(store.position, head.today(store, now), is_open)


def is_another_day(drawn: Drawn, now: Drawn) -> bool:
    """Whether the page is to be drawn anew: its day is over, or the office has opened or closed."""
    return (drawn.day, drawn.is_open) != (now.day, now.is_open)


@guard.fragment(run_every=LOOK_SECONDS)
def watch(drawn: Drawn) -> None:
    """Look whether the page is still for now. Ends it if its visitor's session has ended."""
    try:
        store = handle.held(handle.log_place()).store
    except LogRefused:  # the page says so once it is drawn anew
        return
    now = drawn_for(store, handle.page_now(store))
    if is_another_day(drawn, now):
        st.rerun()
    if now.position > drawn.position:
        with st.container(horizontal=True, vertical_alignment="center", key="newer"):
            st.caption(f":material/update: {NEWER}.", width="content")
            if st.button("Refresh", type="tertiary", key="refresh", icon=":material/refresh:"):
                st.rerun()
