"""What later entries changed in a report: since its last issue, or since any instant."""

from datetime import datetime, timedelta
from typing import Any

import pyarrow as pa
import streamlit as st

from dashboard import reports
from dashboard.errors import DashboardError
from dashboard.locales import input_format
from dashboard.metrics.sla_changes import Known
from dashboard.reports import Asked, Report, texts
from dashboard.store import View
from dashboard.ui import cards, handle, tables
from dashboard.ui.page import Page
from dashboard.ui.sla_choice import Choice, view_at
from dashboard.ui.words import typed_instant

KEY = "entered-since"
MINUTE = timedelta(minutes=1)


def compared(page: Page, choice: Choice, report: Report) -> Report:
    """The report with what was entered since the instant chosen, else since its last issue."""
    earlier = reports.last_issue(choice.view, report.asked)
    try:
        since = _since(page, report.asked)
        if since is None and earlier is None:
            return report
        at = since or (earlier.as_of if earlier else report.asked.as_of)
        reports.check_since(report, at)
    except DashboardError:
        return report  # the card says why
    named = earlier.reference if earlier and earlier.as_of == at else ""
    before = Known(view_at(page.store, at), at)
    key = (repr(report.asked), report.head.hash, before.view.head().hash, at.isoformat(), named)
    return _compared(report, choice.view, before, named, key)


@handle.by_key(40)
def _compared(
    report: Report, view: View, before: Known, named: str, _key: tuple[str, ...]
) -> Report:
    return reports.compared(report, view, before, named)


def changes(page: Page, report: Report) -> None:
    """The card that lists them, case by case, old and new."""
    with cards.card(
        "Changes since the last report", texts.since_words(report),
        "Cases with new entries, and what those changed in this report. Cases that only aged are "
        "left out.", "changes", "sla_cases entries_since",
        "The report is computed as known then and as known now. For each case with new entries, "
        "the columns that differ are listed.",
    ):  # fmt: skip
        st.datetime_input(
            "Entered since", value=None, key=KEY, format=input_format(), step=MINUTE, width=230,
            persist_state="session", help="Leave empty for since the last issue of this report.",
        )  # fmt: skip
        try:
            if since := _since(page, report.asked):
                reports.check_since(report, since)
        except DashboardError as refusal:
            cards.refused(refusal)
        told = report.corrections.changes.to_pylist() if report.corrections else []
        if told:
            _table(report, told)


def _since(page: Page, asked: Asked) -> datetime | None:
    local = st.session_state.get(KEY)
    return typed_instant(local, page.zone) if local else None


def _table(report: Report, told: list[dict[str, Any]]) -> None:
    rows = []
    for row in told:
        column, old, new = texts.change_words(report, row)
        rows.append({
            "Case": row["case_id"], "Firm": row["firm"], "Change": row["what"], "What": column,
            "Before": old, "Now": new, "Recorded": texts.recorded(report, row),
        })  # fmt: skip
    shown = pa.Table.from_pylist(rows)
    with st.container(key="table-changes"):
        st.dataframe(
            shown, hide_index=True, row_height=tables.ROW_PX, key="changes", placeholder="",
            height=tables.HEAD_PX + tables.ROW_PX * min(len(rows), tables.MOST_ROWS) + 2,
            alt="What later entries changed in this report, by case",
        )  # fmt: skip
    cards.download(shown, f"corrections_{report.asked.period.key}", "download-changes")
