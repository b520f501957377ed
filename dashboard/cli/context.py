"""Where a verb runs: its streams, its clock, its files, and how it comes by the log."""

import os
from collections.abc import Callable, Generator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Literal, Protocol

from dashboard.cli.named_files import Files
from dashboard.errors import InputRefused
from dashboard.files.text import Sink, Text
from dashboard.owned import user_name
from dashboard.people import Person, Role

if TYPE_CHECKING:
    from dashboard.store import Store

Missing = Literal["refuse", "create", "try"]
LONG = 50_000  # of less nobody needs to know how far it is


class Access(Protocol):
    """How a verb comes by the log. `name` is what to call it in a message.

    `is_served`: the process has the log open for as long as it runs, as the application does.
    """

    name: str
    is_served: bool = False

    def open(self, missing: Missing = "refuse") -> AbstractContextManager["Store"]:
        """The store, for the length of the block.

        `missing`: what if there is no log: refuse, create one, or "try" on one that is thrown
        away. Raises LogHeld, LogRefused.
        """
        ...

    def accept(self) -> None:
        """Take the log as it is, if every event is in order; LogHeld, LogRefused."""
        ...


@dataclass(frozen=True, slots=True)
class Context:
    """What a verb may use besides its arguments."""

    out: Sink
    err: Sink
    now: datetime
    by: Person
    files: Files
    log: Access

    def say(self, text: str) -> None:
        """A line for whoever asked."""
        with self.output("-") as out:
            out.write(text + "\n")

    def complain(self, text: str) -> None:
        """A line on standard error."""
        self.err.write(text + "\n")
        self.err.flush()

    @contextmanager
    def output(self, path: str) -> Generator[Sink]:
        """Somewhere to write text: a file that appears whole or not at all, or, for "-", `out`.

        Raises InputRefused if it cannot be written.
        """
        if path == "-":
            with refused_if_full():
                yield self.out
                self.out.flush()
            return
        with self.file(path) as write:
            text = Text(write)
            yield text
            text.flush()

    @contextmanager
    def file(self, path: str) -> Generator[Callable[[bytes], object]]:
        """What writes to a file that appears whole or not at all; InputRefused if it cannot."""
        if path == "-":
            raise InputRefused("Only text can go to standard output. Name a file.")
        target = self.files.create(path)
        try:
            yield target.write
            target.keep()
        finally:
            target.drop()

    def progress(self, what: str) -> Callable[[int, int], None]:
        """What tells, on standard error and not too often, how much of a long work is done."""
        tenths = 0

        def told(done: int, of: int) -> None:
            nonlocal tenths
            if of >= LONG and 10 * done // of > tenths:
                tenths = 10 * done // of
                self.complain(f"{done:,} of {of:,} {what}")

        return told


@contextmanager
def refused_if_full() -> Generator[None]:
    """Turn what an output stream says into a refusal, but for a reader who has gone."""
    try:
        yield
    except ConnectionError:
        raise
    except OSError as error:
        raise InputRefused(
            f"The output could not be written: {error.strerror}. Nothing else was changed by that; "
            "make room and run the command again."
        ) from error


def acting() -> Person:
    """Who acts on the command line: whoever runs this process, as an administrator."""
    return Person(f"cli:{user_name(os.geteuid())}", Role.ADMIN)


def as_of(instant: datetime | None, now: datetime) -> datetime:
    """The instant asked about; InputRefused if it has not come yet."""
    if instant is not None and instant > now:
        raise InputRefused(
            f"--as-of {instant:%Y-%m-%dT%H:%M:%SZ} is in the future: it is now "
            f"{now:%Y-%m-%dT%H:%M:%SZ}. Enter an instant up to now."
        )
    return instant or now
