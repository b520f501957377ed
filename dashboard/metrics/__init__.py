"""Figures: one function a query file. Each says what a row is, its units and who is left out."""

from dashboard.metrics.insight import (
    Filters,
    attainment,
    cycle_percentiles,
    cycle_times,
    finished_cases,
    ledger,
    month_end_steps,
    month_end_whole,
    opening_days,
    sla_cases,
    step_days,
    step_times,
    throughput,
)
from dashboard.metrics.preview import Kept, Preview, last_quarter, settings_preview
from dashboard.metrics.settings import directory, feedback, free_appointments, notices
from dashboard.metrics.sla import sla_summary, stamped
from dashboard.metrics.work import (
    appointments,
    case_ledger,
    case_list,
    case_turns,
    find_cases,
    follow_ups,
    messages_waiting,
    people_named,
    step_usual,
    today_counts,
    worklist,
)

__all__ = [
    "Filters", "Kept", "Preview", "appointments", "attainment", "case_ledger", "case_list",
    "case_turns", "cycle_percentiles", "cycle_times", "directory", "feedback", "find_cases",
    "finished_cases", "follow_ups", "free_appointments", "last_quarter", "ledger",
    "messages_waiting", "month_end_steps", "month_end_whole", "notices", "opening_days",
    "people_named", "settings_preview", "sla_cases", "sla_summary", "stamped", "step_days",
    "step_times", "step_usual", "throughput", "today_counts", "worklist",
]  # fmt: skip
