"""Trial licences: what was answered on New case, and what each product's trial cannot do."""

from collections.abc import Collection, Iterable

import streamlit as st

from dashboard.cases import Case
from dashboard.catalogue import Product
from dashboard.ui.words import plain
from dashboard.workflows import Step


def answer(case: Case, step: Step, catalogue: Iterable[Product]) -> None:
    """On a step that asks for it: the answer, with the limitations of the case's products."""
    if not step.shows_trials:
        return
    said = case.fields.get("trial_licences") or "not asked"
    st.markdown(f"Trial licenses: **{plain(said)}**.")
    limitations(catalogue, case.fields.get(case.workflow.products_field) or ())


def limitations(catalogue: Iterable[Product], names: Collection[str] = ()) -> None:
    """What the trials of these products cannot do (of all, without names), as far as entered."""
    lines = [
        f"{plain(item.name)}: {plain(item.limitation)}"
        for item in catalogue
        if item.limitation and (not names or item.name in names)
    ]
    if lines:
        st.caption("Trial limitations. " + " · ".join(lines))
