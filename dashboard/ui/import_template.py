"""The button that downloads a blank tracker."""

from collections.abc import Sequence

from dashboard.catalogue import Product
from dashboard.intake.template import template
from dashboard.ui import cards


def button(key: str, catalogue: Sequence[Product]) -> None:
    """A blank tracker with the department's products, made when it is asked for."""
    cards.file(
        "Download a template",
        lambda: template(catalogue),
        "tracker_template.xlsx",
        cards.XLSX,
        key,
        about="A workbook with a sheet for each path, drop-downs and an example.",
    )
