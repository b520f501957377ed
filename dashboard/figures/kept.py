"""What share keeps the promise, month by month."""

from collections.abc import Sequence

import pyarrow as pa

from dashboard.charts import STATES, Spec
from dashboard.charts.late import alt, look
from dashboard.figures import listed
from dashboard.figures.figure import Cases, Figure, Row, Scope
from dashboard.figures.marks import midnight
from dashboard.findings import count, split
from dashboard.formats import FEWEST, month_in_full, percent
from dashboard.formats import month as month_words

IN_WORDS = {
    "on time": "within target",
    "at risk": "past target, within SLA",
    "late": "past the SLA",
}
UNSEEN, PALE = 0.001, 0.45  # what stays blank can still be clicked


def rows_of(months: pa.Table) -> pa.Table:
    """The rows of `chart`: three a month, the last past the SLA."""
    rows = []
    for row in months.to_pylist():
        n = row["n"]
        target, limit, by_date = (
            row[name] / n if n else 0.0
            for name in ("within_target", "within_limit", "within_limit_by_date")
        )
        shared = {
            "month": midnight(row["month"]),
            "n": n,
            "few": n < FEWEST,
            "within": limit,
            "shown": percent(limit) if n else "",
            "by_date": by_date if n else None,
            "by_date_text": percent(by_date) if n else "",
        }
        parts = {"on time": target, "at risk": limit - target, "late": (n > 0) - limit}
        rows += [
            {
                **shared,
                "key": f"{row['month'].isoformat()} {state}",
                "rank": rank,
                "state": state,
                "share": share,
                "opacity": UNSEEN if state == "late" else PALE if n < FEWEST else 1.0,
            }
            for rank, (state, share) in enumerate(parts.items())
        ]
    return pa.Table.from_pylist(rows)


def sentence(months: pa.Table, held: Sequence[Row] = ()) -> str:
    """From attainment: the newest month with a completed case, beside the best one."""
    rows = [row for row in months.to_pylist() if row["n"]]
    if not rows:
        return "No cases are completed yet."
    last = rows[-1]
    by_date = percent(last["within_limit_by_date"] / last["n"])
    text = (
        f"{month_words(last['month'])}: **{percent(_share(last))}** within SLA, {by_date} by date, "
        f"of {count(last['n'], 'case')}"
    )
    if last["n"] < FEWEST:
        return f"{text}: too few to compare.{split(held)}"
    enough = [row for row in rows if row["n"] >= FEWEST]
    best = max(enough, key=_share)
    if _share(best) == _share(last):
        return f"{text}.{split(held)}"
    same = sum(_share(row) == _share(best) for row in enough) - 1
    others = f" and {count(same, 'other month')}" if same else ""
    return (
        f"{text}; the highest of {count(len(enough), 'month')} with {FEWEST} cases or more was "
        f"{percent(_share(best))} in {month_in_full(best['month'])}{others}.{split(held)}"
    )


def _held(months: pa.Table, scope: Scope) -> Sequence[Row]:
    """What was promised to the cases of the newest month with a completed one."""
    known = [row["month"] for row in months.to_pylist() if row["n"]]
    return scope.narrowed(**listed.span(scope, known[-1], "month")).promises if known else ()


def _share(row: Row) -> float:
    return row["within_limit"] / row["n"]


def chart() -> Spec:
    """The share that kept target and limit; what missed it stays blank. A click picks a part.

    Table: key, month, state (three of them), opacity, rank, share, n, few, within, shown, by_date,
    by_date_text.
    """
    kept = "datum.label == 'on time' ? 'within target' : 'within SLA'"
    axis = alt.Axis(title=None, labelAngle=0, labelExpr=look.MONTH)
    width = alt.ExprRef("min(bandwidth('x'), 64)")  # one month alone is no wall
    base = alt.Chart(look.TABLE).encode(x=alt.X("yearmonth(month):O", axis=axis))
    tip = [
        alt.Tooltip("month:T", format=look.MONTH_YEAR, title="Completed in"),
        alt.Tooltip("shown:N", title="Within SLA"),
        alt.Tooltip("by_date_text:N", title="By date"),
        alt.Tooltip("n:Q", title="Cases"),
    ]
    bars = base.mark_bar(cornerRadius=1, width=width).encode(
        y=look.shares("share").stack("zero"),
        color=look.ink("state", alt.Legend(values=STATES[:2], labelExpr=kept, symbolType="square")),
        order=alt.Order("rank:Q"),
        opacity=alt.Opacity("opacity:Q", scale=None),
        tooltip=tip,
    )
    bars = bars.add_params(look.PICK)
    one = base.transform_filter("datum.rank == 1")
    ticks = one.mark_tick(thickness=2, size=width).encode(y="by_date:Q", tooltip=tip)
    words = (
        one.mark_text(
            fontWeight=600, fontSize=11, dy=-9, opacity=alt.ExprRef("bandwidth('x') < 26 ? 0 : 1")
        )
        .transform_calculate(top="max(datum.within, datum.by_date)")
        .encode(y="top:Q", text="shown:N")
    )
    layers = alt.layer(bars, look.inked(ticks, "ink"), look.inked(words, "ink"))
    return look.look(layers.resolve_scale(color="independent"), 260)


def behind(mark: Row, scope: Scope) -> Cases:
    month, state = mark["month"].date(), mark["state"]
    title = f"Completed in {month_in_full(month)}, {IN_WORDS[state]}"
    dates = listed.span(scope, month, "month")
    return listed.completed(scope, title, "kept-cases", dates, state)


KEPT = Figure(
    key="kept",
    question="SLA met, by month",
    query="attainment",
    says=lambda months, scope: sentence(months, _held(months, scope)),
    rows=lambda months, _: rows_of(months),
    chart=chart,
    alt="Share within target and SLA by month",
    note=(
        f"Completed cases. Blank: past the SLA. Pale: fewer than {FEWEST}. Line across a bar: on "
        "time by date, that is, completed by the end of the SLA’s last business date. Business "
        "time stops after hours; dates do not. Click part of a bar, or the blank above it, to "
        "list its cases."
    ),
    behind=behind,
)
