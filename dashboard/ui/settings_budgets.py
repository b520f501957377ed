"""The budgets of a path's steps: how an administrator splits the limit over them."""

from typing import Any

import streamlit as st

from dashboard import clock, commands, formats
from dashboard.commands.budgets import checked_budgets
from dashboard.errors import DashboardError
from dashboard.instants import to_us
from dashboard.ui import acting, settings_form
from dashboard.ui.page import Page
from dashboard.ui.settings_form import Edit
from dashboard.workflows import Workflow

BY_HISTORY, SET_HERE = "From history", "Set manually"
HOUR_US = 3_600_000_000
QUARTER_US = HOUR_US // 4  # what is offered is rounded to this, so that people can reckon with it


def budgets(page: Page, path: Workflow) -> None:
    """By history, or an input for each step and whether together they make up the limit."""
    rows = _figure(page, path)
    limit_us = rows[0]["limit_us"]
    day_us = page.store.settings.targets_at(path.key, to_us(page.now)).day_us
    held = page.store.settings.budgets.get(path.key, ())
    edit = settings_form.begin(page, f"budgets-{path.key}", held)
    with st.container(border=True, key=f"card-{edit.name}", gap="small"):
        st.subheader("Step budgets", anchor=False)
        st.markdown(_told(rows, formats.duration(limit_us, day_us)))
        chosen = st.segmented_control(
            "Split", [BY_HISTORY, SET_HERE], default=SET_HERE if held else BY_HISTORY,
            required=True, key=edit.key("basis"), disabled=edit.is_locked,
            label_visibility="collapsed", persist_state="session",
        )  # fmt: skip
        given = _inputs(edit, path, _offered(rows)) if chosen == SET_HERE else []
        if not given and not held:
            st.caption(_split(path, rows, day_us))
        is_change = tuple(given) != held
        settings_form.heed_others(edit, held, is_touched=is_change)
        _outcome(edit, path, given or None, is_change=is_change)


def _figure(page: Page, path: Workflow) -> list[dict[str, Any]]:
    asked = {"workflow": path.key}
    return page.store.run("step_budgets", now=page.now, **asked).to_pylist()


def _told(rows: list[dict[str, Any]], limit: str) -> str:
    if rows[0]["basis"] == "set":
        return f"The SLA of {limit} is split as set here. If the SLA changes, the proportions stay."
    if rows[0]["basis"] == "history":
        return (
            f"The SLA of {limit} is split by each step’s share of the time of all "
            f"{rows[0]['n_history']:,} completed cases."
        )
    return f"The SLA of {limit} is split evenly until a case on this path is completed."


def _split(path: Workflow, rows: list[dict[str, Any]], day_us: int) -> str:
    """What each step is given now."""
    return " · ".join(
        f"{step.number} {step.label} {formats.duration(row['budget_us'], day_us)}"
        for step, row in zip(path.steps[1:], rows, strict=True)
    )


def _offered(rows: list[dict[str, Any]]) -> list[int]:
    """The budgets to begin with: as set, or rounded so that they still make up the limit."""
    exact = [row["budget_us"] for row in rows]
    return exact if rows[0]["basis"] == "set" else rounded(exact, QUARTER_US)


def rounded(exact: list[int], unit: int) -> list[int]:
    """Multiples of the unit with the same sum; what is no multiple of it goes to the largest."""
    down = [us // unit * unit for us in exact]
    units, rest = divmod(sum(exact) - sum(down), unit)
    by_rest = sorted(range(len(exact)), key=lambda place: (down[place] - exact[place], place))
    for place in by_rest[:units]:
        down[place] += unit
    down[exact.index(max(exact))] += rest
    return down


def _inputs(edit: Edit, path: Workflow, offered: list[int]) -> list[int]:
    """Hours of business time for each step from the second on."""
    given: list[int] = []
    limit = sum(offered) // formats.MINUTE_US  # under another limit they begin anew
    with st.grid(3, min_column_width=190, gap="small") as grid:
        for step, us in zip(path.steps[1:], offered, strict=True):
            with grid.cell():
                hours = st.number_input(
                    f"{step.number} {step.label}, hours", 0.0, 1440.0, us / HOUR_US, 0.25,
                    key=edit.key(f"step-{step.number}-of-{limit}"), disabled=edit.is_locked,
                    format="%g", persist_state="session",
                )  # fmt: skip
            given.append(round(float(hours or 0) * HOUR_US))
    return given


def _outcome(edit: Edit, path: Workflow, given: list[int] | None, *, is_change: bool) -> None:
    page = edit.page
    try:
        checked_budgets(page.store.settings, path.key, given, to_us(page.now))
    except DashboardError as refused:
        settings_form.mistake([str(refused)])
        return
    how = "were changed" if given else "follow history again"
    settings_form.save(
        edit, "Save budgets",
        lambda click: commands.change_budgets(
            acting.desk(), path.key, given, by=click.person, now=clock.now(),
            version=click.version, command_id=click.command_id("save", given),
        ),
        f"**{path.short} budgets {how}.**", ready=is_change,
    )  # fmt: skip
