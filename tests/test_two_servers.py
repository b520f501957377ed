"""Two servers over one database, behind the nginx of docs/proxy, in a real browser."""

from collections.abc import Generator
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path

import pytest

from dashboard import clock, commands
from dashboard.addresses import Database
from dashboard.store import Store
from tests.builders import LEAD, form, step_fields
from tests.identity import provider, sign_in, write_secrets
from tests.live import free_port, live_app
from tests.postgres import Server
from tests.proxies import nginx_before_two, running
from tests.screen import Room, Screen, screens

pytestmark = [pytest.mark.system, pytest.mark.browser]
PATIENCE_MS = 60_000
TICKET = "EMS ticket number"
PRIORITY = "The ticket's priority is High"
PASSWORD = "correct-horse"
VISITORS = 12  # one after the other, until two are on different servers


@dataclass(frozen=True, slots=True)
class Served:
    """Where nginx answers, and where the servers behind it do; `met` tells whom requests met."""

    address: str
    ports: tuple[int, int]
    met: Path

    def server(self, screen: Screen) -> int:
        """Which of the servers answers this visitor now."""
        screen.open()
        last = self.met.read_text("utf-8").splitlines()[-1]
        return self.ports.index(int(last.rpartition(":")[2]))


@pytest.fixture(scope="module")
def log(postgres_server: Server) -> Database:
    """A log of three local cases at the EMS ticket."""
    address = postgres_server.database().replace("owner@", f"owner:{PASSWORD}@")
    database = Database(address)
    store = Store.open(database)
    for number in range(3):
        now = clock.now()
        given = form("local", firm_name=f"Juniper {number}")
        case_id = commands.open_case(store, "local", given, by=LEAD, now=now)[0].stream
        for step in (2, 3):
            values = step_fields(store.case(case_id), step, now)
            commands.complete_step(store, case_id, step, values, by=LEAD, now=now)
    store.close()
    return database


@pytest.fixture(scope="module")
def served(log: Database, tmp_path_factory: pytest.TempPathFactory) -> Generator[Served]:
    folder = tmp_path_factory.mktemp("two")
    ports, port = (free_port(), free_port()), free_port()
    there = Served(f"https://localhost:{port}", ports, folder / "access")
    with ExitStack() as stack:
        secrets = Path(write_secrets(folder, stack.enter_context(provider())))
        text = secrets.read_text("utf-8").replace("http://127.0.0.1:{port}", there.address)
        secrets.write_text(text, encoding="utf-8")
        for own in ports:
            stack.enter_context(live_app(
                log.url, port=own, journal=folder / f"journal-{own}",
                STREAMLIT_SECRETS_FILES=str(secrets),
                STREAMLIT_SERVER_ALLOWED_HOSTS="localhost",
            ))  # fmt: skip
        stack.enter_context(running("nginx", folder, nginx_before_two(folder, ports, port), port))
        yield there


@pytest.fixture(scope="module")
def two(served: Served) -> Generator[list[Screen]]:
    """Two people who have signed in, each on a server of his own."""
    with screens() as room:
        yield on_both(room, served)


def on_both(room: Room, served: Served) -> list[Screen]:
    found: dict[int, Screen] = {}
    for _ in range(VISITORS):
        screen = room.visitor(served.address, ignore_https_errors=True)
        screen.page.set_default_timeout(PATIENCE_MS)
        place = served.server(screen)
        if place in found:
            screen.page.context.close()
            continue
        found[place] = screen
        if len(found) == 2:
            sign_in(found[0], "lena@example.com").says("Lena Lindqvist")
            sign_in(found[1], "adam@example.com").says("Adam Admin")
            return [found[0], found[1]]
    raise AssertionError("nginx led everybody to one server")


def complete(screen: Screen, ticket: str) -> Screen:
    return screen.fill(TICKET, ticket).tick(PRIORITY).press("Complete step 4")


def test_a_step_completed_on_one_server_shows_on_the_other(two: list[Screen], served: Served):
    for screen in two:
        screen.open("case?id=C-0001").says("Juniper 0", "Step 4:")

    complete(two[0], "EMS-1001").says("Step 4 completed")

    two[1].open("case?id=C-0001").says("Step 5:", "EMS-1001", "Lena Lindqvist")
    assert [served.server(screen) for screen in two] == [0, 1]  # each has stayed where he was


def test_a_form_that_the_other_server_was_quicker_with_is_refused_in_the_same_words(
    two: list[Screen],
):
    for screen in two:
        screen.open("case?id=C-0002").says("Juniper 1", "Step 4:")
    complete(two[1], "EMS-2002").says("Step 4 completed")

    complete(two[0], "EMS-3003")

    two[0].says("Adam Admin changed case C-0002 while you were working on it.")


def test_while_the_database_is_away_it_is_read_only_and_what_was_typed_stays(
    two: list[Screen], postgres_server: Server
):
    screen = two[0].open("case?id=C-0003").says("Juniper 2", "Step 4:")
    screen.fill(TICKET, "EMS-4004").tick(PRIORITY)
    postgres_server.stop()
    try:
        screen.page.wait_for_timeout(1_000)
        screen.press("Complete step 4").says("Read-only for now", "database is not responding")
        screen.says("Nothing was saved.")
        screen.holds(TICKET, "EMS-4004")
        two[1].open("cases").says("3 open cases", "Read-only for now")
        two[1].open("log").says("Read-only for now", "Make sure the database is running")
    finally:
        postgres_server.start()
    screen.page.wait_for_timeout(6_000)

    screen.press("Complete step 4").says("Step 4 completed")

    two[1].open("case?id=C-0003").says("Step 5:", "EMS-4004")


def test_neither_server_wrote_down_the_password_or_a_fault(
    served: Served, two: list[Screen], tmp_path_factory: pytest.TempPathFactory
):
    journals = [path.read_text("utf-8")
                for path in tmp_path_factory.getbasetemp().rglob("journal-*")]  # fmt: skip

    assert len(journals) == 2
    assert "Make sure the database is running" in "".join(journals)
    assert PASSWORD not in "".join(journals)
    assert "Traceback" not in "".join(journals)
    assert [screen.faults for screen in two] == [[], []]
