"""SLA report: a month's attainment, its breaches, and what they rest on."""

import streamlit as st

from dashboard import ui

page = ui.open_page("SLA report", ("path", "tl"))

report = ui.sla.report(page)
if report is None:
    st.stop()
ui.sla.figures(report)
ui.sla.summary(report)
ui.sla_breaches.breaches(report)
ui.sla.definitions(page, report)
