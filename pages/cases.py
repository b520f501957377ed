"""Cases: every case there is or was, found by what is known of it."""

from dashboard import ui

page = ui.open_page("Cases", ("state", "path", "step", "party", "tl", "late"))

ui.case_list(page)
