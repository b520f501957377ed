"""The parts of the Forecast page: who is at risk, what comes, how good forecasts have been."""

from typing import Any

import pyarrow as pa
import pyarrow.compute as pc
import streamlit as st

from dashboard import charts, clock, formats
from dashboard.commands.forecasts import STREAM
from dashboard.errors import InputRefused
from dashboard.figures.figure import Scope
from dashboard.figures.listed import step_words
from dashboard.findings import forecast as words
from dashboard.findings.outlook import marked
from dashboard.forecast import expected_days
from dashboard.forecasting import keep
from dashboard.instants import to_datetime
from dashboard.ui import acting, cards, forecasting, handle, press, tables
from dashboard.ui.acting import Click
from dashboard.ui.forecast_rows import day_rows, month_rows, record_lines
from dashboard.ui.forecasting import Forecasts
from dashboard.ui.page import Page

COLUMNS = ("risk", "state", "expected", "range", "risk_target", "step", "path", "tl", "case")
KEPT = ("case_id", "firm", "path", "timing", "step", "step_label", "team_leader", "p10", "p50",
        "p90", "p_miss_target", "p_miss_limit", "outlook", "limit_at", "model")  # fmt: skip
SCOPE = "forecast-store"


def forecast(page: Page) -> None:
    """All of the page that needs a forecast, or why there is none."""
    found = forecasting.forecasts(page)
    if found is None:
        st.info(forecasting.why_none(), icon=":material/hourglass_top:")
        if handle.learner().learnt is None:
            forecasting.wait()
        return
    if said := forecasting.little(page, found):
        st.info(said, icon=":material/help:")
    cases = forecasting.open_cases(page, found)
    if not cases.num_rows:
        _nothing(page)
    else:
        # a filter narrows what is due as well
        shown = cases["case_id"].to_pylist()
        days = expected_days(page.store, page.now, found.table, cases=shown)
        _figures(cases, days)
        _at_risk(page, cases)
        _days(cases, days)
    _record(page, found)


def _nothing(page: Page) -> None:
    if any(page.filters.get(name) for name in ("workflow", "team_leader")):
        cards.empty("filter_alt_off", "No open cases match these filters", "Clear the filters.")
    else:
        cards.empty("inbox", "No open cases", "Open one on New case.")


def _ahead(cases: pa.Table) -> list[float | None]:
    """The chances of those that have not missed their limit yet, nor are delivered."""
    return cases.filter(pc.field("timing").isin(["on time", "at risk"]))["p_miss_limit"].to_pylist()


def _late(cases: pa.Table) -> int:
    return cases.filter(pc.field("timing") == "late").num_rows


def _delivered(cases: pa.Table) -> int:
    return cases.filter(pc.field("timing") == "delivered").num_rows


def _figures(cases: pa.Table, days: pa.Table) -> None:
    shares = _ahead(cases)
    late = _late(cases)
    known = [share for share in shares if share is not None]
    week = days.slice(0, 5).to_pylist()
    cards.figure_row(
        (
            "Open cases",
            cases.num_rows,
            f"▲{late} overdue" if late else "none overdue",
        ),
        (
            "Will miss the SLA",
            f"{sum(known):.1f}" if known else "–",
            f"of the {len(known)} others" if late else "of them",
        ),
        (
            "More likely late than not",
            sum(share > 0.5 for share in known),
            "not overdue yet",
        ),
        (
            "Done in 5 business days",
            f"{sum(row['expected'] for row in week):.1f}",
            f"{sum(row['due_limit'] for row in week)} due by then",
        ),
        key="forecast-figures",
        figures=forecasting.BEHIND,
        more=f"{forecasting.COMPUTED} The number of cases is the sum of their chances.",
    )


def _at_risk(page: Page, table: pa.Table) -> None:
    ahead = _ahead(table)
    found = words.at_risk(_late(table), ahead, _delivered(table))
    with cards.card(
        "Open cases by chance of missing the SLA",
        found,
        "The chance of missing the SLA from what is known now, and when half, 10%, and 90% of "
        "such cases would be completed. A case that has been in its step longer than any completed "
        "one is extrapolated. Excludes withdrawn cases. Click a firm to open its case.",
        "risk",
        forecasting.BEHIND,
        forecasting.COMPUTED,
    ):
        tables.cases(page, table, _row, COLUMNS, "Open cases, most at risk first", "at-risk")
        cards.download(table.select(KEPT), "forecast", "download-forecast")


