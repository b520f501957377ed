"""The feedback form: at the top of every page in a popover, and in the Guide.

Fragments, so that nobody's page is drawn anew by what is typed here.
"""

from pathlib import Path

import streamlit as st
from streamlit.components.v2 import component

from dashboard import clock, commands
from dashboard.commands.notices import LONGEST_CONTACT, LONGEST_FEEDBACK
from dashboard.people import Person
from dashboard.ui import acting, cards, drafts, guard, press
from dashboard.ui.acting import Click, Stored
from dashboard.ui.inputs import PAUSE

PARTS = Path(__file__).resolve().parent / "components"
LABEL = "Feedback"

_left = component(
    "characters_left",
    html='<p class="left" role="status">\n</p>',
    css=(PARTS / "characters_left.css").read_text("utf-8"),
    js=(PARTS / "characters_left.js").read_text("utf-8"),
)


@guard.fragment()
def popover(person: Person, zone: str, where: str) -> None:
    """The way to say something from any page; `where` is the page's title."""
    with st.popover(
        LABEL, icon=":material/forum:", type="tertiary", key="feedback", on_change="rerun"
    ) as opening:
        if opening.open:
            _form("feedback-head", person, zone, where)


@guard.fragment()
def card(person: Person, zone: str) -> None:
    """The form in the Guide."""
    with st.container(border=True, key="card-feedback", gap="small"):
        st.subheader("Tell us what you think", anchor=False)
        _form("feedback-guide", person, zone, "Guide")


def _form(place: str, person: Person, zone: str, where: str) -> None:
    number = st.session_state.get(place, 0)
    click = Click(f"{place}-{number}", person, zone, version=number)
    if said := st.session_state.pop(f"{place}-said", ""):
        cards.saved(said)
    acting.show_refusal(click.scope)
    with drafts.form(click, place):
        _inputs(click.scope)
    drafts.line(click)
    # the style hides it; who fills it in is no person
    with st.container(key=f"{place}-trap"):
        st.text_input("Leave this empty", key=f"{click.scope}-website", autocomplete="off")
    press.button(
        "Send feedback",
        _send,
        click,
        place,
        where,
        type="primary",
        icon=":material/send:",
        key=f"{click.scope}-send",
    )


def _inputs(scope: str) -> None:
    drafts.watch({f"{scope}-text": "", f"{scope}-contact": ""})
    text = st.text_area(
        "What works, and what does not?", key=f"{scope}-text", max_chars=LONGEST_FEEDBACK,
        height=130, persist_state="session", placeholder="Administrators read this",
    )  # fmt: skip
    _left(
        data={"field": f"{scope}-text", "most": LONGEST_FEEDBACK, "given": len(text or "")},
        key=f"{scope}-left", height="content",
    )  # fmt: skip
    st.text_input(
        "How to reach you (optional)", key=f"{scope}-contact", max_chars=LONGEST_CONTACT,
        persist_state="session", live=PAUSE,
    )  # fmt: skip


def _send(click: Click, place: str, where: str) -> None:
    typed = {
        name: str(st.session_state.get(f"{click.scope}-{name}") or "")
        for name in ("text", "contact", "website")
    }

    def do() -> Stored:
        return commands.leave_feedback(
            acting.desk(), typed["text"], contact=typed["contact"], page=where,
            trap=typed["website"], by=click.person, now=clock.now(),
            command_id=click.command_id("send", typed),
        )  # fmt: skip

    if acting.attempt(
        click, "feedback.send", do, lambda _: "**Thank you.** Administrators will read it."
    ):
        # said here, where it was sent from, and not at the head of the next page
        st.session_state[f"{place}-said"] = cards.unflashed()
        st.session_state[place] = click.version + 1
        drafts.stored(click.scope)
