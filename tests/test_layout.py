"""How a tracker is recognised: headings, forms, dates, and what is asked."""

import csv
import io
import json
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
from openpyxl import Workbook, load_workbook

from dashboard.catalogue import shipped_catalogue
from dashboard.errors import InputRefused
from dashboard.instants import to_datetime
from dashboard.intake import Answers, import_tracker
from dashboard.intake.firms import is_slip
from dashboard.intake.sheet import Looked, look, read_tracker
from dashboard.intake.template import template
from dashboard.sheets.dates import DateOrder
from dashboard.sheets.layout import Choices, Layout
from dashboard.store import Store
from tests.builders import LEAD
from tests.law import broken
from tests.other_words import LAYOUTS, layouts
from tests.sheets import NOW, case_events, csv_of, notes, row, saved, take

# forty more, written by somebody who had not read what headings are compared with
DESKS = Path(__file__).parent / "data" / "headings.txt"
OWN = ["Customer", "Type", "Form submitted", "Routed to TL", "Cancellation processed"]


def text_of(*rows: list[str], mark: str = ",") -> bytes:
    text = io.StringIO()
    csv.writer(text, delimiter=mark).writerows(rows)
    return text.getvalue().encode()


def fields(looked: Looked, at: int = 0) -> dict[str, str | None]:
    return {c.header: c.field for c in looked.read[at].found.layout.columns if c.header}


def seen(content: bytes, **how: Any) -> Looked:
    return look(content, "tracker.csv", Choices(**how))


def refused(content: bytes, **how: Any) -> str:
    with pytest.raises(InputRefused) as caught:
        read_tracker(content, "tracker.csv", Choices(**how))
    return str(caught.value)


# --- Headings --------------------------------------------------------------------------------


@pytest.mark.parametrize("told_by", [LAYOUTS, DESKS.read_text("utf-8")], ids=["leads", "desks"])
def test_headings_in_forty_departments_words_are_recognised_and_none_wrongly_for_sure(told_by: str):
    told, right, wrong = 0, 0, []
    for words in layouts(told_by):
        columns = seen(text_of(*words.rows())).read[0].found.layout.columns
        for column in columns:
            wanted = words.fields[column.header]
            told += 1
            right += wanted in (column.field, "person")
            if column.sure and column.field and column.field != wanted != "person":
                wrong.append((words.name, column.header, column.field))

    assert wrong == []
    assert right / told >= 0.95, right / told
    assert len(layouts(told_by)) == 40


@pytest.mark.parametrize(
    ("values", "field"), [(("NY", "TX", "ME"), None), (("Open", "Closed", "On hold"), "status")]
)
def test_a_state_is_a_status_where_its_words_are(values: tuple[str, ...], field: str | None):
    rows = [[f"Firm {n}", "Local", "5/16/2026 9:00", value] for n, value in enumerate(values)]

    looked = seen(text_of(["Customer", "Type", "Form submitted", "State"], *rows))

    assert fields(looked)["State"] == field
    assert not looked.questions


@pytest.mark.parametrize("mark", [",", ";", "\t", "|"])
def test_headings_stand_below_titles_whatever_parts_the_cells(mark):
    content = text_of(["Moves"], [], ["by", "T. Vance"], OWN, ["Maple", "VO"], mark=mark)

    layout = seen(content).read[0].found.layout

    assert layout.header_row == 4
    assert [c.field for c in layout.columns] == ["firm", "path", "step_1", "step_2", "step_3"]


def test_headings_on_two_lines_are_read_together():
    content = text_of(
        ["", "", "Cancellation", "", "EMS", ""],
        ["Customer", "Type", "submitted", "processed", "ticket", "#"],
        ["Maple", "Local", "10/28/2026 9:00", "10/28/2026 10:00", "10/28/2026 11:00", "EMS-1"],
    )

    found = fields(seen(content))

    assert found == {
        "Customer": "firm", "Type": "path", "Cancellation submitted": "step_1",
        "Cancellation processed": "step_3", "EMS ticket": "step_4", "EMS #": "ems_ticket",
    }  # fmt: skip


