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
    ("SLA", ""),
    ("SLA rate", ""),
    ("On time by date", ""),
    ("Percentile", ""),
)
OWN = (
    (
        "Open and overdue",
        "not completed and past the SLA {end}. Not counted among the completed cases. Cases "
        "delivered, waiting for download, are listed among the cases but are not late. Excludes "
        "withdrawn cases.",
    ),
    (
        "Slowest step",
        "the step that took the most business time of the case, and who had most of it. An "
        "unrecorded handoff counts for the step’s own party. The reason is the one entered.",
    ),
    (
        "Undecided by dates",
        "completed cases that rest on dates without a time, as trackers have them. Such a step "
        "stands as late on its day as the next one allows, else at closing time. A case is "
        "undecided where it met the SLA by some hours of its dates and missed it by others. It "
        "counts by the hours taken, and the range is given beside the share.",
    ),
    (
        "Imported, rejected",
        "cases from a tracker sheet, and rows that could not be imported, by their latest time "
        "(or that of their import if they have none) and regardless of filters. A row is known by "
        "firm, path, and submission: the last word on it counts.",
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
        ("Reproducibility", f"“as known at” means {meaning('As known at')}"),
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
        ("Times", f"{formats.city(report.zone)} time ({report.zone})"),
        ("Log position", f"{report.head.position:,}"),
        ("Log hash", report.head.hash),
    ]
