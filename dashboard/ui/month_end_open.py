"""Month end, forward: which of the open cases will be completed by its last close."""

from typing import Any

from dashboard import formats
from dashboard.figures.listed import step_words
from dashboard.figures.safe_hours import SAFE_HOURS
from dashboard.findings import forecast as words
from dashboard.findings.outlook import marked
from dashboard.forecast import done_by
from dashboard.ui import cards, figure_card, forecasting, tables
from dashboard.ui.page import Page

COLUMNS = ("by_then", "expected", "range", "state", "step", "path", "tl", "case")
KEPT = ("case_id", "firm", "path", "timing", "step", "step_label", "team_leader", "p10", "p50",
        "p90", "p_done")  # fmt: skip
TITLE = "Open cases by chance of finishing by month end"


def meeting(page: Page) -> None:
    """The open cases with their chance of being completed by month end, the least likely first."""
    hours = SAFE_HOURS.table_of(figure_card.scope_of(page, SAFE_HOURS))
    found = forecasting.forecasts(page)
    if found is None or not hours.num_rows:
        said = "" if found else forecasting.why_none()
        with cards.card(TITLE, said, "", "meeting", forecasting.BEHIND, forecasting.COMPUTED):
            return
    closes = min(hours["closes_at"].to_pylist())
    done = done_by(page.store, page.now, found.table, closes)
    table = found.with_each(forecasting.open_cases(page, found), "p_done", done).sort_by("p_done")
    with cards.card(
        TITLE,
        words.by_month_end(table["p_done"].to_pylist(), closes, page.zone),
        "From what is known of each case now, whatever period is selected above. Excludes "
        "withdrawn cases. Click a firm to open its case.",
        "meeting",
        forecasting.BEHIND,
        forecasting.COMPUTED,
    ):
        if table.num_rows:
            tables.cases(page, table, _row, COLUMNS, "Open cases, least likely first", "meet")
            cards.download(table.select(KEPT), "month_end_open", "download-meeting")


def _row(page: Page, row: dict[str, Any]) -> dict[str, Any]:
    first, middle, last = (formats.moment(row[name], page.zone) for name in ("p10", "p50", "p90"))
    return {
        "by_then": words.hundredths(row["p_done"]),
        "expected": middle or "not known",
        "range": f"{first} – {last}" if first else "",
        "state": [marked(row["timing"], row.get("p_miss_limit"))],
        "step": step_words(row),
        "path": row["path"],
        "tl": row["team_leader"] or "",
        "case": row["case_id"],
    }
