"""What month end does to a step and to whole cases: what heads Month end."""

import pyarrow as pa

from dashboard.figures.figure import Figure, Headline, Row, Scope
from dashboard.findings import Promise, count, path
from dashboard.findings.words import step
from dashboard.formats import NBSP


def headline(steps: pa.Table, promise: Promise) -> Headline:
    """From month_end_steps: the step that differs most between window and rest."""
    rows = steps.to_pylist()
    told = told_apart(rows)
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


def told_apart(rows: list[Row]) -> list[Row]:
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


def says(steps: pa.Table, scope: Scope) -> str:
    found = headline(steps, scope.promise)
    paths = whole(scope.run("month_end_whole"), scope.promise)
    return "\n\n".join(filter(None, (found.why, paths)))


MONTH_END = Figure(
    key="headline",
    question=lambda steps, scope: headline(steps, scope.promise).text,
    query="month_end_steps month_end_whole",
    says=says,
    is_headline=True,
)
