"""The card *Ready to send* on the Case page: what a step's messages say, and what becomes of them.

It shows the message that the current step is, every message that waits for somebody, and a reminder
to a firm that has only its download left.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import streamlit as st

from dashboard.cases import Letter
from dashboard.commands.messages import SENDING_US
from dashboard.instants import to_us
from dashboard.messages.drafting import handoffs, reminder
from dashboard.messages.mail import Mail
from dashboard.people import may_complete
from dashboard.settings import MessageMode
from dashboard.ui import acting, cards, mail_server, mailing, message_acts
from dashboard.ui.acting import Click
from dashboard.ui.case_view import Opened
from dashboard.ui.mail_server import Post
from dashboard.ui.message_acts import Sending
from dashboard.ui.step_acts import so_far
from dashboard.ui.step_form import asking_of
from dashboard.ui.step_form import scope_of as form_of
from dashboard.ui.words import moment_words, plain
from dashboard.workflows import Party, Step

MODES = {
    MessageMode.SENT: "sent by Changeover",
    MessageMode.DRAFTED: "send manually",
    MessageMode.ELSEWHERE: "sent by another system",
}


@dataclass(frozen=True, slots=True)
class Shown:
    """A message to look at. `letter`: what became of it; None while its step is current."""

    step: Step
    key: str
    to: str
    missing: str
    mail: Mail
    mode: MessageMode
    letter: Letter | None = None


def case_messages(opened: Opened) -> None:
    """The card; nothing where no message is to be seen to."""
    shown = [*_of_current_step(opened), *_reminder(opened), *_waiting(opened)]
    if not shown:
        return
    post = mail_server.post(opened.page.store)
    latest = opened.case.edited_version
    new = next((item for item in shown if item.letter and item.letter.of_version == latest), None)
    with st.container(border=True, key="card-ready"):
        st.subheader("Ready to send", anchor=False)
        for number, item in enumerate(shown):
            if len(shown) == 1:
                _message(opened, item, post)
                continue
            label = f"{plain(item.to.partition(' <')[0])}: {plain(item.mail.subject)}"
            place = f"{mailing.scope_of(opened.case.case_id, item.step.number, item.key)}-fold"
            is_urgent = item.letter is not None and item.letter.state in ("failed", "sending")
            with st.expander(label, expanded=number == 0 or is_urgent or item is new, key=place):
                _message(opened, item, post)
        _mark_all(opened, shown)
        if post.why_not:
            st.caption(plain(post.why_not))


def _mark_all(opened: Opened, shown: Sequence[Shown]) -> None:
    """One click for all that wait, where it is more than one and the person may."""
    case, page = opened.case, opened.page
    waiting = [
        (item.step.number, item.key)
        for item in shown
        if item.letter and item.letter.state != "sending" and may_complete(page.person, item.step)
    ]
    click = Click(f"{case.case_id}-mark-all", page.person, page.zone, case.case_id, case.version)
    acting.show_refusal(click.scope)
    if len(waiting) > 1:
        message_acts.mark_all_button(click, waiting)


def _of_current_step(opened: Opened) -> Iterator[Shown]:
    """The messages that the current step is, with what stands in its form."""
    case, page = opened.case, opened.page
    if case.state != "open":
        return
    step, store = case.workflow.step(case.due), page.store
    asking = asking_of(page, case.workflow, case.fields)
    typed = so_far(form_of(case, step.number), asking, step)
    for item in handoffs(
        case, step.number, settings=store.settings, personal=store.personal, now=page.now,
        typed=typed, sender=page.person.name,
    ):  # fmt: skip
        if item.message.is_step:
            to = _to(item.mail, item.recipient.name or item.recipient.role)
            yield Shown(step, item.message.key, to, item.missing, item.mail, item.mode)


def _reminder(opened: Opened) -> Iterator[Shown]:
    """A draft to the firm where nothing is left to do but its own download."""
    case, store = opened.case, opened.page.store
    step = case.workflow.step(case.workflow.last)
    if case.state != "open" or case.due != step.number or step.party is not Party.CUSTOMER:
        return
    item = reminder(
        case, settings=store.settings, personal=store.personal, sender=opened.page.person.name
    )
    to = _to(item.mail, item.recipient.name or item.recipient.role)
    yield Shown(step, item.message.key, to, item.missing, item.mail, item.mode)


def _waiting(opened: Opened) -> Iterator[Shown]:
    """The messages that somebody still has to see to, the oldest first."""
    case, store = opened.case, opened.page.store
    own = [letter for letter in case.letters.values() if letter.waits]
    for letter in sorted(own, key=lambda item: item.called_us):
        drafted = handoffs(
            case, letter.step, settings=store.settings, personal=store.personal,
            now=opened.page.now,
        )  # fmt: skip
        step = case.workflow.step(letter.step)
        found = [item for item in drafted if item.message.key == letter.message]
        mode = store.settings.message_mode(letter.message)
        begun = store.personal([letter.text]).get(letter.text) if letter.text else None
        if begun:
            mail = Mail.loads(begun)
            yield Shown(step, letter.message, _to(mail, "nobody"), "", mail, mode, letter)
        elif found:
            mail, whom = found[0].mail, found[0].recipient
            to = _to(mail, whom.name or whom.role)
            yield Shown(step, letter.message, to, whom.missing, mail, mode, letter)
        else:
            subject = mailing.subject_of(case, letter.step, letter.message)
            why = "No longer needed, or its text was erased."
            yield Shown(
                step, letter.message, "nobody", why, Mail((), subject, ""), mode, letter
            )  # fmt: skip


def _to(mail: Mail, otherwise: str) -> str:
    told = [f"{name} <{address}>" if name else address for name, address in mail.to]
    return ", ".join(told) or otherwise


def _message(opened: Opened, item: Shown, post: Post) -> None:
    """One message: to whom, what it says, what is so, what can be done."""
    st.markdown(f"**To** {plain(item.to)}  \n**Subject** {plain(item.mail.subject)}")
    if item.missing:
        st.markdown(f":material/person_alert: {plain(item.missing)}")
    if item.mode is MessageMode.ELSEWHERE and item.letter is None:
        st.caption(MODES[item.mode])
        return
    # as high as it is: what scrolls by itself cannot be reached by the keyboard
    st.code(item.mail.body.rstrip(), language=None, wrap_lines=True)
    scope = mailing.scope_of(opened.case.case_id, item.step.number, item.key)
    if item.letter is None:
        is_step = any(message.key == item.key for message in item.step.messages)
        what = (
            (f"Sending this e-mail completes step {item.step.number}")
            if is_step
            else "Reminder, not a step"
        )
        st.caption(f"{what} · {MODES[item.mode]}")
        with st.container(horizontal=True, gap="small"):
            _hand_over(item, scope)
        return
    acting.show_refusal(scope)
    case, page = opened.case, opened.page
    click = Click(scope, page.person, page.zone, case.case_id, case.version)
    sending = Sending(click, item.step.number, item.key)
    may = may_complete(page.person, item.step)
    if item.letter.state == "sending":
        _begun(sending, item.letter, to_us(page.now), may)
        return
    _state(opened, item, item.letter)
    with st.container(horizontal=True, gap="small"):
        if post.server and not item.missing:
            message_acts.send_button(sending, may)
        _hand_over(item, scope)
        message_acts.mark_popover(sending, may)
        message_acts.drop_popover(sending, may)
    if not may:
        st.caption(f"Only {item.step.recorded_by} or a team leader can send this.")


def _hand_over(item: Shown, scope: str) -> None:
    """For a mail program: the message as a link, the appointment as a file."""
    if item.mail.addresses:
        st.link_button(
            "Open in mail program", item.mail.mailto, icon=":material/outgoing_mail:",
            key=f"{scope}-mailto",
        )  # fmt: skip
    if item.mail.calendar:
        is_off = "\r\nMETHOD:CANCEL\r\n" in item.mail.calendar
        label = "Cancellation file" if is_off else "Appointment file"
        calendar, icon = item.mail.calendar, "event_busy" if is_off else "calendar_add_on"
        cards.file(
            label, lambda: calendar, "appointment.ics", "text/calendar", f"{scope}-calendar",
            "secondary", f":material/{icon}:",
        )  # fmt: skip


def _state(opened: Opened, item: Shown, letter: Letter) -> None:
    """Where a message stands that nobody is sending at the moment."""
    zone = opened.page.zone
    if letter.state != "failed":
        st.caption(f"Step {letter.step} · {MODES[item.mode]}")
        return
    text = f"**Not sent**, {moment_words(letter.at_us, zone)}: {plain(letter.reason)}."
    if letter.again_us is not None:
        text += f" Changeover tries again after {moment_words(letter.again_us, zone)}."
    else:
        text += " Fix the problem and send it again, or send it yourself and mark it as sent."
    st.warning(text, icon=":material/error:")


def _begun(sending: Sending, letter: Letter, now_us: int, may: bool) -> None:
    """Its sending has begun, and no end of it is known (yet)."""
    since = moment_words(letter.at_us, sending.click.zone)
    if now_us < letter.at_us + SENDING_US:
        st.caption(f":material/hourglass: Sending since {since}.")
        return
    st.warning(
        f"**Delivery unknown.** Sending started {since} and no result was recorded. Ask the "
        "recipient or check the mail server’s log, then record the result. Changeover does not "
        "resend it.",
        icon=":material/help:",
    )
    with st.container(horizontal=True, gap="small"):
        message_acts.state_buttons(sending, letter, may)
