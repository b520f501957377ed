"""What pages share: the guard, the head, filters, cards, tables, forms. Only here is Streamlit.

Every page begins with `page = ui.open_page(…)`.
"""

from dashboard.ui import (
    forecast,
    guide,
    log,
    log_files,
    month_end_open,
    queue,
    sla,
    sla_breaches,
    sla_changes,
    today,
    what_if,
)
from dashboard.ui.cards import card, chart, download, empty, figure_row, refused, saved
from dashboard.ui.case_history import history
from dashboard.ui.case_lists import case_list
from dashboard.ui.case_menu import case_menu
from dashboard.ui.case_next import case_next
from dashboard.ui.case_page import case_clock, case_head, case_steps, case_turns, step_record
from dashboard.ui.case_side import case_side
from dashboard.ui.case_view import open_case
from dashboard.ui.catch_up_form import catch_up_form
from dashboard.ui.figure_card import draw as figure
from dashboard.ui.filtered import has_case, has_completed, has_done
from dashboard.ui.messages import case_messages
from dashboard.ui.navigation import enter, run
from dashboard.ui.new_case_form import new_case
from dashboard.ui.page import Page, open_page
from dashboard.ui.serving import MIDDLEWARE, lifespan
from dashboard.ui.settings_page import settings
from dashboard.ui.step_form import step_form
from dashboard.ui.undo import flashed

__all__ = [
    "MIDDLEWARE",
    "Page",
    "card",
    "case_clock",
    "case_head",
    "case_list",
    "case_menu",
    "case_messages",
    "case_next",
    "case_side",
    "case_steps",
    "case_turns",
    "catch_up_form",
    "chart",
    "download",
    "empty",
    "enter",
    "figure",
    "figure_row",
    "flashed",
    "forecast",
    "guide",
    "has_case",
    "has_completed",
    "has_done",
    "history",
    "lifespan",
    "log",
    "log_files",
    "month_end_open",
    "new_case",
    "open_case",
    "open_page",
    "queue",
    "refused",
    "run",
    "saved",
    "settings",
    "sla",
    "sla_breaches",
    "sla_changes",
    "step_form",
    "step_record",
    "today",
    "what_if",
]
