"""What an import says of each row, and in sum."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

VERDICTS = ("accepted", "updated", "rejected", "duplicate")


@dataclass(frozen=True, slots=True)
class Verdict:
    """What became of one row of the sheet: `reason` and `message` where it was rejected.

    `latest_us`: the latest step time that can be read in a rejected row, for reports by period.
    """

    row: int
    verdict: str
    case: str | None = None
    reason: str | None = None
    message: str | None = None
    latest_us: int | None = None


@dataclass(frozen=True, slots=True)
class Report:
    """The verdict of every row that is not blank, in the sheet's order."""

    rows: Sequence[Verdict]

    @property
    def summary(self) -> dict[str, int]:
        """How many rows have each verdict."""
        counts = Counter(row.verdict for row in self.rows)
        return {verdict: counts[verdict] for verdict in VERDICTS}

    @property
    def rejected(self) -> list[Verdict]:
        """The rows that somebody has to mend."""
        return [row for row in self.rows if row.verdict == "rejected"]

    def as_json(self) -> dict[str, Any]:
        """The report as dictionaries, lists, texts and numbers."""
        return {
            "summary": self.summary,
            "rows": [
                {
                    "row": row.row,
                    "verdict": row.verdict,
                    "reason": row.reason,
                    "message": row.message,
                    "case": row.case,
                }
                for row in self.rows
            ],
        }
