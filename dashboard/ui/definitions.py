"""How a figure is computed: its definition in words, the words in it, and its query."""

from datetime import datetime
from itertools import dropwhile

import streamlit as st

from dashboard import clock
from dashboard.findings import agreed, odd_days, promised
from dashboard.glossary import GLOSSARY, meaning, used_in
from dashboard.instants import to_us
from dashboard.store import Store
from dashboard.store.queries import Query, read_query
from dashboard.ui import guard, handle
from dashboard.ui.words import plain

LONGEST = "Figures"  # the part that has one side of the glossary for itself


def button(figures: str, key: str, more: str = "") -> None:
    """Shows what stands behind a figure: the query of that name, or several with blanks between.

    `more` is what is computed from their rows, where the queries are not all of it.
    """
    if st.button(
        ":small[How is this computed?]", key=f"how-{key}", type="tertiary",
        icon=":material/function:",
    ):  # fmt: skip
        _show(figures.split(), more)


def glossary(store: Store, now: datetime) -> None:
    """Every word with what it means in this department."""
    said = _agreed(store, now)
    for text in odd_days(store.settings, to_us(now)):
        st.caption(text)
    sides = st.columns(2, gap="medium")
    for part, terms in GLOSSARY.items():
        with sides[part == LONGEST]:
            lines = (f"- **{term.word}**: {meaning(term.word, **said)}" for term in terms)
            st.markdown(f":gray[{part}]\n" + "\n".join(lines))


@guard.dialog("How is this computed?", width="large", icon=":material/function:")
def _show(figures: list[str], more: str) -> None:
    queries = [read_query(figure) for figure in figures]
    if more:
        st.markdown(plain(more))
    for query in queries:
        st.markdown(plain(query.about))
    words = used_in(" ".join([more, *(query.about for query in queries)]))
    said = _agreed(handle.store(), clock.now())
    st.caption("  \n".join(f"**{word}**: {meaning(word, **said)}" for word in words))
    for query in queries:
        _query(query)


def _query(query: Query) -> None:
    st.caption(
        f"Pages, reports and `python -m dashboard figure {query.name}` compute this same query."
    )
    lines = dropwhile(lambda line: line.startswith("--"), query.text.splitlines())
    st.code("\n".join(lines).strip(), language="sql", wrap_lines=True)


def _agreed(store: Store, now: datetime) -> dict[str, str]:
    settings = store.settings
    return agreed(promised(settings, None, to_us(now), ()), settings.window)
