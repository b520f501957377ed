"""Every page, asked for directly and first of all by a stranger: what the server sends of it.

The websocket is read as a browser reads it, without one. Pages are found, not listed.
"""

import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg
from websocket import create_connection

from dashboard import clock, commands
from dashboard.store import Store
from tests.builders import LEAD, form, step_fields
from tests.live import ROOT, live_app

PAGES = sorted(page.stem for page in (ROOT / "pages").glob("*.py"))
FIRM = "Quetzalcoatlan Xylographers"
CASE = "C-0001"
SECRETS = """\
[auth]
redirect_uri = "http://127.0.0.1:{port}/oauth2callback"
cookie_secret = "a long text that only these tests know"
client_id = "changeover"
client_secret = "any"
server_metadata_url = "http://localhost:1/.well-known/openid-configuration"
"""
AGENT = "User-Agent: a browser"
ENDS = (ForwardMsg.FINISHED_SUCCESSFULLY, ForwardMsg.FINISHED_WITH_COMPILE_ERROR)


@pytest.fixture(scope="module")
def log(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A case of a firm whose name stands nowhere else."""
    path = tmp_path_factory.mktemp("strangers") / "log.duckdb"
    store, now = Store.open(path), clock.now()
    given = form("local", firm_name=FIRM)
    commands.open_case(store, "local", given, by=LEAD, now=now)
    for number in (2, 3):
        values = step_fields(store.case(CASE), number, now)
        commands.complete_step(store, CASE, number, values, by=LEAD, now=now)
    store.close()
    return path


def sent(
    address: str,
    page: str,
    *headers: str,
    host: str | None = None,
    agent: str = AGENT,
    has_origin: bool = True,
) -> bytes:
    """All that the server sends until the page's run has ended, byte for byte."""
    socket = create_connection(
        f"{address.replace('http', 'ws', 1)}/_stcore/stream",
        subprotocols=["streamlit"], header=[agent, *headers] if agent else [*headers], host=host,
        origin=f"http://{host}" if host else None, suppress_origin=not has_origin, timeout=30,
    )  # fmt: skip
    try:
        ask = BackMsg()
        ask.rerun_script.page_name = page
        ask.rerun_script.query_string = f"id={CASE}&q={CASE}"
        socket.send_binary(ask.SerializeToString())
        return b"".join(messages(socket))
    finally:
        socket.close()


def messages(socket: object) -> Iterator[bytes]:
    while True:
        raw = socket.recv_data()[1]  # type: ignore[attr-defined]
        yield raw
        told = ForwardMsg()
        told.ParseFromString(raw)
        if told.WhichOneof("type") == "script_finished" and told.script_finished in ENDS:
            return


def is_secret(told: bytes) -> bool:
    """Whether nothing of the case is in it, in any writing that the server uses."""
    names = (FIRM, *FIRM.split(), LEAD.name)
    forms = (kind for name in names for kind in (name.encode(), name.encode("utf-16-le")))
    return not any(form in told for form in forms)


@pytest.fixture
def secrets(tmp_path: Path) -> str:
    path = tmp_path / "secrets.toml"
    path.write_text(SECRETS, encoding="utf-8")
    return str(path)


def test_a_page_asked_for_first_of_all_sends_a_stranger_nothing(log: Path, secrets: str):
    with live_app(log, STREAMLIT_SECRETS_FILES=secrets) as address:
        told = sent(address, "case")  # nothing ran before, not even the entry point

        assert is_secret(told)
        assert b"Sign in" in told
        # nor afterwards, when the entry point has named the pages
        assert [page for page in ("", *PAGES) if not is_secret(sent(address, page))] == []


@pytest.fixture(scope="module")
def local(log: Path) -> Iterator[str]:
    with live_app(log) as address:
        yield address


@pytest.mark.parametrize(
    ("host", "headers"),
    [
        ("changeover.example.com", ()),
        ("192.168.0.7:8501", ()),
        ("127.0.0.1", ("X-Forwarded-For: 192.168.0.7",)),
    ],
)
def test_without_sign_in_a_page_sends_nothing_to_whom_comes_from_elsewhere(
    local: str, host: str, headers: tuple[str, ...]
):
    for page in PAGES:
        told = sent(local, page, *headers, host=host)

        assert is_secret(told), page
        assert b"Not open from here" in told, page


@pytest.mark.parametrize(
    ("headers", "asked"),
    [
        (("Via: 1.1 squid",), {}),
        (("X-Forwarded-Proto: https",), {}),
        (("CF-Connecting-IP: 192.168.0.7",), {}),
        ((), {"agent": ""}),
        ((), {"has_origin": False}),
    ],
    ids=str,
)
def test_without_sign_in_nothing_is_sent_through_a_proxy_nor_to_what_is_no_browser(
    local: str, headers: tuple[str, ...], asked: dict[str, Any]
):
    told = sent(local, "case", *headers, **asked)

    assert is_secret(told)
    assert b"Not open from here" in told


def test_sign_in_that_is_taken_away_while_it_is_served_does_not_open_it(log: Path, secrets: str):
    with live_app(log, STREAMLIT_SECRETS_FILES=secrets) as address:
        assert b"Sign in" in sent(address, "case")

        Path(secrets).write_text("[smtp]\n", encoding="utf-8")

        deadline = time.monotonic() + 30
        while b"Sign in" in (told := sent(address, "case")):  # Streamlit looks once a second
            assert is_secret(told)
            assert time.monotonic() < deadline
            time.sleep(0.2)
        assert b"secrets.toml cannot be read" in told
        assert is_secret(told)


def test_the_visitor_of_this_machine_is_sent_the_name(local: str):
    assert not is_secret(sent(local, "case"))  # which is where the tests above look for it
