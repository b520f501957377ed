"""Computed from figures beside SQL: free appointments, previews of settings, an SLA period."""

from dashboard.metrics.appointments import free_appointments, last_appointment
from dashboard.metrics.preview import Kept, Preview, last_quarter, settings_preview
from dashboard.metrics.sla import sla_cases, sla_summary, stamped
from dashboard.metrics.sla_changes import corrections_since

__all__ = [
    "Kept",
    "Preview",
    "corrections_since",
    "free_appointments",
    "last_appointment",
    "last_quarter",
    "settings_preview",
    "sla_cases",
    "sla_summary",
    "stamped",
]
