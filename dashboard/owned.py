"""Files that only their owner may read, and that root leaves to the user whom they are for.

The log, its backups and its exports hold what is known of people; a umask is no place to keep that.
"""

import os
import pwd
import stat
from contextlib import suppress
from pathlib import Path
from typing import TypeAlias

OWNERS = 0o600
OTHERS = 0o077
EVERYBODY = 0o007
ROOT = 0


Identity: TypeAlias = list[int]  # device and inode


def identity(file: Path | int) -> Identity | None:
    """What tells a file (its path or descriptor) from another in its place; None if it is gone.

    Asks for the file's status only: to open a log would lose DuckDB's lock on it.
    """
    try:
        status = os.stat(file)  # noqa: PTH116 - a descriptor has no path
    except OSError:
        return None
    return [status.st_dev, status.st_ino]


def shut_out_others() -> None:
    """Let no file that this process makes from now on be anybody else's to read or write.

    For the whole process: DuckDB makes files beside a log whenever it needs them.
    """
    os.umask(OTHERS)


def keep_private(path: Path) -> None:
    """Take everybody else's rights to the file away, if it is there and ours to say."""
    with suppress(FileNotFoundError, PermissionError):
        if stat.S_IMODE(path.stat().st_mode) & OTHERS:
            path.chmod(OWNERS)


def opener(path: str, flags: int) -> int:
    """For `open`: a file that is made is its owner's alone, whatever the umask."""
    return os.open(path, flags, OWNERS)


def hand_over(made: Path | int, like: Path) -> None:
    """As root, give a file that was made (its path or descriptor) to the owner of another one."""
    if os.geteuid() != ROOT:
        return
    with suppress(FileNotFoundError):
        owner = like.stat()
        os.chown(made, owner.st_uid, owner.st_gid)


def keep_owner(made: Path | int, place: Path) -> None:
    """Likewise, to the owner of what it takes the place of; of its folder, if that is nothing."""
    hand_over(made, place if place.exists() else place.parent)


def other_user(path: Path) -> str | None:
    """The user whose file it is, unless it is ours or there is none."""
    try:
        uid = path.stat().st_uid
    except OSError:
        return None
    return None if uid == os.geteuid() else user_name(uid)


def user_name(uid: int) -> str:
    """What the user is called; the number, if nobody knows."""
    try:
        return pwd.getpwuid(uid).pw_name
    except KeyError:
        return str(uid)
