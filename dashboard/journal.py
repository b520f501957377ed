"""One line a command for whoever runs the server: who, what, on which case, how it ended.

JSON on standard error, where systemd and containers look. Nothing that was typed is in it, not even
a refusal's words: they may quote a person's details.
"""

import hashlib
import json
import logging
import sys
import time
from collections.abc import Generator
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import Any

from dashboard.errors import DashboardError

logger = logging.getLogger(__name__)
OURS = "dashboard"  # the logger above those of all our modules


class Note:
    """What becomes of a command. `outcome` is "done" unless somebody says otherwise."""

    def __init__(self) -> None:
        self.outcome = "done"
        self.kinds: list[str] = []  # of the events stored


@contextmanager
def noted(verb: str, who: str, case: str = "") -> Generator[Note]:
    """Write one line on the command that the block carries out, however it ends."""
    began, note = time.monotonic(), Note()
    try:
        yield note
    except DashboardError as refused:
        note.outcome = type(refused).__name__
        raise
    except BaseException as fault:
        note.outcome = f"fault: {type(fault).__name__}"
        raise
    finally:
        told: dict[str, Any] = {
            "verb": verb,
            "who": named(who),
            "case": case,
            "outcome": note.outcome,
            "stored": note.kinds,
            "ms": round(1000 * (time.monotonic() - began)),
        }
        logger.info("command", extra={"command": told})


def note(verb: str, who: str, outcome: str = "done") -> None:
    """Write one line on something that has happened already."""
    with noted(verb, who) as told:
        told.outcome = outcome


def begin() -> None:
    """Write the journal of this process, from now on; the one place where that is set up."""
    ours = logging.getLogger(OURS)
    if not any(isinstance(handler, _Journal) for handler in ours.handlers):
        ours.addHandler(_Journal())
    ours.setLevel(logging.INFO)


def named(who: str) -> str:
    """Who it was, without an address: somebody known by e-mail alone gets a mark of his own."""
    return f"person {hashlib.sha256(who.encode()).hexdigest()[:8]}" if "@" in who else who


class Lines(logging.Formatter):
    """A record as one line of JSON."""

    def format(self, record: logging.LogRecord) -> str:
        told = {
            "time": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname.lower(),
            "from": record.name,
            "message": record.getMessage(),
        }
        if record.exc_info:
            told["trace"] = self.formatException(record.exc_info)
        return json.dumps(told | getattr(record, "command", {}), ensure_ascii=False)


class _Journal(logging.Handler):
    """Writes to what standard error is when the line is written."""

    def __init__(self) -> None:
        super().__init__()
        self.setFormatter(Lines())

    def emit(self, record: logging.LogRecord) -> None:
        try:
            sys.stderr.write(self.format(record) + "\n")
            sys.stderr.flush()
        except OSError:
            pass  # nobody reads it, and no command fails for that
