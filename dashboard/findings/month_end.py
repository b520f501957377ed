"""What the charts of Month end say now. A step is named only if it can be told from chance."""

from typing import NamedTuple

import pyarrow as pa

from dashboard.findings.words import Promise, Row, count, path, place, step
from dashboard.formats import FEWEST, NBSP, percent

MOST_NAMED = 3  # steps in one sentence


class Headline(NamedTuple):
    """A finding that heads a page, and the sentence that says what it rests on."""

    text: str
    why: str


def headline(steps: pa.Table, promise: Promise) -> Headline:
    """From month_end_steps: the step that differs most between window and rest."""
    rows = steps.to_pylist()
    told = _told(rows)
    if told:
        return _differs(told, promise)
    if any(row["low_minutes"] is not None for row in rows):
        return Headline(
            "Around month end no step takes longer than chance explains.",
            "Each step was compared. That is no proof that month end does nothing: with more "
            "cases a smaller difference could be told.",
        )
    most = max((min(row["n_window"], row["n_rest"]) for row in rows), default=0)
    return Headline(
        "There are too few cases to compare month end with the rest of the month.",
        f"A comparison needs 11 cases in the window and 11 outside it; the best known step has "
        f"{most}. Choose a longer period, or come back after the next month end.",
    )


def _differs(told: list[Row], promise: Promise) -> Headline:
    most, *others = told
    more = (
        f" {count(len(others), 'other step')} can be told from chance too: see below."
        if others
        else ""
    )
    return Headline(
        f"Around month end {step(most)} takes {promise.minutes(most['median_window_minutes'])} "
        f"instead of {promise.minutes(most['median_rest_minutes'])}.",
        f"Its median differs by {promise.difference(most['difference_minutes'])}, with a "
        f"95{NBSP}% interval, corrected for looking at 18 steps, from "
        f"{promise.difference(most['low_minutes'])} to {promise.difference(most['high_minutes'])} "
        f"({most['n_window']:,} cases in the window, {most['n_rest']:,} outside): **more than "
        f"chance explains**.{more}",
    )


def _told(rows: list[Row]) -> list[Row]:
    told = [row for row in rows if row["told_from_chance"]]
    return sorted(told, key=lambda row: -abs(row["difference_minutes"]))


def whole(paths: pa.Table, promise: Promise) -> str:
    """From month_end_whole: whole cases opened in the window against the rest, path by path."""
    rows = [row for row in paths.to_pylist() if row["n_window"] and row["n_rest"]]
    return " ".join(
        f"A case of the {path(row['workflow'])} path takes "
        f"**{promise.minutes(row['median_window_minutes'])}** if it is opened in the window, "
        f"{promise.minutes(row['median_rest_minutes'])} if not ({row['n_window']:,} and "
        f"{row['n_rest']:,} completed cases): {_verdict(row)}."
        for row in rows
    )


def _verdict(row: Row) -> str:
    if row["low_minutes"] is None:
        return "too few to tell from chance"
    return "more than chance explains" if row["told_from_chance"] else "that may be chance"


def opening(places: pa.Table, overall: float) -> str:
    """From opening_days: the day on which it is worst to open a case."""
    enough = [row for row in places.to_pylist() if row["n"] >= FEWEST]
    if not enough:
        return f"No day has {FEWEST} cases yet: every mark is hollow and its interval wide."
    worst = min(enough, key=lambda row: row["share"])
    text = (
        f"Cases opened {place(worst['days_to_month_end'])} fare worst: "
        f"**{percent(worst['share'])}** of {worst['n']:,} kept the limit, against "
        f"{percent(overall)} over all days."
    )
    return text if worst["high"] < overall else f"{text} That may be chance."


def heat(cells: pa.Table, steps: pa.Table, fewest: int) -> str:
    """From step_days and month_end_steps: when those steps are slowest that differ at all."""
    told = {(row["workflow"], row["step"]) for row in steps.to_pylist() if row["told_from_chance"]}
    rows = [
        row
        for row in cells.to_pylist()
        if row["n"] >= fewest
        and row["times_usual"] is not None
        and (row["workflow"], row["step"]) in told
    ]
    if not rows:
        return "No step differs by more than chance explains: so may the colours be."
    peak = max(rows, key=lambda row: row["times_usual"])
    return (
        f"Strongest: {step(peak)} takes **{peak['times_usual']:.1f}×** its usual time when it "
        f"begins {place(peak['days_to_month_end'])} ({count(peak['n'], 'case')})."
    )


def told_steps(steps: pa.Table) -> str:
    """From month_end_steps: which differences can be told from chance, and by what factor."""
    rows = [row for row in steps.to_pylist() if row["step"] > 1]
    told = _told(rows)
    if not told:
        return f"None of the {len(rows)} differences can be told from chance."
    named = [f"{step(row)} takes {factor(row)}" for row in told[:MOST_NAMED]]
    more = len(told) - MOST_NAMED
    also = f"; {more} more can be told too" if more > 0 else ""
    rest = " The other differences may be chance." if len(told) < len(rows) else ""
    return f"In the window {'; '.join(named)}{also}.{rest}"


def factor(row: Row) -> str:
    """How many times as long as in the rest of the month."""
    if not row["median_rest_minutes"]:
        return "longer"
    return f"**{row['median_window_minutes'] / row['median_rest_minutes']:.1f}×** as long"
