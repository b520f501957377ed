"""Commands of the daily digest: taken before a mail server hears of it, and how that ended."""

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from dashboard.cases import Draft
from dashboard.commands.drafting import Deed, Entry, Stored
from dashboard.commands.messages import Outcome
from dashboard.commands.settling import enact, require_admin
from dashboard.errors import CommandRefused
from dashboard.people import Person
from dashboard.store import Desk

STREAM = "digests"


def begin_digest(
    desk: Desk, day: date, whom: str, *, by: Person, now: datetime, claim: str
) -> Stored:
    """Take the digest of that day for somebody before it is sent: there is one a day at most.

    `claim` is the run's own, so that no other's event is taken for this one. Raises NotAllowed,
    CommandRefused (sent already, perhaps sent, to be tried again only later).
    """
    require_admin(by, "send the daily digest")
    deed = Deed(by, now, None, None, None, f"{claim} {day} {whom}")

    def decide() -> Entry:
        last = last_digest(desk, day, whom)
        again_us = last.data.get("again_us") if last else None
        if last and (again_us is None or deed.now_us < again_us):
            raise CommandRefused(
                f"The digest of {day} for {whom} was not sent: it was already started. There is "
                "one per day; the next goes out on the next business day."
            )
        attempt = last.data["attempt"] + 1 if last else 1
        return Entry("digest_sending", deed.now_us, _data(day, whom, attempt))

    return enact(desk, STREAM, deed, decide)


def record_digest(
    desk: Desk, day: date, whom: str, outcome: Outcome, *, by: Person, now: datetime
) -> Stored:
    """Keep how the attempt that `begin_digest` began ended. Raises NotAllowed, CommandRefused."""
    require_admin(by, "send the daily digest")
    deed = Deed(by, now)

    def decide() -> Entry:
        last = last_digest(desk, day, whom)
        if last is None or last.kind != "digest_sending":
            raise CommandRefused(f"No digest of {day} for {whom} is being sent. Check the log.")
        data = _data(day, whom, last.data["attempt"])
        if outcome.is_sent:
            data |= {"refused": outcome.refused} if outcome.refused else {}
            return Entry("digest_sent", deed.now_us, data)
        data["reason"] = outcome.reason
        if outcome.again_us is not None:
            data["again_us"] = outcome.again_us
        return Entry("digest_failed", deed.now_us, data)

    return enact(desk, STREAM, deed, decide)


def last_digest(desk: Desk, day: date, whom: str) -> Draft | None:
    """The last event of that day's digest for somebody; None if its sending never began."""
    key: Mapping[str, Any] = {"day": day.isoformat(), "whom": whom}
    own = [event for event in desk.stream(STREAM) if key.items() <= event.data.items()]
    return own[-1] if own else None


def _data(day: date, whom: str, attempt: int) -> dict[str, Any]:
    return {"day": day.isoformat(), "whom": whom, "attempt": attempt}
