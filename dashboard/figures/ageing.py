"""Which open cases are old for the step in which they stand."""

from collections import Counter
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from dashboard import formats
from dashboard.charts import STATES, Spec
from dashboard.charts.late import alt, look
from dashboard.figures import listed
from dashboard.figures.figure import Cases, Figure, Row, Scope, Words
from dashboard.figures.marks import scatter_edge, step_name
from dashboard.findings import Promise, count
from dashboard.findings.outlook import marked
from dashboard.findings.words import step
from dashboard.formats import FEWEST, percent

LANES = (0, 2, -2, 1, -1)  # marks of one step beside one another


def older(cases: pa.Table) -> pa.Table:
    """From ageing: the cases older than 85 of 100 finished ones were when they left that step."""
    known = cases.filter(pc.field("n") >= FEWEST)
    return known.filter(pc.field("age_days") > pc.field("p85_days"))


def sentence(cases: pa.Table) -> str:
    """From ageing: how many are older than that, and in which step most of them stand."""
    known = cases.filter(pc.field("n") >= FEWEST).num_rows
    if not known:
        return (
            f"Fewer than {FEWEST} cases were completed, too few to judge the ages of "
            f"{count(cases.num_rows, 'open case')}."
        )
    old = older(cases).select(["workflow", "step"]).to_pylist()
    than = "older than 85% of completed cases were when they left the same step"
    of = count(known, "open case")
    if known < cases.num_rows:
        of += f" whose step {FEWEST} completed cases have left"
    if not old:
        return f"None of {of} is {than}."
    (workflow, number), most = Counter((row["workflow"], row["step"]) for row in old).most_common(
        1
    )[0]
    where = step({"workflow": workflow, "step": number})
    if cases.num_rows == 1:
        return f"**The only open case** is {than}: {where}."
    verb = "is" if len(old) == 1 else "are"
    if most == len(old):
        return f"**{most:,}** of {of} {verb} {than}: {where}."
    return f"**{len(old):,}** of {of} {verb} {than}; {most:,} of them in {where}."


def rows(table: pa.Table, scope: Scope) -> pa.Table:
    """The rows of `chart`, the steps in their order."""
    edge, lanes = edge_of(table, scope), dict[str, int]()
    return pa.Table.from_pylist(
        [_aged(row, edge, step_name(row, scope.filters), lanes) for row in table.to_pylist()]
    )


def edge_of(table: pa.Table, scope: Scope) -> float:
    """The age at which the chart ends."""
    known = [row["p95_days"] for row in table.to_pylist() if row["n"] >= FEWEST]
    return scatter_edge(scope.promise, max(known, default=0.0))


def _aged(row: dict[str, Any], edge: float, step: str, lanes: dict[str, int]) -> dict[str, Any]:
    place = lanes[step] = lanes.get(step, -1) + 1
    is_known = row["n"] >= FEWEST
    asked = Promise(row["day_us"])
    return {
        "key": row["case_id"],
        "step": step,
        "days": row["age_days"],
        "drawn": min(row["age_days"], edge),
        "lane": LANES[place % len(LANES)],
        "state": "done" if row["state"] == "delivered" else row["state"],
        "firm": row["firm"],
        "case_id": row["case_id"],
        "text": asked.days(row["age_days"]),
        "usual": asked.days(row["p85_days"]) if is_known else "too few completed cases",
        "n": row["n"],
        "p50": min(row["p50_days"], edge) if is_known else None,
        "p85": min(row["p85_days"], edge) if is_known else None,
        "p95": min(row["p95_days"], edge) if is_known else None,
    }


def chart() -> Spec:
    """Open cases by step and age, over the ages at which finished ones left it; a click picks one.

    Table: key (the case), step, days, drawn (at most the edge), lane, state, firm, case_id, text,
    usual, n, p50, p85, p95 (empty if the finished cases are few).
    """
    states = alt.Legend(values=STATES[:3], columns=look.COLUMNS)
    dots = (
        alt.Chart(look.TABLE)
        .mark_point(filled=True, size=52, opacity=0.9)
        .encode(
            x=alt.X("drawn:Q", axis=_across()),
            y=_lanes(),
            yOffset=alt.YOffset("lane:Q", scale=alt.Scale(domain=[-3, 3])),
            color=look.ink("state", states),
            shape=alt.Shape("state:N", scale=look.SHAPES, legend=states),
            tooltip=look.tips(
                firm="Firm",
                case_id="Case",
                step="Current step",
                text="Age",
                usual="85th percentile of the step",
            ),
        )
        .add_params(look.PICK)
    )
    layers = alt.layer(*_usual_ages(), dots)
    return look.look(layers.resolve_scale(color="independent", shape="independent"), {"step": 34})


def _lanes() -> "alt.Y":
    axis = alt.Axis(title=None, labelLimit=150, grid=False)
    return alt.Y("step:N", sort=None, axis=axis)


def _across() -> "alt.Axis":
    return alt.Axis(labelExpr=look.DAYS, title=None, tickCount=4, grid=True)


def _usual_ages() -> "list[alt.Chart]":
    """Within what age half, 85 and 95 of 100 had left the step, with a line at the 85."""
    usual = (
        alt.Chart(look.TABLE)
        .transform_aggregate(p50="min(p50)", p85="min(p85)", p95="min(p95)", groupby=["step"])
        .transform_filter("isValid(datum.p85)")
        .transform_calculate(zero="0")
        .encode(y=_lanes())
    )
    bands = [
        look.inked(usual.mark_bar(opacity=opacity, height={"band": 0.86}), "muted").encode(
            x=alt.X(f"{low}:Q", axis=_across()), x2=f"{high}:Q"
        )
        for low, high, opacity in (("zero", "p50", 0.32), ("p50", "p85", 0.2), ("p85", "p95", 0.1))
    ]
    edge = look.inked(usual.mark_tick(thickness=2, size=26), "ink").encode(x="p85:Q")
    return [*bands, edge]


def note(table: pa.Table, scope: Scope) -> str:
    most = max(table["age_days"].to_pylist(), default=0.0)
    is_beyond = most > edge_of(table, scope)
    edge = f" At the right edge: older, up to {scope.promise.days(most)}." if is_beyond else ""
    return (
        "Each dot is an open case by its age. Gray bands: the age at which 50%, 85%, and 95% of "
        f"completed cases had left that step. Line: 85%.{edge} Excludes withdrawn cases."
    )


def old(table: pa.Table, scope: Scope) -> Cases | None:
    """Those older than 85 of 100 were."""
    cases = older(table)
    if not cases.num_rows:
        return None

    def words(row: Row) -> Words:
        return {
            "state": [marked(row["state"])],
            "Age": formats.duration(row["age_us"], row["day_us"]),
            "85th percentile": formats.duration(row["p85_days"] * row["day_us"], row["day_us"]),
            "step": f"{row['step']} {row['label']}",
            "submitted": formats.moment(row["opened_at"], scope.zone),
            **listed.whose(row),
        }

    return listed.behind("Old for their step", "ageing-cases", cases, words)


AGEING = Figure(
    key="ageing",
    question="Open cases that are old for their step",
    query="ageing",
    says=lambda cases, _: sentence(cases),
    hint="Click a dot to open the case.",
    rows=rows,
    chart=chart,
    alt="Open cases by step and age",
    cases=old,
    fold=lambda cases, _: (
        f"{percent(older(cases).num_rows / cases.num_rows)} are unusually old for their step"
    ),
    fold_key="ageing-old",
    note=note,
    opens="key",
    empty=(),
)
