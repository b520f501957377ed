"""Throughput: whether we are on time, and whether we keep up."""

import streamlit as st

from dashboard import ui

page = ui.open_page("Throughput", ("period", "path", "tl"))

if not ui.throughput.figures(page):
    st.stop()
if ui.throughput.has_completed(page):
    ui.throughput.cycle_times(page)
    left, right = st.columns(2, gap="medium")
    with left:
        ui.throughput.missed(page)
    with right:
        ui.throughput.kept(page)
    left, right = st.columns(2, gap="medium")
    with left:
        ui.flow.clocks(page)
    with right:
        ui.flow.parts(page)
left, right = st.columns(2, gap="medium")
with left:
    ui.throughput.open_cases(page)
with right:
    ui.throughput.keeping_up(page)
ui.flow.stages(page)
ui.flow.ageing(page)
