"""Bottlenecks: where the time goes, and what would change if a step ran at its best."""

from dashboard import ui
from dashboard.figures.best_quarter import BEST_QUARTER
from dashboard.figures.bottleneck import BOTTLENECK
from dashboard.figures.budgets import BUDGETS
from dashboard.figures.parties import PARTIES
from dashboard.figures.slowest import SLOWEST
from dashboard.figures.steps import STEPS

page = ui.open_page("Bottlenecks", ("period", "path", "tl"))

if ui.has_done(page, "step_spread", "case"):
    ui.figure(page, BOTTLENECK)
    ui.figure(page, STEPS)
    ui.figure(page, PARTIES)
    ui.figure(page, BUDGETS)
    ui.figure(page, BEST_QUARTER)
    ui.figure(page, SLOWEST)
