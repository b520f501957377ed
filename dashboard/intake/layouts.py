"""Layouts that are remembered: by name, or because they fit a file's headings."""

from collections.abc import Sequence

from dashboard.errors import InputRefused
from dashboard.settings import Settings
from dashboard.sheets.layout import Layout


def remembered(settings: Settings, name: str) -> Layout:
    """The layout of that name. Raises InputRefused."""
    wanted = " ".join(name.split()).casefold()
    for known, data in settings.layouts.items():
        if known.casefold() == wanted:
            return Layout.from_json(data)
    names = ", ".join(settings.layouts) or "none as yet"
    raise InputRefused(
        f"There is no layout {name!r}. Remembered are: {names}. A file with a layout ends in .json."
    )


def fitting(settings: Settings, headings: Sequence[Sequence[str]]) -> str | None:
    """The name of a layout whose columns all stand in one of these headers; the newest first."""
    held = [{" ".join(name.split()).casefold() for name in names} for names in headings]
    for name, data in reversed([*settings.layouts.items()]):
        for sheet in Layout.from_json(data).sheets:
            wanted = {c.header.casefold() for c in sheet.columns if c.field and c.header}
            if wanted and any(wanted <= names for names in held):
                return name
    return None
