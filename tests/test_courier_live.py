"""The courier of the application that serves: one, as long as the store is open, and no cron."""

import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
import streamlit
from streamlit import config

from dashboard import clock, commands
from dashboard.messages.courier import NAME
from dashboard.sample import write_sample
from dashboard.store import Store
from dashboard.ui import handle
from tests.builders import ADMIN, MONDAY
from tests.department import Department
from tests.live import live_app, second_terminal
from tests.post_office import PostOffice, post_office
from tests.test_outbox_crash import secrets as secrets_file
from tests.test_strangers import sent

WAIT_SECONDS = 20


@pytest.fixture
def office(tmp_path: Path) -> Iterator[PostOffice]:
    with post_office(tmp_path) as opened:
        yield opened


@pytest.fixture
def log(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """Where the store of this process is; closed afterwards as the application closes it."""
    path = tmp_path / "log.duckdb"
    monkeypatch.setenv("CHANGEOVER_LOG", str(path))
    yield path
    handle.let_go(path)


@pytest.fixture
def secrets(tmp_path: Path, office: PostOffice) -> Iterator[str]:
    """The secrets of this process name the office."""
    before = config.get_option("secrets.files")
    path = str(secrets_file(tmp_path, office))
    config.set_option("secrets.files", [path])
    streamlit.secrets._reset()
    yield path
    config.set_option("secrets.files", before)
    streamlit.secrets._reset()


def cases_waiting(path: Path, count: int) -> None:
    """A log with so many cases, of each of which one message waits."""
    store = Store.open(path)
    department = Department(store)
    for _ in range(count):
        department.one_waits()
    somebody_acts(store)
    store.close()


def somebody_acts(store: Store) -> None:
    """Record something now: with that, the clock of the server that opens the log is confirmed."""
    commands.leave_feedback(store, "Thanks", page="Today", by=ADMIN, now=clock.now())


def until(is_so: Callable[[], object], seconds: float = WAIT_SECONDS) -> None:
    deadline = time.monotonic() + seconds
    while not is_so():
        assert time.monotonic() < deadline, "it did not come to pass"
        time.sleep(0.05)


def couriers() -> list[threading.Thread]:
    return [thread for thread in threading.enumerate() if thread.name == NAME]


def arrived(office: PostOffice) -> Counter[str]:
    return Counter(str(mail["Message-ID"]) for mail in office.mails)


def states(path: Path) -> list[str]:
    """What the log says of the messages once nobody holds it."""
    store = Store.open(path)
    cases = [store.case(f"C-{number:04d}") for number in range(1, store.count_cases() + 1)]
    told = [
        letter.state
        for case in cases
        for letter in case.letters.values()
        if letter.message == "sales_cancelled"
    ]
    store.close()
    return told


def test_what_was_put_off_goes_out_again_while_the_application_serves(
    tmp_path: Path, office: PostOffice
):
    path = tmp_path / "log.duckdb"
    store = Store.open(path)
    department = Department(store)
    department.one_waits()
    office.moods["DOT"] = ["451 come back later"]
    assert department.send(office.server()).later == 1
    somebody_acts(store)
    store.close()

    files = str(secrets_file(tmp_path, office))
    with live_app(path, STREAMLIT_SECRETS_FILES=files) as address:
        until(lambda: office.envelopes)
        until(lambda: "No unsent messages." in second_terminal(path, "outbox"))
        sent(address, "")  # until its first page a server knows no other
        page = sent(address, "case")

    assert len(office.envelopes) == 1
    assert states(path) == ["sent"]
    assert b"by Changeover" in page  # the history says who carried it


def test_a_second_terminal_that_sends_at_the_same_time_doubles_nothing(
    tmp_path: Path, office: PostOffice
):
    path, count = tmp_path / "log.duckdb", 6
    cases_waiting(path, count)
    office.moods["DOT"] = ["delay"] * count
    files = str(secrets_file(tmp_path, office))

    with live_app(path, STREAMLIT_SECRETS_FILES=files) as address:
        sent(address, "")
        until(lambda: "DOT" in office.said)
        with ThreadPoolExecutor(2) as terminals:
            send = [
                terminals.submit(second_terminal, path, "outbox", "--send", "--secrets", files)
                for _ in range(2)
            ]
            told = [one.result() for one in send]
        until(lambda: len(office.envelopes) == count)

    assert set(arrived(office).values()) == {1}
    assert states(path) == ["sent"] * count
    assert any("sent." in line for line in told)  # both took part


def test_a_server_that_is_told_to_stop_finishes_the_message_that_it_has_begun(
    tmp_path: Path, office: PostOffice
):
    path = tmp_path / "log.duckdb"
    cases_waiting(path, 3)
    office.moods["DOT"] = ["delay"] * 3
    files = str(secrets_file(tmp_path, office))

    with live_app(path, STREAMLIT_SECRETS_FILES=files) as address:
        sent(address, "")
        until(lambda: "DOT" in office.said)

    counted = Counter(states(path))
    assert counted["sent"] == len(office.envelopes) >= 1
    assert counted["queued"] == 3 - counted["sent"]  # and none of which nobody knows
    assert second_terminal(path, "verify")


def test_however_many_come_at_once_there_is_one_courier_and_it_ends_before_the_store(
    log: Path, office: PostOffice, secrets: str
):
    with ThreadPoolExecutor(8) as visitors:
        seen = list(visitors.map(lambda _: handle.held(log), range(8)))

    assert len({id(held) for held in seen}) == 1
    [courier] = couriers()
    assert not courier.daemon

    handle.let_go(log)

    assert couriers() == []


def test_without_a_mail_server_there_is_no_courier(log: Path):
    assert handle.held(log).courier is None
    assert couriers() == []
    assert handle.mail_trouble() == ""


def test_a_log_of_sample_data_has_no_courier_and_nothing_is_said_to_the_server(
    log: Path, office: PostOffice, secrets: str
):
    store = Store.open(log)
    write_sample(store, cases=3, seed=1, until=MONDAY, by=ADMIN)
    store.close()

    assert handle.held(log).courier is None
    assert couriers() == []
    assert office.said == []


def test_a_server_that_is_away_is_named_and_what_waits_stays(log: Path, secrets: str):
    store = Store.open(log)
    Department(store).one_waits()
    somebody_acts(store)
    store.close()
    away = Path(secrets)
    away.write_text(away.read_text().replace("port = ", "port = 1 # "), encoding="utf-8")
    streamlit.secrets._reset()

    held = handle.held(log)
    courier = held.courier
    assert courier is not None
    until(lambda: courier.trouble)

    assert "127.0.0.1:1 cannot be reached" in handle.mail_trouble()
    [row] = held.store.run("messages_waiting", now=handle.page_now(held.store)).to_pylist()
    assert row["state"] == "queued"
