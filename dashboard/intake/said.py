"""What a row says that it is known by: firm, path and submission, whatever file it stands in."""

import hashlib
import json
from collections.abc import Iterable, Sequence
from contextlib import suppress
from itertools import product
from zoneinfo import ZoneInfo

from dashboard.cases import Draft
from dashboard.instants import to_us
from dashboard.intake.moments import Unreadable, read_moment
from dashboard.intake.sheet import Row
from dashboard.sheets.columns import FIRM, FIRM_ID, PATH, STEPS
from dashboard.store.desk import firm_key

UNCLEAR = {"missing_firm": 0, "path": 1, "no_submission": 2}  # the part that a reason takes away
Parts = tuple[str, str, str]


def said(row: Row, reason: str | None, zone: ZoneInfo) -> str:
    """The mark of a rejected row, by what is clear of it; empty if nothing is."""
    parts = list(_parts(row, zone))
    if reason in UNCLEAR:
        parts[UNCLEAR[reason]] = ""
    return _mark((parts[0], parts[1], parts[2])) if any(parts) else ""


def answered(rows: Iterable[Row], events: Sequence[Draft], zone: ZoneInfo) -> list[str]:
    """The marks of rows rejected by earlier imports on which these rows are a later word."""
    standing: set[str] = set()
    for event in events:
        standing -= set(event.data.get("answered", ()))
        told = event.data.get("rejected_rows", ())
        standing |= {row["said"] for row in told if row.get("said")}
    if not standing:
        return []
    return sorted({mark for row in rows for mark in _marks(row, zone) if mark in standing})


def _marks(row: Row, zone: ZoneInfo) -> set[str]:
    """What it may have been known by as long as some of it was not clear."""
    every = product(*({part, ""} for part in _parts(row, zone)))
    return {_mark((firm, path, at)) for firm, path, at in every if firm or path or at}


def _parts(row: Row, zone: ZoneInfo) -> Parts:
    has_firm = row.text(FIRM_ID) or row.text(FIRM)
    firm = firm_key(row.text(FIRM_ID), row.text(FIRM)) if has_firm else ""
    submitted = ""
    with suppress(Unreadable, OverflowError):
        submitted = str(to_us(read_moment(row.text(STEPS[0]), zone, row.order)))
    return firm, row.text(PATH).casefold(), submitted


def _mark(parts: Parts) -> str:
    return hashlib.sha256(json.dumps(parts).encode()).hexdigest()[:16]
