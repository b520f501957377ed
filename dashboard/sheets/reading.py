"""A sheet read in a process of its own, which has only so much room and time."""

import json
import os
import signal
import subprocess
import sys
import tempfile
import threading
from collections.abc import Sequence
from pathlib import Path
from typing import IO, Any

from dashboard.sheets import delimited
from dashboard.sheets.child import LEAST_ROOM, LEAST_SECONDS, MEGABYTE
from dashboard.sheets.refusals import NotATable

ROOT = Path(__file__).resolve().parents[2]
# A text costs in proportion to its length, so that a short one is not worth a process (0.2 s).
SMALL = MEGABYTE
CHILD = (sys.executable, "-m", "dashboard.sheets.child")
AT_ONCE = threading.BoundedSemaphore(2)  # sheets; more of them wait
WALL_SECONDS = 180  # thrice the processor's, for a machine that has other things to do
LONGEST_LINE, LONGEST_ANSWER = 20 * MEGABYTE, 500 * MEGABYTE
GAVE_UP = (
    f"to read it takes longer than the {LEAST_SECONDS} seconds and more room than the "
    f"{LEAST_ROOM // MEGABYTE} MB that a sheet of its rows is given. Copy the tracker's rows, as "
    "values, into a new workbook and import that, or split it."
)
UNREADABLE = "it cannot be read. Save it anew as .xlsx or as CSV (UTF-8) and import that."


def read_table(content: bytes) -> list[list[str]]:
    """The rows of a workbook or a text, the header first; NotATable if it is neither."""
    if not content.startswith(b"PK") and len(content) <= SMALL:
        return list(delimited.read_rows(content))
    with AT_ONCE, tempfile.TemporaryFile() as file:
        file.write(content)
        file.seek(0)
        return read_apart(file)


def read_apart(file: IO[bytes], command: Sequence[str] = CHILD) -> list[list[str]]:
    """What `command` makes of the file, as `child` tells it; NotATable if it does not."""
    child = subprocess.Popen(
        command, stdin=file, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, cwd=ROOT,
        # nothing of ours that it has no use for, such as the address of a database
        env={"PATH": os.defpath},
    )  # fmt: skip
    stop = threading.Timer(WALL_SECONDS, child.kill)
    stop.start()
    try:
        return _told(child)
    finally:
        stop.cancel()
        child.kill()
        child.wait()
        if child.stdout:
            child.stdout.close()


def _told(child: subprocess.Popen[bytes]) -> list[list[str]]:
    rows: list[list[str]] = []
    left = LONGEST_ANSWER
    while child.stdout and (line := child.stdout.readline(LONGEST_LINE)):
        left -= len(line)
        answer = _parsed(line)
        if isinstance(answer, list) and left > 0:
            rows.append([str(cell) for cell in answer])
        elif answer == {"rows": len(rows)}:
            return rows
        elif isinstance(answer, dict) and "refused" in answer:
            raise NotATable(str(answer["refused"]))
        else:
            raise NotATable(UNREADABLE)
    ended = child.wait()
    raise NotATable(GAVE_UP if ended in (-signal.SIGXCPU, -signal.SIGKILL) else UNREADABLE)


def _parsed(line: bytes) -> Any:
    try:
        return json.loads(line)
    except ValueError:
        return None
