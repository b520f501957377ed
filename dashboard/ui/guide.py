"""The guide: both workflows as the department reads them, straight from the workflow data."""

import streamlit as st

from dashboard.commands import NoticeKind
from dashboard.store import Store
from dashboard.ui import definitions, notices
from dashboard.ui import feedback as form
from dashboard.ui.page import Page
from dashboard.ui.words import day_text, paragraphs, plain
from dashboard.workflows import WORKFLOWS, Message, Step, Workflow

CONSIDERATIONS = (
    (
        "The order of the steps is fixed",
        "Licensing depends on it. No one can skip or reorder a step, and Changeover does not "
        "allow it.",
    ),
    (
        "Allow two to three business days",
        "The whole move can take that long. Keep this in mind when a firm asks for a date near "
        "**month end**, when orders take longer.",
    ),
    (
        "Renewals and pre-SaaS pricing",
        "Any CS representative can verify new and renewal pricing on the Pricing tab of the "
        "Renewal Calculator. Record who did.",
    ),
    (
        "Trial licenses",
        "A firm may download trial versions and restore its data before SaaS is canceled. Each "
        "product’s trial has its own limitations: record the answer on New case, and see the "
        "list below.",
    ),
)


def workflows() -> None:
    """Both paths, step by step, in tabs."""
    for tab, workflow in zip(
        st.tabs([workflow.label for workflow in WORKFLOWS.values()], key="guide-path"),
        WORKFLOWS.values(),
        strict=True,
    ):
        with tab:
            st.caption(_summary(workflow))
            for step in workflow.steps:
                _step(step)


def considerations() -> None:
    """What to keep in mind, in a sentence or two each."""
    with st.container(border=True, key="card-considerations"):
        st.subheader("Keep in mind", anchor=False)
        for title, text in CONSIDERATIONS:
            st.markdown(f"**{title}.** {text}")


def hot_topics(store: Store) -> None:
    """What customers ask about these days, while the notice is in force."""
    topics = [row for row in notices.in_force(store) if row["kind"] == NoticeKind.HOT_TOPIC]
    if not topics:
        return
    with st.container(border=True, key="card-topics"):
        st.subheader("Hot topics", anchor=False)
        for row in topics:
            until = f":gray[:small[until {day_text(row['last_date'])}]]"
            st.markdown(f":material/forum: {paragraphs(row['text'])} {until}")


def feedback(page: Page) -> None:
    """The form with which anybody says what works and what does not."""
    form.card(page.person, page.zone)


def products(store: Store) -> None:
    """The catalogue with what each product's trial licence cannot do."""
    with st.container(border=True, key="card-products"):
        st.subheader("Products and trial licenses", anchor=False)
        rows = [
            {
                "Product": plain(item.name)
                + (" :gray[(Virtual Office only)]" if item.is_addon else ""),
                "Family": plain(item.family),
                "Limitation of the trial": plain(item.limitation) or ":gray[not entered]",
            }
            for item in store.settings.catalogue
        ]
        st.table(rows, border="horizontal", hide_index=True, alt="Products and trial limitations")


def words(page: Page) -> None:
    """What the words on all pages mean."""
    with st.container(border=True, key="card-words"):
        st.subheader("Glossary", anchor=False)
        definitions.glossary(page.store, page.now)


def _summary(workflow: Workflow) -> str:
    text = f"{workflow.last} steps, from the form to the licenses."
    if workflow.hold:
        text += (
            f" The cancellation is on hold from step {workflow.hold[0]} until step "
            f"{workflow.hold[1]} is complete."
        )
    return text


def _step(step: Step) -> None:
    with st.container(border=True, gap="xsmall"):
        st.markdown(f"**{step.number} · {step.title}** &nbsp; :gray-badge[{step.party}]")
        st.markdown(step.instruction)
        facts = []
        if step.gate:
            facts.append(f"Only after steps {step.gate[0]} to {step.gate[1]}.")
        required = [item.label for item in step.fields if item.required]
        if required:
            facts.append(f"Records: {'; '.join(required)}.")
        if step.turn:
            facts.append(f"Handoff: {step.turn.label} ({step.turn.before} → {step.turn.after}).")
        facts += [_message(message) for message in step.messages]
        facts += [f"If the appointment is canceled: {_message(item)}" for item in step.off_messages]
        facts += [f"If it is on again: {_message(item)}" for item in step.again_messages]
        if facts:
            st.caption("  \n".join(facts))


def _message(message: Message) -> str:
    what = "Sending this e-mail completes the step" if message.is_step else "Message"
    return f"{what}: to {message.to}, “{message.subject}”."
