"""Tables of cases: the worklist, the list of all cases. The firm's name is a button."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any
from zlib import crc32

import pyarrow as pa
import streamlit as st

from dashboard import formats
from dashboard.figures.listed import left, step_words, turn_word
from dashboard.figures.rows import rows_of
from dashboard.findings.forecast import hundredths
from dashboard.findings.outlook import marked
from dashboard.formats import SHORT
from dashboard.ui import guard, navigation
from dashboard.ui.page import Page
from dashboard.workflows import Party

ROW_PX, HEAD_PX = 38, 34
MOST_ROWS = 15  # shown before the table scrolls
MOST_DRAWN = 1_000  # more are in the download: a page takes as long as it has rows to draw
GREY = "#8A93A1"
# The theme's list of colours begins with the parties in this order; what is no party stays grey.
PARTIES = [SHORT.get(party, str(party)) for party in Party]
Columns = Mapping[str, Any]

FIRM = {
    "label": "\u2002Firm",
    "type": "tertiary",
    "alignment": "left",
    "pinned": True,
    "width": 172,
}
COLUMNS: Columns = {
    "left": st.column_config.TextColumn(
        "Time left", width=106, help="Business time left until the SLA is missed"
    ),
    "state": st.column_config.MultiselectColumn(
        "State", width=88,
        options=["● on time", "◆ on time", "◆ at risk", "▲ late", "closed", "withdrawn"],
        color=["green", "orange", "orange", "red", "gray", "gray"],
        help="◆: past the target, or more likely than not to miss the SLA",
    ),
    "risk": st.column_config.ProgressColumn(
        "Misses SLA", width=104, format="percent", min_value=0, max_value=1, color="gray",
        help="Forecast chance of missing the SLA",
    ),
    "risk_target": st.column_config.TextColumn(
        "Misses target", width=96, help="Forecast chance of missing the target"
    ),
    "by_then": st.column_config.ProgressColumn(
        "Done by then", width=112, format="percent", min_value=0, max_value=1, color="gray",
        help="Chance of completion by the close of the month",
    ),
    "expected": st.column_config.TextColumn(
        "Expected", width=126, help="Half of such cases are completed by then"
    ),
    "range": st.column_config.TextColumn(
        "80% range", width=250, help="Between these times"
    ),
    "turn": st.column_config.MultiselectColumn(
        "Whose turn", options=PARTIES, color="auto", width=112
    ),
    "step": st.column_config.TextColumn("Current step", width=160),
    "steps": st.column_config.BarChartColumn("Steps", y_min=0, y_max=2, width=100, color=GREY),
    "done": st.column_config.TextColumn("Done", width=76),
    "waited": st.column_config.TextColumn("In this step", width=96),
    "yours": st.column_config.TextColumn(
        "With you", width=96, help="Business time since it became your turn"
    ),
    "took": st.column_config.TextColumn(
        "Time so far", width=96, help="Business time since submission"
    ),
    "path": st.column_config.TextColumn("Path", width=112),
    "tl": st.column_config.TextColumn("TL", width=120),
    "case": st.column_config.TextColumn("Case", width=76),
    "submitted": st.column_config.TextColumn("Submitted", width=126),
    "follow": st.column_config.TextColumn("Follow up", width=96),
    "appointment": st.column_config.TextColumn("Appointment", width=170),
    "in_bar": st.column_config.TextColumn(
        "In this bar", width=96, help="This case’s share of the bar"
    ),
    "whole": st.column_config.TextColumn(
        "Whole case", width=96, help="Business time from submission to completion"
    ),
    "closed": st.column_config.TextColumn("Completed", width=126),
    "longest": st.column_config.TextColumn("Longest step", width=160),
    "longest_took": st.column_config.TextColumn("In that step", width=96),
    "mostly": st.column_config.MultiselectColumn(
        "Mostly with", options=PARTIES, color="auto", width=112
    ),
    "mostly_took": st.column_config.TextColumn("With them", width=96),
    "reason": st.column_config.TextColumn("Reason given", width=260),
}  # fmt: skip


def cases(
    page: Page, table: pa.Table, show: Callable[[Page, dict[str, Any]], dict[str, Any]],
    columns: Sequence[str], alt: str, key: str, *, can_choose: bool = False,
) -> None:  # fmt: skip
    """A table of cases, each row shown as `show` says; a click on the firm opens the case.

    With `can_choose` rows can be ticked: `chosen` says which. Of more than MOST_DRAWN cases the
    first are drawn.
    """
    _follow_click(key)
    rows = rows_of(table.slice(0, MOST_DRAWN))
    ids = [row["case_id"] for row in rows]
    st.session_state[f"{key}-ids"] = ids
    shown = pa.Table.from_pylist([{"firm": row["firm"], **show(page, row)} for row in rows])
    firm = st.column_config.ButtonColumn(**FIRM, key=f"{key}-open")
    keyed: dict[str, Any] = _choosing(key, ids) if can_choose else {"key": key}
    with st.container(key=f"table-{key}"):
        st.dataframe(
            shown, hide_index=True, row_height=ROW_PX, alt=alt, placeholder="",
            height=HEAD_PX + ROW_PX * min(len(rows), MOST_ROWS) + 2,
            column_order=["firm", *columns], column_config={"firm": firm, **COLUMNS},
            **keyed,
        )  # fmt: skip
    first_of(table.num_rows)


def first_of(n: int) -> None:
    """Say so where not all of n rows are drawn."""
    if n > MOST_DRAWN:
        st.caption(
            f"Showing the first {MOST_DRAWN:,} of {n:,}. Use the filters above to narrow the "
            f"list; the download has all {n:,}."
        )


def chosen(key: str, table: pa.Table) -> list[str]:
    """The cases of the table that are ticked."""
    ticked = set(st.session_state.get(f"{key}-chosen", ()))
    return [case_id for case_id in table["case_id"].to_pylist() if case_id in ticked]


def choose_none(key: str) -> None:
    """Take all ticks out."""
    st.session_state.pop(f"{key}-chosen", None)
    st.session_state[f"{key}-turn"] = st.session_state.get(f"{key}-turn", 0) + 1


def _choosing(key: str, ids: Sequence[str]) -> dict[str, Any]:
    """How rows are ticked. Streamlit keeps ticks by row: other rows are another table to it."""
    turn = st.session_state.get(f"{key}-turn", 0)
    own = f"{key}-{turn}-{crc32(' '.join(ids).encode()):08x}"
    ticked = set(st.session_state.get(f"{key}-chosen", ()))
    rows = [row for row, case_id in enumerate(ids) if case_id in ticked]
    return {
        "key": own, "selection_mode": "multi-row", "on_select": guard.asking(lambda: _choose(key,
        own, ids)),
        "selection_default": {"selection": {"rows": rows}},
    }  # fmt: skip


def _choose(key: str, own: str, ids: Sequence[str]) -> None:
    """Keep which cases were ticked, by the rows as they were shown."""
    rows = st.session_state[own]["selection"]["rows"]
    st.session_state[f"{key}-chosen"] = [ids[row] for row in rows if row < len(ids)]


def _follow_click(key: str) -> None:
    """Open the case whose button was clicked: by the rows as they were when they were shown."""
    click, ids = st.session_state.get(f"{key}-open"), st.session_state.get(f"{key}-ids", [])
    if click and click.row < len(ids):
        navigation.open_case(ids[click.row])


def worklist_row(page: Page, row: dict[str, Any]) -> dict[str, Any]:
    """A row of the worklist in words."""
    return {
        "left": left(row),
        "risk": hundredths(row.get("p_miss_limit")),
        "state": [marked(row["timing"], row.get("p_miss_limit"))],
        "turn": [turn_word(row["party"])],
        "step": step_words(row),
        "steps": pips(row["steps_done"], row["last_step"]),
        "done": f"{row['steps_done']} of {row['last_step']}",
        "waited": formats.duration(row["step_us"], row["day_us"]),
        "yours": formats.duration(row["turn_us"], row["day_us"]),
        "path": row["path"],
        "tl": row["team_leader"] or "",
        "case": row["case_id"],
    }


def pips(done: int, of: int) -> list[float]:
    """One bar a step, tall where it is done: seven and eleven look different."""
    return [1.0] * done + [0.28] * (of - done)
