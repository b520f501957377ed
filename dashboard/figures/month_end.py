"""What month end does to a step and to whole cases: what heads Month end."""

from math import log

import pyarrow as pa

from dashboard.figures.figure import Figure, Headline, Row, Scope
from dashboard.findings import Promise, count, count_is, path, place
from dashboard.findings.words import step
from dashboard.formats import NBSP

FEWEST_MONTH_ENDS = 8  # below, no verdict; the queries have the same number
FEW_MONTH_ENDS = 12  # below, what could not have been seen is said beside each verdict
DILUTES = 0.25  # a day at the window's edge with less than this of its best day's effect
STATISTICS = "Assumptions and measured error rates: docs/statistics.md."
TOO_FEW = "There are too few month ends to tell."


def headline(steps: pa.Table, promise: Promise, days: pa.Table | None = None) -> Headline:
    """From month_end_steps, and month_end_days: the step that differs most, by month ends."""
    rows = [row for row in steps.to_pylist() if row["step"] > 1]  # the form takes no time
    told, judged = told_apart(rows), [row for row in rows if row["factor"] is not None]
    if told:
        return _differs(told, judged, promise, days.to_pylist() if days else [])
    if not judged:
        most = max((row["n_month_ends"] for row in rows), default=0)
        return Headline(
            TOO_FEW,
            f"At least {FEWEST_MONTH_ENDS} month ends are needed, with completed steps in the "
            f"window and on the days around it; here no step has more than {most}. Choose a "
            "longer period, or come back after the next month end.",
        )
    return Headline(
        "No month-end effect shows in any step.",
        f"Judged over {month_ends(judged)}, {count(len(judged), 'step')} at once. "
        f"{least_seen(judged)}",
    )


def _differs(told: list[Row], judged: list[Row], promise: Promise, days: list[Row]) -> Headline:
    most, *others = told
    more = f" {count_is(len(others), 'other step')} significant too: see below." if others else ""
    few = f" {least_seen(judged)}" if most["n_month_ends"] < FEW_MONTH_ENDS else ""
    between = (
        "" if most["factor_low"] is None
        else f" The 95% interval, for {looks(judged)}, is {between_factors(most)}."
    )  # fmt: skip
    return Headline(
        f"Around month end {step(most)} takes {times(most['factor'])} as long as on the days "
        "around it.",
        f"**Statistically significant** over {month_ends([most])}.{between}{more} Median of all "
        f"its cases: {promise.minutes(most['median_window_minutes'])} in the window "
        f"({count(most['n_window'], 'case')}), {promise.minutes(most['median_rest_minutes'])} in "
        f"the rest of the month ({count(most['n_rest'], 'case')}).{by_day(most, days)}{few}",
    )  # fmt: skip


def month_ends(rows: list[Row]) -> str:
    """Over how many month ends those steps were judged."""
    least, most = (end(row["n_month_ends"] for row in rows) for end in (min, max))
    return f"{least} to {count(most, 'month end')}" if least < most else count(most, "month end")


def looks(judged: list[Row]) -> str:
    """How many steps an interval holds for at once."""
    return "the one step judged" if len(judged) == 1 else f"all {len(judged)} steps at once"


def times(factor: float) -> str:
    """A factor in words: "2.4 times", near 1 with a decimal more."""
    return f"{factor:.1f}{NBSP}times" if factor >= 1.5 else f"{factor:.2f}{NBSP}times"


def between_factors(row: Row) -> str:
    """The interval of the factor: "1.3 to 2.9 times"."""
    low, high = (times(row[name]) for name in ("factor_low", "factor_high"))
    return f"{low.removesuffix(f'{NBSP}times')} to {high}"


def least_seen(judged: list[Row]) -> str:
    """What factor a step had to have for it to show."""
    known = sorted(row["least_factor"] for row in judged if row["least_factor"] is not None)
    if not known:
        return "With so few month ends, no effect could have been detected, however large."
    least, most = (times(end) for end in (known[0], known[-1]))
    if least == most:
        return f"Effects are detected from about {most} as long; smaller ones would be missed."
    return (
        f"Effects are detected from about {least} as long in the steadiest step, and from {most} "
        "in the one that varies most; smaller ones would be missed."
    )


def by_day(most: Row, days: list[Row]) -> str:
    """The effect by day of the window, and which days at its edge may dilute it: not tested."""
    own = [row for row in days if _key(row) == _key(most)]
    if len(own) < 2:
        return ""
    said = ", ".join(f"{place(row['days_to_month_end'])} {row['factor']:.1f}×" for row in own)
    text = f" By day: {said}."
    most_log = max((log(row["factor"]) for row in own), key=abs)
    edges = [row for row in (own[0], own[-1]) if log(row["factor"]) < DILUTES * most_log] if (
        most_log > 0
    ) else []  # fmt: skip
    if len(edges) == 1:
        text += (
            f" A window without the day {place(edges[0]['days_to_month_end'])} would show a "
            "larger effect: a suggestion from these numbers, not a tested result."
        )
    return text


def _key(row: Row) -> tuple[str, int]:
    return row["workflow"], row["step"]


def told_apart(rows: list[Row]) -> list[Row]:
    """The steps that chance does not explain, those first that differ by most time."""
    told = [row for row in rows if row["told_from_chance"]]
    return sorted(told, key=lambda row: -abs(row["difference_minutes"]))


def whole(paths: pa.Table, promise: Promise) -> str:
    """From month_end_whole: whole cases opened in the window against the rest, path by path."""
    rows = [row for row in paths.to_pylist() if row["n_window"] and row["n_rest"]]
    return " ".join(
        f"On the {path(row['workflow'])} path, half of the cases opened in the window took "
        f"**{promise.minutes(row['median_window_minutes'])}** or less, and half of the others "
        f"{promise.minutes(row['median_rest_minutes'])} ({row['n_window']:,} and "
        f"{row['n_rest']:,} completed): {_verdict(row)}."
        for row in rows
    )


def _verdict(row: Row) -> str:
    if row["factor"] is None:
        return f"too few month ends to tell ({row['n_month_ends']})"
    if row["factor_low"] is None:
        return "too little data to tell"
    if row["told_from_chance"]:
        return f"statistically significant ({between_factors(row)} as long)"
    return f"too little data to tell (could be {between_factors(row)} as long)"


def found(steps: pa.Table, scope: Scope) -> Headline:
    """What is found: the same on Today and on Month end."""
    return headline(steps, scope.promise, scope.run("month_end_days"))


def says(steps: pa.Table, scope: Scope) -> str:
    paths = whole(scope.run("month_end_whole"), scope.promise)
    return "\n\n".join(filter(None, (found(steps, scope).why, paths)))


MONTH_END = Figure(
    key="headline",
    question=lambda steps, scope: headline(steps, scope.promise).text,
    query="month_end_steps month_end_days month_end_whole",
    says=says,
    method=f"Signs flipped by month end, the largest of all steps at once. {STATISTICS}",
    is_headline=True,
)