def test_what_stands_below_a_heading_tells_times_from_names_and_numbers():
    over_times = text_of(
        [*OWN, "EMS ticket", "TL"], ["Maple", "Local", *["10/28/2026 9:00"] * 4, "T. Vance"]
    )
    over_numbers = text_of(
        [*OWN, "EMS ticket"], ["Maple", "Local", *["10/28/2026 9:00"] * 3, "EMS-1"]
    )

    assert fields(seen(over_times))["EMS ticket"] == "step_4"
    assert fields(seen(over_times))["TL"] == "team_leader"
    assert fields(seen(over_numbers))["EMS ticket"] == "ems_ticket"


def test_a_sheet_for_both_paths_counts_each_cases_steps_by_its_own():
    header = [
        "Firm", "Type", "Products", "Form submitted", "Routed to TL", "CPT emailed",
        "Down time scheduled", "Welcome email", "CPT complete", "Cancelled", "EMS ticket opened",
        "Renewal sent", "Order processed", "Licenses updated",
    ]  # fmt: skip
    at = [f"10/28/2026 {hour}:00" for hour in range(8, 15)]
    local = ["Maple", "Local", "", at[0], at[1], "n/a", "", "", "-", at[2], at[3], at[4], "", ""]
    hosted = ["Elm", "VO", "UltraTax CS", *at[:4], *[""] * 7]

    rows = read_tracker(text_of(header, local, hosted), "both.csv").rows

    assert [rows[0].text(f"Step {n}") for n in range(1, 8)] == [*at[:5], "", ""]
    assert [rows[1].text(f"Step {n}") for n in range(1, 6)] == [*at[:4], ""]


def test_a_row_that_must_be_told_which_is_its_header_is_taken_from_there():
    content = text_of(
        ["Firm", "Type", "Form submitted", "Routed to TL"], ["Older list"],
        ["Client", "Path", "Submitted", "Sent to TL"], ["Elm", "Local", "10/28/2026 9:00"],
    )  # fmt: skip

    assert seen(content, header_row=3).read[0].found.layout.header_row == 3
    assert len(read_tracker(content, "t.csv", Choices(header_row=3)).rows) == 1


def test_an_unclear_column_is_asked_for_and_the_option_answers():
    content = text_of(
        [*OWN, "Reinstated"], ["Elm", "Local", *["10/28/2026 9:00"] * 3, "10/29/2026"]
    )

    said = refused(content)
    assert "is column F “Reinstated” (10/29/2026)" in said
    assert '--map "note=Reinstated" to keep it as a note' in said
    answer = Choices(fields=(("note", "Reinstated"),))
    [only] = read_tracker(content, "t.csv", answer).rows
    assert only.others == (("Reinstated", "10/29/2026"),)


def test_an_empty_column_fills_a_step_that_would_be_missing():
    content = text_of(
        ["Firm", "Type", "Submitted", "Sent to TL", "Cancelled", "EMS ticket", "Renewal", "Order",
         "Downloaded"],
        ["Elm", "Local", "10/28/2026 9:00", "", "", "", "", "", ""],
    )  # fmt: skip

    assert fields(seen(content))["Order"] == "step_6"
    assert len(read_tracker(content, "t.csv").rows) == 1


def test_who_is_named_beside_a_step_has_done_it(store):
    content = text_of(
        ["Customer", "Type", "Activity", "Completed on", "Done by"],
        ["Elm", "VO", "Form submitted", "10/28/2026 9:00", "J. Whitlow"],
        ["Elm", "VO", "On hold at TL", "10/28/2026", "T. Vance"],
    )

    report = import_tracker(store, content, "long.csv", by=LEAD, now=NOW)

    assert [(one.row, one.verdict) for one in report.rows] == [(2, "accepted"), (3, "accepted")]
    told = [event.data.get("done_by") for event in store.history("C-0001")]
    assert told[:2] == ["J. Whitlow", "T. Vance"]


def test_a_field_or_heading_that_there_is_not_is_refused():
    content = text_of(OWN, ["Elm", "Local", "10/28/2026 9:00"])

    assert "there is no field 'colour'" in refused(content, fields=(("colour", "Type"),))
    assert "no column is called 'Nowhere'" in refused(content, fields=(("step_4", "Nowhere"),))
    assert "it has no sheet 'May'" in refused(content, sheets=("May",))


