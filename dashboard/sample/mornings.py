"""What team leaders do each morning: follow up, explain, stand in for each other."""

from collections.abc import Iterator
from datetime import date, datetime

from dashboard.commands import assign_cases, follow_up
from dashboard.sample import pace, staff
from dashboard.sample.department import Department
from dashboard.sample.matters import Matter

TODAY = 6  # so many of the oldest cases are to be followed up on the sample's last day
MOST_HANDED_OVER = 4


def mornings(department: Department) -> Iterator[datetime]:
    """One morning after the other, soon after the office opens."""
    office, rng = department.office, department.rng
    shifts = [shift for shift in office.shifts if office.since < shift.opens < office.until]
    for number, shift in enumerate(shifts, start=1):
        at = office.after(shift.opens, rng.uniform(0.2, 0.7))
        yield at
        for matter in department.open.values():
            if rng.random() < pace.FOLLOWED_UP:
                ahead = rng.choice((0, 0, 1, 1, 2, 3))
                _follow_up(department, matter, office.date(office.after(at, 9 * ahead)), at)
        if rng.random() < pace.ABSENT:
            _stand_in(department, at)
        if number == len(shifts):
            for matter in list(department.open.values())[:TODAY]:
                _follow_up(department, matter, office.date(office.until), at)


def _follow_up(department: Department, matter: Matter, day: date, at: datetime) -> None:
    if matter.entered <= at:
        department.beside(matter, follow_up, day, by=matter.leader, when=at)


def _stand_in(department: Department, at: datetime) -> None:
    """A team leader is away: another takes some of the cases."""
    away, stands_in = department.rng.sample(staff.LEADERS, 2)
    taken = [matter for matter in department.open.values() if matter.leader is away]
    taken = taken[:MOST_HANDED_OVER]
    if not taken:
        return
    for matter in taken:
        matter.leader = stands_in
    case_ids = [matter.case_id for matter in taken]
    assign_cases(
        department.desk, case_ids, stands_in.name, by=stands_in, now=at,
        command_id=department.command_id(),
    )  # fmt: skip
