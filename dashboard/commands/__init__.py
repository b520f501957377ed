"""Commands check and append; nothing else writes. Refused means: no trace in the log.

Each is `command(desk, …, by, now, at=None, done_by=None)`: `now` becomes the time at which it
is recorded, `at` the time at which it happened (default now, never later), `done_by` who did
it if not the recorder. `version` is the version of the case that the person saw.
"""

from dashboard.commands.corrections import amend_case, correct_step
from dashboard.commands.evidence import Evidence, record_evidence
from dashboard.commands.notes import (
    BREACH_REASONS,
    add_note,
    assign_cases,
    explain_breach,
    follow_up,
)
from dashboard.commands.progress import (
    CatchUp,
    catch_up,
    complete_step,
    open_case,
    record_turn,
    start_step,
)
from dashboard.commands.undoing import reopen_step, resume_case, withdraw_case

__all__ = [
    "BREACH_REASONS", "CatchUp", "Evidence", "add_note", "amend_case", "assign_cases", "catch_up",
    "complete_step", "correct_step", "explain_breach", "follow_up", "open_case", "record_evidence",
    "record_turn", "reopen_step", "resume_case", "start_step", "withdraw_case",
]  # fmt: skip
