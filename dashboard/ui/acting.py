"""Carrying out a command from a click: once, with a refusal or a confirmation for the next run.

Clicks are handled in callbacks, before the page is drawn, so that it is drawn once and anew.
"""

from collections.abc import Callable, Collection, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime
from uuid import NAMESPACE_OID, uuid4, uuid5

import streamlit as st

from dashboard import clock, commands, journal
from dashboard.cases import Draft, Event
from dashboard.errors import DashboardError, FieldsRefused, LogRefused, NotAllowed, StaleCase
from dashboard.people import Person
from dashboard.store import Store
from dashboard.ui import cards, guard, handle
from dashboard.ui.words import local_words

REFUSED_NOW, REFUSAL = "refused-now", "-refusal"
DONE = "done-last"  # what was stored last, which can be undone for a while
TOLD = "told-who-moved"  # the case of which somebody has just been told
Stored = list[Event] | list[Draft] | list[Event | Draft]


@dataclass(frozen=True, slots=True)
class Click:
    """What was shown when somebody clicked: a stale click says so, a doubled one is one."""

    scope: str  # where what was typed stands, and what was refused
    person: Person
    zone: str
    case_id: str = ""
    version: int = 0

    def command_id(self, action: str, *given: object) -> str:
        """The same for the same click of this session with the same given, however often it comes.

        `given` is all that the command is to store: with something else typed it is another one.
        """
        seed = st.session_state.setdefault("session-seed", str(uuid4()))
        return str(uuid5(NAMESPACE_OID, f"{seed}/{self.scope}/{action}/{self.version}/{given!r}"))


@dataclass(frozen=True, slots=True)
class Done:
    """What a click stored, and when."""

    click: Click
    stored: tuple[Event | Draft, ...]
    at: datetime


@dataclass(frozen=True, slots=True)
class Refusal:
    """Why nothing was stored, and what had been typed."""

    text: str
    problems: Mapping[str, str] = field(default_factory=dict[str, str])
    typed: tuple[tuple[str, str], ...] = ()


def attempt(
    click: Click,
    verb: str,
    do: Callable[[], Stored],
    confirm: Callable[[Stored], str],
    typed: tuple[tuple[str, str], ...] = (),
) -> bool:
    """Carry out the command; keep its confirmation, or why it was refused, for this run.

    `verb` is what the journal calls it.
    """
    try:
        stored = _noted(click, verb, do)
    except FieldsRefused as refused:
        _keep(click, Refusal(refused.what, refused.problems, typed))
        return False
    except DashboardError as refused:
        _keep(click, Refusal(local_words(refused.sentence, click.zone), {}, typed))
        if isinstance(refused, StaleCase):
            st.session_state[TOLD] = click.case_id
        return False
    for key in [key for key in st.session_state if str(key).endswith(REFUSAL)]:
        del st.session_state[key]  # what was refused before is over, wherever that was
    st.session_state[DONE] = Done(click, tuple(stored), clock.now())
    cards.flash(confirm(stored))
    return True


def _noted(click: Click, verb: str, do: Callable[[], Stored]) -> Stored:
    """Carry it out and tell the journal. Raises what it raises; LogRefused if the disk is full."""
    with journal.noted(verb, click.person.actor, click.case_id) as note:
        if trouble := handle.trouble():
            raise LogRefused("Nothing was saved. {trouble}", trouble=trouble)
        stored = do()
        note.kinds = [event.kind for event in stored]
        introduce(click.person)
        return stored


def introduce(person: Person) -> None:
    """Have the log know what whoever has just acted is called; if not now, after the next act."""
    with suppress(DashboardError):
        commands.introduce(desk(), by=person, now=clock.now())


def refuse(click: Click, text: str) -> None:
    """Keep for this run why something was not done, though what was asked was stored."""
    _keep(click, Refusal(text))


def refusal(scope: str) -> Refusal | None:
    """Why the last try from here was refused; None if it was not, or has since succeeded."""
    return st.session_state.get(_refusal_key(scope))


def forget_refusal(scope: str) -> None:
    """Begin anew."""
    st.session_state.pop(_refusal_key(scope), None)


def show_refusal(scope: str, shown: Collection[str] = ()) -> Mapping[str, str]:
    """Show why nothing was stored; returns what is wrong with each field, for beside it.

    `shown` are the fields that the form has: what is wrong with any other is said here.
    """
    found = refusal(scope)
    if found is None:
        return {}
    others = [text for key, text in found.problems.items() if key not in shown]
    hint = ["Fix the fields marked below. What you typed is still here."] if found.problems else []
    cards.refused(" ".join([found.text, *others, *hint]))
    return found.problems


def desk() -> Store:
    """The store, for a command; raises LogRefused, LogHeld, NotAllowed.

    A click is handled before the page, and so before the page's guard: the visitor may have no
    session any more, or not the role with which the page was drawn.
    """
    if not guard.stands():
        raise NotAllowed(
            "Nothing was saved: your session has ended, or your role has changed. Reload this page."
        )
    return handle.held(handle.log_place()).store


def _keep(click: Click, refused: Refusal) -> None:
    st.session_state[_refusal_key(click.scope)] = refused
    st.session_state[REFUSED_NOW] = click.scope


def _refusal_key(scope: str) -> str:
    return f"{scope}{REFUSAL}"
