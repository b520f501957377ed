"""The section of the import: the way into the dialog, and what was imported before."""

from typing import Any

import pyarrow as pa
import streamlit as st

from dashboard import formats
from dashboard.cases import Draft
from dashboard.instants import to_datetime
from dashboard.ui import cards, importing
from dashboard.ui.page import Page
from dashboard.ui.words import plain

STREAM = "imports"
VERDICTS = ("accepted", "updated", "rejected", "duplicate")


def import_section(page: Page) -> None:
    """Bring in a team leader's tracker sheet; every row's verdict is shown first."""
    with st.container(border=True, key="card-import", gap="small"):
        st.subheader("A team leader’s tracker", anchor=False)
        st.markdown(
            "Upload the sheet as CSV or XLSX. You first see a preview of every row and can "
            "download the rejected ones with reasons; nothing is saved until you confirm. "
            "Importing the same sheet again changes nothing."
        )
        importing.button(page.person, "import-from-settings")
    events = page.store.stream(STREAM)
    if not events:
        st.caption("No imports yet.")
        return
    shown = pa.Table.from_pylist([_row(page, event) for event in reversed(events)])
    with st.container(border=True, key="card-imported", gap="small"):
        st.subheader("Earlier imports", anchor=False)
        st.table(shown, border="horizontal", hide_index=True, alt="Imports, newest first")
        cards.download(shown, "imports", "download-imports")


def _row(page: Page, event: Draft) -> dict[str, Any]:
    return {
        "When": formats.moment(to_datetime(event.recorded_us), page.zone),
        "Who": plain(event.actor),
        "Sheet": plain(event.data.get("file", "")),
        **{word.capitalize(): event.data.get(word, 0) for word in VERDICTS},
    }
