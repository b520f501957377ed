"""The import of a tracker: every verdict, and that a second import changes nothing."""

import csv
import json
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dashboard import commands
from dashboard.cases import Draft
from dashboard.errors import InputRefused, NotAllowed
from dashboard.instants import to_us
from dashboard.intake import Answers, import_tracker
from dashboard.sheets.columns import STEPS
from dashboard.store import Store, firm_key
from tests.builders import ADMIN, LEAD, VIEWER, form
from tests.law import broken
from tests.sheets import NOW, case_events, completed, csv_of, row, take, verdict, xlsx_of

DATA = Path(__file__).parent / "data"
TRACKER = DATA / "tracker.csv"
KEY = json.loads((DATA / "tracker_key.json").read_text("utf-8"))
AS_OF = datetime.fromisoformat(KEY["as_of"])


# --- A real tracker --------------------------------------------------------------------------


@pytest.fixture(scope="module")
def tracker(tmp_path_factory):
    """The log of the tracker, and the report of its import."""
    store = Store.open(tmp_path_factory.mktemp("tracker") / "log.duckdb")
    report = import_tracker(store, TRACKER, TRACKER.name, by=ADMIN, now=AS_OF)
    yield store, report
    store.close()


def test_every_row_of_the_tracker_has_the_verdict_that_its_key_says(tracker):
    rows = tracker[1].as_json()["rows"]

    reasons = [(item["row"], item["verdict"], item["reason"]) for item in rows]

    # the key gives duplicates a reason, which only rejected rows have here
    assert reasons == [
        (item["row"], item["verdict"], item["reason"] if item["verdict"] == "rejected" else None)
        for item in KEY["rows"]
    ]
    assert tracker[1].summary == {
        "accepted": 504, "updated": 0, "rejected": 96, "duplicate": 17,
    }  # fmt: skip


def test_every_completed_case_of_the_tracker_took_as_long_as_its_key_says(tracker):
    store, report = tracker
    closed = {item["row"]: item for item in KEY["rows"] if item.get("closed")}

    times = {one["case_id"]: one for one in store.run("cycle_times", now=AS_OF).to_pylist()}

    assert len(times) == len(closed) == 492
    for one in report.rows:
        if one.row in closed:
            assert times[one.case]["business_minutes"] == closed[one.row]["business_minutes"]
            assert times[one.case]["firm"] == closed[one.row]["firm"]
    days = [one["business_us"] / 540 / 60_000_000 for one in times.values()]
    assert sum(day <= 3 for day in days) == 281
    assert sum(day <= 2 for day in days) == 151


def test_a_rejected_row_is_told_what_to_mend(tracker):
    for one in tracker[1].rejected:
        assert len(one.message) >= 20
        assert one.message.endswith(".")
        assert any(name in one.message for name in ("Step", "Firm", "Move to", "Products"))


def test_the_trackers_histories_keep_the_law(tracker):
    assert broken(case_events(tracker[0])) == []


def test_importing_the_tracker_again_changes_nothing(tracker):
    store, first = tracker
    head = store.head()

    later = AS_OF + timedelta(hours=1)
    second = import_tracker(store, TRACKER, "renamed.csv", by=ADMIN, now=later)

    assert second.summary == {"accepted": 0, "updated": 0, "rejected": 96, "duplicate": 521}
    assert [one.case for one in second.rows] == [one.case for one in first.rows]
    assert store.head() == head


def test_the_tracker_as_a_workbook_says_the_same(tracker, store):
    with TRACKER.open(encoding="utf-8-sig", newline="") as file:
        content = xlsx_of(csv.reader(file))

    report = import_tracker(store, content, "tracker.xlsx", by=ADMIN, now=AS_OF)

    assert report.as_json() == tracker[1].as_json()


def test_an_import_is_one_event_that_says_what_became_of_it(tracker):
    [event] = tracker[0].log.events_of("imports")

    data = event.fields()
    assert event.kind == "tracker_imported"
    assert (data["file"], data["accepted"], data["rejected"]) == ("tracker.csv", 504, 96)
    assert data["rejected_rows"][0] == {
        "row": 4,
        "reason": "too_many_steps",
        "latest_us": 1_736_272_860_000_000,  # its step 9, 1/7/2025 1:01 PM in New York
        "said": data["rejected_rows"][0]["said"],
    }
    assert len(data["rejected_rows"]) == 96


