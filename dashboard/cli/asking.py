"""The end in the process that was called: asks, lends its files, and keeps what was written."""

from collections.abc import Callable, Sequence
from contextlib import ExitStack
from pathlib import Path
from typing import IO, Protocol

from dashboard.cli.arguments import Named
from dashboard.cli.door import knock
from dashboard.cli.named_files import OwnFiles, OwnTarget
from dashboard.cli.wire import Gone, Wire
from dashboard.errors import InputRefused, LogRefused
from dashboard.owned import identity

LOST = (
    "The process that holds the log ended before this was finished, so it may be incomplete. Run "
    "the command again: nothing is stored twice."
)


class _Opened(Protocol):
    def fileno(self) -> int: ...


def ask(
    log: Path, argv: Sequence[str], named: Named, *, out: IO[str], err: IO[str], files: OwnFiles
) -> int | None:
    """Have the command line carried out by the process that holds the log; its exit code.

    None: nobody listens there, or not for this log, and nothing was done. Raises LogRefused if
    that process ends in the middle, InputRefused if what it has written cannot be kept.
    """
    connection = knock(log)
    if connection is None:
        return None
    with connection:
        wire = Wire(connection)
        try:
            wire.send({"log": identity(log)})
            wire.receive()
        except Gone:
            return None
        with ExitStack() as stack:
            lending = _Lending(named, files, stack)
            request = {"argv": list(argv), "reads": lending.reads, "writes": lending.writes}
            try:
                wire.send(request, [out.fileno(), err.fileno(), *lending.numbers])
                told = wire.receive()
            except Gone as gone:
                raise LogRefused(LOST) from gone
            for path in told["kept"]:
                lending.targets[path].keep()
            return told["exit"]


class _Lending:
    """The files that a command line names, opened for another process.

    `reads` and `writes` say of each, in the order of its descriptor, why it could not be opened:
    the verb is refused with that once it wants the file.
    """

    def __init__(self, named: Named, files: OwnFiles, stack: ExitStack) -> None:
        def read(path: str) -> _Opened:
            return stack.enter_context(files.open(path))

        def create(path: str) -> _Opened:
            target = self.targets[path] = files.create(path)
            stack.callback(target.drop)
            return target

        self.numbers: list[int] = []
        self.targets: dict[str, OwnTarget] = {}
        self.reads = [(path, self._lend(path, read)) for path in named.reads]
        self.writes = [(path, self._lend(path, create)) for path in named.writes]

    def _lend(self, path: str, opened: Callable[[str], _Opened]) -> str:
        try:
            self.numbers.append(opened(path).fileno())
        except InputRefused as refusal:
            return str(refusal)
        return ""
