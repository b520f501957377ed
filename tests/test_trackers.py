"""Small trackers as departments have them: each comes out as it should."""

import io
import resource
import time
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest
import xlsxwriter

from dashboard import commands
from dashboard.cases import Case
from dashboard.errors import InputRefused
from dashboard.instants import to_datetime
from dashboard.intake import Answers, Report, Verdict, import_tracker
from dashboard.intake.sheet import look
from dashboard.sheets.layout import Choices
from dashboard.store import Store
from tests.builders import LEAD
from tests.law import broken
from tests.sheets import case_events, notes

TRACKERS = Path(__file__).parent / "data" / "trackers"
NOW = datetime(2026, 10, 30, 19, 30, tzinfo=UTC)
ZONE = ZoneInfo("America/New_York")


@dataclass(frozen=True)
class Want:
    """What becomes of a file: the verdicts of its rows by number, what is said, what is skipped."""

    verdicts: dict[object, str]
    says: dict[object, str] = field(default_factory=dict)
    skipped: tuple[int, ...] = ()
    aside: tuple[str, ...] = ()


def rows(verdict: str, *numbers: object) -> dict[object, str]:
    return dict.fromkeys(numbers, verdict)


A, D, U, R = "accepted", "duplicate", "updated", "rejected"
WANTED = {
    "05_status_withdrawn.csv": Want(
        {2: f"{R} status", 3: A, 4: A}, {2: "does not say when: write the date beside it"}
    ),
    "16_day_first.csv": Want(rows(A, *range(2, 16))),
    "35_na_emdash.csv": Want({2: A}),
    "arrayformula.xlsx": Want({2: A}),
    "bomB.csv": Want(rows(A, 2, 3)),
    "first.csv second.csv": Want({2: U}),
    "first.csv second.csv first.csv second.csv": Want({2: D}),
    "formulas_blank.xlsx": Want({2: A}),
    "hidden_template_first.xlsx": Want(rows(A, 2, 3), aside=("Template",)),
    "id_tbd.csv": Want(rows(A, 2, 3)),
    "lastrow_style.xlsx": Want({2: A}),
    "longnote.csv": Want({2: A}),
    "merged_real.xlsx": Want(rows(A, 2, 3, 4)),
    "noid.csv withid.csv": Want({2: f"{R} likely"}, {2: "This is likely C-0001: the same times"}),
    "real_tl.xlsx": Want(
        {
            **rows(A, *(("SaaS moves 2026", number) for number in (5, 6, 7, 8))),
            ("VO", 2): A,
        },
        skipped=(9,),
    ),
    "reopen.csv": Want({2: A}),
    "sep_line.csv": Want(rows(A, 3, 4)),
    "sheets_per_month.xlsx": Want(
        rows(A, ("August", 2), ("September", 2), ("October", 2)),
    ),
    "totals.csv": Want(rows(A, 2, 3, 4), skipped=(5, 6, 7)),
    "two_sheets_day_first.xlsx": Want(
        {
            **rows(A, *(("Local", number) for number in (2, 3, 5, 6, 7)), ("VO", 2)),
            ("Local", 4): f"{R} order",
            ("Local", 8): f"{R} future",
        },
        skipped=(9,),
    ),
    "tl1/tracker.csv": Want({2: A, 3: A, 4: A}),
    "tl2/tracker.csv": Want({2: A}),
    "zeros1.csv zeros2.xlsx": Want({2: D}),
}
REFUSED = {
    "bom_one_cp1252_byte.csv": r"row 3 holds a byte that is none: 0xFC after “F200002,M”",
    "long.csv": r'(?s)no column names the firm.*--map "firm=Header".*--map "path=Local"',
    "strict.xlsx": r"Strict Open XML. Open it in Excel, choose Save As, Excel Workbook \(.xlsx\)",
}


def take(store: Store, name: str, **how: Any) -> Report:
    return import_tracker(store, TRACKERS / name, name, by=LEAD, now=NOW, **how)


def test_every_file_has_an_expectation():
    told = {name for names in (*WANTED, *REFUSED) for name in names.split()}

    assert told == {
        str(path.relative_to(TRACKERS)) for path in TRACKERS.rglob("*.*") if path.is_file()
    }


