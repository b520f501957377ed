"""Where a log is, and that nobody is told the password on the way there."""

from pathlib import Path

import pytest

from dashboard.__main__ import main
from dashboard.addresses import Database, place_of

PASSWORD = "correct-horse"


@pytest.mark.parametrize(
    ("url", "shown", "name"),
    [
        (f"postgresql://ana:{PASSWORD}@db:5432/log", "postgresql://ana@db:5432/log", "log"),
        (f"postgres://ana@db/log?password={PASSWORD}", "postgres://ana@db/log", "log"),
        (f"postgresql://ana:x/@{PASSWORD}@db/log", "postgresql://ana@db/log", "log"),
        (f"postgresql://ana:a?b&{PASSWORD}#@db/log", "postgresql://ana@db/log", "log"),
        (f"postgresql://db/log?a=b@c&password={PASSWORD}", "postgresql://db@c", "db-c"),
        ("postgresql:///log", "postgresql:///log", "log"),
        ("postgresql://", "postgresql://", "log"),
    ],
)
def test_an_address_shows_no_password(url: str, shown: str, name: str):
    place = place_of(url)

    assert isinstance(place, Database)
    assert str(place) == shown
    assert PASSWORD not in f"{place} {place!r}"
    assert place.name == name


def test_anything_else_is_a_path():
    assert place_of("data/postgresql.duckdb") == Path("data/postgresql.duckdb")


@pytest.mark.parametrize("verb", ["figure", "verify", "upgrade", "ready", "backup"])
def test_a_database_that_cannot_be_reached_is_a_refusal_that_shows_no_password(
    verb: str, tmp_path: Path, capsys: pytest.CaptureFixture[str], caplog: pytest.LogCaptureFixture
):
    words = {
        "figure": ["worklist"], "upgrade": ["--check"], "backup": [str(tmp_path / "b")],
    }  # fmt: skip
    url = f"postgresql://ana:{PASSWORD}@127.0.0.1:1/none"

    code = main([verb, *words.get(verb, []), "--db", url])

    said = capsys.readouterr()
    assert (code, said.out) == (1, "")
    assert "The log postgresql://ana@127.0.0.1:1/none could not be used" in said.err
    assert "Make sure the database is running" in said.err
    assert PASSWORD not in said.err + caplog.text
    assert list(tmp_path.iterdir()) == []
