"""What if: a simulated department answers, once it has shown that it comes out as the log."""

from collections.abc import Hashable
from typing import Any, NamedTuple

import pyarrow as pa
import pyarrow.compute as pc
import streamlit as st

from dashboard import charts, formats, planning
from dashboard.figures.figure import Scope
from dashboard.findings import Promise
from dashboard.findings import what_if as found_in
from dashboard.instants import to_datetime
from dashboard.planning import Asked, Question
from dashboard.ui import cards, definitions
from dashboard.ui.page import Page
from dashboard.workflows import WORKFLOWS, Party

SEEDS = range(1, 21)
QUESTIONS = {
    "One more TL at month end": "one_more_tl",
    "Order step at mid-month pace": "order_mid_month",
    "20% more cases": "more_cases",
}
MEASURES = {"p50_minutes": "median", "mean_minutes": "mean", "p85_minutes": "85th percentile"}
HOUR = 60
# What stays as it was, by question; the rest of the reservations hold for each of them.
RESERVES = {
    "more_cases": "The log does not show how the Order Team, EMS, and appointments would cope "
    "with more cases. Their times stay the same here, so the true effect is likely "
    "larger.",
    "one_more_tl": "The log does not show what team leaders do besides these cases.",
    "order_mid_month": "",
}
BEHIND = "planning_days planning_cases planning_turns"
COMPUTED = (
    "An estimate: waits, work, and arrivals are fitted to the rows of these queries. A simulated "
    "department then runs through the log’s business days, as it is and with the change."
)
METHOD = (
    "{n} pairs of simulated departments, as it is and changed; {cases}, for all paths and team "
    "leaders. Bars: 90% intervals for the effect over the same length of time. Hollow gray: too "
    "little data to tell. {proved} {reserve}"
)


class Found(NamedTuple):
    """What the simulation said, how the team leaders work, how many of the newest cases it took."""

    asked: Asked
    leaders: planning.Desk
    newest: int


def what_if(page: Page) -> None:
    """The card: a question, a button, and what the simulation says."""
    with st.container(border=True, key="card-what-if", gap="xsmall"):
        st.subheader("What if?", anchor=False)
        st.markdown("For planning, not a forecast: a simulation built from the log.")
        if not page.store.count_cases():
            st.markdown("No cases yet, so there is nothing to simulate from.")
            return
        chosen = st.segmented_control(
            "What if", list(QUESTIONS), default=next(iter(QUESTIONS)), required=True,
            key="what_if", label_visibility="collapsed", bind="query-params",
        )  # fmt: skip
        question = planning.QUESTIONS[QUESTIONS[chosen or next(iter(QUESTIONS))]]
        if found := _simulated(page, question):
            _show(page, question, _of_path(found, page.filters.get("workflow")))


def _simulated(page: Page, question: Question) -> Found | None:
    """What was found for this log, kept for the session; until then a button that asks."""
    key = (question.key, page.store.head().hash, *_period(page).values())
    kept: dict[Hashable, Found] = st.session_state.setdefault("what-ifs", {})
    if key not in kept:
        place = st.empty()
        if not place.button("Run simulation", icon=":material/play_arrow:", key="simulate"):
            st.caption(f"{question.label}: takes a few seconds.")
            return None
        now = to_datetime(page.store.log.last_recorded_us())
        plan = planning.fit(page.store, now=now, **_period(page))
        asked = planning.ask(
            plan, question, SEEDS, lambda share: place.progress(share, "Simulating …")
        )
        kept[key] = Found(asked, plan.desk(str(Party.TL)), plan.newest)
        place.empty()
    return kept[key]


def _period(page: Page) -> dict[str, Any]:
    return {name: page.filters.get(name) for name in ("since", "until")}


def _of_path(found: Found, workflow: str | None) -> Found:
    """What is shown; the simulation is always of both paths, for they share their people."""
    if workflow is None:
        return found
    own = pc.field("workflow") == workflow
    asked = Asked(found.asked.check.filter(own), found.asked.answer.filter(own))
    return found._replace(asked=asked)


def _show(page: Page, question: Question, simulated: Found) -> None:
    asked = simulated.asked
    promise = Scope(page.store, page.now).promise
    if not asked.check.num_rows:
        st.markdown("No such case is completed yet, so there is nothing to simulate from.")
        return
    found = found_in.what_if(asked.answer, promise)
    if found:
        st.markdown(found)
    if question.change.party and (why := found_in.leaders(simulated.leaders)):
        st.markdown(why)
    for why in found_in.silent(asked.check, asked.answer, question.key, promise):
        st.info(why, icon=":material/help:")
    if asked.answer.num_rows:
        rows = effects(asked.answer, promise)
        alt = cards.alt(f"Effect on business time: {question.label}", found)
        cards.figure_row(*_kept(asked.answer), key="what-if-kept")
        cards.chart(rows, charts.EFFECTS, alt, f"what-if-{question.key}")
    newest = f"the newest {simulated.newest:,} cases" if simulated.newest else "all cases"
    period = " opened in the period" if any(_period(page).values()) else ""
    st.caption(METHOD.format(
        n=len(SEEDS), cases=newest + period, proved=found_in.proved(asked.check, promise),
        reserve=RESERVES[question.key],
    ))  # fmt: skip
    definitions.button(BEHIND, "what-if", COMPUTED)


def _kept(answer: pa.Table) -> list[tuple[str, str, str]]:
    return [
        (
            f"{WORKFLOWS[row['workflow']].short}, within SLA", formats.percent(row["changed"]),
            f"{formats.percent(row['base'])} as it is",
        )
        for row in answer.to_pylist()
        if row["measure"] == "within_limit"
    ]  # fmt: skip


def effects(answer: pa.Table, promise: Promise) -> pa.Table:
    """Rows of charts.EFFECTS."""
    return pa.Table.from_pylist([
        {
            "lane": f"{WORKFLOWS[row['workflow']].short}, {MEASURES[row['measure']]}",
            **{name: row[name] / HOUR for name in ("effect", "low", "high")},
            "is_told": not row["low"] <= 0 <= row["high"],
            "tone": "muted" if row["low"] <= 0 <= row["high"] else "accent",
            "base": promise.minutes(row["base"]),
            "changed": promise.minutes(row["changed"]),
            "shown": found_in.difference(row["effect"], promise),
            "interval": " to ".join(
                found_in.difference(row[name], promise) for name in ("low", "high")
            ),
            "n": row["n"],
        }
        for row in answer.to_pylist()
        if row["measure"] in MEASURES
    ])  # fmt: skip
