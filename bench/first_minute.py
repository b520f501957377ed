"""The first minute: from `make run` in a fresh clone to a page that one can use.

Each time a fresh clone of what was committed last, an empty home, packages from wherever pip gets
them. Beside it, with the Python environment that this made: a bare Streamlit script. Installing
happens for ours alone; the bare one is asked for its start and its page.
"""

import statistics
import sys
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path

from tests.live import free_port
from tests.newcomer import Terminal, cloned, running
from tests.screen import Room, screens

BARE = 'import streamlit as st\n\nst.title("x")\n'
TIMES = 3
STAGES = (
    ("the packages are there", "Making up sample data"),
    ("the sample is there", "Wrote sample data to"),
)


def page_seconds(room: Room, address: str) -> float:
    """From a new visitor's first request to a page that is drawn to its end."""
    page = room.visitor(address).page
    began = time.monotonic()
    page.goto(address)
    page.locator("h1").first.wait_for()
    page.locator(".stApp[data-test-script-state=notRunning]").wait_for()
    took = time.monotonic() - began
    page.context.close()
    return took


def measured(
    room: Room, name: str, command: Sequence[str], clone: Path, port: int
) -> tuple[list[tuple[str, float]], Terminal]:
    """Seconds until the command answers, until a visitor's page is drawn, and until a second's."""
    with running(command, clone, clone.parent / "home", port) as terminal:
        pages = [page_seconds(room, f"http://127.0.0.1:{port}") for _ in range(2)]
    return [
        (f"{name}: until it answers", terminal.answered),
        (f"{name}: the first visitor's page", pages[0]),
        (f"{name}: the next visitor's page", pages[1]),
    ], terminal


def once(room: Room, folder: Path) -> list[tuple[str, float]]:
    """One clone, measured: from nothing, once more, and the bare script."""
    clone, port, bare = cloned(folder), free_port(), folder / "bare.py"
    bare.write_text(BARE, encoding="utf-8")
    make_run = ["make", "run", f"PORT={port}"]
    served = [".venv/bin/python", "-m", "streamlit", "run", str(bare), "--server.port", str(port)]
    fresh, terminal = measured(room, "make run, fresh clone", make_run, clone, port)
    again, _ = measured(room, "make run, once more", make_run, clone, port)
    plain, _ = measured(room, "bare script", served, clone, port)
    said = [
        (f"fresh clone: until {label}", next(at for at, line in terminal.lines if words in line))
        for label, words in STAGES
    ]
    return [*said, *fresh, *again, *plain]


def main(times: int) -> None:
    """Print each stage's median and all that it is the median of, in seconds."""
    found: dict[str, list[float]] = {}
    with screens() as room:
        for _ in range(times):
            with tempfile.TemporaryDirectory() as folder:
                for label, seconds in once(room, Path(folder)):
                    found.setdefault(label, []).append(seconds)
    print(f"median of {times}, seconds")
    for label, all_seconds in found.items():
        each = " ".join(f"{seconds:.1f}" for seconds in all_seconds)
        print(f"{label:<45} {statistics.median(all_seconds):>6.1f}   ({each})")


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else TIMES)
