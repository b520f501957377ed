"""What the forecasts say in sentences: who is at risk, what comes, and how far to believe it."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime

import pyarrow as pa

from dashboard.findings.words import Promise, Row, count, count_is, of_few, path
from dashboard.formats import day_text, moment, percent

PLAIN = "median"
FEWEST_CASES = 100  # completed, below which a path has no model of its own
DRIVERS = {
    "waited": "the time it has waited in this step",
    "elapsed": "the time since submission",
    "month_end": "the days to month end",
    "queue": "how many cases are open",
    "appointment": "the appointment",
    "requested_date": "the requested date",
}
SURE = 0.005


def chance(share: float | None) -> str:
    """A chance as people say it; what is not certain is never told as certain."""
    if share is None:
        return "not known"
    if 0 < share < 2 * SURE:
        return "under 1%"
    if 1 - 2 * SURE < share < 1:
        return "over 99%"
    return percent(share)


def hundredths(share: float | None) -> float | None:
    """A chance to the hundredth, as a bar shows it; 0 and 1 only where it is certain."""
    return share if share in (None, 0, 1) else min(max(round(share, 2), 0.01), 0.99)


def at_risk(late: int, ahead: Sequence[float | None], delivered: int = 0) -> str:
    """From how many open cases are late, and the others' chances: how many will miss the limit."""
    known = [share for share in ahead if share is not None]
    parts = []
    if late:
        parts.append(f"{count_is(late, 'case')} already overdue.")
    if known:
        likely = sum(share > 0.5 for share in known)
        others = "other " if late else ""
        parts.append(
            f"Of the {others}{count(len(known), 'open case')} about **{sum(known):.1f}** will "
            f"miss the SLA; {likely or 'none'} more likely than not."
        )
    if len(known) < len(ahead):
        parts.append(f"Of {len(ahead) - len(known):,} nothing can be said yet.")
    if delivered:
        parts.append(f"{count_is(delivered, 'case')} delivered, waiting for download.")
    return " ".join(parts) or "No case is open."


def coming_days(days: pa.Table, known: int, unknown: int = 0) -> str:
    """From expected_days: how many completions to expect, when most, against the limits.

    `known` open cases have a forecast, `unknown` have none.
    """
    rows = days.to_pylist()
    if not rows:
        return "The calendar has no business day in the coming two weeks."
    if not known:
        return "No open case of these has a forecast yet."
    total = sum(row["expected"] for row in rows)
    return (
        f"Of the {count(known, 'open case')}{' with a forecast' if unknown else ''} about "
        f"**{total:.1f}** will be completed by {day_text(rows[-1]['day'])}, {_busiest(rows)}. "
        f"In that time {_due(sum(row['due_limit'] for row in rows))}."
    )


def _busiest(rows: Sequence[Row]) -> str:
    """The day with most of them as it is shown, and how many days have as many."""
    shown = [round(row["expected"], 1) for row in rows]
    most, same = max(shown), shown.count(max(shown))
    if same == len(rows) > 1:
        return "no day more than another"
    others = f" and {count(same - 1, 'other day')}" if same > 1 else ""
    return (
        f"the most on one day about {most:.1f}, on "
        f"{day_text(rows[shown.index(most)]['day'])}{others}"
    )


def _due(limits: int) -> str:
    if not limits:
        return "no SLA falls due"
    return f"the SLAs of {limits:,} fall due" if limits > 1 else "the SLA of 1 falls due"


def has_skill(record: pa.Table) -> bool:
    """From track_record: whether over all months another model than the plain median is better."""
    whole = _whole(record)
    own = next((row for name, row in whole.items() if name != PLAIN), None)
    plain = whole.get(PLAIN)
    return bool(own and plain and own["crps"] < plain["crps"] and own["mae"] < plain["mae"])


