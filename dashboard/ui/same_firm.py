"""Whether the firm of a new case has an open one: said while it is typed, and as it is opened.

The same form comes twice where an answer was lost, from a second window, or from a colleague.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any
from uuid import NAMESPACE_OID, uuid5

import streamlit as st

from dashboard import formats
from dashboard.cases import Draft, Event
from dashboard.errors import CommandRefused
from dashboard.instants import to_datetime, to_us
from dashboard.store import Store
from dashboard.ui import cards, handle, head
from dashboard.ui.words import plain

SAME = timedelta(minutes=10)  # so long after a case was opened, one like it is perhaps the same
ROOM_PX, SHOWN, FEWEST_SIGNS, LOOKED_AT = 60, 3, 3, 50
EXACT, BEGINS = 0, 1  # how well the figure says that a case matches
TOLD = "new-same-told"  # cases of which somebody has been told that they were just opened
Row = dict[str, Any]


def say(typed: Sequence[str]) -> None:
    """The open cases whose firm, or firm ID, begins with what is typed; in room always kept."""
    with cards.room_for(ROOM_PX, "same-firm"):
        store = handle.store()
        found = _open_cases(store, handle.page_now(store), typed, BEGINS)
        if not found:
            return
        what = "1 open case matches" if len(found) == 1 else f"{len(found)} open cases match"
        more = f"; the newest {SHOWN}:" if len(found) > SHOWN else ":"
        st.markdown(f":orange[:material/content_copy:] This firm may have a case: {what}{more}")
        for row in found[:SHOWN]:
            head.case_link(row)


def ids(workflow: str, given: Mapping[str, Any], *more: object, now: datetime) -> list[str]:
    """The ids under which the same form is opened now, or was within the last minutes.

    The last one is for now. Whoever submits the same has the same, in any window and at any server.
    """
    number = to_us(now) // (SAME // timedelta(microseconds=1))
    said = sorted((key, _alike(value)) for key, value in given.items() if value)
    return [
        str(uuid5(NAMESPACE_OID, f"new case/{workflow}/{said!r}/{more!r}/{when}"))
        for when in (number - 1, number)
    ]


def ask_once(store: Store, workflow: str, given: Mapping[str, Any], now: datetime) -> None:
    """CommandRefused if another form of the firm was submitted just now, until that was read."""
    typed = [str(given.get(key) or "") for key in ("firm_name", "firm_id")]
    told: set[str] = st.session_state.setdefault(TOLD, set())
    for row in _open_cases(store, now, typed, EXACT):
        case = store.case(row["case_id"])
        first = store.history(case.case_id)[0]
        opened_at = to_datetime(first.recorded_us)
        if case.workflow_key != workflow or now - opened_at >= SAME or case.case_id in told:
            continue
        told.add(case.case_id)
        raise CommandRefused(
            "The case was not opened: {name} opened {case} for {firm} at {at}. If this is a "
            "second one, press “Open case” again.",
            name=store.named(first.actor), case=case.case_id, firm=case.firm, at=opened_at,
        )  # fmt: skip


def said_before(stored: Event | Draft, store: Store, zone: str) -> str:
    """That a form was submitted before, when and by whom: no second case was opened."""
    case, at = store.case(stored.stream), to_datetime(stored.recorded_us)
    return (
        f"**{plain(case.case_id)} was opened before**, from the same form, at "
        f"{formats.time(formats.on_the_wall(at, zone))} by {plain(store.named(stored.actor))}. "
        "No second case was opened."
    )


def _open_cases(store: Store, now: datetime, typed: Sequence[str], rank: int) -> list[Row]:
    found: dict[str, Row] = {}
    for text in (part.strip() for part in typed):
        if len(text) < FEWEST_SIGNS:
            continue
        for row in store.run("find_cases", now=now, text=text, most=LOOKED_AT).to_pylist():
            if row["state"] == "open" and row["match_rank"] <= rank:
                found[row["case_id"]] = row
    return sorted(found.values(), key=lambda row: row["opened_at"], reverse=True)


def _alike(value: Any) -> Any:
    """A value as two forms are compared: capitals and blanks do not matter."""
    return " ".join(value.casefold().split()) if isinstance(value, str) else value
