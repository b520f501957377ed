"""`layout`, `template`, and what `import` may be told of a tracker."""

import json
from pathlib import Path

import pytest

from dashboard import commands
from dashboard.clock import now
from dashboard.store import Store
from tests.builders import ADMIN
from tests.test_verbs import Command, command

__all__ = ["command"]  # a fixture

TRACKERS = Path(__file__).parent / "data" / "trackers"
AS_OF = ("--as-of", "2026-10-30T19:30:00+00:00")
OPEN = """\
Client,Submitted,Sent to TL,Reinstated
Granite Tax,5/6/2026 9:00,5/6/2026 10:00,5/7/2026
"""


def layout(said: str) -> dict[str, object]:
    """The one sheet of what `layout --format json` said, columns by heading."""
    [sheet] = json.loads(said)["sheets"]
    return sheet | {"columns": {col["header"]: col["field"] for col in sheet["columns"]}}


def test_layout_says_what_it_recognises(command: Command):
    said = command("layout", str(TRACKERS / "real_tl.xlsx"), "--format", "json")

    first, second = json.loads(said.out)["sheets"]
    assert (said.code, first["name"], second["name"]) == (0, "SaaS moves 2026", "VO")
    assert first["columns"][0] == {
        "column": "A", "header": "Customer", "field": "firm", "sure": True,
    }  # fmt: skip
    assert (first["header_row"], first["form"], first["date_order"]) == (4, "wide", "dmy")
    plain = command("layout", str(TRACKERS / "long.csv")).out
    assert "one row a case and step" in plain
    assert "Open: no column names the firm." in plain


def test_what_is_open_is_refused_with_its_option_and_nothing_is_stored(command: Command):
    Path("moves.csv").write_text(OPEN)

    said = command("import", "moves.csv", *AS_OF)

    assert said.code == 1
    for option in (
        "--date-order mdy or --date-order dmy",
        '--map "path=Local"',
        '--map "note=Reinstated"',
        '--map "step_3=Header"',
    ):
        assert option in said.err
    assert not list(Path().glob("*.duckdb*"))


ANSWERS = (
    "--date-order", "dmy", "--map", "path=Local", "--map", "note=Reinstated",
)  # fmt: skip


def test_what_is_answered_is_imported_and_can_be_kept_as_a_file(command: Command):
    Path("moves.csv").write_text(OPEN)
    written = command("layout", "moves.csv", *ANSWERS, "--format", "json").out
    Path("moves.json").write_text(written)

    first = command("import", "moves.csv", *AS_OF, *ANSWERS)
    again = command("import", "moves.csv", *AS_OF, "--layout", "moves.json")

    assert first.out.startswith("1 accepted, 0 updated, 0 rejected, 0 duplicate.")
    assert again.out.startswith("0 accepted, 0 updated, 0 rejected, 1 duplicate.")
    assert layout(written)["path"] == "local"
    assert layout(written)["columns"]["Reinstated"] is None  # type: ignore[index]


def test_a_layout_that_is_remembered_is_known_by_its_name(command: Command):
    Path("moves.csv").write_text(OPEN)
    written = command("layout", "moves.csv", *ANSWERS, "--format", "json").out
    command("import", "moves.csv", *AS_OF, *ANSWERS)
    [log] = Path().glob("*.duckdb")
    store = Store.open(log)
    commands.remember_layout(store, "Weekly moves", json.loads(written), by=ADMIN, now=now())
    store.close()

    said = command("import", "moves.csv", "--layout", "weekly moves")
    unknown = command("import", "moves.csv", "--layout", "Daily")

    assert (said.code, said.out.split(".")[0]) == (
        0, "0 accepted, 0 updated, 0 rejected, 1 duplicate",
    )  # fmt: skip
    assert "There is no layout 'Daily'. Remembered are: Weekly moves." in unknown.err


def test_a_sheet_can_be_named_and_its_rows_bear_its_name(command: Command):
    book = str(TRACKERS / "sheets_per_month.xlsx")

    one = command("import", book, *AS_OF, "--sheet", "August", "--dry-run", "--report", "one.json")
    command("import", book, *AS_OF, "--report", "all.json")

    assert one.code == 0
    assert "Sheet October was skipped: it was not chosen." in one.out
    assert "sheet" not in json.loads(Path("one.json").read_text())["rows"][0]
    rows = json.loads(Path("all.json").read_text())["rows"]
    assert [(row["sheet"], row["row"]) for row in rows] == [
        ("August", 2), ("September", 2), ("October", 2),
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("answer", "counts"),
    [
        ("reject", "0 accepted, 0 updated, 1 rejected"),
        ("same", "0 accepted, 1 updated, 0 rejected"),
        ("new", "1 accepted, 0 updated, 0 rejected"),
    ],
)
def test_what_a_likely_case_is_can_be_said(command: Command, answer: str, counts: str):
    command("import", str(TRACKERS / "noid.csv"), *AS_OF)

    said = command("import", str(TRACKERS / "withid.csv"), *AS_OF, "--likely", answer)

    assert (said.code, said.out.startswith(counts)) == (0, True)
    assert ("add --likely same" in said.out) == (answer == "reject")


def test_a_template_is_written_and_read_without_a_question(command: Command):
    assert command("template", "-o", "blank.xlsx").code == 0

    said = command("import", "blank.xlsx", *AS_OF)

    assert said.out.startswith("0 accepted, 0 updated, 0 rejected, 0 duplicate.")
    assert "Sheet Example was skipped" in said.out
    assert command("template", "-o", "blank.csv").code == 1


@pytest.mark.parametrize(
    "words", [("--map", "firm"), ("--header-row", "0"), ("--date-order", "ydm"), ("--likely", "no")]
)
def test_options_of_no_form_are_wrong_usage(command: Command, words: tuple[str, ...]):
    assert command("import", "moves.csv", *words).code == 2
