"""The application behind the proxies of docs/proxy: what they let through, add and keep back."""

import re
import ssl
import time
import urllib.request
from collections.abc import Generator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from http.client import HTTPSConnection
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread

import pytest
from websocket import WebSocketBadStatusException, create_connection

from tests.identity import provider, sign_in, write_secrets
from tests.live import free_port, live_app
from tests.proxies import proxy
from tests.screen import Room
from tests.test_browser_identity import FIRM, log_in

pytestmark = pytest.mark.system
PAGES = ("", "cases", "new_case", "case?id=C-0001", "throughput", "bottlenecks", "month_end",
         "sla_report", "log", "guide", "settings")  # fmt: skip
HEADERS = {
    "strict-transport-security": "max-age=31536000",
    "x-content-type-options": "nosniff",
    "x-frame-options": "DENY",
    "referrer-policy": "same-origin",
    "cross-origin-opener-policy": "same-origin",
}
INLINE = "document.head.append(Object.assign(document.createElement('script'), {text: '1'}))"
UNTRUSTED = ssl._create_unverified_context()
MB = 1_000_000
PATIENCE_MS = 90_000
METRICS = b"# TYPE"
FILE = "_stcore/upload_file/w1ndow/f11e"
SECRET = ("c0de", "Quetzal", "w1ndow", "f11e", "c00kie")


@dataclass(frozen=True, slots=True)
class Served:
    """Where a visitor finds it."""

    port: int
    path: str
    app_port: int

    @property
    def address(self) -> str:
        return f"https://localhost:{self.port}/{self.path}".rstrip("/")

    def ask(
        self, method: str, path: str, body: bytes = b"", **headers: str
    ) -> tuple[int, dict[str, str], bytes]:
        """Status, headers and body of the answer."""
        connection = HTTPSConnection("localhost", self.port, context=UNTRUSTED, timeout=30)
        try:
            named = {name.replace("_", "-"): value for name, value in headers.items()}
            connection.request(method, f"/{self.path}/{path}".replace("//", "/"), body, named)
            answer = connection.getresponse()
            told = {name.lower(): value for name, value in answer.getheaders()}
            return answer.status, told, answer.read()
        finally:
            connection.close()

    def connect(self, origin: str) -> None:
        """Open the websocket as a page of that origin would."""
        path = f"{self.path}/_stcore/stream".lstrip("/")
        create_connection(
            f"wss://localhost:{self.port}/{path}", subprotocols=["streamlit"], origin=origin,
            sslopt={"cert_reqs": ssl.CERT_NONE}, timeout=30,
        ).close()  # fmt: skip


def policy_complaints(said: list[str]) -> list[str]:
    return [text for text in said if "Content Security Policy" in text]


@pytest.fixture(scope="module", params=[
    ("nginx", ""), ("nginx", "changeover"), ("caddy", ""), ("caddy", "changeover"),
], ids=lambda given: f"{given[0]}-{given[1] or 'root'}")  # fmt: skip
def served(request, tmp_path_factory: pytest.TempPathFactory) -> Generator[Served]:
    kind, path = request.param
    folder = tmp_path_factory.mktemp(kind)
    app_port = free_port()
    there = Served(free_port(), path, app_port)
    settings = {
        "STREAMLIT_SERVER_BASE_URL_PATH": path,
        "STREAMLIT_SERVER_ALLOWED_HOSTS": "localhost",
    }
    with provider() as identity:
        secrets = Path(write_secrets(folder, identity))
        text = secrets.read_text("utf-8").replace("http://127.0.0.1:{port}", there.address)
        secrets.write_text(text, encoding="utf-8")
        with (
            live_app(
                log_in(folder), port=app_port, STREAMLIT_SECRETS_FILES=str(secrets), **settings
            ),
            proxy(kind, folder, app_port, there.port, path),
        ):
            yield there


@pytest.mark.browser
def test_every_page_works_under_the_security_policy(room: Room, served: Served):
    screen = room.visitor(served.address, ignore_https_errors=True)
    screen.page.set_default_timeout(PATIENCE_MS)  # every file of the page comes through TLS
    complaints: list[str] = []
    screen.page.on("console", lambda said: complaints.append(said.text))
    sign_in(screen.open(), "lena@example.com").says("Lena Lindqvist")

    for page in PAGES:
        screen.open(page)
        assert policy_complaints(complaints) == [], page
    screen.open("case?id=C-0001").says(FIRM)
    screen.fill("EMS ticket number", "EMS-7007").tick("The ticket's priority is High")
    screen.press("Complete step 4").says("Step 4 completed")

    assert policy_complaints(complaints) == []
    assert screen.faults == []
    screen.page.evaluate(INLINE)
    assert policy_complaints(complaints) != []  # so the browser does hold it, and does say so


def test_every_answer_bears_the_security_headers(served: Served):
    for path in ("", "_stcore/health", "_stcore/metrics", "nowhere"):
        _, headers, _ = served.ask("GET", path)

        assert HEADERS.items() <= headers.items(), path
        assert "frame-ancestors 'none'" in headers["content-security-policy"]
        assert "unsafe-eval" not in headers["content-security-policy"]
        assert not re.search(r"\d", headers.get("server", ""))


