"""The cancellation form: the path first, then what that path needs; and what the date means."""

from collections.abc import Mapping
from datetime import timedelta

import streamlit as st

from dashboard import clock, commands, formats
from dashboard.instants import to_us
from dashboard.people import Person
from dashboard.ui import (
    acting,
    cards,
    drafts,
    fields,
    guard,
    navigation,
    press,
    same_firm,
    trials,
)
from dashboard.ui.acting import Click, Stored
from dashboard.ui.asking import Asking
from dashboard.ui.page import Page
from dashboard.ui.step_acts import AT, done_by, forget, happened, holder_words
from dashboard.ui.step_form import asking_of, when_and_who
from dashboard.ui.words import plain
from dashboard.workflows import WORKFLOWS, Party, Step, Workflow

COUNT, OPENED = "new-count", "new-opened"
SCOPE = "new"  # of both paths: what both ask for stays where the path is switched


def new_case(page: Page) -> None:
    """The form; once it is submitted the case's own page opens."""
    if opened := st.session_state.pop(OPENED, None):
        case_id, said = opened
        cards.flash(said)
        navigation.open_case(case_id)
    workflow = _path()
    step = workflow.step(1)
    _promise(page, workflow)
    with st.container(border=True, key="card-form"):
        st.subheader(step.title, anchor=False)
        st.markdown(step.instruction)
        trials.limitations(page.store.settings.catalogue)
        problems = acting.show_refusal(SCOPE, {AT, *(item.key for item in step.fields)})
        asking = asking_of(page, workflow, {})
        # the number of the form takes the version's place: a doubled click opens one case
        click = Click(SCOPE, page.person, page.zone, "", st.session_state.get(COUNT, 0))
        _inputs(step, click, asking, problems)
        press.button(
            "Open case",
            _open,
            click,
            asking,
            workflow,
            type="primary",
            icon=":material/add:",
            key=f"open-case-{click.version}",
            disabled=not may_open(page.person),
        )
        if not may_open(page.person):
            st.caption("Only CS representatives and team leaders can open cases.")


@guard.fragment()
def _inputs(step: Step, click: Click, asking: Asking, problems: Mapping[str, str]) -> None:
    with drafts.form(click):
        fields.draw(step.fields, click.scope, asking, problems)
        when_and_who(click, problems.get(AT))
    typed = (st.session_state.get(f"{SCOPE}-{name}") for name in ("firm_name", "firm_id"))
    same_firm.say([text or "" for text in typed])
    drafts.line(click)


def may_open(person: Person) -> bool:
    """Whether the person may open a case."""
    return person.acts_for(Party.CS)


def _path() -> Workflow:
    labels = {workflow.label: workflow for workflow in WORKFLOWS.values()}
    with st.container(border=True, key="card-path"):
        st.subheader("Where is the firm moving?", anchor=False)
        chosen = st.segmented_control(
            "Path", list(labels), default=next(iter(labels)), required=True, key="new-path",
            label_visibility="collapsed", persist_state="session",
        )  # fmt: skip
        workflow = labels[chosen or next(iter(labels))]
        needs = [item.label for item in workflow.step(1).fields if item.required]
        rest = "includes a four-hour appointment" if workflow.hold else "no appointment"
        st.caption(f"{workflow.last} steps; {rest}. Needed: {'; '.join(needs)}.")
    return workflow


def _promise(page: Page, workflow: Workflow) -> None:
    """What the date means: the limit, and whether month end is near."""
    settings, calendar = page.store.settings, page.store.settings.calendar
    targets = settings.targets_at(workflow.key, to_us(page.now))
    limit = calendar.add(page.now, timedelta(microseconds=targets.limit_us))
    text = f"If submitted now, it is due **{formats.moment(limit, page.zone)}**."
    until = calendar.local_date([to_us(limit)])[0].astype(object)
    days = [page.today + timedelta(n) for n in range((until - page.today).days + 1)]
    low, high = sorted(settings.window)
    if any(low <= count <= high for count in calendar.days_to_month_end(days).tolist()):
        text += (
            " **Month end:** the order will likely reach the Order Team during the slow window: "
            "the last business days of the month and the first of the next."
        )
    st.markdown(f":material/schedule: {text}")


def _open(click: Click, asking: Asking, workflow: Workflow) -> None:
    step: Step = workflow.step(1)
    opened: list[str] = []
    now = clock.now()

    def do() -> Stored:
        given, desk = fields.values(step.fields, click.scope, asking), acting.desk()
        at, who = happened(click), done_by(click)
        before, command_id = same_firm.ids(workflow.key, given, at, who, now=now)
        stored = desk.stored(before) or desk.stored(command_id)
        if not stored:
            same_firm.ask_once(desk, workflow.key, given, now)
            stored = commands.open_case(
                acting.desk(), workflow.key, given, by=click.person, now=now, at=at, done_by=who,
                command_id=command_id,
            )  # fmt: skip
        opened.append(stored[0].stream)
        return stored

    def confirm(stored: Stored) -> str:
        is_doubled = click.version != st.session_state.get(COUNT, 0)  # a second click on one form
        if stored[0].recorded_us < to_us(now) and not is_doubled:
            return same_firm.said_before(stored[0], acting.desk(), click.zone)
        case = acting.desk().case(stored[0].stream)
        following = workflow.step(2)
        return (
            f"**{plain(case.case_id)} opened** for {plain(case.firm)}. "
            f"{holder_words(following.party)}: step 2, {following.label}."
        )

    if acting.attempt(click, "new_case_form.open", do, confirm):
        for path in WORKFLOWS.values():
            forget(click, asking, path.step(1))
        st.session_state[COUNT] = click.version + 1
        st.session_state.pop(same_firm.TOLD, None)
        # what is to be said is said on the case's own page
        st.session_state[OPENED] = (opened[0], cards.unflashed())
