"""Strangers who throw at both proxies what once stopped the application, while somebody works.

Each stranger comes from an address of this machine's own, the person from another: as in life, what
a proxy keeps back from one address it does not keep back from the others.
"""

import random
import socket
import ssl
import statistics
import tempfile
import threading
import time
from collections import Counter
from collections.abc import Callable
from contextlib import closing, suppress
from http.client import HTTPException, HTTPSConnection
from pathlib import Path

from streamlit.proto.BackMsg_pb2 import BackMsg
from websocket import WebSocket, WebSocketException, WebSocketTimeoutException, create_connection

from dashboard.store import Store
from tests.identity import write_secrets
from tests.live import free_port, live_app, second_terminal
from tests.proxies import proxy
from tests.test_door import LENA, Browser
from tests.torture.load import EACH, completions, department, press, resident_mb, server_of
from tests.wire import Drawn, Visitor

UNTRUSTED = ssl._create_unverified_context()
PROXIES = ("nginx", "caddy")
P95_MS = 2_000  # at most, of the person's acts
GROWS_MB = 600  # at most, of the server
PAUSE_SECONDS = 1
MB = 1_000_000
HELD = 40  # windows that one stranger leaves open
PAGES = ("", "cases", "case", "new_case", "throughput", "sla_report", "log", "settings", "nowhere")
PUT, FORM = "PUT", "multipart/form-data; boundary=b"
MADE_UP = (
    "_streamlit_user=2|1:0|10:1|15:_streamlit_user|4:e30=|00",
    "_streamlit_xsrf=x",
    "a=" * 999,
)
LOST = (OSError, WebSocketException, HTTPException)


class Stranger(threading.Thread):
    """Attacks one proxy from one address until the time is up."""

    def __init__(self, port: int, number: int, seed: int, until: float) -> None:
        super().__init__()
        self._port, self._source = port, f"127.0.0.{50 + number}"
        self._chance, self._until = random.Random(seed * 1_000 + number), until
        self._held: list[WebSocket] = []
        self.tally: Counter[str] = Counter()

    def run(self) -> None:
        """One attack after the other; that one is refused is an end, not an error."""
        attacks: tuple[Callable[[], None], ...] = (
            self._clear_caches,
            self._send_nonsense,
            self._ask_for_pages,
            self._upload,
            self._guess_files,
            self._knock,
            self._hold,
        )
        while time.monotonic() < self._until:
            attack = self._chance.choice(attacks)
            try:
                attack()
                self.tally[f"attacks: {attack.__name__[1:].replace('_', ' ')}"] += 1
            except LOST:
                self.tally["attacks cut short"] += 1
        for window in self._held:
            with suppress(*LOST):
                window.close()

    def _window(self) -> WebSocket:
        return connect(self._port, self._source, origin=f"https://localhost:{self._port}")

    def _clear_caches(self) -> None:
        with closing(self._window()) as window:
            for _ in range(20):
                window.send_binary(BackMsg(clear_cache=True).SerializeToString())

    def _send_nonsense(self) -> None:
        for _ in range(5):
            with closing(self._window()) as window:
                window.send_binary(self._chance.randbytes(self._chance.choice((1, 100, MB))))

    def _ask_for_pages(self) -> None:
        with closing(self._window()) as window:
            for _ in range(10):
                ask = BackMsg()
                ask.rerun_script.page_name = self._chance.choice(PAGES)
                ask.rerun_script.query_string = f"id=C-{self._chance.randrange(9_999):04d}"
                name = f"$$ID-{self._chance.getrandbits(64):x}-complete-C-0001-3"
                ask.rerun_script.widget_states.widgets.add(id=name, trigger_value=True)
                window.send_binary(ask.SerializeToString())
            window.settimeout(2)
            with suppress(WebSocketTimeoutException):
                for _ in range(50):
                    said: bytes = window.recv_data()[1]
                    assert b"C-0001" not in said, "A stranger was sent a case."

    def _upload(self) -> None:
        body = b'--b\r\nContent-Disposition: form-data; name="f"; filename="f.csv"\r\n\r\n'
        body += b"x" * self._chance.choice((MB, 20 * MB, 49 * MB)) + b"\r\n--b--\r\n"
        file = f"{self._chance.getrandbits(64):x}"
        status = self._ask(PUT, f"/_stcore/upload_file/{file}/{file}", body, FORM)
        assert status != 204, "A stranger's file was taken."

    def _guess_files(self) -> None:
        for _ in range(20):
            status = self._ask("GET", f"/media/{self._chance.getrandbits(200):056x}.csv")
            assert status != 200, "A stranger was given a file."

    def _knock(self) -> None:
        for way in ("/oauth2callback?code=c0de&state=x", "/auth/logout", "/auth/login", "/x" * 500):
            self._ask(self._chance.choice(("GET", "POST")), way)

    def _hold(self) -> None:
        while len(self._held) >= HELD:
            self._held.pop(0).close()
        self._held.append(self._window())

    def _ask(self, method: str, path: str, body: bytes = b"", kind: str = "") -> int:
        there = HTTPSConnection(
            "localhost", self._port, timeout=30, context=UNTRUSTED, source_address=(self._source, 0)
        )
        with closing(there):
            headers = {"Content-Type": kind, "Cookie": self._chance.choice(MADE_UP)}
            there.request(method, path, body, headers)
            return there.getresponse().status


