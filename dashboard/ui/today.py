"""The parts of Today: the figures, the warning, the worklist and the groups beside it."""

from collections.abc import Callable
from datetime import date, datetime, timedelta
from typing import Any

import pyarrow as pa
import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from dashboard import formats
from dashboard.figures import month_end
from dashboard.figures.figure import Scope
from dashboard.figures.month_end import MONTH_END
from dashboard.figures.rows import rows_of
from dashboard.ui import (
    cards,
    definitions,
    filters,
    forecasting,
    guard,
    handle,
    import_template,
    importing,
    several,
    tables,
)
from dashboard.ui.messages_waiting import messages_waiting
from dashboard.ui.navigation import CASE
from dashboard.ui.page import Page
from dashboard.ui.words import day_text, plain
from dashboard.workflows import WORKFLOWS, FieldKind

WORK_COLUMNS = (
    "left", "state", "turn", "step", "steps", "done", "waited", "path", "tl",
)  # fmt: skip
REFRESH_SECONDS = 20
DOWNLOADS = "downloads"
MOST_LINES, FEW_MORE = 10, 3  # of a group: more than both together are folded after the first
MOST_UNFOLDED = 200
Row = dict[str, Any]


def figures(page: Page) -> None:
    """Four figures: open, due today, past the limit, waiting on us."""
    row = page.store.run("today_counts", now=page.now, **page.filters).to_pylist()[0]
    following = row["next_limit_at"]
    most = formats.duration(row["most_over_us"], row["most_over_day_us"]) if row["late"] else ""
    worst = f"▲by up to {most}" if most else "none"
    due = f"next: {formats.moment(following, page.zone)}" if following else "none ahead"
    again = f", {row['reworked']} in rework" if row["reworked"] else ""
    cards.figure_row(
        ("Open cases", row["open"], f"{row['at_risk']} at risk{again}"),
        ("Due today", row["due_today"], due),
        ("Overdue", row["late"], worst),
        ("Waiting on us", row["on_us"], f"{row['on_others']} on others"),
    )


def month_end_warning(page: Page) -> None:
    """What Month end finds over the last twelve months, on the days when it matters."""
    low, high = sorted(page.store.settings.window)
    days = int(page.store.settings.calendar.days_to_month_end([page.today])[0])
    if not low <= days <= high:
        return
    since, until = filters.period(filters.PERIODS[0], page.today)  # as Month end at first
    asked = {"workflow": page.filters.get("workflow"), "since": since, "until": until}
    scope = Scope(page.store, page.now, asked)
    text = month_end.headline(MONTH_END.table_of(scope), scope.promise).text
    st.warning(f"**Month end.** {text}", icon=":material/event_upcoming:")


def worklist(page: Page) -> None:
    """All open cases that somebody inside can take further, the least time left first."""
    table = page.store.run("worklist", now=page.now, **page.filters)
    waiting = table.filter(
        pa.array([not row for row in table["waits_for_download"].to_pylist()], pa.bool_())
    )
    changes(page.store.position, page.now)
    if waiting.num_rows:
        _list(page, waiting)
    else:
        _nothing(page)
    definitions.button("today_counts worklist", "today")
    if waiting.num_rows:
        importing.button(page.person, "import-beside-cases")


def _list(page: Page, waiting: pa.Table) -> None:
    found = forecasting.forecasts(page)
    columns = WORK_COLUMNS
    if found:
        waiting = forecasting.with_risk(waiting, found)
        columns = (*WORK_COLUMNS[:2], "risk", *WORK_COLUMNS[2:])
    else:
        st.caption(forecasting.why_none())
    tables.cases(
        page, waiting, tables.worklist_row, columns,
        "Open cases, least time left first", "worklist",
    )  # fmt: skip
    cards.download(waiting, "worklist", "download-worklist")


@guard.fragment(run_every=REFRESH_SECONDS)
def changes(position: int, now: datetime) -> None:
    """Say how many cases changed since the page was drawn; no row moves before somebody asks."""
    store = handle.store()
    if store.position == position:
        return
    more = store.run("entries_since", now=now, position=position).num_rows
    if more > 0:
        word = "case" if more == 1 else "cases"
        if st.button(
            f"{more} {word} changed · show", icon=":material/refresh:", key="take-changes"
        ):
            st.rerun()


