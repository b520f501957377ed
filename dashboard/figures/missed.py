"""Which cases missed the promise: each completed case by its completion and its time."""

from collections.abc import Sequence

import pyarrow as pa

from dashboard import formats
from dashboard.charts import STATES, Spec
from dashboard.charts.late import alt, look
from dashboard.figures.figure import Figure, Row, Scope
from dashboard.figures.marks import LABEL_GAP, apart, scatter_edge
from dashboard.figures.rows import rows_of
from dashboard.findings import Promise, count_is, split
from dashboard.formats import FEWEST, on_the_wall
from dashboard.workflows import WORKFLOWS

# What a state means for a case that is done; the target and the limit stand beside the chart.
DONE = (
    "datum.label == 'on time' ? 'within target' : datum.label == 'at risk' ? 'past target' : "
    "'late, past SLA'"
)


def sentence(months: pa.Table, promise: Promise, held: Sequence[Row] = ()) -> str:
    """From attainment: completed cases past the SLA, and the open ones beside them."""
    done, within = (sum(months[name].to_pylist()) for name in ("n", "within_limit"))
    late = months["open_late"][-1].as_py()
    beside = f" {count_is(late, 'open case')} also overdue." if late else ""
    missed = (
        "missed their SLA" if promise.limit is None else f"took more than {promise.limit_words}"
    )
    return f"**{done - within:,} of {done:,}** completed cases {missed}.{split(held)}{beside}"


def rows(table: pa.Table, scope: Scope) -> pa.Table:
    """The rows of `chart`."""
    [whole] = _whole(scope)
    edge = scatter_edge(scope.promise, whole["p95_days"])
    lines: dict[str, float | None] = dict.fromkeys(("p50", "p85", "p85_word"))
    if whole["n"] >= FEWEST:
        _, word = apart([whole["p50_days"], whole["p85_days"]], LABEL_GAP * edge)
        lines = {"p50": whole["p50_days"], "p85": whole["p85_days"], "p85_word": word}
    return pa.Table.from_pylist(
        [
            {
                "closed": on_the_wall(row["closed_at"], scope.zone),
                "days": row["business_days"],
                "drawn": min(row["business_days"], edge),
                "state": row["state"],
                "firm": row["firm"],
                "case_id": row["case_id"],
                "path": WORKFLOWS[row["workflow"]].short,
                "text": formats.duration(row["business_us"], row["day_us"]),
                **lines,
            }
            for row in rows_of(table)
        ]
    )


def _whole(scope: Scope) -> list[dict[str, float]]:
    return scope.run("cycle_percentiles", period="all", split="none").to_pylist()


def chart() -> Spec:
    """Every completed case by its completion; a click picks the case.

    Table: closed, drawn (days, at most the upper edge), days, state, firm, case_id, text, path,
    p50, p85 (empty if the cases are few), p85_word (the height of its word).
    """
    picked = alt.selection_point(name="picked", fields=["case_id"])
    legend = alt.Legend(values=STATES[:3], labelExpr=DONE)
    marks = (
        alt.Chart(look.TABLE)
        .mark_point(filled=True, size=34)
        .encode(
            x=look.dates("closed"),
            y=look.days("drawn"),
            color=look.ink("state", legend),
            shape=alt.Shape("state:N", scale=look.SHAPES, legend=legend),
            opacity=alt.condition(picked, alt.value(0.8), alt.value(0.2)),
            tooltip=[
                alt.Tooltip("firm:N", title="Firm"),
                alt.Tooltip("case_id:N", title="Case"),
                alt.Tooltip("path:N", title="Path"),
                alt.Tooltip("text:N", title="Cycle time"),
                alt.Tooltip("closed:T", format=look.DATE_YEAR, title="Completed"),
            ],
        )
        .add_params(picked)
    )
    layers = alt.layer(marks, *_finish_lines())
    return look.look(layers.resolve_scale(color="independent", shape="independent"), 280)


def _finish_lines() -> "list[alt.Chart]":
    """Within what half and 85 of 100 finish, each with its word at the right."""
    base = (
        alt.Chart(look.TABLE)
        .transform_aggregate(p50="min(p50)", p85="min(p85)", p85_word="min(p85_word)")
        .transform_filter("isValid(datum.p50)")
    )
    lines = [
        base.mark_rule(strokeWidth=1.25, strokeDash=dash).encode(y=f"{field}:Q")
        for field, dash in (("p50", [1, 0]), ("p85", [2, 2]))
    ]
    words = [
        base.mark_text(align="left", dx=6, fontWeight=600).encode(
            x=alt.value("width"), y=f"{field}:Q", text=alt.value(text)
        )
        for field, text in (("p50", "median"), ("p85_word", "85th percentile"))
    ]
    return [look.inked(part, "ink") for part in (*lines, *words)]


def note(table: pa.Table, scope: Scope) -> str:
    n = sum(scope.run("attainment")["n"].to_pylist())
    shown = f" Showing the newest {table.num_rows:,} of {n:,}." if n > table.num_rows else ""
    lines = " Lines: median and 85th percentile." if n >= FEWEST else ""
    days = table["business_days"].to_pylist()
    if days and max(days) > scatter_edge(scope.promise, _whole(scope)[0]["p95_days"]):
        shown += f" Arrows exceed the scale (up to {scope.promise.days(max(days))})."
    return f"Each dot is a case.{lines}{shown}"


MISSED = Figure(
    key="missed",
    question="Cases that missed the SLA",
    query="finished_cases",
    says=lambda _, scope: sentence(scope.run("attainment"), scope.completed, scope.promises),
    hint="Click a dot to open the case.",
    rows=rows,
    chart=chart,
    alt="Completed cases by date and cycle time",
    note=note,
    opens="case_id",
)
