"""Bottlenecks: where the time goes, and what would change if a step ran at its best."""

from dashboard import ui

page = ui.open_page("Bottlenecks", ("period", "path", "tl"))

if ui.bottlenecks.headline(page):
    ui.bottlenecks.steps(page)
    ui.bottlenecks.parties(page)
    ui.bottlenecks.budgets(page)
    ui.bottlenecks.best_quarter(page)
    ui.bottlenecks.slowest(page)
