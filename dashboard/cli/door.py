"""LOG.sock: where the process that holds a log can be asked.

Only that process makes or removes it, so whatever lies there when a log has just been opened is
left from one that crashed. A socket's path is short by law (104 bytes on macOS): where LOG.sock
cannot be a socket, it is a small file that names one in a private folder.
"""

import os
import shutil
import socket
import stat
import struct
import tempfile
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

from dashboard.errors import LogRefused

LONGEST = 103  # bytes of a path that every platform takes for a socket
WAITING = 64  # callers that may wait to be let in
SHORT_FOLDER = "/tmp"  # for a private folder in it, should $TMPDIR be too long


class Door:
    """A listening socket and the LOG.sock that leads to it. LogRefused if there can be none."""

    def __init__(self, log: Path) -> None:
        self._place = sock_path(log)
        self._shelter: Path | None = None
        try:
            self.socket = self._in_place()
        except OSError as error:
            try:
                self.socket = self._in_shelter()
            except OSError:
                raise LogRefused(
                    f"No other process can be served: {self._place} cannot be made "
                    f"({error.strerror or error})."
                ) from error

    def close(self) -> None:
        """Let nobody in any more, and leave nothing behind."""
        self._place.unlink(missing_ok=True)
        self.socket.close()
        if self._shelter:
            shutil.rmtree(self._shelter, ignore_errors=True)

    def _in_place(self) -> socket.socket:
        if len(os.fsencode(self._place)) > LONGEST:
            raise OSError(0, "its path is too long")
        # made in a folder that is closed to others, and seen only once it listens
        aside = Path(tempfile.mkdtemp(prefix=".", dir=self._place.parent))
        try:
            listening = _listen(aside / "s")
            (aside / "s").replace(self._place)
        finally:
            shutil.rmtree(aside, ignore_errors=True)
        return listening

    def _in_shelter(self) -> socket.socket:
        self._shelter = Path(tempfile.mkdtemp(prefix="changeover-"))
        if len(os.fsencode(self._shelter / "s")) > LONGEST:
            self._shelter.rmdir()
            self._shelter = Path(tempfile.mkdtemp(prefix="changeover-", dir=SHORT_FOLDER))
        aside = self._place.with_name(f"{self._place.name}.new")
        try:
            aside.unlink(missing_ok=True)
            aside.touch(0o600, exist_ok=False)
            aside.write_bytes(os.fsencode(self._shelter / "s"))
            listening = _listen(self._shelter / "s")
            aside.replace(self._place)
        except OSError:
            shutil.rmtree(self._shelter)
            raise
        return listening


def knock(log: Path) -> socket.socket | None:
    """A connection to the process that holds the log; None if none of this user's listens."""
    for path in _leads(sock_path(log)):
        caller = socket.socket(socket.AF_UNIX)
        with suppress(OSError):
            caller.connect(os.fsencode(path))
            if is_own(caller):
                return caller
        caller.close()
    return None


def is_own(peer: socket.socket) -> bool:
    """Whether the process at the other end is the same user's."""
    option = getattr(socket, "SO_PEERCRED", None)
    if option is None:
        return True  # then the socket's own rights, which are the owner's, have to do
    credentials = peer.getsockopt(socket.SOL_SOCKET, option, struct.calcsize("3i"))
    _, uid, _ = struct.unpack("3i", credentials)
    return uid == os.geteuid()


def sock_path(log: Path) -> Path:
    """LOG.sock of that log."""
    return log.with_name(log.name + ".sock")


def _listen(path: Path) -> socket.socket:
    listening = socket.socket(socket.AF_UNIX)
    try:
        listening.bind(os.fsencode(path))
        path.chmod(0o600)
        listening.listen(WAITING)
    except OSError:
        listening.close()
        raise
    return listening


def _leads(place: Path) -> Iterator[Path]:
    """The socket that LOG.sock is or names, if any."""
    with suppress(OSError):
        if stat.S_ISSOCK(place.stat().st_mode):
            yield place
        elif place.stat().st_size <= LONGEST:
            yield Path(os.fsdecode(place.read_bytes()))
