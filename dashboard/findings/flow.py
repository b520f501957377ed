"""What the charts say that follow cases on their way: two clocks, parts, where they stand, age."""

from collections import Counter
from collections.abc import Sequence
from datetime import date

import pyarrow as pa
import pyarrow.compute as pc

from dashboard.findings.words import Promise, Row, count, path, step
from dashboard.formats import FEWEST, percent


def clocks(months: pa.Table, promise: Promise) -> str:
    """From twin_clocks: the newest month on both clocks."""
    last = months.to_pylist()[-1]
    theirs, ours = (last[name] / last["n"] for name in ("within_limit", "ours_within_limit"))
    text = (
        f"{last['month']:%B}: half of the cases took **{promise.days(last['p50_days'])}**, of it "
        f"**{promise.days(last['ours_p50_days'])}** on our clock; **{percent(theirs)}** kept the "
        f"limit, **{percent(ours)}** without the customer’s time (of {count(last['n'], 'case')})."
    )
    return text if last["n"] >= FEWEST else f"{text} So few cases say little."


def parts(paths: Sequence[Row], leaders: Sequence[Row], promise: Promise) -> str:
    """From cycle_percentiles of the whole period, by path and by team leader."""
    enough = [row for row in paths if row["n"] >= FEWEST]
    words = [
        f"half of the cases of the {path(row['workflow'])} path within "
        f"**{promise.days(row['p50_days'])}** ({count(row['n'], 'case')})"
        for row in enough
    ]
    text = f"Completed: {', '.join(words)}." if words else f"No path has {FEWEST} completed cases."
    halves = sorted(row["p50_days"] for row in leaders if row["n"] >= FEWEST)
    if len(halves) > 1:
        text += (
            f" Among {len(halves)} team leaders with {FEWEST} cases or more, half are done within "
            f"{promise.days(halves[0])} to {promise.days(halves[-1])}."
        )
    return text


def stages(flow: pa.Table, since: date | None) -> str:
    """From cumulative_flow: where the open cases stand at the end, and how many got through."""
    rows = flow.to_pylist()
    last = [row for row in rows if row["period"] == rows[-1]["period"]]
    n = sum(row["open"] for row in last)
    ends = {row["workflow"]: row["step"] for row in last}
    done = sum(row["completed"] for row in last if row["step"] == ends[row["workflow"]])
    begun = f"since {since.day} {since:%B %Y}" if since else "since the first submission"
    through = f"**{done:,}** {'was' if done == 1 else 'were'} completed {begun}."
    if not n:
        return f"No case is open; {through}"
    most = max(last, key=lambda row: row["open"])
    stand = "stands" if most["open"] == 1 else "stand"
    return (
        f"**{most['open']:,} of {count(n, 'open case')}** {stand} in {step(most)}, as many as in "
        f"any step; {through}"
    )


def older(cases: pa.Table) -> pa.Table:
    """From ageing: the cases older than 85 of 100 finished ones were when they left that step."""
    known = cases.filter(pc.field("n") >= FEWEST)
    return known.filter(pc.field("age_days") > pc.field("p85_days"))


def ageing(cases: pa.Table) -> str:
    """From ageing: how many are older than that, and in which step most of them stand."""
    known = cases.filter(pc.field("n") >= FEWEST).num_rows
    if not known:
        return (
            f"Fewer than {FEWEST} cases were completed: there is nothing yet to hold the ages of "
            f"{count(cases.num_rows, 'open case')} against."
        )
    old = older(cases).select(["workflow", "step"]).to_pylist()
    than = "older than 85 of 100 finished ones were when they left the same step"
    if not old:
        return f"None of {count(known, 'open case')} is {than}."
    (workflow, number), most = Counter((row["workflow"], row["step"]) for row in old).most_common(
        1
    )[0]
    where = step({"workflow": workflow, "step": number})
    if known == 1:
        return f"**The only open case** is {than}: {where}."
    verb = "is" if len(old) == 1 else "are"
    if most == len(old):
        return f"**{most:,}** of {known:,} open cases {verb} {than}: {where}."
    return f"**{len(old):,}** of {known:,} open cases {verb} {than}; {most:,} of them in {where}."
