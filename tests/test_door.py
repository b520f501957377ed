"""The server's own routes, asked as an attacker asks them: uploads, made files and cookies.

One server with sign-in; who is signed in has a cookie that it would have signed itself.
"""

import json
import time
from collections.abc import Generator, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.client import HTTPConnection
from itertools import count
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg
from streamlit.web.server.starlette.starlette_app_utils import (
    create_signed_value,
    generate_xsrf_token_string,
)
from websocket import WebSocket, create_connection

from dashboard import clock, commands, people
from dashboard.store import Store
from dashboard.ui import door
from tests.builders import LEAD, form
from tests.identity import COOKIE, COOKIE_SECRET, PEOPLE, claims, write_secrets
from tests.live import figure, live_app

# No two sign-ins are of one second.
ISSUED = count(int(clock.issuers_now().timestamp()) - 1000)
ADAM, LENA = "adam@example.com", "lena@example.com"
BOUNDARY = "changeover"
PATIENCE_SECONDS = 120
DRAWN = (ForwardMsg.FINISHED_SUCCESSFULLY, ForwardMsg.FINISHED_FRAGMENT_RUN_SUCCESSFULLY)
FIRM = "Quetzalcoatl and Daughters"


@dataclass(slots=True)
class Browser:
    """A browser, and who is signed in there, if anybody is."""

    address: str
    email: str = ""
    xsrf: str = field(default_factory=lambda: generate_xsrf_token_string(None, None))
    issued: int = field(default_factory=lambda: next(ISSUED))

    @property
    def cookies(self) -> str:
        """What it sends with each request."""
        own = f"_streamlit_xsrf={self.xsrf}"
        return f"{own}; {COOKIE}={self._signed()}" if self.email else own

    def ask(
        self, method: str, path: str, body: bytes = b"", **headers: str
    ) -> tuple[int, dict[str, str], bytes]:
        """Status, headers and body of the answer."""
        sent = {"Cookie": self.cookies, "X-Xsrftoken": self.xsrf}
        sent |= {name.replace("_", "-"): value for name, value in headers.items()}
        there = HTTPConnection(urlsplit(self.address).netloc, timeout=PATIENCE_SECONDS)
        try:
            there.request(method, path, body, sent)
            answer = there.getresponse()
            return answer.status, dict(answer.getheaders()), answer.read()
        finally:
            there.close()

    def upload(self, window: str, name: str, size: int = 100) -> int:
        """Send a file into that window, and tell how that was answered."""
        head = (
            f'--{BOUNDARY}\r\nContent-Disposition: form-data; name="f"; filename="{name}"\r\n\r\n'
        )
        body = head.encode() + b"x" * size + f"\r\n--{BOUNDARY}--\r\n".encode()
        kind = f"multipart/form-data; boundary={BOUNDARY}"
        path = f"/_stcore/upload_file/{window}/{name}"
        return self.ask("PUT", path, body, Content_Type=kind)[0]

    def _signed(self) -> str:
        said = claims(self.email, PEOPLE[self.email][0]) | {
            "is_logged_in": True,
            "origin": self.address,
            "iat": self.issued,
        }
        return create_signed_value(COOKIE_SECRET, COOKIE, json.dumps(said)).decode()