# --- Verdicts --------------------------------------------------------------------------------

REJECTED = {
    "missing_firm": (
        row(Firm_ID=" ", Firm="N/A"),
        "Firm ID and Firm are both empty: fill in at least one of them.",
    ),
    "path": (
        row("Onvio"),
        "Move to (Onvio) is not one of the paths: enter Local or Virtual Office.",
    ),
    "bad_date": (
        row(done=3, Step_2="tbd"),
        "Step 2 (tbd) is not a date with a year, but Step 3 (10/28/2026 11:00) comes after it: "
        "enter when it was completed.",
    ),
    "no_submission": (
        row(done=2, Step_1="-"),
        "Step 1 is empty: fill in when the cancellation form was submitted.",
    ),
    "too_many_steps": (
        row(done=7, Step_9="10/29/2026 9:00", Step_11="10/29/2026 10:00"),
        "Step 9 (10/29/2026 9:00), Step 11 (10/29/2026 10:00) must be empty, since Move to (Local) "
        "ends with step 7: empty it, or fix Move to.",
    ),
    "gap": (
        row(done=2, Step_5="10/28/2026 16:00"),
        "Step 3 is empty, but Step 5 (10/28/2026 16:00) is filled in and no step can be skipped: "
        "fill in Step 3, or empty the later ones.",
    ),
    "order": (
        row(done=3, Step_3="10/28/2026 9:59 AM"),
        "Step 3 (10/28/2026 9:59 AM) is before Step 2 (10/28/2026 10:00), which comes first: "
        "fix the one that is wrong.",
    ),
    "future": (
        row(done=1, Step_2="10/30/2026 3:31 PM"),
        "Step 2 (10/30/2026 3:31 PM) is in the future, after 2026-10-30 15:30 "
        "(America/New_York): enter when the step was completed, or empty it.",
    ),
    "no_products": (
        row("VO", Products=" ; - "),
        "Products is empty, but Move to (VO) needs the products to be migrated: fill in "
        "at least one.",
    ),
}  # fmt: skip


@pytest.mark.parametrize("reason", REJECTED)
def test_a_row_is_rejected_with_its_reason_and_a_sentence(store, reason):
    item, message = REJECTED[reason]

    [rejected] = take(store, item)

    assert (rejected.row, rejected.verdict, rejected.case) == (2, "rejected", None)
    assert (rejected.reason, rejected.message) == (reason, message)


def test_the_first_reason_that_applies_is_given(store):
    faults = {
        "missing_firm": {"Firm ID": "", "Firm": ""},
        "path": {"Move to": "cloud"},
        "bad_date": {"Step 10": "soon"},
        "no_submission": {"Step 1": ""},
        "too_many_steps": {"Step 8": "10/28/2026 16:30"},
        "gap": {"Step 3": ""},
        "order": {"Step 5": "10/27/2026 9:00"},
        "future": {"Step 6": "11/28/2026 9:00"},
    }
    item = row(done=6)
    for fault in faults.values():
        item |= fault

    given = []
    for reason, fault in faults.items():
        given.append(verdict(store, item))
        assert given[-1] == reason
        item |= {column: row(done=6).get(column, "") for column in fault}

    assert verdict(store, item) == "accepted"


def test_no_products_comes_after_the_future_and_before_a_conflict(store):
    late = row("VO", Products="", Step_2="10/31/2026 9:00")

    assert verdict(store, late) == "future"
    assert verdict(store, row("VO", 2)) == "accepted"
    assert verdict(store, row("VO", 2, Products="", Step_2="10/28/2026 9:30")) == "no_products"
    assert verdict(store, row("VO", 2, Step_2="10/28/2026 9:30")) == "conflict"


