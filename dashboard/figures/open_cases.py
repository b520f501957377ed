"""How much is open at once, week by week."""

from datetime import timedelta

import pyarrow as pa

from dashboard.charts import Spec
from dashboard.charts.late import alt, look
from dashboard.figures import listed
from dashboard.figures.figure import Cases, Figure, Row, Scope
from dashboard.figures.marks import midnight
from dashboard.findings import count, period


def sentence(weeks: pa.Table) -> str:
    """From throughput: what is open at the end, against the ends of the weeks before."""
    *before, last = weeks.to_pylist()
    text = f"**{count(last['open_at_end'], 'case')}** open"
    text += f", **{last['late_at_end']:,}** overdue." if last["late_at_end"] else "."
    if len(before) < 4:
        return text
    ends = sorted(row["open_at_end"] for row in before)
    if last["open_at_end"] > ends[-1]:
        return f"{text} More than at the end of any of the {len(ends)} weeks before."
    return f"{text} Half of the {len(ends)} weeks before ended with {ends[len(ends) // 2]} or more."


def rows_of(weeks: pa.Table) -> pa.Table:
    """The rows of `chart`; the last one draws the last week to its end."""
    rows = [
        {
            "key": row["week"].isoformat(),
            "week": midnight(row["week"]),
            "week_end": midnight(row["week"]) + timedelta(7),
            "open": row["open_at_end"],
            "late": row["late_at_end"],
            "opened": row["opened"],
            "completed": row["completed"],
        }
        for row in weeks.to_pylist()
    ]
    closing = [{**rows[-1], "key": None, "week": rows[-1]["week_end"]}] if rows else []
    return pa.Table.from_pylist([*rows, *closing])


def chart() -> Spec:
    """How many cases are open, and late, at the end of each week; a click picks the week.

    Table: key, week, week_end, open, late, opened, completed; a last row, without a key, closes
    the last week.
    """
    areas = (*_steps("open", "accent", 0.16), *_steps("late", "late", 0.35))
    return look.look(alt.layer(*areas, _weeks()), 180)


def _weeks() -> "alt.Chart":
    """A week from top to bottom, unseen: an area is one mark, and no week of it can be clicked."""
    tip = [
        alt.Tooltip("week:T", format="Week of %x", title="Week"),
        *look.tips(opened="Opened", completed="Completed", open="Open at its end", late="Overdue"),
    ]
    base = alt.Chart(look.TABLE).transform_filter("isValid(datum.key)")
    return (
        base.mark_rect(opacity=0.001)
        .encode(x=look.dates("week", 4), x2="week_end:T", tooltip=tip)
        .add_params(look.PICK)
    )


def _steps(field: str, token: str, opacity: float) -> "list[alt.Chart]":
    """An area that holds its height for a week, with an edge."""
    axis = alt.Axis(title=None, tickMinStep=1, format="d")
    base = alt.Chart(look.TABLE).encode(x=look.dates("week", 4), y=alt.Y(f"{field}:Q", axis=axis))
    area = base.mark_area(opacity=opacity, interpolate="step-after")
    edge = base.mark_line(strokeWidth=1.75, interpolate="step-after")
    return [look.inked(area, token), look.inked(edge, token)]


def behind(mark: Row, scope: Scope) -> Cases:
    week = mark["week"].date()
    last = listed.span(scope, week, "week")["until"] - timedelta(1)
    title = f"Open at the end of {period(week, 'week')}"
    return listed.under_way(scope, title, "open-cases", last, lambda row: row["state"] == "open")


OPEN_CASES = Figure(
    key="open",
    question="Open cases over time",
    query="throughput",
    says=lambda weeks, _: sentence(weeks),
    rows=lambda weeks, _: rows_of(weeks),
    chart=chart,
    alt="Open cases at the end of each week",
    note=(
        "Open at the end of each week; red: overdue. Excludes withdrawn cases. Click a week to "
        "list its cases."
    ),
    behind=behind,
)
