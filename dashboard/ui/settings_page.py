"""Settings: its sections, of which the address names the one that is shown."""

from collections.abc import Callable

import streamlit as st

from dashboard.ui import settings_form
from dashboard.ui.page import Page
from dashboard.ui.settings_backup import backup_section
from dashboard.ui.settings_calendar import calendar_section
from dashboard.ui.settings_formats import formats_section
from dashboard.ui.settings_import import import_section
from dashboard.ui.settings_notices import feedback_section, notices_section
from dashboard.ui.settings_planning import messages_section, planning_section
from dashboard.ui.settings_tables import catalogue_section, people_section
from dashboard.ui.settings_targets import targets_section

SECTIONS: dict[str, Callable[[Page], None]] = {
    "Calendar": calendar_section,
    "Targets": targets_section,
    "Planning": planning_section,
    "Formats": formats_section,
    "Catalog": catalogue_section,
    "Messages": messages_section,
    "People": people_section,
    "Notices": notices_section,
    "Import": import_section,
    "Backup": backup_section,
    "Feedback": feedback_section,
}


def settings(page: Page) -> None:
    """The row of sections, and the one that was chosen."""
    first = next(iter(SECTIONS))
    chosen = st.segmented_control(
        "Section", list(SECTIONS), default=first, required=True, key="section",
        bind="query-params", label_visibility="collapsed",
    )  # fmt: skip
    if others := settings_form.unsaved_elsewhere(chosen or first):
        st.caption(f":material/edit: Unsaved changes also in {' and '.join(others)}.")
    SECTIONS[chosen or first](page)
