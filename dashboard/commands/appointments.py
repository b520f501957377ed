"""Appointments must not be more at once than their party can hold.

Other cases are looked at, so nobody may write meanwhile: see `alone_if_booking`.
"""

from collections.abc import Mapping
from contextlib import AbstractContextManager, nullcontext
from datetime import datetime, timedelta
from typing import Any

from dashboard import formats
from dashboard.cases import Case
from dashboard.errors import CommandRefused, FieldsRefused
from dashboard.instants import to_datetime, to_us
from dashboard.store import Desk
from dashboard.workdays import LAST_INSTANT, free_windows, most_at_once
from dashboard.workflows import WORKFLOWS, Field, FieldKind, Step

OFFERED = 3  # free windows named where one is refused


def _windows(step: Step) -> list[Field]:
    return [item for item in step.fields if item.kind is FieldKind.WINDOW]


KEYS = frozenset(
    item.key for path in WORKFLOWS.values() for step in path.steps for item in _windows(step)
)


def alone_if_booking(desk: Desk, *fields: Mapping[str, Any] | None) -> AbstractContextManager[None]:
    """Let nobody else write while a command runs that sets an appointment with these fields."""
    is_booking = any(not KEYS.isdisjoint(given or ()) for given in fields)
    return desk.alone() if is_booking else nullcontext()


def keep_capacity(
    desk: Desk,
    case: Case,
    step: Step,
    fields: Mapping[str, Any],
    now: datetime,
    what: str,
    prefix: str = "",
) -> None:
    """Refuse an appointment among the checked `fields` of the step that clashes with others.

    Raises FieldsRefused, which begins with `what`, has `prefix` before the field's key and names
    the next free windows.
    """
    for item in _windows(step):
        begins_us = fields.get(item.key)
        if isinstance(begins_us, int) and clashes(desk, case.case_id, begins_us, item.hours, now):
            said = _full(desk, case.case_id, step, item, begins_us, now)
            raise FieldsRefused(what, {prefix + item.key: f"{item.label}: {said}"})


def refuse_lost_appointment(desk: Desk, case: Case, now: datetime) -> None:
    """Refuse to resume a case whose appointment, still ahead, others have been given meanwhile."""
    begins_us = case.appointment_us
    if begins_us is None or begins_us <= to_us(now):
        return
    for step in case.workflow.steps:
        for item in _windows(step):
            if clashes(desk, case.case_id, begins_us, item.hours, now):
                said = _full(desk, case.case_id, step, item, begins_us, now)
                raise CommandRefused(
                    f"Case {case.case_id} was not resumed: for its appointment "
                    f"{_told(desk, begins_us)}, {said} Correct step {step.number} to another "
                    "time, then resume the case."
                )


def clashes(desk: Desk, case_id: str, begins_us: int, hours: int, now: datetime) -> int:
    """How many others the window would overlap at worst, if one more cannot be held; else 0.

    One that is over never clashes: it was held, and is recorded as it was.
    """
    length = timedelta(hours=hours)
    begins = to_datetime(begins_us)
    if begins + length <= now:
        return 0
    others = _others(desk, case_id, to_us(begins - length), to_us(begins + length))
    most = most_at_once(begins_us, hours, others)
    return most if most >= desk.settings.appointments_at_once else 0


def _full(desk: Desk, case_id: str, step: Step, item: Field, begins_us: int, now: datetime) -> str:
    """Why there is no room, and where there is."""
    taken = clashes(desk, case_id, begins_us, item.hours, now)
    most = desk.settings.appointments_at_once
    after = max(to_datetime(begins_us), now)
    others = _others(desk, case_id, to_us(after - timedelta(hours=item.hours)), to_us(LAST_INSTANT))
    free = free_windows(
        desk.settings.calendar, after, item.hours, OFFERED, taken=others, at_once=most
    )
    named = "; ".join(_told(desk, to_us(begins)) for begins, _ in free)
    slots = f"Open slots: {named}." if free else "No slots are open for months."
    return (
        f"{step.party} already has {taken} appointment{'s' if taken > 1 else ''} at that time and "
        f"can hold {most} at once. {slots}"
    )


def _others(desk: Desk, case_id: str, since_us: int, until_us: int) -> list[int]:
    found = desk.appointments_between(since_us, until_us)
    return [begins_us for other, begins_us in found.items() if other != case_id]


def _told(desk: Desk, us: int) -> str:
    return formats.moment(to_datetime(us), desk.settings.calendar.zone)
