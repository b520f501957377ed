"""What a report says in words: its finding, its definitions, and where it comes from.

Plain text; bold is marked as findings mark it. One home for the page, the workbook and the paper.
"""

from datetime import datetime
from typing import Any

from dashboard import formats
from dashboard.figures.against import FEWEST_EARLIER, Change
from dashboard.findings import count, count_is
from dashboard.findings.words import AFTER_HOURS, WHOLE_DATES, capital
from dashboard.formats import FEWEST, NBSP, percent
from dashboard.reports.content import COLUMNS, Report, Row
from dashboard.workflows import WORKFLOWS

FEW = "few cases"  # in place of a percentile


def figures(report: Report) -> list[tuple[str, str, str]]:
    """The figures that head a report: label, value, and what it is measured against."""
    row, before, kind = report.counts[0], report.before["all", ""], report.asked.period.kind
    within = capital(report.promise.within)
    return [
        ("Completed", f"{row['n']:,}", f"{before['n']:,} the {kind} before"),
        *(
            (label, share(row, name), f"{change(report, name)}{_left(row, name)}")
            for label, name in (
                (f"{within}, exact", "within_limit"),
                ("On time by date", "within_limit_by_date"),
                ("Our clock, exact", "within_limit_ours"),
            )
        ),
        (
            "Open and overdue", f"{row['open_late']:,}",
            f"at the {kind}’s end" if report.is_over else "as known then",
        ),
    ]  # fmt: skip


def _left(row: Row, name: str) -> str:
    """That some of a share are undecided."""
    is_told = name == "within_limit" and row["is_undecided"]
    return f"; {row['is_undecided']:,} undecided by dates" if is_told else ""


def change(report: Report, name: str) -> str:
    """A share against the period before; a change is told only where it stands out (`against`)."""
    row, before, kind = report.counts[0], report.before["all", ""], report.asked.period.kind
    if not row["n"]:
        return "no cases"
    text = f"{share(before, name)} the {kind} before" if before["n"] else f"none the {kind} before"
    if min(row["n"], before["n"]) < FEWEST:
        return f"{text}; under {FEWEST} cases"
    found = report.changes.get(name)
    if found is None or found.earlier < FEWEST_EARLIER:
        return text
    return f"{text}; {told(found)}"


def told(found: Change) -> str:
    """What a change comes to."""
    if not found.is_told:
        return "usual variation"
    size = count(abs(round(100 * found.by)), "point")
    return f"{size} {'higher' if found.by > 0 else 'lower'} for one mix of paths"


def before(report: Report, row: Row) -> str:
    """The same share in the period before, and of how many cases."""
    earlier = report.before.get((row["part"], row["name"]))
    if not earlier or not earlier["n"]:
        return "–"
    return f"{share(earlier, 'within_limit')} of {earlier['n']:,}"


def within(report: Report, row: Row, name: str) -> str:
    """A percentile as business time; few cases have none."""
    return report.promise.minutes(row[name]) if row["n"] >= FEWEST else FEW


def share(row: Row, name: str) -> str:
    """How many of the completed cases, as a share; a dash if there are none."""
    return percent(row[name] / row["n"]) if row["n"] else "–"


def finding(report: Report) -> str:
    """What the report comes to, in a sentence or two."""
    row, before = report.counts[0], report.before["all", ""]
    if not row["n"]:
        return f"No cases were completed in {report.name}."
    text = (
        f"**{share(row, 'within_limit')}** of {count(row['n'], 'completed case')} met the SLA ("
        f"{share(row, 'within_limit_by_date')} on time by date, {share(row, 'within_limit_ours')} "
        "on our clock)."
    )
    if before["n"]:
        kind = report.asked.period.kind
        text += f" The {kind} before: {share(before, 'within_limit')} of {before['n']:,}."
    text = " ".join(filter(None, (text, undecided(row))))
    return text if row["n"] >= FEWEST else f"{text} With so few cases, one more could change this."


def undecided(row: Row) -> str:
    """How many verdicts depend on hours that nobody knows, and what that leaves of the share."""
    left = row["is_undecided"]
    if not left:
        return ""
    sure = row["surely_within_limit"]
    least, most = (percent(n / row["n"]) for n in (sure, sure + left))
    between = f": the share is between {least} and {most}" if least != most else ""
    return f"{count_is(left, 'case')} undecided by dates without a time{between}."


def on_dates(row: Row) -> str:
    """How many of the completed cases rest on dates."""
    if not row["is_on_dates"]:
        return ""
    return (
        f"Resting on dates without a time: {count(row['is_on_dates'], 'case')}, "
        f"{row['is_undecided']:,} undecided by them."
    )


def exact(report: Report) -> str:
    """What the exact shares are measured against."""
    if report.promise.limit is None or report.promise.target is None:
        return "Exact: business time within each case’s own target and SLA, which changed."
    return f"Exact: business time {report.promise.within_target} and {report.promise.within}."


def dates(report: Report) -> str:
    """Why the exact clock and dates differ, where they do."""
    done = [row for row in report.cases.to_pylist() if row["state"] == "closed"]
    exact, by_date = (
        sum(row[own] and not row[other] for row in done)
        for own, other in (
            ("within_limit", "within_limit_by_date"),
            ("within_limit_by_date", "within_limit"),
        )
    )
    said = []
    if exact:
        said.append(
            f"{count_is(exact, 'case')} within SLA by the exact clock and not by date: "
            f"{AFTER_HOURS}."
        )
    if by_date:
        said.append(
            f"{count_is(by_date, 'case')} on time by date and over the SLA by the exact clock: "
            f"{WHOLE_DATES}."
        )
    return " ".join(said)


