"""New case: the cancellation form, and what its date means."""

from dashboard import ui

page = ui.open_page("New case")

ui.new_case(page)
