"""Where the keyboard goes on once something was stored: at what is said of it, before what is next.

Streamlit takes the form that had the focus away; without this, Tab would go on behind the next one.
"""

from pathlib import Path

import streamlit as st
from streamlit.components.v2 import component

PLACE = "said"

_arrival = component(
    "arrival", js=(Path(__file__).parent / "components" / "arrival.js").read_text("utf-8")
)


def confirmation(text: str) -> None:
    """Say what was stored; the focus comes here if it has nowhere to be."""
    with st.container(key=PLACE, gap=None):
        st.success(text, icon=":material/check_circle:")
        _arrival(data={"place": PLACE, "said": text}, key="arrival", height="content")
