"""The parts of the SLA report page: its figures, its counts, what it rests on."""

from typing import Any

import pyarrow as pa
import streamlit as st

from dashboard import reports
from dashboard.charts import spec
from dashboard.figures import kept
from dashboard.findings.words import capital
from dashboard.formats import FEWEST
from dashboard.reports import Asked, Report, texts
from dashboard.reports import definitions as said_of
from dashboard.store import View
from dashboard.ui import cards, handle, sla_changes, sla_files, tables
from dashboard.ui.page import Page
from dashboard.ui.sla_choice import Choice, choose
from dashboard.ui.words import paragraphs, plain

Row = texts.Row


def report(page: Page) -> Report | None:
    """Let the reader choose a report and give it; None and a word if it would have no case."""
    choice = choose(page)
    if choice is None:
        return None
    found = _of(choice)
    if not found.cases.num_rows:
        cards.empty(
            "description", f"No cases in {found.name}",
            f"No cases for {choice.asked.words} were completed, or open and overdue. Choose "
            "another period, wider filters, or a later time.",
        )  # fmt: skip
        return None
    found = sla_changes.compared(page, choice, found)
    sla_files.offer(page, found)
    return found


def _of(choice: Choice) -> Report:
    head = choice.view.head()
    return _report_of(choice.view, choice.asked, (repr(choice.asked), head.hash))


@handle.by_key(40)
def _report_of(view: View, asked: Asked, _key: tuple[str, ...]) -> Report:
    return reports.make(view, asked)


def figures(report: Report) -> None:
    """Five figures against the period before."""
    cards.figure_row(
        *texts.figures(report), figures="sla_cases withdrawn_cases rejected_rows",
        more="The shares and percentiles are those of the completed cases that sla_cases lists.",
    )  # fmt: skip
    st.caption(texts.beside(report))


def development(report: Report) -> None:
    """Attainment month by month, up to the period."""
    rows = kept.rows_of(report.months)
    if not rows.num_rows:
        return
    found = texts.finding(report)
    with cards.card(
        "SLA trend",
        "",
        "Completed cases by month, on the customer’s clock. Bar: within target and SLA. Dash: on "
        f"time by date. Pale: under {FEWEST} cases.",
        "development",
        "attainment",
    ):
        alt = cards.alt("Share of completed cases within target and SLA, by month", found)
        cards.chart(rows, spec(kept.chart), alt, "development")


def summary(report: Report) -> None:
    """Attainment and percentiles of all cases, by path and by team leader."""
    shown = pa.Table.from_pylist([_summary_row(report, row) for row in report.counts])
    with cards.card(
        f"SLA results for {report.name}",
        texts.finding(report),
        f"Completed cases. {texts.exact(report)} On time by date: done by the end of as many "
        "business dates after the date of submission as the case’s SLA has days. Our clock "
        f"excludes the customer’s turns. Percentiles need {FEWEST} or more cases.",
        "summary",
        "sla_cases",
    ):
        st.dataframe(
            shown, hide_index=True, row_height=tables.ROW_PX, placeholder="",
            column_config={"Cases of": st.column_config.TextColumn(pinned=True, width=150)},
            height=tables.HEAD_PX + tables.ROW_PX * shown.num_rows + 2, key="summary",
            alt="SLA results and percentiles by path and team leader",
        )  # fmt: skip
        cards.download(shown, f"sla_summary_{report.asked.period.key}", "download-summary")


def _summary_row(report: Report, row: Row) -> dict[str, Any]:
    target, limit = report.promise.within_target, report.promise.within
    return {
        "Cases of": texts.part_name(row),
        "Completed": f"{row['n']:,}",
        capital(target): texts.share(row, "within_target"),
        capital(limit): texts.share(row, "within_limit"),
        "On time by date": texts.share(row, "within_limit_by_date"),
        f"Ours {target}": texts.share(row, "within_target_ours"),
        f"Ours {limit}": texts.share(row, "within_limit_ours"),
        "Ours on time by date": texts.share(row, "within_limit_by_date_ours"),
        f"{report.asked.period.kind.capitalize()} before": texts.before(report, row),
        "Median": texts.within(report, row, "p50_minutes"),
        "85th percentile": texts.within(report, row, "p85_minutes"),
        "95th percentile": texts.within(report, row, "p95_minutes"),
        "Open and overdue": f"{row['open_late']:,}",
        "Reopened": f"{row['is_reopened']:,}",
        "Imported": f"{row['is_imported']:,}",
        "Resting on dates": f"{row['is_on_dates']:,}",
        "Undecided by dates": f"{row['is_undecided']:,}",
    }


def definitions(report: Report) -> None:
    """What the words mean, and what has to be known to make the same report again."""
    with st.container(border=True, key="card-definitions", gap="xsmall"):
        st.subheader("Definitions", anchor=False)
        said = (f"- **{word}**: {paragraphs(text)}" for word, text in said_of.definitions(report))
        st.markdown("\n".join(said))
        origins = "  \n".join(
            f"{word}: {f'`{text}`' if word == 'Log hash' else plain(text)}"
            for word, text in said_of.origins(report)
        )
        st.caption(origins)
