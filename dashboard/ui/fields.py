"""A workflow's fields as a form: `inputs` says how each kind is asked for.

Keys are `<scope>-<field>`; what was typed is kept for the session until a command succeeds.
"""

from collections.abc import Mapping, Sequence
from typing import Any

import streamlit as st

from dashboard.ui import drafts
from dashboard.ui.asking import Asking
from dashboard.ui.inputs import INPUTS
from dashboard.ui.words import plain
from dashboard.workflows import Field

NARROWEST = 250  # px that an input needs: two side by side, one on a telephone


def key_of(scope: str, item: Field) -> str:
    """The key of the field's input."""
    return f"{scope}-{item.key}"


def draw(fields: Sequence[Field], scope: str, asking: Asking, problems: Mapping[str, str]) -> None:
    """Draw the inputs, each with what was wrong with it beneath."""
    with st.grid(2, min_column_width=NARROWEST, gap="small") as grid:
        for item in fields:
            asked, key = INPUTS[item.kind], key_of(scope, item)
            with grid.cell():
                asked.draw(item, key, asking)
                drafts.watch(asked.begins(item, key, asking))
                problem(problems.get(item.key))


def problem(text: str | None) -> None:
    """What is wrong with the input above, if something is."""
    if text:
        st.markdown(f":red[:material/error: {plain(text)}]")


def values(fields: Sequence[Field], scope: str, asking: Asking) -> dict[str, Any]:
    """What stands in the inputs, as commands take it. InputRefused for a time that never was."""
    return {item.key: INPUTS[item.kind].value(key_of(scope, item), asking) for item in fields}


def forget(fields: Sequence[Field], scope: str, asking: Asking) -> None:
    """Empty the inputs: what was typed has been stored."""
    for item in fields:
        for key in INPUTS[item.kind].begins(item, key_of(scope, item), asking):
            st.session_state.pop(key, None)


def told(item: Field, value: Any, zone: str, there: str | None = None) -> str:
    """A value in words, for records and histories; `there` is the firm's own zone, if known."""
    return "–" if value is None or value == "" else item.kind.tell(item, value, zone, there)
