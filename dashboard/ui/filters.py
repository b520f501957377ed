"""The row of filters above a page. Their values live in the URL, so that a link shows the same.

A value in the URL that there is not is ignored. Each filter says what a figure is given.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any, Literal

import streamlit as st

from dashboard.people import Person
from dashboard.workflows import AGREED_DATE, MOST_STEPS, WORKFLOWS, Party

Parameters = dict[str, Any]
Name = Literal["period", "path", "tl", "mine", "state", "step", "party", "late"]

PERIODS = ("Last 12 months", "This quarter", "Last month", "This month", "All time")
BOTH = "Both paths"
PATHS = {workflow.short: workflow.key for workflow in WORKFLOWS.values()}
EVERY_LEADER = "All team leaders"
STATES = {"All states": None, "Open": "open", "Closed": "closed", "Withdrawn": "withdrawn"}
EVERY_STEP = "All steps"
EVERYBODY = "Anyone’s turn"


@dataclass(frozen=True, slots=True)
class Around:
    """What filters may offer depends on this."""

    today: date
    leaders: Sequence[str]
    person: Person


def draw(wanted: Sequence[Name], around: Around) -> Parameters:
    """Draw the filters that a page wants, in one row; returns parameters ready for figures."""
    parameters: Parameters = {}
    if wanted:
        with st.container(horizontal=True, vertical_alignment="center", gap="small", key="filters"):
            for name in wanted:
                parameters |= FILTERS[name](around)
    return parameters


def _period(around: Around) -> Parameters:
    chosen = st.selectbox(
        "Period", PERIODS, key="period", bind="query-params", label_visibility="collapsed",
        icon=":material/calendar_month:", width=190,
    )  # fmt: skip
    since, until = period(chosen, around.today)
    return {"since": since, "until": until}


def period(name: str, today: date) -> tuple[date | None, date | None]:
    """The dates [since, until) of a period by its name; None is open."""
    month = today.replace(day=1)
    if name == "This month":
        return month, None
    if name == "Last month":
        return (month - timedelta(1)).replace(day=1), month
    if name == "This quarter":
        return month.replace(month=month.month - (month.month - 1) % 3), None
    if name == "Last 12 months":
        months = month.year * 12 + month.month - 12
        return date(months // 12, months % 12 + 1, 1), None
    return None, None


def _path(around: Around) -> Parameters:
    chosen = st.segmented_control(
        "Path", [BOTH, *PATHS], default=BOTH, required=True, key="path", bind="query-params",
        label_visibility="collapsed",
    )  # fmt: skip
    return {"workflow": PATHS.get(chosen or BOTH)}


def _tl(around: Around) -> Parameters:
    chosen = st.selectbox(
        "Team leader", [EVERY_LEADER, *around.leaders], key="tl", bind="query-params",
        label_visibility="collapsed", width=190,
    )  # fmt: skip
    return {"team_leader": None if chosen == EVERY_LEADER else chosen}


def _mine(around: Around) -> Parameters:
    name = around.person.case_name
    only = st.toggle(
        "My cases", key="mine", bind="query-params",
        help=(
            f"Only cases led by {name}" if name
            else "The directory does not know you yet. Ask an administrator to add your sign-in "
                 "under Settings, People."
        ),
        disabled=not name,
    )  # fmt: skip
    return {"team_leader": name} if only else {}


def _state(around: Around) -> Parameters:
    chosen = st.selectbox(
        "State", list(STATES), index=1, key="state", bind="query-params",
        label_visibility="collapsed", width=130,
    )  # fmt: skip
    return {"state": STATES[chosen]}


def _step(around: Around) -> Parameters:
    steps = {f"Step {number}": number for number in range(1, MOST_STEPS + 1)}
    chosen = st.selectbox(
        "Step", [EVERY_STEP, *steps], key="step", bind="query-params",
        label_visibility="collapsed", width=130,
    )  # fmt: skip
    return {"step": steps.get(chosen)}


def _party(around: Around) -> Parameters:
    chosen = st.selectbox(
        "Whose turn", [EVERYBODY, *Party, AGREED_DATE], key="party", bind="query-params",
        label_visibility="collapsed", width=190, format_func=str,
    )  # fmt: skip
    return {"party": None if chosen == EVERYBODY else str(chosen)}


def _late(around: Around) -> Parameters:
    only = st.toggle("Late only", key="late", bind="query-params")
    return {"late": True if only else None}


FILTERS: dict[Name, Callable[[Around], Parameters]] = {
    "period": _period,
    "path": _path,
    "tl": _tl,
    "mine": _mine,
    "state": _state,
    "step": _step,
    "party": _party,
    "late": _late,
}
