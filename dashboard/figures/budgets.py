"""Whether each step keeps its budget: the limit, split over the steps, against their times."""

from typing import Any

import pyarrow as pa

from dashboard.charts import Spec
from dashboard.charts.late import alt, look
from dashboard.figures.figure import Figure, Lines, Scope
from dashboard.figures.marks import HOUR, step_name
from dashboard.findings import Promise, count
from dashboard.findings.words import step
from dashboard.formats import FEWEST, MINUTE_US, percent
from dashboard.workflows import WORKFLOWS

TIPS = {
    "lane": "Step",
    "half": "Median",
    "most": "85th percentile",
    "nearly": "95th percentile",
    "budget_text": "Budget",
    "slack": "Slack at the 85th percentile",
    "n": "Cases",
}
FEW = "few cases"  # in place of a percentile
BASES = {
    "history": "by its share of all time so far ({n:,} completed cases)",
    "set": "as an administrator has set it",
    "even": "evenly, since no case of the path is completed",
}
SLACK = pa.schema(
    {
        "workflow": pa.string(),
        "step": pa.int32(),
        "label": pa.string(),
        "party": pa.string(),
        "n": pa.int64(),
        "share": pa.float64(),
        "p50_minutes": pa.float64(),
        "p85_minutes": pa.float64(),
        "p95_minutes": pa.float64(),
        "basis": pa.string(),
        "n_history": pa.int64(),
        "limit_us": pa.int64(),
        "budget_us": pa.int64(),
        "budget_minutes": pa.float64(),
        "slack_p50_minutes": pa.float64(),
        "slack_p85_minutes": pa.float64(),
        "mean_minutes": pa.float64(),
        "slack_mean_minutes": pa.float64(),
    }
)


def slack(budgets: pa.Table, spread: pa.Table) -> pa.Table:
    """What each budget leaves: less P50, and less P85; negative where it is overdrawn.

    One row per path and step that a completed case has gone through: n, share and percentiles of
    `step_spread`; basis, n_history, limit_us and budget of `step_budgets`; slack_p50_minutes,
    slack_p85_minutes, mean_minutes and slack_mean_minutes.
    """
    of_step = {(row["workflow"], row["step"]): row for row in budgets.to_pylist()}
    rows = []
    for row in spread.to_pylist():
        budget = of_step[row["workflow"], row["step"]]
        left = {
            f"slack_{name}_minutes": budget["budget_minutes"] - row[f"{name}_minutes"]
            for name in ("p50", "p85")
        }
        mean = row["business_us"] / row["n"] / MINUTE_US
        left |= {"mean_minutes": mean, "slack_mean_minutes": budget["budget_minutes"] - mean}
        known = {**row, **budget, **left}
        rows.append({name: known[name] for name in SLACK.names})
    return pa.Table.from_pylist(rows, schema=SLACK)


def sentence(slack: pa.Table, promise: Promise) -> str:
    """From step_slack: how many steps keep their budget, and the one that overdraws it most."""
    rows = slack.to_pylist()
    enough = [row for row in rows if row["n"] >= FEWEST]
    if not enough:
        return f"No step has {FEWEST} completed cases yet: every mark is hollow."
    # budgets are shares of a sum, as means are: percentiles of steps do not add up to the whole's
    over = [row for row in enough if row["slack_mean_minutes"] < 0]
    text = (
        f"On average **{len(enough) - len(over)} of {count(len(enough), 'step')}** "
        f"{'stays' if 1 in (len(enough), len(enough) - len(over)) else 'stay'} within budget."
    )
    if not over:
        return text
    worst = min(over, key=lambda row: row["slack_mean_minutes"])
    return (
        f"{text} Furthest over: {step(worst)}, with {promise.minutes(worst['mean_minutes'])} "
        f"against a budget of {promise.minutes(worst['budget_minutes'])} "
        f"({count(worst['n'], 'case')})."
    )


def rows(table: pa.Table, scope: Scope) -> pa.Table:
    """The rows of `chart`."""
    asked = scope.promise
    return pa.Table.from_pylist(
        [
            {
                "lane": step_name(row, scope.filters),
                **{name: row[f"{name}_minutes"] / HOUR for name in ("p50", "p85", "p95")},
                "budget": row["budget_minutes"] / HOUR,
                "tone": "accent" if row["slack_p85_minutes"] < 0 else "ink",
                "few": row["n"] < FEWEST,
                "half": asked.minutes(row["p50_minutes"]),
                "most": asked.minutes(row["p85_minutes"]),
                "nearly": asked.minutes(row["p95_minutes"]),
                "budget_text": asked.minutes(row["budget_minutes"]),
                "slack": asked.difference(row["slack_p85_minutes"]),
                "n": row["n"],
            }
            for row in table.to_pylist()
        ]
    )


