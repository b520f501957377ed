"""Whether the disk of a log takes more: asked before somebody types in vain."""

import os
import shutil
import tempfile
from pathlib import Path

from dashboard import owned
from dashboard.store.head_file import displaced

LEAST = 64_000_000  # bytes: DuckDB's write-ahead log, and as much again for moving it into the file
TRIED = 1_000_000  # bytes written to see whether a disk that refused has room again
AGAIN = "Nothing is saved until then; work continues automatically afterward."


class Disk:
    """Where the files of a log are. Safe to use from several threads."""

    def __init__(self, log: Path) -> None:
        self._log = log.resolve()
        self._identity = owned.identity(log)
        self._has_refused = False

    def has_refused(self) -> None:
        """Take note that an append failed: from now on it is tried before it is relied upon."""
        self._has_refused = True

    def trouble(self) -> str:
        """Why nothing can be stored now, and what to do, as a sentence; empty if all is well."""
        if lost := displaced(self._log, self._identity):
            return lost
        places = (self._log.parent, self._log)
        if not all(os.access(place, os.W_OK, effective_ids=True) for place in places):
            return (
                f"The log {self._log.name} or its disk is write-protected. Make it writable. "
                f"{AGAIN}"
            )
        try:
            free = shutil.disk_usage(self._log.parent).free
            if free >= LEAST and self._has_refused:
                self._try()
        except OSError as error:
            why = error.strerror or "it is not responding"
            return (
                f"Nothing more can be written to the disk of the log {self._log.name} ({why}). "
                f"Free up space. {AGAIN}"
            )
        if free < LEAST:
            return (
                f"The disk of the log {self._log.name} is full: {free / 1e6:,.0f} MB are free, "
                f"and {LEAST / 1e6:,.0f} MB are needed. Free up space. {AGAIN}"
            )
        return ""

    def _try(self) -> None:
        """Write something and take it away; OSError if there is no room for it yet."""
        with tempfile.TemporaryFile(dir=self._log.parent) as file:
            file.write(b"x" * TRIED)
            file.flush()
            os.fsync(file.fileno())
        self._has_refused = False
