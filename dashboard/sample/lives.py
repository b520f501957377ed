"""How one case goes: a life decides what happens and when, the department enters it."""

from collections.abc import Iterator
from datetime import datetime, timedelta

from dashboard.commands import (
    BREACH_REASONS,
    add_note,
    amend_case,
    correct_step,
    explain_breach,
    reopen_step,
    resume_case,
    start_step,
    withdraw_case,
)
from dashboard.instants import to_us
from dashboard.sample import pace, staff, words
from dashboard.sample.department import Department
from dashboard.sample.matters import Matter, filled
from dashboard.sample.waits import Life, book, until_ready
from dashboard.workflows import FieldKind, Party, Step


def life(department: Department, matter: Matter) -> Iterator[datetime]:
    """One case, from the form that arrives to the last step or to its withdrawal for good."""
    at = yield from _opened(department, matter)
    number = 2
    while number <= matter.path.last:
        if matter.withdrawn_at == number:
            at = yield from _withdrawn(department, matter, at)
            if matter.case_id not in department.open:
                return
        step = matter.path.step(number)
        at = yield from until_ready(department, matter, step, at)
        at = yield from _worked(department, matter, step, at)
        number += 1
        if matter.mistake and matter.mistake[0] == step.number:
            at, number = (yield from _reopened(department, matter, at)), matter.mistake[1]
            matter.mistake = None
    _closed(department, matter, at)


def _opened(department: Department, matter: Matter) -> Life:
    office, rng = department.office, department.rng
    # what came in during the last hour is entered before the sample ends
    at = min(office.after(matter.submitted, pace.SEEN.draw(rng)), office.until)
    if matter.wishes_date:
        matter.requested = office.date(at) + timedelta(days=rng.randint(1, 9))
    matter.happened = matter.entered = at
    yield at
    department.open_case(matter, at)
    if rng.random() < pace.NOTED:
        note = rng.choice(words.NOTES)
        written = office.after(at, rng.uniform(0.2, 12))
        by = rng.choice((matter.representative, matter.leader))
        department.beside(matter, add_note, note, by=by, when=written)
    if rng.random() < pace.AMENDED:
        others = [name for name in staff.SALES if name != matter.sales]
        fields = {"sales_representative": rng.choice(others)}
        changed = office.after(at, rng.uniform(0.5, 9))
        reason = rng.choice(words.AMENDMENTS)
        department.beside(
            matter, amend_case, fields, reason, by=matter.representative, when=changed
        )  # fmt: skip
    return at


def _worked(department: Department, matter: Matter, step: Step, at: datetime) -> Life:
    """The work on the step; some record when they begin it."""
    office, rng = department.office, department.rng
    hours = pace.WORK[matter.path.key][step.number].draw(rng)
    if step.party is Party.CUSTOMER and matter.is_slow:
        hours *= rng.uniform(*pace.SLOWER)
    began = at
    if not matter.is_caught_up and rng.random() < pace.STARTS.get(step.party, 0):
        began = office.after(at, hours * rng.uniform(0.2, 0.8))
        yield began
        department.enter(
            matter, start_step, step.number, by=department.doer(matter, step), when=began
        )  # fmt: skip
    done = office.after(at, hours)
    yield done
    if any(item.kind is FieldKind.WINDOW for item in step.fields):
        book(department, matter, done)
    department.complete(matter, step, done)
    if not matter.mistake and not matter.is_caught_up and rng.random() < pace.MISTYPED:
        _corrected(department, matter, step, began, done)
    return done


def _corrected(
    department: Department, matter: Matter, step: Step, began: datetime, done: datetime
) -> None:
    """A time or a number was typed wrong: the team leader puts it right a little later."""
    office, rng = department.office, department.rng
    noticed = office.after(done, rng.uniform(0.3, 3))
    numbers = [
        item.key for item in step.fields if item.kind is FieldKind.TEXT and not item.personal
    ]
    if numbers:
        fields = {key: value for key, value in filled(step, matter, rng).items() if key in numbers}
        department.beside(
            matter, correct_step, step.number, by=matter.leader, when=noticed, fields=fields
        )
        return
    half = office.calendar.elapsed(began, done) / timedelta(hours=2)
    if half > 0.05:  # a few minutes: less than that nobody corrects
        right = office.after(began, half)
        department.beside(
            matter, correct_step, step.number, by=matter.leader, when=noticed, at=right
        )


def _reopened(department: Department, matter: Matter, at: datetime) -> Life:
    """A mistake shows: the team leader reopens the step."""
    at = department.office.after(at, department.rng.uniform(0.5, 4))
    yield at
    if matter.mistake:
        _, step, reason = matter.mistake
        department.enter(matter, reopen_step, step, reason, by=matter.leader, when=at)
    return at


def _withdrawn(department: Department, matter: Matter, at: datetime) -> Life:
    """The firm stays for now; some come back."""
    office, rng = department.office, department.rng
    at = office.after(at, rng.uniform(0.5, 3))
    yield at
    reason = rng.choice(words.WITHDRAWALS)
    department.enter(matter, withdraw_case, reason, by=matter.leader, when=at)
    del department.open[matter.case_id]
    if rng.random() < pace.RESUMED:
        at = office.after(at, rng.uniform(18, 160))
        yield at
        department.enter(matter, resume_case, by=matter.leader, when=at)
        department.open[matter.case_id] = matter
    return at


def _closed(department: Department, matter: Matter, at: datetime) -> None:
    """The case leaves the desk; why it was late is explained, mostly."""
    office, rng = department.office, department.rng
    del department.open[matter.case_id]
    targets = department.desk.settings.targets_at(matter.path.key, to_us(matter.submitted))
    limit = timedelta(microseconds=targets.limit_us)
    if office.calendar.elapsed(matter.submitted, at) <= limit or rng.random() > pace.EXPLAINED:
        return
    cause = max(matter.lost, key=lambda cause: matter.lost[cause], default=BREACH_REASONS[-1])
    reason = cause if rng.random() < 0.85 else rng.choice(BREACH_REASONS)
    asked = office.after(office.shift_after(at).opens, rng.uniform(0.1, 3))
    department.beside(
        matter, explain_breach, reason, rng.choice(words.COMMENTS), by=matter.leader, when=asked
    )
