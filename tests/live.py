"""The real application on a port of its own, for the browser tests and the pictures."""

import json
import os
import random
import socket
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Generator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any
from urllib.error import URLError

ROOT = Path(__file__).resolve().parent.parent
START_SECONDS = 60
STOP_SECONDS = 30
PORTS, TRIES = range(20_000, 32_000), 100


@contextmanager
def live_app(
    log: Path | str,
    entry: Path = ROOT / "streamlit_app.py",
    port: int = 0,
    journal: Path | None = None,
    **settings: str,
) -> Generator[str]:
    """Serve the log and give the address; `settings` go into the server's environment.

    What the server says goes into the file `journal`, if one is named.
    """
    port = port or free_port()
    base = settings.get("STREAMLIT_SERVER_BASE_URL_PATH", "")
    # not a pipe: nobody would empty it
    with journal.open("w+") if journal else tempfile.TemporaryFile("w+") as said:
        server = subprocess.Popen(
            [sys.executable, "-m", "streamlit", "run", str(entry), "--server.port", str(port)],
            cwd=ROOT,
            env=os.environ | {"CHANGEOVER_LOG": str(log)} | settings,
            stdout=said,
            stderr=subprocess.STDOUT,
        )
        try:
            address = f"http://127.0.0.1:{port}/{base}".rstrip("/")
            if not answers(server, f"{address}/_stcore/health"):
                said.seek(0)
                raise RuntimeError(f"The application did not start:\n{said.read()}")
            yield address
        except Exception:
            said.seek(0)
            sys.stderr.write(said.read())
            raise
        finally:
            server.terminate()
            server.wait(STOP_SECONDS)


def answers(server: subprocess.Popen[Any], health: str, seconds: float = START_SECONDS) -> bool:
    """Wait until the server answers; false if it ends, or stays silent for so long."""
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline and server.poll() is None:
        try:
            with urllib.request.urlopen(health, timeout=1):
                return True
        except (URLError, TimeoutError):
            time.sleep(0.1)
    return False


def free_port() -> int:
    """A port that nobody listens on, and that the system gives to no connection that goes out."""
    for port in random.SystemRandom().sample(PORTS, TRIES):  # not as a test seeds chance
        with socket.socket() as door, suppress(OSError):
            door.bind(("127.0.0.1", port))
            return port
    raise RuntimeError(f"None of {TRIES} ports is free.")


def figure(log: Path, name: str, *options: str) -> list[dict[str, Any]]:
    """What a second terminal is told of a figure while the application serves."""
    return json.loads(second_terminal(log, "figure", name, "--format", "json", *options))


def second_terminal(log: Path, verb: str, *options: str) -> str:
    """What a verb prints that somebody runs beside the application."""
    command = [sys.executable, "-m", "dashboard", verb, "--db", str(log), *options]
    told = subprocess.run(command, cwd=ROOT, capture_output=True, check=True, text=True)
    return told.stdout
