"""Month end: what it does to cases, to each step, and on which days; and until when to submit."""

import streamlit as st

from dashboard import ui
from dashboard.figures.compare import COMPARE
from dashboard.figures.heat import HEAT
from dashboard.figures.month_end import MONTH_END
from dashboard.figures.month_flow import MONTH_FLOW
from dashboard.figures.opening_days import OPENING_DAYS
from dashboard.figures.order_queue import ORDER_QUEUE
from dashboard.figures.pace import PACE_OF_MID_MONTH
from dashboard.figures.safe_hours import SAFE_HOURS

page = ui.open_page("Month end", ("period", "path", "tl"))

if not ui.has_done(page, "step_days", "step"):
    st.stop()
ui.figure(page, MONTH_END)
ui.figure(page, SAFE_HOURS)
ui.month_end_open.meeting(page)
ui.figure(page, OPENING_DAYS)
ui.figure(page, MONTH_FLOW)
ui.figure(page, ORDER_QUEUE)
ui.figure(page, HEAT)
ui.figure(page, COMPARE)
ui.figure(page, PACE_OF_MID_MONTH)
