"""A sheet read in a process of its own, which has only so much room and time."""

import json
import os
import signal
import subprocess
import sys
import tempfile
import threading
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import IO, Any

from dashboard.sheets import delimited
from dashboard.sheets.child import LEAST_ROOM, LEAST_SECONDS, MEGABYTE
from dashboard.sheets.refusals import NotATable
from dashboard.sheets.tables import Line, Table

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
UNREADABLE = "it cannot be read. Save it again as .xlsx or as CSV (UTF-8) and import that."


def read_tables(content: bytes, encoding: str = "") -> list[Table]:
    """The sheets of a workbook, or the one of a text; NotATable if it is neither.

    `encoding` is that of a text, where somebody said it.
    """
    if not content.startswith(b"PK") and len(content) <= SMALL:
        return _collected(delimited.read_parts(content, encoding))
    with AT_ONCE, tempfile.TemporaryFile() as file:
        file.write(content)
        file.seek(0)
        return read_apart(file, (*CHILD, encoding) if encoding else CHILD)


def read_apart(file: IO[bytes], command: Sequence[str] = CHILD) -> list[Table]:
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


def _collected(parts: Iterable[Table | Line]) -> list[Table]:
    tables: list[Table] = []
    for part in parts:
        if isinstance(part, Table):
            tables.append(part)
        else:
            tables[-1].lines.append(part)
    return tables


def _told(child: subprocess.Popen[bytes]) -> list[Table]:
    tables: list[Table] = []
    left, count = LONGEST_ANSWER, 0
    while child.stdout and (line := child.stdout.readline(LONGEST_LINE)):
        left -= len(line)
        answer = _parsed(line) if left > 0 else None
        match answer:
            case [int(number), [*cells]] if tables:
                tables[-1].lines.append(Line(number, [str(cell) for cell in cells]))
                count += 1
            case {"sheet": name, "hidden": hidden, "remark": remark}:
                tables.append(Table(str(name), bool(hidden), remark=str(remark)))
            case {"rows": rows} if rows == count:
                return tables
            case {"refused": refused, **more}:
                raise NotATable(str(refused), str(more.get("option", "")))
            case _:
                raise NotATable(UNREADABLE)
    ended = child.wait()
    raise NotATable(GAVE_UP if ended in (-signal.SIGXCPU, -signal.SIGKILL) else UNREADABLE)


def _parsed(line: bytes) -> Any:
    try:
        return json.loads(line)
    except ValueError:
        return None
