"""What Month end says of its flow and queue, of what might have been, and of the last safe hour."""

from collections.abc import Iterable, Sequence
from datetime import datetime

import pyarrow as pa

from dashboard.findings.words import Promise, Row, count, path, place
from dashboard.formats import FEWEST, NBSP, moment, percent

FEW_MONTHS = 3  # month ends below which a mean over them is no more than what happened
MOSTLY = 0.9  # share of recorded receipts from which on the queue is called the Order Team's
POINT = 0.01


def month_flow(places: pa.Table, window: tuple[int, int]) -> str:
    """From month_flow: what comes in and goes out a day, in the window and in the rest."""
    near, rest = _split(places, window)
    if not near or not rest:
        return "Only one part of the month is in this period: there is nothing to compare."
    opened, completed = (
        [_daily(side, name) for side in (near, rest)] for name in ("opened", "completed")
    )
    return (
        f"On an average business day of the window **{opened[0]:.1f}** cases are opened and "
        f"**{completed[0]:.1f}** completed, in the rest of the month {opened[1]:.1f} and "
        f"{completed[1]:.1f}.{_few(near)}"
    )


def order_queue(places: pa.Table, window: tuple[int, int]) -> str:
    """From month_flow: how long the order step's queue is, when longest, and whose it is."""
    near, rest = _split(places, window)
    rows = [*near, *rest]
    if not any(row["in_step"] for row in rows):
        return "At the end of no day was a case in the order step."
    peak = max(rows, key=lambda row: row["in_step_mean"])
    longest = (
        f"The order step’s queue is longest {place(peak['days_to_month_end'])}: "
        f"**{peak['in_step_mean']:.1f}** cases as an average day ends"
    )
    if near and rest:
        means = _daily(near, "in_step"), _daily(rest, "in_step")
        longest += f". In the window it is {means[0]:.1f}, in the rest of the month {means[1]:.1f}"
    return f"{longest}.{_whose(rows)}{_few(near)}"


def _whose(rows: Sequence[Row]) -> str:
    in_step, known, party = (
        sum(row[name] for row in rows) for name in ("in_step", "known", "with_party")
    )
    if not known:
        return " When signed orders came in is not recorded, so it is not known whose turn it was."
    of_all = (
        "" if known / in_step >= MOSTLY else f" (recorded for {percent(known / in_step)} of them)"
    )
    return (
        f" Where receipt was recorded{of_all}, {percent(party / known)} were with the Order Team; "
        "the others waited for the firm’s signed order."
    )


def _split(places: pa.Table, window: tuple[int, int]) -> tuple[list[Row], list[Row]]:
    first, last = window
    rows = places.to_pylist()
    near = [row for row in rows if last <= row["days_to_month_end"] <= first]
    return near, [row for row in rows if row not in near]


def _daily(rows: Iterable[Row], name: str) -> float:
    listed = list(rows)
    return sum(row[name] for row in listed) / sum(row["n_days"] for row in listed)


def _few(near: Sequence[Row]) -> str:
    months = max((row["n_days"] for row in near), default=0)
    if months >= FEW_MONTHS:
        return ""
    return f" From {count(months, 'month end')} only: it may have been an exception."


def mid_month_pace(measures: pa.Table, promise: Promise) -> str:
    """From mid_month_pace: what the order step at its mid-month pace would have changed."""
    rows = {row["measure"]: row for row in measures.to_pylist()}
    if not rows:
        return (
            f"Not enough cases for an estimate: it needs {FEWEST} completed cases of a path whose "
            f"order step became current in the window, and {FEWEST} in the rest of the month."
        )
    kept, middle = rows["within_limit"], rows["median_minutes"]
    # as the two shares are shown: a reader who subtracts them finds the same
    gained = round(kept["estimated"], 2) - round(kept["actual"], 2)
    words = (
        f"**{percent(kept['estimated'])}** instead of {percent(kept['actual'])} of these "
        f"{kept['n']:,} cases would have kept the limit: {_points(gained)} points, with a "
        f"95{NBSP}% interval from {_points(kept['low'])} to {_points(kept['high'])}. Half would "
        f"have been done within {promise.minutes(middle['estimated'])} instead of "
        f"{promise.minutes(middle['actual'])}."
    )
    if kept["low"] <= 0 <= kept["high"]:
        words += " The difference in the share may be chance."
    return words


def _points(share: float) -> str:
    points = round(share / POINT)
    return f"{'−' if points < 0 else '+' if points > 0 else ''}{abs(points)}"


def coming(hours: pa.Table, now: datetime) -> list[Row]:
    """From last_safe_hours: of each path the row to show, the first whose hour is not over."""
    found: dict[str, Row] = {}
    for row in hours.to_pylist():
        held = found.get(row["workflow"])
        if held is None or (held["safe_at"] and held["safe_at"] < now):
            found[row["workflow"]] = row
    return list(found.values())


def safe_hours(hours: pa.Table, now: datetime, zone: str, share: float, promise: Promise) -> str:
    """From last_safe_hours: until when to submit, path by path, and on what that rests."""
    shown = coming(hours, now)
    if not shown:
        return "The calendar has no business day in the coming year: there is no month end ahead."
    return " ".join(_safe(row, hours, zone, share, promise) for row in shown)


def _safe(row: Row, hours: pa.Table, zone: str, share: float, promise: Promise) -> str:
    name = path(row["workflow"])
    closes = moment(row["closes_at"], zone)
    of_hundred = f"{100 * share:.0f} of 100"
    if row["safe_at"] is None:
        if row["n"] < FEWEST:
            return (
                f"Not enough cases of the {name} path: at most {row['n']} were opened around one "
                f"of the days before month end, and {FEWEST} are needed."
            )
        return (
            f"On no day of the month were {of_hundred} cases of the {name} path done by its last "
            "close."
        )
    over = [
        item
        for item in hours.to_pylist()
        if item["workflow"] == row["workflow"] and item["closes_at"] < row["closes_at"]
    ]
    passed = f" (for {moment(over[0]['closes_at'], zone)} it has passed)" if over else ""
    return (
        f"A case of the {name} path that is to be done by {closes} should be submitted by "
        f"**{moment(row['safe_at'], zone)}**{passed}: {of_hundred} of the {row['n']:,} cases "
        f"opened around that day took no longer than {promise.minutes(row['needed_minutes'])}."
    )
