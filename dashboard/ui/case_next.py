"""From one case to the next, in the order of Today: least time left first."""

import streamlit as st

from dashboard.ui import press, shortcuts
from dashboard.ui.case_view import Opened


def case_next(opened: Opened) -> None:
    """The buttons to the case before and after this one; from one that is not listed, the first."""
    before, after = _neighbours(opened)
    with st.container(horizontal=True, gap="small", key="case-next"):
        for label, case_id, key, icon in (
            ("Previous case", before, shortcuts.PREVIOUS, "arrow_upward"),
            ("Next case", after, shortcuts.NEXT, "arrow_downward"),
        ):
            press.button(
                label,
                _go,
                case_id,
                key=f"go-{label[:4].lower()}-{opened.case.case_id}",
                type="tertiary",
                icon=f":material/{icon}:",
                shortcut=key,
                disabled=not case_id,
            )


def _neighbours(opened: Opened) -> tuple[str, str]:
    page = opened.page
    ids: list[str] = page.store.run("worklist", now=page.now)["case_id"].to_pylist()
    if opened.case.case_id not in ids:
        return "", next(iter(ids), "")
    at = ids.index(opened.case.case_id)
    return "".join(ids[at - 1 : at]), "".join(ids[at + 1 : at + 2])


def _go(case_id: str) -> None:
    st.query_params["id"] = case_id
