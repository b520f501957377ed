"""A command line from its words to its exit code, here or in the process that holds the log."""

import io
import os
import sys
import time
from argparse import Namespace
from collections.abc import Generator, Sequence
from contextlib import ExitStack, contextmanager, suppress
from pathlib import Path
from tempfile import TemporaryDirectory, TemporaryFile
from typing import IO, TYPE_CHECKING

from dashboard import clock, owned
from dashboard.addresses import Database, Place, place_of
from dashboard.cli import verbs
from dashboard.cli.arguments import WrongUsage, named, parse
from dashboard.cli.asking import ask
from dashboard.cli.context import Access, Context, Missing, acting
from dashboard.cli.door import sock_path
from dashboard.cli.listener import Listener
from dashboard.cli.named_files import OwnFiles
from dashboard.errors import DashboardError, InputRefused, LogHeld, LogRefused
from dashboard.locales import read_by

if TYPE_CHECKING:
    from dashboard.store import Store

PATIENCE_SECONDS = 10  # for a log that another process holds without listening: it opens or closes
STOPPED = 130  # what a shell expects after Ctrl-C


def main(argv: Sequence[str] | None = None) -> int:
    """Carry out a command line and return its exit code: 0 done, 1 refused, 2 wrong usage."""
    words = list(sys.argv[1:] if argv is None else argv)
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):  # None if the caller closed it
            stream.reconfigure(encoding="utf-8", errors="backslashreplace")
    try:
        return _carry_out(words, parse(words))
    except WrongUsage as wrong:
        print(wrong, file=sys.stderr)
        return verbs.WRONG_USAGE
    except DashboardError as refusal:
        print(refusal, file=sys.stderr)
        return verbs.REFUSED
    except BrokenPipeError:
        return verbs.DONE  # whoever read the output has seen enough
    except KeyboardInterrupt:
        print(
            "Stopped. What was saved so far is kept; it is safe to run this again.",
            file=sys.stderr,
        )
        return STOPPED


def told(argv: Sequence[str]) -> str:
    """Carry out a command line for a caller in Python; returns what it wrote to standard output.

    Raises InputRefused with what it complained of, or what would be a command line.
    """
    words = list(argv)
    with TemporaryFile("w+", encoding="utf-8") as out, TemporaryFile("w+", encoding="utf-8") as err:
        try:
            args = parse(words)
        except WrongUsage as wrong:
            raise InputRefused(str(wrong)) from wrong
        code = _patiently(words, args, _place(args.db), out, err)
        out.seek(0)
        err.seek(0)
        if code != verbs.DONE:
            raise InputRefused(err.read().strip())
        return out.read()


def _carry_out(argv: Sequence[str], args: Namespace) -> int:
    """In the process that holds the log if there is one, else here."""
    log = _place(args.db)
    with Path(os.devnull).open("w") as nowhere:  # in place of what the caller closed
        return _patiently(argv, args, log, sys.stdout or nowhere, sys.stderr or nowhere)


def _patiently(argv: Sequence[str], args: Namespace, log: Place, out: IO[str], err: IO[str]) -> int:
    files = OwnFiles(log)
    until = time.monotonic() + PATIENCE_SECONDS
    while True:
        if isinstance(log, Path) and not getattr(args, "is_alone", False):
            code = ask(log, argv, named(args), out=out, err=err, files=files)
            if code is not None:
                return code
        context = Context(out, err, clock.now(), acting(), files, _Own(log))
        try:
            return verbs.run(args, context)
        except LogHeld as held:
            if stranger := _stranger(log):
                raise LogRefused(f"{held} {stranger}") from held
            if time.monotonic() > until:
                raise LogRefused(
                    f"{held} It did not answer within {PATIENCE_SECONDS} seconds."
                ) from held
            time.sleep(0.1)


def _stranger(log: Place) -> str:
    """Whom to be to be answered by the process that holds the log; empty if that is no other."""
    user = owned.other_user(sock_path(log)) if isinstance(log, Path) else None
    if user is None:
        return ""
    return (
        f"It is run by {user} and answers no one else. Run this as {user}, for example `sudo -u "
        f"{user} …`. If scheduled, use the crontab of {user} (`crontab -u {user} -e`), not that "
        "of root."
    )


class _Own(Access):
    """A log opened by this process, which serves others as long as it alone can have it."""

    def __init__(self, log: Place) -> None:
        self.name = str(log)
        self._place = log

    @contextmanager
    def open(self, missing: Missing = "refuse") -> Generator["Store"]:
        from dashboard.store import Store

        with ExitStack() as stack:
            place = self._place
            if missing == "try" and not (isinstance(place, Database) or place.exists()):
                place = Path(stack.enter_context(TemporaryDirectory())) / place.name
            store = Store.open(place, create=missing != "refuse")
            stack.callback(store.close)
            if isinstance(place, Path):
                stack.enter_context(_serving(store, place))
            stack.enter_context(read_by(store.settings.reader(clock.now())))
            yield store

    def accept(self) -> None:
        from dashboard.store.check import accept

        accept(self._place)


@contextmanager
def _serving(store: "Store", log: Path) -> Generator[None]:
    listener = Listener(store, log)
    with suppress(LogRefused):  # others have to wait then, this verb need not
        listener.start()
    try:
        yield
    finally:
        listener.stop()


def _place(text: str) -> Place:
    place = place_of(text)
    return place if isinstance(place, Database) else Path(os.path.realpath(place))
