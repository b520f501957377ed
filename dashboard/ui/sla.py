"""The parts of the SLA report: which month, its figures, its breaches, what they rest on."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

import pyarrow as pa
import streamlit as st

from dashboard import findings, formats, metrics
from dashboard.findings import Promise
from dashboard.formats import FEWEST, percent
from dashboard.instants import to_us
from dashboard.ui import cards, handle, tables
from dashboard.ui.page import Page
from dashboard.ui.words import plain
from dashboard.workflows import WORKFLOWS

Row = Mapping[str, Any]
FEW = "few cases"  # in place of a percentile


@dataclass(frozen=True, slots=True)
class Report:
    """A month's cases and their counts, and those of the month before."""

    month: date
    cases: pa.Table
    counts: list[Row]
    before: dict[tuple[str, str], Row]
    promise: Promise
    is_over: bool

    @property
    def name(self) -> str:
        """The month as a heading says it."""
        return f"{self.month:%B %Y}"


def report(page: Page) -> Report | None:
    """Let the reader choose a month and give its report; None and a word if there is no case."""
    weeks = handle.figure(page.store, page.now, metrics.throughput, {})
    if not weeks.num_rows:
        cards.empty(
            "description", "There is nothing to report yet",
            "Open a case on New case, or import a team leader’s tracker sheet on Today.",
        )  # fmt: skip
        return None
    first = weeks["week"][0].as_py().replace(day=1)
    months = _months(first, page.today)
    names = {f"{month:%B %Y}": month for month in months}
    with st.container(horizontal=True, vertical_alignment="center", gap="small", key="sla-row"):
        chosen = st.selectbox(
            "Month", list(names), index=min(1, len(names) - 1), key="month", bind="query-params",
            label_visibility="collapsed", icon=":material/calendar_month:", width=190,
        )  # fmt: skip
        month = names[chosen]
        cases = _cases(page, month)
        name = f"sla_{month:%Y-%m}"
        cards.download(
            metrics.stamped(cases, page.store, page.now), name, "download-sla", "Cases as CSV"
        )
    before = metrics.sla_summary(_cases(page, _before(month))).to_pylist()
    asked = findings.promised(page.store.settings, page.filters.get("workflow"), to_us(page.now))
    return Report(
        month,
        cases,
        metrics.sla_summary(cases).to_pylist(),
        {(row["part"], row["name"]): row for row in before},
        asked,
        page.today >= (month + timedelta(31)).replace(day=1),
    )


def _months(first: date, today: date) -> list[date]:
    """Every month up to today's, the newest first."""
    months = [today.replace(day=1)]
    while months[-1] > first:
        months.append(_before(months[-1]))
    return months


def _before(month: date) -> date:
    return (month - timedelta(1)).replace(day=1)


def _cases(page: Page, month: date) -> pa.Table:
    asked = {**page.filters, "month": f"{month:%Y-%m}"}
    return handle.figure(page.store, page.now, metrics.sla_cases, asked)


def figures(report: Report) -> None:
    """Four figures against the month before."""
    now, before = report.counts[0], report.before["all", ""]
    limit = report.promise.limit_words
    by_date = "within_limit_by_date"
    cards.figure_row(
        ("Completed", f"{now['n']:,}", f"{before['n']:,} the month before"),
        (f"Within {limit}, exact", _kept(now, "within_limit"),
         _change("within_limit", now, before)),
        ("Within, by date", _kept(now, by_date), _change(by_date, now, before)),
        ("Open and late", f"{now['open_late']:,}",
         "at the month’s end" if report.is_over else "now"),
    )  # fmt: skip


def _kept(row: Row, name: str) -> str:
    return percent(row[name] / row["n"]) if row["n"] else "–"


def _change(name: str, now: Row, before: Row) -> str:
    if min(now["n"], before["n"]) < FEWEST:
        return f"under {FEWEST} cases" if now["n"] else "no case"
    points = round(100 * now[name] / now["n"]) - round(100 * before[name] / before["n"])
    return f"{abs(points)} points {'higher' if points > 0 else 'lower'}" if points else "as before"


