"""What is typed and not stored yet, and where somebody was when the session ended.

Both are kept beside the log, per person: whoever returns gets it all; so does nobody else.
`drafts` has forms say what is typed into them. Tables are kept for the session: unlike other inputs
they cannot begin with what stood in them.
"""

import json
import threading
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from pathlib import Path, PurePosixPath
from typing import Any
from urllib.parse import urlsplit

import pyarrow as pa
import streamlit as st

from dashboard import clock
from dashboard.errors import LogRefused
from dashboard.instants import to_us
from dashboard.store.drafts import Drafts, Typed
from dashboard.ui import handle, visitor

FORMS = "draft-forms"  # in the state of a session
EMPTY = (None, "", [], False)
PLACE = "where the session ended"  # under which that is kept; no form's
ASKED_FOR, MOST_ASKED = timedelta(hours=1), 1000  # how long, and of how many browsers
PAGES = Path(__file__).resolve().parents[2] / "pages"
LOCK = threading.Lock()
ASKED: dict[str, "Place"] = {}  # by browser, in this process alone: it names no person


@dataclass(frozen=True, slots=True)
class Place:
    """A page with its address's parameters."""

    page: str
    query: Mapping[str, list[str]]
    kept_s: int = 0  # seconds since 1970


@dataclass(slots=True)
class Form:
    """A form of this session: whose and where, what its inputs begin with, and what is kept."""

    owner: str
    place: str
    scope: str
    zone: str
    about: tuple[str, ...] = ()
    began: dict[str, Any] = field(default_factory=dict[str, Any])
    typed: dict[str, Any] = field(default_factory=dict[str, Any])  # by the end of an input's key
    kept_us: int = 0


def keep_all() -> None:
    """Keep what stands in all forms of a session that has ended."""
    for kept in forms().values():
        keep_form(kept)


def is_typed() -> bool:
    """Whether something was typed in this session and not stored."""
    return any(kept.typed for kept in forms().values())


def held() -> Drafts:
    """Where drafts are kept. Raises LogRefused."""
    return handle.held(handle.log_place()).store.drafts


def packed(value: Any) -> dict[str, str]:
    """A value of an input that JSON does not take by itself."""
    if isinstance(value, datetime):
        return {"moment": value.isoformat()}
    if isinstance(value, date):
        return {"day": value.isoformat()}
    raise TypeError(f"No input holds a {type(value).__name__}.")


def unpacked(value: Any) -> Any:
    """The value that was packed, with all that it holds."""
    if isinstance(value, list):
        return [unpacked(part) for part in value]
    if not isinstance(value, dict):
        return value
    if value.keys() == {"moment"}:
        return datetime.fromisoformat(value["moment"])
    if value.keys() == {"day"}:
        return date.fromisoformat(value["day"])
    return {name: unpacked(part) for name, part in value.items()}


def forms() -> dict[str, Form]:
    """The forms that were drawn in this session, by scope."""
    return st.session_state.setdefault(FORMS, {})


def keep_form(kept: Form) -> None:
    """Keep what differs from what the inputs began with."""
    typed = {end: v for end, v in kept.typed.items() if kept.scope + end not in kept.began}
    for key, value in kept.began.items():
        end = key.removeprefix(kept.scope)
        now = st.session_state.get(key, kept.typed.get(end, value))
        if now != value and not (now in EMPTY and value in EMPTY):
            typed[end] = now
    write(kept, typed)


def write(kept: Form, typed: dict[str, Any]) -> None:
    """Keep what is typed, if it is not kept already."""
    if typed == kept.typed:
        return
    kept.typed, at = typed, clock.now()
    kept.kept_us = to_us(at)
    if not typed:
        drop(kept)
        return
    text = json.dumps(typed, default=packed)
    with suppress(LogRefused):  # this window still has it
        held().keep(kept.owner, kept.place, Typed(text, kept.about, kept.kept_us), at)


def drop(kept: Form) -> None:
    """Forget the draft of a form."""
    with suppress(LogRefused):
        held().drop(kept.owner, kept.place)


def table(key: str, began: pa.Table) -> pa.Table:
    """What the table editor of that key begins with: as it was left in this session, if it was.

    It stays the same as long as the editor is on the page, which keeps what was typed since.
    """
    begins = f"{key}-begins"
    if key not in st.session_state:
        st.session_state[begins] = st.session_state.get(f"{key}-left", began)
    return st.session_state.setdefault(begins, began)


def leave(key: str, shown: pa.Table, schema: pa.Schema) -> None:
    """Keep what stands in the table editor of that key now, in the columns that it began with."""
    days = {column.name for column in schema if pa.types.is_date(column.type)}
    rows = [
        # a day that was typed comes as text
        {
            name: date.fromisoformat(str(cell)[:10]) if cell and name in days else cell
            for name, cell in row.items()
        }
        for row in shown.to_pylist()
    ]
    st.session_state[f"{key}-left"] = pa.Table.from_pylist(rows, schema=schema)


def keep(owner: str, now: datetime) -> None:
    """Keep where the visitor is, and what was typed, until they have signed in again."""
    keep_all()
    page, query = here()
    with suppress(LogRefused):
        kept = held()
        if PLACE in kept.of(owner, now) and not is_typed():
            return  # another window, where nothing was typed
        kept.keep(owner, PLACE, Typed(json.dumps([page, query]), (), to_us(now)), now)


def resume(owner: str, now: datetime) -> None:
    """Bring somebody who has signed in again back to where they were; drafts come by themselves."""
    with suppress(LogRefused, ValueError, TypeError):  # or damaged
        kept = held()
        if found := kept.of(owner, now).get(PLACE):
            kept.drop(owner, PLACE)
            _go(Place(*json.loads(found.text)))


def ask_for(now: datetime) -> None:
    """Keep where a stranger wanted to go, until this browser has come back from signing in.

    Signing in leads to the first page, whatever page was asked for.
    """
    browser, (page, query) = visitor.browser(), here()
    with LOCK:
        ASKED.pop(browser, None)
        if browser and page:
            ASKED[browser] = Place(page, query, kept_s=int(now.timestamp()))
        while len(ASKED) > MOST_ASKED:
            del ASKED[next(iter(ASKED))]


def lead_on(now: datetime) -> None:
    """Bring somebody who has signed in to the page that was asked for before."""
    with LOCK:
        place = ASKED.pop(visitor.browser(), None)
    if place and place.kept_s >= (now - ASKED_FOR).timestamp():
        _go(place)


def here() -> tuple[str, dict[str, list[str]]]:
    """The page that the visitor's address names, and its parameters."""
    page = PurePosixPath(urlsplit(st.context.url or "").path).name
    return page, {key: st.query_params.get_all(key) for key in st.query_params}


def _go(place: Place) -> None:
    if place.page.isidentifier() and (PAGES / f"{place.page}.py").is_file():
        st.switch_page(f"pages/{place.page}.py", query_params=place.query)
