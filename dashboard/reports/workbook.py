"""The report as an XLSX workbook: which sheets it has, and what stands in their columns."""

from collections.abc import Callable
from typing import Any

from dashboard.files.book import DAY_MINUTES, LINE, WIDEST, Book, Column
from dashboard.findings.words import capital
from dashboard.formats import FEWEST
from dashboard.locales import read_by
from dashboard.reports import definitions, texts, workbook_charts
from dashboard.reports.content import COLUMNS, Report, Row


def xlsx(report: Report) -> bytes:
    """The report as a workbook: Summary, Breaches, Cases, Withdrawn, Corrections, Definitions."""
    with read_by(report.reader):
        return _written(report)


def _written(report: Report) -> bytes:
    book = Book(report.zone, report.asked.as_of)
    _summary(book, report)
    book.listing("Breaches", _breach_columns(report), report.breaches)
    book.listing("Cases", _case_columns(report), report.cases.to_pylist())
    book.listing("Withdrawn", _withdrawn_columns(report), report.withdrawn.to_pylist())
    book.listing("Rejected rows", _rejected_columns(), report.rejected.to_pylist())
    _corrections(book, report)
    _definitions(book, report)
    return book.content()


def _summary(book: Book, report: Report) -> None:
    sheet = book.sheet("Summary")
    sheet.write_string(0, 0, f"SLA report, {report.name}", book.formats["title"])
    lines = [
        report.asked.words,
        f"As known at {texts.instant(report.asked.as_of, report.zone)}; reference: "
        f"{report.asked.reference or 'not issued'}",
        texts.finding(report).replace("**", ""),
        texts.beside(report),
    ]
    for row, text in enumerate(lines, start=1):
        sheet.write_string(row, 0, text, book.formats["text"])
    top = len(lines) + 2
    end = book.table(sheet, top, _count_columns(report), report.counts)
    months = _months(report)
    end = book.table(sheet, end + 1, MONTH_COLUMNS, months)
    workbook_charts.insert(book.file, sheet, end, len(months))


def _count_columns(report: Report) -> list[Column]:
    asked, kind = report.promise, report.asked.period.kind
    target, limit = asked.within_target, asked.within

    def share(name: str) -> Callable[[Row], Any]:
        return lambda row: row[name] / row["n"] if row["n"] else None

    def earlier(row: Row) -> Any:
        before = report.before.get((row["part"], row["name"]))
        return before["within_limit"] / before["n"] if before and before["n"] else None

    return [
        Column("Cases of", "text", texts.part_name, 20),
        Column("Completed", "count", lambda row: row["n"]),
        Column(capital(target), "share", share("within_target")),
        Column(capital(limit), "share", share("within_limit")),
        Column("On time by date", "share", share("within_limit_by_date")),
        Column(f"Our clock: {target}", "share", share("within_target_ours")),
        Column(f"Our clock: {limit}", "share", share("within_limit_ours")),
        Column("Our clock: on time by date", "share", share("within_limit_by_date_ours")),
        Column(f"{capital(limit)}, {kind} before", "share", earlier),
        Column("Median (h:mm)", "duration", _percentile("p50_minutes")),
        Column("85th percentile (h:mm)", "duration", _percentile("p85_minutes")),
        Column("95th percentile (h:mm)", "duration", _percentile("p95_minutes")),
        Column("Open and overdue", "count", lambda row: row["open_late"]),
        Column("Reopened", "count", lambda row: row["is_reopened"]),
        Column("Imported", "count", lambda row: row["is_imported"]),
        Column("Resting on dates", "count", lambda row: row["is_on_dates"]),
        Column("Undecided by dates", "count", lambda row: row["is_undecided"]),
    ]


def _months(report: Report) -> list[Row]:
    """Attainment and percentiles side by side, a row a month: what the charts draw."""
    times = {row["period"]: row for row in report.percentiles.to_pylist()}
    return [{**row, **times.get(row["month"], {})} for row in report.months.to_pylist()]


def _share(name: str) -> Callable[[Row], Any]:
    return lambda row: row[name] / row["n"] if row["n"] else None


def _time(name: str) -> Callable[[Row], Any]:
    """Business minutes as a spreadsheet has durations."""
    return lambda row: row[name] / DAY_MINUTES if row.get(name) is not None else None


def _percentile(name: str) -> Callable[[Row], Any]:
    """The same of enough cases; of few, words that say so."""
    time = _time(name)
    return lambda row: time(row) if row["n"] >= FEWEST else texts.FEW


def _days(name: str) -> Callable[[Row], Any]:
    return lambda row: row.get(name)


FLAGS_OF_TIME = 6  # those of target, limit and date, on both clocks, come first
MONTH_COLUMNS = [
    Column("Month", "month", lambda row: row["month"], 20),
    Column("Completed", "count", lambda row: row["n"]),
    Column("Within target", "share", _share("within_target")),
    Column("Within SLA", "share", _share("within_limit")),
    Column("On time by date", "share", _share("within_limit_by_date")),
    Column("Median, business days", "number", _days("p50_days")),
    Column("85th percentile, business days", "number", _days("p85_days")),
    Column("95th percentile, business days", "number", _days("p95_days")),
    Column("Open and overdue at month end", "count", lambda row: row["open_late"]),
]