def summary(report: Report) -> None:
    """Attainment and percentiles of all cases, by path and by team leader."""
    shown = pa.Table.from_pylist([_summary_row(report, row) for row in report.counts])
    with cards.card(
        f"Was the promise kept in {report.name}?",
        _finding(report),
        f"Completed cases. Exact: business time within {report.promise.target_words} and "
        f"{report.promise.limit_words}. By date: done by the end of the third business date after "
        f"the date of submission. Percentiles only of {FEWEST} cases or more.",
        "summary",
    ):
        st.dataframe(
            shown, hide_index=True, row_height=tables.ROW_PX, placeholder="",
            column_config={"Cases of": st.column_config.TextColumn(pinned=True, width=150)},
            height=tables.HEAD_PX + tables.ROW_PX * shown.num_rows + 2, key="summary",
            alt="Attainment and percentiles by path and team leader",
        )  # fmt: skip
        cards.download(shown, f"sla_summary_{report.month:%Y-%m}", "download-summary")


def _finding(report: Report) -> str:
    row, before = report.counts[0], report.before["all", ""]
    if not row["n"]:
        return f"No case was completed in {report.name}."
    text = (
        f"**{_kept(row, 'within_limit')}** of {findings.count(row['n'], 'completed case')} kept "
        f"the limit, {_kept(row, 'within_limit_by_date')} by date."
    )
    if before["n"]:
        text += f" The month before: {_kept(before, 'within_limit')} of {before['n']:,}."
    return text if row["n"] >= FEWEST else f"{text} So few cases say little."


def _summary_row(report: Report, row: Row) -> dict[str, Any]:
    name = {"all": "All", "workflow": _path_name(row["name"])}.get(row["part"], row["name"])
    before = report.before.get((row["part"], row["name"]))
    target, limit = report.promise.target_words, report.promise.limit_words
    return {
        "Cases of": name or "no team leader",
        "Completed": f"{row['n']:,}",
        f"Within {target}": _kept(row, "within_target"),
        f"Within {limit}": _kept(row, "within_limit"),
        "By date": _kept(row, "within_limit_by_date"),
        "Month before": f"{_kept(before, 'within_limit')} of {before['n']}" if before else "–",
        "Half within": _within(report, row, "p50_minutes"),
        "85 of 100": _within(report, row, "p85_minutes"),
        "95 of 100": _within(report, row, "p95_minutes"),
        "Open and late": f"{row['open_late']:,}",
    }


def _path_name(key: str) -> str:
    return WORKFLOWS[key].short if key in WORKFLOWS else key


def _within(report: Report, row: Row, name: str) -> str:
    return report.promise.minutes(row[name]) if row["n"] >= FEWEST else FEW


def definitions(page: Page, report: Report) -> None:
    """What the words mean, and what has to be known to make the same report again."""
    head, zone = page.store.head(), page.zone
    asked = report.promise
    filters = [
        WORKFLOWS[page.filters["workflow"]].label if page.filters.get("workflow") else "both paths",
        page.filters.get("team_leader") or "all team leaders",
    ]
    state = "" if report.is_over else f" {report.name} is not over: the figures will change."
    with st.container(border=True, key="card-definitions", gap="xsmall"):
        st.subheader("What this rests on", anchor=False)
        st.markdown("\n".join(f"- **{word}**: {text}" for word, text in _definitions(asked)))
        st.caption(
            f"{report.name}, {plain(', '.join(filters))}. As of "
            f"{formats.moment(page.now, zone)} {page.now.year}, {formats.city(zone)}.{state} "
            f"Log position {head.position:,}, hash `{head.hash}`."
        )


def _definitions(asked: Promise) -> list[tuple[str, str]]:
    hours = formats.duration(asked.day_us, day_us=10 * asked.day_us)
    return [
        (
            "Clock",
            "business time from the submission of the form to the completion of the last step, "
            f"without a pause. A business day has {hours}.",
        ),
        (
            "Target and limit",
            f"{asked.target_words} and {asked.limit_words}, as in force when the case was opened; "
            "exactly as long is in time.",
        ),
        (
            "By date",
            "done by the end of the third business date after the local date of submission.",
        ),
        (
            "Open and late",
            "not completed and over the limit at the month’s end, or now if it is not over. They "
            "are no part of the completed cases. Withdrawn cases are left out.",
        ),
        ("Percentiles", "interpolated linearly between completed cases."),
    ]
