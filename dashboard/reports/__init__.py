"""SLA reports: what one says, and what it looks like as a workbook, on paper, as Parquet.

The screen and every file are made from one `Report`, so that they cannot differ.
"""

from dashboard.reports.content import (
    Asked,
    Corrections,
    Report,
    compared,
    issued,
    known,
    last_issue,
    make,
)
from dashboard.reports.issuing import check_cases, check_since, issue, whole_report
from dashboard.reports.period import Period, period, periods, read_period

__all__ = [
    "Asked", "Corrections", "Period", "Report", "check_cases", "check_since", "compared", "issue",
    "issued", "known", "last_issue", "make", "period", "periods", "read_period", "whole_report",
]  # fmt: skip
