"""From a case's events to the texts that go to people: messages, appointments, the daily digest.

Nothing is sent here. Addresses are looked up and never guessed; what is missing is said.
"""

from dashboard.handoffs.digest import Digest, digest_day, digests
from dashboard.handoffs.drafting import Handoff, handoffs, reminder
from dashboard.handoffs.invitation import invitation
from dashboard.handoffs.mail import Mail
from dashboard.handoffs.recipients import Recipient, colleague_named, recipient

__all__ = [
    "Digest", "Handoff", "Mail", "Recipient", "colleague_named", "digest_day", "digests",
    "handoffs", "invitation", "recipient", "reminder",
]  # fmt: skip
