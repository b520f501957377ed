"""What a report rests on, in plain words: what its terms mean, and how to make it again."""

from dashboard import formats
from dashboard.findings import agreed
from dashboard.glossary import meaning
from dashboard.reports import texts
from dashboard.reports.content import Report

SAMPLE = ", of made-up sample data"
# What the report says of words: what the glossary means by them, and what holds here besides.
DEFINITIONS = (
    ("Completed", "Here: in the {kind}."),
    ("Cycle time", ""),
    ("Business day", ""),
    ("Our clock", ""),
    ("Target", ""),
    ("Limit", ""),
    ("Attainment", ""),
    ("By date", ""),
    ("Percentile", ""),
)
OWN = (
    (
        "Open and late",
        "not completed and over the limit {end}. They are no part of the completed cases. "
        "Withdrawn cases are left out.",
    ),
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
)


def definitions(report: Report) -> list[tuple[str, str]]:
    """What the words of the report mean."""
    said = agreed(report.promise) | {
        "kind": report.asked.period.kind, "end": texts.end_words(report),
    }  # fmt: skip
    return [
        *(
            (word, f"{meaning(word, **said)} {more.format(**said)}".strip())
            for word, more in DEFINITIONS
        ),
        *((word, text.format(**said)) for word, text in OWN),
        ("Made again", f"“as known at” means {meaning('As known at')}"),
    ]


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
