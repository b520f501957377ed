"""A tracker's rows tried and imported, with how far that is before the eyes."""

import tempfile
from collections.abc import Callable, Generator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path

import streamlit as st
from streamlit.runtime.scriptrunner_utils.exceptions import ScriptControlException

from dashboard import clock
from dashboard.errors import LogRefused
from dashboard.intake import Answers, Report, import_tracker
from dashboard.intake.sheet import Looked, sheet_of
from dashboard.intake.taking import ignored
from dashboard.people import Person
from dashboard.store import Store
from dashboard.ui import acting, handle

# Somebody else may write between the reading of the clock and the append.
GRACE = timedelta(minutes=5)


def dry_run(
    looked: Looked, person: Person, answers: Answers, tell: Callable[[int, int], None] = ignored
) -> Report:
    """Every row's verdict, nothing stored. From the sample: as a new, empty log would take it."""
    with _desk() as store:
        return import_tracker(
            store,
            sheet_of(looked),
            looked.name,
            by=person,
            now=clock.now(),
            dry_run=True,
            grace=GRACE,
            answers=answers,
            tell=tell,
        )


def imported(
    looked: Looked, person: Person, answers: Answers, tell: Callable[[int, int], None] = ignored
) -> Report:
    """The rows in the log. In place of the sample a new log is started first."""
    if trouble := handle.trouble():
        raise LogRefused("Nothing was imported. {trouble}", trouble=trouble)
    if acting.desk().settings.is_sample:
        handle.start_empty()
    return import_tracker(
        acting.desk(), sheet_of(looked), looked.name, by=person, now=clock.now(),
        grace=GRACE, answers=answers, tell=tell,
    )  # fmt: skip


@contextmanager
def shown(doing: str) -> Generator[Callable[[int, int], None]]:
    """A bar that fills while rows are taken.

    Drawing it is where Streamlit ends a run if somebody clicks elsewhere meanwhile. What has begun
    is carried through all the same: that click counts once the block is left.
    """
    bar = st.progress(0.0, f"{doing} …")
    wanted: list[ScriptControlException] = []

    def tell(done: int, of: int) -> None:
        if wanted:
            return
        try:
            bar.progress(done / of, f"{doing}: {done:,} of {of:,} rows")
        except ScriptControlException as asked:
            wanted.append(asked)

    yield tell
    if wanted:
        raise wanted[0]
    bar.empty()


@contextmanager
def _desk() -> Generator[Store]:
    """The store, or, instead of the sample, an empty one that is thrown away."""
    store = acting.desk()
    if not store.settings.is_sample:
        yield store
        return
    with tempfile.TemporaryDirectory() as folder:
        empty = Store.open(Path(folder) / "trial.duckdb")
        try:
            yield empty
        finally:
            empty.close()
