"""Complete several: the same step for many cases, in one grid, each row with its verdict."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

import pyarrow as pa
import streamlit as st

from dashboard.cases import Case
from dashboard.commands import Verdict
from dashboard.people import Person, may_complete
from dashboard.settings import Settings
from dashboard.ui import (
    acting,
    cards,
    drafts,
    guard,
    pasting,
    press,
    several_acts,
    several_draft,
    several_grid,
)
from dashboard.ui.acting import Click, Stored
from dashboard.ui.page import Page
from dashboard.ui.several_grid import Grid, Row
from dashboard.ui.tables import HEAD_PX
from dashboard.ui.words import plain
from dashboard.workflows import WORKFLOWS, Step

MOST = 60  # rows of one grid: those with the least time left
SHOWN = 12  # before the grid scrolls
BUTTONS = 3  # steps offered side by side; more go into a list
ROW_PX, ROOM_PX = 36, 20
GROUPED_BY = ("case_id", "workflow", "step", "state")  # a list of open cases has no state


@dataclass(frozen=True, slots=True)
class Group:
    """Cases of a table that stand at one step: of both paths, where it asks for the same."""

    rules: Step
    rows: Sequence[dict[str, Any]]


def offer(page: Page, table: pa.Table, chosen: Sequence[str], scope: str) -> None:
    """Buttons that open the grid: for the rows that are ticked, else for all at a step."""
    if _kept(scope) in st.session_state:
        return  # one grid at a time: another would take the place of what was typed
    asked = table.select([name for name in GROUPED_BY if name in table.column_names])
    ticked = [row for row in asked.to_pylist() if not chosen or row["case_id"] in chosen]
    found = groups(ticked, page.person)
    if not found:
        if chosen:
            st.caption("None of these cases are at a step you can complete.")
        return
    if len(found) <= BUTTONS:
        st.markdown(":gray[Complete together:]", width="content")
        for group in found:
            _button(page, group, scope)
        return
    with st.popover("Complete several", icon=":material/done_all:", key=f"{scope}-several"):
        st.caption("Select rows in the table, or take all cases at one step:")
        for group in found:
            _button(page, group, scope)


def groups(rows: Sequence[dict[str, Any]], person: Person) -> list[Group]:
    """The rows' open cases by step, of those that the person may complete; the most first."""
    found: dict[Any, list[dict[str, Any]]] = {}
    for row in rows:
        if row["step"] is None or row.get("state", "open") != "open":
            continue
        rules = WORKFLOWS[row["workflow"]].step(row["step"])
        if may_complete(person, rules):
            # Where both paths ask for the same, one grid takes both.
            found.setdefault(_asks(rules), []).append(row)
    out = [
        Group(WORKFLOWS[rows[0]["workflow"]].step(rows[0]["step"]), rows) for rows in found.values()
    ]
    return sorted(out, key=lambda group: -len(group.rows))


def grid(page: Page, scope: str) -> None:
    """The open grid, if there is one: type or paste, press once."""
    click = Click(_kept(scope), page.person, page.zone)
    held: Grid | None = st.session_state.get(click.scope) or several_draft.brought_back(click)
    if not held or not may_complete(page.person, held.rows[0].rules):
        return
    with st.container(border=True, key=f"card-several-{scope}"):
        with st.container(horizontal=True, horizontal_alignment="distribute"):
            st.subheader(f"{held.label}: {_cases(len(held.rows))}", anchor=False)
            press.button(
                "Close",
                _close,
                scope,
                icon=":material/close:",
                type="tertiary",
                key=f"close-several-{scope}",
            )
        st.markdown(held.rows[0].rules.instruction)
        _verdicts(held, click.scope)
        _draw(held, click, scope, page.store.settings)
        _buttons(held, click, scope)


@guard.fragment()
def _draw(held: Grid, click: Click, scope: str, settings: Settings) -> None:
    """The grid itself, and what it makes of a row; what is typed into it is kept."""
    editor = _editor(scope, held)
    with st.container(key=f"table-{editor}"):
        st.data_editor(
            several_grid.table(held), key=editor, hide_index=True, num_rows="delete",
            alt=f"{held.label}, one row per case", row_height=ROW_PX, placeholder="",
            column_order=several_grid.shown(held),
            column_config=several_grid.config(held, settings),
            height=HEAD_PX + ROW_PX * min(len(held.rows), SHOWN) + 4,
        )  # fmt: skip
    leaves = any(item.required for item in held.fields)
    st.caption(
        "Type, or paste cells from a spreadsheet. "
        + ("Rows left empty are not changed. " if leaves else "")
        + "One rejected row does not hold up the others."
    )
    several_draft.keep(held, click, editor)
    with cards.room_for(ROOM_PX, editor):
        st.caption(drafts.since(click))


def _buttons(held: Grid, click: Click, scope: str) -> None:
    asked = ["Case or firm", *(item.label for item in held.fields), "when"]
    with st.expander("Paste rows in another order", icon=":material/content_paste:"):
        _pasting(replace(click, scope=_pasted(scope)), " ⇥ ".join(asked))
        press.button("Paste into grid", paste, scope, click, key=f"paste-several-{scope}")
    press.button(
        f"Complete “{held.label}”",
        complete,
        scope,
        click,
        type="primary",
        icon=":material/done_all:",
        key=f"complete-several-{scope}",
    )


