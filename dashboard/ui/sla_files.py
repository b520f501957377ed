"""The report as files, each built when it is clicked; and issuing it."""

from collections.abc import Callable

import streamlit as st

from dashboard import clock, reports
from dashboard.files.tables import as_csv, parquet
from dashboard.instants import to_datetime
from dashboard.reports import Asked, Report, texts
from dashboard.reports.paper import pdf
from dashboard.reports.workbook import xlsx
from dashboard.ui import acting, cards, press
from dashboard.ui.acting import Click
from dashboard.ui.cards import XLSX
from dashboard.ui.page import Page
from dashboard.ui.sla_choice import REFERENCE
from dashboard.ui.words import plain

SCOPE = "sla-issue"
PARQUET = "application/vnd.apache.parquet"


def offer(page: Page, report: Report) -> None:
    """Downloads of the report as it is shown, and the button that issues it."""
    name, asked = report.file_name, report.asked
    if asked.reference:
        then = texts.instant(asked.as_of, report.zone)
        st.caption(plain(f"{asked.reference}: {report.name}, {asked.words}, as known at {then}"))
    with st.container(horizontal=True, vertical_alignment="center", gap="small", key="sla-files"):
        _file("Report as XLSX", lambda: xlsx(report), f"{name}.xlsx", XLSX)
        _file("Report as PDF", lambda: pdf(report), f"{name}.pdf", "application/pdf")
        _file("Cases as CSV", lambda: csv_of(report), f"{name}.csv", "text/csv")
        _file("Cases as Parquet", lambda: parquet(report.stamped), f"{name}.parquet", PARQUET)
        if not asked.reference:
            _issuing(page, asked, report)
    acting.show_refusal(SCOPE)


def _issuing(page: Page, asked: Asked, report: Report) -> None:
    """What issuing means, and the button that does it: it cannot be taken back."""
    with st.popover("Issue report", icon=":material/verified:", key="issuing"):
        st.markdown(
            f"**{plain(report.name)}, {plain(asked.words)}.** It gets a reference and is recorded "
            "in the log, so that it can be reproduced exactly. This cannot be undone."
        )
        press.button("Issue this report", _issue, page, asked, key="issue-report", type="primary")


def csv_of(report: Report) -> bytes:
    """The cases as CSV, as the command line writes them."""
    return as_csv(report.stamped).encode()


def _file(label: str, build: Callable[[], bytes], name: str, kind: str) -> None:
    cards.file(label, build, name, kind, f"download-{name.rpartition('.')[2]}")


def _issue(page: Page, asked: Asked) -> None:
    click = Click(SCOPE, page.person, page.zone, version=page.store.version("reports"))
    made: list[Asked] = []

    def do() -> acting.Stored:
        store = acting.desk()
        now = max(clock.now(), to_datetime(store.log.last_recorded_us()))
        made.append(
            reports.issue(
                store, asked, by=page.person, now=now, command_id=click.command_id("issue", asked)
            )
        )
        return []

    if acting.attempt(
        click, "sla_files.issue", do, lambda _: f"Issued as **{plain(made[0].reference)}**."
    ):
        st.session_state[REFERENCE] = made[0].reference
