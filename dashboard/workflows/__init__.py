"""The two workflows as checked data. Nobody may skip or reorder a step: licensing depends on it."""

from dashboard.workflows.fields import Asked, Field, FieldType, Missing, Wrong, is_one_line
from dashboard.workflows.kinds import EMAIL, KINDS, FieldKind
from dashboard.workflows.local import LOCAL
from dashboard.workflows.parts import (
    AGREED_DATE,
    NETFIRM_ADMINISTRATOR,
    Message,
    Party,
    Step,
    Turn,
    Workflow,
)
from dashboard.workflows.virtual_office import VIRTUAL_OFFICE

WORKFLOWS = {workflow.key: workflow for workflow in (LOCAL, VIRTUAL_OFFICE)}
MOST_STEPS = max(workflow.last for workflow in WORKFLOWS.values())

__all__ = [
    "AGREED_DATE", "EMAIL", "KINDS", "LOCAL", "MOST_STEPS", "NETFIRM_ADMINISTRATOR",
    "VIRTUAL_OFFICE", "WORKFLOWS", "Asked", "Field", "FieldKind", "FieldType", "Message", "Missing",
    "Party", "Step", "Turn", "Workflow", "Wrong", "is_one_line",
]  # fmt: skip