def test_a_row_without_a_case_beside_it_is_accepted_once(store):
    first, second = take(store, row(done=3), row(done=3))

    assert (first.verdict, second.verdict, second.case) == ("accepted", "duplicate", first.case)
    assert take(store, row(done=2))[0].verdict == "duplicate"  # the sheet lags behind
    assert len(store.history("C-0001")) == 3


def test_further_steps_update_the_case_whoever_opened_it(store):
    at = datetime(2026, 10, 28, 13, 0, tzinfo=UTC)
    fields = form("local", firm_name="birch  &  SONS")
    commands.open_case(store, "local", fields, by=LEAD, now=at)

    [updated] = take(store, row(done=4, Firm_ID=""))

    assert (updated.verdict, updated.case) == ("updated", "C-0001")
    assert store.case("C-0001").current_step == 5
    assert completed(store)[4] == {"step": 4, "imported": True}
    assert verdict(store, row(done=7, Firm_ID="")) == "updated"
    assert store.case("C-0001").state == "closed"


def test_other_firms_paths_and_submissions_are_other_cases(store):
    given = take(
        store,
        row(done=7),
        row(done=7, Firm_ID="f1 "),
        row(Firm_ID="", Firm="Alder"),
        row(Firm_ID="F2"),
        row("VO"),
        row(Step_1="10/28/2026 9:01"),
        row(Step_1="2026-10-28T13:00Z"),
    )

    assert [one.verdict for one in given] == [
        "accepted", "duplicate", "accepted", "accepted", "accepted", "accepted", "duplicate",
    ]  # fmt: skip


def test_a_case_with_another_past_is_a_conflict_that_names_both_times(store):
    take(store, row(done=3))

    [conflict] = take(store, row(done=4, Step_2="10/28/2026 10:05 AM", Step_3="2026-10-28 11:30"))

    assert (conflict.reason, conflict.case) == ("conflict", "C-0001")
    assert conflict.message == (
        "C-0001 has the same firm, path, and submission time, but other times: Step 2 (10/28/2026 "
        "10:05 AM) against 2026-10-28 10:00, Step 3 (2026-10-28 11:30) against 2026-10-28 11:00 "
        "there. "
        "Fix the sheet, or correct the step on the Case page."
    )
    assert len(store.history("C-0001")) == 3


def test_of_many_times_that_differ_a_conflict_names_three_and_counts_the_rest(store):
    take(store, row(done=6))

    [conflict] = take(
        store, row(done=7, **{f"Step_{n}": "10/28/2026 9:30 AM" for n in range(2, 7)})
    )

    message = conflict.message or ""
    named = [n for n in range(1, 8) if f"Step {n} (" in message]
    assert (conflict.reason, named) == ("conflict", [2, 3, 4])
    assert " and 2 more there." in message


def test_a_withdrawn_case_takes_no_further_steps(store):
    take(store, row(done=3))
    commands.withdraw_case(store, "C-0001", "stays", by=LEAD, now=NOW)

    assert verdict(store, row(done=3)) == "duplicate"
    [conflict] = take(store, row(done=4))
    assert conflict.reason == "conflict"
    assert conflict.message == (
        "Step 4 (10/28/2026 12:00) cannot be added to C-0001, which was withdrawn 2026-10-30 "
        "15:30. Resume the case first, or empty the cell."
    )


def test_a_step_cannot_be_added_before_it_became_current_or_was_begun(store):
    take(store, row(done=3))
    commands.start_step(
        store, "C-0001", 4, by=LEAD, now=NOW, at=datetime(2026, 10, 28, 16, 30, tzinfo=UTC)
    )

    [conflict] = take(store, row(done=4))

    assert conflict.message == (
        "Step 4 (10/28/2026 12:00) cannot be added to C-0001: step 4 has been open since "
        "2026-10-28 12:30. Enter a later time, or empty the cell."
    )
    assert verdict(store, row(done=4, Step_4="10/28/2026 12:30")) == "updated"


