"""What all tests share: hypothesis without deadlines, and a store of one's own."""

import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings

from dashboard.store import Store

settings.register_profile(
    "changeover", deadline=None, max_examples=25, suppress_health_check=[HealthCheck.too_slow]
)
settings.load_profile("changeover")


@pytest.fixture(autouse=True)
def same_main() -> Iterator[None]:
    """A page that a test runs takes the place of `__main__`, and processes begin from that."""
    main = sys.modules["__main__"]
    yield
    sys.modules["__main__"] = main


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    """A store over a new, empty log."""
    opened = Store.open(tmp_path / "log.duckdb")
    yield opened
    opened.close()
