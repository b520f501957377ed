"""Log: every event as it was written, whether the chain is whole, and the log as a file."""

import streamlit as st

from dashboard import ui

page = ui.open_page("Log")

ui.log.log(page)
left, right = st.columns(2, gap="medium")
with left:
    ui.log_files.verify(page)
with right:
    ui.log_files.export(page)