def test_an_import_does_not_complete_again_what_people_have_reopened(store):
    take(store, row(done=7))
    at = datetime(2026, 10, 28, 19, 0, tzinfo=UTC)  # the very minute of its completion
    commands.reopen_step(store, "C-0001", 7, "not downloaded", by=LEAD, now=NOW, at=at)

    [conflict] = take(store, row(done=7))

    assert conflict.reason == "conflict"
    assert conflict.message == (
        "Step 7 (10/28/2026 15:00) was completed then in C-0001 and has since been reopened. Enter "
        "when it was completed again, or empty the cell."
    )
    assert store.case("C-0001").current_step == 7
    assert verdict(store, row(done=7, Step_7="10/28/2026 15:01")) == "updated"


def test_what_was_put_right_here_is_still_the_case_of_the_sheet(store):
    take(store, row(done=2))
    at = datetime(2026, 10, 28, 13, 30, tzinfo=UTC)
    commands.correct_step(store, "C-0001", 1, by=LEAD, now=NOW, at=at)
    commands.amend_case(store, "C-0001", {"firm_id": "F9"}, "a slip", by=LEAD, now=NOW)

    given = take(store, row(done=2), row(done=2, Firm_ID="F9", Step_1="10/28/2026 9:30"))

    assert [one.reason for one in given] == ["conflict", None]
    assert [one.case for one in given] == ["C-0001", "C-0001"]


# --- The import as a whole -------------------------------------------------------------------


def test_a_dry_run_says_the_same_and_leaves_no_trace(store):
    take(store, row(done=2))
    head, rows = store.head(), [row(done=3), row(Firm_ID="F2"), row("cloud"), row(Firm_ID="F2")]

    dry = take(store, *rows, dry_run=True)
    assert store.head() == head

    real = take(store, *rows)
    assert [one.verdict for one in dry] == [one.verdict for one in real]
    assert [one.case for one in dry] == ["C-0001", None, None, None]
    assert [one.case for one in real] == ["C-0001", "C-0002", None, "C-0002"]


def test_a_row_that_the_log_cannot_take_takes_all_others_with_it(store, monkeypatch):
    def full(drafts):
        raise InputRefused("no room")

    monkeypatch.setattr(store.log, "append", full)

    with pytest.raises(InputRefused, match="no room"):
        take(store, row(), row(Firm_ID="F2"))
    assert store.position == 0
    assert store.count_cases() == 0


def test_an_import_sees_what_has_landed_and_is_not_folded_yet(store, tmp_path):
    other = Store.open(tmp_path / "other.duckdb")
    with other.bulk() as desk:
        commands.open_case(desk, "local", form("local", firm_id="F1"), by=LEAD, now=NOW)
    other.close()
    store.log.append(desk.drafts)  # as if its thread had not come to folding it in

    given = take(store, row(), row(Step_1="10/30/2026 3:30 PM"), answers=Answers("new"))

    assert [one.case for one in given] == ["C-0002", "C-0001"]


def test_a_bulk_finds_the_cases_below_it_and_its_own(store):
    take(store, row(Firm_ID="ß"))
    below = firm_key(" SS", None), "local", to_us(datetime(2026, 10, 28, 13, 0, tzinfo=UTC))
    own = firm_key("F2", "any"), "local", to_us(NOW)

    with store.bulk() as desk:
        assert desk.find_case(*own) is None
        commands.open_case(desk, "local", form("local", firm_id="f2"), by=LEAD, now=NOW)

        found = [desk.find_case(*opening) for opening in (below, own)]
    assert [case.case_id for case in found if case] == ["C-0001", "C-0002"]


def test_only_those_who_lead_may_import(store):
    with pytest.raises(NotAllowed):
        import_tracker(store, csv_of(row()), "tracker.csv", by=VIEWER, now=NOW)
    with pytest.raises(NotAllowed):
        import_tracker(store, csv_of(), "tracker.csv", by=VIEWER, now=NOW)


def test_an_import_never_mixes_with_the_sample(store):
    us = to_us(NOW)
    store.append([Draft("settings", 1, "sample_marked", us, us, "x", {"seed": 1}, "1")])

    for dry_run in (False, True):
        with pytest.raises(InputRefused, match="holds sample data, which is never mixed"):
            take(store, row(), dry_run=dry_run)


