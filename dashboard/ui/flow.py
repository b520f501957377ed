"""The parts of Throughput that follow cases on their way: clocks, parts, where they stand, age."""

from datetime import timedelta
from typing import Any

import pyarrow as pa
import streamlit as st

from dashboard import charts, findings, metrics
from dashboard.findings import Promise
from dashboard.formats import FEWEST, percent
from dashboard.ui import cards, counted, filtered, flow_rows, insight, navigation, tables
from dashboard.ui.behind import clicked
from dashboard.ui.page import Page
from dashboard.ui.rows import rows_of
from dashboard.ui.words import day_text
from dashboard.workflows import WORKFLOWS

VIEWS = {"Open": False, "With completed": True}
BY_DAY_UP_TO_DAYS = 100  # a longer period is shown by week
FEW = "few cases"


def clocks(page: Page) -> None:
    """The customer's clock and ours."""
    months = filtered.figure(page, metrics.twin_clocks)
    rows = filtered.figure(page, flow_rows.clocks)
    found = findings.clocks(months, filtered.promise(page))
    with cards.card(
        "How much of the time is ours?",
        found,
        "Completed cases. The customer’s clock counts all business time, ours leaves out the "
        "customer’s turns; a hand-over that was not recorded counts for the step’s party. Solid: "
        "85 of 100 within; dashed: half. Click a mark to list its cases.",
        "clocks",
        "twin_clocks",
    ):
        alt = insight.alt("Cycle time by month on the customer’s clock and on ours", found)
        event = cards.chart(rows, charts.CLOCKS, alt, "clocks", on_select="rerun")
        if key := clicked(event, "key"):
            month, _ = flow_rows.day_of(key)
            dates = counted.span(page, month, "month")
            counted.completed(page, f"Completed in {month:%B %Y}", "clocks-cases", dates)


def parts(page: Page) -> None:
    """Cycle times by path and by team leader."""
    shared = {"period": "all"}
    paths = filtered.figure(page, metrics.cycle_percentiles, **shared, split="path").to_pylist()
    leaders = filtered.figure(
        page, metrics.cycle_percentiles, **shared, split="team_leader"
    ).to_pylist()
    asked = filtered.promise(page)
    named = [(WORKFLOWS[row["workflow"]].short, row) for row in paths]
    named += [(row["team_leader"] or "no team leader", row) for row in leaders]
    shown = pa.Table.from_pylist([_part(name, row, asked) for name, row in named])
    with cards.card(
        "How long by path and team leader?",
        findings.parts(paths, leaders, asked),
        f"Cases completed in the period; percentiles only of {FEWEST} or more. Team leaders have "
        "different cases: a difference is no verdict.",
        "parts",
        "cycle_percentiles",
    ):
        st.dataframe(
            shown, hide_index=True, row_height=tables.ROW_PX, placeholder="", key="parts",
            column_config={"Cases of": st.column_config.TextColumn(pinned=True, width=130)},
            height=tables.HEAD_PX + tables.ROW_PX * min(shown.num_rows, tables.MOST_ROWS) + 2,
            alt="Cycle time by path and team leader",
        )  # fmt: skip
        cards.download(shown, "cycle_times_by_part", "download-parts")


def _part(name: str, row: dict[str, Any], asked: Promise) -> dict[str, Any]:
    cuts = {"Half within": "p50_days", "85 of 100": "p85_days", "95 of 100": "p95_days"}
    return {
        "Cases of": name,
        "Completed": f"{row['n']:,}",
        **{
            heading: asked.days(row[field]) if row["n"] >= FEWEST else FEW
            for heading, field in cuts.items()
        },
    }


def stages(page: Page) -> None:
    """Where cases stood at the end of each week or day."""
    since = page.filters.get("since")
    is_short = since and (page.today - since).days < BY_DAY_UP_TO_DAYS
    period = {"period": "day" if is_short else "week"}
    flow = filtered.figure(page, metrics.cumulative_flow, **period)
    found = findings.stages(flow, since)
    with cards.card(
        "Where do cases stand, and where do they pile up?",
        found,
        f"Cases at the end of each {period['period']} by the step in which they stood, coloured by "
        "whose step it is; hand-overs inside a step are not seen here. Withdrawn cases are left "
        "out. Click a mark to list its cases.",
        "stages",
        "cumulative_flow",
    ):
        chosen = st.segmented_control(
            "Cases", list(VIEWS), default=next(iter(VIEWS)), required=True, key="stages-of",
            label_visibility="collapsed", bind="query-params",
        )  # fmt: skip
        with_done = VIEWS[chosen or next(iter(VIEWS))]
        rows = filtered.figure(page, flow_rows.bands, **period, with_done=with_done)
        alt = insight.alt("Cases by the step in which they stood", found)
        held = {row["tone"] for row in rows.to_pylist() if row["cases"]}
        spec = charts.stages(tuple(tone for tone in charts.TOKENS if tone in held))
        event = cards.chart(rows, spec, alt, f"stages-{with_done}", on_select="rerun")
        if key := clicked(event, "key"):
            _stage(page, key)


def _stage(page: Page, key: str) -> None:
    """The cases of a mark: those that stood in its step, or were completed since the beginning."""
    day, band = flow_rows.day_of(key)
    if band == "completed":
        dates = {"until": day + timedelta(1)}
        counted.completed(page, f"Completed by {day_text(day)}", "stages-cases", dates)
        return
    counted.under_way(
        page, f"{band}, at the end of {day_text(day)}", "stages-cases", day,
        lambda row: flow_rows.in_band(row, band),
    )  # fmt: skip


def ageing(page: Page) -> None:
    """How old the open cases are, for the step in which they stand."""
    cases = filtered.figure(page, metrics.ageing)
    if not cases.num_rows:
        return
    old = findings.older(cases)
    found = findings.ageing(cases)
    rows = filtered.figure(page, flow_rows.ages)
    beyond = insight.beyond(rows)
    edge = f" At the right edge: older, up to {_days(page, max(beyond))}." if beyond else ""
    with cards.card(
        "Which open cases are old for their step?",
        f"{found} Click a mark to open the case.",
        "One mark an open case: business time since its submission. Grey: within what age half, 85 "
        f"and 95 of 100 completed cases had left that step; the line: 85.{edge} Withdrawn cases "
        "are left out.",
        "ageing",
        "ageing",
    ):
        alt = insight.alt("Open cases by step and age", found)
        event = cards.chart(rows, charts.AGEING, alt, "ageing", on_select="rerun")
        if case_id := clicked(event, "key"):
            navigation.open_case(case_id)
        if old.num_rows:
            share = percent(old.num_rows / cases.num_rows)
            with st.expander(
                f"Older than 85 of 100 were: {share} of the open cases", key="ageing-old",
                on_change="rerun",
            ) as folded:  # fmt: skip
                if folded.open:
                    counted.aged(page, "Old for their step", "ageing-cases", rows_of(old))


def _days(page: Page, days: float) -> str:
    return filtered.promise(page).days(days)