class Window:
    """A window of a browser."""

    def __init__(self, browser: Browser) -> None:
        self._socket: WebSocket = create_connection(
            f"{browser.address.replace('http', 'ws', 1)}/_stcore/stream",
            subprotocols=["streamlit", browser.xsrf], cookie=browser.cookies,
            origin=browser.address, header=["User-Agent: a browser"], timeout=PATIENCE_SECONDS,
        )  # fmt: skip
        self.session, self.shown = "", dict[str, str]()  # widgets by key; of downloads the file
        self.parts = dict[str, str]()  # the fragment that each widget is in

    def draw(self, page: str, query: str = "", press: str = "", **typed: str) -> "Window":
        """Have the page run, with a button pressed and texts typed."""
        ask = BackMsg()
        ask.rerun_script.page_name, ask.rerun_script.query_string = page, query
        for key, text in typed.items():
            name = self.shown[key]
            ask.rerun_script.widget_states.widgets.add(id=name, string_value=text)
            ask.rerun_script.fragment_id = self.parts.get(name, "")
        if press:
            ask.rerun_script.widget_states.widgets.add(id=self.shown[press], trigger_value=True)
        self.said = ""
        self._send(ask)
        for told in self._answers():
            if told.WhichOneof("type") == "new_session":
                self.session = told.new_session.initialize.session_id
            self._take(told)
            self.said += str(told)
            if told.WhichOneof("type") != "script_finished":
                continue
            if told.script_finished in DRAWN:
                break
        return self

    def fetch(self, file: str) -> str:
        """The address of a file that is made when it is asked for; empty if it is not made."""
        ask = BackMsg()
        ask.backend_operation_request.request_id = "one"
        ask.backend_operation_request.session_id = self.session
        ask.backend_operation_request.deferred_file.file_id = file
        self._send(ask)
        for told in self._answers():
            if told.WhichOneof("type") == "backend_operation_response":
                return told.backend_operation_response.deferred_file.url
        raise AssertionError

    def close(self) -> None:
        self._socket.close()

    def _take(self, told: ForwardMsg) -> None:
        if told.WhichOneof("type") != "delta" or told.delta.WhichOneof("type") != "new_element":
            return
        element = told.delta.new_element
        kind = element.WhichOneof("type")
        if kind == "download_button":
            key = element.download_button.id.split("-", 2)[-1]
            self.shown[key] = element.download_button.deferred_file_id
        elif kind in ("button", "file_uploader", "text_input", "text_area"):
            name: str = getattr(element, kind).id
            self.shown[name.split("-", 2)[-1]] = name
            if told.delta.fragment_id:
                self.parts[name] = told.delta.fragment_id

    def _send(self, ask: BackMsg) -> None:
        self._socket.send_binary(ask.SerializeToString())

    def _answers(self) -> Iterator[ForwardMsg]:
        while True:
            told = ForwardMsg()
            told.ParseFromString(self._socket.recv_data()[1])
            yield told


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("door")


@pytest.fixture(scope="module")
def address(folder: Path) -> Iterator[str]:
    log = folder / "log.duckdb"
    store = Store.open(log)
    given = form("local", firm_name=FIRM)
    commands.open_case(store, "local", given, by=LEAD, now=clock.now())
    store.close()
    secrets = write_secrets(folder, "http://localhost:1")
    with live_app(log, journal=folder / "journal", STREAMLIT_SECRETS_FILES=secrets) as address:
        Window(Browser(address)).draw("today").close()  # from now on it knows its pages
        yield address


def journal(folder: Path) -> list[tuple[str, str, str]]:
    lines = (folder / "journal").read_text("utf-8").splitlines()
    told = [json.loads(line) for line in lines if line.startswith("{")]
    return [(one["verb"], one["who"], one["outcome"]) for one in told if "verb" in one]


def test_a_stranger_and_who_was_shown_no_place_for_it_can_send_no_file(address: str, folder: Path):
    stranger, lena = Browser(address), Browser(address, LENA)
    before, window = Window(stranger).draw("today"), Window(lena).draw("guide")

    assert stranger.upload(before.session, "sheet.csv") == 403
    assert lena.upload(window.session, "sheet.csv") == 403
    assert lena.upload("nobody", "sheet.csv") == 403
    assert ("door.refuse", "", "This page does not expect a file.") in journal(folder)
    before.close()
    window.close()


def test_who_was_shown_where_sends_a_few_files_and_nobody_else_into_that_window(address: str):
    lena, other = Browser(address, LENA), Browser(address, LENA)
    adam = Browser(address, ADAM, lena.xsrf)
    page = ("settings", "section=Import")
    window = Window(lena).draw(*page)
    window.draw(*page, press="import-from-settings")
    assert "tracker-file" in window.shown

    taken = [lena.upload(window.session, f"{number}.csv") for number in range(6)]

    assert taken == [204] * door.MOST_FILES + [429] * 2
    assert [one.upload(window.session, "0.csv") for one in (other, adam)] == [403, 403]
    assert other.ask("DELETE", f"/_stcore/upload_file/{window.session}/0.csv")[0] == 403
    assert lena.ask("DELETE", f"/_stcore/upload_file/{window.session}/0.csv")[0] == 204
    assert lena.upload(window.session, "7.csv") == 204
    window.close()


