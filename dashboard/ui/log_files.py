"""The rest of the Log page: is the chain whole, and the log as a file."""

from typing import IO

import streamlit as st

from dashboard import formats
from dashboard.errors import DashboardError
from dashboard.files.events import Events
from dashboard.people import Role
from dashboard.ui import cards, made_files
from dashboard.ui.made_files import Told, Wanted
from dashboard.ui.page import Page
from dashboard.ui.words import on_the_wall

VERIFIED = "log-verified"
FORMS = {
    "CSV": ("csv", "text/csv", "cases"),
    "XES": ("xes", "application/xml", "cases"),
    "Parquet": ("parquet", "application/vnd.apache.parquet", "cases"),
    "JSONL": ("jsonl", "application/jsonl", "events"),
}
ABOUT = {
    "CSV": "One row for each start and completion of a step, for spreadsheets and process mining.",
    "XES": "The same for process mining tools (IEEE 1849).",
    "Parquet": "The same for analysis in columns.",
    "JSONL": "Every event in full, **personal details included**. Restores an empty log to the "
    "same last hash.",
}


def verify(page: Page) -> None:
    """Check every event's hash against the one before, and the last against the head file."""
    with cards.card(
        "Verify log integrity",
        "Each event’s hash covers the one before, so lost, changed, or reordered events are "
            "detected.",
        "", "verify",
    ):  # fmt: skip
        if st.button("Verify log", key="log-verify", icon=":material/verified_user:"):
            st.session_state.pop(VERIFIED, None)
            _verify(page)
        if verified := st.session_state.get(VERIFIED):
            head, at = verified
            cards.saved(
                f"**Verified at {formats.time(on_the_wall(at, page.zone))}:** "
                f"{head.position:,} events. The last one’s hash is `{head.hash}`."
            )


def _verify(page: Page) -> None:
    bar = st.progress(0.0, "Checking …")
    try:
        head = page.store.log.verify(
            lambda done, of: bar.progress(done / of, f"{done:,} of {of:,} events")
        )
    except DashboardError as refused:
        cards.refused(refused)
        return
    finally:
        bar.empty()
    st.session_state[VERIFIED] = (head, page.now)


def export(page: Page) -> None:
    """The log as a file, made when it is asked for."""
    with cards.card("Export the log", "Created on request, up to now.", "", "export"):
        forms = [name for name in FORMS if name != "JSONL" or page.person.role is Role.ADMIN]
        chosen = st.segmented_control(
            "Format", forms, default=forms[0], required=True, key="form",
            label_visibility="collapsed",
        ) or forms[0]  # fmt: skip
        st.caption(ABOUT[chosen])
        form, mime, counted = FORMS[chosen]

        def make(file: IO[bytes], told: Told) -> None:
            Events(page.store, page.now, told).write(form, file.write)

        made_files.offer(
            Wanted(
                f"changeover_{page.today}.{form}", mime, f"Create {chosen} file", counted, make,
                f"python -m dashboard events --format {form} -o FILE", page.person.actor,
            ),
            "log-file",
        )  # fmt: skip
