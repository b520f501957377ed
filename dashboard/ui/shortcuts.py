"""Keys for what is done most, and the dialog that names them.

A button's own key is Streamlit's; it is told here and not on the button, whose name would change.
"""

from pathlib import Path

import streamlit as st
from streamlit.components.v2 import component

from dashboard.ui import guard

COMPLETE, NEXT, PREVIOUS = "Mod+Enter", "Alt+PageDown", "Alt+PageUp"
KEYS = {
    "/": "Find a case",
    "Ctrl+Enter (⌘ Enter on a Mac)": "Complete the current step",
    "Alt+Page Down": "Next case, in the order of Today",
    "Alt+Page Up": "Previous case",
    "Tab, Shift+Tab": "Go to the next or previous input or button",
    "Enter": "Press the button that has the focus",
}

_keys = component(
    "shortcuts", js=(Path(__file__).parent / "components" / "shortcuts.js").read_text("utf-8")
)


def button() -> None:
    """The way to the dialog; with it the keys are heard."""
    _keys(key="shortcut-keys", height="content")
    if st.button(
        "Keyboard", key="shortcuts", type="tertiary", icon=":material/keyboard:",
        help="Keyboard shortcuts",
    ):  # fmt: skip
        _dialog()


@guard.dialog("Keyboard shortcuts")
def _dialog() -> None:
    st.table({f"**{key}**": told for key, told in KEYS.items()}, border="horizontal")
