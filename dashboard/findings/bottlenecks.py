"""What the charts of Bottlenecks say now: who and what holds the time, and on what that rests."""

from collections.abc import Collection
from datetime import date

import pyarrow as pa

from dashboard.findings.month_end import Headline
from dashboard.findings.words import Promise, Row, count, path, step
from dashboard.formats import FEWEST, duration, percent
from dashboard.workflows import AGREED_DATE, Party

MEASURES = {"p50": "half of the cases", "p85": "85 of 100 cases"}
THE = {Party.CUSTOMER, Party.ORDERS, Party.TL, Party.CS, Party.SALES}  # the others are names


def bottleneck(steps: pa.Table, parties: pa.Table, promise: Promise) -> Headline:
    """From step_spread and party_spread: who holds the most time, and the longest step."""
    rows = steps.to_pylist()
    holders = [row for row in parties.to_pylist() if row["share"]]
    if not holders:
        return Headline(
            "The completed cases took no business time.",
            "They were entered with one time for all steps, or lie outside business hours.",
        )
    first = holders[0]
    longest = max(rows, key=lambda row: row["share"])
    cases = sum(row["n"] for row in rows if row["step"] == 2)
    why = (
        f"That is of all business time of {count(cases, 'completed case')}. The longest step is "
        f"{step(longest)} with **{percent(longest['share'])}**: half within "
        f"{promise.minutes(longest['p50_minutes'])}, 85 of 100 within "
        f"{promise.minutes(longest['p85_minutes'])}."
    )
    if cases < FEWEST:
        why += f" Fewer than {FEWEST} cases: one more could change all of it."
    name = holder(first["party"], unrecorded_parties(rows))
    return Headline(
        f"{name[0].upper()}{name[1:]} {_holds(name)} {percent(first['share'])} of the time.", why
    )


def _holds(name: str) -> str:
    return "hold" if name.endswith("steps") else "holds"


def unrecorded_parties(steps: Collection[Row]) -> set[str]:
    """From rows of step_spread: parties with a step whose hand-over was not always recorded."""
    return {row["party"] for row in steps if row["n_unrecorded_handover"]}


def holder(party: str, unrecorded: Collection[str]) -> str:
    """Who has the time, in a sentence; only the steps, where a hand-over was not recorded."""
    if party == AGREED_DATE:
        return "waiting for the agreed date"
    if party not in unrecorded:
        return party if party not in THE or party == Party.ORDERS else f"the {party}"
    return "the order step" if party == Party.ORDERS else f"the {party}’s steps"


def waiting(steps: pa.Table) -> str:
    """From step_spread: how much of the time lay before somebody started, where that is known."""
    rows = steps.to_pylist()
    n, split = (sum(row[name] for row in rows) for name in ("n", "n_split"))
    if not split:
        return (
            f"**Not split**: Start was recorded in none of {n:,} steps. Where people press Start, "
            "waiting and work stand apart."
        )
    us = {
        name: sum(row[f"{name}_us"] for row in rows) for name in ("waiting", "working", "not_split")
    }
    known = us["waiting"] + us["working"]
    text = (
        f"Where Start was recorded (**{split:,} of {n:,} steps**), "
        f"**{percent(us['waiting'] / known if known else 0)}** of the time was spent waiting for it"
    )
    most = max(rows, key=lambda row: row["waiting_us"])
    if not most["waiting_us"]:
        return f"{text}."
    return f"{text}; most of that before {step(most)}."


def parties(steps: pa.Table, table: pa.Table) -> str:
    """From step_spread and party_spread: the first two, and what was not recorded."""
    rows = [row for row in table.to_pylist() if row["share"]]
    unrecorded = unrecorded_parties(steps.to_pylist())
    if not rows:
        return "No business time passed in these cases."
    named = [(holder(row["party"], unrecorded), percent(row["share"])) for row in rows[:2]]
    text = f"{named[0][0]} {_holds(named[0][0])} **{named[0][1]}**"
    text += "".join(f" and {name} **{share}**" for name, share in named[1:])
    lacking = sum(row["n_unrecorded_handover"] for row in steps.to_pylist())
    beside = (
        f" In {count(lacking, 'step')} a hand-over was not recorded: there the whole step counts "
        "for its party."
        if lacking
        else ""
    )
    return f"{text[0].upper()}{text[1:]} of the time.{beside}"


def budgets(slack: pa.Table, promise: Promise) -> str:
    """From step_slack: how many steps keep their budget, and the one that overdraws it most."""
    rows = slack.to_pylist()
    enough = [row for row in rows if row["n"] >= FEWEST]
    if not enough:
        return f"No step has {FEWEST} completed cases yet: every mark is hollow."
    over = [row for row in enough if row["slack_p85_minutes"] < 0]
    text = (
        f"In **{len(enough) - len(over)} of {len(enough)} steps** 85 of 100 cases keep the budget."
    )
    if not over:
        return text
    worst = min(over, key=lambda row: row["slack_p85_minutes"])
    return (
        f"{text} Furthest over: {step(worst)}, where 85 of 100 stay within "
        f"{promise.minutes(worst['p85_minutes'])} for a budget of "
        f"{promise.minutes(worst['budget_minutes'])}."
    )


def best_quarter(table: pa.Table, measure: str, promise: Promise) -> str:
    """From best_quarters: the step that would change most, if any can be told from chance."""
    told = [row for row in table.to_pylist() if row["told_from_chance"]]
    if not told:
        return (
            "No step had a quarter that was better by more than chance explains: the estimates "
            "may all be nothing."
        )
    name = "kept_change" if measure == "kept" else f"{measure}_change_minutes"
    most = max(told, key=lambda row: abs(row[name]))
    begun = f"Estimate: had {step(most)} run as in {quarter(most['quarter'])}, its best, "
    if measure == "kept":
        low, high = (percent(most["kept"] + most[f"kept_{end}"]) for end in ("low", "high"))
        return (
            f"{begun}**{percent(most['kept'] + most['kept_change'])}** instead of "
            f"{percent(most['kept'])} of the {path(most['workflow'])} cases would have kept the "
            f"limit (95 % interval {low} to {high})."
        )
    now = most[f"{measure}_minutes"]
    low, high = (promise.minutes(now + most[f"{measure}_{end}_minutes"]) for end in ("low", "high"))
    return (
        f"{begun}{MEASURES[measure]} of the {path(most['workflow'])} path would have been done "
        f"within **{promise.minutes(now + most[name])}** instead of {promise.minutes(now)} "
        f"(95 % interval {low} to {high})."
    )


def quarter(first_day: date) -> str:
    """A calendar quarter by its first day: "Q1 2026"."""
    return f"Q{(first_day.month + 2) // 3} {first_day.year}"


def slowest(table: pa.Table) -> str:
    """From slowest_cases: the longest, and how many of those shown have a reason."""
    rows = table.to_pylist()
    late = [row for row in rows if row["timing"] == "late"]
    explained = sum(bool(row["breach_reason"]) for row in late)
    text = f"The longest took **{duration(rows[0]['business_us'], rows[0]['day_us'])}**."
    if not late:
        return f"{text} All of these kept the limit."
    return f"{text} **{explained:,} of the {len(late):,} late ones** here have a reason given."
