"""The report as a PDF: typeset, with the charts of the pages, fit to be handed on.

Nothing is fetched: the typesetter brings its fonts. What is shown goes to it as data.
"""

import json
import re
from pathlib import Path
from typing import Any

from dashboard.charts import spec
from dashboard.figures import kept, trend
from dashboard.findings import Promise
from dashboard.formats import FEWEST
from dashboard.locales import read_by
from dashboard.reports import definitions, texts
from dashboard.reports.content import Report, Row
from dashboard.reports.definitions import SAMPLE
from dashboard.reports.drawing import FONT, colours, svg

TEMPLATE = Path(__file__).with_name("paper.typ")
WIDTH, HEIGHT = 660, 190  # px of a chart; it is drawn as broad as the text
BOLD = re.compile(r"\*\*(.+?)\*\*")
LONG_WORD, PIECE = re.compile(r"\S{15,}"), re.compile(r".{1,10}")
Runs = list[tuple[str, bool]]


def pdf(report: Report) -> bytes:
    """The report as a PDF file; the same report gives the same pages."""
    import typst

    with read_by(report.reader):
        told = _data(report)
    return typst.compile(
        str(TEMPLATE),
        format="pdf",
        sys_inputs={"data": json.dumps(told, ensure_ascii=False)},
        timestamp=int(report.asked.as_of.timestamp()),
    )


def _data(report: Report) -> dict[str, Any]:
    asked, light = report.asked, colours()
    return {
        "font": FONT,
        "colours": {
            "ink": light["textColor"], "muted": light["dataframeHeaderTextColor"],
            "line": light["borderColor"], "band": light["secondaryBackgroundColor"],
        },
        "title": f"SLA report {report.name}",
        "heading": f"SLA report, {report.name}{SAMPLE if report.is_sample else ''}",
        "subheading": f"{asked.words[:1].upper()}{asked.words[1:]}",
        "reference": asked.reference or "not issued",
        "as_of": texts.instant(asked.as_of, report.zone),
        "position": f"{report.head.position:,}",
        "hash": report.head.hash,
        "finding": _runs(texts.finding(report)),
        "beside": texts.beside(report),
        "figures": texts.figures(report),
        "charts": list(_charts(report)),
        "attainment": _attainment(report),
        "times": _times(report),
        "breaches": _breaches(report),
        "corrections": _corrections(report),
        "definitions": definitions.definitions(report),
        "origins": definitions.origins(report),
    }  # fmt: skip


def _runs(text: str) -> Runs:
    """The text cut where bold begins and ends."""
    return [(piece, bool(n % 2)) for n, piece in enumerate(BOLD.split(text)) if piece]


def _charts(report: Report) -> list[tuple[str, str, str]]:
    pale = f"Pale or hollow: under {FEWEST} cases."
    drawn = [
        (
            "SLA trend",
            spec(kept.chart),
            kept.rows_of(report.months),
            "Completed cases by month, on the customer’s clock. Bar: within target and SLA. Dash: "
            f"on time by date. {pale}",
        ),
        (
            "Cycle time",
            spec(trend.chart),
            trend.rows_of(report.percentiles, report.drawn),
            f"Business time of completed cases by month, in business days. {pale}",
        ),
    ]
    return [
        (question, svg({**spec, "height": HEIGHT}, rows, WIDTH), source)
        for question, spec, rows, source in drawn
        if rows.num_rows
    ]


def _attainment(report: Report) -> dict[str, Any]:
    asked = report.promise
    three = [
        *(text.removeprefix("within ") for text in (asked.within_target, asked.within)),
        "by date",
    ]
    names = ["within_target", "within_limit", "within_limit_by_date"]
    return {
        "question": "SLA results",
        "right": list(range(1, 10)),
        "heads": 2,
        "head": [
            "", "", {"span": 3, "words": "customer’s clock, within"},
            {"span": 3, "words": "our clock, within"}, "", "",
            "Cases of", "Completed", *three, *three, f"{report.asked.period.kind} before",
            "Open, overdue",
        ],
        "rows": [
            [
                _breakable(texts.part_name(row)), f"{row['n']:,}",
                *(texts.share(row, name) for name in names),
                *(texts.share(row, f"{name}_ours") for name in names),
                texts.before(report, row), f"{row['open_late']:,}",
            ]
            for row in report.counts
        ],
        "source": f"Shares of completed cases. The {report.asked.period.kind} before: within SLA "
                  "on the customer’s clock, and of how many cases.",
    }  # fmt: skip


def _times(report: Report) -> dict[str, Any]:
    names = ["p50_minutes", "p85_minutes", "p95_minutes"]
    return {
        "question": "Time to completion",
        "right": list(range(1, 9)),
        "head": [
            "Cases of",
            "Completed",
            "Median",
            "85th percentile",
            "95th percentile",
            "Reopened",
            "Imported",
            "On dates",
            "Undecided",
        ],
        "rows": [
            [
                _breakable(texts.part_name(row)),
                f"{row['n']:,}",
                *(texts.within(report, row, name) for name in names),
                f"{row['is_reopened']:,}",
                f"{row['is_imported']:,}",
                f"{row['is_on_dates']:,}",
                f"{row['is_undecided']:,}",
            ]
            for row in report.counts
        ],
        "source": f"Business time on the customer’s clock. Percentiles need {FEWEST} or more "
        "cases. On dates: a step has a date without a time. Undecided: its hours decide about the "
        "SLA.",
    }


def _breaches(report: Report) -> dict[str, Any]:
    return {
        "question": "Cases that missed the SLA",
        "finding": _runs(texts.breach_finding(report)),
        "right": [3, 4],
        "head": [
            "Case", "Firm", "Team leader", "Took", "Over by", "Slowest step", "Mostly with",
            "Reason given",
        ],
        "rows": [_breach(row) for row in report.breaches],
        "source": "Slowest first. Step and party: who had most of the step that took the most "
                  "business time. An unrecorded handoff counts for the step’s own party.",
    }  # fmt: skip


def _breach(row: Row) -> list[str]:
    minutes = Promise(row["day_us"]).minutes
    return [
        row["case_id"], _breakable(row["firm"]), _breakable(row["team_leader"] or ""),
        ", ".join([minutes(row["business_minutes"]), *texts.marks(row)]),
        minutes(row["business_minutes"] - row["limit_minutes"]),
        f"{texts.step_name(row)}, {minutes(row['slowest_step_minutes'] or 0)}",
        row["slowest_party"] or "", _breakable(texts.reason(row)),
    ]  # fmt: skip


def _breakable(text: str) -> str:
    """The text with places to break words that are longer than a narrow column."""
    return LONG_WORD.sub(lambda word: "\u200b".join(PIECE.findall(word[0])), text)


def _corrections(report: Report) -> dict[str, Any]:
    told = report.corrections.changes.to_pylist() if report.corrections else []
    return {
        "question": "Changes since the last report",
        "finding": _runs(texts.since_words(report)),
        "right": [],
        "head": ["Case", "Firm", "What", "Before", "Now", "Recorded"],
        "rows": [
            [row["case_id"], *map(_breakable, (
                row["firm"], *texts.change_words(report, row), texts.recorded(report, row)
            ))]
            for row in told
        ],
    }  # fmt: skip