def test_a_backup_is_given_to_whoever_had_it_made_and_to_no_other_browser(
    address: str, folder: Path
):
    adam = Browser(address, ADAM)
    window = Window(adam).draw("settings", "section=Backup")
    window.draw("settings", "section=Backup", press="backup-file-make")
    url = window.fetch(window.shown["backup-file-download"])

    status, headers, content = adam.ask("GET", url)

    assert (status, len(content) > 1000) == (200, True)
    assert (
        "attachment"
        in {name.lower(): value for name, value in headers.items()}["content-disposition"]
    )
    others = [
        Browser(address), Browser(address, "", adam.xsrf), Browser(address, ADAM),
        Browser(address, LENA, adam.xsrf),
    ]  # fmt: skip
    for one in others:
        for spelling in (url, url.rpartition(".")[0] or url, f"{url}?x=1"):
            status, _, told = one.ask("GET", spelling)
            assert (status, content[:100] in told) == (403, False)
    told = journal(folder)
    key = people.key_of("", ADAM)  # no name that somebody chose, and no address
    assert ("backup-file.make", key, "done") in told
    assert ("backup-file.fetch", key, "done") in told
    window.close()


@contextmanager
def without(folder: Path, email: str) -> Generator[None]:
    """The secrets without somebody's line, written over as an administrator does."""
    file = folder / "secrets.toml"
    whole = file.read_text("utf-8")
    kept = [line for line in whole.splitlines() if email not in line]
    file.write_text("\n".join(kept), encoding="utf-8")
    try:
        yield
    finally:
        file.write_text(whole, encoding="utf-8")


def test_an_open_page_of_somebody_whose_role_was_taken_away_tells_and_gives_nothing_more(
    address: str, folder: Path
):
    adam = Browser(address, ADAM)
    page, files = ("case", "id=C-0001"), ("settings", "section=Backup")
    window, other, box = (Window(adam) for _ in range(3))
    window.draw(*page)
    box.draw("guide")
    other.draw(*files).draw(*files, press="backup-file-make")
    url = other.fetch(other.shown["backup-file-download"])
    note = next(key for key in window.shown if key.startswith("keep-note"))
    assert FIRM in box.draw("guide", find=FIRM[:6]).said
    assert adam.ask("GET", url)[0] == 200
    before = figure(folder / "log.duckdb", "log_events")

    with without(folder, ADAM):
        status, _, told = adam.ask("GET", url)
        assert other.fetch(other.shown["backup-file-download"]) == ""
        found = box.draw("guide", find=FIRM[:5]).said
        window.draw(*page, press=note, **{"C-0001-note": "I am still here."})

    assert FIRM not in found
    assert "have no role here" in found
    assert FIRM not in window.said
    assert "have no role here" in window.said
    assert (status, told) == (403, b"This file was created for someone else.")
    assert figure(folder / "log.duckdb", "log_events") == before
    for one in (window, other, box):
        one.close()


def test_after_signing_out_the_cookie_and_the_other_windows_are_nobodys(address: str):
    lena = Browser(address, LENA)
    window = Window(lena).draw("case", "id=C-0001")
    note = next(key for key in window.shown if key.startswith("keep-note"))
    assert FIRM in window.said

    lena.ask("GET", "/auth/logout")

    copied = Browser(address, LENA, lena.xsrf, lena.issued)
    for one in (window, Window(copied)):
        one.draw("case", "id=C-0001", press=note if one is window else "")
        assert FIRM not in one.said
        assert "sign-in" in one.shown
        one.close()


def test_cookies_go_through_tls_alone_where_visitors_come_through_it(address: str):
    browser = Browser(address)

    def cookies(proto: str) -> str:
        told = browser.ask("GET", "/_stcore/health", X_Forwarded_Proto=proto)[1]
        return next(value for name, value in told.items() if name.lower() == "set-cookie")

    assert "Secure" in cookies("https")
    assert "Secure" not in cookies("http")


def test_a_sign_in_that_fails_and_a_sign_out_are_lines_in_the_journal(address: str, folder: Path):
    Browser(address).ask("GET", "/oauth2callback?state=made-up&code=any")
    Browser(address, LENA).ask("GET", "/auth/logout")

    deadline = time.monotonic() + 10
    while "door.sign_out" not in (verbs := [verb for verb, _, _ in journal(folder)]):
        assert time.monotonic() < deadline
    assert "door.sign_in" in verbs
    assert LENA not in (folder / "journal").read_text("utf-8")


def test_a_window_holds_no_more_than_a_few_sheets(monkeypatch: pytest.MonkeyPatch):
    class Held:
        uploaded_file_mgr: Any = type("", (), {"file_storage": {}})

    monkeypatch.setattr("streamlit.runtime.get_instance", lambda: Held)

    def status(*headers: tuple[bytes, bytes]) -> int:
        refused = door._over_limits("one", {"type": "http", "headers": list(headers)})
        return refused.status if refused else 0

    assert status((b"content-length", b"104857601")) == 413
    assert status() == 0
    door.BUSY.add("one")
    try:
        assert status() == 429
    finally:
        door.BUSY.discard("one")
