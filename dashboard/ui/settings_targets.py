"""The sections of targets and of planning: numbers that an administrator sets."""

from datetime import date

import pyarrow as pa
import streamlit as st

from dashboard import clock, commands, formats
from dashboard.commands.planning import targets_of
from dashboard.errors import DashboardError
from dashboard.instants import to_datetime
from dashboard.locales import input_format
from dashboard.settings import FOREVER_US, MINUTE_US, Settings, Targets
from dashboard.ui import acting, settings_budgets, settings_form
from dashboard.ui.page import Page
from dashboard.ui.settings_day import LABEL, warn
from dashboard.ui.settings_form import Edit
from dashboard.ui.settings_preview import preview
from dashboard.ui.words import on_the_wall
from dashboard.workflows import WORKFLOWS, Workflow

FROM_A_DATE, FOR_ALL_CASES = "Cases opened from a date", "All cases"


def targets_section(page: Page) -> None:
    """Target and limit of each path, for cases opened from a date on, and its steps' budgets."""
    warn(page)
    labels = {path.label: path for path in WORKFLOWS.values()}
    chosen = st.segmented_control(
        "Path", list(labels), default=next(iter(labels)), required=True, key="settings-path",
        label_visibility="collapsed",
    )  # fmt: skip
    path = labels[chosen or next(iter(labels))]
    _targets(page, path)
    settings_budgets.budgets(page, path)


def _targets(page: Page, path: Workflow) -> None:
    held = _of(page.store.settings, path)
    edit = settings_form.begin(page, f"targets-{path.key}", held)
    left, right = st.columns([3, 2], gap="medium")
    with left:
        _in_force(page, held)
        days, day_hours, since = _inputs(edit, held[-1])
    since_us = page.store.settings.begins_us(since)
    try:
        new = targets_of(
            page.store.settings, path.key, *days, since_us, round(day_hours * 60)
        )  # fmt: skip
    except DashboardError as refused:
        settings_form.heed_others(edit, held, is_touched=True)
        with right:
            settings_form.mistake([str(refused)])
            settings_form.unsaved(edit)
        return
    is_touched = (new.day_us, new.target_us, new.limit_us) != _numbers(edit.began[-1])
    settings_form.heed_others(edit, held, is_touched=is_touched)
    with right:
        _outcome(edit, new, days, since, is_touched or (since is None and len(held) > 1))


def _of(settings: Settings, path: Workflow) -> tuple[Targets, ...]:
    """The path's targets, the latest last."""
    return tuple(item for item in settings.targets if item.workflow == path.key)


def _numbers(item: Targets) -> tuple[int, int, int]:
    return item.day_us, item.target_us, item.limit_us


def _outcome(
    edit: Edit, new: Targets, days: tuple[float, float], since: date | None, is_change: bool
) -> None:
    if not is_change:
        if not edit.is_locked:
            st.caption("Change a number to preview the effect here before you save.")
        return
    preview(edit.page, edit.page.store.settings.with_targets(new), since)
    path = WORKFLOWS[new.workflow]
    settings_form.save(
        edit, "Save targets",
        lambda click: commands.change_targets(
            acting.desk(), path.key, *days, since, day_minutes=new.day_us // MINUTE_US,
            by=click.person, now=clock.now(), version=click.version,
            command_id=click.command_id("save", new, days, since),
        ),
        f"**{path.short} targets saved.** Due times were recalculated.",
    )  # fmt: skip


def _in_force(page: Page, held: tuple[Targets, ...]) -> None:
    """What was set, and from when."""
    rows = [
        {
            "Cases opened": _told_since(page, item),
            "Target": formats.duration(item.target_us, item.day_us),
            "SLA": formats.duration(item.limit_us, item.day_us),
            "Business day": formats.duration(item.day_us, None),
        }
        for item in held
    ]
    shown = pa.Table.from_pylist(rows)
    st.table(shown, border="horizontal", hide_index=True, alt="Targets and when they apply")


def _told_since(page: Page, item: Targets) -> str:
    if item.since_us == FOREVER_US:
        return "from the beginning"
    day = on_the_wall(to_datetime(item.since_us), page.zone).date()
    return f"from {formats.day_with_year(day)}"


def _inputs(edit: Edit, item: Targets) -> tuple[tuple[float, float], float, date | None]:
    with st.container(border=True, key="card-targets", gap="small"):
        span = st.segmented_control(
            "For", [FROM_A_DATE, FOR_ALL_CASES], default=FROM_A_DATE, required=True,
            key=edit.key("span"), disabled=edit.is_locked, persist_state="session",
            help="Cases opened before this date keep their target and SLA.",
        )  # fmt: skip
        since = None
        if span != FOR_ALL_CASES:
            since = st.date_input(
                "First day", edit.page.today, key=edit.key("since"), disabled=edit.is_locked,
                format=input_format(), width=150, persist_state="session",
            )  # fmt: skip
        with st.grid(3, min_column_width=150, gap="small") as grid:
            with grid.cell():
                target = _number(edit, "Target, business days", item.target_us / item.day_us)
            with grid.cell():
                limit = _number(edit, "SLA, business days", item.limit_us / item.day_us)
            with grid.cell():
                hours = _number(edit, LABEL, item.day_us / 60 / MINUTE_US)
    return (target, limit), hours, since if isinstance(since, date) else None


def _number(edit: Edit, label: str, value: float) -> float:
    typed = st.number_input(
        label, 0.25, 60.0, float(value), 0.25, key=edit.key(label), disabled=edit.is_locked,
        persist_state="session", format="%g",
    )  # fmt: skip
    return float(typed or 0)
