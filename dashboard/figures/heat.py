"""Which step slows down, and on which day: each step by place in the month."""

import pyarrow as pa

from dashboard.charts import FEWEST_IN_CELL, Spec
from dashboard.charts.late import alt, look
from dashboard.figures import listed
from dashboard.figures.figure import Cases, Choice, Figure, Row, Scope
from dashboard.figures.marks import HOUR, step_name
from dashboard.figures.month_end import told_apart
from dashboard.figures.rows import rows_of
from dashboard.findings import count, place
from dashboard.findings.words import capital, step

VIEWS = {"Times its usual": "times", "Hours": "hours"}
# Where a cell's colour is so strong, in both themes, that its text has to be paper.
STRONG_TIMES = "datum.times > 2.05 || datum.times < 0.49"
STRONG_HOURS = "datum.hours > 11"
MOST_NAMED = 3  # steps in one sentence
MOST_HOURS = 18  # a cell's colour ends here: twice as long in one step is as bad
TIPS = {
    "step": "Step",
    "party": "Whose turn",
    "text": "Median",
    "usual": "Outside the window",
    "n": "Cases",
}


def sentence(cells: pa.Table, steps: pa.Table, window: tuple[int, int]) -> str:
    """From step_days and month_end_steps: how the days of the significant steps are coloured.

    No cell is named: the strongest of so many overstates.
    """
    told = told_apart(steps.to_pylist())
    if not told:
        return "No step differs significantly at month end. The colors alone prove nothing."
    said = [_days_of(row, cells.to_pylist(), window) for row in told[:MOST_NAMED]]
    return " ".join(filter(None, said)) or (
        f"No step that differs has a day with {FEWEST_IN_CELL} cases."
    )


def _days_of(of_step: Row, cells: list[Row], window: tuple[int, int]) -> str:
    """On how many days of the window, and of the rest, a step took longer than is usual."""
    own = [
        row
        for row in cells
        if (row["workflow"], row["step"]) == (of_step["workflow"], of_step["step"])
        and row["n"] >= FEWEST_IN_CELL
        and row["times_usual"] is not None
    ]
    sides: dict[bool, list[bool]] = {True: [], False: []}
    for row in own:
        sides[window[1] <= row["days_to_month_end"] <= window[0]].append(row["times_usual"] > 1)
    if not sides[True]:
        return ""
    text = (
        f"{capital(step(of_step))} takes longer than its usual median on **{sum(sides[True])} of "
        f"{count(len(sides[True]), 'day')}** of the window"
    )
    if sides[False]:
        text += f", on {sum(sides[False])} of {len(sides[False])} outside it"
    return f"{text} (days with {FEWEST_IN_CELL} cases or more)."


def rows(table: pa.Table, scope: Scope) -> pa.Table:
    """The rows of `chart`."""
    asked = scope.promise
    return pa.Table.from_pylist(
        [
            {
                "key": f"{row['workflow']} {row['step']} {row['days_to_month_end']}",
                "place": row["days_to_month_end"],
                "step": step_name(row, scope.filters),
                "party": row["party"],
                "times": row["times_usual"],
                "hours": row["median_minutes"] / HOUR,
                "times_shown": f"{row['times_usual'] or 0:.1f}×",
                "hours_shown": f"{row['median_minutes'] / HOUR:.1f}",
                "text": asked.minutes(row["median_minutes"]),
                "usual": ""
                if row["usual_minutes"] is None
                else asked.minutes(row["usual_minutes"]),
                "n": row["n"],
            }
            for row in rows_of(table)
        ]
    )


def chart(kind: str, window: tuple[int, int]) -> Spec:
    """Step against day: "times" its usual (diverging) or "hours" (sequential).

    Table: key, place, step, party, times, hours, times_shown, hours_shown, text, usual, n.
    """
    strong = STRONG_TIMES if kind == "times" else STRONG_HOURS
    scale = (
        alt.Scale(type="log", base=2, domain=[1 / 3, 3], range="diverging", clamp=True)
        if kind == "times"
        else alt.Scale(domain=[0, MOST_HOURS], range="ramp", clamp=True)
    )
    is_cell = f"datum.n >= {FEWEST_IN_CELL} && isValid(datum.{kind})"
    base = alt.Chart(look.TABLE).encode(
        x=look.place(window), y=alt.Y("step:O", sort=None, axis=alt.Axis(title=None, grid=False))
    )
    cells = (
        base.mark_rect(cornerRadius=2)
        .encode(color=alt.Color(f"{kind}:Q", scale=scale, legend=None), tooltip=look.tips(**TIPS))
        .transform_filter(is_cell)
        .add_params(look.PICK)
    )
    dots = base.mark_point(size=5, filled=True).encode(tooltip=look.tips(**TIPS))
    words = [
        look.inked(
            base.mark_text(fontSize=11, opacity=alt.ExprRef("width < 700 ? 0 : 1"))
            .encode(text=f"{kind}_shown:N")
            .transform_filter(f"{is_cell} && {test}"),
            token,
        )
        for token, test in (("paper", f"({strong})"), ("ink", f"!({strong})"))
    ]
    few = look.inked(dots.transform_filter(f"!({is_cell})"), "muted")
    return look.look(alt.layer(cells, few, *words).resolve_scale(color="independent"), {"step": 32})


def behind(mark: Row, scope: Scope) -> Cases:
    workflow, number, place_words = mark["key"].split()
    days = int(place_words)
    return listed.in_step(scope, "heat-then", workflow, int(number), place(days), place=days)


HEAT = Figure(
    key="heat",
    question="Step times by day of the month",
    query="step_days",
    choice=Choice("show", "Show", VIEWS),
    says=lambda cells, scope: sentence(cells, scope.run("month_end_steps"), scope.window),
    rows=rows,
    chart=chart,
    variant=lambda scope: (scope.choice, scope.window),
    alt="Median time in each step by business days to month end",
    note=lambda cells, _: (
        "Median business time in a step by the day on which it began, and against its median "
        f"outside the window. Teal: quicker. Brown: slower. A dot: fewer than {FEWEST_IN_CELL} "
        f"cases. n = {sum(cells['n'].to_pylist()):,} completed steps. Click a cell to list its "
        "cases."
    ),
    behind=behind,
    is_behind_below=True,
)