def beside(report: Report) -> str:
    """What stands beside the completed cases, and is no part of the shares."""
    row = report.counts[0]
    undated = sum(item is None for item in report.rejected["latest_at"].to_pylist())
    dated = report.rejected.num_rows - undated
    waiting = row["delivered"]
    only = f", {waiting:,} more delivered, waiting for download" if waiting else ""
    text = (
        f"{'Made-up sample data. ' if report.is_sample else ''}"
        f"{count_is(row['open_late'], 'case')} open and overdue {end_words(report)}{only}. "
        f"{count(report.withdrawn.num_rows, 'case')} withdrawn in the {report.asked.period.kind}. "
        f"Of the completed cases, {row['is_reopened']:,} had been reopened and "
        f"{row['is_imported']:,} came from a tracker. {count(dated, 'tracker row')} of the "
        f"{report.asked.period.kind} {'was' if dated == 1 else 'were'} rejected at import"
    )
    text += f", and {undated:,} without a readable time were imported in it." if undated else "."
    text = " ".join(filter(None, (text, on_dates(row), dates(report))))
    return text if report.is_over else f"{text} {report.name} had not ended then."


def end_words(report: Report) -> str:
    """To when open cases are measured."""
    kind = report.asked.period.kind
    return f"at the {kind}’s end" if report.is_over else "as of the report time"


def breach_finding(report: Report) -> str:
    """How many broke the limit, completed and open."""
    late = report.breaches
    done = sum(row["state"] == "closed" for row in late)
    left = sum(row["is_undecided"] for row in late)
    by_dates = (
        f" Of the completed ones, {left:,} {'is' if left == 1 else 'are'} undecided by dates."
        if left
        else ""
    )
    return (
        f"**{done:,}** completed after the SLA, **{len(late) - done:,}** open and overdue "
        f"{end_words(report)}.{by_dates}"
    )


def instant(moment: datetime, zone: str) -> str:
    """An instant with its year: "Fri, Oct 30, 2026, 3:30 PM New York"."""
    return f"{formats.moment_in_full(moment, zone)} {formats.city(zone)}"


def part_name(row: Row) -> str:
    """What a row of the counts is of."""
    if row["part"] == "all":
        return "All"
    if row["part"] == "workflow":
        return path_name(row["name"])
    if row["part"] == "sla":
        target, limit = row["name"].split()
        return f"SLA {limit}{NBSP}d, target {target}{NBSP}d"
    return row["name"] or "no team leader"


def path_name(key: str) -> str:
    """The path's short name."""
    return WORKFLOWS[key].short if key in WORKFLOWS else key


def step_name(row: Row) -> str:
    """A breach's slowest step: number and label; empty if it has none."""
    return f"{row['slowest_step']} {row['slowest_step_label']}" if row["slowest_step"] else ""


def marks(row: Row) -> list[str]:
    """What a case of the report is besides: still open, reopened."""
    open_words = "delivered, waiting for download" if row["waits_for_customer"] else "open"
    words = {
        open_words: row["state"] == "open",
        "reopened": row["is_reopened"],
        "undecided by dates": row["is_undecided"],
    }
    return [word for word, holds in words.items() if holds]


def reason(row: Row) -> str:
    """The reason that people gave, with their comment."""
    return ": ".join(text for text in (row["breach_reason"], row["breach_comment"]) if text)


def recorded(report: Report, row: Row) -> str:
    """Who recorded a correction, and when; a settings change concerns every case."""
    if row["recorded_at"] is None:
        return "settings changed"
    return f"{formats.moment(row['recorded_at'], report.zone)} {row['recorded_by']}"


def change_words(report: Report, row: Row) -> tuple[str, str, str]:
    """A correction's column, old and new value, as people read them."""
    column = str(row["column"])
    old, new = (_value(report, column, row[side], row["day_us"]) for side in ("old", "new"))
    return COLUMNS.get(column, column), old, new


def _value(report: Report, column: str, text: str, day_us: int | None) -> str:
    if not text:
        return "–"
    if column.endswith("_at"):
        return formats.moment(datetime.fromisoformat(text), report.zone)
    if column.endswith("_us"):
        return formats.duration(int(text), day_us)
    if column.endswith("_minutes"):
        return formats.duration(float(text) * formats.MINUTE_US, day_us)
    if column == "workflow":
        return path_name(text)
    words: dict[Any, str] = {"true": "yes", "false": "no"}
    return words.get(text, text)


def since_words(report: Report) -> str:
    """What the corrections are counted from, and how many cases they are about."""
    told = report.corrections
    if told is None:
        return "This report has no earlier issue."
    named = f", {told.reference}" if told.reference else ""
    cases = len(set(told.changes["case_id"].to_pylist()))
    return (
        f"Since {instant(told.since, report.zone)}{named}: "
        + (f"entries changed **{count(cases, 'case')}** in this report." if cases
           else "no entries changed this report.")
    )  # fmt: skip
