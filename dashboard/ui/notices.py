"""What stands under the head of every page: that hours need confirming, and notices in force."""

from typing import Any

import streamlit as st

from dashboard import formats
from dashboard.commands import NoticeKind
from dashboard.people import Person
from dashboard.store import Store
from dashboard.ui import handle
from dashboard.ui.settings_days import week_told
from dashboard.ui.words import day_text, local_words, paragraphs, plain
from dashboard.workdays import LAST_DATE

SETTINGS = "pages/settings.py"
MOST = 3  # shown at once; the rest are folded away
MARKS = {NoticeKind.ALERT: ":material/warning:", NoticeKind.NOTICE: ":material/campaign:"}


def disk_full(store: Store) -> None:
    """Say that nothing can be stored now, or that what is shown is old, as long as that is so."""
    zone = store.settings.calendar.zone
    if trouble := handle.why_read_only(store):
        st.error(
            f"{plain(local_words(trouble, zone))} What you type stays here.",
            title="Read-only for now",
            icon=":material/hard_drive:",
        )  # fmt: skip
    if doubt := handle.clock_doubt(store):
        st.caption(f":material/schedule: {plain(local_words(doubt, zone))}")
    if behind := store.behind():
        st.caption(f":material/history: {behind}")


def under_head(store: Store, person: Person) -> None:
    """Draw the lines, if there is anything to say."""
    disk_full(store)
    _first_run(store, person)
    rows = [row for row in in_force(store) if row["kind"] in MARKS]
    rows.sort(key=lambda row: row["kind"] != NoticeKind.ALERT)  # alerts first
    if not rows:
        return
    with st.container(border=True, gap="xxsmall", key="notices"):
        for row in rows[:MOST]:
            _line(row)
        if rest := rows[MOST:]:
            with st.expander(f"{len(rest)} more", key="more-notices"):
                for row in rest:
                    _line(row)


def in_force(store: Store) -> list[dict[str, Any]]:
    """The notices that are shown now, of every kind, the latest to begin first."""
    now = handle.page_now(store)
    return store.run("notices", now=now, in_force=True).to_pylist()


def _line(row: dict[str, Any]) -> None:
    word = "**Alert.** " if row["kind"] == NoticeKind.ALERT else ""
    until = f":gray[:small[until {day_text(row['last_date'])}]]"
    st.markdown(f"{MARKS[row['kind']]} {word}{paragraphs(row['text'])} {until}")


def _first_run(store: Store, person: Person) -> None:
    """Ask for hours and holidays to be confirmed; those of a sample need not be."""
    settings = store.settings
    if settings.confirmed_us is not None or settings.is_sample or not person.leads:
        return
    calendar = settings.calendar.on(LAST_DATE)
    with st.container(
        horizontal=True, vertical_alignment="center", gap="small", key="first-run"
    ):  # fmt: skip
        st.markdown(
            ":material/schedule: Hours and holidays are not confirmed yet. Assuming "
            f"{week_told(calendar.weekly)}, {formats.city(calendar.zone)} time.",
            width="content",
        )
        st.page_link(SETTINGS, label="Confirm hours and holidays", query_params={})