@pytest.mark.parametrize("names", WANTED)
def test_a_tracker_comes_out_as_it_should(store, names):
    want = WANTED[names]

    report = [take(store, name) for name in names.split()][-1]

    def place(row: Verdict) -> object:
        return (row.sheet, row.row) if report.is_of_several else row.row

    given = {place(row): " ".join(filter(None, (row.verdict, row.reason))) for row in report.rows}
    assert given == want.verdicts
    for row in report.rows:
        assert want.says.get(place(row), "") in (row.message or "")
    assert tuple(number for one in report.skipped for number in one.rows) == want.skipped
    assert tuple(one.sheet for one in report.aside) == want.aside
    assert broken(case_events(store)) == []
    head = store.head()
    again = take(store, names.split()[-1])
    assert store.head() == head
    assert again.summary[A] + again.summary[U] == 0


@pytest.mark.parametrize("name", REFUSED)
def test_a_tracker_that_is_open_or_unreadable_is_refused_in_words(store, name):
    with pytest.raises(InputRefused, match=REFUSED[name]):
        take(store, name)

    assert store.position == 0


# --- What the files hold ---------------------------------------------------------------------


def times(store: Store, case_id: str = "C-0001") -> list[str]:
    case: Case = store.case(case_id)
    done = [case.records[number].completed_us or 0 for number in range(1, case.due)]
    local = [to_datetime(us).astimezone(ZONE) for us in done]
    return [f"{at:%m-%d %H:%M}" for at in local]


def test_a_day_first_sheet_has_its_days_right(store):
    take(store, "16_day_first.csv")

    assert times(store)[:2] == ["09-03 10:00", "09-03 13:00"]
    assert times(store)[-1] == "09-04 04:00"


def test_days_without_a_time_end_as_late_as_the_next_step_allows_and_say_so(store):
    take(store, "real_tl.xlsx")

    assert store.case("C-0003").firm == "Delta Accounting"
    assert times(store, "C-0003") == [
        "10-05 17:00", "10-05 17:00", "10-06 17:00", "10-06 17:00", "10-07 17:00", "10-08 17:00",
        "10-08 17:00",
    ]  # fmt: skip
    flags = {record.flags for record in store.case("C-0003").records.values()}
    assert flags == {("date_only",)}
    assert times(store, "C-0004")[0] == "10-12 09:00"


def test_the_sheets_of_one_path_need_no_column_for_it(store):
    layout = look(TRACKERS / "real_tl.xlsx", "real_tl.xlsx").layout.as_json()

    assert [(one["name"], one["header_row"], one["form"]) for one in layout["sheets"]] == [
        ("SaaS moves 2026", 4, "wide"), ("VO", 1, "wide"),
    ]  # fmt: skip
    fields = {col["header"]: col["field"] for col in layout["sheets"][1]["columns"]}
    assert (fields["Cancelled"], fields["EMS ticket opened"], fields["EMS #"]) == (
        "step_7", "step_8", "ems_ticket",
    )  # fmt: skip
    assert all(col["sure"] for one in layout["sheets"] for col in one["columns"])


def test_a_formulas_value_is_kept_or_nothing(store):
    take(store, "arrayformula.xlsx")

    assert "ArrayFormula" not in "".join(notes(store))


def test_an_update_keeps_the_old_values_in_the_history(store):
    take(store, "first.csv")
    take(store, "second.csv")

    case = store.case("C-0001")
    assert case.fields["ems_ticket"] == "EMS-777"
    assert case.fields["order_number"] == "SO-999"
    assert case.fields["team_leader"] == "R. Castellano"
    assert case.fields["products"] == ["UltraTax CS", "Fixed Assets CS"]
    assert notes(store) == ["Notes: customer disputes invoice, hold"]
    told = [event.data.get("fields", {}) for event in store.history("C-0001")]
    assert [fields["team_leader"] for fields in told if "team_leader" in fields] == [
        "T. Vance", "R. Castellano",
    ]  # fmt: skip


@pytest.mark.parametrize(("answer", "verdict", "cases"), [("same", U, 1), ("new", A, 2)])
def test_a_row_that_is_likely_a_known_case_is_what_a_person_says(store, answer, verdict, cases):
    take(store, "noid.csv")

    report = take(store, "withid.csv", answers=Answers(answer))

    assert [row.verdict for row in report.rows] == [verdict]
    assert store.count_cases() == cases
    assert store.case(f"C-000{cases}").fields["firm_id"] == "F100001"
    head = store.head()
    assert [row.verdict for row in take(store, "withid.csv").rows] == [D]
    assert store.head() == head


def test_a_date_alone_is_made_finer_on_its_own_day_and_no_other(store):
    head = "Customer,Type,Form submitted,Routed to TL\n"
    first = f"{head}Elm,Local,10/20/2026,10/21/2026\n".encode()
    other = f"{head}Elm,Local,10/13/2026 9:00,10/21/2026 10:00\n".encode()
    import_tracker(store, first, "t.csv", by=LEAD, now=NOW)

    same = Answers("same")
    report = import_tracker(store, other, "t.csv", by=LEAD, now=NOW, answers=same)

    assert [(row.verdict, row.reason) for row in report.rows] == [("rejected", "conflict")]
    assert times(store) == ["10-20 17:00", "10-21 17:00"]


