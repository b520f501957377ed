"""Where a log is: in a file, or in a database, whose password is never told."""

import os
import re
from dataclasses import dataclass, field
from pathlib import Path
from typing import TypeAlias

ROOT = Path(__file__).resolve().parent.parent  # of the program
DEFAULT_LOG = ROOT / "data" / "changeover.duckdb"
LOG_VARIABLE = "CHANGEOVER_LOG"
SCHEMES = ("postgresql://", "postgres://")


@dataclass(frozen=True, slots=True)
class Database:
    """A database by its address. As a text it shows neither the password nor an option."""

    url: str = field(repr=False)

    @property
    def name(self) -> str:
        """The database's own name, or that of its server; fit for a file's name."""
        parts = [part for part in str(self).split("/")[2:] if part]
        return "".join(sign if sign.isalnum() else "-" for sign in (parts or ["log"])[-1])

    def __str__(self) -> str:
        scheme, _, rest = self.url.partition("://")
        who, sign, where = rest.rpartition("@")
        # an @ of the options, or one unescaped in the password: rather too little than too much
        user, place = (re.split("[:/?&#]", who)[0], re.split("[?&#]", where)[0])
        return f"{scheme}://{user}{sign}{place}"


Place: TypeAlias = Path | Database


def is_utf8(path: str) -> bool:
    """Whether a path's bytes are UTF-8: DuckDB opens no other."""
    try:
        path.encode()
    except UnicodeEncodeError:
        return False
    return True


def place_of(text: str) -> Place:
    """The place that a text names: an address of a database, or else a path."""
    return Database(text) if text.startswith(SCHEMES) else Path(text)


def default_log() -> str:
    """Where the log is if nobody says otherwise."""
    return os.environ.get(LOG_VARIABLE) or str(DEFAULT_LOG)
