"""The section of month end and planning, and that of the messages."""

import streamlit as st

from dashboard import clock, commands
from dashboard.messages.courier import EVERY_SECONDS
from dashboard.settings import MessageMode
from dashboard.ui import acting, handle, mail_server, settings_form
from dashboard.ui.page import Page
from dashboard.ui.settings_form import Edit
from dashboard.ui.words import plain
from dashboard.workflows import WORKFLOWS, Message

MODES = {
    MessageMode.SENT: "Changeover",
    MessageMode.DRAFTED: "A person",
    MessageMode.ELSEWHERE: "Elsewhere",
}


def planning_section(page: Page) -> None:
    """The month-end window, how many appointments are held at once, how long a session lasts."""
    settings = page.store.settings
    held = (*settings.window, settings.appointments_at_once, settings.session_hours)
    edit = settings_form.begin(page, "planning", held)
    with st.container(border=True, key="card-planning", gap="small"):
        st.subheader("Month end", anchor=False)
        st.caption(
            "The window counts business days before the month’s last one: 2 to 0, then −1 for the "
            "first business day of the next month."
        )
        with st.grid(2, min_column_width=150, gap="small", width=420) as grid:
            with grid.cell():
                first = _whole(edit, "From", edit.began[0], 0, 17)
            with grid.cell():
                last = _whole(edit, "To", edit.began[1], -5, 0)
    with st.container(border=True, key="card-limits", gap="small"):
        st.subheader("Appointments and sessions", anchor=False)
        with st.grid(2, min_column_width=250, gap="small", width=620) as grid:
            with grid.cell():
                at_once = _whole(
                    edit, "Appointments CitrixPortalTech can hold at once", edit.began[2], 1, 1000
                )
            with grid.cell():
                hours = _whole(edit, "Hours until users must sign in again", edit.began[3], 1, 168)
    typed = (first, last, at_once, hours)
    settings_form.heed_others(edit, held, is_touched=typed != edit.began)
    settings_form.save(
        edit, "Save planning",
        lambda click: commands.change_planning(
            acting.desk(), window=(first, last), appointments_at_once=at_once, session_hours=hours,
            by=click.person, now=clock.now(), version=click.version,
            command_id=click.command_id("save", typed),
        ),
        "**Planning saved.**", ready=typed != edit.began,
    )  # fmt: skip


def _whole(edit: Edit, label: str, value: int, least: int, most: int) -> int:
    typed = st.number_input(
        label, least, most, value, 1, key=edit.key(label), disabled=edit.is_locked,
        persist_state="session",
    )  # fmt: skip
    return int(typed)


def messages_section(page: Page) -> None:
    """Who sends each message."""
    settings, messages = page.store.settings, _messages()
    held = {key: settings.message_mode(key) for key in messages}
    edit = settings_form.begin(page, "messages", held)
    st.caption(
        "Who sends each message. *Changeover*: through the mail server under [smtp] in "
        "secrets.toml; without one, the message stays unsent. *A person*: drafted for someone to "
        "send. *Elsewhere*: another system already sends it."
    )
    _mail_server(page)
    typed: dict[str, MessageMode] = {}
    with st.container(border=True, key="card-messages", gap="small"):
        for key, (message, where) in messages.items():
            with st.grid(2, min_column_width=280, gap="small", key=f"message-{key}") as grid:
                with grid.cell():
                    st.markdown(f"**{_subject(message)}**  \n:small[to {message.to} · {where}]")
                with grid.cell():
                    chosen = st.segmented_control(
                        f"{_subject(message)}: who sends it", list(MODES), required=True,
                        default=edit.began[key], key=edit.key(key), disabled=edit.is_locked,
                        label_visibility="collapsed", persist_state="session",
                        format_func=MODES.__getitem__,
                    )  # fmt: skip
            typed[key] = MessageMode(chosen or edit.began[key])
    settings_form.heed_others(edit, held, is_touched=typed != edit.began)
    settings_form.save(
        edit, "Save senders",
        lambda click: commands.change_messages(
            acting.desk(), typed, by=click.person, now=clock.now(), version=click.version,
            command_id=click.command_id("save", typed),
        ),
        "**Message senders saved.**", ready=typed != edit.began,
    )  # fmt: skip


def _mail_server(page: Page) -> None:
    """Whether what Changeover is to send goes out."""
    found, trouble = mail_server.post(page.store), handle.mail_trouble()
    if trouble or found.server is None:
        st.caption(f":material/cloud_off: {plain(trouble or found.why_not)}")
        return
    st.caption(
        f":material/outgoing_mail: Unsent messages go out through {plain(found.server.host)} "
        f"within {EVERY_SECONDS} seconds, with retries if needed."
    )


def _messages() -> dict[str, tuple[Message, str]]:
    """Every message once, by its key, with the steps that call for it."""
    found: dict[str, tuple[Message, list[str]]] = {}
    for path in WORKFLOWS.values():
        for step in path.steps:
            for message in step.every_message:
                where = found.setdefault(message.key, (message, []))[1]
                where.append(f"{path.short} step {step.number}")
    return {key: (message, ", ".join(where)) for key, (message, where) in found.items()}


def _subject(message: Message) -> str:
    text = message.subject
    return text[0].upper() + text[1:]
