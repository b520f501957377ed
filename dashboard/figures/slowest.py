"""Which cases took longest, where their time went, and why."""

import pyarrow as pa

from dashboard.figures import listed
from dashboard.figures.figure import Cases, Figure, Row, Scope, Words
from dashboard.findings import Promise
from dashboard.findings.outlook import marked
from dashboard.formats import duration

COLUMNS = (
    "whole",
    "state",
    "longest",
    "longest_took",
    "mostly",
    "mostly_took",
    "reason",
    "path",
    "tl",
    "case",
)


def sentence(table: pa.Table) -> str:
    """From slowest_cases: the longest, and how many of those shown have a reason."""
    rows = table.to_pylist()
    late = [row for row in rows if row["timing"] == "late"]
    explained = sum(bool(row["breach_reason"]) for row in late)
    text = f"The longest took **{duration(rows[0]['business_us'], rows[0]['day_us'])}**."
    if not late:
        return f"{text} All of these met the SLA."
    return (
        f"{text} A reason was given for **{explained:,} of the {len(late):,}** that missed the SLA."
    )


def cases(table: pa.Table, _scope: Scope) -> Cases:
    alt = "The longest completed cases"
    return Cases("slowest", alt, table, _words, COLUMNS, "", "slowest_cases", table.column_names)


def _words(row: Row) -> Words:
    asked, party = Promise(row["day_us"]), row["party"]
    reason = (row["breach_reason"], row["breach_comment"])
    return {
        "whole": asked.minutes(row["business_minutes"]),
        "longest": f"{row['step']} {row['label']}",
        "longest_took": asked.minutes(row["step_minutes"]),
        "mostly": [listed.turn_word(party)] if party else [],
        "mostly_took": asked.minutes(row["party_minutes"] or 0),
        "reason": ": ".join(text for text in reason if text),
        "state": [marked(row["timing"])],
        **listed.whose(row),
    }


SLOWEST = Figure(
    key="slowest",
    question="Longest cases",
    query="slowest_cases",
    says=lambda table, _: sentence(table),
    cases=cases,
    note=lambda table, _: (
        f"The {table.num_rows:,} completed cases with the most business time. Open cases are not "
        "included; Today lists the late ones. Shows the longest step and who had most of the "
        "case. Click a firm to open its case."
    ),
)
