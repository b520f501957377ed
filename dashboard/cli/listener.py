"""The end in the process that holds the log: a thread for each request."""

import atexit
import os
import selectors
import socket
import threading
import time
from collections.abc import Callable, Generator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import TYPE_CHECKING

from dashboard import clock, journal
from dashboard.cli import verbs
from dashboard.cli.arguments import WrongUsage, parse
from dashboard.cli.context import Access, Context, Missing, acting
from dashboard.cli.door import Door, is_own
from dashboard.cli.lent import Lent, LentFiles
from dashboard.cli.wire import Gone, Wire
from dashboard.errors import LogRefused
from dashboard.files.text import Text
from dashboard.locales import read_by
from dashboard.owned import identity

if TYPE_CHECKING:
    from dashboard.store import Store

GRACE_SECONDS = 10  # for requests under way when the holder wants to end
REQUEST_SECONDS = 10  # for a caller to say what it wants


class Listener:
    """Serves other processes of this user while this one holds the log."""

    def __init__(self, store: "Store", log: Path) -> None:
        self._log = _Held(store, str(log))
        self._path = log
        self._door: Door | None = None
        self._requests: dict[threading.Thread, socket.socket] = {}
        self._lock = threading.Lock()

    def start(self) -> None:
        """Listen until `stop`; LogRefused if LOG.sock cannot be made."""
        self._identity = identity(self._path)
        self._door = Door(self._path)
        self._bell, self._ring = socket.socketpair()
        # A daemon, for a process that ends without calling stop: stop is then called at exit.
        self._thread = threading.Thread(target=self._listen, args=[self._door], daemon=True)
        self._thread.start()
        atexit.register(self.stop)

    def stop(self, grace: float = GRACE_SECONDS) -> None:
        """Let nobody in any more; requests under way have so many seconds to be told all.

        What a request does to the log is always finished. Close the log after this, not before.
        """
        if self._door is None:
            return
        atexit.unregister(self.stop)
        self._ring.send(b"!")
        self._thread.join()
        self._door.close()
        self._door = None
        until = time.monotonic() + grace
        with self._lock:
            requests = dict(self._requests)
        for request in requests:
            request.join(max(0.0, until - time.monotonic()))
        for request, caller in requests.items():
            with suppress(OSError):  # most have gone by now
                caller.shutdown(socket.SHUT_RDWR)
            request.join()
        self._bell.close()
        self._ring.close()

    def _listen(self, door: Door) -> None:
        with selectors.DefaultSelector() as waiting:
            waiting.register(door.socket, selectors.EVENT_READ)
            waiting.register(self._bell, selectors.EVENT_READ)
            while all(key.fileobj is not self._bell for key, _ in waiting.select()):
                try:
                    caller, _ = door.socket.accept()
                except OSError:
                    time.sleep(0.1)  # it has left, or this process has too many files open
                    continue
                request = threading.Thread(target=self._serve, args=[caller], daemon=True)
                with self._lock:
                    self._requests[request] = caller
                request.start()

    def _serve(self, caller: socket.socket) -> None:
        wire = Wire(caller)
        try:
            with caller:
                if is_own(caller):
                    caller.settimeout(REQUEST_SECONDS)
                    self._answer(wire, caller)
        except Gone:
            pass  # nobody is left to tell
        finally:
            for number in wire.lent:
                os.close(number)
            with self._lock:
                del self._requests[threading.current_thread()]

    def _answer(self, wire: Wire, caller: socket.socket) -> None:
        log = wire.receive().get("log")
        if log is None or log != self._identity:
            return
        wire.send({"held": True})
        caller.settimeout(None)  # to open a pipe can take its time
        request = wire.receive()
        lent = iter([Lent(number, caller) for number in wire.lent])
        try:
            out, err, argv = next(lent), next(lent), [str(word) for word in request["argv"]]
            reads = {path: why or next(lent) for path, why in request["reads"]}
            writes = {path: why or next(lent) for path, why in request["writes"]}
        except (KeyError, TypeError, ValueError, StopIteration) as error:
            raise Gone from error  # whoever this is, it is none of us
        files = LentFiles(reads, writes)
        context = Context(
            Text(out.pour), Text(_quietly(err)), clock.now(), acting(), files, self._log
        )
        code = _carried_out(argv, context)
        wire.send({"exit": code, "kept": files.kept})


def _carried_out(argv: list[str], context: Context) -> int:
    """Carry out the command line, tell the journal, and give its exit code."""
    with journal.noted(argv[0] if argv else "", context.by.name) as note:
        try:
            code = verbs.run(parse(argv), context)
        except WrongUsage as wrong:  # the caller knows verbs of another version
            context.complain(str(wrong))
            code = verbs.WRONG_USAGE
        except BrokenPipeError:
            code = verbs.DONE  # whoever read the output has seen enough
        note.outcome = {verbs.DONE: "done", verbs.REFUSED: "refused"}.get(code, "wrong usage")
        return code


def _quietly(err: Lent) -> Callable[[bytes], None]:
    """What writes there, if it can: nobody could be told that it cannot."""

    def write(data: bytes) -> None:
        with suppress(OSError):
            err.pour(data)

    return write


class _Held(Access):
    """The log that this process holds; it stays open."""

    is_served = True

    def __init__(self, store: "Store", name: str) -> None:
        self.name = name
        self._store = store

    @contextmanager
    def open(self, missing: Missing = "refuse") -> Generator["Store"]:
        with read_by(self._store.settings.reader(clock.now())):
            yield self._store

    def accept(self) -> None:
        raise LogRefused(
            f"The log {self.name} is in use, so it was in order when it was opened: there is "
            "nothing to accept. If its head file is missing or damaged, stop the application and "
            "run this again."
        )
