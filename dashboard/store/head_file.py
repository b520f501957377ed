"""The head file beside a log file: how far the log went when its last append was acknowledged.

It is what tells a log that was cut short from a shorter log. It also names the state of the
database file it was written for: beside another one it says nothing about what is missing.
"""

import hashlib
import logging
import os
import re
from pathlib import Path
from typing import BinaryIO, NamedTuple

from dashboard import owned
from dashboard.errors import LogRefused
from dashboard.store.log import Head

logger = logging.getLogger(__name__)

# Without the third, the state, it was written by version 0.1.
LINE = re.compile(rb"(\d{1,18}) ([0-9a-f]{64}) (?:([0-9a-f]{64}|-) )?[0-9a-f]{64}\n")
MOVING = "-"  # events are being moved from the write-ahead log into the database
HEADERS = 3 * 4096  # of a DuckDB file: they change whenever events are moved into it, only then


class Note(NamedTuple):
    """What a head file says. `state` is that of the database file, MOVING, or None if not said."""

    head: Head
    state: str | None


class HeadFile:
    """The head file of a log that this process holds."""

    def __init__(self, log: Path) -> None:
        self._log = log
        # Kept open, because closing a file drops every lock that the process has on it: DuckDB's.
        self._database = log.open("rb")
        self._noted = read_note(log)

    def check_place(self) -> None:
        """LogRefused unless the log's file is where it was: what is stored in it is lost else."""
        if trouble := displaced(self._log, owned.identity(self._database.fileno())):
            raise LogRefused(trouble)

    def note(self, head: Head) -> None:
        """Write how far the log goes, unless that is what stands there already.

        If it cannot be written, what the log holds is stored all the same: a log ahead of its
        head file is accepted, and the next append tries again.
        """
        try:
            self.check_place()
            self._write(Note(head, state_of(self._database)))
        except (LogRefused, OSError) as error:
            logger.warning("The head of %s could not be noted: %s", self._log, error)

    def announce_move(self, head: Head) -> None:
        """Write that events are about to be moved into the database; LogRefused if it cannot be."""
        self.check_place()
        try:
            self._write(Note(head, MOVING))
        except OSError as error:
            raise LogRefused(
                f"The head file of the log {self._log} could not be written ({error.strerror}). "
                "Make sure its disk is writable and has free space, then try again."
            ) from error

    def close(self) -> None:
        """Let go of the database file; only after DuckDB has."""
        self._database.close()

    def _write(self, note: Note) -> None:
        if note != self._noted:
            write_head(self._log, *note)
            self._noted = note


def displaced(log: Path, known: owned.Identity | None) -> str:
    """That the log's file was taken away while it is in use, as a sentence, and what to do.

    Empty if what is there is the file that is `known`.
    """
    found = owned.identity(log)
    if found == known:
        return ""
    what = "is no longer where it was" if found is None else "is no longer the file in use"
    return (
        f"The file {log} {what}: it was removed, moved, or replaced. Nothing is saved until it is "
        "back; work then continues automatically. If it is lost, download a backup in Settings "
        "before you stop the application: that backup is complete. Then restore it."
    )


def head_path(log: Path) -> Path:
    """Where the head of that log file is kept."""
    return log.with_name(log.name + ".head")


def read_head(log: Path) -> Head | None:
    """The head that was noted last, None if none was; LogRefused if the file is damaged."""
    note = read_note(log)
    return note.head if note else None


def read_note(log: Path) -> Note | None:
    """What the head file says, None if there is none; LogRefused if it is damaged."""
    path = head_path(log)
    try:
        line = path.read_bytes()
    except FileNotFoundError:
        return None
    except OSError as error:
        raise LogRefused(
            f"The log {log} cannot be trusted: its head file {path.name} cannot be read "
            f"({error.strerror}). Fix its permissions, then try again."
        ) from error
    if found := LINE.fullmatch(line):
        note = Note(Head(int(found[1]), found[2].decode()), found[3].decode() if found[3] else None)
        if _encode(note) == line:
            return note
    raise LogRefused(
        f"The log {log} cannot be trusted: its head file {path.name} is damaged. Nothing was "
        "changed. Restore the log and its head file from a backup. If you have checked that the "
        "log is complete, you can run `python -m dashboard verify --accept` instead, which "
        "rewrites the head file."
    )


def write_head(log: Path, head: Head, state: str | None = None) -> None:
    """Note the head so that neither a crash nor a power cut leaves half of it; OSError if not."""
    path = head_path(log)
    aside = path.with_name(path.name + ".new")
    aside.unlink(missing_ok=True)  # one that a crash left has the rights that it had then
    with open(aside, "xb", opener=owned.opener) as file:
        owned.hand_over(file.fileno(), log)
        file.write(_encode(Note(head, state)))
        file.flush()
        os.fsync(file.fileno())
    aside.replace(path)
    sync_folder(path.parent)


def state_of(database: BinaryIO) -> str:
    """The state of a database file: it changes when events are moved into it, and only then."""
    return hashlib.sha256(os.pread(database.fileno(), HEADERS, 0)).hexdigest()


def sync_folder(folder: Path) -> None:
    """Make names that were created or changed in the folder outlast a power cut."""
    opened = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(opened)
    finally:
        os.close(opened)


def _encode(note: Note) -> bytes:
    state = f" {note.state}" if note.state else ""
    said = f"{note.head.position} {note.head.hash}{state}".encode()
    return said + b" " + hashlib.sha256(said).hexdigest().encode() + b"\n"
