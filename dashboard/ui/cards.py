"""What pages are put together from: cards, charts, empty states, refusals, figures, downloads."""

import csv
import io
from collections.abc import Generator
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import Any

import pyarrow as pa
import streamlit as st

from dashboard.charts.look import bind
from dashboard.errors import DashboardError
from dashboard.ui.words import plain

# With these a spreadsheet takes a cell for a formula.
FORMULA = ("=", "+", "-", "@", "\t", "\r")
ACROSS = 158  # px a figure needs: four side by side, two on a telephone


@contextmanager
def card(question: str, finding: str, source: str, key: str) -> Generator[None]:
    """A chart's card: the question, what the chart says now, the chart, what it rests on."""
    with st.container(border=True, key=f"card-{key}", gap="xsmall", height="stretch"):
        st.subheader(question, anchor=False)
        if finding:
            st.markdown(finding)
        yield
        if source:
            st.caption(source)


def chart(table: pa.Table, spec: dict[str, Any], alt: str, key: str, **more: Any) -> Any:
    """A chart's specification with its table; `alt` says in a sentence what it shows."""
    return st.vega_lite_chart(spec=bind(spec, table), alt=alt, key=key, **more)


def empty(icon: str, headline: str, next_step: str) -> None:
    """Nothing is here: what is so, and what to do."""
    with st.container(
        border=True, horizontal_alignment="center", gap="xsmall", key=f"empty-{icon}"
    ):
        st.space("small")
        st.markdown(f":gray[:material/{icon}:] **{headline}**", text_alignment="center")
        st.caption(next_step, text_alignment="center")
        st.space("small")


def refused(error: DashboardError | str) -> None:
    """What was asked, why not, what next."""
    st.error(plain(error), icon=":material/error:")


def saved(text: str) -> None:
    """What was saved, when, and whose turn it is now."""
    st.success(text, icon=":material/check_circle:")


def flash(text: str) -> None:
    """Keep a confirmation for the next run, which shows it once."""
    st.session_state["flash"] = text


def flashed() -> None:
    """Show the confirmation that waits, if one does."""
    if text := unflashed():
        saved(text)


def unflashed() -> str:
    """Take the confirmation that waits, without showing it."""
    return st.session_state.pop("flash", "")


def figure_row(*figures: tuple[str, str | int, str], key: str = "figures") -> None:
    """Figures side by side: label, value and a chip; a chip that begins with ▲ means late."""
    with st.grid(len(figures), min_column_width=ACROSS, gap="small", key=key):
        for label, value, chip in figures:
            is_late = chip.startswith("▲")
            st.metric(
                label, value, chip.removeprefix("▲").strip() or None, border=True, height="stretch",
                delta_color="inverse" if is_late else "off", delta_arrow="off",
            )  # fmt: skip


def download(table: pa.Table, name: str, key: str, label: str = "Download CSV") -> None:
    """The table as a CSV file, exactly as it is, with nothing that a spreadsheet would run."""
    st.download_button(
        label, lambda: as_csv(table), f"{name}.csv", "text/csv", key=key, on_click="ignore",
        icon=":material/download:", type="tertiary",
    )  # fmt: skip


def as_csv(table: pa.Table) -> str:
    """The table as CSV text; text cells that would be formulas get a leading apostrophe."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(table.column_names)
    for row in table.to_pylist():
        writer.writerow([_cell(row[name]) for name in table.column_names])
    return out.getvalue()


def _cell(value: Any) -> Any:
    if value is None:
        return ""
    if isinstance(value, datetime):
        return f"{value.astimezone(UTC):%Y-%m-%dT%H:%M:%S.%fZ}"
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, list):
        value = ", ".join(map(str, value))
    if isinstance(value, str) and value.startswith(FORMULA):
        return f"'{value}"
    return value
