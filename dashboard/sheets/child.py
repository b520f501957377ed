"""The process in which a sheet is read: a file on standard input, its rows on standard output.

`python -m dashboard.sheets.child`. Each row is a line, a JSON array of texts; the last line is an
object that says how many they were, or why the file was refused. No more room and time than the
limits say is ever taken here, so that a file made to harm harms this process alone.
"""

import json
import resource
import sys
from collections.abc import Iterator
from typing import IO

from dashboard.sheets.columns import MOST_ROWS
from dashboard.sheets.refusals import NotATable

MEGABYTE = 1_000_000
# For any file; and for one with as many rows as a sheet may have, once these were counted.
LEAST_ROOM, MOST_ROOM = 300 * MEGABYTE, 1000 * MEGABYTE
LEAST_SECONDS, MOST_SECONDS = 20, 60  # of the processor
TOO_MUCH = (
    "to read it takes more room than a tracker does. Copy the tracker's rows, as values, into a "
    "new workbook and import that, or split it."
)


def main() -> None:
    """Read standard input."""
    # openpyxl loads it if it is there, for nothing that a sheet needs: a third of the room
    sys.modules["numpy"] = None  # type: ignore[assignment]
    allow(0)
    count = 0
    try:
        for row in read_rows(sys.stdin.buffer):
            tell(row)
            count += 1
        tell({"rows": count})
    except NotATable as refused:
        tell({"refused": str(refused)})
    except MemoryError:
        tell({"refused": TOO_MUCH})


def read_rows(file: IO[bytes]) -> Iterator[list[str]]:
    """The rows of a workbook, or of a text."""
    if file.read(2) == b"PK":
        from dashboard.sheets import workbook  # only now: it takes time and room

        return workbook.read_rows(file, allow)
    from dashboard.sheets import delimited

    file.seek(0)
    return delimited.read_rows(file.read())


def allow(rows: int) -> None:
    """Allow what an honest sheet with so many rows needs."""
    share = min(rows, MOST_ROWS) / MOST_ROWS
    for kind, least, most in (
        (resource.RLIMIT_AS, LEAST_ROOM, MOST_ROOM),
        (resource.RLIMIT_CPU, LEAST_SECONDS, MOST_SECONDS),
    ):
        resource.setrlimit(kind, (int(least + share * (most - least)), most))


def tell(what: object) -> None:
    """A line to whoever asked."""
    sys.stdout.write(json.dumps(what) + "\n")


if __name__ == "__main__":
    main()
