"""Who holds the most time, and the longest step: what heads Bottlenecks."""

from collections.abc import Collection

import pyarrow as pa

from dashboard.figures.figure import Figure, Headline, Row, Scope
from dashboard.findings import Promise, count
from dashboard.findings.words import capital, of_few, step
from dashboard.formats import FEWEST, percent
from dashboard.workflows import AGREED_DATE, Party

THE = {Party.CUSTOMER, Party.ORDERS, Party.TL, Party.CS, Party.SALES}  # the others are names


def headline(steps: pa.Table, parties: pa.Table, promise: Promise) -> Headline:
    """From step_spread and party_spread: who holds the most time, and the longest step."""
    rows = steps.to_pylist()
    holders = [row for row in parties.to_pylist() if row["share"]]
    if not holders:
        return Headline(
            "The completed cases took no business time.",
            "They were entered with one time for all steps, or fall outside business hours.",
        )
    first = holders[0]
    longest = max(rows, key=lambda row: row["share"])
    cases = sum(row["n"] for row in rows if row["step"] == 2)
    is_alone = sum(row["share"] == longest["share"] for row in rows) == 1
    why = (
        f"That is the share of all business time of {count(cases, 'completed case')}. "
        f"{'The longest step is' if is_alone else 'No step takes longer than'} "
        f"{step(longest)} with **{percent(longest['share'])}**: median "
        f"{promise.minutes(longest['p50_minutes'])}, 85th percentile "
        f"{promise.minutes(longest['p85_minutes'])}."
    )
    if cases < FEWEST:
        why += f" With fewer than {FEWEST} cases, one more could change this."
    name = holder(first["party"], unrecorded_parties(rows))
    return Headline(
        f"{capital(name)} {holds(name)} {percent(first['share'])} of the time"
        f"{of_few(cases, 'case')}.",
        why,
    )


def holds(name: str) -> str:
    return "hold" if name.endswith("steps") else "holds"


def unrecorded_parties(steps: Collection[Row]) -> set[str]:
    """From rows of step_spread: parties with a step whose hand-over was not always recorded."""
    return {row["party"] for row in steps if row["n_unrecorded_handover"]}


def holder(party: str, unrecorded: Collection[str]) -> str:
    """Who has the time, in a sentence; only the steps, where a hand-over was not recorded."""
    if party == AGREED_DATE:
        return "waiting for the appointment"
    if party not in unrecorded:
        return party if party not in THE or party == Party.ORDERS else f"the {party}"
    return "the order step" if party == Party.ORDERS else f"the {party}’s steps"


def _found(steps: pa.Table, scope: Scope) -> Headline:
    return headline(steps, scope.run("party_spread"), scope.promise)


BOTTLENECK = Figure(
    key="headline",
    question=lambda steps, scope: _found(steps, scope).text,
    query="step_spread party_spread",
    says=lambda steps, scope: _found(steps, scope).why,
    is_headline=True,
)
