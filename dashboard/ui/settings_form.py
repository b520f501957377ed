"""What the sections of Settings have in common: inputs begun from what stands, saved once.

A section's inputs live under a scope of their own. They begin with what was set at that moment,
which is kept: whoever saves after somebody else has changed the same section is told so first.
What was typed is kept, too, for the session: until it is saved or discarded.
Unlike elsewhere, buttons act where they are drawn: only there are tables that were edited at hand.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from typing import Any, Literal

import pyarrow as pa
import streamlit as st

from dashboard.people import Role
from dashboard.ui import acting, fields, press, unfinished
from dashboard.ui.acting import Click, Stored
from dashboard.ui.page import Page
from dashboard.ui.words import plain

SHOWN_AS = {"catalogue": "Catalog"}  # sections whose key is not their word
UNSAVED = "settings-unsaved"  # by section, whether something was typed and not saved
ROW_PX, FEW_ROWS, MOST_ROWS = 36, 8, 20  # more rows scroll
MOST_TYPED, MOST_SIGNS = 2000, 1_000_000  # rows and characters that are pasted at once
TOO_MUCH = (
    f"Nothing was pasted: a table takes at most {MOST_TYPED:,} rows of short text at once. Show "
    "the table again and paste less."
)


@dataclass(frozen=True, slots=True)
class Edit:
    """The inputs of one section: what they began with and at which version.

    `stream` is that of the log which holds the section; each `number` begins with empty inputs.
    """

    page: Page
    name: str
    stream: str
    began: Any
    version: int
    number: int = 0

    @property
    def scope(self) -> str:
        """The prefix of the inputs' keys; another one once they were saved."""
        return f"settings-{self.name}-{self.number}"

    @property
    def is_locked(self) -> bool:
        """Whether the visitor may only read."""
        return self.page.person.role is not Role.ADMIN

    @property
    def click(self) -> Click:
        """A click in this section."""
        return Click(self.scope, self.page.person, self.page.zone, version=self.version)

    def key(self, part: str) -> str:
        """The key of one input."""
        return f"{self.scope}-{part}"


def begin(page: Page, name: str, held: object, stream: str = "settings") -> Edit:
    """The section's inputs as they stand in this session; `held` is what is set now."""
    number, began, version = st.session_state.get(_kept(name), (0, None, None))
    if version is None or began == held:  # what changed meanwhile was another section
        began, version = held, page.store.version(stream)
    edit = Edit(page, name, stream, began, version, number)
    _keep(edit)
    if edit.is_locked:
        st.caption(":material/lock: Read-only. Administrators can edit.")
    acting.show_refusal(edit.scope)
    return edit


def heed_others(edit: Edit, held: object, *, is_touched: bool) -> None:
    """If somebody else has changed the section: say so, or begin anew where nothing was typed."""
    _mark(edit, is_touched and not edit.is_locked)
    if edit.began == held:
        return
    if not is_touched or edit.is_locked:
        _begin_anew(edit, held)
        st.rerun()
    events = edit.page.store.stream(edit.stream)
    with st.container(border=True, key=edit.key("moved"), gap="xsmall"):
        st.markdown(
            f":material/group: **{plain(events[-1].actor)} changed this in the meantime.** What "
            "you typed is still here and differs from the saved settings."
        )
        with st.container(horizontal=True):
            if st.button("Show saved settings", key=edit.key("take-theirs")):
                _begin_anew(edit, held)
                st.rerun()
            if st.button("Keep my changes", key=edit.key("keep-mine")):
                acting.forget_refusal(edit.scope)
                version = edit.page.store.version(edit.stream)
                _keep(replace(edit, began=held, version=version))
                st.rerun()


def save(
    edit: Edit, label: str, do: Callable[[Click], Stored], said: str, *,
    ready: bool = True, is_unsaved: bool | None = None, icon: str = ":material/check:",
) -> None:  # fmt: skip
    """The button that saves the section; whoever may only read is offered none.

    `is_unsaved`: whether something was typed, if that is not the same as `ready`.
    """
    if edit.is_locked:
        return
    is_unsaved = ready if is_unsaved is None else is_unsaved
    _mark(edit, is_unsaved)
    with st.container(horizontal=True, vertical_alignment="center"):
        pressed = st.button(
            label, type="primary", icon=icon, key=edit.key("save"), disabled=not ready
        )
        if is_unsaved:
            unsaved(edit)
    if pressed:
        if acting.attempt(edit.click, "settings_form.save", lambda: do(edit.click), lambda _: said):
            _forget(edit)
        st.rerun()