@pytest.mark.parametrize("inside", ["metrics", "script-health-check", "agent/openapi.json"])
def test_what_is_for_the_machine_itself_is_not_public(served: Served, inside: str):
    assert served.ask("GET", f"_stcore/{inside}")[0] == 404
    assert served.ask("GET", "_stcore/health")[::2] == (200, b"ok")


@pytest.mark.parametrize(
    "path",
    [
        "%6Detrics",
        "%2e/metrics",
        "x/../metrics",
        "/metrics",
        "metrics/",
        "metrics?x=1",
        "x/..%2fmetrics",
    ],
)
def test_the_metrics_are_not_had_by_another_spelling(served: Served, path: str):
    inside = f"http://127.0.0.1:{served.app_port}/{served.path}/_stcore/metrics".replace(
        "//_", "/_"
    )
    with urllib.request.urlopen(inside, timeout=30) as answer:
        assert METRICS in answer.read()  # which is what is kept back

    try:
        assert METRICS not in served.ask("GET", f"_stcore/{path}")[2]
    except OSError:
        return  # hung up


def test_the_websocket_is_opened_to_a_page_of_the_same_origin_alone(served: Served):
    served.connect(f"https://localhost:{served.port}")

    with pytest.raises(WebSocketBadStatusException, match="403"):
        served.connect("https://elsewhere.example")


def test_another_host_name_gets_nothing_of_the_application(served: Served):
    try:
        status, _, body = served.ask("GET", "", Host="elsewhere.example")
    except OSError:
        return  # nginx hangs up

    assert (status, body) == (200, b"")  # Caddy has nothing there


def test_a_file_is_not_taken_without_the_token_nor_above_the_limit(served: Served):
    path = "_stcore/upload_file/nobody/1"

    assert served.ask("PUT", path, b"x" * 100)[0] in (400, 403)
    with suppress(OSError):  # or it is hung up in the middle of it
        # Caddy passes the beginning on, and the application may be the first to refuse it.
        assert served.ask("PUT", path, b"x" * (54 * MB))[0] in (403, 413)


@pytest.mark.parametrize("kind", ["nginx", "caddy"])
def test_the_proxy_itself_lets_no_body_above_the_limit_through(kind: str, tmp_path: Path):
    with reader() as (app_port, taken):
        there = Served(free_port(), "", app_port)
        with proxy(kind, tmp_path, app_port, there.port):
            assert there.ask("PUT", FILE, b"x" * (50 * MB))[0] == 200
            # 502 is Caddy's, when the reader has hung up on the part it got.
            assert there.ask("PUT", FILE, b"x" * (54 * MB))[0] in (413, 502)
            assert there.ask("PUT", "elsewhere", b"x" * MB)[0] in (413, 502)

    assert taken == [50 * MB]


@pytest.mark.parametrize("kind", ["nginx", "caddy"])
def test_the_access_log_of_a_proxy_holds_no_code_no_name_and_no_file(kind: str, tmp_path: Path):
    with reader() as (app_port, _):
        there = Served(free_port(), "", app_port)
        with proxy(kind, tmp_path, app_port, there.port):
            for path in ("oauth2callback?code=c0de", "cases?q=Quetzal", "media/f11e.backup", FILE):
                there.ask("GET", path, Cookie="_streamlit_user=c00kie", Referer="/case?id=Quetzal")
            there.ask("GET", "last")
            log = tmp_path / "changeover.log"
            deadline = time.monotonic() + 10
            while "last" not in (told := log.read_text("utf-8")):
                assert time.monotonic() < deadline

    assert "oauth2callback" in told
    assert [word for word in SECRET if word in told] == []


def test_nginx_takes_no_flood_of_one_address(tmp_path: Path):
    with reader() as (app_port, _):
        there = Served(free_port(), "", app_port)
        with proxy("nginx", tmp_path, app_port, there.port):
            told = [there.ask("GET", "oauth2callback")[0] for _ in range(40)]
            ordinary = [there.ask("GET", "static/one.js")[0] for _ in range(40)]

    assert 429 in told
    assert told[:20] == [501] * 20  # the reader knows no GET
    assert ordinary == [501] * 40


@contextmanager
def reader() -> Generator[tuple[int, list[int]]]:
    """A server that refuses nothing: its port, and the length of every body it had whole."""
    taken: list[int] = []

    class Reader(BaseHTTPRequestHandler):
        def do_PUT(self) -> None:
            asked = int(self.headers["Content-Length"])
            body = self.rfile.read(asked)
            if len(body) == asked:
                taken.append(asked)
                self.send_response(200)
                self.end_headers()

        def log_message(self, format: str, *args: object) -> None:  # noqa: A002
            """Say nothing: standard error is the tests'."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Reader)
    thread = Thread(target=server.serve_forever)
    thread.start()
    try:
        yield server.server_port, taken
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
