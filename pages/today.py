"""Today: the next thing to do, within a second."""

from dashboard import ui

page = ui.open_page("Today", ("path", "tl", "mine"))

if ui.queue.is_for(page):
    ui.queue.queue(page)
else:
    ui.today.figures(page)
    ui.today.month_end_warning(page)
    ui.today.worklist(page)
ui.queue.week(page)
ui.today.groups(page)
