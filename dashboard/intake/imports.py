"""The record of an import: which file, how it was read, and which tracker it goes on."""

import hashlib
import json
from collections.abc import Iterable, Sequence

from dashboard.cases import Draft
from dashboard.intake.row import Row
from dashboard.sheets.columns import FIRM, FIRM_ID, PATH, STEPS

MOST_MARKS = 48


def marks(rows: Iterable[Row]) -> list[str]:
    """Marks of a tracker's rows, few of many: two sheets that share rows share some of them."""
    found: set[str] = set()
    for row in rows:
        told = [row.text(column).casefold() for column in (FIRM_ID, FIRM, PATH, STEPS[0])]
        if any(told):
            found.add(hashlib.sha256(json.dumps(told).encode()).hexdigest()[:12])
    return sorted(found)[:MOST_MARKS]


def tracker_of(events: Sequence[Draft], file: str, own: Sequence[str]) -> str:
    """Which tracker a file goes on: an earlier one of its name that has rows of it, or a new one.

    Two team leaders may each call theirs tracker.csv.
    """
    named = [event.data for event in events if event.data.get("file") == file]
    trackers = list(dict.fromkeys(str(data.get("tracker", file)) for data in named))
    for data in reversed(named):
        theirs = data.get("marks")
        if not theirs or not own or not set(own).isdisjoint(theirs):
            return str(data.get("tracker", file))
    return f"{file} #{len(trackers) + 1}" if trackers else file
