"""What an import says of each row, and in sum."""

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any

from dashboard.intake.shaping import Skipped
from dashboard.sheets.recognise import Aside

VERDICTS = ("accepted", "updated", "rejected", "duplicate")
# What is wrong with a rejected row, in words.
REASONS = {
    "missing_firm": "No firm",
    "mangled_id": "Firm ID cut short",
    "path": "Path not clear",
    "bad_date": "Date not readable",
    "bad_step": "Steps do not fit",
    "no_submission": "Not submitted",
    "too_many_steps": "Too many steps",
    "gap": "Step left out",
    "order": "Steps out of order",
    "future": "In the future",
    "no_products": "No products",
    "status": "Status does not fit",
    "conflict": "Differs from the case",
    "likely": "Perhaps a known case",
}


@dataclass(frozen=True, slots=True)
class Verdict:
    """What became of one row of the sheet: `reason` and `message` where it was rejected.

    `latest_us`: the latest step time that can be read in a rejected row, for reports by period.
    `also`: further rows of the same case. A row that was taken has a message where it leaves
    something to know.
    """

    row: int
    verdict: str
    case: str | None = None
    reason: str | None = None
    message: str | None = None
    latest_us: int | None = None
    sheet: str = ""
    also: tuple[int, ...] = ()
    raw: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Report:
    """The verdict of every row that is a case, in the sheets' order, and what was not read.

    `sheets` are the names of those that were read; `remarks` what is to be said of one of them.
    """

    rows: Sequence[Verdict]
    sheets: Sequence[str] = ()
    skipped: Sequence[Skipped] = ()
    aside: Sequence[Aside] = ()
    remarks: Sequence[tuple[str, str]] = ()

    @property
    def summary(self) -> dict[str, int]:
        """How many rows have each verdict."""
        counts = Counter(row.verdict for row in self.rows)
        return {verdict: counts[verdict] for verdict in VERDICTS}

    @property
    def rejected(self) -> list[Verdict]:
        """The rows that somebody has to mend."""
        return [row for row in self.rows if row.verdict == "rejected"]

    @property
    def is_of_several(self) -> bool:
        """Whether more than one sheet was read."""
        return len(self.sheets) > 1

    def as_json(self) -> dict[str, Any]:
        """The report as dictionaries, lists, texts and numbers."""
        more = {
            "skipped": [
                {**self._of(one.sheet), "rows": list(one.rows), "why": one.why}
                for one in self.skipped
            ],
            "left_aside": [{"sheet": one.sheet, "why": one.why} for one in self.aside],
            "remarks": [{**self._of(sheet), "remark": remark} for sheet, remark in self.remarks],
        }
        return {
            "summary": self.summary,
            "rows": [
                {
                    **self._of(row.sheet),
                    "row": row.row,
                    "verdict": row.verdict,
                    "reason": row.reason,
                    "message": row.message,
                    "case": row.case,
                }
                for row in self.rows
            ],
            **{key: items for key, items in more.items() if items},
        }

    def place(self, row: Verdict) -> str:
        """Where the row stands, for a sentence."""
        return f"{row.sheet}, row {row.row}" if self.is_of_several else f"Row {row.row}"

    def told(self) -> Iterator[str]:
        """What was not read and why, a sentence each."""
        for one in self.skipped:
            rows = ", ".join(map(str, one.rows[:5])) + (" …" if len(one.rows) > 5 else "")
            where = f" in {one.sheet}" if self.is_of_several and one.sheet else ""
            yield f"Skipped{where}: row{'s' if len(one.rows) > 1 else ''} {rows} ({one.why})."
        for one in self.aside:
            yield f"Sheet {one.sheet} was skipped: {one.why}."
        for sheet, remark in self.remarks:
            yield f"{f'Sheet {sheet}: ' if self.is_of_several and sheet else ''}{remark}"

    def _of(self, sheet: str) -> dict[str, str]:
        return {"sheet": sheet} if self.is_of_several else {}


def spread(rows: Sequence[Verdict]) -> list[Verdict]:
    """The verdicts with one for each row of the sheets, where several rows are one case."""
    if not any(row.also for row in rows):
        return list(rows)
    out: list[Verdict] = []
    for row in rows:
        out += [replace(row, row=number, also=()) for number in (row.row, *row.also)]
    order = {sheet: at for at, sheet in enumerate(dict.fromkeys(row.sheet for row in rows))}
    return sorted(out, key=lambda row: (order[row.sheet], row.row))
