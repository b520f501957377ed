"""What a step waits for before anybody can work on it, and who has it meanwhile."""

from collections.abc import Generator
from datetime import datetime, timedelta
from typing import TypeAlias

from dashboard.commands import BREACH_REASONS, correct_step, record_turn
from dashboard.sample import pace, staff
from dashboard.sample.department import Department
from dashboard.sample.matters import Matter
from dashboard.workflows import AGREED_DATE, Party, Step

# A part of a life: yields the instants at which it goes on, returns the one at which it is through.
Life: TypeAlias = Generator[datetime, None, datetime]
FIRM_LATE, MONTH_END, EMS_SLOW, NO_APPOINTMENT, *_ = BREACH_REASONS


def until_ready(department: Department, matter: Matter, step: Step, at: datetime) -> Life:
    """Until the step can be worked on."""
    if matter.requested and step.number == pace.CANCELLED_IN[matter.path.key]:
        opening = department.office.opening(matter.requested)
        if opening > at:
            at = department.office.after(opening, department.rng.uniform(0.1, 2))
            yield at
    if step.turn is None:
        return at
    if step.turn.before == AGREED_DATE:
        return (yield from _appointment(department, matter, step, at))
    if step.turn.before == Party.EMS:
        return (yield from _reinstated(department, matter, step, at))
    return (yield from _ordered(department, matter, step, at))


def book(department: Department, matter: Matter, at: datetime) -> None:
    """Agree on an appointment with the firm."""
    earliest = department.office.after(at, pace.NOTICE)
    matter.appointment = department.appointments.book(earliest)
    waits = department.office.calendar.elapsed(at, matter.appointment)
    matter.lost[NO_APPOINTMENT] = waits / timedelta(hours=1)


def _appointment(department: Department, matter: Matter, step: Step, at: datetime) -> Life:
    agreed = matter.appointment or at
    is_moved = department.rng.random() < pace.MOVED
    asks = department.office.after(max(at, matter.entered), department.rng.uniform(0.5, 2))
    if is_moved and asks < agreed:
        yield asks
        department.appointments.release(agreed)
        book(department, matter, asks)
        department.beside(
            matter, correct_step, step.number - 1, by=matter.leader, when=asks,
            fields={"appointment": matter.appointment},
        )  # fmt: skip
    begins = max(at, matter.appointment or at)
    yield begins
    return begins


def _reinstated(department: Department, matter: Matter, step: Step, at: datetime) -> Life:
    hours = pace.REINSTATES.draw(department.rng)
    matter.lost[EMS_SLOW] = hours
    at = department.office.after(at, hours)
    yield at
    if department.rng.random() < pace.SAYS_REINSTATED:
        department.enter(matter, record_turn, step.number, by=matter.representative, when=at)
    return at


def _ordered(department: Department, matter: Matter, step: Step, at: datetime) -> Life:
    office, rng = department.office, department.rng
    hours = pace.SIGNS.draw(rng) * (rng.uniform(*pace.SLOWER) if matter.is_slow else 1)
    matter.lost[FIRM_LATE] = hours
    received = office.after(at, hours)
    yield received
    if rng.random() < pace.SAYS_RECEIVED:
        department.enter(
            matter, record_turn, step.number, by=rng.choice(staff.CLERKS), when=received
        )
    processed = department.orders.take(received)
    matter.lost[MONTH_END] = office.calendar.elapsed(received, processed) / timedelta(hours=1)
    yield processed
    return processed
