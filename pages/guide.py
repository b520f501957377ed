"""Guide: the two workflows as the department reads them, and what to keep in mind."""

import streamlit as st

from dashboard import ui

page = ui.open_page("Guide")

steps, rest = st.columns([3, 2], gap="medium")
with steps:
    ui.guide.workflows()
with rest:
    ui.guide.hot_topics(page.store)
    ui.guide.considerations()
    ui.guide.products(page.store)
    ui.guide.feedback(page)
ui.guide.words(page)
