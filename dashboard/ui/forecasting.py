"""What pages know of forecasts: those of now, or why there are none. Nothing here is slow."""

from dataclasses import dataclass
from datetime import datetime

import pyarrow as pa
import pyarrow.compute as pc
import streamlit as st

from dashboard import findings
from dashboard.findings import forecast as words
from dashboard.findings.outlook import COLUMN, with_outlook
from dashboard.forecast import forecast_open
from dashboard.forecasting import FAILURES, Learnt
from dashboard.store import Store
from dashboard.ui import guard, handle
from dashboard.ui.page import Page
from dashboard.ui.words import plain

LOOK_SECONDS = 5
# What forecasts are computed from, and how, for *How is this computed?*
BEHIND = "forecast_cases forecast_moves"
COMPUTED = (
    "A forecast: when each open case may be completed, and its chance of missing the target or "
    "SLA. It is learned from what past cases still needed at the same point. The Forecast page "
    "says how accurate it has been."
)
# What the models are called where people read of them.
MODELS = {
    "boosted": "boosted trees",
    "nearest": "the nearest past cases",
    "median": "the plain median",
}
# What lists of cases show of a forecast.
SHOWN = ("p10", "p50", "p90", "p_miss_target", "p_miss_limit", "model", "longest_minutes")


@dataclass(frozen=True, slots=True)
class Forecasts:
    """What was learnt, and with it what is forecast of open cases at the page's now."""

    learnt: Learnt
    table: pa.Table

    def with_each(self, cases: pa.Table, name: str, told: pa.Array) -> pa.Table:
        """A table of cases with what is `told` of the forecast ones; empty for the others."""
        options = pc.SetLookupOptions(self.table["case_id"])
        places = pc.call_function("index_in", [cases["case_id"]], options)
        return cases.append_column(name, told.take(places))


def model_words(name: str) -> str:
    """A model as people call it."""
    return MODELS.get(name, name)


def forecasts(page: Page, case_id: str | None = None) -> Forecasts | None:
    """The forecasts of now, or that of one case; None until something is learnt, and if it failed.

    Forecasting all cases takes many times as long as one.
    """
    learnt = handle.learner().learnt
    if learnt is None:
        return None
    state = page.store.head().hash, page.now.isoformat(), learnt.forecaster.learnt_at.isoformat()
    return _made(page.store, page.now, learnt, case_id, (case_id, *state))


@handle.by_key(40)
def _made(
    store: Store, now: datetime, learnt: Learnt, case_id: str | None, _key: tuple[str | None, ...]
) -> Forecasts | None:
    try:
        return Forecasts(learnt, forecast_open(store, now, learnt.forecaster, case_id))
    except FAILURES:  # a log so strange is shown without
        return None


def why_none() -> str:
    """Why there are no forecasts now."""
    learner = handle.learner()
    if learner.trouble:
        return (
            f"No forecast: learning from this log failed ({plain(learner.trouble)}). It runs "
            "again tomorrow; everything else works."
        )
    if learner.learnt:
        return "No forecast: the current model does not fit the cases open now."
    n = learner.cases()
    if not n:
        return "No forecast yet: it needs completed cases to learn from."
    return f"The forecast is learning from {findings.count(n, 'completed case')}."


@guard.fragment(run_every=LOOK_SECONDS)
def wait() -> None:
    """Draw the page anew as soon as something is learnt."""
    if handle.learner().learnt:
        st.rerun()


def open_cases(page: Page, found: Forecasts) -> pa.Table:
    """The open cases that the page's filters let through, each with its forecast, if any.

    What looks worst first; is_late: it has missed its limit already.
    """
    asked = {name: page.filters.get(name) for name in ("workflow", "team_leader")}
    listed = page.store.run("case_list", now=page.now, state="open", **asked)
    table = listed.append_column("is_late", pc.call_function("equal", [listed["timing"], "late"]))
    for name in SHOWN:
        table = found.with_each(table, name, found.table[name])
    order = [(COLUMN, "descending"), ("business_us_left", "ascending")]
    return with_outlook(table).sort_by(order)


def with_risk(table: pa.Table, found: Forecasts) -> pa.Table:
    """A table of cases with p_miss_limit, the chance that each misses its limit; empty: unknown.

    And with what that looks like beside its state, see `findings.outlook`.
    """
    return with_outlook(found.with_each(table, "p_miss_limit", found.table["p_miss_limit"]))


def risk(page: Page, case_id: str) -> float | None:
    """The chance that an open case misses its limit; None while it is not known."""
    found = forecasts(page, case_id)
    told = found.table["p_miss_limit"].to_pylist() if found else []
    return told[0] if told else None


def little(page: Page, found: Forecasts) -> str:
    """How little is known of the paths that the page shows."""
    workflow = page.filters.get("workflow")
    finished = found.learnt.forecaster.finished
    return words.little(finished, [key for key in finished if workflow in (None, key)])
