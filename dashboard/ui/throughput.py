"""The parts of Throughput: the figures with their sparklines, and a card for each question."""

from datetime import timedelta
from typing import Any

import pyarrow as pa
import streamlit as st

from dashboard import charts, findings, metrics
from dashboard.findings import Promise
from dashboard.formats import FEWEST, percent
from dashboard.ui import cards, counted, definitions, filtered, flow_rows, insight, navigation
from dashboard.ui.behind import clicked
from dashboard.ui.page import Page

PERIODS = {"By month": "month", "By week": "week"}
WEEKS_UP_TO_DAYS = 100  # a shorter period than this is shown by week at first
DOWNLOADS = "With those that wait only for the customer’s download, which Today shows apart"
KEPT = {
    "on time": "within the target", "at risk": "over the target", "late": "over the limit",
}  # fmt: skip
SPARK_POINTS = 2  # a line needs two
SPARKED_PX, PLAIN_PX = 180, 100  # a figure's height with its line and without


def figures(page: Page) -> bool:
    """Four figures, each with its course; False and a word on what to do if there is no case."""
    weeks = filtered.figure(page, metrics.throughput)
    if not weeks.num_rows:
        if page.store.count_cases():
            filtered.no_match("No case matches these filters")
        else:
            filtered.no_case()
        return False
    months = _completed(filtered.figure(page, metrics.attainment))
    times = filtered.figure(page, metrics.cycle_percentiles, split="none").to_pylist()
    asked = filtered.promise(page)
    height = SPARKED_PX if weeks.num_rows >= SPARK_POINTS else PLAIN_PX
    with (
        cards.room_for(height, "figures"),
        st.grid(4, min_column_width=cards.ACROSS, gap="small", key="figures"),
    ):
        if times:
            name = f"{times[-1]['period']:%b}"
            _time(f"Median, {name}", times, "p50_days", asked)
            _time(f"85 of 100, {name}", times, "p85_days", asked)
            _share(f"Within {asked.limit_words}, {name}", months)
        last = weeks.to_pylist()[-1]
        _figure(
            "Open now", f"{last['open_at_end']:,}", f"{last['late_at_end']:,} past the limit",
            weeks["open_at_end"].to_pylist(), note=DOWNLOADS,
        )  # fmt: skip
    definitions.button("cycle_percentiles attainment throughput", "figures")
    return True


def _completed(months: pa.Table) -> list[dict[str, Any]]:
    return [row for row in months.to_pylist() if row["n"]]


def _time(label: str, rows: list[dict[str, Any]], name: str, asked: Promise) -> None:
    """A percentile of the newest month against the month before."""
    last = rows[-1]
    chip, arrow = _few(rows), "off"
    if not chip:
        change = last[name] - rows[-2][name]
        moved = asked.days(abs(change))
        arrow, chip = "off", "as before"
        if moved != asked.days(0):
            arrow, word = ("up", "slower") if change > 0 else ("down", "quicker")
            chip = f"{moved} {word}"
    _figure(label, asked.days(last[name]), chip, [row[name] for row in rows], arrow)


def _share(label: str, rows: list[dict[str, Any]]) -> None:
    """The share within the limit in the newest month against the month before."""
    shares = [row["within_limit"] / row["n"] for row in rows]
    chip, arrow = _few(rows), "off"
    if not chip:
        change = round(100 * shares[-1]) - round(100 * shares[-2])
        arrow = "up" if change > 0 else "down" if change < 0 else "off"
        word = "higher" if change > 0 else "lower"
        chip = f"{findings.count(abs(change), 'point')} {word}" if change else "as before"
    _figure(label, percent(shares[-1]), chip, shares, arrow)


def _few(rows: list[dict[str, Any]]) -> str:
    """Why the newest month is not compared with the one before; nothing if it is."""
    if rows[-1]["n"] < FEWEST or len(rows) < 2:
        return f"of {findings.count(rows[-1]['n'], 'case')}"
    return "few a month before" if rows[-2]["n"] < FEWEST else ""


def _figure(
    label: str, value: str, chip: str, course: list[float], arrow: Any = "off", note: str = ""
) -> None:
    st.metric(
        label, value, chip, delta_color="off", delta_arrow=arrow, border=True, height="stretch",
        chart_data=course if len(course) >= SPARK_POINTS else None,
        help=note or ("Against the month before" if arrow != "off" else None),
    )  # fmt: skip


def has_completed(page: Page) -> bool:
    """Whether a case was completed in the period; if not, a word on what will stand here."""
    months = filtered.figure(page, metrics.attainment)
    if _completed(months):
        return True
    late = months["open_late"][-1].as_py()
    beside = f" {findings.count_is(late, 'open case')} past the limit." if late else ""
    cards.empty(
        "hourglass_top", "No case was completed in this period",
        f"Cycle times and attainment appear with the first one.{beside}",
    )  # fmt: skip
    return False


