"""Forecast: when each open case will finish, who will be late, and how far to believe that."""

from dashboard import ui

page = ui.open_page("Forecast", ("path", "tl"))

ui.forecast.forecast(page)
ui.what_if.what_if(page)
