"""A server that runs out of files: the last ones are kept for those who are there already."""

import resource
from collections.abc import Iterator
from contextlib import ExitStack, closing
from typing import Any

import pytest
from streamlit.proto.BackMsg_pb2 import BackMsg
from websocket import create_connection

from dashboard.store import Store
from dashboard.ui import capacity
from tests.live import live_app, second_terminal
from tests.test_strangers import messages

MOST_FILES = 200
FULL = b"The server is full"


@pytest.fixture
def limits() -> Iterator[tuple[int, int]]:
    """The limits of this process, which the test may change."""
    before = resource.getrlimit(resource.RLIMIT_NOFILE)
    yield before
    resource.setrlimit(resource.RLIMIT_NOFILE, before)


def come(address: str) -> Any:
    """A visitor's connection, which stays open."""
    stream = f"{address.replace('http', 'ws', 1)}/_stcore/stream"
    return create_connection(stream, subprotocols=["streamlit"], timeout=60)


def looked(visitor: Any, page: str = "") -> bytes:
    """What a visitor is sent of a page."""
    ask = BackMsg()
    ask.rerun_script.page_name = page
    visitor.send_binary(ask.SerializeToString())
    return b"".join(messages(visitor))


def test_new_visitors_are_refused_in_words_before_old_ones_lack_anything(tmp_path):
    log = tmp_path / "log.duckdb"
    Store.open(log).close()
    with (
        live_app(log, TESTS_MOST_FILES=str(MOST_FILES)) as address,
        closing(come(address)) as old,
        ExitStack() as crowd,
    ):
        before = looked(old)
        told = b""
        for _ in range(MOST_FILES // 4):
            told = looked(crowd.enter_context(closing(come(address))))
            if FULL in told:
                break

        after = looked(old, "guide")
        verified = second_terminal(log, "verify")

    assert FULL in told
    assert b"Close pages you do not need" in told
    assert FULL not in before + after
    assert b"Guide" in after
    assert "is in order" in verified


def test_a_server_may_open_as_many_files_as_the_machine_lets_it(limits):
    _, hard = limits
    resource.setrlimit(resource.RLIMIT_NOFILE, (256, hard))

    capacity.use_all()

    assert resource.getrlimit(resource.RLIMIT_NOFILE)[0] == min(hard, capacity.MOST)


def test_it_is_full_before_the_last_file_is_open(limits):
    _, hard = limits
    roomy = capacity.is_full()

    resource.setrlimit(resource.RLIMIT_NOFILE, (capacity.LEAST_KEPT + 3, hard))

    assert not roomy
    assert capacity.is_full()
