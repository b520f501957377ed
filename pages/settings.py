"""Settings: what is set for the department, and what a change would do."""

from dashboard import ui

page = ui.open_page("Settings")

ui.settings(page)
