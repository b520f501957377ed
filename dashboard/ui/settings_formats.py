"""The section of how dates and times are written."""

import streamlit as st

from dashboard import clock, commands, formats
from dashboard.locales import Locale, Reader, read_by
from dashboard.ui import acting, settings_form
from dashboard.ui.page import Page

LABELS = {Locale.US: "English (US)", Locale.UK: "English (UK)", Locale.ISO: "ISO 8601"}


def formats_section(page: Page) -> None:
    """The locale of the department, with what now looks like in each."""
    held = page.store.settings.locale
    edit = settings_form.begin(page, "formats", held)
    with st.container(border=True, key="card-formats", gap="small"):
        st.subheader("Dates and times", anchor=False)
        st.caption("On pages, in charts, reports and messages.")
        chosen = st.radio(
            "Dates and times",
            list(Locale),
            list(Locale).index(edit.began),
            format_func=LABELS.__getitem__,
            captions=[_example(page, locale) for locale in Locale],
            key=edit.key("locale"),
            disabled=edit.is_locked,
            label_visibility="collapsed",
            persist_state="session",
        )
    settings_form.heed_others(edit, held, is_touched=chosen != edit.began)
    settings_form.save(
        edit,
        "Save formats",
        lambda click: commands.change_locale(
            acting.desk(),
            chosen,
            by=click.person,
            now=clock.now(),
            version=click.version,
            command_id=click.command_id("save", chosen),
        ),
        "**Dates and times are written the new way.**",
        ready=chosen != edit.began,
    )


def _example(page: Page, locale: Locale) -> str:
    with read_by(Reader(locale, page.today)):
        return formats.moment(page.now, page.zone)
