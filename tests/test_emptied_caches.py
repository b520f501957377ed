"""Two bytes from anybody empty Streamlit's caches: what must live once does not hang on them."""

from pathlib import Path

import psycopg
import pytest
from streamlit.proto.BackMsg_pb2 import BackMsg
from websocket import create_connection

from dashboard import clock, commands
from dashboard.__main__ import main
from dashboard.addresses import Database, Place
from dashboard.store import Store
from tests.builders import LEAD, form
from tests.live import live_app
from tests.test_strangers import messages, sent

FIRM = "Quetzalcoatlan Xylographers"
CASE = "C-0001"
FRAMES = 4
STRANGER = "stranger.example"  # whom the guard sends away without sign-in
OPEN_CONNECTIONS = "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database()"


def with_a_case(place: Place) -> Place:
    store = Store.open(place)
    given = form("local", firm_name=FIRM)
    commands.open_case(store, "local", given, by=LEAD, now=clock.now())
    store.close()
    return place


def empty_the_caches(address: str) -> None:
    """Send the frame, and wait until the server has dealt with it and with a page after it."""
    socket = create_connection(
        f"{address.replace('http', 'ws', 1)}/_stcore/stream", subprotocols=["streamlit"],
        host=STRANGER, origin=f"http://{STRANGER}", timeout=30,
    )  # fmt: skip
    frame, ask = BackMsg(clear_cache=True).SerializeToString(), BackMsg()
    ask.rerun_script.page_name = ""
    assert len(frame) == 2
    socket.send_binary(frame)
    socket.send_binary(ask.SerializeToString())
    assert b"Not open from here" in b"".join(messages(socket))
    socket.close()


def shows_the_case(address: str) -> bool:
    return FIRM.encode() in sent(address, "case")


def is_ready(place: str) -> bool:
    return main(["ready", "--db", place]) == 0


def test_on_a_file_pages_show_the_log_before_and_after_the_frame(tmp_path: Path, capfd):
    log = with_a_case(tmp_path / "log.duckdb")

    with live_app(str(log)) as address:
        empty_the_caches(address)  # cold: before the first page
        shown = [shows_the_case(address)]
        for _ in range(2):
            empty_the_caches(address)
            shown.append(shows_the_case(address))

        assert shown == [True, True, True]
        assert is_ready(str(log))


@pytest.mark.system
def test_on_a_database_the_frame_opens_no_further_replica(database: Database, capfd):
    with_a_case(database)

    with (
        live_app(database.url) as address,
        psycopg.connect(database.url, autocommit=True) as watching,
    ):
        empty_the_caches(address)
        shown = [shows_the_case(address)]
        [before] = watching.execute(OPEN_CONNECTIONS).fetchone() or [0]
        for _ in range(FRAMES):
            empty_the_caches(address)
            shown.append(shows_the_case(address))
        [after] = watching.execute(OPEN_CONNECTIONS).fetchone() or [0]

        assert all(shown)
        assert after < before + FRAMES  # a replica has one of its own
        assert is_ready(database.url)
