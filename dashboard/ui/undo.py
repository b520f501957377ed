"""Undo: for ten seconds beside what was just said, and from a case's history."""

from collections.abc import Sequence
from dataclasses import dataclass

import streamlit as st

from dashboard import clock, commands
from dashboard.cases import UNDOABLE, Draft, Event
from dashboard.commands.undo import undoable
from dashboard.errors import DashboardError
from dashboard.people import Person
from dashboard.store import Store
from dashboard.ui import acting, cards, press
from dashboard.ui.acting import Click, Stored
from dashboard.ui.words import local_words, plain

MOST = 3  # offered in a history: of its way, of its team leader, of its follow-up date
WHAT = {
    "step_completed": "step {step} completed",
    "step_started": "step {step} started",
    "turn_recorded": "handoff of step {step}",
    "case_assigned": "team leader",
    "follow_up_set": "follow-up date",
}


@dataclass(frozen=True, slots=True)
class Entered:
    """One event that can be undone: its case, its version, and what it was."""

    case_id: str
    version: int
    what: str


def flashed() -> None:
    """What was just confirmed, and for ten seconds the button that undoes it."""
    cards.flashed()
    acting.show_refusal("undo")
    held: acting.Done | None = st.session_state.get(acting.DONE)
    if held is None or clock.now() >= held.at + commands.WAIT:
        return
    acts = [_entered(event) for event in held.stored if event.kind in UNDOABLE]
    if acts:
        with st.container(key="undo"):
            _button("Undo", acts, Click("undo", held.click.person, held.click.zone))


def of_history(events: Sequence[Draft], store: Store, person: Person) -> None:
    """What of a case's history can be undone now, each with its button."""
    acts = [_entered(event) for event in undoable(events, person, store.named(person.actor))]
    click = Click(f"{events[0].stream}-undo", person, store.settings.calendar.zone)
    acting.show_refusal(click.scope)
    with st.container(horizontal=True, gap="small", key="history-undo"):
        for one in acts[:MOST]:
            _button(f"Undo: {one.what}", [one], click)


def _button(label: str, acts: Sequence[Entered], click: Click) -> None:
    press.button(
        label,
        _undo,
        tuple(acts),
        click,
        type="tertiary",
        icon=":material/undo:",
        key=f"{click.scope}-{acts[0].case_id}-{acts[0].version}",
    )


def _undo(acts: tuple[Entered, ...], click: Click) -> None:
    """Undo them, the last first; what cannot be undone any more holds up no other."""
    refused: dict[str, DashboardError] = {}

    def do() -> Stored:
        stored: list[Event | Draft] = []
        with acting.desk().bulk() as desk:
            for one in reversed(acts):
                try:
                    stored += commands.undo_act(
                        desk, one.case_id, one.version, by=click.person, now=clock.now(),
                        command_id=click.command_id("undo", one.case_id, one.version),
                    )  # fmt: skip
                except DashboardError as error:
                    refused[one.case_id] = error
        if not stored and refused:
            raise next(iter(refused.values()))
        return stored

    if acting.attempt(click, "undo.undo", do, lambda stored: _said(acts, stored)) and refused:
        told = {case: local_words(error.sentence, click.zone) for case, error in refused.items()}
        acting.refuse(click, " ".join(f"{case}: {text}" for case, text in told.items()))


def _said(acts: Sequence[Entered], stored: Stored) -> str:
    cases = {event.stream for event in stored}
    whats = list(dict.fromkeys(one.what for one in acts if one.case_id in cases))
    of = f" of {len(cases)} cases" if len(cases) > 1 else f" of {plain(next(iter(cases), ''))}"
    return f"**Undone:** {', '.join(whats)}{of}."


def _entered(event: Event | Draft) -> Entered:
    return Entered(event.stream, event.version, what_of(event))


def what_of(event: Event | Draft) -> str:
    """What an event was that can be undone: "step 3 completed"."""
    data = event.fields() if isinstance(event, Event) else event.data
    return WHAT[event.kind].format(step=data.get("step"))
