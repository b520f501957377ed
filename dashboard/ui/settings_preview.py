"""What a change of the settings would do, before anybody saves it."""

from datetime import date, timedelta

import pyarrow as pa
import streamlit as st

from dashboard import formats, metrics
from dashboard.metrics import Kept, Preview
from dashboard.settings import Settings
from dashboard.ui import cards
from dashboard.ui.navigation import CASE
from dashboard.ui.page import Page
from dashboard.ui.words import plain
from dashboard.workflows import WORKFLOWS

MOST_SHOWN = 8  # appointments named; the rest are counted
ROW_PX, HEAD_PX, MOST_ROWS = 36, 36, 8


def preview(page: Page, changed: Settings, since: date | None) -> None:
    """What new cases are promised, which limits move, what last quarter would have been.

    Also which appointments fall outside. `since`: from when the change is to hold.
    """
    found = metrics.settings_preview(page.store, changed, now=page.now, since=since)
    with st.container(border=True, key="card-preview", gap="xsmall"):
        st.subheader("Preview of changes", anchor=False)
        _ahead(page, found)
        _moved(page, found)
        _quarter(found)
        _outside(page, found)


def _ahead(page: Page, found: Preview) -> None:
    """The limit of a case that is opened once the change holds, path by path."""
    for row in found.ahead.to_pylist():
        opened, before, after = (
            formats.moment(row[name], page.zone)
            for name in ("opened_at", "limit_before", "limit_after")
        )
        moved = "as before" if before == after else f"instead of {before}"
        st.markdown(
            f"{WORKFLOWS[row['workflow']].short}, opened {opened}: due **{after}** {moved}, "
            f"{formats.duration(row['limit_us'], row['day_us'])} with business days of "
            f"{formats.duration(row['day_us'], None)}."
        )


def _moved(page: Page, found: Preview) -> None:
    count = found.moved.num_rows
    if not count:
        st.markdown("No open cases would get a new due time.")
        return
    st.markdown(f"**{_counted(count, 'open case')}** would get a new due time:")
    shown = pa.Table.from_pylist(
        [
            {
                "Firm": row["firm"],
                "Due now": formats.moment(row["limit_before"], page.zone),
                "Due then": formats.moment(row["limit_after"], page.zone),
                "Case": row["case_id"],
            }
            for row in found.moved.to_pylist()
        ]
    )
    with st.container(key="table-preview"):
        st.dataframe(
            shown, hide_index=True, row_height=ROW_PX, key="preview-moved",
            height=HEAD_PX + ROW_PX * min(count, MOST_ROWS) + 2,
            alt="Open cases with a new due time, before and after",
        )  # fmt: skip
    cards.download(shown, "limits_that_move", "download-moved")


def _quarter(found: Preview) -> None:
    last = found.until - timedelta(days=1)
    months = f"{formats.short_month(found.since)}–{formats.short_month_year(last)}"
    if not found.before.n:
        st.markdown(
            f"No cases were completed in the last quarter ({months}), so there is nothing to "
            "compare."
        )
        return
    st.markdown(
        f"Last quarter ({months}, {_counted(found.before.n, 'case')}): within SLA "
        f"{_change(found.before, found.after, 'within_limit')}, within target "
        f"{_change(found.before, found.after, 'within_target')}."
    )


def _change(before: Kept, after: Kept, name: str) -> str:
    was, would_be = getattr(before, name), getattr(after, name)
    if was == would_be:
        return f"**{formats.percent(was / before.n)}** (no change)"
    return (
        f"**{formats.percent(was / before.n)} → {formats.percent(would_be / after.n)}** "
        f"({was} → {would_be})"
    )


def _outside(page: Page, found: Preview) -> None:
    rows = found.outside.to_pylist()
    if not rows:
        st.markdown("No appointments would fall outside business hours.")
        return
    st.markdown(
        f":material/event_busy: **{_counted(len(rows), 'appointment')}** would then fall "
        "outside business hours and must be rescheduled:"
    )
    for row in rows[:MOST_SHOWN]:
        when = formats.moment(row["appointment_at"], page.zone)
        st.page_link(
            CASE, label=f"{plain(row['case_id'])} · {when}", query_params={"id": row["case_id"]}
        )
    if len(rows) > MOST_SHOWN:
        st.caption(f"and {len(rows) - MOST_SHOWN} more")


def _counted(number: int, what: str) -> str:
    return f"{number:,} {what}{'s' if number != 1 else ''}"
