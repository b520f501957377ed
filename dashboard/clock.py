"""The clock: read here and nowhere else, by pages and verbs; below them time is an argument."""

from datetime import UTC, datetime


def now() -> datetime:
    """The instant, UTC. Call it as `clock.now()`: tests put another clock in its place."""
    return datetime.now(UTC)


def issuers_now() -> datetime:
    """The instant, UTC, to hold times against that another machine's clock has stamped."""
    return datetime.now(UTC)
