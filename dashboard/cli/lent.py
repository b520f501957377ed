"""The end in the process that holds the log: what the caller has lent, used as long as it is there.

Nothing here blocks but with an eye on the caller: a pipe that nobody reads, or a terminal that was
stopped, would keep the process that holds the log from ending.
"""

import io
import os
import select
import socket
import stat
from collections.abc import Callable, Mapping
from contextlib import suppress

from dashboard.cli.named_files import content, hand_on, unwritable
from dashboard.cli.wire import Gone
from dashboard.errors import InputRefused


class Lent(io.RawIOBase):
    """A descriptor of the caller. Raises Gone once the caller has left."""

    def __init__(self, number: int, caller: socket.socket) -> None:
        self._number, self._caller = number, caller
        self.is_plain = stat.S_ISREG(os.fstat(number).st_mode)

    def fileno(self) -> int:
        return self._number

    def readable(self) -> bool:
        return True

    def readinto(self, room: memoryview, /) -> int:  # type: ignore[override]
        self._wait(select.POLLIN)
        return os.readv(self._number, [room])

    def pour(self, data: bytes) -> None:
        """Write all of it; OSError if that cannot be."""
        most = len(data) if self.is_plain else select.PIPE_BUF  # what surely does not block
        left = memoryview(data)
        while left:
            self._wait(select.POLLOUT)
            with suppress(BlockingIOError):  # somebody else who has it was quicker
                left = left[os.write(self._number, left[:most]) :]

    def _wait(self, event: int) -> None:
        waiting = select.poll()
        waiting.register(self._number, event)
        waiting.register(self._caller, select.POLLIN)  # it has nothing more to say but that it ends
        if any(number == self._caller.fileno() for number, _ in waiting.poll()):
            raise Gone


class LentFiles:
    """The files of the caller, or why it could not open them. `kept`: what it is to keep."""

    def __init__(self, reads: Mapping[str, Lent | str], writes: Mapping[str, Lent | str]) -> None:
        self._reads, self._writes = reads, writes
        self.kept: list[str] = []

    def read(self, path: str, most: int) -> bytes:
        return content(io.BufferedReader(_had(self._reads[path])), path, most)

    def copy(self, path: str, take: Callable[[bytes], object]) -> None:
        hand_on(io.BufferedReader(_had(self._reads[path])), path, take)

    def create(self, path: str) -> "LentTarget":
        return LentTarget(path, _had(self._writes[path]), self.kept)


class LentTarget:
    """A file in the making, which the caller puts in its place."""

    def __init__(self, path: str, file: Lent, kept: list[str]) -> None:
        self._name, self._file, self._kept = path, file, kept

    def write(self, data: bytes) -> None:
        try:
            self._file.pour(data)
        except OSError as error:
            raise unwritable(self._name, error) from error

    def keep(self) -> None:
        try:
            if self._file.is_plain:
                os.fsync(self._file.fileno())  # what a disk says is told before the verb's success
        except OSError as error:
            raise unwritable(self._name, error) from error
        self._kept.append(self._name)

    def drop(self) -> None:
        """Nothing to do: the caller drops what it is not told to keep."""


def _had(file: Lent | str) -> Lent:
    if isinstance(file, str):
        raise InputRefused(file)
    return file
