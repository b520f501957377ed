"""A made-up department's log: a seeded simulation that enters everything by command.

Order Team, appointments, EMS and the firms make the delays; nobody writes an event by hand
but the first, which says that the log is a sample. Same seed and end, same log.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from dashboard.cases import Draft
from dashboard.commands import change_planning
from dashboard.errors import CommandRefused, InputRefused
from dashboard.instants import to_datetime, to_us
from dashboard.people import Person, Role, require
from dashboard.sample.demand import submissions
from dashboard.sample.department import Department
from dashboard.sample.firms import firms
from dashboard.sample.lives import life
from dashboard.sample.matters import matters
from dashboard.sample.mornings import mornings
from dashboard.sample.office import Office
from dashboard.store import Desk, Store
from dashboard.store.desk import case_id_of
from dashboard.workdays import FIRST_INSTANT, Calendar

CASES = 1500
MOST_CASES = 100_000
SPAN = timedelta(days=548)  # a year and a half


@dataclass(frozen=True, slots=True)
class Summary:
    """What was written; `open_cases` are open at `until`."""

    seed: int
    cases: int
    open_cases: int
    events: int
    since: datetime
    until: datetime


def write_sample(
    store: Store, *, seed: int, cases: int = CASES, until: datetime, by: Person
) -> Summary:
    """Fill the empty log with so many cases of the year and a half before `until`, in one go.

    Everything is recorded at the simulated times, none after `until`, which must not lie in
    the future. Raises NotAllowed, CommandRefused (the log is not empty), InputRefused (a
    number of cases that cannot be).
    """
    require(by, by.role is Role.ADMIN, "write a sample", "an administrator")
    if store.head().position:
        raise CommandRefused(
            f"The sample was not written: the log holds {store.head().position} events already, "
            "and made-up cases never mix with others. Choose a new log."
        )
    if not 1 <= cases <= MOST_CASES:
        raise InputRefused(f"A sample of {cases} cases cannot be made: ask for 1 to {MOST_CASES}.")
    office = _office(store.settings.calendar, until)
    with store.bulk() as desk:
        department = Department(desk, office, seed, cases)
        _begin(desk, department, {"seed": seed, "cases": cases}, by)
        department.live(office.since, mornings(department))
        submitted = submissions(office, cases, department.rng)
        who = firms(department.rng)
        for matter in matters(submitted, who, desk.settings.catalogue, department.rng):
            department.live(matter.submitted, life(department, matter))
        department.run()
    states = [desk.case(case_id_of(number)).state for number in range(1, cases + 1)]
    return Summary(
        seed, cases, states.count("open"), len(desk.drafts), office.since, office.until
    )  # fmt: skip


def _begin(desk: Desk, department: Department, mark: Mapping[str, int], by: Person) -> None:
    """Mark the log as made up, and set what a department of this size needs."""
    since, identity = department.office.since, department.command_id()
    us = to_us(since)
    desk.append([Draft("settings", 1, "sample_marked", us, us, by.name, mark, identity)])
    if (places := department.appointments.places) > desk.settings.appointments_at_once:
        change_planning(
            desk, appointments_at_once=places, by=by, now=since, command_id=department.command_id()
        )


def _office(calendar: Calendar, until: datetime) -> Office:
    """The office's clock, from a midnight on."""
    if until < FIRST_INSTANT + SPAN + timedelta(days=7):
        raise InputRefused(
            f"A sample until {until} begins before the calendar does. Choose a later date."
        )
    first = until.astimezone(ZoneInfo(calendar.zone)).date() - SPAN
    since = to_datetime(int(calendar.first_instant([first])[0]))
    return Office.of(calendar, since, until.astimezone(UTC))
