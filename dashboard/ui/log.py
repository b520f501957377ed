"""The Log page: every event as it was written, found by what is known of it, the newest first."""

import json
from datetime import datetime, timedelta
from typing import Any

import pyarrow as pa
import streamlit as st

from dashboard import formats
from dashboard.cases import KINDS
from dashboard.ui import cards, filters, navigation, press, tables
from dashboard.ui.log_words import kind_word, refs, what
from dashboard.ui.page import Page

KEY = "log"
AT_ONCE = 50  # rows; the rest stays where it is
EVERY_KIND, EVERYBODY, ANYBODY = "All kinds", "Done by anyone", "Recorded by anyone"
TODAY, WEEK = "Recorded today", "Recorded in the last 7 days"
EVER = "Recorded at any time"
KIND_WORDS = {kind_word(kind): kind for kind in sorted(KINDS)}
RECORDED = {
    "Recorded this month": "This month",
    "Recorded last month": "Last month",
    "Recorded this quarter": "This quarter",
    "Recorded in the last 12 months": "Last 12 months",
}


def log(page: Page) -> None:
    """The filters, a page of events with the way on, and what they say to whom."""
    if not page.store.position:
        cards.empty(
            "receipt_long", "The log is empty",
            "Open a case on New case or import a tracker on Today.",
        )  # fmt: skip
        return
    asked = _asked(page)
    trail = _trail(asked)
    table = page.store.run(
        "log_events", now=page.now, **asked, before=trail[-1] if trail else None, most=AT_ONCE
    )
    if not table.num_rows:
        cards.empty("search_off", "No events match these filters", "Clear some filters.")
        return
    _pager(table, trail)
    shown = _shown(page, table)
    _draw(page, table, shown)
    cards.download(shown, "log", "download-log-page")


def _asked(page: Page) -> dict[str, Any]:
    """What the filters say, ready for the figure. Their values live in the URL."""
    named = page.store.run("log_people", now=page.now).to_pylist()
    hidden: dict[str, Any] = {"bind": "query-params", "label_visibility": "collapsed"}
    with st.container(horizontal=True, vertical_alignment="center", gap="small", key="filters"):
        text = st.text_input(
            "Search the log", key="text", type="search", icon=":material/search:", width=220,
            placeholder="Firm or any entry", **hidden,
        )  # fmt: skip
        stream = st.text_input(
            "Case",
            key="stream",
            type="search",
            width=130,
            placeholder="Case, e.g. C-0012",
            **hidden,
        )
        kind = st.selectbox("Kind", [EVERY_KIND, *KIND_WORDS], key="kind", width=190, **hidden)
        done = [row["name"] for row in named if row["done"]]
        done_by = st.selectbox("Done by", [EVERYBODY, *done], key="by", width=190, **hidden)
        recorded = [row["name"] for row in named if row["recorded"]]
        actor = st.selectbox("Recorded by", [ANYBODY, *recorded], key="actor", width=190, **hidden)
        when = st.selectbox(
            "Recorded", [EVER, TODAY, WEEK, *RECORDED], key="when", width=210, **hidden
        )
    since, until = _period(page, when)
    return {
        "text": (text or "").strip() or None,
        "stream": _stream(stream or ""),
        "kind": KIND_WORDS.get(kind),
        "done_by": None if done_by == EVERYBODY else done_by,
        "actor": None if actor == ANYBODY else actor,
        "since": since,
        "until": until,
    }


def _period(page: Page, chosen: str) -> tuple[Any, Any]:
    if chosen in (TODAY, WEEK):
        return page.today - timedelta(6 if chosen == WEEK else 0), None
    return filters.period(RECORDED.get(chosen, ""), page.today)


def _stream(typed: str) -> str | None:
    """The stream that somebody means: a case as in C-0012 or 12, or a name such as settings."""
    typed = typed.strip()
    if typed.isascii() and typed.isdigit():
        return f"C-{int(typed):04d}"
    return (typed.upper() if typed[:2].lower() == "c-" else typed.lower()) or None


