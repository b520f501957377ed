"""What a report rests on, in plain words: what its terms mean, and how to make it again."""

from dashboard import formats
from dashboard.reports import texts
from dashboard.reports.content import Report

SAMPLE = ", of made-up sample data"
DEFINITIONS = (
    (
        "Completed",
        "the last step’s completion lies in the {kind}. A case that was reopened counts once, with "
        "its last completion, and is marked.",
    ),
    (
        "Clock",
        "business time from the submission of the form to the completion of the last step, without "
        "a pause. A business day has {hours}.",
    ),
    (
        "Our clock",
        "the same without the turns that were the customer’s: what the department itself took. A "
        "local case ends on it with step 6.",
    ),
    (
        "Target and limit",
        "{target} and {limit}, as in force when the case was opened; exactly as long is in time.",
    ),
    (
        "By date",
        "done by the end of the third business date after the local date of submission; on our "
        "clock, the last step that is not the customer’s.",
    ),
    (
        "Open and late",
        "not completed and over the limit {end}. They are no part of the completed cases. "
        "Withdrawn cases are left out.",
    ),
    ("Percentiles", "interpolated linearly between completed cases."),
    (
        "Slowest step",
        "the step that took most business time of the case, and who had most of it; an unrecorded "
        "hand-over counts for the step’s party. The reason is what people gave.",
    ),
    (
        "Imported, rejected",
        "cases that came from a tracker sheet; rows of sheets that could not be taken, by their "
        "latest time and whatever the filters. Of sheets with one file name the last one counts.",
    ),
    (
        "Made again",
        "nothing that was entered after the instant “as known at” is in it, so that it can be made "
        "again, equal in all figures, at any later time.",
    ),
)


def definitions(report: Report) -> list[tuple[str, str]]:
    """What the words of the report mean."""
    asked = report.promise
    words = {
        "kind": report.asked.period.kind,
        "hours": formats.duration(asked.day_us, day_us=10 * asked.day_us),
        "target": asked.target_words,
        "limit": asked.limit_words,
        "end": texts.end_words(report),
    }
    return [(word, meaning.format(**words)) for word, meaning in DEFINITIONS]


def origins(report: Report) -> list[tuple[str, str]]:
    """What has to be known to make the same report again."""
    asked = report.asked
    return [
        ("Report", f"SLA report, {report.name}{SAMPLE if report.is_sample else ''}"),
        ("Reference", asked.reference or "none: this report was not issued"),
        ("Filters", asked.words),
        (
            "As known at",
            f"{texts.instant(asked.as_of, report.zone)} ({asked.as_of:%Y-%m-%dT%H:%M:%S.%fZ})",
        ),
        ("Business calendar", report.calendar),
        ("Times", f"those of {formats.city(report.zone)} ({report.zone})"),
        ("Log position", f"{report.head.position:,}"),
        ("Log hash", report.head.hash),
    ]
