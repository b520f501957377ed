"""The cases behind a mark: what a click on a chart leads to, the same way on every page.

A mark counts cases; the list is of exactly these, as many as the mark says. Where they are more
than a table draws, the download has them all.
"""

from typing import Any

import pyarrow as pa
import streamlit as st

from dashboard.findings import count
from dashboard.ui import cards, tables
from dashboard.ui.page import Page

HIDDEN = ("case_id", "firm")  # the one opens the case, the other is its button


def behind(page: Page, title: str, table: pa.Table, key: str) -> None:
    """The cases that a mark counts under `title`: a row each, which a click opens, and a download.

    `table` has case_id, firm, and the columns to show, in order and in words: a name that
    `tables.COLUMNS` has stands there as in every table, any other is a heading itself.
    """
    with st.container(key=f"behind-{key}", gap="xsmall"):
        st.markdown(f"**{title}: {count(table.num_rows, 'case')}**")
        if table.num_rows:
            columns = [name for name in table.column_names if name not in HIDDEN]
            tables.cases(page, table, _as_it_is, columns, title, key)
            cards.download(table, key, f"download-{key}")


def clicked(event: Any, field: str, param: str = "picked") -> Any:
    """What was clicked in a chart that selects by `field`; None if nothing is, or no longer.

    A selection outlives the data that it was made in: look whether what it names is still there.
    """
    chosen = event.selection.get(param)
    return chosen[0].get(field) if chosen else None


def _as_it_is(page: Page, row: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in row.items() if name not in HIDDEN}
