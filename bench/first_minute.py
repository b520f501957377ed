"""The first minute: from `make run`, on an existing environment and log, to the first Today page.

Beside it, in turns: a bare page of one line. Each time a new server, and as soon as it answers a
new visitor in a browser. Processor time is the server's: until its first answer, and from then on
to the end of the first visitor's page.
"""

import os
import signal
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path

from tests.live import ROOT, answers, free_port
from tests.screen import Room, screens

BARE = 'import streamlit as st\n\nst.title("x")\n'
TIMES = 5
TICK = os.sysconf("SC_CLK_TCK")
WHAT = (
    "until it answers", "until the first page", "processor time of the page", "and of the start",
)  # fmt: skip


def processor_seconds(pid: int) -> float:
    """Processor time of a process, in user and system mode, all of its threads."""
    fields = Path(f"/proc/{pid}/stat").read_text("utf-8").rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / TICK


def serving(process: subprocess.Popen[bytes]) -> int:
    """The server's process: the one that make has started, or the one itself."""
    children = Path(f"/proc/{process.pid}/task/{process.pid}/children").read_text("utf-8").split()
    return int(children[0]) if children else process.pid


def drawn(room: Room, address: str, wanted: str) -> None:
    """A new visitor's page, drawn to its end, with its heading."""
    page = room.visitor(address).page
    page.goto(address)
    page.get_by_role("heading", name=wanted, level=1).wait_for()
    page.locator(".stApp[data-test-script-state=notRunning]").wait_for()
    page.context.close()


def once(room: Room, command: Sequence[str], port: str, wanted: str, log: Path) -> list[float]:
    """Seconds until the server answers and until the page is drawn; processor time of both."""
    own = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
    began = time.monotonic()
    server = subprocess.Popen(
        command, cwd=ROOT, env=own | {"CHANGEOVER_LOG": str(log)},
        stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
    )  # fmt: skip
    try:
        address = f"http://127.0.0.1:{port}"
        if not answers(server, f"{address}/_stcore/health"):
            raise RuntimeError(f"{' '.join(command)} does not answer.")
        pid = serving(server)
        answered, before = time.monotonic() - began, processor_seconds(pid)
        drawn(room, address, wanted)
        took, after = time.monotonic() - began, processor_seconds(pid)
    finally:
        os.kill(serving(server), signal.SIGTERM)
        server.wait()
    return [answered, took, after - before, before]


def main(times: int) -> None:
    """Print each median in seconds, the ratio, and all that it is the median of."""
    found: dict[str, list[list[float]]] = {"Changeover": [], "bare": []}
    with tempfile.TemporaryDirectory() as folder, screens() as room:
        log, bare = Path(folder) / "log.duckdb", Path(folder) / "bare.py"
        bare.write_text(BARE, encoding="utf-8")
        sample = [sys.executable, "-m", "dashboard", "sample", "--db", str(log)]
        subprocess.run(sample, cwd=ROOT, check=True, stdout=subprocess.DEVNULL)
        serve = [sys.executable, "-m", "streamlit", "run", str(bare), "--server.port"]
        for number in range(times + 1):
            for name in found:
                port = str(free_port())
                ours = name == "Changeover"
                command = ["make", "run", f"PORT={port}"] if ours else [*serve, port]
                took = once(room, command, port, "Today" if ours else "x", log)
                if number:  # the first of each compiles, and fills the machine's cache of files
                    found[name].append(took)
    print(f"median of {times}, in turns, seconds: Changeover, a bare page, ratio")
    for place, what in enumerate(WHAT):
        ours, plain = (statistics.median(row[place] for row in rows) for rows in found.values())
        each = "; ".join(" ".join(f"{row[place]:.2f}" for row in rows) for rows in found.values())
        print(f"{what:<27} {ours:6.2f} {plain:6.2f} {ours / plain:6.2f}   ({each})")


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else TIMES)
