"""The notice that all this is sample data, with the two ways out of it in plain sight."""

import streamlit as st

from dashboard.errors import DashboardError
from dashboard.people import Person, require
from dashboard.store import Store
from dashboard.ui import cards, guard, handle, importing, press

OPEN = "empty-dialog"
DIALOG = "Start empty"


def banner(store: Store, person: Person) -> None:
    """Say that it is sample data, while it is; draw the dialog that was asked for."""
    if store.settings.is_sample:
        with st.container(
            border=True, horizontal=True, vertical_alignment="center", gap="small",
            key="sample-banner",
        ):  # fmt: skip
            st.markdown(
                ":material/science: **Sample data.** These firms and cases are made up.",
                width="stretch",
            )
            press.button(
                DIALOG,
                _open,
                icon=":material/restart_alt:",
                key="start-empty",
                disabled=not person.leads,
            )
            importing.button(person, "import-from-banner")
    if st.session_state.get(OPEN):
        _dialog(store, person)
    importing.dialog_if_open(person)


def _open() -> None:
    st.session_state[OPEN] = True


def _close() -> None:
    st.session_state.pop(OPEN, None)


@guard.dialog(DIALOG, on_dismiss=_close)
def _dialog(store: Store, person: Person) -> None:
    if not store.settings.is_sample:
        _close()
        st.rerun()
    st.markdown(
        "A new, empty log replaces the sample data for everyone on this server. The sample’s "
        f"{store.count_cases():,} cases are kept in files named `.sample`."
    )
    if st.button("Remove sample data", type="primary", key="start-empty-now"):
        try:
            require(person, person.leads, "remove the sample data", "a team leader")
            aside = handle.start_empty()
        except (DashboardError, OSError) as refused:
            cards.refused(f"The sample data was not removed: {refused}")
            return
        _close()
        cards.flash(f"**The log is empty now.** The sample data is kept as `{aside.name}`.")
        st.rerun()
