"""What the words mean that pages, files, queries and code share: one word a thing.

The Guide, the report's definitions, *How is this computed?* and docs/glossary.md say it from here.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass

from dashboard.formats import FEWEST


@dataclass(frozen=True, slots=True)
class Term:
    """A word and its meaning; `forms` are what else text calls it, as regular expressions."""

    word: str
    meaning: str
    forms: tuple[str, ...] = ()


# {day}, {target}, {limit} and {window} are filled with what is set.
GLOSSARY: dict[str, tuple[Term, ...]] = {
    "Time": (
        Term(
            "Business time",
            "the time when the department is open according to its calendar. Nights, weekends, "
            "and holidays do not count.",
        ),
        Term(
            "Business day",
            "the hours of business time set for a day when the case was opened, {day}. “1 d 4 h” "
            "is one business day and four hours. Figures over cases with different days are in "
            "hours, or count each case in its own days.",
        ),
        Term(
            "Business days to month end",
            "the place of a day in its month. Columns and settings count down to 0, the last "
            "business day; the first five days of a month are −1 to −5. Pages show these as −2, "
            "−1, last day, +1. A closed day takes the next business day’s number.",
            ("place in the month",),
        ),
        Term(
            "Month-end window",
            "the days compared with the rest of the month: {window} business days to month end.",
            ("(in|outside) the window",),
        ),
    ),
    "A case": (
        Term(
            "Submitted",
            "the form came in. Step 1 is complete, the case is open, and its clock runs.",
            ("submission", "opened"),
        ),
        Term(
            "Completed",
            "the last step is complete, and the case is closed. A reopened case counts once and is "
            "marked: with its first completion if it was really finished (the rework has a clock "
            "of its own), otherwise with its last.",
            ("completion", "closed"),
        ),
        Term(
            "Open",
            "submitted and, at that time, neither completed nor withdrawn. All such cases "
            "together are the backlog, or work in progress. A case in rework is one of them, with "
            "its own clock from the reopening; it is in no attainment and has no forecast.",
            ("work in progress",),
        ),
        Term(
            "Withdrawn",
            "canceled; excluded from all figures unless the case is resumed.",
        ),
        Term(
            "Turn",
            "the time during which one party had the case. The turns of a case add up to its "
            "cycle time. Waiting for an appointment (the agreed date) is nobody’s turn.",
            ("turns", "agreed date"),
        ),
        Term(
            "Handoff",
            "the moment inside a step when another party gets the case. If it was not recorded, "
            "the whole step counts for the step’s own party.",
            ("hand-?over",),
        ),
        Term(
            "Waiting",
            "the time in a step until someone pressed Start. If Start was not recorded, or the "
            "case was reopened, the step’s time is not split.",
            ("until somebody started", "before and after somebody started"),
        ),
        Term("In work", "the time in a step since Start, whoever’s turn it was."),
        Term(
            "On hold",
            "a Virtual Office cancellation that the team leader holds until steps 3 to 6 are "
            "complete. The clock keeps running.",
        ),
    ),
    "Figures": (
        Term(
            "Cycle time",
            "business time from submission of the form to completion of the last step, without "
            "pauses: the customer’s clock. Also called lead time or turnaround.",
            ("cycle times", "business time of (each|the|whole) (completed )?cases?", "two clocks"),
        ),
        Term(
            "Our clock",
            "the same without the customer’s turns: the time the department itself took. A local "
            "case ends with step 6 on this clock.",
            ("ours",),
        ),
        Term("Age", "business time from submission until now, for an open case.", ("how old",)),
        Term(
            "Throughput",
            "the number of cases completed in a week, shown next to the number opened.",
            ("opened and completed in each week",),
        ),
        Term(
            "Target",
            "the business time aimed for: {target}, as in force when the case was opened. Exactly "
            "that long still counts as on time.",
        ),
        Term(
            "SLA",
            "the business time promised, also called the limit: {limit}, as in force when the "
            "case was opened. Exactly that long still meets it. A case is due when this time is "
            "used up, and overdue after that.",
            ("promise", "limit", "limits", "SLAs", "due", "overdue"),
        ),
        Term("On time", "within the target."),
        Term("At risk", "past the target and within the SLA."),
        Term(
            "Late",
            "past the SLA: overdue if the case is open. A report lists such cases, completed "
                "or open, as breaches.",
            ("breach", "(over|past) (the|its|their) (limit|SLA)"),
        ),
        Term(
            "Delivered, waiting for download",
            "everything is done except the customer’s own last step. Such a case is listed "
            "separately: it is open, but neither at risk nor late.",
            ("delivered", "waits only for the (customer['’]s )?download"),
        ),
        Term(
            "SLA rate",
            "the share of completed cases within the target or the SLA, also called attainment or "
            "on-time rate. The exact clock decides.",
            ("(kept the (promise|limit)|met the SLA|SLA met|attainment|on-time rate)",),
        ),
        Term(
            "On time by date",
            "done by the end of the business date that lies as many business dates after the day "
            "of submission as the SLA has days. On our clock, the customer’s last step is left "
            "out. It can differ from the exact clock, which stops after hours: a case submitted "
            "in the evening and done at night has used no business time, but one more date.",
            ("by date",),
        ),
        Term(
            "Percentile",
            "the time that a given share of cases did not exceed: the median (P50), the 85th "
            "percentile (P85), and the 95th percentile (P95), interpolated between two cases. "
            f"With fewer than {FEWEST} cases it is pale, hollow, or left out.",
            ("percentiles", "median", r"\d+ of 100", "of 100 completed cases"),
        ),
        Term(
            "Budget",
            "a step’s part of the SLA: by its share of the business time of completed cases, or "
            "as set by an administrator.",
            ("budgets", "split over the steps"),
        ),
        Term("Slack", "what remains of a step’s budget after a percentile of its time."),
        Term(
            "Statistically significant",
            "the 95% interval around a difference excludes zero. Where steps are compared, the "
            "intervals hold for all steps at once. Otherwise there is too little data to tell.",
            ("interval", "too little data to tell"),
        ),
        Term(
            "Forecast",
            "what open cases are likely to do, learned from the log. Expected: half of such cases "
            "would be completed by then. Range: 10% to 90% of them. Chance: the share past the "
            "target or SLA.",
        ),
        Term(
            "Estimate",
            "what past cases would have done if one thing had been different. Not a "
                "measurement.",
        ),
    ),
    "The log": (
        Term(
            "As known at",
            "based on everything entered up to that time and nothing later, so it can be "
            "reproduced with the same figures at any later time.",
            ("as (is )?known (now|then|at)", "now known"),
        ),
        Term(
            "Correction",
            "an entry that replaces an earlier one in the figures. Both stay in the log.",
            ("corrections",),
        ),
        Term(
            "Log position and hash",
            "the number of the last event included, and a checksum over all events up to it. "
            "Equal values mean the same log.",
        ),
    ),
}  # fmt: skip


def meaning(word: str, **agreed: str) -> str:
    """What a word means, filled with what is set."""
    return _terms()[word].meaning.format(**agreed)


def used_in(text: str) -> list[str]:
    """The words that a text uses, in the order of the glossary."""
    return [term.word for term in _terms().values() if _is_in(term, text)]


def _is_in(term: Term, text: str) -> bool:
    forms = "|".join((re.escape(term.word), *term.forms))
    return re.search(rf"\b(?:{forms})\b", text, re.IGNORECASE) is not None


def _terms() -> dict[str, Term]:
    parts: Iterable[tuple[Term, ...]] = GLOSSARY.values()
    return {term.word: term for part in parts for term in part}
