"""The command that remembers how trackers with certain headings are read, or forgets it."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from dashboard.commands.drafting import Deed, Entry, Stored, name_given
from dashboard.commands.settling import enact
from dashboard.errors import InputRefused
from dashboard.people import Person, require
from dashboard.sheets.layout import Layout
from dashboard.sheets.refusals import NotATable
from dashboard.store import Desk

MOST_LAYOUTS = 100
REFUSED = "The layout was not remembered"


def remember_layout(
    desk: Desk,
    name: str,
    layout: Mapping[str, Any] | None,
    *,
    by: Person,
    now: datetime,
    command_id: str | None = None,
) -> Stored:
    """Remember a layout, as `Layout.as_json` gives it, under a name; None forgets it.

    Raises NotAllowed, InputRefused (no name, no layout, no such name to forget, too many).
    """
    require(by, by.leads, "remember a layout", "a team leader")
    deed = Deed(by, now, None, None, None, command_id)

    def decide() -> Entry:
        known = desk.settings.layouts
        if layout is None and name not in known:
            raise InputRefused(f"There is no layout {name!r} to forget.")
        given = name_given(name, REFUSED, "its name")
        if layout is not None and given not in known and len(known) >= MOST_LAYOUTS:
            raise InputRefused(f"{REFUSED}: there are {len(known)} already. Forget one first.")
        data = None if layout is None else _checked(layout)
        return Entry("layout_remembered", deed.now_us, {"name": given, "layout": data})

    return enact(desk, "settings", deed, decide)


def _checked(layout: Mapping[str, Any]) -> dict[str, Any]:
    try:
        return Layout.from_json(layout).as_json()
    except NotATable as error:
        raise InputRefused(f"{REFUSED}: {error}") from error
