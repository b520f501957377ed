"""Commands check and append; nothing else writes. Refused means: no trace in the log.

Each is `command(desk, …, by, now, at=None, done_by=None)`: `now` becomes the time at which it
is recorded, `at` the time at which it happened (default now, never later), `done_by` who did
it if not the recorder. `version` is the version of the case that the person saw.
"""

from dashboard.commands.budgets import change_budgets
from dashboard.commands.corrections import amend_case, correct_step
from dashboard.commands.digests import begin_digest, record_digest
from dashboard.commands.erasing import erase_personal
from dashboard.commands.evidence import Change, Evidence, record_evidence
from dashboard.commands.forecasts import CaseForecast, issue_forecast
from dashboard.commands.formatting import change_locale
from dashboard.commands.layouts import remember_layout
from dashboard.commands.messages import (
    OUTSIDE,
    Outcome,
    begin_sending,
    drop_message,
    record_outcome,
    send_message,
)
from dashboard.commands.naming import introduce
from dashboard.commands.notes import (
    BREACH_REASONS,
    add_note,
    assign_cases,
    explain_breach,
    follow_up,
)
from dashboard.commands.notices import NoticeKind, end_notice, leave_feedback, post_notice
from dashboard.commands.planning import (
    change_calendar,
    change_planning,
    change_targets,
    confirm_holidays,
)
from dashboard.commands.progress import (
    CatchUp,
    catch_up,
    complete_step,
    open_case,
    record_turn,
    start_step,
)
from dashboard.commands.registers import (
    change_catalogue,
    change_directory,
    change_messages,
    end_sessions,
)
from dashboard.commands.reports import issue_report
from dashboard.commands.several import Completion, Verdict, complete_several
from dashboard.commands.undo import WAIT, undo_act, undoable
from dashboard.commands.undoing import reopen_step, resume_case, withdraw_case

__all__ = [
    "BREACH_REASONS",
    "OUTSIDE",
    "WAIT",
    "CaseForecast",
    "CatchUp",
    "Change",
    "Completion",
    "Evidence",
    "NoticeKind",
    "Outcome",
    "Verdict",
    "add_note",
    "amend_case",
    "assign_cases",
    "begin_digest",
    "begin_sending",
    "catch_up",
    "change_budgets",
    "change_calendar",
    "change_catalogue",
    "change_directory",
    "change_locale",
    "change_messages",
    "change_planning",
    "change_targets",
    "complete_several",
    "complete_step",
    "confirm_holidays",
    "correct_step",
    "drop_message",
    "end_notice",
    "end_sessions",
    "erase_personal",
    "explain_breach",
    "follow_up",
    "introduce",
    "issue_forecast",
    "issue_report",
    "leave_feedback",
    "open_case",
    "post_notice",
    "record_digest",
    "record_evidence",
    "record_outcome",
    "record_turn",
    "remember_layout",
    "reopen_step",
    "resume_case",
    "send_message",
    "start_step",
    "undo_act",
    "undoable",
    "withdraw_case",
]  # fmt: skip
