"""Which step holds the time: waiting, or in work."""

from collections.abc import Mapping
from typing import Any

import pyarrow as pa

from dashboard.charts import PART_TONES, PARTS, Spec
from dashboard.charts.late import alt, look
from dashboard.figures import listed
from dashboard.figures.figure import Cases, Figure, Row, Scope
from dashboard.figures.marks import step_name
from dashboard.findings.words import count, step
from dashboard.formats import MINUTE_US, percent

TIPS = {
    "lane": "Step",
    "part": "Part",
    "text": "Average per case",
    "shown_part": "Share",
    "n": "Cases",
    "usual": "Median",
}
COUNTED = {"waiting": "waiting_us", "in work": "working_us", "not split": "not_split_us"}
PART_WORDS = {
    "waiting": "waiting for Start",
    "in work": "in work",
    "not split": "Start not recorded",
}
LEGEND = (
    "datum.label == 'accent' ? 'waiting' : datum.label == 'done' ? 'in work' : 'Start not recorded'"
)


def sentence(steps: pa.Table) -> str:
    """From step_spread: how much of the time lay before somebody started, where that is known."""
    rows = steps.to_pylist()
    n, split = (sum(row[name] for row in rows) for name in ("n", "n_split"))
    if not split:
        return (
            f"**Not split**: Start was recorded in none of {count(n, 'step')}. Where people press "
            "Start, waiting and work stand apart."
        )
    us = {
        name: sum(row[f"{name}_us"] for row in rows) for name in ("waiting", "working", "not_split")
    }
    known = us["waiting"] + us["working"]
    text = (
        f"Where Start was recorded (**{split:,} of {count(n, 'step')}**), "
        f"**{percent(us['waiting'] / known if known else 0)}** of the time was spent waiting for it"
    )
    most = max(rows, key=lambda row: row["waiting_us"])
    if not most["waiting_us"]:
        return f"{text}."
    part = percent(most["waiting_us"] / us["waiting"])
    return f"{text}; {part} of that before {step(most)}."


def rows(steps: pa.Table, scope: Scope) -> pa.Table:
    """The rows of `chart`: one for each part of a step that has a case."""
    asked, rows = scope.promise, []
    for row in steps.to_pylist():
        counts = dict.fromkeys(PARTS[:2], row["n_split"])
        counts["not split"] = row["n"] - row["n_split"]
        counted = [part for part in PARTS if counts[part]]
        # a part without any time makes no bar; a step without any still has its place
        parts = [part for part in counted if row[COUNTED[part]]] or counted[:1]
        rows += [
            {
                "workflow": row["workflow"],
                "step": row["step"],
                "lane": step_name(row, scope.filters),
                "part": part,
                "rank": PARTS.index(part),
                "tone": PART_TONES[part],
                "share": _of(row[COUNTED[part]], row),
                "shown_part": percent(_of(row[COUNTED[part]], row)),
                "whole": row["share"] or 0.0,
                "shown": percent(row["share"] or 0.0),
                "text": asked.minutes(row[COUNTED[part]] / counts[part] / MINUTE_US),
                "n": counts[part],
                "usual": asked.minutes(row["p50_minutes"]),
                "is_last": part == parts[-1],
            }
            for part in parts
        ]
    return pa.Table.from_pylist(rows)


def _of(us: int, row: Mapping[str, Any]) -> float:
    """The part's share of all time, from the step's."""
    return (row["share"] or 0.0) * us / row["business_us"] if row["business_us"] else 0.0


def chart() -> Spec:
    """Each step's share of the time, waiting and in work; a click picks the bar.

    Table: workflow, step, lane, part, rank, tone, share, whole (the step's), shown, text, n,
    usual, is_last.
    """
    picked = alt.selection_point(name="picked", fields=["workflow", "step", "part"], toggle=False)
    legend = alt.Legend(
        values=list(PART_TONES.values()),
        labelExpr=LEGEND,
        symbolType="square",
        columns=look.COLUMNS,
    )
    base = alt.Chart(look.TABLE).encode(y=look.lanes("lane"))
    bars = (
        base.mark_bar(cursor="pointer")
        .encode(
            x=look.across("share", look.SHARE, stack="zero"),
            color=alt.Color("tone:N", scale=look.SCALE, legend=legend),
            order=alt.Order("rank:Q"),
            opacity=alt.condition(picked, alt.value(1), alt.value(0.35)),
            tooltip=look.tips(**TIPS),
        )
        .add_params(picked)
    )
    words = (
        base.mark_text(align="left", dx=6, fontWeight=600)
        .encode(x="whole:Q", text="shown:N")
        .transform_filter("datum.is_last")
    )
    return look.look(
        alt.layer(bars, look.inked(words, "ink")).resolve_scale(color="independent"),
        {"step": look.ROW_PX},
    )


def note(steps: pa.Table, _scope: Scope) -> str:
    n, split = (sum(steps[name].to_pylist()) for name in ("n", "n_split"))
    return (
        "Share of all business time of completed cases. Waiting: until someone pressed Start on "
        f"the step. In work: after that, whoever’s turn it was. n = {n:,} completed steps; "
        f"{n - split:,} cannot be split, since Start was not recorded or the case was reopened."
    )


def behind(bar: Row, scope: Scope) -> Cases:
    asked = scope.narrowed(workflow=bar["workflow"])
    table = asked.run("step_cases", step=bar["step"], part=bar["part"])
    name = f"step {bar['lane']}, {PART_WORDS[bar['part']]}"
    return listed.in_bar(scope, table, name, bar["n"], "step-cases")


STEPS = Figure(
    key="steps",
    question="Time by step: waiting and in work",
    query="step_spread",
    says=lambda steps, _: sentence(steps),
    hint="Click a bar to see its cases.",
    rows=rows,
    chart=chart,
    alt="Share of business time by step, waiting and in work",
    note=note,
    behind=behind,
)
