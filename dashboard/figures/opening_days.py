"""Which day to open a case, which to avoid: who kept the limit, by day of submission."""

import pyarrow as pa

from dashboard import formats
from dashboard.charts import Spec
from dashboard.charts.late import alt, look
from dashboard.figures import listed
from dashboard.figures.figure import Cases, Figure, Row, Scope, Words
from dashboard.figures.month_end import FEWEST_MONTH_ENDS, STATISTICS
from dashboard.findings import count, place
from dashboard.formats import FEWEST, percent, place_sign

TIPS = {
    "place_text": "Day",
    "shown": "SLA met",
    "interval": "95% interval",
    "n": "Cases",
}


def overall(table: pa.Table) -> float:
    """The share over all days."""
    n, on_time = (sum(table[name].to_pylist()) for name in ("n", "on_time"))
    return on_time / n


def sentence(places: pa.Table, overall: float) -> str:
    """From opening_days: the days that are worse, judged by month and all days at once."""
    found = places.to_pylist()
    judged = [row for row in found if row["n_months"] >= FEWEST_MONTH_ENDS]
    if not judged:
        return f"Too few months to compare days: at least {FEWEST_MONTH_ENDS} are needed."
    looks = f"of {count(len(judged), 'day')} compared, month by month and path by path"
    worse = [row for row in judged if row["told_from_chance"] and row["share"] < overall]
    if not worse:
        return f"No day did measurably worse than the others ({looks})."
    named = "; ".join(
        f"**{percent(row['share'])}** of {count(row['n'], 'case')} opened "
        f"{place(row['days_to_month_end'])}"
        for row in worse
    )
    return (
        f"Significantly lower than the {percent(overall)} of all cases within SLA: {named} "
        f"({looks})."
    )


def rows(table: pa.Table, scope: Scope) -> pa.Table:
    """The rows of `chart`."""
    first, last = scope.window
    return pa.Table.from_pylist(
        [
            {
                "key": str(row["days_to_month_end"]),
                "place": row["days_to_month_end"],
                "place_text": place_sign(row["days_to_month_end"]),
                "share": row["share"],
                "low": row["low"],
                "high": row["high"],
                "n": row["n"],
                "few": row["n"] < FEWEST,
                "tone": "accent" if last <= row["days_to_month_end"] <= first else "ink",
                "shown": percent(row["share"]),
                "interval": f"{percent(row['low'])} to {percent(row['high'])}",
                "is_named": last <= row["days_to_month_end"] <= first,
                "overall": overall(table),
            }
            for row in table.to_pylist()
        ]
    )


def chart(window: tuple[int, int]) -> Spec:
    """The share that kept the limit by opening day, with its interval.

    Table: key, place, place_text, share, low, high, n, few, tone, shown, interval, is_named,
    overall.
    """
    base = alt.Chart(look.TABLE).encode(x=look.place(window), color=look.ink("tone"))
    spread = base.mark_rule(strokeWidth=3, opacity=0.35, strokeCap="round").encode(
        y=look.shares("low"), y2="high:Q"
    )
    dots = base.mark_point(filled=True, size=80, opacity=1).encode(
        y=look.shares("share"), tooltip=look.tips(**TIPS)
    )
    picked = dots.add_params(look.PICK)
    holes = dots.mark_point(filled=True, size=26, opacity=1).transform_filter("datum.few")
    words = (
        base.mark_text(
            align="left", dx=9, fontWeight=600, opacity=alt.ExprRef("width < 560 ? 0 : 1")
        )
        .encode(y=look.shares("share"), text="shown:N")
        .transform_filter("datum.is_named")
    )
    all_days = alt.Chart(look.TABLE).transform_aggregate(overall="min(overall)")
    line = all_days.mark_rule(strokeDash=[4, 3], strokeWidth=1.25).encode(y=look.shares("overall"))
    word = all_days.mark_text(align="left", dx=6).encode(
        x=alt.value("width"), y=look.shares("overall"), text=alt.value("all days")
    )
    layers = alt.layer(
        look.shade(window),
        look.inked(line, "muted"),
        spread,
        picked,
        look.inked(holes, "paper"),
        words,
        look.inked(word, "muted"),
    )
    return look.look(layers, 300)


def note(table: pa.Table, scope: Scope) -> str:
    first, last = scope.window
    n, still = (sum(table[name].to_pylist()) for name in ("n", "still_open"))
    beside = f" {still} of them still open, which counts as missed." if still else ""
    return (
        f"Share {scope.promise.within} by submission day, with 95% intervals. Shaded: the window, "
        f"{place_sign(first)} to {place_sign(last)}. {count(n, 'case')} whose SLA due time has "
        f"passed.{beside} Hollow: fewer than {FEWEST}. Click a mark to see its cases."
    )


def behind(mark: Row, scope: Scope) -> Cases:
    def words(row: Row) -> Words:
        return {
            "took": formats.duration(row["business_us"], row["day_us"]),
            "SLA met": "yes" if row["kept"] else "no",
            "submitted": formats.moment(row["opened_at"], scope.zone),
            "Completed": formats.moment(row["closed_at"], scope.zone) or "still open",
            **listed.named(row),
        }

    table = scope.run("opening_cases", place=mark["place"])
    return listed.behind(f"Opened {place(mark['place'])}", "opened-then", table, words)


OPENING_DAYS = Figure(
    key="opening",
    question="On-time rate by submission day",
    query="opening_days",
    method=STATISTICS,
    says=lambda table, _: sentence(table, overall(table)),
    rows=rows,
    chart=chart,
    variant=lambda scope: (scope.window,),
    alt="Share within SLA by submission day, in business days to month end",
    note=note,
    behind=behind,
    is_behind_below=True,
    empty=(
        "event",
        "No SLA due time has passed yet",
        "The on-time rate by submission day appears once one has.",
    ),
)