def _row(page: Page, row: dict[str, Any]) -> dict[str, Any]:
    is_delivered = row["timing"] == "delivered"
    instants = [formats.moment(row[name], page.zone) for name in ("p10", "p50", "p90")]
    return {
        "risk": None if is_delivered else words.hundredths(row["p_miss_limit"]),
        "state": [marked(row["timing"], row.get("p_miss_limit"))],
        "expected": instants[1] or "not known",
        "range": words.between(instants[0], instants[2], row["longest_minutes"]),
        "risk_target": "" if is_delivered else words.chance(row["p_miss_target"]),
        "step": step_words(row),
        "path": row["path"],
        "tl": row["team_leader"] or "",
        "case": row["case_id"],
    }  # fmt: skip


def _days(cases: pa.Table, table: pa.Table) -> None:
    unknown = cases["p50"].null_count
    said = words.coming_days(table, cases.num_rows - unknown, unknown)
    with cards.card(
        "Expected completions",
        said,
        "Bars: expected completions of the cases open now. Line: the range from chance alone in "
        "95 of 100 such weeks. Marks: targets and SLA due times on that day. Cases opened later "
        "are not included, so later days will see more.",
        "forecast-days",
        forecasting.BEHIND,
        f"{forecasting.COMPUTED} A day’s bar is the sum of the chances that each case is completed "
        "on it.",
    ):
        if table.num_rows:
            alt = cards.alt("Expected completions per day for two weeks, against those due", said)
            cards.chart(day_rows(table), charts.COMING_DAYS, alt, "forecast-days")
            cards.download(table, "expected", "download-expected")


def _record(page: Page, found: Forecasts) -> None:
    promise = Scope(page.store, page.now).promise
    record = found.learnt.record
    said = words.record(record, promise)
    learnt = found.learnt.forecaster
    with cards.card(
        "Forecast accuracy",
        said,
        f"Each month is forecast from what was known before it began, by each model in turn. Saved "
        "forecasts replace these on their days. Both paths and all team leaders. Open cases count "
        "as far as they went (censored). Error: from the middle of the range to the finish, in "
        "business time. Intervals: 95 of 100 draws of the cases. In use since "
        f"{formats.moment(learnt.learnt_at, page.zone)}: "
        f"{forecasting.model_words(learnt.chosen)}.",
        "forecast-record",
        f"forecast_finished {forecasting.BEHIND}",
        f"{forecasting.COMPUTED} The trial forecasts each past month from what was known "
        "before it.",
    ):
        if record.num_rows:
            rows = month_rows(record, promise)
            alt = cards.alt("Mean error of forecasts by month of issue", said)
            cards.chart(rows, charts.RECORD, alt, "forecast-record")
            with st.expander("By month, with ranges", key="forecast-months"):
                st.table(
                    record_lines(record, promise), border="horizontal", hide_index=True,
                    alt="Error, coverage and width of forecasts by month of issue",
                )  # fmt: skip
            cards.download(record, "forecast_record", "download-record")
        _store(page)


def _store(page: Page) -> None:
    """The button that keeps what is forecast now, and since when that was done last."""
    held = page.store.stream(STREAM)
    last = held[-1] if held else None
    when = formats.moment(to_datetime(last.data["as_of_us"]), page.zone) if last else ""
    acting.show_refusal(SCOPE)
    with st.container(horizontal=True, vertical_alignment="center", gap="small"):
        press.button(
            "Save forecast",
            _store_now,
            page,
            icon=":material/bookmark_add:",
            key="store-forecast",
            disabled=not page.person.leads,
            help="Keeps the forecast for each open case so that it can be checked later.",
        )
        st.caption(
            f"Saved {len(held):,} times, last for {when}." if last else "No forecast saved yet."
        )


def _store_now(page: Page) -> None:
    click = Click(SCOPE, page.person, page.zone, version=page.store.version(STREAM))

    def do() -> acting.Stored:
        store, learnt = acting.desk(), handle.learner().learnt
        if learnt is None:
            raise InputRefused(
                "The forecast was not saved: the model is still learning. Try again in a minute."
            )
        now = max(clock.now(), to_datetime(store.log.last_recorded_us()))
        return keep(
            store, learnt.forecaster, by=page.person, now=now, command_id=click.command_id("store")
        )

    acting.attempt(click, "forecast.store_now", do, lambda _: "**Forecast saved.**")
