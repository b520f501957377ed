"""SLA report: a period's attainment, its breaches, what later entries changed, and its files."""

import streamlit as st

from dashboard import ui

page = ui.open_page("SLA report", ("path", "tl"))

report = ui.sla.report(page)
if report is None:
    st.stop()
ui.sla.figures(report)
ui.sla.summary(report)
ui.sla.development(report)
ui.sla_breaches.breaches(report)
ui.sla_changes.changes(page, report)
ui.sla.definitions(report)
