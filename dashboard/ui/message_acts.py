"""What can be done with a message that waits: send it, say that it was sent, let it go."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime

import streamlit as st

from dashboard import clock, commands
from dashboard.cases import Draft, Event, Letter
from dashboard.settings import MessageMode
from dashboard.ui import acting, mailing, press, when
from dashboard.ui.acting import Click, Stored
from dashboard.ui.dialogs import LONGEST_REASON

WAS_SENT, WAS_NOT_SENT = "It was sent.", "It was not sent."


@dataclass(frozen=True, slots=True)
class Sending:
    """A click at a message: the message of that key, of a complete step."""

    click: Click
    step: int
    key: str

    def input(self, name: str) -> str:
        """The key of an input; what was typed does not outlast the message's next event."""
        return f"{self.click.scope}-{name}-{self.click.version}"


def send_button(sending: Sending, may: bool) -> None:
    """Send it now."""
    press.button(
        "Send message",
        _send,
        sending,
        icon=":material/send:",
        type="primary",
        key=sending.input("send"),
        disabled=not may,
    )


def mark_popover(sending: Sending, may: bool, label: str = "Mark as sent") -> None:
    """Say that it was sent outside, and when."""
    with st.popover(
        label, icon=":material/mark_email_read:", key=sending.input("marking"), disabled=not may
    ):
        when.ask("Sent at", sending.input("at"), sending.click.zone)
        press.button(
            label,
            _mark,
            sending,
            icon=":material/check:",
            type="primary",
            key=sending.input("mark"),
            disabled=not may,
        )


def mark_all_button(click: Click, waiting: Sequence[tuple[int, str]]) -> None:
    """Say of all these messages, by step and key, that they were sent outside."""
    press.button(
        "Mark all as sent",
        _mark_all,
        click,
        tuple(waiting),
        icon=":material/done_all:",
        key=f"{click.scope}-{click.version}",
    )


def drop_popover(sending: Sending, may: bool) -> None:
    """Say that nobody needs it any more, and why."""
    with st.popover("Not needed", type="tertiary", key=sending.input("dropping"), disabled=not may):
        st.text_input("Reason", key=sending.input("reason"), max_chars=LONGEST_REASON)
        press.button(
            "Mark as not needed", _drop, sending, key=sending.input("drop"), disabled=not may
        )


def state_buttons(sending: Sending, letter: Letter, may: bool) -> None:
    """Say whether it was sent: of a step that was reopened, too."""
    if letter.is_undone:
        press.button(
            "Mark as sent",
            _let_go,
            sending,
            WAS_SENT,
            icon=":material/mark_email_read:",
            key=sending.input("mark"),
            disabled=not may,
        )
    else:
        mark_popover(sending, may, "Mark as sent")
    press.button(
        "Mark as not sent",
        _let_go if letter.is_undone else _draft,
        *((sending, WAS_NOT_SENT) if letter.is_undone else (sending,)),
        icon=":material/unsubscribe:",
        key=sending.input("unsent"),
        disabled=not may,
    )


def _send(sending: Sending) -> None:
    def confirm(stored: Stored) -> str:
        before = _letter(sending)
        if before is not None:
            mailing.send_now(sending.click, [before])
        after = _letter(sending)
        is_sent = after is not None and after.state == "sent"
        return f"**Sent:** {_name(sending)}." if is_sent else ""  # the card says why not

    acting.attempt(
        sending.click, "message_acts.send", _how(sending, str(MessageMode.SENT), "send"), confirm
    )


def _mark(sending: Sending) -> None:
    acting.attempt(
        sending.click,
        "message_acts.mark",
        _how(sending, commands.OUTSIDE, "mark", with_time=True),
        lambda _: f"**Recorded as sent:** {_name(sending)}.",
    )


def _mark_all(click: Click, waiting: tuple[tuple[int, str], ...]) -> None:
    def do() -> Stored:
        stored: list[Event | Draft] = []
        with acting.desk().bulk() as desk:
            for step, key in waiting:
                stored += commands.send_message(
                    desk, click.case_id, step, key, commands.OUTSIDE, by=click.person,
                    now=clock.now(), command_id=click.command_id("mark-all", step, key),
                )  # fmt: skip
        return stored

    acting.attempt(
        click, "message_acts.mark_all", do, lambda _: f"**{len(waiting)} recorded as sent.**"
    )


def _draft(sending: Sending) -> None:
    acting.attempt(
        sending.click,
        "message_acts.draft",
        _how(sending, str(MessageMode.DRAFTED), "unsent"),
        lambda _: f"**Back to unsent:** {_name(sending)}.",
    )


def _drop(sending: Sending) -> None:
    _let_go(sending, st.session_state.get(sending.input("reason")) or "")


def _let_go(sending: Sending, reason: str) -> None:
    click = sending.click
    acting.attempt(
        click, "message_acts.let_go",
        lambda: commands.drop_message(
            acting.desk(), click.case_id, sending.step, sending.key, reason, by=click.person,
            now=clock.now(), version=click.version, command_id=click.command_id("drop", reason),
        ),
        lambda _: f"**No longer needed:** {_name(sending)}.",
    )  # fmt: skip


def _how(
    sending: Sending, how: str, action: str, *, with_time: bool = False
) -> Callable[[], Stored]:
    """The command that says how the message goes."""
    click = sending.click

    def do() -> Stored:
        desk = acting.desk()
        at, said = _typed(sending) if with_time else (None, "")
        return commands.send_message(
            desk, click.case_id, sending.step, sending.key, how, by=click.person,
            now=clock.now(), at=at, version=click.version,
            command_id=click.command_id(action, how, said),
        )  # fmt: skip

    return do


def _typed(sending: Sending) -> tuple[datetime | None, str]:
    case = acting.desk().case(sending.click.case_id)
    record = case.records.get(sending.step)
    bounds = [record.current_us if record else None]
    said = when.said(sending.input("at"))
    return when.read(said, acting.desk().settings.calendar, bounds), said


def _letter(sending: Sending) -> Letter | None:
    return acting.desk().case(sending.click.case_id).letter(sending.step, sending.key)


def _name(sending: Sending) -> str:
    case = acting.desk().case(sending.click.case_id)
    return mailing.name_of(case, sending.step, sending.key)
