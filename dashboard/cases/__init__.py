"""Event types, and the fold that says where one case stands.

Replaying never re-checks rules: what the log holds, happened. The SQL in `queries/model`
folds the same events for all cases at once; a property test holds the two equal.
"""

from dashboard.cases.events import CASE_KINDS, KINDS, MESSAGE_KINDS, Draft, Event
from dashboard.cases.letters import Letter
from dashboard.cases.state import DATE_ONLY, NEVER, Case, Move, Record, evolve, fold
from dashboard.cases.turns import Turn, turns
from dashboard.cases.undone import UNDOABLE, standing

__all__ = [
    "CASE_KINDS", "DATE_ONLY", "KINDS", "MESSAGE_KINDS", "NEVER", "UNDOABLE", "Case", "Draft",
    "Event", "Letter", "Move", "Record", "Turn", "evolve", "fold", "standing", "turns",
]  # fmt: skip
