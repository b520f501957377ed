"""People whom trackers name and nobody has entered: offered, and entered once somebody agrees."""

from hashlib import sha256
from typing import Any

import pyarrow as pa
import streamlit as st

from dashboard import clock, commands
from dashboard.intake.strangers import strangers
from dashboard.people import Role
from dashboard.settings import Colleague
from dashboard.ui import acting, settings_form
from dashboard.ui.page import Page
from dashboard.ui.settings_form import ROW_PX, Edit, text
from dashboard.workflows import Party

SUGGESTED = pa.schema(
    {
        "add": pa.bool_(), "name": pa.string(), "parties": pa.list_(pa.string()),
        "cases": pa.int64(),
    }
)  # fmt: skip
COLUMNS: dict[str, Any] = {
    "add": st.column_config.CheckboxColumn("Add", width=60),
    "name": st.column_config.TextColumn("Name", width=220, disabled=True),
    "parties": st.column_config.MultiselectColumn(
        "Parties", options=[str(party) for party in Party], width=300
    ),
    "cases": st.column_config.NumberColumn("Cases", width=70, disabled=True),
}


def suggestions(page: Page) -> None:
    """The names to agree to; nothing is drawn where everybody is known."""
    found = strangers(page.store, page.now)
    if not found or page.person.role is not Role.ADMIN:
        return
    edit = settings_form.begin(page, "suggested", None, "directory")
    with st.container(border=True, key="card-suggested", gap="small"):
        st.subheader("Names in your cases", anchor=False)
        st.caption(
            "These names are in your cases but not among the people below. Check the parties, "
            "clear the names that are not people, and add the rest."
        )
        table = pa.Table.from_pylist([{**row, "add": True} for row in found], schema=SUGGESTED)
        shown = st.data_editor(
            table, key=edit.key(_mark(found)), hide_index=True, num_rows="fixed", row_height=ROW_PX,
            column_config=COLUMNS, alt="Names in your cases that are not among the people",
        )  # fmt: skip
        chosen = [_colleague(row) for row in shown.to_pylist() if row["add"]]
        if chosen:
            _add(edit, chosen)


def _add(edit: Edit, chosen: list[Colleague]) -> None:
    settings = edit.page.store.settings
    n = len(chosen)
    settings_form.act(
        edit,
        f"Add {n:,} {'person' if n == 1 else 'people'}",
        "add",
        lambda click: commands.change_directory(
            acting.desk(), (*settings.people, *chosen), settings.mailboxes, by=click.person,
            now=clock.now(), version=click.version, command_id=click.command_id("add", *chosen),
        ),
        "**People added.** Enter how they sign in and their e-mail addresses below.",
    )  # fmt: skip


def _mark(found: list[dict[str, Any]]) -> str:
    """The table's own key: what was ticked in another is not meant for this one."""
    return sha256("\n".join(row["name"] for row in found).encode()).hexdigest()[:12]


def _colleague(row: dict[str, Any]) -> Colleague:
    chosen = row["parties"] or []
    return Colleague(text(row, "name"), parties=tuple(one for one in Party if one in chosen))
