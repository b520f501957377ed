"""The sections that are tables: the catalogue of products; people and mailboxes."""

from typing import Any

import pyarrow as pa
import streamlit as st

from dashboard import clock, commands
from dashboard.catalogue import Product
from dashboard.people import Role
from dashboard.settings import MAILBOXES, Colleague
from dashboard.ui import acting, guard, settings_form, settings_suggested, sign_in
from dashboard.ui.page import Page
from dashboard.ui.settings_form import Edit, text
from dashboard.workflows import Party

PRODUCTS = pa.schema(
    {"name": pa.string(), "family": pa.string(), "is_addon": pa.bool_(), "limitation": pa.string()}
)
PEOPLE = pa.schema(
    {
        "name": pa.string(), "sign_in": pa.string(), "email": pa.string(),
        "parties": pa.list_(pa.string()), "role": pa.string(),
    }
)  # fmt: skip


def catalogue_section(page: Page) -> None:
    """Products with their family, and what a trial licence of each cannot do."""
    held = page.store.settings.catalogue
    edit = settings_form.begin(page, "catalogue", held)
    st.caption(
        "Products appear in this order. Add-ons are for Virtual Office only. Trial limitations "
        "are shown on New case and in the Guide."
    )
    columns: dict[str, Any] = {
        "name": st.column_config.TextColumn("Product", required=True, width=220),
        "family": st.column_config.TextColumn("Family", required=True, width=180),
        "is_addon": st.column_config.CheckboxColumn("Add-on", default=False, width=80),
        "limitation": st.column_config.TextColumn("Limitation of the trial license", width=460),
    }
    table = pa.Table.from_pylist(
        [{name: getattr(item, name) for name in PRODUCTS.names} for item in edit.began],
        schema=PRODUCTS,
    )
    typed = tuple(
        Product(
            text(row, "name"), text(row, "family"), bool(row["is_addon"]), text(row, "limitation")
        )
        for row in settings_form.rows(edit, table, "products", columns, "Product catalog")
    )
    settings_form.heed_others(edit, held, is_touched=typed != edit.began)
    settings_form.save(
        edit, "Save catalog",
        lambda click: commands.change_catalogue(
            acting.desk(), typed, by=click.person, now=clock.now(), version=click.version,
            command_id=click.command_id("save", typed),
        ),
        "**Catalog saved.**", ready=typed != edit.began,
    )  # fmt: skip


def people_section(page: Page) -> None:
    """People as trackers name them, with how they sign in; and the mailboxes of parties."""
    settings = page.store.settings
    held = (
        settings.people,
        tuple((party, settings.mailboxes.get(party, "")) for party in MAILBOXES),
    )
    edit = settings_form.begin(page, "people", held, "directory")
    boxes = _mailboxes(edit)
    settings_suggested.suggestions(page)
    st.subheader("People", anchor=False)
    st.caption(
        "Enter the name as it appears in trackers, and how the person signs in. Messages and "
        "digests go to the e-mail address. The role is only a note: roles are granted in "
        "secrets.toml."
    )
    typed = tuple(_colleague(row) for row in _people(edit))
    is_new = (typed, boxes) != edit.began
    settings_form.heed_others(edit, held, is_touched=is_new)
    settings_form.save(
        edit, "Save people and mailboxes",
        lambda click: commands.change_directory(
            acting.desk(), typed, dict(boxes), by=click.person, now=clock.now(),
            version=click.version, command_id=click.command_id("save", typed, boxes),
        ),
        "**People and mailboxes saved.**", ready=is_new,
    )  # fmt: skip
    _sessions(edit)


def _sessions(edit: Edit) -> None:
    """The way to have somebody sign in again, wherever they are signed in."""
    if edit.is_locked or not guard.SET_UP.is_set():
        return
    with st.container(border=True, key="card-sessions", gap="small"):
        st.subheader("Sessions", anchor=False)
        st.caption(
            "Removing a role in secrets.toml signs that person out at once. Use this to end all "
            "open sessions, such as after losing a laptop, until the next sign-in."
        )
        chosen = st.selectbox(
            "End all sessions of", sign_in.addresses(), None, key=edit.key("sessions-of"),
            placeholder="E-mail address", width=400,
        )  # fmt: skip
        settings_form.act(
            edit, "End all sessions", "end-sessions",
            lambda click: commands.end_sessions(
                acting.desk(), chosen or "", sign_in.mark_of(chosen or ""), by=click.person,
                now=clock.now(), before=clock.issuers_now(),
                command_id=click.command_id("end-sessions", chosen),
            ),
            "**All sessions ended.** That person must sign in again.",
        )  # fmt: skip


def _mailboxes(edit: Edit) -> tuple[tuple[Party, str], ...]:
    with st.container(border=True, key="card-mailboxes", gap="small"):
        st.subheader("Mailboxes", anchor=False)
        st.caption("Parties reached at one shared address.")
        typed = []
        with st.grid(len(MAILBOXES), min_column_width=220, gap="small") as grid:
            for party, email in edit.began[1]:
                with grid.cell():
                    address = st.text_input(
                        str(party), email, key=edit.key(party.name), disabled=edit.is_locked,
                        placeholder="team@firm.com", persist_state="session",
                    )  # fmt: skip
                typed.append((party, (address or "").strip()))
    return tuple(typed)


def _people(edit: Edit) -> list[Any]:
    columns: dict[str, Any] = {
        "name": st.column_config.TextColumn("Name", required=True, width=180),
        "sign_in": st.column_config.TextColumn("Signs in as", width=200),
        "email": st.column_config.TextColumn("E-mail", width=220),
        "parties": st.column_config.MultiselectColumn(
            "Parties", options=[str(party) for party in Party], width=260
        ),
        "role": st.column_config.SelectboxColumn(
            "Role", options=[str(role) for role in Role], width=100
        ),
    }
    table = pa.Table.from_pylist(
        [
            {
                "name": item.name, "sign_in": item.sign_in, "email": item.email,
                "parties": [str(party) for party in item.parties],
                "role": str(item.role) if item.role else None,
            }
            for item in edit.began[0]
        ],
        schema=PEOPLE,
    )  # fmt: skip
    return settings_form.rows(edit, table, "people", columns, "People")


def _colleague(row: dict[str, Any]) -> Colleague:
    chosen = row["parties"] or []
    role = text(row, "role")
    return Colleague(
        text(row, "name"), text(row, "sign_in"), text(row, "email"),
        tuple(party for party in Party if party in chosen), Role(role) if role else None,
    )  # fmt: skip
