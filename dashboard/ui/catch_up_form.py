"""Several consecutive steps at once, each with its own time: for what was done but not entered."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

import streamlit as st

from dashboard import clock, commands
from dashboard.commands import CatchUp
from dashboard.commands.bounds import earliest
from dashboard.errors import FieldsRefused
from dashboard.instants import to_us
from dashboard.settings import MessageMode, Settings
from dashboard.store import Store
from dashboard.ui import acting, drafts, fields, guard, mail_server, mailing, press, when
from dashboard.ui.acting import Click, Stored
from dashboard.ui.asking import Asking
from dashboard.ui.case_view import Opened
from dashboard.ui.step_acts import AT
from dashboard.ui.step_form import asking_of
from dashboard.workflows import Message, Step

TURNED, WENT, SENT_AT = "turned", "went", "sent-at"
NEEDED = "Not in the future or before the step began."


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
            "For steps that were done but not entered. Enter the completion time of each. Either "
            "all of them are saved or none. Nothing is sent unless you choose it."
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
        ways = _ways(page.store)
        _inputs(steps, click, asking, problems, ways)
        press.button(
            f"Complete steps {steps[0].number} to {steps[-1].number}",
            catch_up,
            click,
            asking,
            steps,
            type="primary",
            icon=":material/done_all:",
            key=f"complete-{key}-{case.version}",
        )


@guard.fragment()
def _inputs(
    steps: Sequence[Step], click: Click, asking: Asking, problems: Mapping[str, str],
    ways: Mapping[str, str],
) -> None:  # fmt: skip
    with drafts.form(click):
        for step in steps:
            _step(step, click, asking, problems)
            _messages(step, click, asking.settings, ways)
    drafts.line(click)


def catch_up(click: Click, asking: Asking, steps: Sequence[Step]) -> None:
    """Complete the steps with what stands in their forms."""

    def do() -> Stored:
        given = _given(click, asking, steps)
        return commands.catch_up(
            acting.desk(), click.case_id, given, by=click.person, now=clock.now(),
            version=click.version, command_id=click.command_id("catch-up", given),
            wait=commands.WAIT,
        )  # fmt: skip

    said = f"**Steps {steps[0].number} to {steps[-1].number} completed.**"
    if acting.attempt(
        click,
        "catch_up_form.catch_up",
        do,
        lambda stored: f"{said} {mailing.told_of(click, stored)}".strip(),
    ):
        drafts.stored(click.scope)
        for step in steps:
            fields.forget(step.fields, _scope(click, step), asking)
            for name in (AT, TURNED, SENT_AT):
                when.forget(f"{_scope(click, step)}-{name}")
            st.session_state.pop(f"{_scope(click, step)}-{WENT}", None)
        st.session_state[click.scope] = False


def _step(step: Step, click: Click, asking: Asking, problems: Mapping[str, str]) -> None:
    scope = _scope(click, step)
    own = {
        key.partition(".")[2]: text
        for key, text in problems.items()
        if key.partition(".")[0] == str(step.number)
    }
    st.markdown(f"**Step {step.number}: {step.title}**")
    with st.grid(2, min_column_width=fields.NARROWEST, gap="small") as grid:
        with grid.cell():
            when.ask("Completed", f"{scope}-{AT}", click.zone, NEEDED)
            fields.problem(own.get(AT))
        if step.turn and not step.turn.from_field:
            with grid.cell():
                when.ask(f"{step.turn.label} (optional)", f"{scope}-{TURNED}", click.zone, NEEDED)
                fields.problem(own.get(TURNED))
    fields.draw(step.fields, scope, asking, own)


def _ways(store: Store) -> dict[str, str]:
    """How a message of a step caught up can have gone, or is to go."""
    ways = {"Sent already": commands.OUTSIDE, "Draft it now": str(MessageMode.DRAFTED)}
    return ways | ({"Send it now": str(MessageMode.SENT)} if mail_server.post(store).server else {})


def _messages(step: Step, click: Click, settings: Settings, ways: Mapping[str, str]) -> None:
    """What became of the step's messages: as a rule they went when it was done."""
    own, scope = _asked_about(step, settings), _scope(click, step)
    if any(message.is_step for message in step.messages):
        st.caption(
            "Sending this e-mail completes the step. It counts as sent when the step was completed."
        )
    if not own:
        return
    names, key = "; ".join(f"to {message.to}" for message in own), f"{scope}-{WENT}"
    if st.session_state.get(key) not in ways:  # a draft may name what is not offered any more
        st.session_state.pop(key, None)
    drafts.watch({key: next(iter(ways))})
    with st.grid(2, min_column_width=fields.NARROWEST, gap="small") as grid:
        with grid.cell():
            st.segmented_control(
                f"Message {names}", list(ways), default=next(iter(ways)), required=True,
                key=key, persist_state="session",
            )  # fmt: skip
        with grid.cell():
            empty = "Leave empty for the step’s completion time."
            when.ask("Sent (optional)", f"{scope}-{SENT_AT}", click.zone, empty)


def _asked_about(step: Step, settings: Settings) -> list[Message]:
    """Its messages of which somebody may still have to send one."""
    return [
        message
        for message in step.messages
        if not message.is_step and settings.message_mode(message.key) is not MessageMode.ELSEWHERE
    ]


def _hows(click: Click, step: Step, values: Mapping[str, Any], asking: Asking) -> dict[str, str]:
    """How each message goes that the step calls for with these values."""
    given = {
        item.key: values[item.key]
        for item in step.fields
        if not item.only_if or values.get(item.only_if[0]) == item.only_if[1]
    }
    own, mode = _asked_about(step, asking.settings), asking.settings.message_mode
    picked = st.session_state.get(f"{_scope(click, step)}-{WENT}") or ""
    how = _ways(acting.desk()).get(picked, commands.OUTSIDE)
    return {
        message.key: how if message in own else commands.OUTSIDE
        for message in step.called_for(given)
        if message in own or mode(message.key) is not MessageMode.ELSEWHERE
    }


def _given(click: Click, asking: Asking, steps: Sequence[Step]) -> list[CatchUp]:
    """The steps as the command takes them; FieldsRefused where a time is missing."""
    missing = {
        f"{step.number}.{AT}": "Enter when it was completed."
        for step in steps
        if not _said(click, step, AT)
    }
    if missing:
        raise FieldsRefused("The steps were not completed.", missing)
    out: list[CatchUp] = []
    after = [us for us, _ in earliest(acting.desk().case(click.case_id))]
    for step in steps:
        began = [*after]
        turned = _at(click, step, TURNED, began)
        after += [to_us(turned)] if turned else []
        at = _at(click, step, AT, after) or clock.now()
        after.append(to_us(at))
        values = fields.values(step.fields, _scope(click, step), asking)
        hows, sent = _hows(click, step, values, asking), _at(click, step, SENT_AT, began)
        out.append(CatchUp(step.number, at, values, None, turned, hows, sent))
    return out


def _at(click: Click, step: Step, name: str, bounds: list[int | None]) -> datetime | None:
    """What was typed there; a minute in which the step became current counts from then on."""
    said = _said(click, step, name)
    if not said:
        return None
    return when.read(said, acting.desk().settings.calendar, bounds) or clock.now()


def _said(click: Click, step: Step, name: str) -> str:
    return when.said(f"{_scope(click, step)}-{name}")


def _scope(click: Click, step: Step) -> str:
    return f"{click.scope}-{step.number}"


def _keys(step: Step) -> list[str]:
    return [item.key for item in step.fields]
