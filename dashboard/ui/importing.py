"""A tracker sheet brought in from the browser: upload, a dry run's verdicts, then the import."""

import tempfile
from collections.abc import Generator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path

import pyarrow as pa
import streamlit as st
from streamlit.runtime.uploaded_file_manager import UploadedFile

from dashboard import clock, journal
from dashboard.errors import DashboardError, InputRefused, LogRefused
from dashboard.intake import Report, import_tracker
from dashboard.people import Person
from dashboard.store import Store
from dashboard.ui import acting, cards, door, guard, handle, press
from dashboard.ui.words import plain

OPEN = "import-dialog"
RESULT = "import-result"
LOOKED = "import-looked"  # the file that was looked at, and what its rows would become
# Somebody else may write between the reading of the clock and the append.
GRACE = timedelta(minutes=5)
DIALOG = "Import a tracker"


def button(person: Person, key: str) -> None:
    """The way into the dialog."""
    press.button(
        DIALOG,
        _open,
        icon=":material/upload_file:",
        key=key,
        disabled=not person.leads,
        help=None if person.leads else "Only team leaders and administrators can import.",
    )


def dialog_if_open(person: Person) -> None:
    """Draw the dialog, if it was asked for."""
    if st.session_state.get(OPEN):
        _dialog(person)


def _open() -> None:
    st.session_state[OPEN] = True
    st.session_state.pop(RESULT, None)
    st.session_state.pop(LOOKED, None)


def _close() -> None:
    st.session_state.pop(OPEN, None)
    st.session_state.pop(LOOKED, None)


@guard.dialog(DIALOG, width="large", on_dismiss=_close)
def _dialog(person: Person) -> None:
    if (done := st.session_state.get(RESULT)) is not None:
        _done(done)
        return
    store = acting.desk()
    st.markdown(
        "A team leader’s sheet as CSV or XLSX: one row per case, with completion times in `Step "
        "1` to `Step 11`. Times without an offset are read as "
        f"{plain(store.settings.calendar.zone)} time."
    )
    if store.settings.is_sample:
        st.caption("The sample data is removed first: the import starts a new log.")
    door.expect_upload()
    file = st.file_uploader("Tracker sheet", ["csv", "xlsx"], key="tracker-file")
    if file is None:
        return
    report = _looked(file, person)
    if isinstance(report, DashboardError):
        cards.refused(report)
        return
    _verdicts(report, "Preview: nothing saved yet")
    if not report.summary["accepted"] + report.summary["updated"]:
        st.caption("No rows can be imported. Fix the rejected rows and upload the sheet again.")
    elif st.button("Import rows", type="primary", key="import-now", icon=":material/done:"):
        _import(file.getvalue(), file.name, person)


def _looked(file: UploadedFile, person: Person) -> Report | DashboardError:
    """What would become of the file, or why it is refused: read once, however often it is drawn."""
    held, looked = st.session_state.get(LOOKED, (None, None))
    if looked is None or held != file.file_id:
        try:
            with st.spinner("Reading rows …"):
                looked = dry_run(file.getvalue(), file.name, person)
        except InputRefused as refused:
            looked = refused
        except DashboardError as refused:
            return refused  # that is no fault of the file: it may go next time
        st.session_state[LOOKED] = file.file_id, looked
    return looked


def dry_run(content: bytes, name: str, person: Person) -> Report:
    """Every row's verdict, nothing stored. From the sample: as a new, empty log would take it."""
    with _desk() as store:
        return import_tracker(
            store, content, name, by=person, now=clock.now(), dry_run=True, grace=GRACE
        )


def _import(content: bytes, name: str, person: Person) -> None:
    try:
        with st.spinner("Importing …"), journal.noted("importing.import", person.actor):
            if trouble := handle.trouble():
                raise LogRefused("Nothing was imported. {trouble}", trouble=trouble)
            if acting.desk().settings.is_sample:
                handle.start_empty()
            report = import_tracker(
                acting.desk(), content, name, by=person, now=clock.now(), grace=GRACE
            )
            acting.introduce(person)
    except DashboardError as refused:
        cards.refused(refused)
        return
    st.session_state[RESULT] = report
    st.session_state.pop(LOOKED, None)
    st.rerun()  # the dialog stays open, and says what became of the rows


@contextmanager
def _desk() -> Generator[Store]:
    """The store, or, instead of the sample, an empty one that is thrown away."""
    store = acting.desk()
    if not store.settings.is_sample:
        yield store
        return
    with tempfile.TemporaryDirectory() as folder:
        empty = Store.open(Path(folder) / "trial.duckdb")
        try:
            yield empty
        finally:
            empty.close()


def _done(report: Report) -> None:
    _verdicts(report, "Import complete.")
    if st.button("View cases", type="primary", key="import-done"):
        _close()
        st.session_state.pop(RESULT, None)
        st.switch_page("pages/cases.py", query_params={})


def _verdicts(report: Report, headline: str) -> None:
    counts = report.summary
    st.markdown(f"**{headline}** " + " · ".join(f"{n} {word}" for word, n in counts.items() if n))
    rows = [row for row in report.as_json()["rows"] if row["verdict"] == "rejected"]
    if not rows:
        return
    table = pa.table({name: [row[name] for row in rows] for name in ("row", "reason", "message")})
    st.dataframe(
        table, hide_index=True, height=240, key="rejected-rows",
        alt="Rejected rows and what to fix",
        column_config={
            "row": st.column_config.NumberColumn("Row", width=60),
            "reason": st.column_config.TextColumn("Reason", width=110),
            "message": st.column_config.TextColumn("What to fix", width=460),
        },
    )  # fmt: skip
    cards.download(table, "rejected_rows", "download-rejected", "Download rejected rows")