def record(record: pa.Table, promise: Promise) -> str:
    """From track_record: the error against the plain median's, and how often ranges held."""
    whole = _whole(record)
    if PLAIN not in whole:
        return (
            f"Forecast accuracy is not known yet: a trial needs {FEWEST_CASES} completed cases on "
            "a path and a month after them."
        )
    plain = whole[PLAIN]
    own = next((row for name, row in whole.items() if name != PLAIN), plain)
    ranges = (
        f"Of its 80% ranges **{percent(own['coverage80'])}** held (between "
        f"{percent(own['coverage80_low'])} and {percent(own['coverage80_high'])}), "
        f"{percent(own['coverage90'])} of the 90% ones{of_few(own['cases'], 'case')}."
    )
    if not has_skill(record):
        used = (
            "so the plain median of each step is what is shown"
            if own is plain
            else "so read these forecasts as no more than that"
        )
        return f"**No skill**: nothing tried beats the plain median of each step, {used}. {ranges}"
    gained, as_range = (percent(1 - own[name] / plain[name]) for name in ("mae", "crps"))
    return (
        f"Forecasts missed the finish by **{promise.minutes(own['mae'])}** on average, the plain "
        f"median of each step by {promise.minutes(plain['mae'])}: {gained} better, and {as_range} "
        f"as a whole range. {ranges}"
    )


def _whole(record: pa.Table) -> dict[str, Row]:
    rows = record.to_pylist()
    return {row["model"]: row for row in rows if row["month"] is None and row["forecasts"]}


def little(finished: Mapping[str, int], paths: Iterable[str]) -> str:
    """How little is known of paths with few completed cases; empty if all have enough."""
    parts = []
    for key in paths:
        n = finished.get(key, 0)
        if not n:
            parts.append(f"No case of the {path(key)} path is completed: nothing is known of it.")
        elif n < FEWEST_CASES:
            parts.append(
                f"Only {count(n, 'case')} of the {path(key)} path "
                f"{'is' if n == 1 else 'are'} completed, too few to learn from "
                f"({FEWEST_CASES} are needed): its forecasts are the plain spread of what its "
                "cases needed."
            )
    return " ".join(parts)


def expected(row: Row, zone: str, promise: Promise) -> str:
    """When one case is expected to finish, and how likely it is late."""
    low, middle, high = (moment(row[name], zone) for name in ("p10", "p50", "p90"))
    if row["longest_minutes"] is None:
        said = f"Expected **{middle}**; 80% of such cases finish between {low} and {high}."
    else:
        said = (
            f"{_beyond(row, promise)} Extrapolated, not learned from such cases: **{middle}**, "
            f"between {low} and {high}, if the longest stays in this step tail off beyond the "
            "longest as they do below it."
        )
    missed = [
        f"the {name} {chance(row[f'p_miss_{name}'])}"
        for name in ("target", "limit")
        if row[f"p_miss_{name}"] < 1
    ]
    if row["is_delivered"]:
        return f"{said} Delivered, waiting for download: neither at risk nor late."
    return f"{said} Chance of missing {', '.join(missed)}." if missed else said


def _beyond(row: Row, promise: Promise) -> str:
    n = row["finished_cases"]
    cases = "the one completed case" if n == 1 else f"any of the {n:,} completed cases"
    return (
        f"**No comparable case**: this one has been in its step longer than {cases} of the "
        f"{path(row['workflow'])} path (at most {promise.minutes(row['longest_minutes'])})."
    )


def between(low: str, high: str, longest_minutes: float | None) -> str:
    """A range in a list; what is extrapolated is called so."""
    if not low:
        return ""
    return f"{low} – {high}" if longest_minutes is None else f"{low} – {high} (extrapolated)"


def driven(drivers: Sequence[Row], promise: Promise) -> str:
    """What moves the middle of a forecast, against what is usual in the step."""
    if not drivers:
        return "Nothing about this case moves its forecast much: it is typical for this step."
    parts = [
        f"{DRIVERS[one['driver']]} {'adds' if one['minutes'] > 0 else 'takes off'} "
        f"{promise.minutes(one['minutes'])}"
        for one in drivers
    ]
    return f"Against what is usual in this step {', '.join(parts)}."


def by_month_end(chances: Sequence[float | None], closes: datetime, zone: str) -> str:
    """From the open cases' chances: how many will be completed by the month's last close."""
    known = [share for share in chances if share is not None]
    if not known:
        return "No open case of these has a forecast yet."
    unlikely = sum(share < 0.5 for share in known)
    return (
        f"Of {count(len(known), 'open case')} about **{sum(known):.1f}** will be completed by "
        f"{moment(closes, zone)}; {unlikely or 'none'} more likely not."
    )
