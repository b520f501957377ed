"""How long by path and by team leader: a table of percentiles."""

from collections.abc import Sequence

import pyarrow as pa

from dashboard.figures.figure import Figure, Lines, Row, Scope, Words
from dashboard.findings import Promise, count, path
from dashboard.formats import FEWEST
from dashboard.workflows import WORKFLOWS

FEW = "few cases"
CUTS = {"Median": "p50_days", "85th percentile": "p85_days", "95th percentile": "p95_days"}


def sentence(paths: Sequence[Row], leaders: Sequence[Row], promise: Promise) -> str:
    """From cycle_percentiles of the whole period, by path and by team leader."""
    enough = [row for row in paths if row["n"] >= FEWEST]
    words = [
        f"a median of **{promise.days(row['p50_days'])}** on the {path(row['workflow'])} path ("
        f"{count(row['n'], 'case')})"
        for row in enough
    ]
    text = f"Completed: {', '.join(words)}." if words else f"No path has {FEWEST} completed cases."
    halves = sorted(row["p50_days"] for row in leaders if row["n"] >= FEWEST)
    if len(halves) > 1:
        low, high = promise.days(halves[0]), promise.days(halves[-1])
        text += f" Among {len(halves)} team leaders with {FEWEST} cases or more, " + (
            f"each median is {low}." if low == high else f"medians range from {low} to {high}."
        )
    return text


def says(paths: pa.Table, scope: Scope) -> str:
    return sentence(paths.to_pylist(), _leaders(scope), scope.promise)


def lines(paths: pa.Table, scope: Scope) -> Lines:
    named = [(WORKFLOWS[row["workflow"]].short, row) for row in paths.to_pylist()]
    named += [(row["team_leader"] or "no team leader", row) for row in _leaders(scope)]
    shown = pa.Table.from_pylist([_line(name, row, scope.promise) for name, row in named])
    alt = "Cycle time by path and team leader"
    return Lines("parts", alt, shown, "cycle_times_by_part", "download-parts", 130)


def _leaders(scope: Scope) -> list[Row]:
    return scope.run("cycle_percentiles", period="all", split="team_leader").to_pylist()


def _line(name: str, row: Row, asked: Promise) -> Words:
    return {
        "Cases of": name,
        "Completed": f"{row['n']:,}",
        **{
            heading: asked.days(row[field]) if row["n"] >= FEWEST else FEW
            for heading, field in CUTS.items()
        },
    }


PARTS = Figure(
    key="parts",
    question="Cycle time by path and team leader",
    query="cycle_percentiles",
    params=lambda _: {"period": "all", "split": "path"},
    says=says,
    lines=lines,
    note=f"Cases completed in the period; percentiles need {FEWEST} or more. Not a performance "
    "comparison: team leaders have different cases.",
)
