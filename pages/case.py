"""Case: where it stands, the one thing to do next, and everything that happened."""

import streamlit as st

from dashboard import ui

page = ui.open_page("Case", with_head=False)
case = ui.open_case(page)

ui.case_head(case)
ui.case_next(case)
ui.case_clock(case)
picked = ui.case_steps(case)
ui.flashed()

left, right = st.columns([3, 2], gap="medium")
with left:
    if picked is None:
        ui.step_form(case)
    else:
        ui.step_record(case, picked)
with right:
    ui.case_messages(case)
    ui.case_side(case)
ui.catch_up_form(case)
ui.case_turns(case)

with st.container(border=True, key="card-history"):
    with st.container(horizontal=True, horizontal_alignment="distribute"):
        st.subheader("What happened", anchor=False, width="content")
        ui.case_menu(case)
    ui.history(case)
