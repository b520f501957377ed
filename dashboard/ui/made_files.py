"""Files made on a click, of any length: written aside piece by piece, then offered.

They lie in the folder for temporary files, never beside the log, and without a name: they are gone
with the session. Streamlit holds a file in memory while it is downloaded, so there is a limit.
"""

import tempfile
import weakref
from collections.abc import Callable
from dataclasses import dataclass
from typing import IO

import streamlit as st

from dashboard import journal
from dashboard.errors import DashboardError
from dashboard.ui import cards
from dashboard.ui.words import plain

MOST_BYTES = 200_000_000
MEGABYTE = 1_000_000
Told = Callable[[int, int], object]


@dataclass(frozen=True, slots=True)
class Wanted:
    """A file that can be made: its name and type, the button's label, what progress counts.

    `make` writes it; `command` makes it on the server, where it may be of any length. `who` has it
    made, for the journal.
    """

    name: str
    mime: str
    label: str
    what: str
    make: Callable[[IO[bytes], Told], object]
    command: str
    who: str


class Made:
    """A file that was made; DashboardError, OSError if it cannot be."""

    def __init__(self, wanted: Wanted, told: Told) -> None:
        self.name = wanted.name
        self._file = tempfile.TemporaryFile()  # noqa: SIM115 - open as long as this is kept
        weakref.finalize(self, self._file.close)
        wanted.make(self._file, told)
        self.size = self._file.tell()

    def content(self) -> bytes:
        """All of it, for the browser."""
        self._file.seek(0)
        return self._file.read()


def offer(wanted: Wanted, key: str) -> None:
    """The button that makes the file; once it is made, the one that downloads it."""
    if st.button(wanted.label, key=f"{key}-make", icon=":material/description:"):
        st.session_state.pop(key, None)
        _make(wanted, key)
    made: Made | None = st.session_state.get(key)
    if made is None or made.name != wanted.name:
        return
    if made.size > MOST_BYTES:
        st.caption(
            f"{plain(made.name)} has {made.size / MEGABYTE:,.0f} MB, too large to download here. "
            f"Create it on the server: `{wanted.command}`"
        )
        return
    label = f"Download {made.name} ({max(made.size / MEGABYTE, 0.1):,.1f} MB)"

    def fetched() -> bytes:
        with journal.noted(f"{key}.fetch", wanted.who):
            return made.content()

    cards.file(label, fetched, made.name, wanted.mime, f"{key}-download", "primary")


def _make(wanted: Wanted, key: str) -> None:
    bar = st.progress(0.0, "Writing …")

    def told(done: int, of: int) -> None:
        bar.progress(done / max(of, 1), f"{done:,} of {of:,} {wanted.what}")

    try:
        with journal.noted(f"{key}.make", wanted.who):
            st.session_state[key] = Made(wanted, told)
    except (DashboardError, OSError) as refused:
        cards.refused(f"The file was not created: {refused}")
    finally:
        bar.empty()
