"""Instants as the log keeps them: UTC microseconds since 1970, and aware datetimes."""

from datetime import UTC, datetime, timedelta

from dashboard.errors import InputRefused

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
MICROSECOND = timedelta(microseconds=1)


def to_us(instant: datetime) -> int:
    """UTC microseconds of an aware datetime; InputRefused for one without a zone."""
    if instant.tzinfo is None:
        raise InputRefused(
            f"The time {instant} has no zone. Give an offset, as in 2026-10-30T19:30:00+00:00."
        )
    return (instant - EPOCH) // MICROSECOND


def to_datetime(us: int) -> datetime:
    """The instant as an aware datetime in UTC."""
    return EPOCH + us * MICROSECOND


def parse_instant(text: str) -> datetime:
    """An instant from ISO 8601 text with an offset; InputRefused for anything else."""
    try:
        instant = datetime.fromisoformat(text.strip())
    except ValueError as error:
        raise InputRefused(
            f"{text!r} is not a time. Enter it as 2026-10-30T19:30:00+00:00."
        ) from error
    to_us(instant)
    return instant.astimezone(UTC)