def test_a_layout_is_read_as_it_was_written():
    written = Layout.from_json(
        json.loads(json.dumps(seen(text_of(OWN, ["Elm", "Local"])).layout.as_json()))
    )

    shuffled = text_of(OWN[::-1], ["", "", "10/28/2026 9:00", "Local", "Elm"])
    [only] = read_tracker(shuffled, "next week.csv", Choices(layout=written)).rows
    assert (only.text("Firm"), only.text("Step 1")) == ("Elm", "10/28/2026 9:00")
    assert set(written.as_json()["sheets"][0]) == {
        "name", "header_row", "form", "columns", "path", "date_order", "dates_only",
    }  # fmt: skip


# --- Dates -----------------------------------------------------------------------------------


def dated(*days: str) -> bytes:
    return text_of(OWN, *(["Elm", "Local", day] for day in days))


@pytest.mark.parametrize(
    ("days", "order"),
    [
        (("5/6/2026 9:00", "5/13/2026 9:00"), "mdy"), (("5/6/2026 9:00", "13/5/2026 9:00"), "dmy"),
        (("05.06.2026", "28.10.2026"), "dmy"), (("2026-10-05", "Oct 28, 2026 4pm"), None),
        (("7/7/2026", "8/8/26"), None),
    ],
)  # fmt: skip
def test_the_order_of_dates_is_the_sheets(days, order):
    layout = seen(dated(*days)).read[0].found.layout

    assert layout.date_order == order
    assert len(read_tracker(dated(*days), "t.csv").rows) == len(days)


def test_an_order_that_nothing_tells_is_asked_for():
    content = dated("5/6/2026 9:00", "7/8/2026 9:00")

    assert "Answer with --date-order mdy or --date-order dmy." in refused(content)
    [first, _] = read_tracker(content, "t.csv", Choices(date_order=DateOrder.DMY)).rows
    assert first.order == "dmy"


def test_dates_in_two_orders_are_refused_with_both_cells():
    said = refused(dated("5/13/2026 9:00", "13/5/2026 9:00"))

    assert "C2 (5/13/2026 9:00) only month first and C3 (13/5/2026 9:00) only day first" in said


DAYS = {
    # a Friday; the next step that day, later, or none; a closed day; a day after hours
    ("2026-10-23",): ["10-23 17:00"],
    ("2026-10-23", "2026-10-23 11:00"): ["10-23 11:00", "10-23 11:00"],
    ("2026-10-23", "2026-10-26 11:00"): ["10-23 17:00", "10-26 11:00"],
    ("2026-10-24",): ["10-23 17:00"],
    ("2026-10-23 18:00", "2026-10-23"): ["10-23 18:00", "10-23 18:00"],
    ("2026-10-30",): ["10-30 15:30"],  # today: now, since its close is to come
}


@pytest.mark.parametrize("given", DAYS)
def test_a_day_is_as_late_as_it_can_be(store, given):
    cells = {f"Step {number}": text for number, text in enumerate(given, start=1)}

    [taken] = take(store, {**row(), **cells})

    case = store.case(str(taken.case))
    done = [to_datetime(case.records[n].completed_us or 0) for n in range(1, case.due)]
    zone = read_zone(store)
    assert [f"{at.astimezone(zone):%m-%d %H:%M}" for at in done] == DAYS[given]


def read_zone(store: Store) -> Any:
    from zoneinfo import ZoneInfo

    return ZoneInfo(store.settings.calendar.zone)


def test_days_that_go_back_or_lie_ahead_are_rejected(store):
    back = row(Step_1="2026-10-28", Step_2="2026-10-27")
    ahead = row(Step_1="2026-10-31")

    assert [one.reason for one in take(store, back, ahead)] == ["order", "future"]


def test_a_case_known_by_its_day_goes_on_and_an_hour_known_later_is_kept(store):
    first = take(store, row(Step_1="2026-10-28"))
    again = take(store, row(Step_1="2026-10-28", Step_2="2026-10-28 10:00"))
    finer = take(store, row(Step_1="2026-10-28 9:30", Step_2="2026-10-28 10:00"))

    assert [one[0].verdict for one in (first, again, finer)] == ["accepted", "updated", "updated"]
    opened = to_datetime(store.case("C-0001").opened_us)
    assert f"{opened.astimezone(read_zone(store)):%H:%M}" == "09:30"
    assert (
        take(store, row(Step_1="2026-10-28", Step_2="2026-10-28 10:00"))[0].verdict == "duplicate"
    )
    assert store.count_cases() == 1


