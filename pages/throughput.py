"""Throughput: whether we are on time, and whether we keep up."""

import streamlit as st

from dashboard import ui
from dashboard.figures.ageing import AGEING
from dashboard.figures.at_a_glance import AT_A_GLANCE
from dashboard.figures.clocks import TWO_CLOCKS
from dashboard.figures.keeping_up import KEEPING_UP
from dashboard.figures.kept import KEPT
from dashboard.figures.missed import MISSED
from dashboard.figures.open_cases import OPEN_CASES
from dashboard.figures.parts import PARTS
from dashboard.figures.stages import STAGES
from dashboard.figures.trend import TREND

page = ui.open_page("Throughput", ("period", "path", "tl"))

if not ui.has_case(page):
    st.stop()
ui.figure(page, AT_A_GLANCE)
if ui.has_completed(page):
    ui.figure(page, TREND)
    left, right = st.columns(2, gap="medium")
    with left:
        ui.figure(page, MISSED)
    with right:
        ui.figure(page, KEPT)
    left, right = st.columns(2, gap="medium")
    with left:
        ui.figure(page, TWO_CLOCKS)
    with right:
        ui.figure(page, PARTS)
left, right = st.columns(2, gap="medium")
with left:
    ui.figure(page, OPEN_CASES)
with right:
    ui.figure(page, KEEPING_UP)
ui.figure(page, STAGES)
ui.figure(page, AGEING)
