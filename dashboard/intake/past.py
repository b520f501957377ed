"""A row held against the case that is there already: nothing new, further steps, or a conflict."""

from zoneinfo import ZoneInfo

from dashboard.cases import Case
from dashboard.commands.evidence import earliest_us
from dashboard.instants import to_datetime, to_us
from dashboard.intake.refusals import RowRefused
from dashboard.intake.rows import Understood, shown
from dashboard.sheets.columns import STEPS


def has_more(row: Understood, case: Case, zone: ZoneInfo) -> bool:
    """Whether the row takes the case further; False where the case has all of it.

    Raises RowRefused (`conflict`) if a step's time is another in the case, or if the case
    cannot take the further steps.
    """
    times = dict(enumerate(map(to_us, row.times), start=1))
    standing = {n: rec.completed_us for n, rec in case.records.items() if n < case.due}
    if differing := [n for n in times if n in standing and times[n] != standing[n]]:
        told = ", ".join(
            f"{_cell(row, n)} against {_told(standing[n] or 0, zone)}" for n in differing[:3]
        )
        more = f" and {len(differing) - 3} more" if len(differing) > 3 else ""
        raise _conflict(
            case,
            f"{case.case_id} is the same firm, path and submission, with other times: {told}{more} "
            "there. Mend the sheet, or correct the step on the Case page.",
        )
    if case.due not in times:
        return False
    _check_further(row, case, times, zone)
    return True


def _check_further(row: Understood, case: Case, times: dict[int, int], zone: ZoneInfo) -> None:
    due = case.due
    if case.state != "open":
        raise _conflict(
            case,
            f"{_cell(row, due)} cannot be added to {case.case_id}, which was withdrawn "
            f"{_told(case.moves[-1].at_us, zone)}. Resume the case first, or empty the cell.",
        )
    if undone := [n for n in times if n >= due and _was_undone(case, n, times[n])]:
        raise _conflict(
            case,
            f"{_cell(row, undone[0])} was completed then in {case.case_id}, and was reopened "
            "since. Write when it was completed anew, or empty the cell.",
        )
    if times[due] < earliest_us(case):
        raise _conflict(
            case,
            f"{_cell(row, due)} cannot be added to {case.case_id}, where step {due} is open since "
            f"{_told(earliest_us(case), zone)}. Write a time from then on, or empty the cell.",
        )


def _was_undone(case: Case, step: int, at_us: int) -> bool:
    return any(
        move.kind == "step_completed" and move.due == step + 1 and move.at_us == at_us
        for move in case.moves
    )


def _cell(row: Understood, step: int) -> str:
    return shown(row.row, STEPS[step - 1])


def _told(us: int, zone: ZoneInfo) -> str:
    """An instant on the sheet's wall clock, with seconds only where it has some."""
    local = to_datetime(us).astimezone(zone).replace(tzinfo=None)
    return local.isoformat(" ", "auto" if local.second or local.microsecond else "minutes")


def _conflict(case: Case, message: str) -> RowRefused:
    return RowRefused("conflict", message, case.case_id)
