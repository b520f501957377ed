"""A tracker sheet brought into the log: read, understood row by row, held against what is there."""

from dashboard.intake.report import VERDICTS, Report, Verdict
from dashboard.intake.tracker import import_tracker

__all__ = ["VERDICTS", "Report", "Verdict", "import_tracker"]
