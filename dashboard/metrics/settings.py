"""What administrators look after, as tables; and which appointments are still free."""

from datetime import date, datetime, timedelta

import pyarrow as pa

from dashboard.instants import to_us
from dashboard.store import View
from dashboard.workdays import LAST_INSTANT, free_windows, last_window

WINDOWS = pa.schema({"begins_at": pa.timestamp("us", "UTC"), "ends_at": pa.timestamp("us", "UTC")})


def notices(
    view: View, *, now: datetime, in_force: bool | None = None, kind: str | None = None
) -> pa.Table:
    """Notices, the latest to begin first; `in_force` True: only those shown at `now`.

    One row a notice: notice (its number), kind ("alert", "notice", "hot_topic"), text, first_date
    and last_date (both included, local), begins_at, ends_at (sooner if somebody ended it),
    posted_at, posted_by, ended_by (empty if nobody did), in_force.
    """
    return view.run("notices", now=now, in_force=in_force, kind=kind)


def feedback(
    view: View, *, now: datetime, since: date | None = None, until: date | None = None
) -> pa.Table:
    """What people said in [since, until), the newest first; for administrators.

    One row a feedback: feedback (its number), left_at, actor, page, text, contact (a reference to
    `Store.personal`; empty if none was given, and the value there may have been erased).
    """
    return view.run("feedback", now=now, since=since, until=until)


def directory(
    view: View, *, now: datetime, party: str | None = None, mailboxes: bool | None = None
) -> pa.Table:
    """People and mailboxes, people first, by name; `mailboxes` True or False: only these, or none.

    One row a person or mailbox: name (of a mailbox, its party), is_mailbox, sign_in, email,
    parties (parted by ", "), role. Who signs in without being listed is absent.
    """
    return view.run("directory", now=now, party=party, mailboxes=mailboxes)


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
