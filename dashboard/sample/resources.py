"""What is short: the Order Team's time and CitrixPortalTech's appointments."""

import random
from datetime import datetime, timedelta

from dashboard.sample.office import Office

# The Order Team works for more than the firms that move. The share of its day that other orders
# take, by business days to month end: more than the whole day builds a queue.
OTHER_ORDERS = {3: 0.8, 2: 1.1, 1: 1.25, 0: 1.25, -1: 0.3}
OTHER_ORDERS_USUALLY = 0.35
OWN_ORDERS = 0.15  # the share of its day that the orders of both paths take on average …
LONGEST_ORDER = 0.6  # … of which none takes more hours than this
HANDLING = 1.3  # median hours from the front of the queue to the order number
# Appointments that can be held at the same time, for so many cases in the whole sample: three
# technicians, one of whom is away at times.
PARALLEL, PARALLEL_CASES, AWAY = 3, 1500, 0.4
HALF_DAYS = (timedelta(), timedelta(hours=5))  # 08:00 to 12:00 and 13:00 to 17:00


class OrderTeam:
    """One queue of orders for both paths and for everybody else, first come, first served."""

    def __init__(self, office: Office, cases: int, rng: random.Random) -> None:
        self._office = office
        self._rng = rng
        self._own_hours = min(OWN_ORDERS * 9 * len(office.shifts) / cases, LONGEST_ORDER)
        self._loads = [
            OTHER_ORDERS.get(shift.to_month_end, OTHER_ORDERS_USUALLY) * rng.lognormvariate(0, 0.1)
            for shift in office.shifts
        ]
        self._row = 0
        self._seen = office.since
        self._queue = 0.0  # hours of work that lie before the next order

    def take(self, received: datetime) -> datetime:
        """When an order that comes in now will have been processed."""
        self._advance(received)
        hours = self._queue + HANDLING * self._rng.lognormvariate(0, 0.5)
        self._queue += self._own_hours
        return self._office.after(received, hours)

    def _advance(self, to: datetime) -> None:
        while self._row < len(self._loads):
            shift = self._office.shifts[self._row]
            since, until = max(shift.opens, self._seen), min(shift.closes, to)
            if until > since:
                hours = (until - since) / timedelta(hours=1)
                self._queue = max(0.0, self._queue + (self._loads[self._row] - 1) * hours)
            if shift.closes > to:
                break
            self._row += 1
        self._seen = max(self._seen, to)


class Appointments:
    """The four-hour windows that CitrixPortalTech can give away."""

    def __init__(self, office: Office, cases: int, rng: random.Random) -> None:
        self._rng = rng
        length = timedelta(hours=4)
        begins = [shift.opens + half for shift in office.shifts for half in HALF_DAYS]
        self.places = max(1, round(PARALLEL * cases / PARALLEL_CASES))
        self._free = {
            begin: max(1, self.places - (rng.random() < AWAY))
            for begin in begins
            if office.calendar.is_open(begin, begin + length)
        }

    def book(self, earliest: datetime) -> datetime:
        """The beginning of a window from `earliest` on that suits the firm; it is taken."""
        while self._free and (first := next(iter(self._free))) < earliest - timedelta(days=30):
            del self._free[first]
        for begin, free in self._free.items():
            if begin >= earliest and free and self._rng.random() < 0.75:
                self._free[begin] -= 1
                return begin
        raise AssertionError("the office's shifts reach beyond every appointment")

    def release(self, begin: datetime) -> None:
        """Give a window back."""
        self._free[begin] += 1
