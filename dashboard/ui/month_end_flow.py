"""More parts of Month end: flow and queue, what might have been, and until when to submit."""

from collections.abc import Mapping
from typing import Any

from dashboard import charts, findings, formats, metrics
from dashboard.formats import FEWEST
from dashboard.ui import cards, filtered, insight, month_end_behind, month_end_rows
from dashboard.ui.page import Page
from dashboard.ui.words import on_the_wall
from dashboard.workflows import WORKFLOWS

SHARE = 0.85  # of the cases that have to be done by the month's last close for an hour to be safe


def flow(page: Page) -> None:
    """What comes in and goes out along the month."""
    table = filtered.figure(page, metrics.month_flow)
    if not table.num_rows:
        return
    window = page.store.settings.window
    found = findings.month_flow(table, window)
    n, opened, completed = (
        sum(table[name].to_pylist()) for name in ("n_days", "opened", "completed")
    )
    with cards.card(
        "Does more come in than goes out?",
        found,
        f"Cases opened and completed on a business day, mean by its place in the month. n = {n:,} "
        f"days, {opened:,} opened, {completed:,} completed; what happens on a day off counts for "
        "the next business day. Shaded: the window. A click on a mark lists its cases.",
        "flow",
        "month_flow",
    ):
        rows = filtered.figure(page, month_end_rows.flow)
        alt = insight.alt("Cases opened and completed a day by business days to month end", found)
        event = cards.chart(rows, charts.month_flow(window), alt, "flow", on_select="rerun")
    month_end_behind.flow(page, event, rows, "flow-then")


def queue(page: Page) -> None:
    """How many cases stand in the order step along the month."""
    table = filtered.figure(page, metrics.month_flow)
    if not table.num_rows:
        return
    window = page.store.settings.window
    found = findings.order_queue(table, window)
    with cards.card(
        "How long is the order step’s queue?",
        found,
        "Cases in the order step as a business day ends, by its place in the month: bar the mean, "
        f"mark the median. n = {sum(table['n_days'].to_pylist()):,} days, about one a month for "
        f"each place; pale: fewer than {findings.FEW_MONTHS}. In it is also who waits for the "
        "firm’s signed order. A click on a bar lists its cases.",
        "queue",
        "month_flow",
    ):
        rows = filtered.figure(page, month_end_rows.queue)
        alt = insight.alt("Cases in the order step by business days to month end", found)
        event = cards.chart(rows, charts.order_queue(window), alt, "queue", on_select="rerun")
    month_end_behind.flow(page, event, rows, "queue-then")


def pace(page: Page) -> None:
    """An estimate: the same months with the order step at its mid-month pace."""
    table = filtered.figure(page, metrics.mid_month_pace, window=page.store.settings.window)
    asked = filtered.promise(page)
    found = findings.mid_month_pace(table, asked)
    rows = {row["measure"]: row for row in table.to_pylist()}
    source = ""
    if rows:
        kept = rows["within_limit"]
        left_out = findings.count(kept["n_left_out"], "case")
        beside = f" Left out: {left_out} of a path with too few." if kept["n_left_out"] else ""
        source = (
            "An estimate, not a measurement: of the completed cases whose order step became "
            f"current in the window (n = {kept['n']:,}) each keeps its time in all other steps, "
            "and its time in the order step becomes that of the case of the same rank in the rest "
            f"of the month (n = {kept['n_rest']:,}), path by path. The intervals hold the effect "
            f"in 95 of 100 such months.{beside}"
        )
    with cards.card(
        "What if the order step kept its mid-month pace?", found, source, "pace", "order_times",
        "An estimate from the rows of this query: dashboard/metrics/pace.py pairs the ranks and "
        "draws the cases anew for the intervals.",
    ):  # fmt: skip
        if rows:
            cards.figure_row(*_estimates(rows, asked), key="estimates")


def _estimates(rows: dict[str, Any], asked: findings.Promise) -> list[tuple[str, str, str]]:
    kept, middle, mean = (rows[name] for name in ("within_limit", "median_minutes", "mean_minutes"))
    return [
        ("Estimated in limit", formats.percent(kept["estimated"]),
         f"was {formats.percent(kept['actual'])}"),
        *(
            (label, asked.minutes(row["estimated"]), f"was {asked.minutes(row['actual'])}")
            for label, row in (("Estimated median", middle), ("Estimated mean", mean))
        ),
    ]  # fmt: skip


def safe_hours(page: Page) -> None:
    """Until when to submit a case so that it is done by the coming month end."""
    table = filtered.figure(page, metrics.last_safe_hours, share=SHARE)
    asked = filtered.promise(page)
    found = findings.safe_hours(table, page.now, page.zone, SHARE, asked)
    with cards.card(
        "Until when to submit, to be done by month end?",
        found,
        f"The latest hour from which {100 * SHARE:.0f} of 100 cases were done by the month’s last "
        "close, from the times of cases opened as many business days before a month end, or one "
        f"more or less. Days with fewer than {FEWEST} such cases are passed over; withdrawn cases "
        "are not in it, open ones count as not done.",
        "safe",
        "finishing_times",
    ):
        shown = [row for row in findings.coming(table, page.now) if row["safe_at"]]
        if shown:
            cards.figure_row(*(_safe(row, page.zone) for row in shown), key="safe-hours")


def _safe(row: Mapping[str, Any], zone: str) -> tuple[str, str, str]:
    """One path's hour; paths may be asked about different month ends, so each names its own."""
    closes = on_the_wall(row["closes_at"], zone)
    return (
        WORKFLOWS[row["workflow"]].short,
        formats.moment(row["safe_at"], zone),
        f"for {closes.day} {closes:%b}, n = {row['n']:,}",
    )
