"""Sheets as they come: encodings, delimiters, workbooks, and files that are no sheets."""

import csv
import io
import random
import re
import sys
import tracemalloc
import zipfile
from dataclasses import replace
from datetime import date, datetime, time
from pathlib import Path

import pytest
from openpyxl import Workbook

from dashboard.errors import InputRefused
from dashboard.intake import sheet
from dashboard.intake.sheet import read_content, read_tracker
from dashboard.sheets import columns, reading, workbook
from dashboard.sheets.columns import COLUMNS
from dashboard.sheets.refusals import NotATable
from tests.sheets import csv_of, row, saved, xlsx_of

OLD_EXCEL = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(500)


def read(content: bytes):
    return read_tracker(content, "tracker.csv").rows


def table_of(content: bytes) -> list[list[str]]:
    return list(csv.reader(io.StringIO(content.decode())))


# --- Text ------------------------------------------------------------------------------------


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "cp1252"])
def test_a_sheet_is_read_in_the_encodings_that_spreadsheets_write(encoding):
    content = csv_of(row(Firm="Müller – Söhne")).decode().encode(encoding)

    [only] = read(content)

    assert only.text("Firm") == "Müller – Söhne"


@pytest.mark.parametrize("encoding", ["utf-16-le", "utf-16-be"])
def test_the_byte_order_mark_says_which_utf_16_it_is(encoding):
    content = ("\ufeff" + csv_of(row()).decode()).encode(encoding)

    assert read(content)[0].text("Firm") == "Birch & Sons"


@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
def test_the_header_tells_what_parts_the_cells(delimiter):
    content = csv_of(row(Products="UltraTax CS; Practice CS, Planner CS"), delimiter=delimiter)

    assert read(content)[0].cells["Products"] == "UltraTax CS; Practice CS, Planner CS"


@pytest.mark.parametrize("end", ["\r\n", "\n", "\r"])
def test_lines_end_in_any_way_and_cells_may_hold_line_breaks(end):
    content = csv_of(
        row(Notes="one\ntwo"), row(Firm="Alder"), lineterminator=end, quoting=csv.QUOTE_ALL
    )

    first, second = read(content)

    assert first.cells["Notes"] == "one\ntwo"
    assert second.text("Firm") == "Alder"


def test_rows_are_numbered_as_the_sheet_shows_them_and_blank_ones_count():
    content = csv_of(row(), {}, row()) + b"\r\n , ,\r\n" + csv_of(row()).split(b"\r\n", 1)[1]

    assert [item.number for item in read(content)] == [2, 4, 7]


def test_names_of_columns_vary_in_case_blanks_and_full_stops():
    header = [f"  {name.upper().replace(' ', '   ')}. " for name in COLUMNS]
    content = csv_of(row()).split(b"\r\n", 1)[1]

    [only] = read(",".join(header).encode() + b"\r\n" + content)

    assert only.text("Move to") == "Local"
    assert only.text("Step 1") == "10/28/2026 9:00"


def test_what_stands_in_other_columns_or_beyond_the_header_is_not_lost():
    content = csv_of({**row(), "Region": "East"}, row()).rstrip() + b",West,,far out\r\n"

    first, second = read(content)

    assert first.others == (("Region", "East"),)
    assert second.others == (("Column 24", "West"), ("Column 26", "far out"))


NOTHING = ("", "-", " n/a ", "N/A", "NA", "N.A.", " \t", "none", "–", "—", "--", "nil", "#N/A")


@pytest.mark.parametrize("column", ["Notes", "Step 3", "Team leader", "EMS ticket", "Firm ID"])
@pytest.mark.parametrize("text", NOTHING)
def test_where_nothing_is_meant_to_stand_in_any_spelling_a_cell_is_empty(column, text):
    [only] = read(csv_of({**row(), column: text}))

    assert only.text(column) == ""
    assert only.remarks() == []


