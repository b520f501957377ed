"""A tracker brought in from the browser: upload, what is open, every row's verdict, the import."""

from dataclasses import replace
from pathlib import PurePath

import streamlit as st
from streamlit.runtime.uploaded_file_manager import UploadedFile

from dashboard import clock, commands, journal
from dashboard.errors import DashboardError, InputRefused
from dashboard.intake import Answers, Report
from dashboard.intake.layouts import fitting, remembered
from dashboard.intake.sheet import Asked, Looked, look, look_again
from dashboard.people import Person
from dashboard.sheets.decoding import ENCODINGS
from dashboard.sheets.layout import Choices
from dashboard.store import Store
from dashboard.ui import (
    acting,
    cards,
    door,
    guard,
    import_check,
    import_columns,
    import_running,
    import_template,
    press,
)
from dashboard.ui.words import plain

OPEN = "import-dialog"
RESULT = "import-result"
FILE = "import-file"  # the one that is looked at
LOOKED = "import-looked"  # by which choices it was looked at, and what was found
CHOSEN = "import-chosen"  # what was said of it
TRIED = "import-tried"  # what its rows would become, as it was last asked
STEP = "import-step"
DIALOG = "Import a tracker"
SHEETS, COLUMNS, CHECK = "Sheets and header", "Columns", "Check"
STATE = (RESULT, FILE, LOOKED, CHOSEN, TRIED, STEP, import_check.ANSWERS)
MINE = "the choices made for it"


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
    _forget()


def _close() -> None:
    st.session_state.pop(OPEN, None)
    _forget()


def _forget() -> None:
    for key in STATE:
        st.session_state.pop(key, None)


@guard.dialog(DIALOG, width="large", on_dismiss=_close)
def _dialog(person: Person) -> None:
    if (done := st.session_state.get(RESULT)) is not None:
        _done(*done)
        return
    store = acting.desk()
    st.markdown(
        "Any tracker as CSV or XLSX. First you see how it is read and what happens to every row; "
        "nothing is saved until you import. Times without an offset are read as "
        f"{plain(store.settings.calendar.zone)} time."
    )
    if store.settings.is_sample:
        st.caption("The sample data is removed first: the import starts a new log.")
    door.expect_upload()
    file = st.file_uploader("Tracker", ["csv", "txt", "tsv", "xlsx"], key="tracker-file")
    if file is None:
        import_template.button("template-from-dialog", store.settings.catalogue)
        return
    looked = _looked(file, store)
    if looked is not None:
        _steps(file, looked, person)


def _looked(file: UploadedFile, store: Store) -> Looked | None:
    """How the file is read: looked at anew only if it or what was said of it is another."""
    if st.session_state.get(FILE) != file.file_id:
        _forget()
        st.session_state[FILE] = file.file_id
        st.session_state[CHOSEN] = Choices()
    chosen: Choices = st.session_state[CHOSEN]
    held = st.session_state.get(LOOKED)
    try:
        if held is None or held[0].encoding != chosen.encoding:
            with st.spinner("Reading every row …"):
                looked = look(file.getvalue(), file.name, chosen)
            if held is None and (known := _remembered(looked, store)):
                chosen, looked = known
        elif held[0] != chosen:
            looked = look_again(held[1], chosen)
        else:
            return held[1]
    except Asked as asked:
        _ask(asked, chosen)
        return None
    except DashboardError as refused:
        cards.refused(refused)
        return None
    st.session_state[CHOSEN] = chosen
    st.session_state[LOOKED] = chosen, looked
    return looked


def _remembered(looked: Looked, store: Store) -> tuple[Choices, Looked] | None:
    """The choices that somebody made for a tracker with these headings before."""
    headings = [[column.header for column in layout.columns] for layout in looked.layout.sheets]
    name = fitting(store.settings, headings) if looked.questions else None
    if name is None:
        return None
    chosen = Choices(layout=remembered(store.settings, name))
    return chosen, look_again(looked, chosen)


