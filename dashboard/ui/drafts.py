"""What is typed into a form and not stored yet: kept per person and place, and brought back.

The inputs of such a form stand outside of Streamlit's own forms, which send nothing before they are
submitted, and in a part of the page that runs by itself. A draft is kept beside the log, whichever
server answers; it survives leaving the page, loading it again, the end of a session, a restart.
"""

import json
from collections.abc import Generator, Mapping, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

import streamlit as st
from streamlit.components.v2 import component

from dashboard import clock, formats
from dashboard.errors import LogRefused
from dashboard.instants import to_datetime
from dashboard.ui import cards, press
from dashboard.ui.acting import Click, forget_refusal
from dashboard.ui.unfinished import Form, drop, forms, held, keep_form, unpacked, write

WATCHED = "draft-watched"  # inputs of the form that is being drawn, with what they begin with
BACK = "draft-back"  # what inputs hold from the next run on
LINE_PX = 40
WHOLE = ""  # the end of the key of what has no keys

_typing = component(
    "typing", js=(Path(__file__).parent / "components" / "typing.js").read_text("utf-8")
)


def listen() -> None:
    """Have long texts come while they are typed, as short ones do by themselves."""
    _typing(key="typing", height="content")


def watch(inputs: Mapping[str, Any]) -> None:
    """These inputs hold what somebody types: their keys, and what they begin with."""
    st.session_state.setdefault(WATCHED, {}).update(inputs)


@contextmanager
def form(click: Click, place: str = "", about: Sequence[str] = ()) -> Generator[None]:
    """Keep what is typed into the inputs that are drawn and watched within.

    `place` is where it is kept, if that is not the scope of the inputs.
    """
    kept = _form(click, place or click.scope, about)
    for key, value in st.session_state.pop(BACK, {}).items():
        st.session_state[key] = value
    st.session_state[WATCHED] = {}
    yield
    began: dict[str, Any] = st.session_state.pop(WATCHED, {})
    _bring_back(kept, began)
    kept.began |= began
    keep_form(kept)


def line(click: Click) -> None:
    """Since when there is a draft, with the way to be rid of it; in room that is always kept."""
    with cards.room_for(LINE_PX, f"draft-{click.scope}"):
        if not (told := since(click)):
            return
        with st.container(horizontal=True, vertical_alignment="center", gap="small"):
            st.caption(told, width="content")
            press.button(
                "Discard",
                discard,
                click.scope,
                icon=":material/undo:",
                type="tertiary",
                key=f"discard-{click.scope}",
                help="Empty the form and start over",
            )


def value_of(click: Click) -> Any:
    """What was kept as a whole of something that has no inputs of its own; None if nothing was."""
    return _form(click, click.scope, ()).typed.get(WHOLE)


def keep_value(click: Click, value: Any, about: Sequence[str]) -> None:
    """Keep it in the place of what was kept there before; nothing of what is empty."""
    kept = _form(click, click.scope, about)
    kept.about = tuple(about)
    write(kept, {WHOLE: value} if value else {})


def since(click: Click) -> str:
    """Since when there is a draft, in words; empty if there is none."""
    kept = forms().get(click.scope)
    return f"Draft from {_when(kept)}" if kept and kept.typed else ""


def stored(scope: str) -> None:
    """What was typed there has been stored: there is no draft of it any more."""
    if kept := forms().pop(scope, None):
        drop(kept)


def discard(scope: str) -> None:
    """What was typed there is not wanted: its inputs hold what they began with."""
    if kept := forms().get(scope):
        for key, value in kept.began.items():
            st.session_state[key] = value
        drop(kept)
        kept.typed, kept.kept_us = {}, 0
        forget_refusal(scope)


def _form(click: Click, place: str, about: Sequence[str]) -> Form:
    """The form as it stands in this session; with its draft where the session is new to it."""
    owner, found = click.person.actor, forms().get(click.scope)
    if found and found.owner == owner:
        return found
    cases = tuple(about) or ((click.case_id,) if click.case_id else ())
    made = forms()[click.scope] = Form(owner, place, click.scope, click.zone, cases)
    with suppress(LogRefused, ValueError, TypeError, KeyError, AttributeError):  # or damaged
        if found := held().of(owner, clock.now()).get(place):
            made.typed = {end: unpacked(v) for end, v in json.loads(found.text).items()}
            made.kept_us = found.kept_us
    return made


def _bring_back(kept: Form, began: Mapping[str, Any]) -> None:
    """Put the draft into inputs that are new to this session, in a run of its own.

    Not where something else was typed: a window that comes back to a new session sends what stands
    in its inputs, and that is newer.
    """
    back = {
        key: kept.typed[end]
        for key, value in began.items()
        if key not in kept.began
        and (end := key.removeprefix(kept.scope)) in kept.typed
        and st.session_state.get(key) == value != kept.typed[end]
        and _fits(value, kept.typed[end])
    }
    if back:
        kept.began |= began
        st.session_state[BACK] = back
        st.rerun()


def _when(kept: Form) -> str:
    kept_at, now = to_datetime(kept.kept_us), clock.now()
    there, here = (formats.on_the_wall(at, kept.zone) for at in (kept_at, now))
    is_today = there.date() == here.date()
    return formats.time(there) if is_today else formats.moment(kept_at, kept.zone)


def _fits(began: Any, typed: Any) -> bool:
    """Whether an input that begins with the one can hold the other: a draft may be damaged."""
    if began is None:
        return not isinstance(typed, dict)
    return isinstance(typed, type(began))
