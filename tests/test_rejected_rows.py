"""Rejected rows of a report are known by what they say: each once, the last word counts."""

from datetime import timedelta

from dashboard.intake import import_tracker
from dashboard.store import Store
from tests.builders import ADMIN
from tests.test_metrics_insight import DECEMBER, ny, rows

HEAD = "Firm,Move to,Products," + ",".join(f"Step {number}" for number in range(1, 12))
GAP = "Juniper,local,,10/5/2026 9:00 AM,,10/6/2026 9:00 AM"  # step 2 is left out
OTHER = "Birch,local,,10/7/2026 9:00 AM,,10/8/2026 9:00 AM"
TIMELESS = "Alder,local,,"
AT = ny("11-10 09:00")


def imported(store: Store, name: str, *lines: str, day: int = 0) -> None:
    content = "\n".join((HEAD, *lines)).encode()
    import_tracker(store, content, name, by=ADMIN, now=AT + timedelta(days=day))


def told(store: Store, month: str | None = "2026-10") -> list[tuple[str, int, str]]:
    table = store.run("rejected_rows", now=DECEMBER, month=month)
    return rows(table, "file", "sheet_row", "reason")


def test_a_second_sheet_of_the_same_name_leaves_the_firsts_rows_standing(store: Store):
    imported(store, "tracker.csv", GAP)
    imported(store, "tracker.csv", OTHER, day=1)

    assert told(store) == [("tracker.csv", 2, "gap"), ("tracker.csv", 2, "gap")]


def test_the_same_row_in_two_files_is_told_once(store: Store):
    imported(store, "one.csv", GAP)
    imported(store, "two.csv", OTHER, GAP, day=1)

    assert told(store) == [("two.csv", 2, "gap"), ("two.csv", 3, "gap")]


def test_a_row_that_was_mended_is_gone_whatever_the_file(store: Store):
    imported(
        store, "one.csv", GAP, ",local,,10/9/2026 9:00 AM", "Fir,localish?,,10/12/2026 9:00 AM"
    )
    assert [row[2] for row in told(store)] == ["gap", "missing_firm", "path"]

    imported(
        store, "two.csv", "Juniper,local,,10/5/2026 9:00 AM,10/5/2026 10:00 AM",
        "Cedar,local,,10/9/2026 9:00 AM", "Fir,local,,10/12/2026 9:00 AM", day=1,
    )  # fmt: skip

    assert told(store, None) == []


def test_a_row_that_is_wrong_again_counts_by_its_last_word(store: Store):
    imported(store, "one.csv", "Juniper,local,,not yet")
    imported(store, "one.csv", GAP, day=1)  # now it says when, and lacks a step

    assert told(store, None) == [("one.csv", 2, "gap")]


def test_a_row_without_a_time_is_told_once_in_the_month_of_its_import(store: Store):
    imported(store, "one.csv", TIMELESS)

    assert told(store, "2026-11") == [("one.csv", 2, "no_submission")]
    assert told(store, "2026-10") == told(store, "2026-09") == []
