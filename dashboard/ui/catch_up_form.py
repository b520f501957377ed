"""Several consecutive steps at once, each with its own time: for what was done but not entered."""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta

import streamlit as st

from dashboard import commands, formats
from dashboard.commands import CatchUp
from dashboard.errors import FieldsRefused
from dashboard.ui import acting, fields
from dashboard.ui.acting import Click, Stored
from dashboard.ui.case_view import Opened
from dashboard.ui.fields import Asking
from dashboard.ui.step_acts import AT
from dashboard.ui.step_form import asking_of
from dashboard.ui.words import typed_instant
from dashboard.workflows import Step

TURNED = "turned"


def catch_up_form(opened: Opened) -> None:
    """An expander with the forms of the steps from the current one up to the one chosen."""
    case, page = opened.case, opened.page
    if case.state != "open" or case.due == case.workflow.last:
        return
    key = f"catch-up-{case.case_id}"
    with st.expander(
        "Catch up several steps", icon=":material/fast_forward:", key=key, on_change="rerun"
    ) as opening:
        if not opening.open:
            return
        st.markdown(
            "For steps that were done but not entered. Give each the time at which it was "
            "completed; all of them are stored, or none."
        )
        numbers = range(case.due + 1, case.workflow.last + 1)
        until = st.selectbox(
            "Up to step", numbers, key=f"{key}-until", width=330,
            format_func=lambda number: f"{number} {case.workflow.step(number).label}",
        )  # fmt: skip
        steps = case.workflow.steps[case.due - 1 : until]
        click = Click(key, page.person, page.zone, case.case_id, case.version)
        shown = {f"{s.number}.{name}" for s in steps for name in (AT, TURNED, *_keys(s))}
        problems = acting.show_refusal(key, shown)
        asking = asking_of(page, case.workflow, case.fields)
        with st.form(f"form-{key}", border=False):
            for step in steps:
                _step(step, click, asking, problems)
            st.form_submit_button(
                f"Complete steps {steps[0].number} to {steps[-1].number}", type="primary",
                icon=":material/done_all:", key=f"complete-{key}-{case.version}", on_click=catch_up,
                args=(click, asking, steps),
            )  # fmt: skip


def catch_up(click: Click, asking: Asking, steps: Sequence[Step]) -> None:
    """Complete the steps with what stands in their forms."""

    def do() -> Stored:
        return commands.catch_up(
            acting.desk(), click.case_id, _given(click, asking, steps), by=click.person,
            now=acting.now(), version=click.version, command_id=click.command_id("catch-up"),
        )  # fmt: skip

    said = f"**Steps {steps[0].number} to {steps[-1].number} completed.**"
    if acting.attempt(click, do, lambda _: said):
        for step in steps:
            fields.forget(step.fields, _scope(click, step), asking)
            for name in (AT, TURNED):
                st.session_state.pop(f"{_scope(click, step)}-{name}", None)
        st.session_state[click.scope] = False


def _step(step: Step, click: Click, asking: Asking, problems: Mapping[str, str]) -> None:
    scope = _scope(click, step)
    own = {
        key.partition(".")[2]: text
        for key, text in problems.items()
        if key.partition(".")[0] == str(step.number)
    }
    city = formats.city(click.zone)
    st.markdown(f"**Step {step.number}: {step.title}**")
    with st.grid(2, min_column_width=fields.NARROWEST, gap="small") as grid:
        with grid.cell():
            _moment(f"Completed ({city})", f"{scope}-{AT}")
            fields.problem(own.get(AT))
        if step.turn and not step.turn.from_field:
            with grid.cell():
                _moment(f"{step.turn.label} ({city}) :gray[(optional)]", f"{scope}-{TURNED}")
                fields.problem(own.get(TURNED))
    fields.draw(step.fields, scope, asking, own)


def _moment(label: str, key: str) -> None:
    st.datetime_input(
        label, None, key=key, step=timedelta(minutes=1), format="YYYY-MM-DD",
        persist_state="session",
    )  # fmt: skip


def _given(click: Click, asking: Asking, steps: Sequence[Step]) -> list[CatchUp]:
    """The steps as the command takes them; FieldsRefused where a time is missing."""
    missing = {
        f"{step.number}.{AT}": "Give the time at which it was completed."
        for step in steps
        if not isinstance(_typed(click, step, AT), datetime)
    }
    if missing:
        raise FieldsRefused("The steps were not completed.", missing)
    case = acting.desk().case(click.case_id)
    out = []
    for step in steps:
        turned = _typed(click, step, TURNED)
        at = acting.typed_at(_typed(click, step, AT), click.zone, case)
        assert at is not None
        values = fields.values(step.fields, _scope(click, step), asking)
        out.append(
            CatchUp(
                step.number, at, values, None,
                typed_instant(turned, click.zone) if turned else None,
            )
        )  # fmt: skip
    return out


def _typed(click: Click, step: Step, name: str) -> datetime | None:
    return st.session_state.get(f"{_scope(click, step)}-{name}")


def _scope(click: Click, step: Step) -> str:
    return f"{click.scope}-{step.number}"


def _keys(step: Step) -> list[str]:
    return [item.key for item in step.fields]