def test_a_long_note_is_whole_in_several(store):
    take(store, "longnote.csv")

    assert len(notes(store)) > 1
    told = (TRACKERS / "longnote.csv").read_text().count("Called.")
    assert sum(text.count("Called.") for text in notes(store)) == told


def test_formulas_filled_down_past_every_row_that_is_read_are_no_rows(store):
    """As Excel and xlsxwriter write a formula whose result is empty: with a value of no text."""
    file = io.BytesIO()
    with xlsxwriter.Workbook(file, {"constant_memory": True}) as book:
        sheet = book.add_worksheet()
        sheet.write_row(0, 0, ["Customer", "Type", "Form submitted", "Days"])
        sheet.write_row(1, 0, ["Fir & Sons", "Local", "10/13/2026 9:00"])
        nothing: Any = ""
        for number in range(1, 101_000):
            sheet.write_formula(number, 3, f'=IF(B{number + 1}="","",1)', None, nothing)

    report = import_tracker(store, file.getvalue(), "down.xlsx", by=LEAD, now=NOW)

    assert [(row.row, row.verdict) for row in report.rows] == [(2, A)]
    assert report.remarks == ()


def test_a_huge_used_range_costs_nothing():
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    began = time.process_time()
    looked = look(TRACKERS / "lastrow_style.xlsx", "lastrow_style.xlsx")
    after = resource.getrusage(resource.RUSAGE_CHILDREN)

    assert [len(one.below) for one in looked.read] == [1]
    # of the processor: a machine that is busy tells nothing by the clock
    assert after.ru_utime - before.ru_utime + time.process_time() - began < 2


def test_merged_cells_give_their_value_to_each_row(store):
    take(store, "merged_real.xlsx")

    assert {store.case(f"C-000{number}").firm for number in (1, 2, 3)} == {"Lakeside CPA"}


def test_long_form_is_taken_once_firm_and_path_are_said(store):
    choices = Choices(fields=(("firm", "case"), ("path", "Local")))

    report = take(store, "long.csv", choices=choices)

    assert [(row.row, row.verdict, row.case) for row in report.rows] == [
        *((number, A, "C-0001") for number in range(2, 6)),
        *((number, A, "C-0002") for number in (6, 7)),
    ]
    assert times(store) == ["09-01 09:00", "09-01 10:00", "09-01 11:00", "09-01 12:00"]


def test_two_trackers_of_one_name_both_stand_in_the_report(store):
    first = (TRACKERS / "tl1" / "tracker.csv").read_bytes().replace(b"10/5/2026,", b"soon,")
    second = (TRACKERS / "tl2" / "tracker.csv").read_bytes()
    for content in (first, second):
        import_tracker(store, content, "tracker.csv", by=LEAD, now=NOW)

    stands = store.run("rejected_rows", now=NOW, month="2026-10").to_pylist()
    assert [row["sheet_row"] for row in stands] == [3, 4]
    # the same tracker again, mended: its wrong rows are gone
    mended = first.replace(b"soon,", b"10/5/2026 1:00 PM,")
    import_tracker(store, mended, "tracker.csv", by=LEAD, now=NOW)
    assert store.run("rejected_rows", now=NOW, month="2026-10").num_rows == 0


def test_a_withdrawn_case_with_its_date_is_withdrawn(store):
    text = (TRACKERS / "05_status_withdrawn.csv").read_text()
    content = text.replace(",Withdrawn", ",Withdrawn 10/9/2026").encode()

    report = import_tracker(store, content, "t.csv", by=LEAD, now=NOW)

    assert [row.verdict for row in report.rows] == [A, A, A]
    case = store.case("C-0001")
    assert case.state == "withdrawn"
    assert to_datetime(case.moves[-1].at_us).astimezone(ZONE).isoformat()[:16] == "2026-10-09T17:00"
    head = store.head()
    assert import_tracker(store, content, "u.csv", by=LEAD, now=NOW).summary[D] == 3
    assert store.head() == head


def test_a_case_that_was_put_right_here_is_not_put_wrong_again(store):
    take(store, "first.csv")
    take(store, "second.csv")
    commands.assign_cases(store, ["C-0001"], "H. Abebe", by=LEAD, now=NOW)

    assert take(store, "second.csv").summary[D] == 1
    assert store.case("C-0001").fields["team_leader"] == "H. Abebe"
