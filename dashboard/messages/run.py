"""One run over what waits: who does it, with which clock, over which connection, to what end."""

from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager, ExitStack, suppress
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from smtplib import SMTP, SMTPException
from types import TracebackType
from typing import Self

from dashboard.commands import Outcome
from dashboard.errors import CommandRefused
from dashboard.instants import to_us
from dashboard.locales import read_by
from dashboard.messages.server import Answer, MailServer, Unreachable, connected
from dashboard.people import Person
from dashboard.store import Store

# Seconds until what could not be sent is tried again; after the last it has failed.
PAUSES = (60, 300, 900, 3600, 3 * 3600, 6 * 3600, 12 * 3600)
# Seconds between tries to reach the server within one run.
REACHING = (2, 8)


@dataclass(frozen=True, slots=True)
class Run:
    """Who empties the outbox, and how: the clock, a way to wait, an id that no other run has."""

    by: Person
    clock: Callable[[], datetime]
    sleep: Callable[[float], object]
    claim: str
    pauses: Sequence[float] = PAUSES
    reaching: Sequence[float] = REACHING

    def outcome(self, answer: Answer, attempt: int) -> Outcome | None:
        """What the log keeps of the attempt with that answer; nothing if it is not known."""
        if answer.what == "unknown":
            return None
        if answer.what == "sent":
            return Outcome(True, refused=answer.refused)
        if answer.what == "later" and attempt <= len(self.pauses):
            again = self.clock() + timedelta(seconds=self.pauses[attempt - 1])
            return Outcome(False, answer.reason, to_us(again))
        return Outcome(False, answer.reason)


@dataclass(slots=True)
class Report:
    """What became of what waited.

    `trouble`: why the run ended early. `note`: why nothing was due.
    """

    sent: int = 0
    later: int = 0
    failed: int = 0
    unknown: int = 0
    trouble: str = ""
    note: str = ""
    problems: list[str] = field(default_factory=list[str])

    def count(self, whose: str, answer: Answer, outcome: Outcome | None) -> None:
        """Add one attempt; `whose` names what was to be sent."""
        if outcome is None:
            self.unknown += 1
            reason = f"{answer.reason}; delivery is unknown, so please check"
        elif outcome.is_sent:
            self.sent += 1
            reason = f"sent, but {answer.refused} of the addresses were refused"
        else:
            self.later += outcome.again_us is not None
            self.failed += outcome.again_us is None
            reason = outcome.reason
        if outcome is None or not outcome.is_sent or answer.refused:
            self.problems.append(f"{whose}: {reason}.")

    @property
    def summary(self) -> str:
        """All of it in one line."""
        counts = {
            "sent": self.sent,
            "to be retried": self.later,
            "failed": self.failed,
            "delivery unknown": self.unknown,
        }
        told = ", ".join(f"{count} {what}" for what, count in counts.items() if count)
        return f"{told}." if told else self.note or "Nothing was sent."


class Line:
    """The connection of one run: made when it is needed, and again when it was lost."""

    def __init__(self, server: MailServer, run: Run) -> None:
        self._server, self._run = server, run
        self._stack = ExitStack()
        self._smtp: SMTP | None = None

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None,
        where: TracebackType | None,
    ) -> None:  # fmt: skip
        self._stack.close()

    def smtp(self) -> SMTP:
        """A connection that is alive; Unreachable once the pauses between tries are over."""
        if self._smtp is not None and _is_alive(self._smtp):
            return self._smtp
        for pause in self._run.reaching:
            try:
                return self._connect()
            except Unreachable as away:
                if away.is_lasting:
                    raise
            self._run.sleep(pause)
        return self._connect()

    def _connect(self) -> SMTP:
        self._stack.close()
        self._smtp = None
        self._smtp = self._stack.enter_context(connected(self._server))
        return self._smtp


def written_for(store: Store, run: Run) -> AbstractContextManager[None]:
    """Have dates in what is sent written as the department does, whoever sends it."""
    return read_by(store.settings.reader(run.clock()))


def refuse_sample(store: Store) -> None:
    """Raise CommandRefused on a log of sample data: its firms are made up."""
    if store.settings.is_sample:
        raise CommandRefused(
            "Nothing was sent: this log holds sample data with made-up firms. Messages are sent "
            "only from your own log."
        )


def _is_alive(smtp: SMTP) -> bool:
    with suppress(OSError, SMTPException):
        return smtp.sock is not None and smtp.noop()[0] == 250
    return False
