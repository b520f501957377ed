"""Whether as much goes out as comes in, week by week."""

from collections.abc import Sequence
from datetime import date
from typing import Any

import pyarrow as pa

from dashboard.charts import Spec
from dashboard.charts.late import alt, look
from dashboard.figures import listed
from dashboard.figures.figure import Cases, Figure, Row, Scope
from dashboard.figures.marks import midnight
from dashboard.findings import period


def full_weeks(table: pa.Table, since: date | None) -> list[dict[str, Any]]:
    """The weeks of which every day is counted: not the last, nor one that a filter cuts."""
    return [row for row in table.to_pylist()[:-1] if since is None or row["week"] >= since]


def sentence(full_weeks: Sequence[Row]) -> str:
    """From the rows of throughput whose week is over: what came in and what went out."""
    full = full_weeks[-4:]
    if not full:
        return "No full week yet."
    opened, completed = (sum(row[name] for row in full) for name in ("opened", "completed"))
    span = f"the last {len(full)} full weeks" if len(full) > 1 else "the last full week"
    return f"Over {span}, **{opened:,}** cases were opened and **{completed:,}** completed."


def rows_of(weeks: Sequence[Row]) -> pa.Table:
    """The rows of `chart`: full weeks only, for the last one would seem to collapse."""
    return pa.Table.from_pylist(
        [
            {
                "key": f"{row['week'].isoformat()} {kind}",
                "week": midnight(row["week"]),
                "kind": kind,
                "cases": row[kind],
                "tone": tone,
            }
            for row in weeks
            for kind, tone in (("opened", "ink"), ("completed", "muted"))
        ]
    )


def chart() -> Spec:
    """Cases opened and completed week by week, as two lines; a click picks a point.

    Table: key, week, kind ("opened", "completed"), cases, tone, is_last.
    """
    axis = alt.Axis(title=None, tickMinStep=1, format="d")
    base = alt.Chart(look.TABLE).encode(
        x=look.dates("week", 4),
        y=alt.Y("cases:Q", axis=axis),
        color=alt.Color(
            "tone:N",
            scale=look.SCALE,
            legend=alt.Legend(
                values=["ink", "muted"],
                labelExpr="datum.label == 'ink' ? 'opened' : 'completed'",
                symbolType="stroke",
            ),
        ),
        tooltip=[
            alt.Tooltip("week:T", format="Week of %x", title="Week"),
            alt.Tooltip("kind:N", title="What"),
            alt.Tooltip("cases:Q", title="Cases"),
        ],
    )
    line = base.mark_line(strokeWidth=1.75).encode(detail="kind:N")
    dots = base.mark_point(size=16, filled=True, opacity=1)  # one week alone makes no line
    return look.look(alt.layer(line, dots, look.around(base)), 180)


def behind(mark: Row, scope: Scope) -> Cases:
    week, kind = mark["week"].date(), mark["kind"]
    cases = listed.submitted if kind == "opened" else listed.completed
    title = f"{kind.capitalize()} in {period(week, 'week')}"
    return cases(scope, title, "flow-cases", listed.span(scope, week, "week"))


KEEPING_UP = Figure(
    key="flow",
    question="Opened vs. completed, by week",
    query="throughput",
    says=lambda weeks, scope: sentence(full_weeks(weeks, scope.filters.get("since"))),
    rows=lambda weeks, scope: rows_of(full_weeks(weeks, scope.filters.get("since"))),
    chart=chart,
    alt="Cases opened and completed by week",
    note="Cases opened and completed in each full week. Click a mark to list its cases.",
    behind=behind,
)
