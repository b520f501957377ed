"""Where cases stand, and where they pile up: at the end of each week or day."""

from datetime import date, timedelta
from itertools import groupby
from typing import Any

import pyarrow as pa

from dashboard.charts import TOKENS, Spec
from dashboard.charts.late import alt, look
from dashboard.figures import listed
from dashboard.figures.figure import Cases, Choice, Figure, Row, Scope
from dashboard.figures.marks import midnight
from dashboard.findings import count
from dashboard.findings.words import step
from dashboard.formats import day_text, day_with_year
from dashboard.workflows import WORKFLOWS, Party

VIEWS = {"Open": False, "With completed": True}
BY_DAY_UP_TO_DAYS = 100  # a longer period is shown by week
DONE = "done"
FIRST, SECOND = 1.0, 0.72  # bands of one party one above the other take turns


def period(scope: Scope) -> str:
    """What one mark stands for: of a short period a day, else a week."""
    since = scope.filters.get("since")
    return "day" if since and (scope.today - since).days < BY_DAY_UP_TO_DAYS else "week"


def sentence(flow: pa.Table, since: date | None) -> str:
    """From cumulative_flow: where the open cases stand at the end, and how many got through."""
    rows = flow.to_pylist()
    last = [row for row in rows if row["period"] == rows[-1]["period"]]
    n = sum(row["open"] for row in last)
    ends = {row["workflow"]: row["step"] for row in last}
    done = sum(row["completed"] for row in last if row["step"] == ends[row["workflow"]])
    begun = f"since {day_with_year(since)}" if since else "since the first submission"
    through = f"**{done:,}** {'was' if done == 1 else 'were'} completed {begun}."
    if not n:
        return f"No cases are open; {through}"
    most = max(last, key=lambda row: row["open"])
    stand = "stands" if most["open"] == 1 else "stand"
    return (
        f"**{most['open']:,} of {count(n, 'open case')}** {stand} in {step(most)}, no step has "
        f"more; {through}"
    )


def rows_of(flow: pa.Table, *, by_step: bool, with_done: bool) -> pa.Table:
    """The rows of `chart`: by step where one path is asked for, else by whose step it is."""
    out: list[dict[str, Any]] = []
    for begins, ends in groupby(flow.to_pylist(), key=lambda row: row["period"]):
        own, low = list(ends), 0
        for band, tone, shade, cases in _stack(own, by_step=by_step, with_done=with_done):
            out.append(
                {
                    "key": f"{own[0]['last_date'].isoformat()} {band}",
                    "begins": midnight(begins),
                    "ends": midnight(own[0]["last_date"] + timedelta(1)),
                    "low": low,
                    "high": low + cases,
                    "tone": tone,
                    "shade": shade,
                    "band": band,
                    "cases": cases,
                    "when": day_text(own[0]["last_date"]),
                }
            )
            low += cases
    return pa.Table.from_pylist(out)


def _stack(
    rows: list[dict[str, Any]], *, by_step: bool, with_done: bool
) -> list[tuple[str, str, float, int]]:
    """Band, tone, shade and cases from the bottom up: what is done, then the last step first."""
    stack: list[tuple[str, str, float, int]] = []
    if with_done:
        ends = [row for row in rows if row["step"] == WORKFLOWS[row["workflow"]].last]
        stack.append(("completed", DONE, FIRST, sum(row["completed"] for row in ends)))
    if by_step:
        for row in reversed(rows):
            same = stack and stack[-1][1] == row["party"] and stack[-1][2] == FIRST
            shade = SECOND if same else FIRST
            stack.append((band_name(row), row["party"], shade, row["open"]))
        return stack
    for party in reversed(Party):
        n = sum(row["open"] for row in rows if row["party"] == party)
        stack.append((whose(party), str(party), FIRST, n))
    return stack


def band_name(row: Row) -> str:
    """A step's band, where one path is shown."""
    return f"{row['step']} {row['label']}"


def whose(party: str) -> str:
    """The band of all steps of a party, where both paths are shown."""
    return f"steps of {party}"


def in_band(row: Row, band: str) -> bool:
    """Whether a case of `cases_at` is counted in the band of that name."""
    return row["state"] == "open" and band in (band_name(row), whose(row["party"]))


def chart() -> Spec:
    """Cases by where they stood at the end of each day or week, stacked; a click picks a mark.

    Table: key, begins, ends, low, high (cases), tone (a party, or "done"), shade, band, cases,
    when. Its legend is given its tones when it is drawn.
    """
    named = "datum.label == 'done' ? 'completed' : datum.label"
    legend = alt.Legend(values=[], labelExpr=named, symbolType="square", columns=look.MANY_COLUMNS)
    axis = alt.Axis(title=None, tickMinStep=1, format="d")
    marks = (
        alt.Chart(look.TABLE)
        .mark_rect()
        .encode(
            x=look.dates("begins", 0),
            x2="ends:T",
            y=alt.Y("low:Q", axis=axis),
            y2="high:Q",
            color=look.ink("tone", legend),
            opacity=alt.Opacity("shade:Q", scale=None),
            tooltip=look.tips(when="At the end of", band="Where", cases="Cases"),
        )
        .add_params(look.PICK)
    )
    return look.look(marks, 280)


def legend(spec: Spec, rows: pa.Table) -> Spec:
    """Names the tones that the rows have, in the order of the tokens."""
    held = {row["tone"] for row in rows.to_pylist() if row["cases"]}
    color = spec["encoding"]["color"]
    shown = {**color["legend"], "values": [tone for tone in TOKENS if tone in held]}
    return {**spec, "encoding": {**spec["encoding"], "color": {**color, "legend": shown}}}


def behind(mark: Row, scope: Scope) -> Cases:
    """Those that stood in its step, or were completed since the beginning."""
    day, band = mark["ends"].date() - timedelta(1), mark["band"]
    if band == "completed":
        dates = {"until": day + timedelta(1)}
        return listed.completed(scope, f"Completed by {day_text(day)}", "stages-cases", dates)
    title = f"{band}, at the end of {day_text(day)}"
    return listed.under_way(scope, title, "stages-cases", day, lambda row: in_band(row, band))


STAGES = Figure(
    key="stages",
    question="Work in progress by step",
    query="cumulative_flow",
    params=lambda scope: {"period": period(scope)},
    choice=Choice("stages-of", "Cases", VIEWS),
    says=lambda flow, scope: sentence(flow, scope.filters.get("since")),
    rows=lambda flow, scope: rows_of(
        flow, by_step=bool(scope.filters.get("workflow")), with_done=scope.choice
    ),
    chart=chart,
    legend=legend,
    alt="Cases by the step they were in",
    note=lambda _, scope: (
        f"Cases at the end of each {period(scope)} by step, colored by the step’s party. Handoffs "
        "inside a step are not shown here. Excludes withdrawn cases. Click a mark to list its "
        "cases."
    ),
    behind=behind,
)
