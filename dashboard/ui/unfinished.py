"""What somebody was typing when the page was left, or when the session ended.

Tables are kept for the session: unlike other inputs they cannot begin with what stood in them.
What stood in inputs when the session ended is kept beside the log until they are back, by e-mail
address, in a file that only this process's user may read, so that it outlives the server; where
that cannot be written, this process remembers it as long as it lives. Only what `watch` was told of
is kept. Whoever returns gets it all; so does nobody else.
"""

import json
import logging
import threading
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass, field
from datetime import UTC, date, datetime, timedelta
from pathlib import Path, PurePosixPath
from typing import Any
from urllib.parse import urlsplit

import pyarrow as pa
import streamlit as st

from dashboard.ui import handle, visitor

WATCHED = "watched-inputs"
KEPT_FOR = timedelta(days=7)
ASKED_FOR, MOST_ASKED = timedelta(hours=1), 1000  # how long, and of how many browsers
PAGES = Path(__file__).resolve().parents[2] / "pages"
LOCK = threading.Lock()
logger = logging.getLogger(__name__)
# What the file should say, and does not: what could not be written, None where it is to be gone.
UNWRITTEN: dict[str, "Place | None"] = {}
ASKED: dict[str, "Place"] = {}  # by browser, in this process alone: it names no person


@dataclass(frozen=True, slots=True)
class Place:
    """A page with its address's parameters, and what stood in its inputs."""

    page: str
    query: Mapping[str, list[str]]
    typed: Mapping[str, Any] = field(default_factory=dict[str, Any])
    kept_s: int = 0  # seconds since 1970


def watch(keys: Iterable[str]) -> None:
    """These inputs hold what somebody types."""
    known = st.session_state.setdefault(WATCHED, [])
    known.extend(key for key in keys if key not in known)


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


def keep(email: str, now: datetime) -> None:
    """Keep where the visitor is, and what was typed, until they have signed in again."""
    page, query = here()
    typed = {
        key: st.session_state[key]
        for key in st.session_state.get(WATCHED, ())
        if st.session_state.get(key) not in (None, "", [], False)
    }
    with LOCK:
        places = _read(now)
        earlier = places.get(email) or Place(page, query)
        if earlier.typed and not typed:  # another window, where nothing was typed
            page, query = earlier.page, earlier.query
        places[email] = Place(page, query, {**earlier.typed, **typed}, int(now.timestamp()))
        _write(places, email)


def resume(email: str, now: datetime) -> None:
    """Bring somebody who has signed in again back to where they were, with what they typed."""
    with LOCK:
        places = _read(now)
        place = places.pop(email, None)
        if place is None:
            return
        _write(places, email)
    for key, value in place.typed.items():
        st.session_state[key] = value
    _go(place)


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


def packed(value: datetime | date) -> dict[str, str]:
    """A value of an input that JSON does not take by itself."""
    if isinstance(value, datetime):
        return {"moment": value.isoformat()}
    return {"day": value.isoformat()}


def unpacked(value: Any) -> Any:
    """The value that was packed."""
    if not isinstance(value, dict):
        return value
    if "moment" in value:
        return datetime.fromisoformat(value["moment"])
    return date.fromisoformat(value["day"])


def file() -> Path:
    """Where it is kept: LOG.unfinished."""
    return handle.file_beside(".unfinished")


def _read(now: datetime) -> dict[str, Place]:
    try:
        held = json.loads(file().read_text("utf-8"))
        places = {email: _place(**place) for email, place in held.items()}
    except (OSError, ValueError, TypeError, AttributeError, KeyError):
        places = dict[str, Place]()  # none yet, or damaged: a lost draft must keep nobody out
    oldest = (now.astimezone(UTC) - KEPT_FOR).timestamp()
    found = {**places, **UNWRITTEN}
    return {email: place for email, place in found.items() if place and place.kept_s >= oldest}


def _place(page: str, query: dict[str, list[str]], typed: dict[str, Any], kept_s: int) -> Place:
    return Place(page, query, {key: unpacked(value) for key, value in typed.items()}, kept_s)


def _write(places: Mapping[str, Place], changed: str) -> None:
    """Have the file say so; where it cannot, remember here whose place was `changed`."""
    try:
        _put(places)
    except OSError as error:
        UNWRITTEN[changed] = places.get(changed)
        logger.warning("What somebody was typing is kept in memory: %s", error.strerror)
    else:
        UNWRITTEN.clear()


def _put(places: Mapping[str, Place]) -> None:
    path = file()
    if not places:
        path.unlink(missing_ok=True)
        return
    aside = path.with_name(f"{path.name}.new")
    aside.unlink(missing_ok=True)
    aside.touch(0o600)
    held = {email: asdict(place) for email, place in places.items()}
    aside.write_text(json.dumps(held, default=packed), encoding="utf-8")
    aside.replace(path)