def test_signs_that_nobody_sees_do_not_spoil_a_cell():
    content = csv_of(row(Step_1="\u200e10/28/2026\u00a09:00\u202fAM\x02", Firm="A\u200bB\x07"))

    [only] = read(content)

    assert only.text("Step 1") == "10/28/2026 9:00 AM"
    assert only.text("Firm") == "AB"


def test_a_header_alone_is_a_sheet_without_rows():
    assert read(csv_of()) == []


# --- Workbooks -------------------------------------------------------------------------------


def test_a_workbook_says_the_same_as_the_text_it_was_made_of():
    content = csv_of(row(), {}, {**row("VO", 11), "Region": "East"}, row(Firm="Alder"))

    read_there = [replace(item, sheet="") for item in read(xlsx_of(table_of(content)))]

    assert read_there == read(content)


def test_cells_of_a_workbook_read_as_people_would_type_them():
    book = Workbook()
    tab = book.worksheets[0]
    tab.append([*COLUMNS, "Sent", "Paid", "Share"])
    day, quarter_past_four = date(2026, 10, 28), time(16, 15)
    cells = {"Firm ID": 503241, "Move to": "VO", "Step 2": quarter_past_four, "Step 4": day}
    cells["Step 1"] = datetime.combine(day, quarter_past_four)
    cells["Step 3"] = datetime.combine(day, time())
    tab.append([*(cells.get(name) for name in COLUMNS), True, 12.0, 0.5])
    tab.cell(2, COLUMNS.index("Step 4") + 1).number_format = '"h "d/m/yyyy'

    [only] = read(saved(book))

    assert [only.text(name) for name in ("Firm ID", "Step 1", "Step 2", "Step 3", "Step 4")] == [
        "503241", "2026-10-28 16:15:00", "16:15:00", "2026-10-28 00:00:00", "2026-10-28",
    ]  # fmt: skip
    assert only.others == (("Sent", "TRUE"), ("Paid", "12"), ("Share", "0.5"))


def test_every_sheet_with_a_trackers_header_is_read():
    book = Workbook()
    book.worksheets[0].append(["Read me first"])
    book.create_sheet("Empty")
    tracker = book.create_sheet("Cases")
    for cells in table_of(csv_of(row())):
        tracker.append(cells)
    book.create_sheet("Old").append(list(COLUMNS))

    told = read_tracker(saved(book), "tracker.xlsx")

    assert [item.sheet for item in told.rows] == ["Cases"]
    assert told.names == ("Cases", "Old")
    assert [item.sheet for item in told.aside] == ["Sheet", "Empty"]


def test_a_formula_without_its_result_is_empty_and_never_its_text():
    content = xlsx_of(table_of(csv_of(row(Notes='=HYPERLINK("http://x","see")'))))

    assert read(content)[0].cells["Notes"] == ""


def test_a_workbook_whose_rows_have_gaps_keeps_their_numbers():
    book = Workbook()
    tab = book.worksheets[0]
    tab.append(list(COLUMNS))
    tab.cell(9, 1, "F1")
    tab.cell(20, 30).number_format = "0.00"  # formatted and empty: no column, no row of its own

    assert [item.number for item in read(saved(book))] == [9]


# --- What is no sheet ------------------------------------------------------------------------


def archive_of(**files: bytes) -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in files.items():
            archive.writestr(name.replace("__", "/").replace("_", "."), content)
    return file.getvalue()


def packed_by(method: int, archive: bytes) -> bytes:
    """The archive, whose files say that they were packed so: each in its header and in the list."""
    changed = bytearray(archive)
    for header, at in ((rb"PK\x03\x04", 8), (rb"PK\x01\x02", 10)):
        for found in re.finditer(header, archive):
            place = found.start() + at
            changed[place : place + 2] = method.to_bytes(2, "little")
    return bytes(changed)


