"""The numbers that head Throughput, each with its course and against the month before."""

from collections.abc import Callable, Iterator
from typing import Any

import pyarrow as pa

from dashboard.figures import against, listed
from dashboard.figures.figure import Figure, Scope, Tile
from dashboard.figures.month_end import STATISTICS
from dashboard.findings import count
from dashboard.findings.words import capital
from dashboard.formats import FEWEST, percent, short_month

Rows = list[dict[str, Any]]
DOWNLOADS = "Excludes cases delivered, waiting for download, which are not late"


def tiles(weeks: pa.Table, scope: Scope) -> list[Tile]:
    """Percentiles and attainment of the newest month, if there is one, and what is open."""
    months = [row for row in scope.run("attainment").to_pylist() if row["n"]]
    times = scope.run("cycle_percentiles", split="none").to_pylist()
    last = weeks.to_pylist()[-1]
    return [
        *(_completed(times, months, scope) if times else ()),
        Tile(
            "Open now",
            f"{last['open_at_end']:,}",
            f"{last['late_at_end']:,} overdue",
            weeks["open_at_end"].to_pylist(),
            help=DOWNLOADS,
        ),
    ]


def _completed(times: Rows, months: Rows, scope: Scope) -> Iterator[Tile]:
    name = short_month(times[-1]["period"])
    kept = scope.narrowed(**listed.span(scope, months[-1]["month"], "month")).completed
    yield _time(f"Median, {name}", times, "p50_days", scope)
    yield _time(f"85th percentile, {name}", times, "p85_days", scope)
    yield _share(f"{capital(kept.within)}, {name}", months, scope)


def _time(label: str, rows: Rows, name: str, scope: Scope) -> Tile:
    """A percentile of the newest month against the month before."""
    asked, by_path = scope.promise, against.times(scope, name)
    moved = against.change(by_path, against.months(by_path, rows[-1]["period"]))
    words = ("slower", "quicker")
    chip, arrow = _chip(rows, moved, lambda by: asked.days(abs(by)), words)
    beside = against.beside(by_path, rows[-1]["period"], asked.days)
    return Tile(label, asked.days(rows[-1][name]), chip, [row[name] for row in rows], arrow, beside)


def _share(label: str, rows: Rows, scope: Scope) -> Tile:
    """The share within the limit in the newest month against the month before."""
    shares = [row["within_limit"] / row["n"] for row in rows]
    by_path = against.shares(scope, "within_limit")
    moved = against.change(by_path, against.months(by_path, rows[-1]["month"]))
    chip, arrow = _chip(rows, moved, _points, ("higher", "lower"))
    beside = against.beside(by_path, rows[-1]["month"], percent)
    return Tile(label, percent(shares[-1]), chip, shares, arrow, beside)


def _points(by: float) -> str:
    return count(abs(round(100 * by)), "point")


def _chip(
    rows: Rows,
    moved: against.Change | None,
    size: Callable[[float], str],
    words: tuple[str, str],
) -> tuple[str, str]:
    """What stands under the number, and its arrow: only where the change can be told."""
    if moved is None or rows[-1]["n"] < FEWEST or len(rows) < 2:
        return f"of {count(rows[-1]['n'], 'case')}", "off"
    if not moved.is_told:
        few = moved.earlier < against.FEWEST_EARLIER
        return ("too few months to compare" if few else "usual variation"), "off"
    return f"{size(moved.by)} {words[moved.by < 0]}", "up" if moved.by > 0 else "down"


AT_A_GLANCE = Figure(
    key="figures",
    question="",
    query="cycle_percentiles attainment throughput",
    of="throughput",
    method=f"Months are compared for one mix of paths. {STATISTICS}",
    tiles=tiles,
    tiles_across=4,
    is_bare=True,
)