def _trail(asked: dict[str, Any]) -> list[int]:
    """The positions before which the pages began that led here; none under other filters."""
    if st.session_state.get(f"{KEY}-asked") != asked:
        st.session_state[f"{KEY}-asked"] = asked
        st.session_state[f"{KEY}-trail"] = []
    return st.session_state[f"{KEY}-trail"]


def _pager(table: pa.Table, trail: list[int]) -> None:
    fitting, last = table["fitting"][0].as_py(), table["position"][-1].as_py()
    first = len(trail) * AT_ONCE + 1
    with st.container(horizontal=True, vertical_alignment="center", gap="small", key="log-pager"):
        st.caption(
            f"{first:,} to {first + table.num_rows - 1:,} of {fitting:,} events, newest first",
            width="content",
        )
        press.button(
            "Newer",
            _newer,
            trail,
            key="log-newer",
            icon=":material/chevron_left:",
            type="tertiary",
            disabled=not trail,
        )
        press.button(
            "Older",
            trail.append,
            last,
            key="log-older",
            icon=":material/chevron_right:",
            type="tertiary",
            disabled=table.num_rows < AT_ONCE,
        )


def _newer(trail: list[int]) -> None:
    if trail:
        trail.pop()


def _shown(page: Page, table: pa.Table) -> pa.Table:
    """The rows in words; personal values only for those who lead."""
    rows = table.to_pylist()
    hashes = page.store.log.hashes([row["position"] for row in rows])
    personal = None
    if page.person.leads:
        wanted = [ref for row in rows for ref in refs(json.loads(row["data"]))]
        personal = page.store.personal(wanted) if wanted else {}
    return pa.Table.from_pylist(
        [
            {
                "Position": row["position"],
                "What": what(row, page.zone, personal),
                "Case": row["stream"],
                "Firm": row["firm"] or "",
                "Done by": row["done_by"],
                "Happened": _when(row["happened_at"], page.zone),
                "Recorded": _when(row["recorded_at"], page.zone),
                "Recorded by": row["actor"],
                "Hash": hashes.get(row["position"], ""),
            }
            for row in rows
        ]
    )


def _draw(page: Page, table: pa.Table, shown: pa.Table) -> None:
    """The table; a click on a case opens it."""
    streams = table["stream"].to_pylist()
    _follow_click()
    st.session_state[f"{KEY}-streams"] = streams
    columns = st.column_config
    zone = formats.city(page.zone)
    with st.container(key="table-log"):
        st.dataframe(
            shown, hide_index=True, row_height=tables.ROW_PX, placeholder="", key=KEY,
            height=tables.HEAD_PX + tables.ROW_PX * min(shown.num_rows, tables.MOST_ROWS) + 2,
            alt="Log events, newest first",
            column_config={
                "Position": columns.NumberColumn(width=84, format="localized"),
                "What": columns.TextColumn(width=380),
                "Case": columns.ButtonColumn(
                    "\u2002Case", type="tertiary", alignment="left", width=96, key=f"{KEY}-open"
                ),
                "Firm": columns.TextColumn(width=160),
                "Happened": columns.TextColumn(width=158, help=f"Time in {zone}"),
                "Recorded": columns.TextColumn(width=158, help=f"Time in {zone}"),
                "Hash": columns.TextColumn(width=170, help="Covers this event and the hash before"),
            },
        )  # fmt: skip


def _follow_click() -> None:
    """Open the case whose button was clicked: by the rows as they were when they were shown."""
    click = st.session_state.get(f"{KEY}-open")
    streams = st.session_state.get(f"{KEY}-streams", [])
    if click and click.row < len(streams) and streams[click.row].startswith("C-"):
        navigation.open_case(streams[click.row])


def _when(instant: datetime, zone: str) -> str:
    return formats.moment_to_the_second(instant, zone)