OPEN_DOCUMENT = archive_of(mimetype=b"application/vnd.oasis.opendocument.spreadsheet")
BINARY_WORKBOOK = archive_of(xl__workbook_bin=b"x")
REFUSED = {
    "empty": (b"", "is empty"),
    "blank": (b" \r\n\r\n", "is empty"),
    "pdf": (b"%PDF-1.7\n1 0 obj", "is a PDF"),
    "xls": (OLD_EXCEL, r"old Excel file \(.xls\). Open it in Excel, choose Save As"),
    "password": (
        OLD_EXCEL + "EncryptedPackage".encode("utf-16-le"),
        "a workbook with a password. Open it",
    ),
    "png": (b"\x89PNG\r\n\x1a\n" + bytes(90), "is an image"),
    "jpeg": (b"\xff\xd8\xff\xe0" + bytes(90), "is an image"),
    "ods": (OPEN_DOCUMENT, "OpenDocument"),
    "xlsb": (BINARY_WORKBOOK, "xlsb"),
    "zip": (archive_of(a_txt=b"x"), "an archive and no Excel workbook"),
    "cut zip": (csv_of(row())[:0] + xlsx_of([COLUMNS])[:900], "workbook is damaged"),
    "packed by a method of another's": (
        packed_by(97, xlsx_of([COLUMNS])),
        "damaged .*method is not supported",
    ),
    "empty workbook": (archive_of(xl__workbook_xml=b""), "workbook is damaged"),
    "nul": (csv_of(row()).replace(b"Birch", b"Bir\0ch"), "bytes that are not text"),
    "utf-16 unmarked": (csv_of(row()).decode().encode("utf-16-le"), "bytes that are not text"),
    "no encoding": (csv_of(row()) + b"\x81\x8d\xff", "neither text nor a workbook"),
    "quotes": (csv_of(row()) + b'"never closed,', "line 3 cannot be read.*quotation mark"),
    "prose": (b"Dear all,\nhere is the list.\n", "Found: Dear all. Give"),
    "page": (b"<html><table><tr><td>Firm</td></tr></table></html>", "these are missing: Firm ID"),
}


@pytest.mark.parametrize("kind", REFUSED)
def test_a_file_that_is_no_sheet_is_refused_and_the_message_says_what_it_is(kind):
    content, why = REFUSED[kind]

    with pytest.raises(InputRefused, match=rf"(?s)^tracker.csv was not imported: .*{why}"):
        read(content)


@pytest.mark.parametrize("number", [2, 3, 6])
def test_a_step_that_no_column_has_is_asked_for(number):
    header = [column for column in COLUMNS if column != f"Step {number}"]

    with pytest.raises(InputRefused, match=f"no column says when step {number} was completed"):
        read(
            csv_of(
                {name: text for name, text in row(done=7).items() if name in header}, header=header
            )
        )


def test_what_every_tracker_needs_is_asked_for():
    for lacking, asked in (
        (("Move to",), r'whether a case goes to Local .* Answer with --map "path=Local"'),
        (("Firm", "Firm ID"), r'no column names the firm.* --map "firm=Header"'),
    ):
        cells = {name: text for name, text in row().items() if name not in lacking}
        content = csv_of(cells, header=[name for name in COLUMNS if name not in lacking])
        with pytest.raises(InputRefused, match=rf"(?s)^tracker.csv was not imported: .*{asked}"):
            read(content)


def test_the_id_or_the_name_of_the_firm_is_enough():
    for lacking in ("Firm", "Firm ID"):
        assert read(csv_of(header=[name for name in COLUMNS if name != lacking])) == []


def test_a_sheet_without_the_longer_paths_steps_is_a_sheet():
    short = [name for name in COLUMNS if name not in ("Step 8", "Step 9", "Step 10", "Step 11")]

    assert len(read(csv_of(row(), header=short))) == 1


def test_of_two_columns_that_could_be_the_same_it_is_asked_which():
    content = csv_of({**row(done=3), "STEP  3": "10/28/2026 12:00"}, header=[*COLUMNS, "STEP  3"])

    with pytest.raises(InputRefused, match=r"when step 3 was completed, or is another\?"):
        read(content)


