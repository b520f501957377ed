"""What if a step ran as in its best quarter: an estimate with its interval."""

from collections.abc import Mapping
from datetime import date
from typing import Any

import pyarrow as pa

from dashboard.charts import Spec
from dashboard.charts.late import alt, look
from dashboard.figures.figure import Choice, Figure, Scope
from dashboard.figures.marks import HOUR, step_name
from dashboard.figures.quarters import DRAWS, MOST_CASES, estimated
from dashboard.findings import Promise, count, path
from dashboard.findings.words import points, step
from dashboard.formats import FEWEST, MINUTE_US, NBSP, percent, signed
from dashboard.workflows import WORKFLOWS

MEASURES = {"85th percentile": "p85", "Median": "p50", "Within SLA": "kept"}
IN_WORDS = {"p50": "half of the cases", "p85": "85% of the cases"}
SEED = 1
NOTHING = (
    f"Nothing to compare yet: a path needs two calendar quarters with {FEWEST} completed cases "
    "each. Choose a longer period."
)


def sentence(table: pa.Table, measure: str, promise: Promise) -> str:
    """From best_quarters: the step that would change most, if any can be told from chance."""
    every = table.to_pylist()
    told = [row for row in every if row["told_from_chance"]]
    if not told:
        return f"No gain that this data can show ({_at_most(every, measure, promise)})."
    name = "kept_change" if measure == "kept" else f"{measure}_change_minutes"
    most = max(told, key=lambda row: abs(row[name]))
    begun = (
        f"Estimate: had {step(most)} run as in {quarter(most['quarter'])}, the best of "
        f"{count(most['n_quarters'], 'quarter')}, "
    )
    # what stands out most of several overstates: only the interval is said, its near end first
    ended = "95% interval"
    if len(every) > 1:
        ended += f"; the largest effect of {count(len(every), 'step')}, so rely on the first number"
    if measure == "kept":
        near, far = (percent(most["kept"] + most[f"kept_{end}"]) for end in ("low", "high"))
        return (
            f"{begun}**{near} to {far}** instead of {percent(most['kept'])} of the "
            f"{path(most['workflow'])} cases would have been within SLA ({ended})."
        )
    now = most[f"{measure}_minutes"]
    near, far = (promise.minutes(now + most[f"{measure}_{end}_minutes"]) for end in ("high", "low"))
    return (
        f"{begun}{IN_WORDS[measure]} of the {path(most['workflow'])} path would have been done "
        f"within **{near} to {far}** instead of {promise.minutes(now)} ({ended})."
    )


def _at_most(rows: list[dict[str, Any]], measure: str, promise: Promise) -> str:
    """What the intervals do not rule out."""
    if measure == "kept":
        most = max((row["kept_high"] for row in rows), default=0.0)
        return f"at most {count(round(100 * most), 'point')}"
    least = min((row[f"{measure}_low_minutes"] for row in rows), default=0.0)
    return f"at most {promise.minutes(abs(least))}"


def quarter(first_day: date) -> str:
    """A calendar quarter by its first day: "Q1 2026"."""
    return f"Q{(first_day.month + 2) // 3} {first_day.year}"


def rows(table: pa.Table, scope: Scope) -> pa.Table:
    """The rows of `chart` for the measure that is chosen."""
    measure, asked = scope.choice, scope.promise
    return pa.Table.from_pylist(
        [
            {
                "lane": step_name(row, scope.filters),
                **{name: _measure(row, measure, name) for name in ("change", "low", "high")},
                "shown": change_text(row, measure, "change", asked),
                "interval": f"{change_text(row, measure, 'low', asked)} to "
                f"{change_text(row, measure, 'high', asked)}",
                "tone": "accent" if row["told_from_chance"] else "muted",
                "is_told": row["told_from_chance"],
                "quarter": quarter(row["quarter"]),
                "median": asked.minutes(row["median_minutes"]),
                "best": asked.minutes(row["quarter_median_minutes"]),
                "n": row["n"],
            }
            for row in table.to_pylist()
        ]
    )


def _measure(row: Mapping[str, Any], measure: str, name: str) -> float:
    if measure == "kept":
        return row[f"kept_{name}"]
    return row[f"{measure}_{name}_minutes"] / HOUR


def change_text(row: Mapping[str, Any], measure: str, name: str, asked: Promise) -> str:
    """A change as pages say it: business time, or points of a share."""
    if measure == "kept":
        return points(row[f"kept_{name}"]).replace(" ", NBSP)
    return signed(row[f"{measure}_{name}_minutes"] * MINUTE_US, asked.day_us)


def chart(kind: str) -> Spec:
    """What one step as in its best quarter would change: the estimate with its interval.

    Table: lane, change, low, high, tone, is_told, shown, interval, quarter, median, best, n.
    """
    tip = look.tips(
        lane="Step",
        shown="Estimate",
        interval="95% interval",
        quarter="Best quarter",
        median="Median in the step",
        best="In that quarter",
        n="Cases",
    )
    base = alt.Chart(look.TABLE).encode(y=look.lanes("lane"), tooltip=tip)
    zero = alt.Chart(alt.InlineData(values=[{"zero": 0}])).mark_rule(strokeWidth=1.25)
    spread = base.mark_rule(strokeWidth=3, opacity=0.45, strokeCap="round").encode(
        x=look.across("low", look.CHANGES[kind]), x2="high:Q", color=look.ink("tone")
    )
    dots = base.mark_point(filled=True, size=80, opacity=1).encode(
        x="change:Q", color=look.ink("tone")
    )
    holes = base.mark_point(filled=True, size=26, opacity=1).encode(x="change:Q")
    layers = alt.layer(
        look.inked(zero.encode(x="zero:Q"), "muted"),
        spread,
        dots,
        look.inked(holes.transform_filter("!datum.is_told"), "paper"),
    )
    return look.look(layers.resolve_scale(color="independent"), {"step": look.ROW_PX})


def note(table: pa.Table, _scope: Scope) -> str:
    if not table.num_rows:
        return ""
    of = {row["workflow"]: (row["n"], row["n_path"]) for row in table.to_pylist()}
    n = ", ".join(
        f"{WORKFLOWS[key].short} {few:,}" + (f" of {every:,}, evenly taken" if few < every else "")
        for key, (few, every) in of.items()
    )
    return (
        "An estimate, not a promise: each case’s time in the step is scaled by the best "
        "quarter’s median over the median of all; nothing else changes. Corrected for the luck "
        "of picking the best of several quarters. Bars: 95% intervals from resampled cases. "
        "Hollow and gray: too little data to tell; the bar then reaches no change. Completed "
        f"cases: n = {n}."
    )


BEST_QUARTER = Figure(
    key="best",
    question="What if a step matched its best quarter?",
    query="case_steps",
    params=lambda _: {"most": MOST_CASES},
    compute=lambda cases, _: estimated(cases, seed=SEED, draws=DRAWS),
    choice=Choice("effect", "Effect on", MEASURES),
    says=lambda table, scope: (
        sentence(table, scope.choice, scope.promise) if table.num_rows else NOTHING
    ),
    rows=rows,
    chart=chart,
    # hours where it is a time, points where it is a share
    variant=lambda scope: ("kept" if scope.choice == "kept" else "time",),
    alt="Estimated effect of each step as in its best quarter",
    note=note,
    is_lasting=True,
)
