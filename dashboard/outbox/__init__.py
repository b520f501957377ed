"""Sends what waits: messages of cases and the daily digest, each at most once."""

from dashboard.outbox.courier import EVERY_SECONDS, Courier
from dashboard.outbox.digests import send_digests
from dashboard.outbox.run import PAUSES, REACHING, Report, Run
from dashboard.outbox.sending import due_letters, message_id, send_one, send_waiting
from dashboard.outbox.server import MailServer, Security, Unreachable

__all__ = [
    "EVERY_SECONDS", "PAUSES", "REACHING", "Courier", "MailServer", "Report", "Run", "Security",
    "Unreachable", "due_letters", "message_id", "send_digests", "send_one", "send_waiting",
]  # fmt: skip