def chart() -> Spec:
    """From the half to 85 of 100 in each step, thin on to 95, against the step's budget.

    Table: lane, p50, p85, p95, budget (hours), tone, few, half, most, nearly, budget_text,
    slack, n.
    """
    legend = alt.Legend(
        values=["ink", "accent"],
        labelExpr="datum.label == 'ink' ? '85th percentile within budget' : 'over budget'",
        symbolType="circle",
        columns=look.COLUMNS,
    )
    base = alt.Chart(look.TABLE).encode(y=look.lanes("lane"), tooltip=look.tips(**TIPS))
    hours = look.across("p50", look.HOURS, "business time in the step")
    thin = base.mark_rule(strokeWidth=1.5, opacity=0.5).encode(
        x=hours, x2="p95:Q", color=look.ink("tone")
    )
    thick = base.mark_rule(strokeWidth=6, opacity=0.55).encode(
        x="p50:Q", x2="p85:Q", color=look.ink("tone")
    )
    dots = base.mark_point(filled=True, size=80, opacity=1).encode(
        x="p50:Q", color=alt.Color("tone:N", scale=look.SCALE, legend=legend)
    )
    holes = base.mark_point(filled=True, size=26, opacity=1).encode(x="p50:Q")
    budget = base.mark_tick(thickness=3, size=22).encode(x="budget:Q")
    layers = alt.layer(
        thin,
        thick,
        dots,
        look.inked(holes.transform_filter("datum.few"), "paper"),
        look.inked(budget, "muted"),
    )
    return look.look(layers.resolve_scale(color="independent"), {"step": look.ROW_PX})


def lines(table: pa.Table, scope: Scope) -> Lines:
    asked = scope.promise
    shown = pa.Table.from_pylist(
        [
            {
                "Step": step_name(row, scope.filters),
                "Whose turn": row["party"],
                "Cases": f"{row['n']:,}",
                "Share": percent(row["share"] or 0.0),
                "Median": _within(row, "p50", asked),
                "85th percentile": _within(row, "p85", asked),
                "95th percentile": _within(row, "p95", asked),
                "Budget": asked.minutes(row["budget_minutes"]),
                "Slack at the median": _slack(row, "p50", asked),
                "Slack at the 85th percentile": _slack(row, "p85", asked),
            }
            for row in table.to_pylist()
        ]
    )
    alt = "Time in each step, its budget and what is left of it"
    return Lines("budget-table", alt, shown, "step_budgets", "download-budgets", 190, scrolls=False)


def _within(row: dict[str, Any], name: str, asked: Promise) -> str:
    return asked.minutes(row[f"{name}_minutes"]) if row["n"] >= FEWEST else FEW


def _slack(row: dict[str, Any], name: str, asked: Promise) -> str:
    return asked.difference(row[f"slack_{name}_minutes"]) if row["n"] >= FEWEST else FEW


def note(table: pa.Table, scope: Scope) -> str:
    bases = {
        row["workflow"]: BASES[row["basis"]].format(n=row["n_history"]) for row in table.to_pylist()
    }
    limit = "" if scope.promise.limit is None else f" of {scope.promise.limit_words}"
    told = "; ".join(f"{WORKFLOWS[key].short} {words}" for key, words in bases.items())
    return (
        "Dot: median. Thick line: to the 85th percentile; thin line: to the 95th. Upright mark: "
        f"the step’s budget. The SLA{limit} is split over the steps: {told}. Slack is the budget "
        f"minus the percentile. Hollow: fewer than {FEWEST} cases. An administrator can set "
        "budgets under Settings, Targets."
    )


BUDGETS = Figure(
    key="budgets",
    question="Step times against budgets",
    query="step_budgets",
    compute=lambda budgets, scope: slack(budgets, scope.run("step_spread")),
    says=lambda table, scope: sentence(table, scope.promise),
    rows=rows,
    chart=chart,
    alt="Time in each step against its budget",
    lines=lines,
    note=note,
)
