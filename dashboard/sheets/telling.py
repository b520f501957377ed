"""What somebody said of columns beforehand, carried out."""

from collections.abc import Sequence
from dataclasses import replace

from dashboard.sheets.layout import Column, checked_field
from dashboard.sheets.paths import named_path
from dashboard.sheets.tables import letters


def told(
    columns: Sequence[Column], fields: Sequence[tuple[str, str]]
) -> tuple[tuple[Column, ...], str | None]:
    """The columns with the fields that were said, and the path, where one was said for all.

    A field that is said of a heading that this sheet does not have changes nothing.
    """
    held = list(columns)
    path: str | None = None
    for name, heading in fields:
        field = checked_field(name)
        at = _place(held, heading)
        if at is None and field == "path" and (way := named_path(heading)):
            path = way.key
        elif at is not None:
            held = [
                replace(column, field=None, sure=True)
                if field and column.field == field and not _is_case(column)
                else column
                for column in held
            ]
            held = _given(held, at, field)
    return tuple(held), path


def _given(held: list[Column], at: int, field: str | None) -> list[Column]:
    """The columns with the field in that place; the name of a case can name the firm too."""
    if _is_case(held[at]) and field in ("firm", "firm_id"):
        return [*held, replace(held[at], field=field, sure=True)]
    return [
        replace(column, field=field, sure=True) if place == at else column
        for place, column in enumerate(held)
    ]


def _is_case(column: Column) -> bool:
    return column.field == "case"


def _place(columns: Sequence[Column], heading: str) -> int | None:
    wanted = " ".join(heading.split()).casefold()
    for at, column in enumerate(columns):
        if column.header and column.header.casefold() == wanted:
            return at
    letter = heading.strip().upper()
    return next((at for at, col in enumerate(columns) if letters(col.place) == letter), None)
