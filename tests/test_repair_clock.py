"""A log that was written while the clock was ahead: what says so, and the way out."""

import json
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from dashboard import clock, commands, reports
from dashboard.__main__ import main
from dashboard.cli.listener import Listener
from dashboard.errors import CommandRefused
from dashboard.instants import to_us
from dashboard.store import Store
from dashboard.store.check import drifted
from tests.builders import ADMIN, LEAD, form, step_fields
from tests.drafts import rows
from tests.log_files import files

MINUTE, DAY = timedelta(minutes=1), timedelta(days=1)
CASE = "C-0001"
Run = Callable[..., tuple[int, str]]


@pytest.fixture
def run(tmp_path, monkeypatch, capfd) -> Run:
    """Runs a command line in a folder of its own; its exit code, and all that it said."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("CHANGEOVER_LOG", "log.duckdb")

    def command(*argv: str) -> tuple[int, str]:
        code = main(argv)
        said = capfd.readouterr()
        return code, said.out + said.err

    return command


@pytest.fixture
def right() -> datetime:
    """The last moment at which the clock was right: a while ago, as of now."""
    return clock.now().replace(microsecond=0) - timedelta(hours=2)


def typed(instant: datetime) -> str:
    return instant.astimezone(UTC).isoformat()


def complete(store: Store, step: int, now: datetime) -> None:
    values = step_fields(store.case(CASE), step, now)
    commands.complete_step(store, CASE, step, values, by=LEAD, now=now)


@pytest.fixture
def locked(tmp_path, right) -> Path:
    """A log in which two steps and a contact were entered while the clock was two days ahead."""
    path = tmp_path / "log.duckdb"
    store, begun = Store.open(path), right - 60 * MINUTE
    commands.open_case(store, "local", form("local"), by=LEAD, now=begun)
    complete(store, 2, begun + 10 * MINUTE)
    wrong = right + 2 * DAY
    complete(store, 3, wrong)
    commands.leave_feedback(store, "Thanks", contact="me@firm.example", by=ADMIN, now=wrong)
    commands.correct_step(store, CASE, 3, at=wrong + MINUTE, by=LEAD, now=wrong + 2 * MINUTE)
    store.close()
    return path


def test_a_clock_that_was_ahead_locks_the_log_and_ready_and_commands_say_so(
    locked: Path, run: Run, right
):
    store = Store.open(locked)
    with pytest.raises(
        CommandRefused, match=r"entries must be in order.*docs/operate\.md, The clock"
    ):
        commands.add_note(store, CASE, "now", by=LEAD, now=clock.now())
    store.close()
    store = Store.open(locked)
    listener = Listener(store, locked)
    listener.start()
    code, said = run("ready")
    listener.stop()
    store.close()

    assert code == 1
    assert "but the log was last written at" in said
    assert "repair-clock" in said


def test_the_repaired_log_goes_on_at_once_and_has_everything(locked: Path, run: Run, right):
    before = files(locked.parent)
    old = Store.open(locked)
    entered, head = rows(old.log), old.log.head()
    old.close()
    before = files(locked.parent)

    code, said = run("repair-clock", "--until", typed(right), "-o", "new.duckdb")
    store = Store.open(Path("new.duckdb"))
    made = rows(store.log)

    assert code == 0, said
    assert {
        name: files(locked.parent)[name] for name in before
    } == before  # the old log is as it was
    until = to_us(right)
    early = [row for row in entered if row["recorded_us"] <= until]
    assert made[: len(early)] == early
    again = made[len(early) : -1]
    kept = ("position", "stream", "version", "kind", "actor", "command_id", "ordinal")
    assert [[row[key] for key in kept] for row in again] == [
        [row[key] for key in kept] for row in entered[len(early) :]
    ]
    assert {row["recorded_us"] for row in again} == {until}
    assert max(row["occurred_us"] for row in again) == until
    assert made[-1]["kind"] == "clock_repaired"
    assert json.loads(made[-1]["data"]) == {
        "until_us": until, "position": head.position, "hash": head.hash, "again": len(again),
    }  # fmt: skip
    complete(store, 4, clock.now())  # which the old log refuses for two days
    assert store.case(CASE).current_step == 5
    [told] = store.log.events_of("feedback")
    assert list(store.personal([told.fields()["fields"]["contact"]["ref"]]).values()) == [
        "me@firm.example"
    ]
    assert drifted(store) == []
    store.close()
    assert run("verify", "--db", "new.duckdb")[0] == 0


def test_no_step_of_the_repaired_log_was_completed_after_now(locked: Path, run: Run, right):
    run("repair-clock", "--until", typed(right), "-o", "new.duckdb")

    store = Store.open(Path("new.duckdb"))
    corrected = [event for event in store.log.events_of(CASE) if event.kind == "step_corrected"]
    moves = [move.at_us for move in store.case(CASE).moves]
    store.close()

    assert corrected[0].fields()["at_us"] == to_us(right)
    assert max(moves) <= to_us(right)


def test_the_events_up_to_then_keep_their_hashes_and_reports_of_them_can_be_made_again(
    tmp_path, run: Run, right
):
    path = tmp_path / "log.duckdb"
    store = Store.open(path)
    commands.open_case(store, "local", form("local"), by=LEAD, now=right - 3 * MINUTE)
    period = reports.period(f"{right:%Y-%m}", right.date(), 1)
    as_of = right - 2 * MINUTE
    asked = reports.issue(store, reports.Asked(period, as_of), by=ADMIN, now=right - MINUTE)
    complete(store, 2, right + 2 * DAY)
    store.close()

    code, said = run("repair-clock", "--until", typed(right), "-o", "new.duckdb")
    store = Store.open(Path("new.duckdb"))
    [issued] = store.log.events_of("reports")
    found = store.log.hashes([issued.fields()["log_position"]])
    store.close()

    assert code == 0, said
    assert asked.reference == issued.fields()["reference"]
    assert found == {issued.fields()["log_position"]: issued.fields()["log_hash"]}


def test_a_report_that_was_issued_afterwards_is_in_the_way_unless_that_is_accepted(
    locked: Path, run: Run, right
):
    store = Store.open(locked)
    ahead = right + 2 * DAY + 5 * MINUTE
    period = reports.period(f"{right:%Y-%m}", right.date(), 1)
    asked = reports.issue(store, reports.Asked(period, ahead), by=ADMIN, now=ahead)
    store.close()
    words = ("repair-clock", "--until", typed(right), "-o", "new.duckdb")

    refused = run(*words)
    left = {found.name for found in locked.parent.iterdir()}
    accepted = run(*words, "--accept")

    assert refused[0] == 1
    assert str(asked.reference) in refused[1]
    assert left == {"log.duckdb", "log.duckdb.head"}
    assert accepted[0] == 0


@pytest.mark.parametrize(
    ("until", "output", "why"),
    [
        (DAY, "new.duckdb", "is in the future"),
        (-DAY, "log.duckdb", "already exists"),
        (-DAY, "log.duckdb.sock", "belongs to the log itself"),
        (-DAY, "nowhere/new.duckdb", "cannot be written"),
        (timedelta(), "new.duckdb", "nothing to repair"),
    ],
)
def test_what_cannot_be_repaired_is_refused_and_leaves_nothing(
    tmp_path, run: Run, until: timedelta, output: str, why: str
):
    store = Store.open(tmp_path / "log.duckdb")
    commands.open_case(store, "local", form("local"), by=LEAD, now=clock.now() - MINUTE)
    store.close()
    before = files(tmp_path)

    code, said = run("repair-clock", "--until", typed(clock.now() + until), "-o", output)

    assert code == 1
    assert why in said
    assert files(tmp_path) == before


def test_a_log_that_somebody_holds_is_not_repaired_meanwhile(locked: Path, run: Run, monkeypatch):
    monkeypatch.setattr("dashboard.cli.main.PATIENCE_SECONDS", 0)
    store = Store.open(locked)

    code, said = run("repair-clock", "--until", typed(clock.now() - DAY), "-o", "new.duckdb")
    store.close()

    assert code == 1
    assert "already has" in said or "Another process is using" in said
    assert not Path("new.duckdb").exists()


def test_a_log_can_be_repaired_twice(locked: Path, run: Run, right):
    run("repair-clock", "--until", typed(right), "-o", "new.duckdb")
    store = Store.open(Path("new.duckdb"))
    later = clock.now() + DAY
    complete(store, 4, later)
    store.close()

    code, said = run(
        "repair-clock", "--until", typed(clock.now()), "-o", "again.duckdb", "--db", "new.duckdb"
    )
    store = Store.open(Path("again.duckdb"))
    versions = [event.version for event in store.log.events_of("repairs")]
    store.close()

    assert code == 0, said
    assert versions == [1, 2]
