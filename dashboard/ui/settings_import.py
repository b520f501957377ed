"""The section of the import: the way into the dialog, and what was imported before."""

from typing import Any

import pyarrow as pa
import streamlit as st

from dashboard import clock, commands, formats
from dashboard.cases import Draft
from dashboard.instants import to_datetime
from dashboard.sheets.layout import Layout
from dashboard.ui import acting, cards, import_columns, import_template, importing, settings_form
from dashboard.ui.acting import Click
from dashboard.ui.page import Page
from dashboard.ui.settings_form import Edit
from dashboard.ui.words import plain

STREAM = "imports"
VERDICTS = ("accepted", "updated", "rejected", "duplicate")


def import_section(page: Page) -> None:
    """Bring in a team leader's tracker sheet; every row's verdict is shown first."""
    with st.container(border=True, key="card-import", gap="small"):
        st.subheader("A team leader’s tracker", anchor=False)
        st.markdown(
            "Upload it as CSV or XLSX, whatever its headings are. First you see how it is read and "
            "what happens to every row, and you can download the rejected ones with reasons; "
            "nothing is saved until you import. Importing the same tracker again changes nothing."
        )
        with st.container(horizontal=True):
            importing.button(page.person, "import-from-settings")
            import_template.button("template-from-settings", page.store.settings.catalogue)
    _layouts(page)
    events = page.store.stream(STREAM)
    if not events:
        st.caption("No imports yet.")
        return
    shown = pa.Table.from_pylist([_row(page, event) for event in reversed(events)])
    with st.container(border=True, key="card-imported", gap="small"):
        st.subheader("Earlier imports", anchor=False)
        st.table(shown, border="horizontal", hide_index=True, alt="Imports, newest first")
        cards.download(shown, "imports", "download-imports")


def _layouts(page: Page) -> None:
    """How trackers are read that somebody imported: looked at, renamed, forgotten."""
    held = page.store.settings.layouts
    if not held:
        return
    edit = settings_form.begin(page, "layouts", None)
    with st.container(border=True, key="card-layouts", gap="small"):
        st.subheader("Remembered layouts", anchor=False)
        st.caption("A file with these headings is read without asking again.")
        for number, (name, data) in enumerate(held.items()):
            with st.expander(plain(name)):
                _layout(edit, number, name, data)


def _layout(edit: Edit, number: int, name: str, data: Any) -> None:
    for sheet in Layout.from_json(data).sheets:
        rows = [
            {"Heading": plain(column.header), "Holds": import_columns.name_of(column.field, sheet)}
            for column in sheet.columns
            if column.header
        ]
        order = import_columns.ORDERS[sheet.date_order] if sheet.date_order else "told by the dates"
        st.caption(f"{plain(sheet.name or name)} · headings in row {sheet.header_row} · {order}")
        st.table(pa.Table.from_pylist(rows), border="horizontal", hide_index=True, alt=name)
    if edit.is_locked:
        return
    given = st.text_input("Name", name, key=edit.key(f"name-{number}"), max_chars=80)
    with st.container(horizontal=True):
        if given.strip() and given.strip() != name:
            settings_form.act(
                edit,
                "Rename",
                f"rename-{number}",
                lambda click: _renamed(click, name, given.strip(), data),
                f"**{plain(name)} is called {plain(given.strip())} now.**",
            )
        settings_form.act(
            edit,
            "Forget",
            f"forget-{number}",
            lambda click: _told(click, name, None, "forget"),
            f"**{plain(name)} is forgotten.**",
            look="tertiary",
        )


def _renamed(click: Click, name: str, given: str, data: Any) -> acting.Stored:
    _told(click, given, data, "rename")
    return _told(click, name, None, "rename-away")


def _told(click: Click, name: str, data: Any, what: str) -> acting.Stored:
    return commands.remember_layout(
        acting.desk(), name, data, by=click.person, now=clock.now(),
        command_id=click.command_id(what, name),
    )  # fmt: skip


def _row(page: Page, event: Draft) -> dict[str, Any]:
    return {
        "When": formats.moment(to_datetime(event.recorded_us), page.zone),
        "Who": plain(event.actor),
        "Sheet": plain(event.data.get("file", "")),
        **{word.capitalize(): event.data.get(word, 0) for word in VERDICTS},
    }
