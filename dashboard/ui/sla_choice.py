"""Which SLA report a page shows: the period and the instant chosen, or one that was issued."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

import streamlit as st

from dashboard import formats, reports
from dashboard.errors import DashboardError, InputRefused
from dashboard.instants import to_us
from dashboard.locales import input_format
from dashboard.reports import Asked, Period
from dashboard.store import Store, View
from dashboard.ui import cards, handle
from dashboard.ui.page import Page
from dashboard.ui.words import typed_instant

NOT_ISSUED = "As selected here"
REFERENCE = "reference"  # the key of the list of issued reports, and its name in the URL
MINUTE = timedelta(minutes=1)
Row = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Choice:
    """What is asked, and the view that answers it."""

    asked: Asked
    view: View


def choose(page: Page) -> Choice | None:
    """Let the reader choose; None, and a word about it, if there is nothing to choose from."""
    weeks = page.store.run("throughput", now=page.now)
    if not weeks.num_rows:
        cards.empty(
            "description", "Nothing to report yet",
            "Open a case on New case or import a tracker on Today.",
        )  # fmt: skip
        return None
    with st.container(horizontal=True, vertical_alignment="bottom", gap="small", key="sla-row"):
        period = _period(weeks["week"][0].as_py().replace(day=1), page.today)
        local = _known_at(page)
        reference = _reference(page)
    try:
        return _chosen(page, period, local, reference)
    except DashboardError as refusal:
        cards.refused(refusal)
        return None


def _chosen(page: Page, period: Period, local: datetime | None, reference: str) -> Choice:
    if reference != NOT_ISSUED:
        asked, _ = reports.issued(page.store, reference, page.now)
    else:
        as_of = page.now if local is None else _instant(local, page)
        workflow, leader = (page.filters.get(name) for name in ("workflow", "team_leader"))
        asked = Asked(period, as_of, workflow, leader)
    return Choice(asked, view_at(page.store, asked.as_of))


def view_at(store: Store, as_of: datetime) -> View:
    """What the log knew at an instant: the store itself if it has learnt nothing since."""
    if store.log.last_recorded_us() <= to_us(as_of):
        return store
    # what was known before the last entry can never grow
    key = (str(handle.log_place()), str(id(store)), as_of.isoformat())
    with st.spinner("Loading what was known then …"):
        return _known_view(store, as_of, key)


@handle.by_key(2)
def _known_view(store: Store, as_of: datetime, _key: tuple[str, ...]) -> View:
    return store.known_at(as_of)


def _period(first: date, today: date) -> Period:
    found = [*reports.periods(first, today), *reports.periods(first, today, 3)]
    names = {item.name: item for item in found}
    last_month = min(1, len(reports.periods(first, today)) - 1)
    chosen = st.selectbox(
        "Month or quarter", list(names), index=last_month, key="month", bind="query-params",
        width=170,
    )  # fmt: skip
    return names[chosen]


def _known_at(page: Page) -> datetime | None:
    return st.datetime_input(
        "As known at", value=None, key="known", bind="query-params", format=input_format(),
        step=MINUTE, width=230, persist_state="session",
        help="Entries made after this time are not counted, and open cases are measured at it. "
             "Leave empty for now.",
    )  # fmt: skip


def _reference(page: Page) -> str:
    rows = page.store.run("reports_issued", now=page.now).to_pylist()
    names = [row["reference"] for row in reversed(rows)]
    return st.selectbox(
        "Issued report", [NOT_ISSUED, *names], key=REFERENCE, bind="query-params", width=190,
        help="An issued report is reproduced as known then, with its own period and filters.",
    )  # fmt: skip


def _instant(local: datetime, page: Page) -> datetime:
    instant = typed_instant(local, page.zone)
    if instant > page.now:
        raise InputRefused(
            f"{formats.moment(instant, page.zone)} is in the future: it is now "
            f"{formats.moment(page.now, page.zone)}. Choose a time up to now, or leave it empty."
        )
    return instant
