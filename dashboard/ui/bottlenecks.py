"""The parts of Bottlenecks: where the time goes, against the budget, and what could be won."""

from typing import Any

import pyarrow as pa
import streamlit as st

from dashboard import charts, formats, metrics
from dashboard.findings import Promise
from dashboard.findings import bottlenecks as found_in
from dashboard.formats import FEWEST
from dashboard.instants import to_datetime
from dashboard.ui import (
    bottleneck_cases,
    bottleneck_rows,
    cards,
    definitions,
    filtered,
    handle,
    insight,
    tables,
)
from dashboard.ui.page import Page
from dashboard.workflows import WORKFLOWS

FEW = "few cases"  # in place of a percentile
MEASURES = {"85 of 100 within": "p85", "Half within": "p50", "Kept the limit": "kept"}
BASES = {
    "history": "by its share of all time so far ({n:,} completed cases)",
    "set": "as an administrator has set it",
    "even": "evenly, since no case of the path is completed",
}


def headline(page: Page) -> bool:
    """The finding that heads the page; False and a word on what to do if there is nothing yet."""
    steps = filtered.figure(page, metrics.step_spread)
    if not steps.num_rows:
        filtered.none_completed(page, metrics.step_spread, "case")
        return False
    found = found_in.bottleneck(
        steps, filtered.figure(page, metrics.party_spread), filtered.promise(page)
    )
    with st.container(border=True, key="card-headline", gap="xsmall"):
        st.header(found.text, anchor=False)
        st.markdown(found.why)
        definitions.button("step_spread party_spread", "headline")
    return True


def steps(page: Page) -> None:
    """Which step holds the time; a click shows the cases of a bar."""
    table = filtered.figure(page, metrics.step_spread)
    rows = filtered.figure(page, bottleneck_rows.step_bars)
    found = found_in.waiting(table)
    n, split = (sum(table[name].to_pylist()) for name in ("n", "n_split"))
    with cards.card(
        "Which step holds the time: waiting, or in work?",
        f"{found} Click a bar to see its cases.",
        "Share of all business time of completed cases. Waiting: until somebody pressed Start on "
        f"the step; in work: since then, whoever’s turn it was. n = {n:,} completed steps, of "
        f"which {n - split:,} cannot be split: Start was not recorded, or the case was "
        "reopened.",
        "steps",
        "step_spread",
    ):
        alt = insight.alt("Share of business time by step, waiting and in work", found)
        event = cards.chart(rows, charts.STEP_TIME, alt, "steps", on_select="rerun")
        bottleneck_cases.of_step(page, rows, event.selection.get("picked"))


def parties(page: Page) -> None:
    """Whose turn it was; a click shows the cases of a party."""
    rows = filtered.figure(page, bottleneck_rows.party_bars)
    found = found_in.parties(
        filtered.figure(page, metrics.step_spread), filtered.figure(page, metrics.party_spread)
    )
    with cards.card(
        "Whose turn was it?",
        f"{found} Click a bar to see its cases.",
        "Share of all business time of completed cases, by the ledger; a case’s parties add up to "
        "its cycle time. Agreed date: waiting for an appointment is nobody’s turn. “…steps” stands "
        "where a hand-over inside a step was not always recorded.",
        "parties",
        "party_spread",
    ):
        alt = insight.alt("Share of business time by whose turn it was", found)
        event = cards.chart(rows, charts.PARTY_TIME, alt, "parties", on_select="rerun")
        bottleneck_cases.of_party(page, rows, event.selection.get("picked"))


def budgets(page: Page) -> None:
    """Whether each step keeps its part of the limit."""
    table = filtered.figure(page, metrics.step_slack)
    found = found_in.budgets(table, filtered.promise(page))
    with cards.card(
        "Does each step keep its budget?",
        found,
        "Dot: half of the cases within; thick line: to 85 of 100; thin line: to 95. Upright mark: "
        f"the step’s budget. {_told_bases(page, table)} Slack is the budget less what 50 or 85 of "
        f"100 cases stay within. Hollow: fewer than {FEWEST} cases. An administrator can set "
        "budgets under Settings, Targets.",
        "budgets",
        "step_budgets",
    ):
        alt = insight.alt("Time in each step against its budget", found)
        cards.chart(
            filtered.figure(page, bottleneck_rows.spread_bars), charts.STEP_SPREAD, alt, "budgets"
        )
        _budget_table(page, table)


