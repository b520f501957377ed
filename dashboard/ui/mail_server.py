"""The mail server of the secrets, as pages and the process that serves them know it."""

from collections.abc import Mapping
from dataclasses import dataclass
from uuid import uuid4

import streamlit as st
from streamlit.errors import StreamlitSecretNotFoundError

from dashboard import clock
from dashboard.errors import InputRefused
from dashboard.messages.courier import Courier
from dashboard.messages.server import MailServer
from dashboard.people import OURSELVES, Person, Role
from dashboard.store import Store

# Whoever asks for a message to be sent is named where it was asked for; this one carries it.
CARRIER = Person(OURSELVES, Role.ADMIN)


@dataclass(frozen=True, slots=True)
class Post:
    """The mail server, if there is one that may be used; else why not, and what to do."""

    server: MailServer | None
    why_not: str = ""


def post(store: Store) -> Post:
    """What `[smtp]` in the secrets says, for this log."""
    if store.settings.is_sample:
        return Post(None, "Sample data sends nothing: its firms are made up.")
    try:
        table = st.secrets.get("smtp")
    except StreamlitSecretNotFoundError:
        table = None
    if not isinstance(table, Mapping):
        return Post(
            None,
            "No mail server is set up. Copy the message or open it in your mail program.",
        )
    try:
        return Post(MailServer.from_table(dict(table)))
    except InputRefused as refused:
        return Post(None, str(refused))


def courier(store: Store) -> Courier | None:
    """Who empties the outbox as long as this process holds the store; None without a server.

    It has to be stopped before the store is closed.
    """
    server = post(store).server
    if server is None:
        return None
    started = Courier(store, server, by=CARRIER, clock=clock.now, claim=str(uuid4()))
    started.start()
    return started
