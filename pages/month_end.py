"""Month end: what it does to cases, to each step, and on which days; and until when to submit."""

import streamlit as st

from dashboard import ui

page = ui.open_page("Month end", ("period", "path", "tl"))

if not ui.month_end.headline(page):
    st.stop()
ui.month_end_flow.safe_hours(page)
ui.month_end_open.meeting(page)
ui.month_end.opening_days(page)
ui.month_end_flow.flow(page)
ui.month_end_flow.queue(page)
ui.month_end.heat(page)
ui.month_end.compare(page)
ui.month_end_flow.pace(page)
