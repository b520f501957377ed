"""What the filters of an insight page ask for, and what stands there if that is nothing."""

from dashboard import findings
from dashboard.figures.figure import Scope
from dashboard.ui import cards
from dashboard.ui.page import Page


def has_case(page: Page) -> bool:
    """Whether the filters leave a case; if not, a word on what to do."""
    if Scope(page.store, page.now, page.filters).run("throughput").num_rows:
        return True
    if page.store.count_cases():
        no_match("No cases match these filters")
    else:
        no_case()
    return False


def has_completed(page: Page) -> bool:
    """Whether a case was completed in the period; if not, a word on what will stand here."""
    months = Scope(page.store, page.now, page.filters).run("attainment")
    if any(months["n"].to_pylist()):
        return True
    late = months["open_late"][-1].as_py()
    beside = f" {findings.count_is(late, 'open case')} overdue." if late else ""
    cards.empty(
        "hourglass_top",
        "No cases were completed in this period",
        f"Cycle times and the SLA rate appear once a case is completed.{beside}",
    )
    return False


def no_match(headline: str) -> None:
    """There are cases, but not with these filters."""
    cards.empty(
        "filter_alt_off", headline, "Choose a longer period, both paths, or all team leaders."
    )


def no_case() -> None:
    """The log is empty."""
    cards.empty(
        "hourglass_empty", "No cases yet",
        "Open one on New case or import a tracker on Today.",
    )  # fmt: skip


def has_done(page: Page, query: str, thing: str) -> bool:
    """Whether the filters leave a row of the query, a completed "case" or "step"; else why not."""
    if Scope(page.store, page.now, page.filters).run(query).num_rows:
        return True
    if Scope(page.store, page.now).run(query).num_rows:
        no_match(f"No {thing}s were completed in this period")
    elif n := page.store.count_cases():
        cards.empty(
            "hourglass_empty", f"No {thing}s completed yet",
            f"{findings.count(n, 'case')} in progress. See Cases for where each one stands, and "
            "come back when the first is completed.",
        )  # fmt: skip
    else:
        no_case()
    return False