@guard.fragment()
def _pasting(click: Click, asked: str) -> None:
    with drafts.form(click):
        drafts.watch({click.scope: ""})
        st.text_area(
            "Rows from a spreadsheet", key=click.scope, height=120, placeholder=asked,
            help="One line per case, starting with the case ID, firm ID, or firm name.",
            label_visibility="collapsed",
        )  # fmt: skip


def paste(scope: str, click: Click) -> None:
    """Put pasted lines into the rows that they name; lines that name none stay in the box."""
    held = _merged(scope)
    if not held:
        return
    rows, left, why = pasting.placed(held, st.session_state.get(_pasted(scope)) or "")
    st.session_state[_kept(scope)] = replace(held, rows=rows)
    st.session_state[_pasted(scope)] = "\n".join(left)
    acting.forget_refusal(click.scope)
    if why:
        acting.refuse(click, " ".join(why))


def complete(scope: str, click: Click) -> None:
    """Complete what is filled in; what was refused stays, with what was typed and why."""
    held = _merged(scope)
    if not held:
        return  # a second press, whose first has stored everything
    verdicts: dict[str, Verdict] = {}

    def do() -> Stored:
        verdicts.update(several_acts.enter(held, click))
        return [event for verdict in verdicts.values() for event in verdict.stored]

    if acting.attempt(
        click, "several.complete", do, lambda _: several_acts.said(held, verdicts, click.zone)
    ):
        several_acts.send(verdicts, click)
    rows = [several_acts.after(row, verdicts, click.zone) for row in held.rows]
    _keep(scope, replace(held, rows=[row for row in rows if row]))


def _verdicts(held: Grid, scope: str) -> None:
    """Why rows were refused, in full; the grid shows as much of it as a cell holds."""
    acting.show_refusal(scope)
    refused = [row for row in held.rows if row.refused]
    if refused:
        lines = [f"- **{plain(row.firm)}**: {plain(row.refused)}" for row in refused]
        head = f"**{_cases(len(refused))} not completed. What you typed is still here.**"
        st.error("\n".join([head, "", *lines]), icon=":material/error:")


def _button(page: Page, group: Group, scope: str) -> None:
    ids = tuple(row["case_id"] for row in group.rows[:MOST])
    press.button(
        f"{group.rules.label}: {_cases(len(ids))}",
        begin,
        scope,
        ids,
        Click(_kept(scope), page.person, page.zone),
        icon=":material/done_all:",
        key=f"several-{scope}-{group.rows[0]['workflow']}-{group.rules.number}",
        help="Complete this step for all of these cases",
    )


def begin(scope: str, ids: Sequence[str], click: Click) -> None:
    """Open the grid with these cases, as they stand now."""

    def do() -> Stored:
        rows = [_row(case, click.person) for case in map(acting.desk().case, ids)]
        here = [row for row in rows if row]
        # What others have moved on meanwhile stands at another step.
        same = [row for row in here if _asks(row.rules) == _asks(here[0].rules)]
        _keep(scope, Grid(same, st.session_state.get(f"{_kept(scope)}-number", 0) + 1))
        return []

    acting.attempt(click, "several.begin", do, lambda _: "")


def _row(case: Case, person: Person) -> Row | None:
    """The row of an open case; the team leader is filled in as on the Case page."""
    if case.state != "open":
        return None
    leader = case.fields.get("team_leader") or (person.name if person.leads else None)
    asks = any(item.key == "team_leader" for item in case.workflow.step(case.due).fields)
    given = {"team_leader": leader} if leader and asks else {}
    return Row(
        case.case_id, case.firm, case.fields.get("firm_id") or "", case.workflow_key, case.due,
        case.version, given, began=given,
    )  # fmt: skip


def _asks(rules: Step) -> tuple[Any, ...]:
    """What must be the same in all rows of a grid."""
    sent_with_it = tuple(item.key for item in rules.messages if item.is_step)
    return rules.label, rules.fields, sent_with_it


def _merged(scope: str) -> Grid | None:
    """The grid with what was typed so far."""
    held: Grid | None = st.session_state.get(_kept(scope))
    return held.edited(st.session_state.get(_editor(scope, held), {})) if held else None


def _keep(scope: str, held: Grid) -> None:
    st.session_state[f"{_kept(scope)}-number"] = held.number
    if held.rows:
        st.session_state[_kept(scope)] = held
    else:
        _close(scope)


def _close(scope: str) -> None:
    st.session_state.pop(_kept(scope), None)
    st.session_state.pop(_pasted(scope), None)
    drafts.stored(_kept(scope))
    drafts.stored(_pasted(scope))
    acting.forget_refusal(_kept(scope))


def _cases(count: int) -> str:
    return f"{count} case" if count == 1 else f"{count} cases"


def _kept(scope: str) -> str:
    return f"several-{scope}"


def _pasted(scope: str) -> str:
    return f"several-{scope}-pasted"


def _editor(scope: str, held: Grid) -> str:
    return f"several-{scope}-{held.number}"
