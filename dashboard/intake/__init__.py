"""A tracker brought into the log: read, understood row by row, held against what is there."""

from dashboard.intake.finding import Answers
from dashboard.intake.report import REASONS, VERDICTS, Report, Verdict
from dashboard.intake.tracker import import_tracker

__all__ = ["REASONS", "VERDICTS", "Answers", "Report", "Verdict", "import_tracker"]
