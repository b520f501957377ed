"""What pages know of forecasts: those of now, or why there are none. Nothing here is slow."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import pyarrow as pa
import streamlit as st

from dashboard import findings, metrics
from dashboard.findings import forecast as words
from dashboard.forecast import forecast_open
from dashboard.forecasting import FAILURES, Learnt
from dashboard.store import Store
from dashboard.ui import handle
from dashboard.ui.page import Page
from dashboard.ui.words import plain

LOOK_SECONDS = 5
# What forecasts are computed from, and how, for *How is this computed?*
BEHIND = "forecast_cases forecast_moves"
COMPUTED = (
    "A forecast: what past cases still needed from where they stood gives, for each open case, "
    "when it may be completed and the chance that this is after its target or limit. "
    "dashboard/forecast learns it from the rows of these queries; which model is in use, and how "
    "good it has been, says the Forecast page."
)
Rows = list[dict[str, Any]]


@dataclass(frozen=True, slots=True)
class Forecasts:
    """What was learnt, and with it what is forecast of every open case at the page's now."""

    learnt: Learnt
    table: pa.Table
    by_case: Mapping[str, dict[str, Any]]  # the rows of cases of which something is known


def forecasts(page: Page) -> Forecasts | None:
    """The forecasts of now; None until something is learnt, and where that failed."""
    learnt = handle.learner().learnt
    if learnt is None:
        return None
    key = (learnt.forecaster.learnt_at.isoformat(), page.store.head().hash, page.now.isoformat())
    return _made(page.store, page.now, learnt, key)


@st.cache_resource(max_entries=20, show_spinner=False)
def _made(_store: Store, _now: datetime, _learnt: Learnt, key: tuple[str, ...]) -> Forecasts | None:
    try:
        table = forecast_open(_store, _now, _learnt.forecaster)
    except FAILURES:  # a log so strange is shown without
        return None
    known = {row["case_id"]: row for row in table.to_pylist() if row["model"]}
    return Forecasts(_learnt, table, known)


def why_none() -> str:
    """Why there are no forecasts now."""
    learner = handle.learner()
    if learner.trouble:
        return (
            f"There is no forecast: learning from this log failed ({plain(learner.trouble)}). It "
            "is tried again tomorrow; everything else works."
        )
    if learner.learnt:
        return "There is no forecast: what was learnt does not fit the cases that are open now."
    n = learner.cases()
    if not n:
        return "There is no forecast yet: no case is completed, so there is nothing to learn from."
    return f"The forecast is being learnt from {findings.count(n, 'completed case')}."


@st.fragment(run_every=LOOK_SECONDS)
def wait() -> None:
    """Draw the page anew as soon as something is learnt."""
    if handle.learner().learnt:
        st.rerun()


def open_cases(page: Page, found: Forecasts) -> Rows:
    """The open cases that the page's filters let through, each with its forecast, if any.

    The most likely to miss its limit first; is_late: it has missed it already.
    """
    asked = {name: page.filters.get(name) for name in ("workflow", "team_leader")}
    listed = handle.figure(page.store, page.now, metrics.case_list, {"state": "open", **asked})
    known = found.by_case
    none = dict.fromkeys(found.table.column_names)
    rows = [
        none | known.get(row["case_id"], {}) | row | {"is_late": row["business_us_left"] < 0}
        for row in listed.to_pylist()
    ]
    return sorted(rows, key=_risk, reverse=True)


def _risk(row: Mapping[str, Any]) -> tuple[bool, float, float]:
    share = row["p_miss_limit"]
    return row["is_late"], -1.0 if share is None else share, -row["business_us_left"]


def with_risk(table: pa.Table, found: Forecasts) -> pa.Table:
    """A table of cases with p_miss_limit, the chance that each misses its limit; empty: unknown."""
    known = found.by_case
    shares = [
        known.get(case_id, {}).get("p_miss_limit") for case_id in table["case_id"].to_pylist()
    ]
    return table.append_column("p_miss_limit", pa.array(shares, pa.float64()))


def little(page: Page, found: Forecasts) -> str:
    """How little is known of the paths that the page shows."""
    workflow = page.filters.get("workflow")
    finished = found.learnt.forecaster.finished
    return words.little(finished, [key for key in finished if workflow in (None, key)])