def test_hours_known_later_leave_the_steps_in_order_at_each_correction(store):
    days: dict[str, Any] = {f"Step_{number}": "2026-10-26" for number in range(1, 5)}
    hours: dict[str, Any] = {"Step_1": "2026-10-26 9:00", "Step_2": "2026-10-26 10:00"}
    take(store, row(**days))

    [finer] = take(
        store, row(**{**days, **hours, "Step_3": "2026-10-26 18:00", "Step_4": "2026-10-26 19:00"})
    )

    assert finer.verdict == "updated"
    assert broken(case_events(store)) == []


def test_an_hour_after_a_step_that_the_row_lacks_is_a_conflict(store):
    days: dict[str, Any] = {f"Step_{number}": "2026-10-26" for number in range(1, 4)}
    take(store, row(**days))

    [one] = take(store, row(Step_1="2026-10-26 9:00", Step_2="2026-10-26 18:00"))

    assert one.reason == "conflict"
    assert broken(case_events(store)) == []


def test_an_hour_that_the_clock_showed_twice_is_told(store):
    [taken] = take(store, row(Step_1="11/2/2025 1:30 AM"))

    assert taken.verdict == "accepted"
    assert "the first is taken, before it was put back" in str(taken.message)


# --- What stands in cells --------------------------------------------------------------------


def test_ids_are_as_the_sheet_shows_them():
    book = Workbook()
    tab = book.worksheets[0]
    tab.append(["Firm ID", *OWN[1:]])
    shapes = ("000000", "General", "000-000", '"F"000000', "0.00")
    for number, shape in enumerate(shapes, start=2):
        tab.append([4217, "Local", datetime(2026, 10, 28, 9, number)])  # noqa: DTZ001
        tab.cell(number, 1).number_format = shape

    rows = read_tracker(saved(book), "t.xlsx").rows

    assert [one.text("Firm ID") for one in rows] == [
        "004217", "4217", "004-217", "F004217", "4217",
    ]  # fmt: skip


def test_an_id_that_was_cut_short_is_no_id(store):
    [one] = take(store, row(Firm_ID="4.22E+11"))

    assert (one.reason, "its last digits are lost" in str(one.message)) == ("mangled_id", True)


def test_two_firms_under_one_id_at_one_submission_are_named(store):
    take(store, row(done=7, Firm="Birch & Sons"))

    [one] = take(store, row(done=7, Firm="Union Advisors"))

    assert one.reason == "conflict"
    assert "“Birch & Sons” in C-0001 and “Union Advisors” here" in str(one.message)


def test_a_firm_is_the_same_in_every_way_to_write_it(store):
    take(store, row(done=7, Firm_ID="", Firm="Café Müller"))

    decomposed = row(done=7, Firm_ID="", Firm="Cafe\u0301 Mu\u0308l\u00adler\u200b")
    assert take(store, decomposed)[0].verdict == "duplicate"
    assert is_slip("Cafe Muller LLC", "Café Müller")


def test_a_row_of_an_open_case_with_another_submission_is_asked_about(store):
    take(store, row(done=2))
    other = row(Step_1="10/29/2026 9:00")

    [held] = take(store, other)
    assert (held.reason, held.case) == ("likely", "C-0001")
    assert take(store, other, answers=Answers("new"))[0].verdict == "accepted"
    assert take(store, other)[0].verdict == "duplicate"


def test_a_row_is_asked_about_after_those_that_complete_its_case(store):
    given = take(store, row(done=2), row(Step_1="10/29/2026 9:00"), row(done=7))

    assert [one.verdict for one in given] == ["accepted", "accepted", "updated"]