def test_a_file_that_is_too_large_is_refused_unread(tmp_path):
    path = tmp_path / "huge.csv"
    with path.open("wb") as file:
        file.truncate(200_000_000)  # a hole in the disk, but 200 MB to whoever reads it

    with pytest.raises(
        InputRefused, match=r"huge\.csv was not imported: it has 200 MB; the limit is 50 MB"
    ):
        read_content(path, path.name)
    with pytest.raises(InputRefused, match="the limit is 50 MB"):
        read_content(bytes(sheet.MOST_BYTES + 1), "upload.csv")
    assert len(read_content(bytes(50_000_000), "upload.csv")) == 50_000_000


def test_a_path_that_cannot_be_read_is_refused(tmp_path):
    with pytest.raises(InputRefused, match=r"cannot be read \(No such file"):
        read_content(tmp_path / "none.csv", "none.csv")
    with pytest.raises(InputRefused, match="it is not a file"):
        read_content(tmp_path, "folder")

    (tmp_path / "there.csv").write_bytes(b"Firm")
    assert read_content(tmp_path / "there.csv", "there.csv") == b"Firm"


def test_a_sheet_that_has_grown_out_of_bounds_is_refused(monkeypatch):
    monkeypatch.setattr(columns, "MOST_ROWS", 3)

    assert len(read(csv_of(row(), {}, row(), {}, {}))) == 2  # blank rows at the end do not count
    with pytest.raises(InputRefused, match="more than 3 rows"):
        read(csv_of(row(), row(), row(), row()))
    with pytest.raises(InputRefused, match="row 2 has 201 columns"):
        read(csv_of(row()).split(b"\r\n")[0] + b"\r\n" + b"," * 200 + b"x")


NAMES = 'xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"'
BOOK = xlsx_of(table_of(csv_of(row())))


def book_with(**parts: bytes) -> bytes:
    """A sound workbook with other parts in place of its own."""
    file = io.BytesIO()
    given = {f"xl/{name.replace('__', '/')}.xml": content for name, content in parts.items()}
    with (
        zipfile.ZipFile(io.BytesIO(BOOK)) as old,
        zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as new,
    ):
        for name in {*old.namelist(), *given}:
            new.writestr(name, given.get(name) or old.read(name))
    return file.getvalue()


def sheet_of(rows: str) -> bytes:
    text = f"<worksheet {NAMES}><sheetData>{rows}</sheetData></worksheet>"
    return book_with(worksheets__sheet1=text.encode())


def styles_of(number: int) -> bytes:
    text = f"<styleSheet {NAMES}><cellXfs>{'<xf/>' * number}</cellXfs></styleSheet>"
    return book_with(styles=text.encode())


RUNS = "<r><t>x</t></r>"
FULL = "<c><v>1</v></c>"
HARMFUL = {
    "styles of 20 MB": (lambda: styles_of(4_000_000), "unpacks to 20 MB, and at most 10 MB"),
    "many styles": (lambda: styles_of(300_000), "more than 200,000 styles"),
    "a row of a million cells": (
        lambda: sheet_of(f"<row>{'<c/>' * 1_000_000}</row>"), "more than 16,384 cells in row 1"
    ),
    "a cell of many runs": (
        lambda: sheet_of(f'<row><c t="inlineStr"><is>{RUNS * 90_000}</is></c></row>'),
        "more than 2,000 pieces in the text of one cell",
    ),
    "a shared text of many runs": (
        lambda: book_with(sharedStrings=f"<sst {NAMES}><si>{RUNS * 90_000}</si></sst>".encode()),
        "more than 2,000 pieces in the text of one cell",
    ),
    "too many rows": (
        lambda: sheet_of(f"<row>{FULL}</row>" * 100_002), "it has more than 100,000 rows"
    ),
    "too many columns": (
        lambda: sheet_of(f'<row r="7">{FULL * 201}</row>'), "row 7 has 201 columns"
    ),
    "a column far out": (
        lambda: sheet_of('<row><c r="XFD1"><v>1</v></c></row>'), "row 1 has 16,384 columns"
    ),
    "a document type": (
        lambda: book_with(worksheets__sheet1=b'<!DOCTYPE a [<!ENTITY b "c">]><a>&b;</a>'),
        "declares a document type",
    ),
    "200 MB": (
        lambda: book_with(**{"worksheets/sheet1": b" " * 201_000_000}),
        "it unpacks to 201 MB in .* parts, and at most 200 MB are read",
    ),
}  # fmt: skip


