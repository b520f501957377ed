"""Delivered, waiting for download: one state, in every figure, file and letter."""

from datetime import date

from dashboard import reports
from dashboard.__main__ import main
from dashboard.figures.listed import list_row
from dashboard.findings import forecast as words
from dashboard.findings.outlook import marked
from dashboard.forecast import expected_days, forecast_open, learn
from dashboard.messages.digest import digests
from dashboard.reports import Asked, read_period, texts
from dashboard.sample import write_sample
from dashboard.store import Store
from tests.builders import ADMIN
from tests.test_metrics_insight import DECEMBER, Told, ny, rows, tell

__all__ = ["tell"]  # a fixture

WAITS = "10-26 09:00", *["10-27 09:00"] * 5  # submitted on Monday, all but the last step on Tuesday
LATE_FIRST = "10-05 09:00", *["10-15 09:00"] * 5  # past its limit from the 8th until the 15th


def test_it_is_neither_at_risk_nor_late_anywhere(store: Store, tell: Told):
    tell("local", *WAITS, to_end=False)

    [listed] = store.run("case_list", now=DECEMBER).to_pylist()
    [counts] = store.run("today_counts", now=DECEMBER).to_pylist()

    assert rows(store.run("worklist", now=DECEMBER), "timing", "waits_for_download") == [
        ("delivered", True)
    ]
    assert listed["timing"] == "delivered"
    shown = list_row(listed, "America/New_York")
    assert (shown["left"], shown["state"]) == ("", ["○ delivered, waiting for download"])
    assert store.run("case_list", now=DECEMBER, late=True).num_rows == 0
    assert (counts["open"], counts["late"], counts["downloads"]) == (1, 0, 1)
    assert {row[0] for row in rows(store.run("throughput", now=DECEMBER), "late_at_end")} == {0}
    assert {row[0] for row in rows(store.run("attainment", now=DECEMBER), "open_late")} == {0}
    assert rows(store.run("ageing", now=DECEMBER), "state") == [("delivered",)]
    assert rows(store.run("cases_at", now=DECEMBER, at_end_of=date(2026, 11, 30)), "timing") == [
        ("delivered",)
    ]
    assert marked("delivered") == "○ delivered, waiting for download"


def test_a_report_lists_it_and_counts_it_as_delivered(store: Store, tell: Told):
    tell("local", *WAITS, to_end=False)

    report = reports.make(store, Asked(read_period("2026-11"), DECEMBER))

    assert rows(report.cases, "case_id", "waits_for_customer") == [("C-0001", True)]
    assert (report.counts[0]["open_late"], report.counts[0]["delivered"]) == (0, 1)
    assert report.breaches == []
    assert "0 cases are open and overdue at the month’s end, 1 more delivered" in texts.beside(
        report
    )
    assert "**0** open and overdue" in texts.breach_finding(report)


def test_it_was_late_until_it_was_delivered(store: Store, tell: Told):
    tell("local", *LATE_FIRST, to_end=False)

    weeks = rows(store.run("throughput", now=ny("10-30 12:00")), "week", "late_at_end")

    assert weeks == [
        (date(2026, 10, 5), 1), (date(2026, 10, 12), 0),
        (date(2026, 10, 19), 0), (date(2026, 10, 26), 0),
    ]  # fmt: skip
    before, after = (
        store.run("cases_at", now=DECEMBER, at_end_of=date(2026, 10, day)) for day in (14, 15)
    )
    assert (rows(before, "timing"), rows(after, "timing")) == ([("late",)], [("delivered",)])


def test_the_digest_counts_it_apart(store: Store, tell: Told):
    tell("local", *WAITS, to_end=False)

    told = [letter for letter in digests(store, now=DECEMBER) if "open case" in letter.mail.body]

    assert told
    assert all("0 overdue, 0 due today, 1 delivered" in letter.mail.body for letter in told)


def test_a_forecast_says_so_and_gives_no_chance():
    assert words.at_risk(0, [], 1) == "1 case is delivered, waiting for download."
    assert words.at_risk(0, [], 0) == "No case is open."


def test_nothing_of_it_is_due(store: Store, tell: Told):
    tell("local", *WAITS, to_end=False)
    now = ny("10-27 10:00")

    days = expected_days(store, now, forecast_open(store, now, learn(store, now)))

    assert sum(days["due_limit"].to_pylist()) + sum(days["due_target"].to_pylist()) == 0


def test_the_command_line_says_so_of_its_forecast(tmp_path, capsys):
    path = tmp_path / "log.duckdb"
    store = Store.open(path)
    write_sample(store, seed=4, cases=60, until=DECEMBER, by=ADMIN)
    listed = store.run("case_list", now=DECEMBER).to_pylist()
    store.close()
    delivered = [row["case_id"] for row in listed if row["timing"] == "delivered"]

    assert main(["forecast", "--db", str(path), "--as-of", DECEMBER.isoformat()]) == 0

    said = capsys.readouterr().err
    assert delivered
    for row in listed:
        words = f"{row['case_id']}: delivered, waiting for download. It is neither at risk nor"
        assert (words in said) == (row["case_id"] in delivered)
