"""One row understood: the firm, the path, the steps' times; or the first reason why not."""

import re
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from itertools import pairwise
from zoneinfo import ZoneInfo

from dashboard.intake.moments import Unreadable, read_moment
from dashboard.intake.refusals import RowRefused
from dashboard.intake.sheet import EMPTY, Row
from dashboard.sheets.columns import FIRM, FIRM_ID, PATH, PRODUCTS, STEPS
from dashboard.workflows import WORKFLOWS, Workflow

WORD = re.compile(r"[^\W_]+")
BETWEEN_PRODUCTS = re.compile(r"[,;|\n]")
LONGEST_QUOTE = 60


@dataclass(frozen=True, slots=True)
class Understood:
    """What a row says for certain. `times` are those of steps 1, 2, 3 … as far as it goes."""

    row: Row
    workflow: Workflow
    times: tuple[datetime, ...]
    products: tuple[str, ...]  # as the sheet spells them


def understand(row: Row, zone: ZoneInfo, now: datetime) -> Understood:
    """The row as a case. Raises RowRefused with the first reason that applies.

    Only `conflict` comes later: it needs the case that is there already.
    """
    if not row.text(FIRM_ID) and not row.text(FIRM):
        raise RowRefused(
            "missing_firm", f"{FIRM_ID} and {FIRM} are both empty: fill in at least one of them."
        )
    workflow = _path(row)
    moments = _moments(row, zone)
    if 1 not in moments:
        raise RowRefused(
            "no_submission",
            f"{STEPS[0]} is empty: fill in when the cancellation form was submitted.",
        )
    _check_count(row, workflow, moments)
    _check_gap(row, moments)
    _check_order(row, moments)
    _check_future(row, moments, now)
    products = _products(row)
    if workflow.products_required and not products:
        raise RowRefused(
            "no_products",
            f"{PRODUCTS} is empty, but {shown(row, PATH)} needs the products that are to be "
            "migrated: fill in at least one.",
        )
    return Understood(row, workflow, tuple(moments.values()), products)


def latest_moment(row: Row, zone: ZoneInfo) -> datetime | None:
    """The latest step time that can be read, whatever else is wrong: it tells the row's period."""
    found: list[datetime] = []
    for column in STEPS:
        with suppress(Unreadable):
            if row.text(column):
                found.append(read_moment(row.text(column), zone))
    return max(found, default=None)


def shown(row: Row, column: str) -> str:
    """A column with what stands in it, for a sentence."""
    text = row.text(column)
    return f"{column} ({text if len(text) <= LONGEST_QUOTE else text[:LONGEST_QUOTE] + '…'})"


def _path(row: Row) -> Workflow:
    """The path whose spelling the words begin with, if they do not name the other one too."""
    words = WORD.findall(row.text(PATH).casefold())
    named = [path for path in WORKFLOWS.values() if _places(words, path)]
    if len(named) == 1 and 0 in _places(words, named[0]):
        return named[0]
    ways = " or ".join(path.short for path in WORKFLOWS.values())
    what = "is empty" if not row.text(PATH) else "does not say which one of the paths it is"
    raise RowRefused(
        "path", f"{shown(row, PATH) if row.text(PATH) else PATH} {what}: write {ways}."
    )


def _places(words: list[str], path: Workflow) -> set[int]:
    """Where in the words a spelling of the path begins."""
    spellings = [WORD.findall(spelling) for spelling in path.spellings]
    return {
        place
        for place in range(len(words))
        for spelling in spellings
        if words[place : place + len(spelling)] == spelling
    }


def _moments(row: Row, zone: ZoneInfo) -> dict[int, datetime]:
    """The times of the steps that have one, by step, in order of the steps."""
    moments = {}
    for number, column in enumerate(STEPS, start=1):
        if text := row.text(column):
            try:
                moments[number] = read_moment(text, zone)
            except Unreadable as wrong:
                raise RowRefused("bad_date", f"{shown(row, column)} {wrong}") from wrong
    return moments


def _check_count(row: Row, workflow: Workflow, moments: Mapping[int, datetime]) -> None:
    beyond = [number for number in moments if number > workflow.last]
    if beyond:
        filled = ", ".join(shown(row, STEPS[number - 1]) for number in beyond)
        raise RowRefused(
            "too_many_steps",
            f"{filled} must be empty, since {shown(row, PATH)} ends with step {workflow.last}: "
            f"empty it, or mend {PATH}.",
        )


def _check_gap(row: Row, moments: Mapping[int, datetime]) -> None:
    for before, after in pairwise(moments):
        if after > before + 1:
            raise RowRefused(
                "gap",
                f"{STEPS[before]} is empty, but {shown(row, STEPS[after - 1])} is filled in and no "
                f"step can be skipped: fill in {STEPS[before]}, or empty what follows it.",
            )


def _check_order(row: Row, moments: Mapping[int, datetime]) -> None:
    for before, after in pairwise(moments):
        if moments[after] < moments[before]:
            raise RowRefused(
                "order",
                f"{shown(row, STEPS[after - 1])} lies before {shown(row, STEPS[before - 1])}, "
                "which comes first: mend the one that is wrong.",
            )


def _check_future(row: Row, moments: Mapping[int, datetime], now: datetime) -> None:
    for number, moment in moments.items():
        if moment > now:
            raise RowRefused(
                "future",
                f"{shown(row, STEPS[number - 1])} lies in the future, after "
                f"{now.astimezone(moment.tzinfo):%Y-%m-%d %H:%M} UTC: write when the step was "
                "completed, or empty it.",
            )


def _products(row: Row) -> tuple[str, ...]:
    """The products that the row names, each once."""
    parts = [" ".join(part.split()) for part in BETWEEN_PRODUCTS.split(row.cells.get(PRODUCTS, ""))]
    named: dict[str, str] = {}
    for part in parts:
        if part.casefold() not in EMPTY:
            named.setdefault(part.casefold(), part)
    return tuple(named.values())
