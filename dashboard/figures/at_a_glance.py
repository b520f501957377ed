"""The numbers that head Throughput, each with its course and against the month before."""

from collections.abc import Iterator
from typing import Any

import pyarrow as pa

from dashboard.figures import listed
from dashboard.figures.figure import Figure, Scope, Tile
from dashboard.findings import Promise, count
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
    asked, name = scope.promise, short_month(times[-1]["period"])
    kept = scope.narrowed(**listed.span(scope, months[-1]["month"], "month")).completed
    yield _time(f"Median, {name}", times, "p50_days", asked)
    yield _time(f"85th percentile, {name}", times, "p85_days", asked)
    yield _share(f"{capital(kept.within)}, {name}", months)


def _time(label: str, rows: Rows, name: str, asked: Promise) -> Tile:
    """A percentile of the newest month against the month before."""
    last = rows[-1]
    chip, arrow = _few(rows), "off"
    if not chip:
        change = last[name] - rows[-2][name]
        moved = asked.days(abs(change))
        arrow, chip = "off", "no change"
        if moved != asked.days(0):
            arrow, word = ("up", "slower") if change > 0 else ("down", "quicker")
            chip = f"{moved} {word}"
    return _tile(label, asked.days(last[name]), chip, [row[name] for row in rows], arrow)


def _share(label: str, rows: Rows) -> Tile:
    """The share within the limit in the newest month against the month before."""
    shares = [row["within_limit"] / row["n"] for row in rows]
    chip, arrow = _few(rows), "off"
    if not chip:
        change = round(100 * shares[-1]) - round(100 * shares[-2])
        arrow = "up" if change > 0 else "down" if change < 0 else "off"
        word = "higher" if change > 0 else "lower"
        chip = f"{count(abs(change), 'point')} {word}" if change else "no change"
    return _tile(label, percent(shares[-1]), chip, shares, arrow)


def _few(rows: Rows) -> str:
    """Why the newest month is not compared with the one before; nothing if it is."""
    if rows[-1]["n"] < FEWEST or len(rows) < 2:
        return f"of {count(rows[-1]['n'], 'case')}"
    return "few in the month before" if rows[-2]["n"] < FEWEST else ""


def _tile(label: str, value: str, chip: str, course: list[float], arrow: str) -> Tile:
    return Tile(
        label,
        value,
        chip,
        course,
        arrow,
        "Compared with the month before" if arrow != "off" else None,
    )


AT_A_GLANCE = Figure(
    key="figures",
    question="",
    query="cycle_percentiles attainment throughput",
    of="throughput",
    tiles=tiles,
    tiles_across=4,
    is_bare=True,
)
