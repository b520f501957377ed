"""What somebody was typing when the session ended: kept beside the log until they are back.

Kept by e-mail address in a file that only this process's user may read, so that it outlives the
server. Only what `watch` was told of is kept. Whoever returns gets it all; so does nobody else.
"""

import json
import threading
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass, field
from datetime import UTC, date, datetime, timedelta
from pathlib import Path, PurePosixPath
from typing import Any
from urllib.parse import urlsplit

import streamlit as st

from dashboard.ui import handle

WATCHED = "watched-inputs"
KEPT_FOR = timedelta(days=7)
PAGES = Path(__file__).resolve().parents[2] / "pages"
LOCK = threading.Lock()


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


def keep(email: str, now: datetime) -> None:
    """Keep where the visitor is, and what was typed, until they have signed in again."""
    page = PurePosixPath(urlsplit(st.context.url or "").path).name
    query = {key: st.query_params.get_all(key) for key in st.query_params}
    typed = {
        key: packed(st.session_state[key])
        for key in st.session_state.get(WATCHED, ())
        if st.session_state.get(key) not in (None, "", [], False)
    }
    with LOCK:
        places = _read(now)
        earlier = places.get(email) or Place(page, query)
        if earlier.typed and not typed:  # another window, where nothing was typed
            page, query = earlier.page, earlier.query
        places[email] = Place(page, query, {**earlier.typed, **typed}, int(now.timestamp()))
        _write(places)


def resume(email: str, now: datetime) -> None:
    """Bring somebody who has signed in again back to where they were, with what they typed."""
    with LOCK:
        places = _read(now)
        place = places.pop(email, None)
        if place is None:
            return
        _write(places)
    for key, value in place.typed.items():
        st.session_state[key] = unpacked(value)
    if place.page.isidentifier() and (PAGES / f"{place.page}.py").is_file():
        st.switch_page(f"pages/{place.page}.py", query_params=place.query)


def packed(value: Any) -> Any:
    """A value of an input as JSON takes it."""
    if isinstance(value, datetime):
        return {"moment": value.isoformat()}
    return {"day": value.isoformat()} if isinstance(value, date) else value


def unpacked(value: Any) -> Any:
    """The value that was packed."""
    if not isinstance(value, dict):
        return value
    if "moment" in value:
        return datetime.fromisoformat(value["moment"])
    return date.fromisoformat(value["day"])


def file() -> Path:
    """Where it is kept: LOG.unfinished."""
    log = handle.log_path()
    return log.with_name(f"{log.name}.unfinished")


def _read(now: datetime) -> dict[str, Place]:
    try:
        held = json.loads(file().read_text("utf-8"))
        places = {email: Place(**place) for email, place in held.items()}
    except (OSError, ValueError, TypeError, AttributeError):
        return {}  # none yet, or damaged: a lost draft must keep nobody out
    oldest = (now.astimezone(UTC) - KEPT_FOR).timestamp()
    return {email: place for email, place in places.items() if place.kept_s >= oldest}


def _write(places: Mapping[str, Place]) -> None:
    path = file()
    if not places:
        path.unlink(missing_ok=True)
        return
    aside = path.with_name(f"{path.name}.new")
    aside.unlink(missing_ok=True)
    aside.touch(0o600)
    held = {email: asdict(place) for email, place in places.items()}
    aside.write_text(json.dumps(held), encoding="utf-8")
    aside.replace(path)
