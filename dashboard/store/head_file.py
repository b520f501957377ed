"""The head file beside a log file: how far the log went when its last append was acknowledged.

It is what tells a log that was cut short from a shorter log.
"""

import hashlib
import os
import re
from pathlib import Path

from dashboard.errors import LogRefused
from dashboard.store.log import Head

LINE = re.compile(rb"(\d{1,18}) ([0-9a-f]{64}) [0-9a-f]{64}\n")


def head_path(log: Path) -> Path:
    """Where the head of that log file is kept."""
    return log.with_name(log.name + ".head")


def read_head(log: Path) -> Head | None:
    """The head that was noted last, None if none was; LogRefused if the file is damaged."""
    path = head_path(log)
    try:
        line = path.read_bytes()
    except FileNotFoundError:
        return None
    except OSError as error:
        raise LogRefused(
            f"The log {log} cannot be trusted: its head file {path.name} cannot be read "
            f"({error.strerror}). See to its permissions, then try again."
        ) from error
    if found := LINE.fullmatch(line):
        head = Head(int(found[1]), found[2].decode())
        if _encode(head) == line:
            return head
    raise LogRefused(
        f"The log {log} cannot be trusted: its head file {path.name} is damaged. Nothing was "
        "changed. Restore the log and its head file from a backup; or, if you have checked that "
        "the log is complete, run `python -m dashboard verify --accept`, which writes it anew."
    )


def write_head(log: Path, head: Head) -> None:
    """Note the head so that neither a crash nor a power cut leaves half of it; OSError if not."""
    path = head_path(log)
    aside = path.with_name(path.name + ".new")
    with aside.open("wb") as file:
        file.write(_encode(head))
        file.flush()
        os.fsync(file.fileno())
    aside.replace(path)
    sync_folder(path.parent)


def sync_folder(folder: Path) -> None:
    """Make names that were created or changed in the folder outlast a power cut."""
    opened = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(opened)
    finally:
        os.close(opened)


def _encode(head: Head) -> bytes:
    said = f"{head.position} {head.hash}".encode()
    return said + b" " + hashlib.sha256(said).hexdigest().encode() + b"\n"