def cycle_times(page: Page) -> None:
    """How long a move takes, by month or week."""
    months = filtered.figure(page, metrics.attainment)
    with cards.card(
        "How long does a move take?",
        "",
        "Business days from submission to last step, by month or week of completion; "
        f"n = {sum(months['n'].to_pylist()):,}. Hollow: fewer than {FEWEST} cases. Open cases are "
        "not in it. Click a mark to list its cases.",
        "trend",
        "cycle_percentiles",
    ):
        said = st.empty()
        kind = _period(page)
        table = filtered.figure(page, metrics.cycle_percentiles, period=kind, split="none")
        found = findings.trend(table, filtered.promise(page), kind)
        said.markdown(found)
        rows = filtered.figure(page, insight.trend, period=kind)
        alt = insight.alt(f"Cycle time by {kind}: half, 85 and 95 of 100 cases within", found)
        event = cards.chart(rows, charts.TREND, alt, f"trend-{kind}", on_select="rerun")
        if key := clicked(event, "key"):
            begins, _ = flow_rows.day_of(key)
            title = f"Completed in {findings.period(begins, kind)}"
            counted.completed(page, title, "trend-cases", counted.span(page, begins, kind))


def _period(page: Page) -> str:
    """What one mark of the trend stands for: of a short period a week, else a month."""
    since = page.filters.get("since")
    is_short = since is not None and (page.today - since).days < WEEKS_UP_TO_DAYS
    usual = list(PERIODS)[is_short]
    chosen = st.segmented_control(
        "One mark for each", list(PERIODS), default=usual, required=True, key="by",
        label_visibility="collapsed", bind="query-params",
    )  # fmt: skip
    return PERIODS[chosen or usual]


def missed(page: Page) -> None:
    """Which cases missed the promise; a click opens the case."""
    months = filtered.figure(page, metrics.attainment)
    rows = filtered.figure(page, insight.finished)
    n = sum(months["n"].to_pylist())
    shown = f" The newest {rows.num_rows:,} of {n:,} are drawn." if n > rows.num_rows else ""
    lines = " Lines: half, and 85 of 100, finish within." if n >= FEWEST else ""
    beyond = insight.beyond(rows)
    if beyond:
        shown += (
            f" At the upper edge: longer than it, up to {filtered.promise(page).days(max(beyond))}."
        )
    found = findings.missed(months, filtered.promise(page))
    with cards.card(
        "Which cases missed the promise?",
        f"{found} Click a mark to open the case.",
        f"One mark a completed case.{lines}{shown}",
        "missed",
        "finished_cases",
    ):
        event = cards.chart(
            rows, charts.SCATTER, insight.alt("Completed cases by date and cycle time", found),
            "missed", on_select="rerun",
        )  # fmt: skip
        picked = event.selection.get("picked")
        if picked:
            navigation.open_case(picked[0]["case_id"])


def kept(page: Page) -> None:
    """What share keeps the promise, month by month."""
    months = filtered.figure(page, metrics.attainment)
    rows = filtered.figure(page, insight.attained)
    found = findings.kept(months)
    with cards.card(
        "What share keeps the promise, month by month?",
        found,
        f"Completed cases. Blank: over the limit. Pale: fewer than {FEWEST}. The line across a "
        "bar: done by the end of the third business date, as people count. Click a part of a bar, "
        "or the blank above it, to list its cases.",
        "kept",
        "attainment",
    ):
        alt = insight.alt("Share within target and limit by month", found)
        event = cards.chart(rows, charts.ATTAINMENT, alt, "kept", on_select="rerun")
        if key := clicked(event, "key"):
            month, state = flow_rows.day_of(key)
            title = f"Completed in {month:%B %Y}, {KEPT[state]}"
            dates = counted.span(page, month, "month")
            counted.completed(page, title, "kept-cases", dates, state)


def open_cases(page: Page) -> None:
    """How much is open at once."""
    weeks = filtered.figure(page, metrics.throughput)
    rows = filtered.figure(page, insight.weeks)
    found = findings.open_now(weeks)
    with cards.card(
        "How much is open at once?",
        found,
        "Open at the end of each week; red: past the limit. Withdrawn cases are left out. "
        "Click a week to list its cases.",
        "open",
        "throughput",
    ):
        alt = insight.alt("Open cases at the end of each week", found)
        event = cards.chart(rows, charts.OPEN_CASES, alt, "open", on_select="rerun")
        if key := clicked(event, "key"):
            week, _ = flow_rows.day_of(key)
            last = counted.span(page, week, "week")["until"] - timedelta(1)
            title = f"Open at the end of {findings.period(week, 'week')}"
            counted.under_way(page, title, "open-cases", last, lambda row: row["state"] == "open")


def keeping_up(page: Page) -> None:
    """Whether as much goes out as comes in."""
    weeks = filtered.figure(page, metrics.throughput)
    full = insight.full_weeks(weeks, page.filters.get("since"))
    rows = filtered.figure(page, insight.arrivals)
    found = findings.keeping_up(full)
    with cards.card(
        "Do we keep up with what comes in?",
        found,
        "Cases opened and completed in each full week. Click a mark to list its cases.",
        "flow",
        "throughput",
    ):
        if rows.num_rows:
            alt = insight.alt("Cases opened and completed by week", found)
            event = cards.chart(rows, charts.ARRIVALS, alt, "flow", on_select="rerun")
            if key := clicked(event, "key"):
                week, kind = flow_rows.day_of(key)
                listed = counted.submitted if kind == "opened" else counted.completed
                title = f"{kind.capitalize()} in {findings.period(week, 'week')}"
                listed(page, title, "flow-cases", counted.span(page, week, "week"))
