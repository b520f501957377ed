"""Why a case missed its limit: a reason from the list, and what else is to be said."""

import streamlit as st

from dashboard import clock, commands
from dashboard.commands import BREACH_REASONS
from dashboard.ui import acting, drafts, guard, press
from dashboard.ui.acting import Click
from dashboard.ui.case_view import Opened
from dashboard.ui.dialogs import LONGEST_REASON, attempt, click_of, close, leave_if_done

EXPLAIN = "Explain the missed SLA"


@guard.dialog(EXPLAIN, on_dismiss=close)
def explain(opened: Opened) -> None:
    """Ask for the reason; the SLA report shows it beside the case."""
    leave_if_done()
    click = click_of(opened, "explain")
    st.markdown("The SLA report shows this beside the case.")
    acting.show_refusal(click.scope)
    with drafts.form(click):
        drafts.watch({f"{click.scope}-reason": None, f"{click.scope}-comment": ""})
        st.selectbox(
            "Reason", BREACH_REASONS, None, key=f"{click.scope}-reason",
            placeholder="Choose the best match", persist_state="session",
        )  # fmt: skip
        st.text_area(
            "Comment (optional)", key=f"{click.scope}-comment", max_chars=LONGEST_REASON,
            height=90, persist_state="session",
        )  # fmt: skip
    drafts.line(click)
    press.button(EXPLAIN, _do_explain, click, type="primary", key="explain-breach")


def _do_explain(click: Click) -> None:
    given = [st.session_state.get(f"{click.scope}-{name}") or "" for name in ("reason", "comment")]
    attempt(
        click, "case_explain.explain",
        lambda: commands.explain_breach(
            acting.desk(), click.case_id, *given, by=click.person, now=clock.now(),
            command_id=click.command_id("explain", given),
        ),
        "**Reason saved.** The SLA report shows it.",
    )  # fmt: skip
