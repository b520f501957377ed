"""The list of all cases on the Cases page."""

import pyarrow as pa
import streamlit as st

from dashboard.figures.listed import list_row
from dashboard.people import Role
from dashboard.ui import cards, definitions, importing, reassign, several, tables
from dashboard.ui.page import Page

COLUMNS = (
    "left", "state", "turn", "step", "done", "took", "submitted", "path", "tl", "case",
)  # fmt: skip
LIST = "case-list"


def case_list(page: Page) -> None:
    """All cases that fit the filters and the search text, as a table with its download."""
    text = st.text_input(
        "Search", key="search", type="search", bind="query-params", icon=":material/search:",
        placeholder="Firm, case, EMS ticket or order number", label_visibility="collapsed",
        width=360,
    )  # fmt: skip
    asked = {**page.filters, "text": (text or "").strip() or None}
    table = page.store.run("case_list", now=page.now, **asked)
    if not table.num_rows:
        _nothing(page)
        return
    st.caption(_count(table))
    several.grid(page, LIST)
    chosen = tables.chosen(LIST, table)
    with st.container(horizontal=True, vertical_alignment="center", key=f"bulk-{LIST}"):
        several.offer(page, table, chosen, LIST)
        reassign.offer(page, chosen, LIST)
    tables.cases(
        page,
        table,
        lambda page, row: list_row(row, page.zone),
        COLUMNS,
        "Cases that match the filters",
        LIST,
        can_choose=page.person.role is not Role.VIEWER,
    )
    cards.download(table, "cases", "download-cases")
    definitions.button("case_list", "cases")


def _count(table: pa.Table) -> str:
    states = table["state"].value_counts().to_pylist()
    counted = ", ".join(f"{row['counts']:,} {row['values']}" for row in states)
    return f"{table.num_rows:,} cases: {counted}" if len(states) > 1 else f"{counted} cases"


def _nothing(page: Page) -> None:
    if page.store.count_cases():
        cards.empty(
            "inbox", "No cases match these filters", "Choose all states or clear the search."
        )
        return
    cards.empty("inbox", "No cases yet", "Open one on New case or import a tracker.")
    importing.button(page.person, "import-from-cases")