def test_an_import_as_of_an_instant_before_the_logs_last_entry_is_refused(store):
    take(store, row(done=2))
    early = NOW - timedelta(seconds=1)

    with pytest.raises(InputRefused, match=r"is before the log's last entry, .*19:30:00 UTC"):
        take(store, row(done=3), now=early)
    assert verdict(store, row(done=3), now=early, grace=timedelta(seconds=1)) == "updated"
    assert store.log.last_recorded_us() == to_us(NOW)


def test_a_sheet_without_rows_is_an_import_too(store):
    report = import_tracker(store, csv_of(), "tracker.csv", by=LEAD, now=NOW)

    assert report.as_json() == {
        "summary": {"accepted": 0, "updated": 0, "rejected": 0, "duplicate": 0},
        "rows": [],
    }
    assert len(store.log.events_of("imports")) == 1


def test_a_report_has_the_columns_that_others_read(store):
    content = csv_of(row(), {}, row("?"))

    report = import_tracker(store, content, "tracker.csv", by=LEAD, now=NOW).as_json()

    assert report["summary"] == {"accepted": 1, "updated": 0, "rejected": 1, "duplicate": 0}
    assert report["rows"][0] == {
        "row": 2, "verdict": "accepted", "reason": None, "message": None, "case": "C-0001",
    }  # fmt: skip
    assert (report["rows"][1]["row"], report["rows"][1]["case"]) == (4, None)


# --- Any sheet -------------------------------------------------------------------------------

CELLS = st.sampled_from([
    "", "", "-", "10/28/2026 9:00 AM", "10/28/2026 9:00 AM", "2026-10-28 09:00", "10/28/2026 10:00",
    "2026-10-28T11:00-04:00", "10/29/2026 4:00 PM", "11/2/2025 1:30 AM", "3/8/2026 2:30 AM",
    "12/1/2026 9:00", "tbd", "\x00", "46323.5",
])  # fmt: skip
TEXTS = st.one_of(
    st.sampled_from(["", "n/a", "UltraTax CS", "Onvio; ;,UltraTax CS", "10/28/2026 1:00 PM", "=1"]),
    st.text(max_size=5),
)
PATHS = st.sampled_from(["VO", "Local", " local install", "Virtual Office CS", "cloud", ""])
FILLED = st.integers(0, 11).map(
    lambda done: {STEPS[n]: f"10/28/2026 {9 + n}:00" for n in range(done)}
)
ROWS = st.builds(
    lambda filled, fixed, path, texts: filled | fixed | {"Move to": path} | texts,
    FILLED,
    st.fixed_dictionaries({"Firm ID": st.sampled_from(["F1", "F2", "", "ß"])}),
    PATHS,
    st.one_of(
        st.just({"Products": "UltraTax CS"}),
        st.dictionaries(st.sampled_from(STEPS), CELLS, max_size=3),
        st.dictionaries(
            st.sampled_from(["Firm", "Products", "Appointment", "Notes", "CS rep", "Else"]), TEXTS
        ),
    ),
)
TABLES = st.lists(st.one_of(ROWS, ROWS, st.just({})), min_size=1, max_size=12)


@given(table=TABLES)
def test_any_sheet_gets_its_verdicts_and_a_second_import_changes_nothing(tmp_path_factory, table):
    store = Store.open(tmp_path_factory.mktemp("fuzz") / "log.duckdb")
    content = csv_of(*table).replace(b"\x00", b"\x01").decode("utf-8", "replace").encode()
    filled = [number for number, item in enumerate(table, start=2) if any(item.values())]

    first = take(store, content)
    head = store.head()
    second = take(store, content, now=NOW + timedelta(days=1))

    assert {one.row for one in first} <= set(filled)  # what is left out holds only blanks
    assert {n for n in filled if table[n - 2].get("Firm ID")} <= {one.row for one in first}
    assert store.head() == head
    assert broken(case_events(store)) == []
    for one, again in zip(first, second, strict=True):
        assert (one.verdict == "rejected") == bool(one.message) == bool(one.reason)
        is_new = one.verdict in ("accepted", "updated")
        assert again.verdict == ("duplicate" if is_new else one.verdict)
        assert (again.case, again.reason) == (one.case, one.reason)
    store.close()
