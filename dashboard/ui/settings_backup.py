"""The section of what leaves whole: a backup, how to have one every day, and data for analysts."""

from shutil import copyfileobj
from typing import IO

import streamlit as st

from dashboard.files.aside import temporary_folder
from dashboard.people import Role
from dashboard.store.snapshot import to_duckdb
from dashboard.ui import made_files
from dashboard.ui.made_files import Told, Wanted
from dashboard.ui.page import Page

SNAPSHOT = "python -m dashboard snapshot -o model.duckdb"
DAILY = "python -m dashboard backup /var/backups/changeover/log.backup"


def backup_section(page: Page) -> None:
    """One file with everything: an administrator's, for it holds personal details."""
    if page.person.role is not Role.ADMIN:
        st.caption(":material/lock: Only administrators can make backups.")
        return
    with st.container(border=True, key="card-backup", gap="small"):
        st.subheader("Back up now", anchor=False)
        st.markdown(
            "A copy of the current log, fully checked, while everyone keeps working. It is one "
            "file with everything in it, **personal details included**. Store it where only "
            "administrators can reach it."
        )

        def make(file: IO[bytes], told: Told) -> None:
            with temporary_folder() as folder:
                place = folder / "backup"
                page.store.backup(place, told)
                with place.open("rb") as copy:
                    copyfileobj(copy, file)

        made_files.offer(
            Wanted(
                f"changeover_{page.today}.backup", "application/octet-stream", "Create backup",
                "events", make, DAILY, page.person.actor,
            ),
            "backup-file",
        )  # fmt: skip
    _for_analysts(page)
    with st.container(border=True, key="card-backup-daily", gap="small"):
        st.subheader("Daily backups", anchor=False)
        st.markdown("On the server, from cron or a systemd timer, while the application serves:")
        st.code(DAILY, language=None, wrap_lines=True)
        st.markdown("To restore a backup into an empty log:")
        st.code("python -m dashboard restore FILE --db NEW.duckdb", language=None, wrap_lines=True)


def _for_analysts(page: Page) -> None:
    with st.container(border=True, key="card-snapshot", gap="small"):
        st.subheader("Data for analysts", anchor=False)
        st.markdown(
            "The cases, steps, and figures as a DuckDB file for DBeaver, Metabase, Power BI, or "
            "pandas. It leaves out contact details and free text."
        )

        def put(file: IO[bytes], _told: Told) -> None:
            with temporary_folder() as folder:
                to_duckdb(page.store, folder / "snapshot", page.now)
                with (folder / "snapshot").open("rb") as copy:
                    copyfileobj(copy, file)

        made_files.offer(
            Wanted(
                f"changeover_{page.today}.duckdb", "application/octet-stream", "Create data file",
                "tables", put, SNAPSHOT, page.person.actor,
            ),
            "snapshot-file",
        )  # fmt: skip
