"""A workbook in the making: cells of their own type, and texts that are only ever texts.

Dates and times are those of one zone, and shown as the reader writes them. The same content gives
the same file, byte for byte.
"""

import io
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

import pyarrow as pa

from dashboard.locales import cell_formats

if TYPE_CHECKING:
    from xlsxwriter.worksheet import Worksheet

Row = Mapping[str, Any]

# No formula, link or number is made out of a text, whatever it looks like.
OPTIONS = {
    "in_memory": True,
    "strings_to_formulas": False,
    "strings_to_urls": False,
    "strings_to_numbers": False,
    "nan_inf_to_errors": False,
}
FORMATS: dict[str, Mapping[str, Any]] = {
    "text": {"valign": "top"},
    "wrapped": {"valign": "top", "text_wrap": True},
    "head": {"bold": True, "text_wrap": True, "valign": "bottom", "bottom": 1,
             "bg_color": "#F6F7F9"},
    "title": {"bold": True, "font_size": 16},
    "bold": {"bold": True, "valign": "top"},
    "count": {"num_format": "#,##0", "valign": "top"},
    "number": {"num_format": "0.00", "valign": "top"},
    "share": {"num_format": "0%", "valign": "top"},
    # a fraction of 24 hours, as spreadsheets have durations
    "duration": {"num_format": "[h]:mm", "valign": "top"},
}  # fmt: skip
DAY_MINUTES = 24 * 60
MIDNIGHT = datetime.min.time()
WIDEST = 60  # characters
LINE = 15.0  # points
Value = str | float | datetime | date | None


@dataclass(frozen=True, slots=True)
class Column:
    """A column of a sheet: its heading, how it is written, and its value in a row."""

    head: str
    kind: str
    value: Callable[[Row], Any]
    width: float = 12


class Book:
    """A workbook in the making."""

    def __init__(self, zone: str, created: datetime) -> None:
        import xlsxwriter

        self._bytes = io.BytesIO()
        self.file = xlsxwriter.Workbook(self._bytes, OPTIONS)
        self.file.set_properties({
            "author": "Changeover", "created": created.astimezone(UTC).replace(tzinfo=None)
        })  # fmt: skip
        dates = {
            kind: {"num_format": form, "valign": "top"} for kind, form in cell_formats().items()
        }
        self.formats = {
            name: self.file.add_format(dict(what)) for name, what in (FORMATS | dates).items()
        }
        self._zone = ZoneInfo(zone)

    def sheet(self, name: str) -> "Worksheet":
        """A new, empty sheet that prints on one page's width."""
        sheet = self.file.add_worksheet(name)
        sheet.set_landscape()
        sheet.fit_to_pages(1, 0)
        return sheet

    def write(self, sheet: "Worksheet", row: int, column: int, kind: str, value: Any) -> None:
        """One cell, of the type that its value has."""
        style = self.formats[kind]
        match value:
            case None | "":
                sheet.write_blank(row, column, None, style)
            case bool():
                sheet.write_string(row, column, "yes" if value else "no", self.formats["text"])
            case datetime():
                local = value.astimezone(self._zone) if value.tzinfo else value
                sheet.write_datetime(row, column, local.replace(tzinfo=None), style)
            case date():
                sheet.write_datetime(row, column, datetime.combine(value, MIDNIGHT), style)
            case int() | float():
                sheet.write_number(row, column, value, style)
            case _:
                sheet.write_string(row, column, str(value), style)

    def table(
        self, sheet: "Worksheet", top: int, columns: Sequence[Column], rows: Sequence[Row]
    ) -> int:
        """Headings and rows from row `top` on; returns the row after them."""
        sheet.set_row(top, 4 * LINE)
        for number, column in enumerate(columns):
            sheet.set_column(number, number, column.width)
            sheet.write_string(top, number, column.head, self.formats["head"])
        for place, row in enumerate(rows, start=top + 1):
            for number, column in enumerate(columns):
                self.write(sheet, place, number, column.kind, column.value(row))
        return top + 1 + len(rows)

    def listing(self, name: str, columns: Sequence[Column], rows: Sequence[Row]) -> None:
        """A sheet that is one table, with its head in sight and a filter on each column."""
        sheet = self.sheet(name)
        end = self.table(sheet, 0, columns, rows)
        sheet.freeze_panes(1, 2)
        sheet.repeat_rows(0)
        sheet.autofilter(0, 0, max(end - 1, 1), len(columns) - 1)

    def content(self) -> bytes:
        """The finished file."""
        self.file.close()
        return self._bytes.getvalue()


def sheet_of(table: pa.Table, zone: str, created: datetime) -> bytes:
    """Any table as a workbook of one sheet, exactly as it is, each cell of its type."""
    book = Book(zone, created)
    columns = [_of_field(field, zone) for field in table.schema]
    book.listing("Table", columns, table.to_pylist())
    return book.content()


def _of_field(field: pa.Field, zone: str) -> Column:
    """A column of any table, as its type has it."""
    kinds = {
        "instant": pa.types.is_timestamp, "date": pa.types.is_date,
        "count": pa.types.is_integer, "number": pa.types.is_floating,
    }  # fmt: skip
    kind = next((name for name, fits in kinds.items() if fits(field.type)), "text")
    head = f"{field.name} ({zone})" if kind == "instant" else field.name
    return Column(head, kind, lambda row: row[field.name], min(len(head) + 12, WIDEST))