def _told_bases(page: Page, table: pa.Table) -> str:
    """How the limit of each path was split."""
    bases = {
        row["workflow"]: BASES[row["basis"]].format(n=row["n_history"]) for row in table.to_pylist()
    }
    told = [f"{WORKFLOWS[key].short} {words}" for key, words in bases.items()]
    limit = filtered.promise(page).limit_words
    return f"The limit of {limit} is split over the steps: {'; '.join(told)}."


def _budget_table(page: Page, table: pa.Table) -> None:
    asked = filtered.promise(page)
    shown = pa.Table.from_pylist([
        {
            "Step": insight.step_name(row, page.filters),
            "Whose turn": row["party"],
            "Cases": f"{row['n']:,}",
            "Share": formats.percent(row["share"] or 0.0),
            "Half within": _within(row, "p50", asked),
            "85 of 100": _within(row, "p85", asked),
            "95 of 100": _within(row, "p95", asked),
            "Budget": asked.minutes(row["budget_minutes"]),
            "Slack at half": _slack(row, "p50", asked),
            "Slack at 85": _slack(row, "p85", asked),
        }
        for row in table.to_pylist()
    ])  # fmt: skip
    st.dataframe(
        shown, hide_index=True, row_height=tables.ROW_PX, placeholder="", key="budget-table",
        column_config={"Step": st.column_config.TextColumn(pinned=True, width=190)},
        height=tables.HEAD_PX + tables.ROW_PX * shown.num_rows + 2,
        alt="Time in each step, its budget and what is left of it",
    )  # fmt: skip
    cards.download(shown, "step_budgets", "download-budgets")


def _within(row: dict[str, Any], name: str, asked: Promise) -> str:
    return asked.minutes(row[f"{name}_minutes"]) if row["n"] >= FEWEST else FEW


def _slack(row: dict[str, Any], name: str, asked: Promise) -> str:
    return asked.difference(row[f"slack_{name}_minutes"]) if row["n"] >= FEWEST else FEW


def best_quarter(page: Page) -> None:
    """What would change if one step ran as in its best quarter; an estimate."""
    table = _best(page, metrics.best_quarters)
    with cards.card(
        "What if a step ran as in its best quarter?",
        ""
        if table.num_rows
        else "There is nothing to compare yet: a path needs two calendar "
        f"quarters with {FEWEST} completed cases each. Choose a longer period.",
        _told_method(table),
        "best",
        "case_steps",
    ):
        if table.num_rows:
            _best_chart(page, table)


def _best_chart(page: Page, table: pa.Table) -> None:
    said = st.empty()
    chosen = st.segmented_control(
        "Effect on", list(MEASURES), default=next(iter(MEASURES)), required=True, key="effect",
        label_visibility="collapsed", bind="query-params",
    )  # fmt: skip
    measure = MEASURES[chosen or next(iter(MEASURES))]
    found = found_in.best_quarter(table, measure, filtered.promise(page))
    said.markdown(found)
    rows = _best(page, bottleneck_rows.best_bars, measure=measure)
    alt = insight.alt("Estimated effect of each step as in its best quarter", found)
    kind = bottleneck_rows.MEASURE_KIND[measure]
    cards.chart(rows, charts.BEST_QUARTER[kind], alt, f"best-{kind}")


def _told_method(table: pa.Table) -> str:
    if not table.num_rows:
        return ""
    of = {row["workflow"]: (row["n"], row["n_path"]) for row in table.to_pylist()}
    n = ", ".join(
        f"{WORKFLOWS[key].short} {few:,}" + (f" of {every:,}, evenly taken" if few < every else "")
        for key, (few, every) in of.items()
    )
    return (
        "An estimate, not a promise: each case’s time in the step times the best quarter’s median "
        "over the median of all; nothing else changed. What is luck in picking the best of several "
        "quarters is taken off. Bars: 95\u00a0% intervals from cases drawn anew. Hollow and grey: "
        f"may be chance, the bar then reaches to no change. Completed cases: n = {n}."
    )


def slowest(page: Page) -> None:
    """Which cases took longest, where their time went, and why."""
    table = filtered.figure(page, metrics.slowest_cases)
    with cards.card(
        "Which cases took longest, and why?",
        found_in.slowest(table),
        f"The {table.num_rows:,} completed cases of the longest business time; open ones are not "
        "among them, the late ones stand on Today. Longest step, and who had most of the whole "
        "case. Click a firm to open its case.",
        "slowest",
        "slowest_cases",
    ):
        bottleneck_cases.slowest(page, table)


def _best(page: Page, fn: Any, **more: Any) -> pa.Table:
    """Costly, and of completed cases only: it lasts until the log changes, not just this minute."""
    now = to_datetime(page.store.log.last_recorded_us())
    return handle.figure(page.store, now, fn, {**page.filters, **more})
