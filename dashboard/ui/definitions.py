"""How a figure is computed: its definition in words and its query."""

from itertools import dropwhile

import streamlit as st

from dashboard.store.queries import read_query
from dashboard.ui.words import plain


def button(figure: str, key: str) -> None:
    """Shows what stands behind a card."""
    if st.button(
        ":small[How is this computed?]", key=f"how-{key}", type="tertiary",
        icon=":material/function:",
    ):  # fmt: skip
        _show(figure)


@st.dialog("How is this computed?", width="large", icon=":material/function:")
def _show(figure: str) -> None:
    query = read_query(figure)
    st.markdown(plain(query.about))
    st.caption(
        "Times are business time, between opening and closing. Pages, reports and "
        f"`python -m dashboard figure {figure}` compute this same query."
    )
    lines = dropwhile(lambda line: line.startswith("--"), query.text.splitlines())
    st.code("\n".join(lines).strip(), language="sql", wrap_lines=True, height=420)
