"""A button and its deed: carried out once, also where the window's session is a new one.

Streamlit handles a click before the page is drawn, by what the session remembers of the button. A
session that began after the page was drawn (the network was away for long, the server was started
again) remembers none, and the click would vanish. The button itself still says that it was pressed:
then its deed is done before the page is drawn next.
"""

from collections.abc import Callable, Sequence
from functools import partial
from typing import Any

import streamlit as st
from streamlit.runtime.scriptrunner import get_script_run_ctx
from streamlit.runtime.scriptrunner_utils.script_run_context import ThreadState

from dashboard.ui import guard

WAITS = "press-waits"  # a deed that is to be done before the page is drawn next


def button(label: str, do: Callable[..., object], *args: object, key: str, **look: Any) -> None:
    """A button that does this on a click; `look` is as in `st.button`."""
    drawn = partial(st.button, label, key=key, **look)
    _draw(lambda first: drawn(on_click=first), key, do, args)


def submit(label: str, do: Callable[..., object], *args: object, key: str, **look: Any) -> None:
    """Likewise the button of a form; `look` is as in `st.form_submit_button`."""
    drawn = partial(st.form_submit_button, label, key=key, **look)
    _draw(lambda first: drawn(on_click=first), key, do, args)


def menu(
    label: str, options: Sequence[str], do: Callable[[str], object], *, key: str, **look: Any
) -> None:
    """A menu that does this with the option that is chosen; `look` is as in `st.menu_button`."""
    drawn = partial(st.menu_button, label, options, key=key, **look)
    _draw(lambda first: drawn(on_click=first), key, do, ())


def do_what_waits() -> None:
    """Do what a button was pressed for that this session did not know. Before anything is drawn."""
    if do := st.session_state.pop(WAITS, None):
        do()


def _draw(
    draw: Callable[[Callable[[], None]], object],
    key: str,
    do: Callable[..., object],
    args: tuple[object, ...],
) -> None:
    asked, part = guard.asking(do), _part()

    def first() -> None:
        st.session_state[guard.DONE] = key, part
        asked(*args, *_chosen(st.session_state.get(key)))

    pressed = draw(first)
    if pressed and st.session_state.pop(guard.DONE, ("", None))[0] != key:
        st.session_state[WAITS] = partial(asked, *args, *_chosen(pressed))
        st.rerun()


def _part() -> str | None:
    """The part of the page, running by itself at times, that is being drawn; None: none."""
    return ThreadState.get().fragment_id if get_script_run_ctx() else None


def _chosen(pressed: object) -> tuple[str, ...]:
    """What was chosen of a menu; nothing of a button, which is just pressed."""
    return (pressed,) if isinstance(pressed, str) else ()
