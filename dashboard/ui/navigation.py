"""The way back to the entry point, where Streamlit runs a page without it.

Beside a folder named `pages/`, Streamlit answers deep links by running the page's file alone,
until some run of this process has called `st.navigation`. Then the page lacks its menu.
"""

import threading
from contextlib import nullcontext, suppress
from pathlib import Path, PurePosixPath
from urllib.parse import urlsplit

import streamlit as st
from streamlit.components.v2 import component
from streamlit.runtime.scriptrunner import StopException

from dashboard.errors import LogRefused
from dashboard.ui import cards, guard, handle

CASE = "pages/case.py"
# As wide as what it remembers: Streamlit, too, keeps this for the whole process.
ENTERED = threading.Event()

_places = component(
    "places", js=(Path(__file__).parent / "components" / "places.js").read_text("utf-8")
)


def enter() -> None:
    """What the entry point says once it has named the pages.

    The log is asked for here, for whoever it is: a machine that asks whether pages can be drawn
    signs in nowhere, and has to be told if they cannot.
    """
    ENTERED.set()
    with suppress(LogRefused) if guard.hosts() else nullcontext():  # to a visitor the page says so
        handle.held(handle.log_place())


def run(page: st.Page) -> None:
    """Draw the page; where the log refuses in the middle of it, say so and end there."""
    try:
        page.run()
        _ended()
    except StopException:  # the page says that this is all of it
        _ended()
        raise
    except LogRefused as refused:
        cards.refused(refused)


def keep_places() -> None:
    """Have Back lead to the page before as it was, with its filters."""
    _places(key="places", height="content")


def _ended() -> None:
    st.session_state.pop(guard.DONE, None)
    cards.drawn_to_its_end()


def ensure() -> None:
    """Start this run again through the entry point, unless it came from there."""
    if ENTERED.is_set():
        return
    stem = PurePosixPath(urlsplit(st.context.url or "").path).name
    pages = [st.Page(st.stop, title="Changeover", url_path="start", default=True)]
    if stem.isidentifier():
        pages.append(st.Page(f"pages/{stem}.py", url_path=stem))
    st.navigation(pages, position="hidden")  # from now on Streamlit runs the entry point first
    st.rerun()


def open_case(case_id: str) -> None:
    """Leave this page for the case's own."""
    st.switch_page(CASE, query_params={"id": case_id})
