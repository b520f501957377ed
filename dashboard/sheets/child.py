"""The process in which a sheet is read: a file on standard input, its rows on standard output.

`python -m dashboard.sheets.child`. Each sheet is a line, an object with its name; each of its rows
that holds something is one, a JSON array of its number and its texts; the last line is an object
that says how many rows they were, or why the file was refused. No more room and time than the
limits say is ever taken here, so that a file made to harm harms this process alone.
"""

import json
import resource
import sys
from collections.abc import Iterator
from typing import IO

from dashboard.sheets.columns import MOST_ROWS
from dashboard.sheets.refusals import NotATable
from dashboard.sheets.tables import Line, Table

MEGABYTE = 1_000_000
# For any file; and for one with as many rows as a sheet may have, once these were counted.
LEAST_ROOM, MOST_ROOM = 300 * MEGABYTE, 1000 * MEGABYTE
LEAST_SECONDS, MOST_SECONDS = 20, 60  # of the processor
TOO_MUCH = (
    "to read it takes more room than a tracker does. Copy the tracker's rows, as values, into a "
    "new workbook and import that, or split it."
)


def main(encoding: str = "") -> None:
    """Read standard input; `encoding` is that of a text, where somebody said it."""
    # openpyxl loads it if it is there, for nothing that a sheet needs: a third of the room
    sys.modules["numpy"] = None  # type: ignore[assignment]
    allow(0)
    count = 0
    try:
        for part in read_parts(sys.stdin.buffer, encoding):
            if isinstance(part, Line):
                tell([part.number, part.cells])
                count += 1
            else:
                tell({"sheet": part.name, "hidden": part.is_hidden, "remark": part.remark})
        tell({"rows": count})
    except NotATable as refused:
        tell({"refused": str(refused), "option": refused.option})
    except MemoryError:
        tell({"refused": TOO_MUCH})


def read_parts(file: IO[bytes], encoding: str) -> Iterator[Table | Line]:
    """The sheets of a workbook, or of a text, each with its rows after it."""
    if file.read(2) == b"PK":
        from dashboard.sheets import workbook  # only now: it takes time and room

        return workbook.read_parts(file, allow)
    from dashboard.sheets import delimited

    file.seek(0)
    return delimited.read_parts(file.read(), encoding)


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
    main(*sys.argv[1:2])