def _case_columns(report: Report) -> list[Column]:
    named = COLUMNS
    plain_kinds = {"case_id": ("text", 10), "firm": ("text", 30), "team_leader": ("text", 18),
                   "state": ("text", 9)}  # fmt: skip
    told = [Column(named[key], kind, _of(key), width) for key, (kind, width) in plain_kinds.items()]
    path = Column(named["workflow"], "text", lambda row: texts.path_name(row["workflow"]), 14)
    flags = [key for key in named if key.startswith(("within_", "is_", "waits_"))]
    zone = f" ({report.zone})"
    return [
        *told[:2], path, *told[2:],
        Column(named["opened_at"] + zone, "instant", _of("opened_at"), 23),
        Column(named["closed_at"] + zone, "instant", _of("closed_at"), 23),
        Column("Business time (h:mm)", "duration", _time("business_minutes")),
        Column("On our clock (h:mm)", "duration", _time("our_minutes")),
        Column("SLA (h:mm)", "duration", _time("limit_minutes")),
        *(Column(named[key], "text", _of(key), 10) for key in flags[:FLAGS_OF_TIME]),
        Column(named["slowest_step"], "text", texts.step_name, 22),
        Column("In that step (h:mm)", "duration", _time("slowest_step_minutes")),
        Column(named["slowest_party"], "text", _of("slowest_party"), 18),
        Column(named["breach_reason"], "text", _of("breach_reason"), 24),
        Column(named["breach_comment"], "wrapped", _of("breach_comment"), 40),
        *(Column(named[key], "text", _of(key), 10) for key in flags[FLAGS_OF_TIME:]),
    ]  # fmt: skip


def _breach_columns(report: Report) -> list[Column]:
    over = Column(
        "Over by (h:mm)",
        "duration",
        lambda row: (row["business_minutes"] - row["limit_minutes"]) / DAY_MINUTES,
    )
    columns = [column for column in _case_columns(report) if not _is_told_by_over(column.head)]
    place = 1 + [column.head for column in columns].index("SLA (h:mm)")
    return [*columns[:place], over, *columns[place:]]


def _is_told_by_over(head: str) -> bool:
    """Whether a column says no more of a case that missed the SLA than by how much it did."""
    return head.startswith("Within") or head == COLUMNS["within_limit_by_date"]


def _withdrawn_columns(report: Report) -> list[Column]:
    zone = f" ({report.zone})"
    return [
        Column("Case", "text", _of("case_id"), 10),
        Column("Firm", "text", _of("firm"), 30),
        Column("Path", "text", lambda row: texts.path_name(row["workflow"]), 14),
        Column("Team leader", "text", _of("team_leader"), 18),
        Column("Submitted" + zone, "instant", _of("opened_at"), 23),
        Column("Withdrawn" + zone, "instant", _of("withdrawn_at"), 23),
        Column("Business time until then (h:mm)", "duration", _time("business_minutes")),
    ]


def _rejected_columns() -> list[Column]:
    return [
        Column("File", "text", _of("file"), 30),
        Column("Row of the sheet", "count", _of("sheet_row")),
        Column("Reason", "text", _of("reason"), 24),
        Column("Latest time in the row", "instant", _of("latest_at"), 23),
        Column("Imported", "instant", _of("imported_at"), 23),
    ]


def _corrections(book: Book, report: Report) -> None:
    told = report.corrections.changes.to_pylist() if report.corrections else []
    rows = [
        {**row, "words": texts.change_words(report, row), "by": texts.recorded(report, row)}
        for row in told
    ]
    columns = [
        Column("Case", "text", _of("case_id"), 10),
        Column("Firm", "text", _of("firm"), 30),
        Column("Change", "text", _of("what"), 10),
        Column("What", "text", lambda row: row["words"][0], 22),
        Column("Before", "text", lambda row: row["words"][1], 22),
        Column("Now", "text", lambda row: row["words"][2], 22),
        Column("Entries", "text", _of("entries"), 34),
        Column("Recorded", "text", _of("by"), 34),
    ]
    book.listing("Corrections", columns, rows)


def _definitions(book: Book, report: Report) -> None:
    sheet = book.sheet("Definitions")
    sheet.set_column(0, 0, 20)
    sheet.set_column(1, 1, WIDEST + 40)
    said = [
        *definitions.origins(report),
        ("Corrections", texts.since_words(report).replace("**", "")),
        *definitions.definitions(report),
        ("(h:mm)", "business time in hours and minutes, stored as a number."),
    ]
    for row, (word, meaning) in enumerate(said):
        sheet.set_row(row, LINE * (1 + len(meaning) // (WIDEST + 20)))
        book.write(sheet, row, 0, "bold", word)
        book.write(sheet, row, 1, "wrapped", meaning)


def _of(key: str) -> Callable[[Row], Any]:
    return lambda row: row[key]