@pytest.mark.parametrize("kind", HARMFUL)
def test_a_workbook_made_to_exhaust_the_server_is_refused_before_it_is_kept(kind: str):
    make, why = HARMFUL[kind]
    content = make()

    assert len(content) < 500_000
    tracemalloc.start()
    with pytest.raises(NotATable, match=why):
        next(workbook.read_parts(io.BytesIO(content)))
    _, most = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert most < 30_000_000


def test_an_archive_is_asked_what_it_is_and_not_for_all_that_it_says():
    content = archive_of(mimetype=b"\0" * 300_000_000)

    tracemalloc.start()
    with pytest.raises(InputRefused, match="an archive and no Excel workbook"):
        read(content)
    with pytest.raises(NotATable):
        next(workbook.read_parts(io.BytesIO(content)))
    assert tracemalloc.get_traced_memory()[1] < 5_000_000
    tracemalloc.stop()


@pytest.mark.parametrize(
    ("content", "why"),
    [
        (b",".join([b"ab"] * 2_000_000), "a row of more than 1,000,000 characters"),
        (b'"\n",' * 600_000, "a row of more than 1,000,000 characters"),
        (b'"' + b"a\n" * 900_000, "field larger than field limit"),
        (b"a\n" * 900_000, "more than 100,000 rows"),
    ],
)
def test_a_text_made_to_exhaust_the_server_is_refused(content: bytes, why: str):
    with pytest.raises(InputRefused, match=why):
        read(content)


def test_a_sheet_that_takes_more_room_than_it_is_given_is_ended_and_the_person_is_told_why():
    # more than 300 MB at four bytes a character
    with pytest.raises(InputRefused, match="takes more room than a tracker does"):
        read(("\N{GRINNING FACE}" * 12_000_000).encode())


def test_a_child_that_ends_early_or_says_what_it_must_not_is_a_refusal(tmp_path: Path):
    for said, why in (
        ("import os, signal; os.kill(os.getpid(), signal.SIGXCPU)", "takes longer"),
        ("import os; os.abort()", "cannot be read"),
        ("print('[1', flush=True)", "cannot be read"),
        ("print('[1, [\"a\"]]'); print('{\"rows\": 1}')", "cannot be read"),
        (
            'print(\'{"sheet": "", "hidden": false, "remark": ""}\');'
            "print('[1, [\"a\"]]'); print('{\"rows\": 2}')",
            "cannot be read",
        ),
        ("print('x' * 30_000_000)", "cannot be read"),
    ):
        with (tmp_path / "nothing").open("wb+") as nothing, pytest.raises(NotATable, match=why):
            reading.read_apart(nothing, [sys.executable, "-c", said])


def test_a_damaged_workbook_is_read_or_refused_but_never_fails_otherwise():
    content = xlsx_of(table_of(csv_of(row(), row("VO", 11))))
    lots = random.Random(7)
    refused = 0
    for _ in range(60):
        damaged = _damaged(content, lots)
        try:
            list(workbook.read_parts(io.BytesIO(damaged)))
        except NotATable:
            refused += 1

    assert refused > 20


def _damaged(content: bytes, lots: random.Random) -> bytes:
    """The workbook with one of its parts garbled, under a sound archive."""
    file = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as old, zipfile.ZipFile(file, "w") as new:
        chosen = lots.choice(old.namelist())
        for name in old.namelist():
            part = bytearray(old.read(name))
            if name == chosen and lots.random() < 0.1:
                continue
            for _ in range(lots.choice([1, 5, 40]) if name == chosen else 0):
                part[lots.randrange(len(part))] = lots.choice(b'<>/"=0 9x\xff')
            new.writestr(name, bytes(part))
    return file.getvalue()