def unsaved(edit: Edit) -> None:
    """Say that what was typed is not saved, with the way to be rid of it."""
    if edit.is_locked:
        return
    press.button(
        "Discard changes",
        _forget,
        edit,
        icon=":material/undo:",
        type="tertiary",
        key=edit.key("discard"),
        help="Start over from the saved settings",
    )
    st.caption("Unsaved changes, kept while this window is open.", width="content")


def unsaved_elsewhere(shown: str) -> list[str]:
    """The other sections in which something was typed and not saved, by the words of their row."""
    kept: dict[str, bool] = st.session_state.get(UNSAVED, {})
    parts = [name.partition("-")[0] for name, is_so in kept.items() if is_so]
    names = [SHOWN_AS.get(part, part.capitalize()) for part in parts]
    return [name for name in dict.fromkeys(names) if name != shown]


def act(
    edit: Edit, label: str, action: str, do: Callable[[Click], Stored], said: str, *,
    look: Literal["secondary", "tertiary"] = "secondary",
) -> None:  # fmt: skip
    """A button that does one thing at once; what stands in the inputs is left alone."""
    if edit.is_locked or not st.button(label, key=edit.key(action), type=look):
        return
    acting.attempt(edit.click, "settings_form.act", lambda: do(edit.click), lambda _: said)
    st.rerun()


def rows(edit: Edit, table: pa.Table, part: str, columns: dict[str, Any], alt: str) -> list[Any]:
    """A table to edit, rows added and taken out; returns its rows without the empty ones.

    What is too much to be meant is not looked at: then these are the rows from before.
    """
    lines = min(table.num_rows, MOST_ROWS)
    # where there are few, the table grows by itself with the lines that are added
    height = "auto" if lines < FEW_ROWS else ROW_PX * (lines + 3)
    key = edit.key(part)
    begins = table if edit.is_locked else unfinished.table(key, table)
    if _is_too_much(st.session_state.get(key)):
        fields.problem(TOO_MUCH)
        st.button("Show table again", icon=":material/undo:", key=edit.key(f"{part}-again"))
        return [row for row in begins.to_pylist() if any(row.values())]
    with st.container(key=f"table-{key}"):
        shown = st.data_editor(
            begins, key=key, hide_index=True, alt=alt, column_config=columns,
            num_rows="fixed" if edit.is_locked else "dynamic", disabled=edit.is_locked,
            row_height=ROW_PX, placeholder="", height=height,
        )  # fmt: skip
    if not edit.is_locked:
        unfinished.leave(key, shown, table.schema)
    return [row for row in shown.to_pylist() if any(row.values())]


def text(row: dict[str, Any], name: str) -> str:
    """A text cell, stripped; empty where nothing was typed."""
    return str(row.get(name) or "").strip()


def mistake(texts: Iterable[str]) -> None:
    """Why what was typed cannot be set."""
    for said in texts:
        fields.problem(said)


def _is_too_much(state: Any) -> bool:
    """Whether more was pasted into a table than is meant: Streamlit takes long over each row."""
    if not state:
        return False
    rows = [*state["added_rows"], *state["edited_rows"].values()]
    if len(rows) > MOST_TYPED:
        return True
    return sum(len(str(cell)) for row in rows for cell in row.values()) > MOST_SIGNS


def _begin_anew(edit: Edit, held: object) -> None:
    acting.forget_refusal(edit.scope)
    version = edit.page.store.version(edit.stream)
    _keep(replace(edit, began=held, version=version, number=edit.number + 1))


def _forget(edit: Edit) -> None:
    """What was typed is stored, or not wanted: the next run begins with what stands then."""
    acting.forget_refusal(edit.scope)
    st.session_state[_kept(edit.name)] = (edit.number + 1, None, None)
    _mark(edit, False)


def _mark(edit: Edit, is_unsaved: bool) -> None:
    st.session_state.setdefault(UNSAVED, {})[edit.name] = is_unsaved


def _keep(edit: Edit) -> None:
    st.session_state[_kept(edit.name)] = (edit.number, edit.began, edit.version)


def _kept(name: str) -> str:
    return f"settings-edit-{name}"
