"""Figures: one function a query file. Each says what a row is, its units and who is left out."""

from dashboard.metrics.bottlenecks import (
    case_steps,
    party_cases,
    party_spread,
    slowest_cases,
    step_budgets,
    step_cases,
    step_spread,
)
from dashboard.metrics.flow import ageing, cases_at, cumulative_flow, twin_clocks
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
    promises,
    step_days,
    step_times,
    throughput,
)
from dashboard.metrics.log import entries_since, log_events, log_people
from dashboard.metrics.month_end import (
    finishing_times,
    month_end_cases,
    month_flow,
    month_flow_cases,
    opening_cases,
    order_times,
)
from dashboard.metrics.preview import Kept, Preview, last_quarter, settings_preview
from dashboard.metrics.settings import (
    directory,
    feedback,
    free_appointments,
    last_appointment,
    notices,
)
from dashboard.metrics.sla import (
    rejected_rows,
    reports_issued,
    sla_cases,
    sla_summary,
    stamped,
    withdrawn_cases,
)
from dashboard.metrics.sla_changes import corrections_since
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
    "Filters", "Kept", "Preview", "ageing", "appointments", "attainment",
    "case_ledger", "case_list", "case_steps", "case_turns", "cases_at", "corrections_since",
    "cumulative_flow", "cycle_percentiles", "cycle_times", "directory",
    "entries_since", "feedback", "find_cases", "finished_cases", "finishing_times", "follow_ups",
    "free_appointments", "last_appointment", "last_quarter", "ledger",
    "log_events", "log_people", "messages_waiting", "month_end_cases",
    "month_end_steps", "month_end_whole", "month_flow", "month_flow_cases", "notices",
    "opening_cases", "opening_days", "order_times", "party_cases", "party_spread", "people_named",
    "promises", "rejected_rows", "reports_issued", "settings_preview", "sla_cases", "sla_summary",
    "slowest_cases", "stamped", "step_budgets", "step_cases", "step_days",
    "step_spread", "step_times", "step_usual", "throughput", "today_counts", "twin_clocks",
    "withdrawn_cases", "worklist",
]  # fmt: skip
