"""The breaches of an SLA report: where their time went, and the reason that people gave."""

from collections.abc import Mapping
from typing import Any

import pyarrow as pa
import streamlit as st

from dashboard.figures.listed import turn_word
from dashboard.findings import Promise
from dashboard.reports import Report, texts
from dashboard.ui import cards, navigation, tables

Row = Mapping[str, Any]

COLUMNS: tables.Columns = {
    "state": st.column_config.MultiselectColumn(
        "State",
        options=["▲ late", "▲ open", "reopened", "undecided by dates"],
        color=["red", "red", "gray", "gray"],
        width=150,
    ),
    "took": st.column_config.TextColumn("Took", width=84),
    "over": st.column_config.TextColumn("Over by", width=84),
    "step": st.column_config.TextColumn("Slowest step", width=160),
    "step_took": st.column_config.TextColumn("In that step", width=90),
    "with": st.column_config.MultiselectColumn(
        "Mostly with", options=tables.PARTIES, color="auto", width=112
    ),
    "path": tables.COLUMNS["path"],
    "tl": tables.COLUMNS["tl"],
    "reason": st.column_config.TextColumn("Reason given", width=300),
}


def breaches(report: Report) -> None:
    """Every case over its limit, the slowest first; a click on the firm opens it."""
    late = report.breaches
    with cards.card(
        "Cases that missed the SLA",
        texts.breach_finding(report),
        "Slowest first. Step and party: who had most of the step that took the most business "
        "time. An unrecorded handoff counts for the step’s own party. Click a firm to open its "
        "case.",
        "breaches",
        "sla_cases",
    ):
        if late:
            _table(report, late)


def _table(report: Report, rows: list[Row]) -> None:
    _follow_click(rows)
    firm = st.column_config.ButtonColumn(**tables.FIRM, key="breaches-open")
    with st.container(key="table-breaches"):
        st.dataframe(
            breach_rows(rows[: tables.MOST_DRAWN]), hide_index=True, key="breaches",
            row_height=tables.ROW_PX, placeholder="",
            height=tables.HEAD_PX + tables.ROW_PX * min(len(rows), tables.MOST_ROWS) + 2,
            alt="Cases that missed the SLA, slowest first",
            column_config={"firm": firm, **COLUMNS},
        )  # fmt: skip
    tables.first_of(len(rows))
    name = f"breaches_{report.asked.period.key}"
    cards.download(lambda: breach_rows(rows), name, "download-breaches")


def breach_rows(rows: list[Row]) -> pa.Table:
    """The cases in words, each in business days of its own length."""
    return pa.Table.from_pylist([_shown(row) for row in rows])


def _follow_click(rows: list[Row]) -> None:
    """Open the case whose button was clicked: by the rows as they were when they were shown."""
    click, ids = st.session_state.get("breaches-open"), st.session_state.get("breaches-ids", [])
    if click and click.row < len(ids):
        navigation.open_case(ids[click.row])
    st.session_state["breaches-ids"] = [row["case_id"] for row in rows]


def _shown(row: Row) -> dict[str, Any]:
    minutes = Promise(row["day_us"]).minutes
    return {
        "firm": row["firm"],
        "state": [
            "▲ late" if row["state"] == "closed" else "▲ open",
            *(["reopened"] if row["is_reopened"] else []),
            *(["undecided by dates"] if row["is_undecided"] else []),
        ],
        "took": minutes(row["business_minutes"]),
        "over": minutes(row["business_minutes"] - row["limit_minutes"]),
        "step": texts.step_name(row),
        "step_took": minutes(row["slowest_step_minutes"] or 0),
        "with": [turn_word(row["slowest_party"])] if row["slowest_party"] else [],
        "path": texts.path_name(row["workflow"]),
        "tl": row["team_leader"] or "",
        "reason": texts.reason(row),
    }
