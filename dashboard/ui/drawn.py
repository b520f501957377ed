"""What the page that the visitor sees has, and whether a click was on something else."""

import streamlit as st
from streamlit.runtime.scriptrunner import get_script_run_ctx

DRAWN = "drawn"  # the widgets of the page that was last drawn to its end in this session


def to_its_end() -> bool:
    """The page has been drawn: whether a click was lost, being on nothing that this session knew.

    Only a session that has drawn no page before can have met one.
    """
    had, has = _had(), _has()
    st.session_state[DRAWN] = has
    return had is None and bool(_pressed() - has)


def is_too_late() -> bool:
    """Whether this run comes of a click on what the page, as last drawn, does not have.

    The second half of a double click, say: the first has led on to a page without the button.
    """
    had, pressed = _had(), _pressed()
    return had is not None and bool(pressed) and not pressed & had


def _had() -> frozenset[str] | None:
    return st.session_state.get(DRAWN)


def _has() -> frozenset[str]:
    context = get_script_run_ctx()
    return frozenset(context.shared.widget_ids_this_run.snapshot()) if context else frozenset()


def _pressed() -> set[str]:
    context = get_script_run_ctx()
    states = context.session_state.get_widget_states() if context else []
    return {one.id for one in states if one.trigger_value}
