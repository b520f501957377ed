"""What becomes of a tracker's rows: the first as they were understood, the verdicts in words."""

from collections.abc import Sequence
from typing import Any
from zoneinfo import ZoneInfo

import pyarrow as pa
import streamlit as st

from dashboard import clock, formats
from dashboard.instants import to_datetime
from dashboard.intake import REASONS, Answers, Report, Verdict
from dashboard.intake.preview import preview
from dashboard.intake.sheet import Looked, sheet_of
from dashboard.intake.strangers import strangers
from dashboard.store import Store
from dashboard.ui import cards
from dashboard.ui.words import plain

ANSWERS = "import-answers"  # what was said of rows that are likely a known case
FIRST_ROWS = 8
MOST_ASKED = 50
SAME, NEW = "The same case", "A new case"
MESSAGE = "Rejected because"


def answers() -> Answers:
    """What was said of single rows so far."""
    return st.session_state.get(ANSWERS, Answers())


def understood(looked: Looked, store: Store) -> None:
    """The first rows as they were understood: firm, path, each step's instant."""
    settings = store.settings
    zone = ZoneInfo(settings.calendar.zone)
    shown = preview(sheet_of(looked), settings, clock.now(), FIRST_ROWS)
    if not shown:
        return
    last = max(len(item.steps) for item in shown)
    several = len(looked.read) > 1
    table: dict[str, list[Any]] = {"Sheet": [item.sheet for item in shown]} if several else {}
    table |= {
        "Row": [item.row for item in shown],
        "Firm": [item.firm for item in shown],
        "Path": [item.path for item in shown],
    }
    for number in range(last):
        table[f"Step {number + 1}"] = [_step(item.steps, number, zone) for item in shown]
    st.caption("The first rows as they are understood. ~ marks a date without a time.")
    st.dataframe(
        pa.table(table), hide_index=True, key="understood-rows", alt="The first rows as understood"
    )


def verdicts(report: Report, looked: Looked, headline: str, *, is_done: bool = False) -> None:
    """How many rows have which verdict, those that need somebody, and what was skipped."""
    counts = [f"{n} {word}" for word, n in report.summary.items() if n]
    st.markdown(f"**{headline}** " + (" · ".join(counts) or "The file has no cases."))
    for line in report.told():
        st.caption(plain(line))
    if not is_done:
        _ask(report)
    if report.rejected:
        _table(report, report.rejected, "rejected-rows", "Rejected rows and what to fix")
        cards.download(
            _mendable(report, looked), "rejected_rows", "download-rejected",
            "Download rejected rows",
        )  # fmt: skip
    if known := [row for row in report.rows if row.verdict == "duplicate"]:
        with st.expander(f"Already here: {len(known):,}"):
            _table(report, known, "known-rows", "Rows that are known already")
    if told := [row for row in report.rows if row.message and row.verdict != "rejected"]:
        _table(report, told, "told-rows", "Rows to know about")


def strangers_of(store: Store) -> None:
    """How many people the cases name whom nobody has entered."""
    if found := len(strangers(store, clock.now())):
        names = "1 name is" if found == 1 else f"{found:,} names are"
        st.caption(
            f"{names} not among your people yet. An administrator can add them in Settings, People."
        )


def _step(steps: Sequence[tuple[int, bool]], number: int, zone: ZoneInfo) -> str:
    if number >= len(steps):
        return ""
    us, is_day = steps[number]
    return ("~" if is_day else "") + formats.moment(to_datetime(us), zone.key)


def _table(report: Report, rows: Sequence[Verdict], key: str, alt: str) -> None:
    table: dict[str, list[Any]] = (
        {"Sheet": [row.sheet for row in rows]} if report.is_of_several else {}
    )
    table["Row"] = [row.row for row in rows]
    if any(row.reason for row in rows):
        table["Reason"] = [REASONS.get(str(row.reason), "") for row in rows]
    if any(row.message for row in rows):
        table["What to do"] = [row.message or "" for row in rows]
    if any(row.case for row in rows):
        table["Case"] = [row.case or "" for row in rows]
    st.dataframe(
        pa.table(table), hide_index=True, height=240 if len(rows) > 5 else "auto", key=key, alt=alt,
        column_config={
            "Row": st.column_config.NumberColumn("Row", width=60),
            "What to do": st.column_config.TextColumn("What to do", width=460),
        },
    )  # fmt: skip


def _ask(report: Report) -> None:
    """Of rows that are likely a known case: whether they are."""
    likely = [row for row in report.rejected if row.reason == "likely"][:MOST_ASKED]
    held = answers()
    said = dict(held.rows)
    for row in likely:
        left, right = st.columns([3, 2], vertical_alignment="center")
        left.markdown(f"{plain(report.place(row))}: {plain(row.message or '')}")
        picked = right.segmented_control(
            f"{report.place(row)} is", [SAME, NEW], key=f"likely-{row.sheet}-{row.row}",
            label_visibility="collapsed",
        )  # fmt: skip
        if picked:
            said[row.sheet, row.row] = "same" if picked == SAME else "new"
    if said != held.rows:
        st.session_state[ANSWERS] = Answers(rows=said)
        st.rerun()


def _mendable(report: Report, looked: Looked) -> pa.Table:
    """The rejected rows as the sheet has them, with the reason beside them."""
    names = {
        one.table.name: _unique([column.header for column in one.found.layout.columns])
        for one in looked.read
    }
    headings = dict.fromkeys(name for held in names.values() for name in held)
    columns: dict[str, list[str]] = {name: [] for name in (*headings, MESSAGE)}
    for row in report.rejected:
        cells = dict(zip(names.get(row.sheet, []), row.raw, strict=False))
        for name in headings:
            columns[name].append(cells.get(name, ""))
        columns[MESSAGE].append(row.message or "")
    return pa.table(columns)


def _unique(names: Sequence[str]) -> list[str]:
    """The headings, those that are empty or come again by their place."""
    seen: set[str] = set()
    found: list[str] = []
    for place, name in enumerate(names, start=1):
        own = name if name and name not in seen else f"{name} Column {place}".strip()
        seen.add(own)
        found.append(own)
    return found