@pytest.mark.parametrize(
    ("status", "reason"),
    [
        ("Withdrawn", "status"), ("Withdrawn on 10/27/2026", "status"), ("Closed", "status"),
        ("Canceled", "status"), ("On hold", None), ("open", None), ("n/a", None), ("odd", None),
        ("Withdrawn 10/29/2026", None), ("withdrew (10/29/2026)", None),
    ],
)  # fmt: skip
def test_a_status_is_held_against_the_steps(store, status, reason):
    [one] = take(store, {**row(done=2), "Status": status})

    assert one.reason == reason
    if status == "odd":
        assert notes(store) == ["Status: odd"]


# --- Encodings -------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("encoding", "name"),
    [
        ("mac_roman", "Müller"),
        ("cp1250", "Wałęsa & Syn"),
        ("cp1250", "Łódź Tax"),
        ("cp1250", "Księgowość Gwóźdź"),
        ("cp1250", "Jiří Novák"),
    ],
)
def test_an_encoding_that_the_text_makes_doubtful_is_asked_for(encoding, name):
    content = csv_of(row(Firm=name)).decode().encode(encoding)

    said = refused(content)
    assert f"“{name.split()[0]}”" in said
    assert f"--encoding {encoding} or --encoding cp1252" in said
    [only] = read_tracker(content, "t.csv", Choices(encoding=encoding)).rows
    assert only.text("Firm") == name


@pytest.mark.parametrize("name", ["Müller – Söhne", "O’Brien", "Žofie", "Ærø £5", "naïve café"])
def test_what_windows_writes_is_not_asked_about(name):
    [only] = read_tracker(csv_of(row(Firm=name)).decode().encode("cp1252"), "t.csv").rows

    assert only.text("Firm") == name


# --- The template ----------------------------------------------------------------------------


def test_what_is_filled_into_the_template_is_imported_without_a_question(store):
    book = load_workbook(io.BytesIO(template(shipped_catalogue())))
    for name, path, last in (("Local", "Local", 7), ("Virtual Office", "Virtual Office", 11)):
        tab = book[name]
        heads = {str(cell.value): at for at, cell in enumerate(tab[2], start=1)}
        values = {"Firm": "Elm CPAs", "Move to": path, "Products": "UltraTax CS", "Status": "Open"}
        for key, value in values.items():
            tab.cell(3, heads[key], value)
        for number in range(1, last):
            tab.cell(3, heads[f"Step {number}"], datetime(2026, 9, number, 10, 0))  # noqa: DTZ001

    report = import_tracker(store, saved(book), "t.xlsx", by=LEAD, now=NOW)

    assert [(one.sheet, one.verdict) for one in report.rows] == [
        ("Local", "accepted"), ("Virtual Office", "accepted"),
    ]  # fmt: skip
    assert [one.sheet for one in report.aside] == ["Example"]


def test_the_templates_example_is_a_case(store):
    content = template(shipped_catalogue())
    choices = Choices(sheets=("Example",))

    report = import_tracker(store, content, "t.xlsx", by=LEAD, now=NOW, choices=choices)

    assert [one.verdict for one in report.rows] == ["accepted"]


@pytest.mark.parametrize(
    "name",
    ["Café Müller", "Søren Ålgård", "£5 Tax", "Peña y Núñez", "L’Hôte"],
)
def test_letters_of_the_west_are_not_asked_about(name: str):
    content = f"Account,Going to,Form received\n{name},Local,10/13/2026 9:00\n"

    looked = seen(content.encode("cp1252"))

    assert looked.read[0].below[0].cells[0] == name


def test_totals_and_headings_that_come_again_raise_no_question():
    head = ["Account", "Going to", "Form received", "Sent to TL"]
    told = [["Elm", "Local", "10/13/2026 9:00", ""], ["Total", "1", "", ""], head]

    looked = seen(text_of(head, *told, ["Oak", "Local", "10/14/2026 9:00", ""]))

    assert not looked.questions


def test_ids_that_a_spreadsheet_shortened_are_refused_row_by_row(store: Store):
    rows = [
        ["4.2E+10", "Elm", "Local", "10/13/2026 9:00"],
        ["4.3E+10", "Oak", "Local", "10/14/2026 9:00"],
    ]
    content = text_of(["Firm ID", "Account", "Going to", "Form received"], *rows)

    report = import_tracker(store, content, "t.csv", by=LEAD, now=NOW)

    assert [row.reason for row in report.rows] == ["mangled_id", "mangled_id"]
