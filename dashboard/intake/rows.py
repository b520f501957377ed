"""One row understood: the firm, the path, the steps' times; or the first reason why not."""

import re
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from itertools import pairwise
from zoneinfo import ZoneInfo

from dashboard.intake.days import Days
from dashboard.intake.moments import Told, Unreadable, read_told
from dashboard.intake.refusals import RowRefused
from dashboard.intake.row import Row
from dashboard.intake.statuses import Standing, standing_of
from dashboard.sheets.cells import is_nothing, is_open
from dashboard.sheets.columns import FIRM, FIRM_ID, PATH, PRODUCTS, STEPS
from dashboard.sheets.paths import named_path
from dashboard.workflows import WORKFLOWS, Workflow

BETWEEN_PRODUCTS = re.compile(r"[,;|\n]")
MANGLED = re.compile(r"\d(?:[.,]\d+)?E[+-]?\d+", re.IGNORECASE)
LONGEST_QUOTE = 60


@dataclass(frozen=True, slots=True)
class Understood:
    """What a row says for certain. `told` is that of steps 1, 2, 3 … as far as it goes.

    `times` are their instants, those of days as far as the row tells.
    """

    row: Row
    workflow: Workflow
    told: tuple[Told, ...]
    times: tuple[datetime, ...]
    products: tuple[str, ...]  # as the sheet spells them
    standing: Standing


def understand(row: Row, days: Days) -> Understood:
    """The row as a case. Raises RowRefused with the first reason that applies.

    Only `conflict` and `likely` come later: they need the cases that are there already.
    """
    _check_firm(row)
    workflow = _path(row)
    if row.problem:
        raise RowRefused("bad_step", f"The case's rows do not fit together: {row.problem}.")
    told = _told(row, days.zone)
    if 1 not in told:
        raise RowRefused(
            "no_submission",
            f"{row.name(STEPS[0])} is empty: fill in when the cancellation form was submitted.",
        )
    _check_count(row, workflow, told)
    _check_gap(row, told)
    _check_order(row, told, days)
    _check_future(row, told, days)
    products = _products(row)
    if workflow.products_required and not products and PRODUCTS not in row.lacking:
        raise RowRefused(
            "no_products",
            f"{row.name(PRODUCTS)} is empty, but {shown(row, PATH)} needs the products to be "
            "migrated: fill in at least one.",
        )
    standing = standing_of(row, workflow, tuple(told.values()), days)
    steps = tuple(told.values())
    return Understood(row, workflow, steps, days.settled(steps), products, standing)


def latest_moment(row: Row, days: Days) -> datetime | None:
    """The latest step time that can be read, whatever else is wrong: it tells the row's period."""
    found: list[datetime] = []
    for column in STEPS:
        with suppress(Unreadable, OverflowError):
            if row.text(column):
                found += days.settled([read_told(row.text(column), days.zone, row.order)])
    return max(found, default=None)


def shown(row: Row, column: str) -> str:
    """A column with what stands in it, for a sentence."""
    text = row.text(column) or " ".join(row.cells.get(column, "").split())
    cut = text if len(text) <= LONGEST_QUOTE else text[:LONGEST_QUOTE] + "…"
    return f"{row.name(column)} ({cut})"


def _check_firm(row: Row) -> None:
    if not row.text(FIRM_ID) and not row.text(FIRM):
        columns = [row.name(name) for name in (FIRM_ID, FIRM) if name not in row.lacking]
        what = f"{' and '.join(columns)} {'are both' if len(columns) > 1 else 'is'} empty"
        how = "fill in at least one of them" if len(columns) > 1 else "fill it in"
        raise RowRefused("missing_firm", f"{what}: {how}.")
    if MANGLED.fullmatch(row.text(FIRM_ID)):
        raise RowRefused(
            "mangled_id",
            f"{shown(row, FIRM_ID)} is a number that the spreadsheet has shortened, so that its "
            "last digits are lost: format the column as text and type the id anew.",
        )


def _path(row: Row) -> Workflow:
    """The path that the row names."""
    if path := named_path(row.text(PATH)):
        return path
    ways = " or ".join(path.short for path in WORKFLOWS.values())
    what = "is empty" if not row.text(PATH) else "is not one of the paths"
    told = shown(row, PATH) if row.text(PATH) else row.name(PATH)
    raise RowRefused("path", f"{told} {what}: enter {ways}.")


def _told(row: Row, zone: ZoneInfo) -> dict[int, Told]:
    """What the steps that have a time tell, by step, in order of the steps."""
    told: dict[int, Told] = {}
    open_at: int | None = None
    for number, column in enumerate(STEPS, start=1):
        if row.is_open(column):
            open_at = open_at or number
        if not (text := row.text(column)):
            continue
        if open_at:
            raise RowRefused(
                "bad_date",
                f"{shown(row, STEPS[open_at - 1])} is not a date with a year, but "
                f"{shown(row, column)} comes after it: enter when it was completed.",
            )
        try:
            told[number] = read_told(text, zone, row.order)
        except Unreadable as wrong:
            raise RowRefused("bad_date", f"{shown(row, column)} {wrong}") from wrong
    return told


def _check_count(row: Row, workflow: Workflow, told: Mapping[int, Told]) -> None:
    beyond = [number for number in told if number > workflow.last]
    if beyond:
        filled = ", ".join(shown(row, STEPS[number - 1]) for number in beyond)
        raise RowRefused(
            "too_many_steps",
            f"{filled} must be empty, since {shown(row, PATH)} ends with step {workflow.last}: "
            f"empty it, or fix {row.name(PATH)}.",
        )


def _check_gap(row: Row, told: Mapping[int, Told]) -> None:
    for before, after in pairwise(told):
        if after > before + 1:
            name = row.name(STEPS[before])
            raise RowRefused(
                "gap",
                f"{name} is empty, but {shown(row, STEPS[after - 1])} is filled in and no "
                f"step can be skipped: fill in {name}, or empty the later ones.",
            )


def _check_order(row: Row, told: Mapping[int, Told], days: Days) -> None:
    for before, after in pairwise(told):
        first, second = told[before], told[after]
        if first.at and second.at:
            is_wrong = second.at < first.at
        else:
            is_wrong = days.day_of(second) < days.day_of(first)
        if is_wrong:
            raise RowRefused(
                "order",
                f"{shown(row, STEPS[after - 1])} is before {shown(row, STEPS[before - 1])}, "
                "which comes first: fix the one that is wrong.",
            )


def _check_future(row: Row, told: Mapping[int, Told], days: Days) -> None:
    today = days.local(days.now)
    for number, item in told.items():
        if (item.at and item.at > days.now) or (item.day and item.day > today):
            raise RowRefused(
                "future",
                f"{shown(row, STEPS[number - 1])} is in the future, after "
                f"{days.now.astimezone(days.zone):%Y-%m-%d %H:%M} ({days.zone.key}): enter when "
                "the step was completed, or empty it.",
            )


def _products(row: Row) -> tuple[str, ...]:
    """The products that the row names, each once."""
    parts = [" ".join(part.split()) for part in BETWEEN_PRODUCTS.split(row.cells.get(PRODUCTS, ""))]
    named: dict[str, str] = {}
    for part in parts:
        if not is_nothing(part) and not is_open(part):
            named.setdefault(part.casefold(), part)
    return tuple(named.values())
