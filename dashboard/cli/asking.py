"""The end in the process that was called: asks, shows the output, and lends its files."""

import json
import os
from collections.abc import Sequence
from pathlib import Path

from dashboard.cli.context import refused_if_full
from dashboard.cli.door import knock
from dashboard.cli.named_files import Files, Target
from dashboard.cli.wire import PIECE, Gone, Kind, Wire
from dashboard.errors import DashboardError, LogRefused
from dashboard.files.text import Sink
from dashboard.owned import identity

LOST = (
    "The process that holds the log ended in the middle of this, so it is not known whether all of "
    "it was done. Run the command again: nothing is stored twice."
)


def ask(log: Path, argv: Sequence[str], *, out: Sink, err: Sink, files: Files) -> int | None:
    """Have the command line carried out by the process that holds the log; its exit code.

    None: nobody listens there, or not for this log, and nothing was done. Raises LogRefused if
    that process ends in the middle.
    """
    connection = knock(log)
    if connection is None:
        return None
    with connection:
        asking = _Asking(Wire(connection), out, err, files)
        try:
            return asking.run({"argv": list(argv), "log": identity(log)})
        except Gone as gone:
            if asking.has_begun:
                raise LogRefused(LOST) from gone
            return None
        finally:
            asking.drop()


class _Asking:
    """One conversation. `has_begun`: something has come back."""

    def __init__(self, wire: Wire, out: Sink, err: Sink, files: Files) -> None:
        self._wire, self._out, self._err, self._files = wire, out, err, files
        self._target: Target | None = None
        self._trouble: DashboardError | None = None  # with the file in the making
        self.has_begun = False

    def run(self, request: dict[str, object]) -> int | None:
        self._wire.send(Kind.ASK, json.dumps(request).encode())
        while True:
            kind, content = self._wire.receive()
            if kind is Kind.ELSEWHERE:
                return None
            self.has_begun = True
            if kind is Kind.EXIT:
                return int(content)
            self._take(kind, content)

    def drop(self) -> None:
        """Leave no half of a file."""
        if self._target:
            self._target.drop()
            self._target = None

    def _take(self, kind: Kind, content: bytes) -> None:
        match kind:
            case Kind.OUT:
                with refused_if_full():
                    self._out.write(content.decode())
                    self._out.flush()
            case Kind.ERR:
                self._err.write(content.decode())
                self._err.flush()
            case Kind.READ:
                self._read(*json.loads(content))
            case Kind.COPY:
                self._copy(os.fsdecode(content))
            case Kind.CREATE:
                self._create(os.fsdecode(content))
            case Kind.DATA:
                self._write(content)
            case Kind.KEEP:
                self._keep()
            case _:
                self.drop()

    def _refuse(self, refusal: DashboardError) -> None:
        # a path that the message names may be no UTF-8
        self._wire.send(Kind.REFUSED, str(refusal).encode("utf-8", "backslashreplace"))

    def _read(self, path: str, most: int) -> None:
        try:
            content = self._files.read(path, most)
        except DashboardError as refusal:
            self._refuse(refusal)
            return
        for start in range(0, len(content), PIECE):
            self._wire.send(Kind.DATA, content[start : start + PIECE])
        self._wire.send(Kind.DONE)

    def _copy(self, path: str) -> None:
        try:
            self._files.copy(path, lambda piece: self._wire.send(Kind.DATA, piece))
        except DashboardError as refusal:
            self._refuse(refusal)
            return
        self._wire.send(Kind.DONE)

    def _create(self, path: str) -> None:
        try:
            self._target = self._files.create(path)
        except DashboardError as refusal:
            self._refuse(refusal)
            return
        self._trouble = None
        self._wire.send(Kind.DONE)

    def _write(self, content: bytes) -> None:
        try:
            if self._target and not self._trouble:
                self._target.write(content)
        except DashboardError as refusal:
            self._trouble = refusal  # told when the file is to be kept

    def _keep(self) -> None:
        try:
            if self._trouble:
                raise self._trouble
            if self._target:
                self._target.keep()
        except DashboardError as refusal:
            self._refuse(refusal)
            return
        finally:
            self.drop()
        self._wire.send(Kind.DONE)
