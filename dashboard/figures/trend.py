"""How long a move takes: percentiles of the cycle time by month or week."""

import pyarrow as pa

from dashboard.charts import Spec
from dashboard.charts.late import alt, look
from dashboard.figures import listed
from dashboard.figures.figure import Cases, Choice, Figure, Row, Scope
from dashboard.figures.marks import LABEL_GAP, apart, midnight
from dashboard.findings import Promise, count, period
from dashboard.formats import FEWEST

PERIODS = {"By month": "month", "By week": "week"}
WEEKS_UP_TO_DAYS = 100  # a shorter period than this is shown by week at first
TONES = {"p50": "ink", "p85": "accent", "p95": "muted"}


def rows_of(percentiles: pa.Table, asked: Promise) -> pa.Table:
    """The rows of `chart`, from `cycle_percentiles` over all chosen paths together."""
    rows = percentiles.to_pylist()
    last = len(rows) - 1
    most = max([row["p95_days"] for row in rows] + [asked.limit or 0])
    labels = apart([rows[-1][f"{name}_days"] for name in TONES], LABEL_GAP * most) if rows else []
    return pa.Table.from_pylist(
        [
            {
                "key": row["period"].isoformat(),
                "period": midnight(row["period"]),
                "percentile": name.upper(),
                "days": row[f"{name}_days"],
                "label_days": labels[place],
                "text": asked.days(row[f"{name}_days"]),
                "n": row["n"],
                "few": row["n"] < FEWEST,
                "tone": tone,
                "is_last": number == last,
                "target": asked.target,
                "limit": asked.limit,
            }
            for number, row in enumerate(rows)
            for place, (name, tone) in enumerate(TONES.items())
        ]
    )


def sentence(percentiles: pa.Table, promise: Promise, kind: str) -> str:
    """From cycle_percentiles over all chosen paths together, by "month" or "week"."""
    rows = percentiles.to_pylist()
    enough = [row for row in rows if row["n"] >= FEWEST]
    if not enough:
        return f"No {kind} has {FEWEST} completed cases: one more case could move any of the marks."
    parts = []
    if promise.limit is not None:
        longer = sum(row["p50_days"] > promise.limit for row in enough)
        which = count(len(enough), kind)
        which += "" if len(enough) == len(rows) else f" with {FEWEST} cases or more"
        parts.append(
            f"The median was over {promise.limit_words} in **{longer or 'none'} of {which}**."
            if len(rows) > 1
            else f"The median is {'over' if longer else 'within'} {promise.limit_words}."
        )
    last = enough[-1]
    parts.append(
        f"In {period(last['period'], kind)} 85% took "
        f"**{promise.days(last['p85_days'])}** or less ({count(last['n'], 'case')})."
    )
    return " ".join(parts)


def chart() -> Spec:
    """Percentiles of the cycle time by period; a click picks the period.

    Table: key, period, percentile, days, label_days, text, n, few, tone, is_last, target, limit.
    """
    base = alt.Chart(look.TABLE).encode(x=look.dates("period", 12), y=look.days("days"))
    tip = [
        alt.Tooltip("period:T", format=look.DATE_YEAR, title="Completed from"),
        alt.Tooltip("percentile:N", title="Percentile"),
        alt.Tooltip("text:N", title="Cycle time"),
        alt.Tooltip("n:Q", title="Cases"),
    ]
    line = base.mark_line(strokeWidth=2.25, interpolate="monotone").encode(
        color=look.ink("tone"), detail="percentile:N"
    )
    dots = base.mark_point(size=46, filled=True, opacity=1).encode(
        color=look.ink("tone"), tooltip=tip
    )
    holes = base.mark_point(size=14, filled=True, opacity=1).transform_filter("datum.few")
    words = (
        base.mark_text(align="left", dx=10, fontWeight=600)
        .encode(y=look.days("label_days"), text="percentile:N", color=look.ink("tone"))
        .transform_filter("datum.is_last")
    )
    behind, named = look.promise()
    return look.look(
        alt.layer(
            *behind, line, dots, look.inked(holes, "paper"), words, *named, look.around(base, tip)
        ),
        280,
    )


def usual(scope: Scope) -> str:
    """What one mark stands for at first: of a short period a week, else a month."""
    since = scope.filters.get("since")
    is_short = since is not None and (scope.today - since).days < WEEKS_UP_TO_DAYS
    return list(PERIODS)[is_short]


def note(_table: pa.Table, scope: Scope) -> str:
    n = sum(scope.run("attainment")["n"].to_pylist())
    return (
        f"Business days from submission to last step, by month or week of completion; n = {n:,}. "
        f"Hollow: fewer than {FEWEST} cases. Excludes open cases. Click a mark to list its cases."
    )


def behind(mark: Row, scope: Scope) -> Cases:
    begins, kind = mark["period"].date(), scope.choice
    title = f"Completed in {period(begins, kind)}"
    return listed.completed(scope, title, "trend-cases", listed.span(scope, begins, kind))


TREND = Figure(
    key="trend",
    question="Cycle time",
    query="cycle_percentiles",
    params=lambda scope: {"period": scope.choice, "split": "none"},
    choice=Choice("by", "One mark for each", PERIODS, usual),
    says=lambda table, scope: sentence(table, scope.completed, scope.choice),
    rows=lambda table, scope: rows_of(table, scope.completed),
    chart=chart,
    alt=lambda _, scope: f"Cycle time by {scope.choice}: median, 85th and 95th percentile",
    note=note,
    behind=behind,
)
