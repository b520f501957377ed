"""The cases behind a bar of Bottlenecks: exactly those that it counts, each leading to its page."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import pyarrow as pa
import streamlit as st

from dashboard import findings, formats, metrics
from dashboard.figures.listed import turn_word
from dashboard.findings import Promise
from dashboard.formats import marked
from dashboard.ui import cards, handle, tables
from dashboard.ui.page import Page
from dashboard.workflows import WORKFLOWS

Picked = Sequence[Mapping[str, Any]] | None
Row = dict[str, Any]
BEHIND = ("in_bar", "whole", "state", "closed", "path", "tl", "case", "reason")
SLOWEST = ("whole", "state", "longest", "longest_took", "mostly", "mostly_took", "reason", "path",
           "tl", "case")  # fmt: skip
PART_WORDS = {
    "waiting": "waiting for Start", "in work": "in work", "not split": "Start not recorded",
}  # fmt: skip


def of_step(page: Page, bars: pa.Table, picked: Picked) -> None:
    """The cases of the bar that was clicked, if it still stands there."""
    bar = bar_of(bars, picked, ("workflow", "step", "part"))
    if bar is None:
        return
    asked = {"workflow": bar["workflow"], "step": bar["step"], "part": bar["part"]}
    name = f"step {bar['lane']}, {PART_WORDS[bar['part']]}"
    _behind(page, metrics.step_cases, asked, bar, name, "step-cases")


def of_party(page: Page, bars: pa.Table, picked: Picked) -> None:
    """The cases of the party that was clicked, if it still has a bar."""
    bar = bar_of(bars, picked, ("party",))
    if bar is None:
        return
    _behind(page, metrics.party_cases, {"party": bar["party"]}, bar, bar["lane"], "party-cases")


def bar_of(bars: pa.Table, picked: Picked, names: Sequence[str]) -> Row | None:
    """The bar that the selection names: one that survived new data or filters may name none."""
    for one in picked or ():
        for bar in bars.to_pylist():
            if all(bar[name] == one.get(name) for name in names):
                return bar
    return None


def _behind(
    page: Page, figure: Callable[..., pa.Table], asked: Row, bar: Row, name: str, key: str
) -> None:
    table = handle.figure(page.store, page.now, figure, {**page.filters, **asked})
    shown = "" if table.num_rows == bar["n"] else f" The longest {table.num_rows:,} are listed."
    st.markdown(
        f"**{findings.count(bar['n'], 'case')}** behind **{name}**, the longest first.{shown}"
    )
    tables.cases(page, table, _behind_row, BEHIND, f"Cases behind {name}", key)
    cards.download(table, key.replace("-", "_"), f"download-{key}")


def slowest(page: Page, table: pa.Table) -> None:
    """The longest cases, with where their time went and why."""
    tables.cases(page, table, _slowest_row, SLOWEST, "The longest completed cases", "slowest")
    cards.download(table, "slowest_cases", "download-slowest")


def _behind_row(page: Page, row: Row) -> Row:
    asked = Promise(row["day_us"])
    return {
        "in_bar": asked.minutes(row["business_minutes"]),
        "whole": asked.minutes(row["case_minutes"]),
        "closed": formats.moment(row["closed_at"], page.zone),
        "reason": row["breach_reason"] or "",
        **_shared(row),
    }


def _slowest_row(page: Page, row: Row) -> Row:
    asked, party = Promise(row["day_us"]), row["party"]
    return {
        "whole": asked.minutes(row["business_minutes"]),
        "longest": f"{row['step']} {row['label']}",
        "longest_took": asked.minutes(row["step_minutes"]),
        "mostly": [turn_word(party)] if party else [],
        "mostly_took": asked.minutes(row["party_minutes"] or 0),
        "reason": ": ".join(text for text in (row["breach_reason"], row["breach_comment"]) if text),
        **_shared(row),
    }


def _shared(row: Row) -> Row:
    return {
        "state": [marked(row["timing"])],
        "path": WORKFLOWS[row["workflow"]].short,
        "tl": row["team_leader"] or "",
        "case": row["case_id"],
    }
