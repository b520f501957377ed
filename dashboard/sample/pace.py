"""How long things take and how often they happen: what the sample is calibrated with.

Durations are hours of business time. Calibrated for a median of about two and a half business
days from form to licences, with two cases in three within three, and worse around month end.
"""

import random
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Pace:
    """A duration: its median in hours, and how far it spreads (sigma of its logarithm)."""

    hours: float
    spread: float = 0.6

    def draw(self, rng: random.Random) -> float:
        """One such duration."""
        return self.hours * rng.lognormvariate(0, self.spread)


# The work on each step, once it can be done; what it waits for before stands below.
WORK = {
    "local": {
        2: Pace(0.25, 1.2), 3: Pace(1.5), 4: Pace(0.6), 5: Pace(1.6), 6: Pace(0), 7: Pace(1.5, 1.0),
    },
    "virtual_office": {
        2: Pace(0.25, 1.2), 3: Pace(0.9), 4: Pace(1.5), 5: Pace(2.9, 0.12), 6: Pace(0.25),
        7: Pace(0.9), 8: Pace(0.5), 9: Pace(1.3), 10: Pace(0), 11: Pace(0.5),
    },
}  # fmt: skip
CANCELLED_IN = {"local": 3, "virtual_office": 7}  # not before a requested cancellation date
CAUGHT_UP = {"local": (3, 4), "virtual_office": (5, 6)}  # steps that some enter at one go
MISTAKES = {  # where a team leader reopens a step, after which step, and why
    "local": (
        (5, 5, "Price taken from last year's schedule"),
        (6, 6, "A license was missing on the order"),
        (7, 6, "Firm cannot activate: wrong license keys"),
    ),
    "virtual_office": (
        (9, 9, "VO license of one family left out"),
        (10, 10, "Order number belongs to another firm"),
        (11, 10, "Order processed with the wrong number of users"),
    ),
}

SEEN = Pace(0.35, 0.9)  # from a form's arrival to the moment at which a representative opens it
REINSTATES = Pace(2.2, 0.55)  # EMS
SIGNS = Pace(1.8, 0.8)  # the firm's signature under its order
SLOW_FIRM = 0.12  # the share of firms that answer late, …
SLOWER = (4.0, 14.0)  # … and how many times as long they take
NOTICE = 2.0  # at least so long before an appointment
MOVED = 0.06  # the share of appointments that a firm moves

SAYS_REINSTATED = 0.85  # how often the moments inside a step are recorded
SAYS_RECEIVED = 0.80
STARTS = {"Team leader": 0.30, "CS representative": 0.12, "CitrixPortalTech": 0.20}
ENTERED_LATE = 0.07
CAUGHT_UP_SHARE = 0.06
LOCAL_SHARE = 0.60
REQUESTS_DATE = 0.045
MISTAKEN = 0.03
WITHDRAWN, RESUMED = 0.022, 0.55
MISTYPED = 0.008  # a step
AMENDED = 0.02
NOTED = 0.16
EXPLAINED = 0.65
FOLLOWED_UP = 0.10  # an open case, each morning
ABSENT = 0.02  # a team leader, each morning
