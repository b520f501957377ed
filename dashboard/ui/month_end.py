"""The parts of Month end: what it does to whole cases, to each step, and to whom it does it."""

import pyarrow as pa
import streamlit as st

from dashboard import charts, findings, metrics
from dashboard.formats import FEWEST
from dashboard.ui import cards, definitions, filtered, insight, month_end_behind
from dashboard.ui.page import Page

VIEWS = {"Times its usual": "times", "Hours": "hours"}


def headline(page: Page) -> bool:
    """The finding that heads the page; False and a word on what to do if there is nothing yet."""
    if not filtered.has_done(page, "step_days", "step"):
        return False
    found = findings.headline(_steps(page), filtered.promise(page))
    whole = findings.whole(
        filtered.figure(page, metrics.month_end_whole, **_window(page)), filtered.promise(page)
    )
    with st.container(border=True, key="card-headline", gap="xsmall"):
        st.header(found.text, anchor=False)
        st.markdown(found.why)
        if whole:
            st.markdown(whole)
        definitions.button("month_end_steps month_end_whole", "headline")
    return True


def opening_days(page: Page) -> None:
    """Which day to open a case, and which to avoid."""
    table = filtered.figure(page, metrics.opening_days)
    if not table.num_rows:
        cards.empty(
            "event", "No case’s limit has passed yet",
            "The share of cases within their limit, by the day they were opened, appears with it.",
        )  # fmt: skip
        return
    first, last = page.store.settings.window
    n, on_time, still = (sum(table[name].to_pylist()) for name in ("n", "on_time", "still_open"))
    beside = f" {still} of them still open, which counts as missed." if still else ""
    found = findings.opening(table, on_time / n)
    limit = filtered.promise(page).limit_words
    with cards.card(
        "Which day to open, which to avoid?",
        found,
        f"Share within {limit} by the day the form came in, with 95\u00a0% intervals. 0 is the "
        "month’s last business day, −1 the next month’s first. Shaded: the window, "
        f"{_place(first)} to {_place(last)}. n = {n:,} cases whose limit has passed."
        f"{beside} Hollow: fewer than {FEWEST}. A click on a mark lists its cases.",
        "opening",
        "opening_days",
    ):
        alt = insight.alt(
            "Share within the limit by business days to month end of the opening", found
        )
        spec = charts.opening_days(page.store.settings.window)
        rows = filtered.figure(page, insight.places)
        event = cards.chart(rows, spec, alt, "opening", on_select="rerun")
    month_end_behind.opening(page, event, rows)


def heat(page: Page) -> None:
    """Which step slows down, and on which day."""
    cells = filtered.figure(page, metrics.step_days, **_window(page))
    found = findings.heat(cells, _steps(page), charts.FEWEST_IN_CELL)
    with cards.card(
        "Which step slows down, and on which day?",
        found,
        "Median business time in a step by the day on which it began, and against its median "
        "outside the window. Teal: quicker. Brown: slower. A dot: fewer than "
        f"{charts.FEWEST_IN_CELL} cases. n = {sum(cells['n'].to_pylist()):,} completed steps. "
        "A click on a cell lists its cases.",
        "heat",
        "step_days",
    ):
        chosen = st.segmented_control(
            "Show", list(VIEWS), default=next(iter(VIEWS)), required=True, key="show",
            label_visibility="collapsed", bind="query-params",
        )  # fmt: skip
        kind = VIEWS[chosen or next(iter(VIEWS))]
        alt = insight.alt("Median time in each step by business days to month end", found)
        spec = charts.heat(kind, page.store.settings.window)
        rows = filtered.figure(page, insight.cells)
        event = cards.chart(rows, spec, alt, f"heat-{kind}", on_select="rerun")
    month_end_behind.steps(page, event, rows, "heat-then")


def compare(page: Page) -> None:
    """Window against the rest: what can be told from chance."""
    steps = _steps(page)
    found = findings.told_steps(steps)
    with cards.card(
        "Window against the rest: what can be told from chance?",
        found,
        "Median business time in each step. The bar says where the window’s median may lie, seen "
        "from the rest’s: 95\u00a0% for all 18 steps at once. Where it leaves out the rest’s mark, "
        f"the factor stands at the right. Hollow: fewer than {FEWEST} cases; no bar: under 11. "
        "Steps still current are not in it. A click on a mark lists its cases.",
        "compare",
        "month_end_steps",
    ):
        alt = insight.alt(
            "Median time in each step, in the month-end window and in the rest", found
        )
        rows = filtered.figure(page, insight.compared)
        event = cards.chart(rows, charts.COMPARE, alt, "compare", on_select="rerun")
    month_end_behind.steps(page, event, rows, "compare-then")


def _steps(page: Page) -> pa.Table:
    return filtered.figure(page, metrics.month_end_steps, **_window(page))


def _window(page: Page) -> dict[str, tuple[int, int]]:
    return {"window": page.store.settings.window}


def _place(days: int) -> str:
    return f"−{-days}" if days < 0 else str(days)
