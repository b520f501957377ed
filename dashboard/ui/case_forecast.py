"""One case's forecast under its clock: when, how surely, what drives it, and cases like it."""

from typing import Any

import pyarrow.compute as pc
import streamlit as st

from dashboard import findings, formats
from dashboard.findings import forecast as words
from dashboard.forecast import like_cases
from dashboard.ui import definitions, forecasting, tables
from dashboard.ui.case_view import Opened
from dashboard.ui.forecasting import Forecasts
from dashboard.ui.page import Page

COLUMNS = ("whole", "submitted", "closed", "path", "tl", "case")


def case_forecast(opened: Opened) -> None:
    """What is expected of an open case; nothing of one that has ended or rests."""
    if opened.case.state != "open":
        return
    page, case_id = opened.page, opened.case.case_id
    found = forecasting.forecasts(page, case_id)
    if found is None:
        st.caption(forecasting.why_none())
        return
    row = next(iter(found.table.to_pylist()), None)
    if not row or not row["model"]:
        st.caption(words.little(found.learnt.forecaster.finished, [opened.case.workflow_key]))
        return
    promise = findings.Promise(opened.targets.day_us)
    st.markdown(f":material/online_prediction: {words.expected(row, page.zone, promise)}")
    if row["longest_minutes"] is not None:
        return  # nothing learnt drives it, and no case is like it
    with st.expander(
        "What drives this forecast, and similar cases", key=f"drivers-{case_id}", on_change="rerun"
    ) as shown:
        if shown.open:
            _explain(opened, found, row)


def _explain(opened: Opened, found: Forecasts, row: dict[str, Any]) -> None:
    page = opened.page
    promise = findings.Promise(opened.targets.day_us)
    little = words.little(found.learnt.forecaster.finished, [opened.case.workflow_key])
    st.markdown(little or words.driven(row["drivers"], promise))
    like = like_cases(page.store, page.now, found.learnt.forecaster, opened.case.case_id)
    listed = page.store.run("case_list", now=page.now, workflow=row["workflow"])
    table = listed.filter(pc.field("case_id").isin(like))
    if not table.num_rows:
        return
    order = sorted(range(table.num_rows), key=lambda n: like.index(table["case_id"][n].as_py()))
    st.markdown(
        f"**{findings.count(table.num_rows, 'similar case')}, closest first.** Each was in this "
        "step under similar conditions and had waited there at least as long."
    )
    name = f"like-{opened.case.case_id}"
    tables.cases(page, table.take(order), _row, COLUMNS, "Past cases like this one", name)
    definitions.button(forecasting.BEHIND, name, forecasting.COMPUTED)


def _row(page: Page, row: dict[str, Any]) -> dict[str, Any]:
    return {
        "whole": formats.duration(row["business_us"], row["day_us"]),
        "submitted": formats.moment(row["opened_at"], page.zone),
        "closed": formats.moment(row["closed_at"], page.zone) or row["state"],
        "path": row["path"],
        "tl": row["team_leader"] or "",
        "case": row["case_id"],
    }
