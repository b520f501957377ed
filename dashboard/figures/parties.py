"""Whose turn it was: the time of completed cases by party."""

from collections.abc import Collection

import pyarrow as pa

from dashboard.charts import PARTIES as IN_COLOUR
from dashboard.charts import Spec
from dashboard.charts.late import alt, look
from dashboard.figures import listed
from dashboard.figures.bottleneck import holder, holds, unrecorded_parties
from dashboard.figures.figure import Cases, Figure, Row, Scope
from dashboard.findings import count
from dashboard.formats import MINUTE_US, percent
from dashboard.workflows import Party


def sentence(steps: pa.Table, table: pa.Table) -> str:
    """From step_spread and party_spread: the first two, and what was not recorded."""
    rows = [row for row in table.to_pylist() if row["share"]]
    unrecorded = unrecorded_parties(steps.to_pylist())
    if not rows:
        return "These cases took no business time."
    named = [(holder(row["party"], unrecorded), percent(row["share"])) for row in rows[:2]]
    text = f"{named[0][0]} {holds(named[0][0])} **{named[0][1]}**"
    text += "".join(f" and {name} **{share}**" for name, share in named[1:])
    lacking = sum(row["n_unrecorded_handover"] for row in steps.to_pylist())
    beside = (
        f" In {count(lacking, 'step')} a handoff was not recorded, so the whole step counts for "
        "its own party."
        if lacking
        else ""
    )
    return f"{text[0].upper()}{text[1:]} of the time.{beside}"


def rows(table: pa.Table, scope: Scope) -> pa.Table:
    """The rows of `chart`."""
    unrecorded = unrecorded_parties(scope.run("step_spread").to_pylist())
    return pa.Table.from_pylist(
        [
            {
                "party": row["party"],
                "lane": lane(row["party"], unrecorded),
                "tone": row["party"] if row["party"] in IN_COLOUR else "muted",
                "share": row["share"] or 0.0,
                "shown": percent(row["share"] or 0.0),
                "text": scope.promise.minutes(row["business_us"] / row["n"] / MINUTE_US),
                "n": row["n"],
                "usual": scope.promise.minutes(row["p50_minutes"]),
            }
            for row in table.to_pylist()
        ]
    )


def lane(party: str, unrecorded: Collection[str]) -> str:
    """A party on an axis; only its steps, where a hand-over inside one was not recorded."""
    if party not in unrecorded:
        return party
    return "Order step" if party == Party.ORDERS else f"{party}’s steps"


def chart() -> Spec:
    """Each party's share of the time, in its own colour; a click picks the party.

    Table: party, lane, tone, share, shown, text, n, usual.
    """
    picked = alt.selection_point(name="picked", fields=["party"], toggle=False)
    base = alt.Chart(look.TABLE).encode(y=look.lanes("lane"), x=look.across("share", look.SHARE))
    bars = (
        base.mark_bar(cursor="pointer")
        .encode(
            color=look.ink("tone"),
            opacity=alt.condition(picked, alt.value(1), alt.value(0.35)),
            tooltip=look.tips(
                lane="Whose turn",
                text="Average per case",
                shown="Share",
                n="Cases",
                usual="Median",
            ),
        )
        .add_params(picked)
    )
    words = base.mark_text(align="left", dx=6, fontWeight=600).encode(text="shown:N")
    return look.look(
        alt.layer(bars, look.inked(words, "ink")).resolve_scale(color="independent"),
        {"step": look.ROW_PX},
    )


def behind(bar: Row, scope: Scope) -> Cases:
    table = scope.run("party_cases", party=bar["party"])
    return listed.in_bar(scope, table, bar["lane"], bar["n"], "party-cases")


PARTIES = Figure(
    key="parties",
    question="Time by party",
    query="party_spread",
    says=lambda table, scope: sentence(scope.run("step_spread"), table),
    hint="Click a bar to see its cases.",
    rows=rows,
    chart=chart,
    alt="Share of business time by party",
    note="Share of all business time of completed cases; a case’s parties add up to its cycle "
    "time. Agreed date: waiting for an appointment is nobody’s turn. “… steps” marks parties "
    "with unrecorded handoffs inside a step.",
    behind=behind,
)
