"""The section of notices: post one, end one, see what is in force; and that of feedback."""

from datetime import timedelta
from typing import Any

import pyarrow as pa
import streamlit as st

from dashboard import clock, commands, formats
from dashboard.commands import NoticeKind
from dashboard.commands.notices import LONGEST_NOTICE
from dashboard.locales import input_format
from dashboard.people import Role
from dashboard.ui import acting, cards, settings_form
from dashboard.ui.page import Page
from dashboard.ui.settings_form import Edit
from dashboard.ui.words import day_text, paragraphs, plain

KINDS = {
    NoticeKind.NOTICE: "Notice",
    NoticeKind.ALERT: "Alert",
    NoticeKind.HOT_TOPIC: "Hot topic",
}
WEEK = timedelta(days=7)


def notices_section(page: Page) -> None:
    """What everybody is shown, and until when."""
    edit = settings_form.begin(page, "notices", None, "notices")
    left, right = st.columns(2, gap="medium")
    rows = page.store.run("notices", now=page.now).to_pylist()
    with left:
        if not edit.is_locked:
            _post(edit)
        else:
            _list(edit, "Current", [row for row in rows if row["in_force"]])
    with right:
        if not edit.is_locked:
            _list(edit, "Current", [row for row in rows if row["in_force"]])
        coming = [row for row in rows if page.now < row["begins_at"] < row["ends_at"]]
        over = [row for row in rows if row["ends_at"] <= page.now]
        if coming:
            _list(edit, "Upcoming", coming)
        if over:
            _list(edit, "Past", over, is_over=True)


def _post(edit: Edit) -> None:
    today = edit.page.today
    with st.container(border=True, key="card-post", gap="small"):
        st.subheader("Post a notice", anchor=False)
        kind = st.segmented_control(
            "Kind", list(KINDS), default=NoticeKind.NOTICE, required=True, key=edit.key("kind"),
            format_func=KINDS.__getitem__, persist_state="session",
            help="Notices and alerts appear at the top of every page, hot topics in the Guide.",
        )  # fmt: skip
        said = st.text_area(
            "Text", key=edit.key("text"), max_chars=LONGEST_NOTICE, height=110,
            persist_state="session",
        )  # fmt: skip
        with st.container(horizontal=True):
            first = st.date_input(
                "First day", today, key=edit.key("first"), format=input_format(), width=150,
                persist_state="session",
            )  # fmt: skip
            last = st.date_input(
                "Last day", today + WEEK, key=edit.key("last"), format=input_format(), width=150,
                persist_state="session",
            )  # fmt: skip
        settings_form.save(
            edit, "Post notice",
            lambda click: commands.post_notice(
                acting.desk(), said or "", last, kind=kind or NoticeKind.NOTICE, first_date=first,
                by=click.person, now=clock.now(),
                command_id=click.command_id("post", said, kind, first, last),
            ),
            f"**Notice posted**, until {day_text(last)}.", icon=":material/campaign:",
            is_unsaved=bool(said),
        )  # fmt: skip


def _list(
    edit: Edit, title: str, rows: list[dict[str, Any]], *, is_over: bool = False
) -> None:  # fmt: skip
    with st.container(border=True, key=f"card-{title.lower().replace(' ', '-')}", gap="small"):
        st.subheader(f"{title} ({len(rows)})", anchor=False)
        if not rows:
            st.caption("None.")
        for row in rows:
            with st.container(gap="xxsmall"):
                st.markdown(f":gray-badge[{KINDS[row['kind']]}] {paragraphs(row['text'])}")
                st.caption(_dates(row))
                if not is_over:
                    _end(edit, row["notice"])


def _dates(row: dict[str, Any]) -> str:
    text = f"{day_text(row['first_date'])} to {day_text(row['last_date'])}"
    text += f", posted by {plain(row['posted_by'])}"
    return text + (f", ended by {plain(row['ended_by'])}" if row["ended_by"] else "")


def _end(edit: Edit, notice: int) -> None:
    settings_form.act(
        edit, "End notice", f"end-{notice}",
        lambda click: commands.end_notice(
            acting.desk(), notice, by=click.person, now=clock.now(),
            command_id=click.command_id("end", notice),
        ),
        "**Notice ended.**", look="tertiary",
    )  # fmt: skip


def feedback_section(page: Page) -> None:
    """What people said, the newest first: for administrators."""
    if page.person.role is not Role.ADMIN:
        st.caption(":material/lock: Only administrators can read feedback.")
        return
    table = page.store.run("feedback", now=page.now)
    if not table.num_rows:
        cards.empty("forum", "No feedback yet", "The feedback form is at the top of every page.")
        return
    rows = table.to_pylist()
    contacts = page.store.personal([row["contact"] for row in rows if row["contact"]])
    shown = pa.Table.from_pylist(
        [
            {
                "When": formats.moment(row["left_at"], page.zone),
                "Who": row["actor"],
                "Page": row["page"],
                "What": row["text"],
                "Contact": contacts.get(row["contact"], ""),
            }
            for row in rows
        ]
    )
    for row in shown.to_pylist():
        with st.container(border=True, gap="xxsmall"):
            st.markdown(paragraphs(row["What"]))
            about = [row[name] for name in ("When", "Who", "Page", "Contact") if row[name]]
            st.caption(" · ".join(plain(text) for text in about))
    cards.download(shown, "feedback", "download-feedback")
