"""Today's card of the messages that wait for somebody, each leading to its case."""

import streamlit as st

from dashboard.instants import to_us
from dashboard.people import Role
from dashboard.ui import cards, handle
from dashboard.ui.navigation import CASE
from dashboard.ui.page import Page
from dashboard.ui.words import moment_words, plain
from dashboard.workflows import WORKFLOWS

MOST = 8  # lines; the rest is in the download
STATES = {
    "drafted": "to be sent manually",
    "queued": "queued for Changeover",
    "sending": "sending",
    "retrying": "not sent yet, Changeover will retry",
    "failed": "**not sent**",
    "unknown": "**delivery unknown**",
}
# What needs a person soonest stands first.
FIRST = ("unknown", "failed", "drafted", "queued", "retrying", "sending")


def messages_waiting(page: Page) -> None:
    """The card; those that nobody but a person can bring further come first."""
    asked = {key: page.filters.get(key) for key in ("workflow", "team_leader")}
    if page.person.role is Role.MEMBER and len(page.person.parties) == 1:
        [asked["party"]] = page.person.parties  # the others are not theirs to send
    table = page.store.run("messages_waiting", now=page.now, **asked)
    with st.container(border=True, key="card-messages-waiting"):
        st.subheader(f"Unsent messages ({table.num_rows})", anchor=False)
        if not table.num_rows:
            st.caption("No unsent messages.")
            return
        rows = sorted(table.to_pylist(), key=lambda row: FIRST.index(row["state"]))
        for row in rows[:MOST]:
            since = moment_words(to_us(row["called_at"]), page.zone)
            steps = WORKFLOWS[row["workflow"]].step(row["step"])
            whom = next((item.to for item in steps.every_message if item.key == row["message"]), "")
            label = (
                f"{plain(row['firm'])} :gray[to {plain(whom)}, step {row['step']}, since {since}: "
                f"{STATES[row['state']]}]"
            )
            st.page_link(CASE, label=label, query_params={"id": row["case_id"]})
        if trouble := handle.mail_trouble():
            st.caption(f":material/cloud_off: {plain(trouble)}")
        if table.num_rows > MOST:
            st.caption(f"And {table.num_rows - MOST} more.")
        cards.download(table, "messages_waiting", "download-messages-waiting")
