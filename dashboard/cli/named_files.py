"""Files that a command line names: read with a limit, written aside and then renamed.

They belong to the process that was called, even when the verb is carried out in another one: then
they are opened here all the same, and lent.
"""

import os
import secrets
import stat
from collections.abc import Callable
from contextlib import suppress
from errno import EACCES
from pathlib import Path
from tempfile import TemporaryFile
from typing import BinaryIO, Protocol

from dashboard import owned
from dashboard.addresses import Place
from dashboard.errors import InputRefused

PIECE = 1 << 20  # bytes read at a time
OF_THE_LOG = ("", ".head", ".wal", ".sock")


class Target(Protocol):
    """A file in the making. Each may raise InputRefused."""

    def write(self, data: bytes) -> None:
        """Take more of the content."""
        ...

    def keep(self) -> None:
        """Put the file in its place."""
        ...

    def drop(self) -> None:
        """Leave nothing behind; nothing to do once it is kept."""
        ...


class Files(Protocol):
    """The files of whoever asked. Each may raise InputRefused."""

    def read(self, path: str, most: int) -> bytes:
        """The file's content, if that is at most so many bytes."""
        ...

    def copy(self, path: str, take: Callable[[bytes], object]) -> None:
        """Hand on the file's content piece by piece, however long it is."""
        ...

    def create(self, path: str) -> Target:
        """A new file, or another content for an old one."""
        ...


class OwnFiles:
    """The files of this process; the log's, if it is one in files, are not for the taking."""

    def __init__(self, log: Place) -> None:
        self._of_the_log = (
            [log.with_name(log.name + end) for end in OF_THE_LOG] if isinstance(log, Path) else []
        )
        self._known: dict[str, bytes] = {}  # a pipe can be read only once
        self._opened: set[str] = set()

    def open(self, path: str) -> BinaryIO:
        """The file, to be read from its beginning."""
        self._refuse_log(path)
        try:
            file = _again(self._known[path]) if path in self._known else _opened(path)
        except OSError as error:
            raise _unreadable(path, error) from error
        self._opened.add(path)
        return file

    def read(self, path: str, most: int) -> bytes:
        if path not in self._known:
            with self.open(path) as file:
                self._known[path] = content(file, path, most)
        return self._known[path]

    def copy(self, path: str, take: Callable[[bytes], object]) -> None:
        with self.open(path) as file:
            hand_on(file, path, take)

    def create(self, path: str) -> "OwnTarget":
        self._refuse_log(path)
        if any(_same(path, opened) for opened in self._opened):
            raise InputRefused(f"{path} is what is being read. Give the output another name.")
        return OwnTarget(path)

    def _refuse_log(self, path: str) -> None:
        real = os.path.realpath(path)
        if any(real == str(part) or _same(path, part) for part in self._of_the_log):
            raise InputRefused(f"{path} belongs to the log itself. Name another file.")


class OwnTarget:
    """A file written beside its place; what is no ordinary file (a pipe, a device) as it comes."""

    def __init__(self, path: str) -> None:
        self._name = path
        self._place = Path(path)
        self._aside: Path | None = None
        try:
            held = self._place.stat() if self._place.exists() else None
            if held is not None and not os.access(self._place, os.W_OK, effective_ids=True):
                raise PermissionError(EACCES, "it is write-protected")
            if held is None or stat.S_ISREG(held.st_mode):
                self._place = Path(os.path.realpath(path))  # a link stays a link
                self._aside = self._place.with_name(f".{secrets.token_hex(8)}.part")
            self._file = open(  # noqa: SIM115 - until it is kept or dropped
                self._aside or self._place, "xb" if self._aside else "wb", opener=owned.opener
            )
            if self._aside:
                self._take_over(held)
        except OSError as error:
            raise unwritable(self._name, error) from error

    def _take_over(self, held: os.stat_result | None) -> None:
        """Be the owner's whose file it replaces, with the rights that he gave his group."""
        made = self._file.fileno()
        owned.keep_owner(made, self._place)
        if held is not None:
            os.fchmod(made, stat.S_IMODE(held.st_mode) & ~owned.EVERYBODY)

    def fileno(self) -> int:
        """Its descriptor, to be lent."""
        return self._file.fileno()

    def write(self, data: bytes) -> None:
        try:
            self._file.write(data)
        except OSError as error:
            raise unwritable(self._name, error) from error

    def keep(self) -> None:
        try:
            self._file.flush()
            if self._aside:
                os.fsync(self._file.fileno())
            self._file.close()
            if self._aside:
                self._aside.replace(self._place)
                self._aside = None
        except OSError as error:
            raise unwritable(self._name, error) from error

    def drop(self) -> None:
        with suppress(OSError):  # a full disk says so once more; nothing of this is kept anyway
            self._file.close()
        if self._aside:
            self._aside.unlink(missing_ok=True)


def content(file: BinaryIO, name: str, most: int) -> bytes:
    """All that the file holds, if that is at most so many bytes."""
    try:
        size = os.fstat(file.fileno()).st_size
        found = b"" if size > most else file.read(most + 1)
    except OSError as error:
        raise _unreadable(name, error) from error
    if (size := max(size, len(found))) > most:
        raise InputRefused(
            f"The file {name} is too large: it has {size / 1e6:,.0f} MB, and at most "
            f"{most / 1e6:,.0f} MB are read. Is it the right file? If it is, split it."
        )
    return found


def hand_on(file: BinaryIO, name: str, take: Callable[[bytes], object]) -> None:
    """Hand on what the file holds piece by piece, however long it is."""
    try:
        for piece in iter(lambda: file.read(PIECE), b""):
            take(piece)
    except OSError as error:
        raise _unreadable(name, error) from error


def unwritable(name: str, error: OSError) -> InputRefused:
    """Why a file could not be written, and what to do."""
    return InputRefused(
        f"The file {name} cannot be written: {error.strerror}. What was there before is "
        "there still; name another file, or make room."
    )


def _unreadable(path: str, error: OSError) -> InputRefused:
    return InputRefused(
        f"The file {path} cannot be read: {error.strerror}. Check its name and whether you may "
        "read it."
    )


def _opened(path: str) -> BinaryIO:
    if Path(path).is_dir():
        raise InputRefused(f"{path} is a folder. Name a file.")
    return Path(path).open("rb")


def _again(known: bytes) -> BinaryIO:
    """What was read already, as a file."""
    file = TemporaryFile()  # noqa: SIM115 - whoever asked for it closes it
    file.write(known)
    file.seek(0)
    return file


def _same(one: str | Path, other: str | Path) -> bool:
    """Whether both name one file, also where there are several names for it."""
    try:
        return Path(one).samefile(other)
    except OSError:
        return False