def _ask(asked: Asked, chosen: Choices) -> None:
    """Why the file cannot be read yet; its encoding, where that is all."""
    cards.refused(str(asked).partition(" Answer with ")[0])
    if "--encoding" in asked.option:
        names = [name for name in ENCODINGS if name in asked.option]
        said = st.radio(
            "Its letters are", names, index=None, format_func=ENCODINGS.__getitem__,
            key="import-encoding", horizontal=True,
        )  # fmt: skip
        if said:
            st.session_state[CHOSEN] = replace(chosen, encoding=said)
            st.rerun()
    elif "--header-row" in asked.option:
        row = st.number_input("The headings are in row", 1, 1000, None, key="import-header-ask")
        if row:
            st.session_state[CHOSEN] = replace(chosen, header_row=int(row))
            st.rerun()


def _steps(file: UploadedFile, looked: Looked, person: Person) -> None:
    """The three steps, the first one that is open before the eyes."""
    if STEP not in st.session_state:
        st.session_state[STEP] = _first_open(looked)
    step = st.segmented_control(
        "Step", [SHEETS, COLUMNS, CHECK], key=STEP, required=True, label_visibility="collapsed"
    )
    chosen: Choices = st.session_state[CHOSEN]
    if step == CHECK:
        _check(file, looked, person)
        return
    import_columns.still_open(looked)
    said = (import_columns.sheets if step == SHEETS else import_columns.columns)(looked, chosen)
    if said != chosen:
        st.session_state[CHOSEN] = said
        st.rerun()


def _first_open(looked: Looked) -> str:
    about = {question.about for question in looked.questions}
    if not about:
        return CHECK
    return SHEETS if about == {"date_order"} else COLUMNS


def _check(file: UploadedFile, looked: Looked, person: Person) -> None:
    """What becomes of every row; then the import."""
    if looked.questions:
        import_columns.still_open(looked)
        return
    answers: Answers = import_check.answers()
    report = _tried(looked, answers, person)
    if isinstance(report, DashboardError):
        cards.refused(report)
        return
    import_check.understood(looked, acting.desk())
    import_check.verdicts(report, looked, "Preview: nothing saved yet.")
    name = _name_asked(file, looked)
    if not report.summary["accepted"] + report.summary["updated"]:
        st.caption("No rows can be imported. Fix the rejected rows and upload the file again.")
    elif st.button("Import rows", type="primary", key="import-now", icon=":material/done:"):
        _import(looked, answers, person, name)


def _name_asked(file: UploadedFile, looked: Looked) -> str:
    """Under which name the choices are to be remembered; empty if there are none that are new."""
    chosen: Choices = st.session_state[CHOSEN]
    if not (chosen.fields or chosen.header_row or chosen.date_order):
        return ""
    stem = PurePath(file.name).stem[:60]
    st.caption(f"Next time a file has these headings, it is read with {MINE}.")
    return st.text_input("Remember these choices as", stem, max_chars=80, key="import-name").strip()


def _tried(looked: Looked, answers: Answers, person: Person) -> Report | DashboardError:
    """What would become of the rows: tried once, however often it is drawn."""
    key = looked.digest, st.session_state[CHOSEN], answers
    held = st.session_state.get(TRIED)
    if held is not None and held[0] == key:
        return held[1]
    try:
        with import_running.shown("Checking every row") as tell:
            report = import_running.dry_run(looked, person, answers, tell)
            st.session_state[TRIED] = key, report
    except InputRefused as refused:
        st.session_state[TRIED] = key, refused
        return refused
    except DashboardError as refused:
        return refused  # that is no fault of the file: it may go next time
    return report


def _import(looked: Looked, answers: Answers, person: Person, name: str) -> None:
    try:
        with (
            import_running.shown("Importing") as tell,
            journal.noted("importing.import", person.actor),
        ):
            report = import_running.imported(looked, person, answers, tell)
            if name:
                _remember(looked, name, person)
            acting.introduce(person)
            _forget()
            st.session_state[RESULT] = report, looked
    except DashboardError as refused:
        cards.refused(refused)
        return
    st.rerun()  # the dialog stays open, and says what became of the rows


def _remember(looked: Looked, name: str, person: Person) -> None:
    data = looked.layout.as_json()
    if acting.desk().settings.layouts.get(name) != data:
        commands.remember_layout(acting.desk(), name, data, by=person, now=clock.now())


def _done(report: Report, looked: Looked) -> None:
    import_check.verdicts(report, looked, "Import complete.", is_done=True)
    import_check.strangers_of(acting.desk())
    if st.button("View cases", type="primary", key="import-done"):
        _close()
        st.switch_page("pages/cases.py", query_params={})
