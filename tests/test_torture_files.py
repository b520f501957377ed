"""Kills, damaged files and a full disk: a little of what `make torture` does for hours."""

from pathlib import Path

import pytest

from tests.torture import crashes, damage, disk
from tests.torture.damage import OPENED, REFUSED


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> list[damage.Moment]:
    """A log held, closed and left by a crash, twice."""
    return damage.moments(tmp_path_factory.mktemp("moments"), turns=2)


def test_twenty_kills_lose_nothing_acknowledged_and_leave_nothing_in_part_or_twice():
    tally = crashes.kill_often(20, seed=50)

    assert {what: tally[f"killed in {what}"] for what in crashes.ACTIVITIES} == dict.fromkeys(
        crashes.ACTIVITIES, 4
    )
    assert tally["acknowledged"] > 0


def test_no_lost_file_and_no_older_copy_of_some_files_opens_with_fewer_events(made, tmp_path):
    tally = damage.lose_and_mix(made, tmp_path)

    assert {what: number for what, number in tally.items() if "lost" in what} == {
        f"log.duckdb lost: {REFUSED}": 6,
        f"log.duckdb.head lost: {REFUSED}": 6,
        f"log.duckdb.wal lost: {REFUSED}": 4,
    }
    # the database moved on, and what came after it is gone: only the head file's state tells
    assert tally[f"older log.duckdb.wal and log.duckdb.head: {REFUSED}"] > 5
    assert tally[f"older log.duckdb.wal and log.duckdb.head: {OPENED}"] == 0


def test_no_flipped_bit_and_no_cut_file_opens_with_fewer_or_other_events(made, tmp_path):
    tally = damage.flip_and_cut(made, tmp_path, times=60, seed=60)

    assert tally.total() == 60
    # the end of a database may be an index: then every event is there, and nothing can be added
    assert all(REFUSED in what for what in tally if ".wal" in what or ".head" in what)


def test_while_the_disk_fills_an_append_is_stored_or_leaves_no_trace():
    tally = disk.fill_often(120, seed=120)

    assert tally["stored"] > 20
    assert tally["refused"] > 20


def test_what_a_damaged_index_keeps_from_being_written_says_how_to_mend_it(
    made: list[damage.Moment], tmp_path: Path
):
    said = damage.words_of_a_damaged_index(made[1], tmp_path / "log" / "log.duckdb")

    assert "Nothing was stored" in said
    assert "dashboard backup" in said
    assert "restore" in said
