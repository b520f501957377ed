"""The charts of the workbook, which the spreadsheet program draws from the cells."""

from typing import TYPE_CHECKING, Any

from dashboard.charts import TOKENS
from dashboard.locales import cell_formats
from dashboard.reports.drawing import colours

if TYPE_CHECKING:
    from xlsxwriter import Workbook
    from xlsxwriter.worksheet import Worksheet

GAP, HEIGHT = 2, 20  # rows
SIZE = {"width": 620, "height": 360}
QUIET = {"line": {"none": True}}


def insert(book: "Workbook", sheet: "Worksheet", end: int, months: int) -> None:
    """Attainment and percentiles by month, below the table of months that ends before `end`."""
    if not months:
        return
    rows = (end - months, end - 1)
    by_month = [
        _chart(book, "SLA met by month", "share of completed cases", [
            _column(rows, 2, "on time"), _column(rows, 3, "at risk"), _column(rows, 4, "done"),
        ], "column", "0%", most=1),
        _chart(book, "Time to completion by month", "business days", [
            _line(rows, 5, "ink"), _line(rows, 6, "accent"), _line(rows, 7, "muted"),
        ], "line", "0.0"),
    ]  # fmt: skip
    for number, chart in enumerate(by_month):
        sheet.insert_chart(end + 1, 7 * number, chart, {"object_position": 2})


def _chart(
    book: "Workbook", title: str, unit: str, series: list[dict[str, Any]], kind: str,
    number_format: str, most: float | None = None,
) -> Any:  # fmt: skip
    chart = book.add_chart({"type": kind})
    if chart is None:
        raise ValueError(f"There is no chart of type {kind}.")
    for one in series:
        chart.add_series(one)
    grid = {"visible": True, "line": {"color": colours()["borderColor"]}}
    chart.set_title({"name": title, "name_font": {"size": 13}})
    chart.set_x_axis(
        {"num_format": cell_formats()["month"], "text_axis": True, "line": {"none": True}}
    )
    chart.set_y_axis({
        "name": unit, "num_format": number_format, "min": 0, "max": most, "major_gridlines": grid,
        "line": {"none": True}, "name_font": {"bold": False},
    })  # fmt: skip
    chart.set_legend({"position": "bottom"})
    chart.set_size(SIZE)
    return chart


def _column(rows: tuple[int, int], column: int, token: str) -> dict[str, Any]:
    return {**_series(rows, column), "fill": {"color": _colour(token)}, "gap": 60}


def _line(rows: tuple[int, int], column: int, token: str) -> dict[str, Any]:
    colour = {"color": _colour(token)}
    marker = {"type": "circle", "size": 5, "fill": colour, "border": colour}
    return {**_series(rows, column), "line": {**colour, "width": 2}, "marker": marker}


def _series(rows: tuple[int, int], column: int) -> dict[str, Any]:
    """A column of the table of months, named by its heading."""
    first, last = rows
    return {
        "name": ["Summary", first - 1, column],
        "categories": ["Summary", first, 0, last, 0],
        "values": ["Summary", first, column, last, column],
    }


def _colour(token: str) -> str:
    return colours()["chartCategoricalColors"][TOKENS.index(token)]
