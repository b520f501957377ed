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
            "the time in which the department is open by its calendar. Nights, weekends and "
            "holidays do not count.",
        ),
        Term(
            "Business day",
            "so many hours of business time as a day was set to have when the case was opened, "
            "{day}: “1 d 4 h” is one business day and four hours. Figures over cases whose days "
            "differ are in hours, or count each case in its own days.",
        ),
        Term(
            "Business days to month end",
            "0 on a month’s last business day, 1 on the one before; its first five are −1 to −5. A "
            "day that is closed takes the next one’s number.",
            ("place in the month",),
        ),
        Term(
            "Month-end window",
            "the days that are compared with the rest of the month: {window} business days to "
            "month end.",
            ("(in|outside) the window",),
        ),
    ),
    "A case": (
        Term(
            "Submitted",
            "the form came in: step 1 is complete, the case is opened and its clock runs.",
            ("submission", "opened"),
        ),
        Term(
            "Completed",
            "the last step is complete, and the case is closed. A case that was reopened counts "
            "once, with its last completion, and is marked.",
            ("completion", "closed"),
        ),
        Term(
            "Open",
            "submitted and, at that moment, neither completed nor withdrawn; all such cases "
            "together are the work in progress.",
            ("work in progress",),
        ),
        Term(
            "Withdrawn",
            "called off: in no figure of open or completed cases, unless the case is resumed.",
        ),
        Term(
            "Turn",
            "the time in which one party had the case. The turns of a case add up to its cycle "
            "time. The agreed date, a wait for an appointment, is nobody’s turn.",
            ("turns", "agreed date"),
        ),
        Term(
            "Hand-over",
            "the moment inside a step at which another party gets the case. Where it was not "
            "recorded, the whole step counts for the step’s own party.",
            ("handover",),
        ),
        Term(
            "Waiting",
            "the time in a step until somebody pressed Start. Where Start was not recorded, or the "
            "case was reopened, the step’s time is not split.",
            ("until somebody started", "before and after somebody started"),
        ),
        Term("In work", "the time in a step since Start, whoever’s turn it was."),
        Term(
            "On hold",
            "a Virtual Office cancellation that rests with the team leader until the steps of its "
            "gate are complete. The clock runs on.",
        ),
    ),
    "Figures": (
        Term(
            "Cycle time",
            "business time from the submission of the form to the completion of the last step, "
            "without a pause: the customer’s clock. Elsewhere it is also called lead time or "
            "turnaround.",
            ("cycle times", "business time of (each|the|whole) (completed )?cases?", "two clocks"),
        ),
        Term(
            "Our clock",
            "the same without the turns that were the customer’s: what the department itself took. "
            "A local case ends on it with step 6.",
            ("ours",),
        ),
        Term("Age", "business time from submission until now of an open case.", ("how old",)),
        Term(
            "Throughput",
            "how many cases are completed in a week; beside it how many are opened.",
            ("opened and completed in each week",),
        ),
        Term(
            "Target",
            "the business time that is aimed at: {target}, as in force when the case was opened. "
            "Exactly as long is in time.",
        ),
        Term(
            "Limit",
            "the business time that is promised, the SLA: {limit}, as in force when the case was "
            "opened. Exactly as long is in time.",
            ("promise",),
        ),
        Term("On time", "within the target."),
        Term("At risk", "over the target and within the limit."),
        Term(
            "Late",
            "over the limit. A report lists such cases, completed or open, as breaches.",
            ("breach", "past (the|its|their) limit"),
        ),
        Term(
            "Waits only for the download",
            "everything is done but the customer’s own last step. Such a case stands apart: it is "
            "open, but neither at risk nor late.",
            ("waits only for the customer['’]s download",),
        ),
        Term(
            "Attainment",
            "the share of completed cases that were within the target or within the limit; the "
            "exact clock decides.",
            ("kept the (promise|limit)",),
        ),
        Term(
            "By date",
            "done by the end of as many business dates after the local date of submission as the "
            "case’s limit has days; on our clock, the last step that is not the customer’s. It can "
            "differ from the exact clock, which stands still after hours: a case submitted in the "
            "evening and done at night has used no business time, but a date more.",
        ),
        Term(
            "Percentile",
            "“half within” (the median, P50), “85 of 100” (P85) and “95 of 100” (P95): so many of "
            "the cases took no longer, interpolated linearly between two cases. Of fewer than "
            f"{FEWEST} cases it is pale, hollow or left out.",
            ("percentiles", "median", r"\d+ of 100", "of 100 completed cases"),
        ),
        Term(
            "Budget",
            "a step’s part of the limit: by its share of all business time of completed cases, or "
            "as an administrator set it.",
            ("budgets", "split over the steps"),
        ),
        Term("Slack", "what a step’s budget leaves over a percentile of its time."),
        Term(
            "Told from chance",
            "the interval around a difference does not reach to none. It holds the true difference "
            "in 95 of 100 such samples; where steps are compared, those of all steps at once.",
            ("interval",),
        ),
        Term(
            "Forecast",
            "what open cases will do, learnt from the log: when half (expected), 10 and 90 of 100 "
            "such cases would be completed (range), and the share of them over target or limit "
            "(chance).",
        ),
        Term(
            "Estimate",
            "what past cases would have done if one thing had been different; no measurement.",
        ),
    ),
    "The log": (
        Term(
            "As known at",
            "by all that was entered up to that instant and nothing later, so that it can be made "
            "again, equal in all figures, at any later time.",
            ("as (is )?known (now|then|at)", "now known"),
        ),
        Term(
            "Correction",
            "an entry that replaces an earlier one in the figures. Both stay in the log.",
            ("corrections",),
        ),
        Term(
            "Log position and hash",
            "the number of the last event taken in, and a sum over all events up to it. Equal ones "
            "rest on the same log.",
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
