"""Erasing somebody's details: they are gone for good, and the log stays whole."""

import json
from pathlib import Path

import pytest

from dashboard import commands
from dashboard.__main__ import main
from dashboard.cases import Event
from dashboard.errors import CommandRefused, NotAllowed
from dashboard.store import Store
from tests.builders import ADMIN, LEAD, MONDAY, VIEWER, form

ANN = {"contact": "Ann Smith-Quetzalcoatl", "contact_email": "ann@quetzalcoatl.example"}
BEN = {"contact": "Ben Jones"}


@pytest.fixture
def cases(store: Store) -> Store:
    """Two cases with a contact each, and feedback of two who said how to reach them."""
    for given in (ANN, BEN):
        commands.open_case(store, "local", form("local", **given), by=LEAD, now=MONDAY)
    for contact in ("x@example.com", "y@example.com"):
        commands.leave_feedback(
            store, f"Hello from {contact[0]}", contact=contact, page="Today", by=VIEWER, now=MONDAY
        )
    return store


def kept(store: Store, stream: str) -> set[str]:
    """What is kept beside the log of a case or another stream."""
    refs = [
        value["ref"]
        for event in store.log.events_of(stream)
        for value in event.fields().get("fields", {}).values()
        if isinstance(value, dict)
    ]
    return set(store.personal(refs).values())


def test_what_is_erased_is_gone_for_every_reader_and_the_chain_is_whole(
    cases: Store, tmp_path: Path
):
    before = [row for batch in cases.log.read() for row in batch.to_pylist()]

    [event] = commands.erase_personal(cases, "C-0001", by=ADMIN, now=MONDAY)

    assert isinstance(event, Event)
    assert event.fields() == {
        "of": "C-0001", "keys": ["contact", "contact_email"], "values": 2,
    }  # fmt: skip
    assert (kept(cases, "C-0001"), kept(cases, "C-0002")) == (set(), set(BEN.values()))
    after = [row for batch in cases.log.read() for row in batch.to_pylist()]
    assert after[:-1] == before
    assert cases.log.verify() == cases.log.head()
    cases.close()
    again = Store.open(tmp_path / "log.duckdb")
    assert again.log.verify().position == len(after)
    again.close()


def test_a_log_made_anew_of_a_backup_holds_no_byte_of_what_was_erased(cases: Store, tmp_path: Path):
    # DuckDB does not overwrite what it deletes: docs/operate.md says what to do about that
    commands.erase_personal(cases, "C-0001", by=ADMIN, now=MONDAY)
    head = cases.log.head()
    cases.backup(tmp_path / "backup")
    anew = tmp_path / "anew" / "log.duckdb"
    anew.parent.mkdir()

    assert main(["restore", str(tmp_path / "backup"), "--db", str(anew)]) == 0

    files = [tmp_path / "backup", *anew.parent.iterdir()]
    content = b"".join(path.read_bytes() for path in files)
    assert [word for word in ANN.values() if word.encode() in content] == []
    assert str(head.hash).encode() in content


def test_one_field_and_one_entry_can_be_erased_alone(cases: Store):
    commands.erase_personal(cases, "C-0001", by=ADMIN, now=MONDAY, fields=["contact_email"])
    commands.erase_personal(cases, "feedback", by=ADMIN, now=MONDAY, entry=1)

    assert kept(cases, "C-0001") == {ANN["contact"]}
    assert kept(cases, "feedback") == {"y@example.com"}


@pytest.mark.parametrize(
    ("stream", "asked"),
    [
        ("C-0009", {}),
        ("C-0001", {"fields": ["firm_name"]}),
        ("C-0001", {"entry": 7}),
        ("settings", {}),
    ],
)
def test_where_nothing_is_kept_nothing_is_erased_and_nothing_noted(cases: Store, stream, asked):
    before = cases.log.head()

    with pytest.raises(CommandRefused, match="Nothing was erased"):
        commands.erase_personal(cases, stream, by=ADMIN, now=MONDAY, **asked)

    assert cases.log.head() == before
    assert kept(cases, "C-0001") == set(ANN.values())


def test_only_an_administrator_erases(cases: Store):
    with pytest.raises(NotAllowed):
        commands.erase_personal(cases, "C-0001", by=LEAD, now=MONDAY)

    assert kept(cases, "C-0001") == set(ANN.values())


def test_the_command_line_erases_once_and_an_export_does_not_bring_it_back(
    cases: Store, tmp_path: Path, capsys
):
    cases.close()
    db, lines = ["--db", str(tmp_path / "log.duckdb")], tmp_path / "log.jsonl"

    first = main(["erase", "C-0001", *db])
    said = capsys.readouterr()
    second = main(["erase", "C-0001", *db])
    main(["events", "--format", "jsonl", "-o", str(lines), *db])
    other = ["--db", str(tmp_path / "other.duckdb")]
    restored = main(["restore", str(lines), *other])

    assert (first, second, restored) == (0, 1, 0)
    assert "Erased 2 details of C-0001: contact, contact_email." in said.out
    assert ANN["contact"] not in lines.read_text("utf-8")
    assert json.loads(lines.read_text("utf-8").splitlines()[-1])["kind"] == "personal_erased"
    assert ANN["contact"] not in said.out
