"""Ticked cases to another team leader, all at once."""

from collections.abc import Sequence

import streamlit as st

from dashboard import clock, commands
from dashboard.ui import acting, press, tables
from dashboard.ui.acting import Click
from dashboard.ui.page import Page
from dashboard.ui.words import plain


def offer(page: Page, chosen: Sequence[str], scope: str) -> None:
    """Give the ticked cases to somebody; only whoever leads may."""
    if not page.person.leads or not chosen:
        return
    click = Click(f"reassign-{scope}", page.person, page.zone, version=page.store.position)
    count = f"{len(chosen)} case" if len(chosen) == 1 else f"{len(chosen)} cases"
    acting.show_refusal(click.scope)
    with st.popover(f"Reassign {count}", icon=":material/person_add:", key=f"{click.scope}-open"):
        leaders = page.store.run("people_named", now=page.now, party="Team leader")
        named = leaders["name"].to_pylist()
        with st.form(f"form-{click.scope}", border=False):
            st.selectbox(
                "Reassign to", sorted({*named, page.person.name}), None,
                key=f"{click.scope}-name", accept_new_options=True,
                placeholder="Choose or enter a name",
            )  # fmt: skip
            press.submit(
                "Reassign",
                _reassign,
                click,
                tuple(chosen),
                scope,
                type="primary",
                key=f"{click.scope}-do",
            )


def _reassign(click: Click, chosen: tuple[str, ...], scope: str) -> None:
    name = st.session_state.get(f"{click.scope}-name") or ""
    count = f"{len(chosen)} case" if len(chosen) == 1 else f"{len(chosen)} cases"
    if acting.attempt(
        click, "reassign.reassign",
        lambda: commands.assign_cases(
            acting.desk(), chosen, name, by=click.person, now=clock.now(),
            command_id=click.command_id("assign", chosen, name),
        ),
        lambda _: f"**{count} reassigned to {plain(name)}.**",
    ):  # fmt: skip
        tables.choose_none(scope)
        st.session_state.pop(f"{click.scope}-name", None)