def _nothing(page: Page) -> None:
    if any(value is not None for value in page.filters.values()):
        cards.empty(
            "filter_alt_off",
            "No open cases match these filters",
            "Choose both paths and all team leaders.",
        )
        return
    cards.empty("inbox", "No open cases", "Open one on New case or import a tracker.")
    with st.container(horizontal=True, horizontal_alignment="center", vertical_alignment="center"):
        st.page_link("pages/new_case.py", label="New case", icon=":material/add:")
        importing.button(page.person, "import-from-empty")
        import_template.button("template-from-empty", page.store.settings.catalogue)


def groups(page: Page) -> None:
    """Beside the worklist: follow-ups, cases on hold, downloads."""
    table = page.store.run("worklist", now=page.now, **page.filters)
    held = table.filter(table["is_on_hold"])
    downloads = table.filter(table["waits_for_download"])
    several.grid(page, DOWNLOADS)
    first, second = st.columns(2, gap="medium")
    with first:
        _case_card(
            f"Cancellation on hold ({held.num_rows})", held, "hold",
            "No cases are waiting for CitrixPortalTech before cancellation.",
        )  # fmt: skip
    with second:
        messages_waiting(page)
        _follow_ups(page)
        waiting = _case_card(
            f"Delivered, waiting for download ({downloads.num_rows})", downloads,
            DOWNLOADS, "No local cases are waiting for license downloads.",
        )  # fmt: skip
        with waiting:
            several.offer(page, downloads, (), DOWNLOADS)


def _follow_ups(page: Page) -> None:
    asked = {"until": page.today + timedelta(1), **_paths(page)}
    table = page.store.run("follow_ups", now=page.now, **asked)
    today = page.today
    with st.container(border=True, key="card-follow-ups"):
        st.subheader(f"Follow up today ({table.num_rows})", anchor=False)
        if not table.num_rows:
            st.caption("No follow-ups due today.")
        _lines(table, "follow-ups", lambda row: _follow_up(today, row))


def _follow_up(today: date, row: Row) -> str:
    since = "" if row["follow_up"] == today else f", since {day_text(row['follow_up'])}"
    return f"{plain(row['firm'])} :gray[{row['step']} {row['step_label']}{since}]"


def _case_card(title: str, table: pa.Table, key: str, nothing: str) -> DeltaGenerator:
    """The card of a group; returns it for what there is to do with the whole group."""
    group = st.container(border=True, key=f"card-{key}")
    with group:
        st.subheader(title, anchor=False)
        if not table.num_rows:
            st.caption(nothing)
        _lines(table, key, _waiting)
    return group


def _waiting(row: Row) -> str:
    waited = formats.duration(row["step_us"], row["day_us"])
    return f"{plain(row['firm'])} :gray[{row['step']} {row['step_label']}, {waited}]"


def _lines(table: pa.Table, key: str, label: Callable[[Row], str]) -> None:
    """A line a case, which opens it; of many the rest waits for a click."""
    n = table.num_rows
    shown = n if n <= MOST_LINES + FEW_MORE else MOST_LINES
    _links(table.slice(0, shown), label)
    if rest := n - shown:
        with st.expander(f"{rest:,} more", key=f"more-{key}", on_change="rerun") as folded:
            if folded.open:
                _links(table.slice(shown, MOST_UNFOLDED), label)
                if rest > MOST_UNFOLDED:
                    st.caption(f"{rest - MOST_UNFOLDED:,} more on Cases.")


def _links(table: pa.Table, label: Callable[[Row], str]) -> None:
    for row in rows_of(table):
        st.page_link(CASE, label=label(row), query_params={"id": str(row["case_id"])})


def _paths(page: Page) -> dict[str, object]:
    return {key: page.filters.get(key) for key in ("workflow", "team_leader")}


def hours(workflow: str) -> int:
    """How long an appointment of that path takes."""
    fields_of = [item for step in WORKFLOWS[workflow].steps for item in step.fields]
    return next(item.hours for item in fields_of if item.kind is FieldKind.WINDOW)
