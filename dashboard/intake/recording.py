"""One row recorded: as a new case, or as what a case has not yet."""

import json
from collections.abc import Callable
from itertools import pairwise
from uuid import UUID, uuid5

from dashboard.cases import DATE_ONLY, Case
from dashboard.commands import Change, Evidence, record_evidence
from dashboard.commands.drafting import Stored
from dashboard.errors import CommandRefused
from dashboard.instants import to_datetime, to_us
from dashboard.intake.days import Days
from dashboard.intake.finding import Answers, opening_of
from dashboard.intake.holding import check_firm, finer_times, has_more, standing_times
from dashboard.intake.kept import Keeping
from dashboard.intake.past import Past
from dashboard.intake.refusals import RowRefused
from dashboard.intake.rows import Understood, shown
from dashboard.people import Person
from dashboard.sheets.columns import STEPS
from dashboard.store.desk import Bulk

# Command ids come from what is imported, so that the same is never stored twice.
NAMESPACE = UUID("0d8a1f5e-7c43-5b0e-9f6b-3f1f5b7a2c64")
APPOINTMENT, WELCOME = "appointment", 5

__all__ = ["NAMESPACE", "Answers", "Recorder"]


class Recorder:
    """Records rows on a desk."""

    def __init__(self, desk: Bulk, days: Days, by: Person, source: str) -> None:
        self._desk, self._days, self._by, self._source = desk, days, by, source

    def ids(self, row: Understood, case: Case | None) -> tuple[str, str]:
        """The ids of the command that records the row: of all that it says, and as before that.

        Before, an id covered the firm, the path and the times alone.
        """
        first = case.due if case else 1
        added = list(enumerate(map(to_us, row.times), start=1))[first - 1 :]
        times = [*opening_of(row), *(f"{number}={at_us}" for number, at_us in added)]
        seed = "\n".join(map(str, times))
        said = json.dumps([sorted(row.row.cells.items()), row.row.others, case and case.case_id])
        return str(uuid5(NAMESPACE, f"{seed}\n{said}")), str(uuid5(NAMESPACE, seed))

    def recorded(self, row: Understood) -> str | None:
        """The case that the very same row was recorded as, though nothing finds it any more."""
        for command_id in self.ids(row, None):
            if stored := self._desk.stored(command_id):
                return stored[0].stream
        return None

    def record(
        self, row: Understood, case: Case | None, past: Past, clashes: Callable[[int, int], bool]
    ) -> Stored | None:
        """The events; None if the case has all of it. Raises RowRefused (`conflict`)."""
        if case is None:
            keeping = Keeping(row, self._desk.settings, self._days, clashes, 1, None, past)
            return self._store(row, None, keeping.collect(), {})
        row = self._settled(row, case)
        check_firm(row, case, past)
        finer = finer_times(row, case, self._days)
        further = has_more(row, case, self._days.zone, finer)
        first = case.due if further else len(row.times) + 1
        keeping = Keeping(row, self._desk.settings, self._days, clashes, first, case, past)
        keeping.collect()
        withdraws = self._withdraws(row, case)
        if not (further or finer or withdraws or keeping.changed or keeping.lines):
            return None
        self._check_changes(row, case, keeping)
        return self._store(row, case, keeping, finer)

    def remark(self, row: Understood) -> str | None:
        """What somebody should know of how the row was taken."""
        twice = [number for number, told in enumerate(row.told, start=1) if told.was_twice]
        if not twice:
            return None
        cells = ", ".join(shown(row.row, STEPS[number - 1]) for number in twice)
        return (
            f"{cells}: the clock showed this hour twice that night; the first is taken, before it "
            f"was put back ({self._days.zone.key})."
        )

    def _settled(self, row: Understood, case: Case) -> Understood:
        """The row with its days as instants: those of the case, if what follows allows them."""
        times = self._days.settled(row.told, standing_times(case))
        if any(after < before for before, after in pairwise(times)):
            times = row.times
        return Understood(row.row, row.workflow, row.told, times, row.products, row.standing)

    def _withdraws(self, row: Understood, case: Case) -> bool:
        """Whether the row has the firm withdraw from a case that is open."""
        at = row.standing.withdrawn
        if at is None or case.state == "withdrawn":
            return False
        if any(move.kind == "case_withdrawn" for move in case.moves):
            return False  # it was, and somebody resumed the case
        if case.state == "closed" or case.due <= len(row.times):
            return case.state == "open"
        if to_us(at) < case.moves[-1].at_us:
            raise RowRefused(
                "conflict",
                f"{case.case_id} went on after the row says that the firm withdrew. Fix the date, "
                "or withdraw the case on its page.",
                case.case_id,
            )
        return True

    def _check_changes(self, row: Understood, case: Case, keeping: Keeping) -> None:
        """RowRefused where an appointment cannot be another any more."""
        begins_us = next(
            (fields[APPOINTMENT] for fields in keeping.changes.values() if APPOINTMENT in fields),
            None,
        )
        welcome = case.records.get(WELCOME)
        done_us = welcome.completed_us if welcome else None
        if begins_us is not None and done_us is not None and begins_us > done_us:
            raise RowRefused(
                "conflict",
                f"{', '.join(dict.fromkeys(keeping.changed))} cannot be changed in {case.case_id}: "
                f"the appointment would begin after {row.row.name(STEPS[WELCOME - 1])}, which "
                "needs it. Fix the sheet, or reopen that step on the Case page.",
                case.case_id,
            )

    def _store(
        self, row: Understood, case: Case | None, keeping: Keeping, finer: dict[int, int]
    ) -> Stored:
        withdrawn = row.standing.withdrawn if case is None or self._withdraws(row, case) else None
        evidence = Evidence(
            row.workflow.key, row.times[keeping.first - 1 :], keeping.first,
            fields=keeping.fields, flags=keeping.flags, notes=keeping.notes,
            done_by={n: name for n, name in row.row.done_by.items() if n >= keeping.first},
            changes=_changes(row, keeping, finer, case), owners=keeping.owners, withdrawn=withdrawn,
            source=self._source,
        )  # fmt: skip
        command_id, before = self.ids(row, case)
        if case is None and (stored := self._desk.stored(before)):
            return stored
        try:
            return record_evidence(
                self._desk, evidence, by=self._by, now=self._days.now, command_id=command_id,
                case=case,
            )  # fmt: skip
        except CommandRefused as refused:
            raise RowRefused("conflict", str(refused), case and case.case_id) from refused


def _changes(
    row: Understood, keeping: Keeping, finer: dict[int, int], case: Case | None
) -> list[Change]:
    """What is otherwise in steps that are complete: their fields, and their times.

    Each change of time leaves the steps in order: first those that were earlier, the first of them
    first, then those that were later, the last of them first.
    """
    changes = [Change(step, fields) for step, fields in sorted(keeping.changes.items())]
    held = standing_times(case) if case else {}
    earlier = [step for step in sorted(finer) if finer[step] < held[step]]
    later = [step for step in sorted(finer, reverse=True) if finer[step] >= held[step]]
    return changes + [
        Change(
            step, at=to_datetime(finer[step]), flags=[DATE_ONLY] if row.told[step - 1].day else []
        )
        for step in (*earlier, *later)
    ]