def connect(port: int, source: str, origin: str, cookie: str = "") -> WebSocket:
    """A window's connection through a proxy, from that address of this machine."""
    plain = socket.create_connection(("127.0.0.1", port), 30, (source, 0))
    return create_connection(
        f"wss://localhost:{port}/_stcore/stream",
        socket=UNTRUSTED.wrap_socket(plain, server_hostname="localhost"),
        subprotocols=["streamlit"],
        origin=origin,
        cookie=cookie,
        timeout=30,
    )


def work(port: int, cases: list[str], until: float) -> list[float]:
    """Somebody who signed in completes steps and looks at pages: the milliseconds of each act."""
    origin = f"https://localhost:{port}"
    lena = Browser(origin, LENA)
    plain = socket.create_connection(("127.0.0.1", port), 30, ("127.0.0.2", 0))
    secured = UNTRUSTED.wrap_socket(plain, server_hostname="localhost")
    tab, waited, left = (
        Visitor(origin, socket=secured, cookie=lena.cookies),
        list[float](),
        [*cases],
    )
    drawn = Drawn()
    while time.monotonic() < until and left:
        keys = [key for key in drawn.widgets if key.startswith(f"complete-{left[0]}-")]
        if any(key.endswith(("-3", "-4")) for key in keys):
            drawn = press(tab, left[0], drawn)
        else:
            if drawn.widgets:
                left.pop(0)
            drawn = tab.draw("case", f"id={left[0]}") if left else Drawn()
        waited.append(drawn.ms)
        waited.append(tab.draw("").ms)
        drawn = tab.draw("case", f"id={left[0]}") if left else Drawn()
        waited.append(drawn.ms)
        tab.rest(PAUSE_SECONDS)
    tab.close()
    return waited


def attack_often(seconds: int, seed: int) -> Counter[str]:
    """Both proxies for half of so many seconds each; AssertionError if the person had to wait."""
    tally: Counter[str] = Counter()
    for kind in PROXIES:
        tally |= attacked(kind, seconds // len(PROXIES), seed)
    return tally


def attacked(kind: str, seconds: int, seed: int) -> Counter[str]:
    """One proxy for so many seconds, what happened there under its name."""
    with tempfile.TemporaryDirectory(prefix="torture-") as name:
        folder = Path(name)
        log, port, app_port = folder / "log.duckdb", free_port(), free_port()
        cases = department(log, seed, EACH, sample=300)
        secrets = Path(write_secrets(folder, "http://localhost:1"))
        there = f"https://localhost:{port}"
        text = secrets.read_text("utf-8").replace("http://127.0.0.1:{port}", there)
        secrets.write_text(text, encoding="utf-8")
        with (
            live_app(
                log,
                port=app_port,
                STREAMLIT_SECRETS_FILES=str(secrets),
                STREAMLIT_SERVER_ALLOWED_HOSTS="localhost",
            ) as address,
            proxy(kind, folder, app_port, port),
        ):
            server = server_of(address)
            calm = work(port, cases[:5], time.monotonic() + 30)
            before_mb, until = resident_mb(server), time.monotonic() + seconds
            strangers = [Stranger(port, number, seed, until) for number in range(4)]
            for stranger in strangers:
                stranger.start()
            waited = work(port, cases[5:], until)
            for stranger in strangers:
                stranger.join()
            after_mb = resident_mb(server)
            assert "is in order" in second_terminal(log, "verify")
        completions(log, cases)
        with closing(Store.open(log)) as store:
            assert store.count_cases() == len(cases) + 300
    p95 = statistics.quantiles(waited, n=20)[18]
    assert p95 < P95_MS, f"{kind}: the person waited {p95:.0f} ms"
    assert after_mb - before_mb < GROWS_MB, f"{kind}: {before_mb:.0f} MB became {after_mb:.0f}"
    told = sum((stranger.tally for stranger in strangers), Counter[str]())
    told |= {
        "ms p95 of the person, left alone": round(statistics.quantiles(calm, n=20)[18]),
        "ms p50 of the person": round(statistics.median(waited)),
        "ms p95 of the person": round(p95),
        "acts of the person": len(waited),
        "MB more than before": round(after_mb - before_mb),
    }
    return Counter({f"{kind}: {what}": number for what, number in told.items()})
