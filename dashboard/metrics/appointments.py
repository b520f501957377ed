"""Which appointments are still free."""

from datetime import datetime, timedelta

import pyarrow as pa

from dashboard.instants import to_us
from dashboard.store import View
from dashboard.workdays import LAST_INSTANT, free_windows, last_window

WINDOWS = pa.schema({"begins_at": pa.timestamp("us", "UTC"), "ends_at": pa.timestamp("us", "UTC")})


def free_appointments(
    view: View,
    *,
    now: datetime,
    hours: int,
    count: int = 3,
    after: datetime | None = None,
    case_id: str | None = None,
) -> pa.Table:
    """The next `count` windows of so many hours in which one appointment more can be held.

    One row a window: begins_at, ends_at. They begin on whole hours from `after` (default `now`)
    on and overlap one another; appointments of open cases count, withdrawn cases hold none, and
    that of `case_id`, which is being moved, is not in its own way.
    """
    first = max(after or now, now)
    found = free_windows(
        view.settings.calendar, first, hours, count,
        taken=_taken(view, first, LAST_INSTANT, hours, case_id),
        at_once=view.settings.appointments_at_once,
    )  # fmt: skip
    return _windows(found)


def last_appointment(
    view: View, *, now: datetime, hours: int, until: datetime, case_id: str | None = None
) -> pa.Table:
    """The last window of so many hours that ends by `until` and that can still be had.

    One row, or none: begins_at, ends_at. It may begin at any minute from `now` on; unless the
    appointment is agreed by then, none can end by `until` any more. Who else is counted is as in
    `free_appointments`; what others book meanwhile can make it sooner.
    """
    found = last_window(
        view.settings.calendar, now, until, hours, taken=_taken(view, now, until, hours, case_id),
        at_once=view.settings.appointments_at_once,
    )  # fmt: skip
    return _windows([found] if found else [])


def _taken(
    view: View, since: datetime, until: datetime, hours: int, case_id: str | None
) -> list[int]:
    """When the appointments of other cases begin that reach into [since, until)."""
    held = view.appointments_between(to_us(since - timedelta(hours=hours)), to_us(until))
    return [begins_us for other, begins_us in held.items() if other != case_id]


def _windows(found: list[tuple[datetime, datetime]]) -> pa.Table:
    rows = [{"begins_at": begins, "ends_at": ends} for begins, ends in found]
    return pa.Table.from_pylist(rows, schema=WINDOWS)
