"""The grid of complete several as a draft: its rows, what was typed into them, and the verdicts."""

from collections.abc import Mapping
from contextlib import suppress
from dataclasses import fields
from typing import Any

import streamlit as st

from dashboard.ui import drafts
from dashboard.ui.acting import Click
from dashboard.ui.several_grid import Grid, Row

ROW = tuple(part.name for part in fields(Row))


def brought_back(click: Click) -> Grid | None:
    """The grid that was open before this session, as its editor began; None if none was."""
    with suppress(KeyError, TypeError, IndexError, AttributeError):  # of another version
        if kept := drafts.value_of(click):
            held = Grid([Row(**row) for row in kept["rows"]], kept["number"])
            held.rows[0].rules  # noqa: B018 - raises for a step that there is not any more
            st.session_state[click.scope] = held
            return held
    return None


def keep(held: Grid, click: Click, editor: str) -> None:
    """Keep what was typed; in a session that is new to it, begin with it first.

    A window that comes back to a new session sends what stands in its editor, and that is newer.
    """
    edits: dict[str, Any] = dict(st.session_state.get(editor, {}))
    kept, known = drafts.value_of(click), f"{editor}-known"
    if kept and known not in st.session_state and not any(edits.values()):
        typed: Mapping[str, Any] = kept["edits"]
        if any(typed.values()) and kept["number"] == held.number:
            st.session_state[click.scope] = held.edited(typed)
            st.rerun()
    st.session_state[known] = True
    drafts.keep_value(click, _packed(held, edits), [row.case_id for row in held.rows])


def _packed(held: Grid, edits: Mapping[str, Any]) -> dict[str, Any]:
    """The grid and what was typed into its editor since; empty if nothing was typed."""
    is_typed = any(row.cells != row.began or row.refused for row in held.rows)
    if not is_typed and not any(edits.values()):
        return {}
    rows = [{name: getattr(row, name) for name in ROW} for row in held.rows]
    return {"rows": rows, "number": held.number, "edits": dict(edits)}
