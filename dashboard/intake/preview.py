"""The first rows of a tracker as they were understood, for somebody to look at."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from dashboard.instants import to_us
from dashboard.intake.days import Days
from dashboard.intake.refusals import RowRefused
from dashboard.intake.rows import understand
from dashboard.intake.sheet import Sheet
from dashboard.intake.taking import zone_of
from dashboard.settings import Settings
from dashboard.sheets.columns import FIRM, FIRM_ID


@dataclass(frozen=True, slots=True)
class Shown:
    """One row as it was understood: firm, path, and of each step the instant and the day alone."""

    sheet: str
    row: int
    firm: str
    path: str
    steps: tuple[tuple[int, bool], ...]


def preview(sheet: Sheet, settings: Settings, now: datetime, most: int) -> Sequence[Shown]:
    """So many rows, without those that cannot be taken."""
    days = Days(settings.calendar, zone_of(settings.calendar.zone), now)
    shown: list[Shown] = []
    for row in sheet.rows:
        if len(shown) == most:
            break
        try:
            item = understand(row, days)
        except RowRefused:
            continue
        steps = zip(map(to_us, item.times), (bool(told.day) for told in item.told), strict=True)
        firm = row.text(FIRM) or row.text(FIRM_ID)
        shown.append(Shown(row.sheet, row.number, firm, item.workflow.short, tuple(steps)))
    return shown
