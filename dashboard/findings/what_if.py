"""What the simulated department says of a change, and where it has to stay silent."""

from collections.abc import Mapping, Sequence

import pyarrow as pa

from dashboard.findings.words import Promise, Row, count, path
from dashboard.formats import MINUTE_US, duration, percent
from dashboard.planning import (
    CLOSE_ENOUGH,
    FEWEST_TURNS,
    LEAST_FINISHED,
    LEAST_MONTH_ENDS,
    Desk,
)
from dashboard.workflows import WORKFLOWS

HALF = 0.5
POINT = 0.01  # of the share: a difference that is certain to be smaller is none
Z90 = 1.645
WHO = {1: "the one team leader", 2: "both team leaders"}
LACKS = {
    "one_more_tl": "the log does not name enough of those who did the team leaders’ steps to know "
    "how many there are",
    "order_mid_month": "too few order steps began in the month-end window, or in the rest of the "
    "month, to know either pace",
}


def what_if(answer: pa.Table, promise: Promise) -> str:
    """From planning.answer: what the change would do to each path."""
    return " ".join(
        _path(WORKFLOWS[key].short, _rows(answer, key), promise) for key in _paths(answer)
    )


def _path(name: str, rows: Mapping[str, Row], promise: Promise) -> str:
    kept, middle = rows["within_limit"], rows["p50_minutes"]
    if all(row["low"] <= 0 <= row["high"] for row in rows.values()):
        is_small = max(-kept["low"], kept["high"]) <= POINT
        verdict = "no measurable difference" if is_small else "too little data to tell"
        return (
            f"**{name}: {verdict}.** {percent(kept['changed'])} would be within SLA "
            f"({percent(kept['base'])} as it is; {_points_between(kept)}), with a median of "
            f"{promise.minutes(middle['changed'])} ({_between(middle, promise)})."
        )
    return (
        f"**{name}: {percent(kept['changed'])}** instead of {percent(kept['base'])} would be "
        f"within SLA ({_points_between(kept)}), with a median of "
        f"**{promise.minutes(middle['changed'])}** instead of {promise.minutes(middle['base'])} "
        f"({_between(middle, promise)})."
    )


def silent(check: pa.Table, answer: pa.Table, question: str, promise: Promise) -> list[str]:
    """Why a path gets no answer: its log is not reproduced, or lacks what is asked about."""
    told = set(_paths(answer))
    return [
        _why(row, question, promise) for row in check.to_pylist() if row["workflow"] not in told
    ]


def _why(row: Row, question: str, promise: Promise) -> str:
    name = path(row["workflow"])
    if row["n"] < LEAST_FINISHED:
        return (
            f"No answer for the {name} path: {count(row['n'], 'completed case')}, and "
            f"{LEAST_FINISHED} are needed to see whether the simulation is right."
        )
    if row["month_ends"] < LEAST_MONTH_ENDS:
        return (
            f"No answer for the {name} path: {count(row['month_ends'], 'month end')} in this "
            f"period, and {LEAST_MONTH_ENDS} are needed to see how much they differ."
        )
    if row["is_reproduced"]:
        return f"No answer for the {name} path: {LACKS.get(question, 'the log lacks it')}."
    off = " and ".join(
        f"{cut} {promise.minutes(row[f'simulated_{key}_minutes'])} for the log’s "
        f"{promise.minutes(row[f'log_{key}_minutes'])}"
        for cut, key in (("P50", "p50"), ("P85", "p85"))
        if abs(row[f"simulated_{key}_minutes"] - row[f"log_{key}_minutes"])
        > CLOSE_ENOUGH * row[f"log_{key}_minutes"]
    )
    return (
        f"No answer for the {name} path: simulated as it is, it comes out with {off}, more than "
        f"{percent(CLOSE_ENOUGH)} off."
    )


def proved(check: pa.Table, promise: Promise) -> str:
    """How near the simulation comes to the log, of the paths that it reproduces."""
    parts = [
        f"{WORKFLOWS[row['workflow']].short} P50 {promise.minutes(row['simulated_p50_minutes'])} "
        f"(log {promise.minutes(row['log_p50_minutes'])}), "
        f"P85 {promise.minutes(row['simulated_p85_minutes'])} "
        f"(log {promise.minutes(row['log_p85_minutes'])}), n = {row['n']:,}"
        for row in check.to_pylist()
        if row["is_reproduced"]
    ]
    return f"Simulated as it is: {'; '.join(parts)}." if parts else ""


def leaders(desk: Desk) -> str:
    """Whether cases wait for a team leader at all: why one more helps or does not."""
    if not desk.people:
        return ""
    who = WHO.get(desk.people, f"all {desk.people} team leaders")
    if desk.error is None and round(desk.busy * desk.turns) >= FEWEST_TURNS:
        return (
            f"In {percent(desk.busy)} of the team leaders’ turns {who} had an earlier case, but "
            "for equally long: whether that costs time cannot be told."
        )
    if desk.error is None:
        return f"Cases rarely came up while {who} had an earlier one, so there is little to gain."
    low, high = (desk.reaction + sign * Z90 * desk.error for sign in (-1, 1))
    shares = [
        duration(60 * MINUTE_US * min(max(share, 0.0), 1.0), None)
        for share in (desk.reaction, low, high)
    ]
    says = (
        "they do one case after the other" if low > HALF
        else "they work on many cases at once" if high < HALF
        else "whether they do one case after the other cannot be told"
    )  # fmt: skip
    return (
        f"In {percent(desk.busy)} of the team leaders’ turns {who} had an earlier case. Of an hour "
        f"of such waiting {shares[0]} shows in the time the case took (90% interval "
        f"{shares[1]} to {shares[2]}): {says}."
    )


def _paths(answer: pa.Table) -> Sequence[str]:
    return list(dict.fromkeys(answer["workflow"].to_pylist()))


def _rows(answer: pa.Table, key: str) -> dict[str, Row]:
    return {row["measure"]: row for row in answer.to_pylist() if row["workflow"] == key}


def points(share: float) -> str:
    """A difference of shares, in points."""
    whole = round(100 * share)
    return f"{'−' if whole < 0 else '+' if whole > 0 else ''}{abs(whole)}"


def _points_between(row: Row) -> str:
    noun = "point" if abs(round(100 * row["effect"])) == 1 else "points"
    return (
        f"{points(row['effect'])} {noun}, 90% interval {points(row['low'])} to "
        f"{points(row['high'])}"
    )


def difference(minutes: float, promise: Promise) -> str:
    """A difference of business time; none has no sign."""
    return promise.difference(minutes if abs(minutes) >= HALF else 0.0)


def _between(row: Row, promise: Promise) -> str:
    effect, low, high = (difference(row[name], promise) for name in ("effect", "low", "high"))
    return f"{effect}, {low} to {high}"
