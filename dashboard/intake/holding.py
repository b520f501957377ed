"""A row held against the case that is there already: times, path of its steps, its firm."""

from collections.abc import Mapping
from zoneinfo import ZoneInfo

from dashboard.cases import DATE_ONLY, Case
from dashboard.commands.evidence import earliest_us
from dashboard.instants import to_datetime, to_us
from dashboard.intake.days import Days
from dashboard.intake.firms import is_renamed
from dashboard.intake.kept import clipped
from dashboard.intake.past import Past
from dashboard.intake.refusals import RowRefused
from dashboard.intake.rows import Understood, shown
from dashboard.sheets.columns import FIRM, FIRM_ID, STEPS

MOST_TOLD = 3


def standing_times(case: Case) -> dict[int, int]:
    """When the steps of the case were completed, as far as it stands."""
    return {
        number: record.completed_us
        for number, record in case.records.items()
        if number < case.due and record.completed_us is not None
    }


def check_firm(row: Understood, case: Case, past: Past) -> None:
    """RowRefused (`conflict`) if the same id is another firm's."""
    most = row.workflow.step(1).field("firm_name").max_length
    name, held = clipped(row.row.text(FIRM), most), str(case.fields.get("firm_name") or "")
    if not name or not held or is_renamed(name, held) or past.has_said("firm_name", name):
        return
    raise _conflict(
        case,
        f"{shown(row.row, FIRM_ID)} is “{held[:60]}” in {case.case_id} and “{name[:60]}” here, "
        "with the same submission: two firms cannot have one id. Fix the id or the name.",
    )


def finer_times(row: Understood, case: Case, days: Days) -> dict[int, int]:
    """The times of steps of which only the day was known, where the row tells more of it now.

    None if they would lie after steps of the case that the row does not have.
    """
    finer = {
        number: to_us(row.times[number - 1])
        for number, stands_us in standing_times(case).items()
        if number <= len(row.told)
        and DATE_ONLY in case.records[number].flags
        and days.is_of(days.day_of(row.told[number - 1]), to_datetime(stands_us))
        and (to_us(row.times[number - 1]) != stands_us or not row.told[number - 1].day)
    }
    then = {**standing_times(case), **finer}
    is_in_order = all(then[step] <= then[step + 1] for step in then if step + 1 in then)
    return finer if is_in_order else {}


def has_more(row: Understood, case: Case, zone: ZoneInfo, finer: Mapping[int, int]) -> bool:
    """Whether the row takes the case further; False where the case has all of its steps.

    Raises RowRefused (`conflict`) if a step's time is another in the case, or if the case
    cannot take the further steps.
    """
    times = dict(enumerate(map(to_us, row.times), start=1))
    standing = {**standing_times(case), **finer}
    if differing := [n for n in times if n in standing and times[n] != standing[n]]:
        told = ", ".join(
            f"{_cell(row, n)} against {_told(standing[n], zone)}" for n in differing[:MOST_TOLD]
        )
        left = len(differing) - MOST_TOLD
        more = f" and {left} more" if left > 0 else ""
        raise _conflict(
            case,
            f"{case.case_id} has the same firm, path, and submission time, but other times: {told}"
            f"{more} there. Fix the sheet, or correct the step on the Case page.",
        )
    if case.due not in times:
        return False
    _check_further(row, case, times, zone, earliest_us(case, finer) if case.state == "open" else 0)
    return True


def _check_further(
    row: Understood, case: Case, times: dict[int, int], zone: ZoneInfo, earliest: int
) -> None:
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
            f"{_cell(row, undone[0])} was completed then in {case.case_id} and has since been "
            "reopened. Enter when it was completed again, or empty the cell.",
        )
    if times[due] < earliest:
        raise _conflict(
            case,
            f"{_cell(row, due)} cannot be added to {case.case_id}: step {due} has been open since "
            f"{_told(earliest, zone)}. Enter a later time, or empty the cell.",
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
