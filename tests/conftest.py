"""What all tests share: hypothesis without deadlines, and a store of one's own."""

import os
import sys
from collections.abc import Iterator
from datetime import UTC, datetime
from functools import cache
from pathlib import Path

import pytest
from hypothesis import HealthCheck, Phase, settings
from streamlit.components.v2 import manifest_scanner

from dashboard import clock
from dashboard.addresses import Database
from dashboard.forecast.boosted import TREES
from dashboard.locales import read_by
from dashboard.settings import Settings
from dashboard.store import Store, duckdb_file
from tests import moments, pool
from tests.postgres import Server, postgres
from tests.screen import Room, screens

# At whatever hour the tests run, they take place at the same one.
moments.take_place()
# Of some 2,900 modules that a server loads, none is compiled twice.
os.environ.pop("PYTHONDONTWRITEBYTECODE", None)
# Which one counts is said by --hypothesis-profile: pyproject.toml, make torture TOPIC=twins.
for profile, examples in (("changeover", 12), ("torture", int(os.environ.get("EXAMPLES", "1000")))):
    settings.register_profile(
        profile,
        deadline=None,
        max_examples=examples,
        suppress_health_check=[HealthCheck.too_slow],
    )
# For make torture TOPIC=mutants: the same examples each time, and no search for the smallest.
settings.register_profile(
    "mutants",
    settings.get_profile("changeover"),
    derandomize=True,
    database=None,
    phases=(Phase.explicit, Phase.generate),
)
# Streamlit reads what every installed package says of itself, for each page that a test runs anew:
# half a second each time, and always the same.
manifest_scanner.scan_component_manifests = cache(manifest_scanner.scan_component_manifests)


def pytest_report_header() -> str:
    """How to repeat this run."""
    return f"MOMENT={clock.now():%Y-%m-%dT%H:%M%z}"


GROWN = TREES["max_iter"]


@pytest.fixture(autouse=True)
def same_main() -> Iterator[None]:
    """A page that a test runs takes the place of `__main__`, and processes begin from that."""
    main = sys.modules["__main__"]
    yield
    sys.modules["__main__"] = main


@pytest.fixture(scope="session", autouse=True)
def young_forests() -> Iterator[None]:
    """What is claimed of forecasts holds after a tenth of the trees, but for how good they are."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setitem(TREES, "max_iter", 6)
        yield


@pytest.fixture(scope="session", autouse=True)
def taken_over(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """What is made for a test and is empty again is taken over by the next."""
    with pool.pooled(tmp_path_factory.mktemp("pool")):
        yield


@pytest.fixture(autouse=True)
def american(request: pytest.FixtureRequest) -> Iterator[None]:
    """What a test has written is for somebody who reads American English.

    At the tests' moment where pages are drawn; what is computed by hand is of 2026, and read then.
    """
    is_drawn = request.module.__name__.rpartition(".")[2].startswith(("test_pages", "test_browser"))
    with read_by(Settings().reader(clock.now() if is_drawn else datetime(2026, 12, 9, tzinfo=UTC))):
        yield


@pytest.fixture
def logs_are_made() -> Iterator[None]:
    """For tests of how a new log is made, step by step."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(duckdb_file, "_make", pool.MAKE)
        yield


@pytest.fixture
def grown_forests(monkeypatch: pytest.MonkeyPatch) -> None:
    """Forests as in use, for a test of how good they are."""
    monkeypatch.setitem(TREES, "max_iter", GROWN)


@pytest.fixture(autouse=True)
def nothing_set_up() -> Iterator[None]:
    """That a test set up sign-in is forgotten, as it never is by a server."""
    yield
    if guard := sys.modules.get("dashboard.ui.guard"):
        guard.SET_UP.clear()


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    """A store over a new, empty log."""
    opened = Store.open(tmp_path / "log.duckdb")
    yield opened
    opened.close()


@pytest.fixture(scope="session")
def postgres_server() -> Iterator[Server]:
    """A PostgreSQL for all tests that ask for it."""
    with postgres() as server:
        yield server


@pytest.fixture
def database(postgres_server: Server) -> Database:
    """A new, empty database."""
    return Database(postgres_server.database())


@pytest.fixture(scope="module")
def browser() -> Iterator[Room]:
    """A browser, for all tests of a file."""
    with screens() as opened:
        yield opened


@pytest.fixture
def room(browser: Room) -> Iterator[Room]:
    """The browser, without visitors of the tests before."""
    yield browser
    browser.empty()
